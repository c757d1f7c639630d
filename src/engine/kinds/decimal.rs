//! `decimal`: a number with digits after the point, kept as its shortest text so that no digit is lost.

use super::{Fault, checks};
use crate::engine::answers::Answer;
use crate::engine::definition::{DecimalKind, Words};
use crate::engine::validation::ViolationCode::*;
use crate::engine::value::decimal::{MAX_DIGITS, MAX_WHOLE, scaled, shorten, shortest};
use crate::engine::value::number::{Number, Rounded};
use crate::engine::value::text::fold;

/// Reads `1,065.50`, `１０６５．５`, `1065。5` and `1065.5万人` (with the field's unit).
pub fn decode(text: &str, unit: &Words) -> Option<Answer> {
    parse_typed(text, unit, MAX_WHOLE, MAX_DIGITS).map(Answer::Decimal)
}

/// The shortest text of a typed number, with the field's unit behind it or not, of at most so many digits before
/// and after the point.
pub(super) fn parse_typed(text: &str, unit: &Words, max_whole: usize, max_digits: usize) -> Option<String> {
    let folded = fold(text).replace('。', ".").replace('−', "-");
    let units = unit.0.iter().map(|(_, unit)| fold(unit));
    let number = units.filter(|unit| !unit.is_empty()).find_map(|unit| folded.strip_suffix(&*unit).map(str::to_string));
    shorten(&number.unwrap_or(folded), max_whole, max_digits)
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

/// More digits after the point than asked for: the number rounded to those is offered instead.
pub(super) fn too_long(kind: &DecimalKind, number: &str) -> Fault {
    let fault = Fault::error(StepMismatch).with("digits", kind.digits);
    match Number::parse(number) {
        Some(value) => fault.with("mend", value.show(u32::from(kind.digits), Rounded::HalfUp)),
        None => fault,
    }
}

/// Digits after the point, and range.
pub fn check(kind: &DecimalKind, number: &str, faults: &mut Vec<Fault>) {
    let Some(value) = scaled(number) else {
        faults.push(Fault::error(TypeMismatch));
        return;
    };
    let n_digits = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if n_digits > kind.digits as usize {
        faults.push(too_long(kind, number));
    }
    let limit = |text: &Option<String>| text.as_deref().and_then(shortest).as_deref().and_then(scaled);
    let (min, max) = (kind.min.as_deref().unwrap_or_default(), kind.max.as_deref().unwrap_or_default());
    checks::limits(value, (limit(&kind.min), min), (limit(&kind.max), max), faults);
}
