//! `date`: a day that exists, kept as `2023-08-15`.

use super::{Fault, checks};
use crate::engine::answers::Answer;
use crate::engine::definition::{DateKind, ProfileText};
use crate::engine::validation::ViolationCode::*;
use crate::engine::value::date::Date;

/// Reads `2017年6月27日`, `2017-6-27`, `20170627`, `二○一七年六月二十七日` and their like.
pub fn decode(text: &str) -> Option<Answer> {
    Date::parse_typed_day(text).map(|it| Answer::Date(it.to_iso()))
}

/// 2023年8月15日.
pub fn shown(text: &str, language: &str) -> String {
    Date::parse_iso_day(text).map_or(text.to_string(), |it| it.to_words(language))
}

/// That it exists, and its range.
pub fn check(kind: &DateKind, text: &str, faults: &mut Vec<Fault>) {
    check_with(Date::parse_iso_day, kind, text, faults);
}

pub(super) fn check_with(read: fn(&str) -> Option<Date>, kind: &DateKind, text: &str, faults: &mut Vec<Fault>) {
    let Some(date) = read(text) else {
        faults.push(Fault::error(BadInput).with("text", text));
        return;
    };
    // Year, month and day as one number keep the order of the calendar.
    let order = |date: Date| i128::from((date.year() * 100 + date.month()) * 100 + date.day());
    let limit = |it: &Option<ProfileText>| it.as_ref().map_or(String::new(), |it| it.0.clone());
    let (min, max) = (limit(&kind.min), limit(&kind.max));
    let limits = ((read(&min).map(order), &*min), (read(&max).map(order), &*max));
    checks::limits(order(date), limits.0, limits.1, faults);
}
