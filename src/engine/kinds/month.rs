//! `month`: a calendar month, kept as `2023-08`.

use super::{Fault, date};
use crate::engine::answers::Answer;
use crate::engine::definition::DateKind;
use crate::engine::value::date::Date;

/// Reads `2023年8月`, `2023-8`, `202308` and their like.
pub fn decode(text: &str) -> Option<Answer> {
    Date::parse_typed_month(text).map(|it| Answer::Date(it.to_iso_month()))
}

/// 2023年8月.
pub fn shown(text: &str, language: &str) -> String {
    Date::parse_iso_month(text).map_or(text.to_string(), |it| it.to_month_words(language))
}

/// That it exists, and its range.
pub fn check(kind: &DateKind, text: &str, faults: &mut Vec<Fault>) {
    date::check_with(Date::parse_iso_month, kind, text, faults);
}
