//! `texts`: several short texts, never twice the same.

use super::{Fault, checks, split_list};
use crate::engine::answers::Answer;
use crate::engine::definition::TextsKind;
use crate::engine::validation::ViolationCode::*;
use crate::engine::value::text::fold;
use std::collections::HashSet;

/// Texts set apart as a list. A repeated one is kept and reported: dropping it would hide a slip.
pub fn decode(text: &str) -> Option<Answer> {
    let texts: Vec<String> = split_list(text).map(str::to_string).collect();
    (!texts.is_empty()).then_some(Answer::Texts(texts))
}

/// The texts, set apart by `、`.
pub fn encode(texts: &[String]) -> String {
    texts.join("、")
}

/// Unseen marks, length of each, repetitions and their number.
pub fn check(kind: &TextsKind, texts: &[String], faults: &mut Vec<Fault>) {
    let mut seen: HashSet<String> = HashSet::new();
    checks::seen(&encode(texts), faults);
    for text in texts {
        checks::length(text, 1, kind.max_length, faults);
        if !seen.insert(fold(text)) {
            faults.push(Fault::error(Duplicate).with("text", text));
        }
    }
    checks::count(texts.len(), kind.min, kind.max, faults);
}
