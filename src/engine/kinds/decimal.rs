//! `decimal`: a number with digits after the point, kept as its shortest text so that no digit is lost.

use super::{Fault, checks};
use crate::engine::answers::Answer;
use crate::engine::definition::{DecimalKind, Words};
use crate::engine::validation::ViolationCode::*;
use crate::engine::value::text::fold;

/// Most digits after the point that are kept at all.
const MAX_DIGITS: usize = 6;

/// Most digits before it.
const MAX_WHOLE: usize = 15;

/// Reads `1,065.50`, `１０６５．５`, `1065。5` and `1065.5万人` (with the field's unit).
pub fn decode(text: &str, unit: &Words) -> Option<Answer> {
    parse_typed(text, unit, MAX_WHOLE).map(Answer::Decimal)
}

/// The shortest text of a typed number, with the field's unit behind it or not, of at most `max_whole`
/// digits before the point.
pub(super) fn parse_typed(text: &str, unit: &Words, max_whole: usize) -> Option<String> {
    let folded = fold(text).replace('。', ".").replace('−', "-");
    let units = unit.0.iter().map(|(_, unit)| fold(unit));
    let number = units.filter(|unit| !unit.is_empty()).find_map(|unit| folded.strip_suffix(&*unit).map(str::to_string));
    shorten(&number.unwrap_or(folded), max_whole)
}

/// The shortest text of a number: no sign but `-`, no leading or trailing zero, never `-0`.
/// Thousands may be set apart by commas, all of them or none.
pub fn shortest(text: &str) -> Option<String> {
    shorten(text, MAX_WHOLE)
}

fn shorten(text: &str, max_whole: usize) -> Option<String> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = without_commas(whole)?;
    let is_number = (!whole.is_empty() || !fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    if !is_number || whole.len() > max_whole || fraction.len() > MAX_DIGITS {
        return None;
    }
    let mut out = String::new();
    if is_negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

fn without_commas(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut out = first.to_string();
    for group in groups {
        if first.is_empty() || first.len() > 3 || group.len() != 3 {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

/// The number times a million: exact, as at most six digits are kept.
pub fn scaled(shortest: &str) -> Option<i128> {
    let (whole, fraction) = shortest.split_once('.').unwrap_or((shortest, ""));
    if fraction.len() > MAX_DIGITS || whole.len() > 16 {
        return None;
    }
    let mut digits = String::from(whole);
    digits.push_str(fraction);
    (fraction.len()..MAX_DIGITS).for_each(|_| digits.push('0'));
    digits.parse().ok()
}

/// Padded to the field's digits; a number with more of them is shown whole.
pub fn shown(kind: &DecimalKind, shortest: &str) -> String {
    let mut out = shortest.to_string();
    let n_digits = shortest.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if kind.digits > 0 && n_digits == 0 {
        out.push('.');
    }
    (n_digits..kind.digits as usize).for_each(|_| out.push('0'));
    out
}

/// Digits after the point, and range.
pub fn check(kind: &DecimalKind, number: &str, faults: &mut Vec<Fault>) {
    let Some(value) = scaled(number) else {
        faults.push(Fault::error(TypeMismatch));
        return;
    };
    let n_digits = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if n_digits > kind.digits as usize {
        faults.push(Fault::error(StepMismatch).with("digits", kind.digits));
    }
    let limit = |text: &Option<String>| text.as_deref().and_then(shortest).as_deref().and_then(scaled);
    let (min, max) = (kind.min.as_deref().unwrap_or_default(), kind.max.as_deref().unwrap_or_default());
    checks::limits(value, (limit(&kind.min), min), (limit(&kind.max), max), faults);
}
