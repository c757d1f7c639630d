//! `integer`: a whole number that every JSON reader keeps exactly.

use super::{Fault, checks, decimal};
use crate::engine::answers::Answer;
use crate::engine::definition::{IntegerKind, Words};
use crate::engine::value::json::MAX_SAFE_INTEGER;

/// Enough digits to tell a number that is too great from what is no number.
pub(super) const MAX_WHOLE: usize = 30;

/// Reads `1,234`, `１２３４` and `1234人` (with the field's unit).
pub fn decode(text: &str, unit: &Words) -> Option<Answer> {
    let number = decimal::parse_typed(text, unit, MAX_WHOLE, 0)?.parse::<i64>().ok()?;
    (number.abs() <= MAX_SAFE_INTEGER).then_some(Answer::Integer(number))
}

/// Range.
pub fn check(kind: &IntegerKind, number: i64, faults: &mut Vec<Fault>) {
    let text = |limit: Option<i64>| limit.map(|it| it.to_string()).unwrap_or_default();
    let min = (kind.min.map(i128::from), &*text(kind.min));
    checks::limits(i128::from(number), min, (kind.max.map(i128::from), &*text(kind.max)), faults);
}
