//! `files` and materials: papers and attached files, each an entry with a title, pages or an attachment.

use super::{Fault, checks};
use crate::engine::answers::{Answer, Row};

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

/// The number of entries.
pub fn check(min: u32, max: u32, entries: &[Row], faults: &mut Vec<Fault>) {
    checks::count(entries.len(), min, max, faults);
}
