//! `year`: a calendar year, 1900 to 2199.

use super::{Fault, checks};
use crate::engine::answers::Answer;
use crate::engine::definition::{DateKind, ProfileText};
use crate::engine::value::date::Date;

/// Reads `2017`, `2017年`, `二○一七年`.
pub fn decode(text: &str) -> Option<Answer> {
    Date::parse_typed_year(text).map(Answer::Integer)
}

/// Range, by default that of the calendar.
pub fn check(kind: &DateKind, year: i64, faults: &mut Vec<Fault>) {
    let text = |limit: &Option<ProfileText>, usual: &str| limit.as_ref().map_or(usual.to_string(), |it| it.0.clone());
    let (min, max) = (text(&kind.min, "1900"), text(&kind.max, "2199"));
    checks::limits(i128::from(year), (min.parse().ok(), &min), (max.parse().ok(), &max), faults);
}
