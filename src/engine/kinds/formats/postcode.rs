//! `postcode`: six digits.

use super::{Verdict, is_digits, verdict};
use crate::engine::value::text::fold;

/// Six digits.
pub fn check(text: &str) -> Verdict {
    let folded = fold(text);
    verdict(folded.len() == 6 && is_digits(&folded))
}

/// Folded.
pub fn canonical(text: &str) -> String {
    fold(text)
}
