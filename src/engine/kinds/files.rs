//! `files` and materials: papers and attached files, each an entry with a title, pages or an attachment.

use super::{Fault, checks};
use crate::engine::answers::{Answer, Row};
use crate::engine::validation::ViolationCode::BadInput;
use crate::engine::value::text::fold;

/// The titles, with the number of pages of a paper.
pub fn shown(entries: &[Row], language: &str) -> String {
    let is_chinese = language.starts_with("zh");
    let each = entries.iter().map(|entry| {
        let mut out = match entry.cells.get("title") {
            Some(Answer::Text(title)) => title.clone(),
            _ => String::new(),
        };
        if let Some(Answer::Integer(pages)) = entry.cells.get("pages") {
            let pages = pages.to_string();
            out += &if is_chinese { ["（", &pages, "页）"].concat() } else { [" (", &pages, " pages)"].concat() };
        }
        out
    });
    each.collect::<Vec<_>>().join(if is_chinese { "、" } else { ", " })
}

/// Reads the number of pages of a paper: 12 of `１２页`.
pub fn pages(text: &str) -> Option<Answer> {
    let number = fold(text);
    let number = number.strip_suffix('页').unwrap_or(&number);
    if number.is_empty() {
        return None;
    }
    match number.parse::<u32>() {
        Ok(pages) if pages > 0 => Some(Answer::Integer(i64::from(pages))),
        _ => Some(Answer::Undecoded(text.to_string())),
    }
}

/// The number of entries, and that each number of pages is one.
pub fn check(min: u32, max: u32, entries: &[Row], faults: &mut Vec<Fault>) {
    checks::count(entries.len(), min, max, faults);
    faults.extend(entries.iter().filter_map(|entry| match entry.cells.get("pages") {
        Some(Answer::Undecoded(text)) => Some(Fault::error(BadInput).with("text", text)),
        _ => None,
    }));
}
