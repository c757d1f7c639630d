//! The one place where answers meet the `validator` crate: its length and range traits.
//!
//! Its e-mail and URL checks are never used: they bring in regular expressions and name tables that cost
//! more than the whole engine.

use super::Fault;
use crate::engine::validation::ViolationCode::{self, *};
use crate::engine::value::text::is_unseen;
use validator::{ValidateLength, ValidateRange};

/// Checks the number of characters of a text, as code points.
pub fn length(text: &str, min: u32, max: u32, faults: &mut Vec<Fault>) {
    let (min, max) = (u64::from(min), u64::from(max));
    if text.validate_length(Some(min), Some(max), None) {
        return;
    }
    let actual = text.length().unwrap_or_default();
    let fault = if actual > max { Fault::error(TooLong).with("max", max) } else { Fault::error(TooShort).with("min", min) };
    faults.push(fault.with("actual", actual));
}

/// Checks that a text has no marks that nobody sees; the mend is the text without them.
pub fn seen(text: &str, faults: &mut Vec<Fault>) {
    if text.contains(is_unseen) {
        faults.push(Fault::error(PatternMismatch).with("remark", "unseen").with("mend", text.replace(is_unseen, "")));
    }
}

/// Checks a number of entries.
pub fn count(actual: usize, min: u32, max: u32, faults: &mut Vec<Fault>) {
    let actual = actual as i128;
    match range(actual, Some(i128::from(min)), Some(i128::from(max))) {
        Some(RangeUnderflow) => faults.push(Fault::error(TooFew).with("min", min).with("actual", actual)),
        Some(_) => faults.push(Fault::error(TooMany).with("max", max).with("actual", actual)),
        None => {}
    }
}

/// On which side of its range a number lies outside. Decimals come scaled, dates as their digits.
pub fn range(value: i128, min: Option<i128>, max: Option<i128>) -> Option<ViolationCode> {
    if value.validate_range(min, max, None, None) {
        return None;
    }
    Some(if min.is_some_and(|min| value < min) { RangeUnderflow } else { RangeOverflow })
}

/// Checks a value against limits that are written as texts in the value's own form.
pub fn limits(value: i128, min: (Option<i128>, &str), max: (Option<i128>, &str), faults: &mut Vec<Fault>) {
    match range(value, min.0, max.0) {
        Some(RangeUnderflow) => faults.push(Fault::error(RangeUnderflow).with("min", min.1)),
        Some(code) => faults.push(Fault::error(code).with("max", max.1)),
        None => {}
    }
}
