//! `phone`: landlines and mobiles, also the lists in which notices write them (010-62086559、6568).

use super::{Verdict, is_digits, mobile};
use crate::engine::kinds::split_list;
use crate::engine::value::text::fold;

/// One number of the list, written in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// `010-62086568`, `13600856139`, `0371-1234567-12`.
    pub text: String,
    /// True if there is a local number only.
    pub lacks_area: bool,
}

/// A landline taken apart.
#[derive(Clone)]
struct Landline {
    area: String,
    local: String,
    extension: String,
}

/// Every number reads; one without an area code is worth a remark.
pub fn check(text: &str) -> Verdict {
    match parse(text) {
        None => Verdict::Broken,
        Some(numbers) if numbers.iter().any(|it| it.lacks_area) => Verdict::Remark("area-code"),
        Some(_) => Verdict::Fits,
    }
}

/// The numbers in full, set apart by `、`.
pub fn canonical(text: &str) -> String {
    let numbers = parse(text).unwrap_or_default();
    numbers.into_iter().map(|it| it.text).collect::<Vec<_>>().join("、")
}

/// Reads the list. A short entry replaces the last digits of the landline before it.
pub fn parse(text: &str) -> Option<Vec<Number>> {
    let mut numbers = Vec::new();
    let mut before: Option<Landline> = None;
    // Folding takes line ends away, so the list is split first.
    for piece in split_list(text).flat_map(|piece| piece.split(['/', '／'])) {
        let piece = fold(piece);
        if mobile::is_mobile(&piece) {
            numbers.push(Number { text: mobile::canonical(&piece), lacks_area: false });
            continue;
        }
        let mut line = landline(&piece).or_else(|| short(&piece, before.as_ref()))?;
        if let Some(before) = &before
            && line.area.is_empty()
            && line.local.len() == before.local.len()
        {
            line.area.clone_from(&before.area);
        }
        numbers.push(Number { text: line.to_text(), lacks_area: line.area.is_empty() });
        before = Some(line);
    }
    (!numbers.is_empty()).then_some(numbers)
}

impl Landline {
    fn to_text(&self) -> String {
        let dash = |text: &str| if text.is_empty() { "" } else { "-" };
        [&self.area, dash(&self.area), &self.local, dash(&self.extension), &self.extension].concat()
    }
}

/// With an area code, or a whole local number.
fn landline(piece: &str) -> Option<Landline> {
    // +86-10-62086559 leaves out the 0 of the area code.
    let abroad = piece.strip_prefix("+86").or_else(|| piece.strip_prefix("0086"));
    let national = abroad.map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    let national = national.map(|rest| if rest.starts_with(['0', '(']) { rest.to_string() } else { ["0", rest].concat() });
    let piece = national.as_deref().unwrap_or(piece);
    // (010)62086559 is 010-62086559.
    let opened = piece.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let (area, rest) = match opened {
        Some((area, rest)) => (area, rest.strip_prefix('-').unwrap_or(rest)),
        None if piece.starts_with('0') => {
            let n_digits = if matches!(piece.as_bytes().get(1), Some(b'1' | b'2')) { 3 } else { 4 };
            let (area, rest) = piece.split_at_checked(n_digits)?;
            (area, rest.strip_prefix('-').unwrap_or(rest))
        }
        None => ("", piece),
    };
    let (local, extension) = match rest.split_once(['-', '转', '轉', '#']) {
        Some((local, extension)) if is_digits(extension) && extension.len() <= 6 => (local, extension),
        Some(_) => return None,
        None => (rest, ""),
    };
    let is_length = match area.len() {
        0 => matches!(local.len(), 7 | 8),
        3 => is_area(area) && local.len() == 8,
        _ => is_area(area) && matches!(local.len(), 7 | 8),
    };
    let is_local = is_digits(local) && matches!(local.as_bytes().first(), Some(b'2'..=b'8'));
    (is_length && is_local).then(|| Landline { area: area.into(), local: local.into(), extension: extension.into() })
        .filter(|line| opened.is_none() || !line.area.is_empty())
}

/// Areas of three digits are 010, 020 to 025 and 027 to 029; of four 03xx to 09xx.
fn is_area(area: &str) -> bool {
    is_digits(area)
        && match area.as_bytes() {
            [b'0', b'1', b'0'] => true,
            [b'0', b'2', last] => *last != b'6',
            [b'0', b'3'..=b'9', _, _] => true,
            _ => false,
        }
}

/// The last digits of a number whose rest is as in the one before; behind an extension, another one.
fn short(piece: &str, before: Option<&Landline>) -> Option<Landline> {
    let before = before?;
    if is_digits(piece) && piece.len() == before.extension.len() {
        return Some(Landline { extension: piece.into(), ..before.clone() });
    }
    let kept = before.local.len().checked_sub(piece.len())?;
    let is_short = is_digits(piece) && piece.len() >= 2 && kept >= 1;
    let head = before.local.get(..kept)?;
    is_short.then(|| Landline { local: [head, piece].concat(), extension: String::new(), ..before.clone() })
}
