//! `long`: paragraphs, as typed; line ends are `\n`.

use super::{Fault, checks};
use crate::engine::answers::Answer;
use crate::engine::definition::LongKind;
use crate::engine::value::text::trimmed;

/// Paragraphs as typed. Windows line ends of pasted text become `\n`, as a text area would make them.
pub fn decode(text: &str) -> Option<Answer> {
    Some(Answer::Text(text.replace("\r\n", "\n").replace('\r', "\n")))
}

/// Length, and that all of it is seen.
pub fn check(kind: &LongKind, text: &str, faults: &mut Vec<Fault>) {
    checks::seen(text, faults);
    checks::length(trimmed(text), kind.min_length, kind.max_length, faults);
}
