//! `one-name`: one name only, so that it can be compared with others.

use super::{Verdict, verdict};
use crate::engine::value::text::trimmed;

/// None of `、，,；;/` and no line end.
pub fn check(text: &str) -> Verdict {
    verdict(!trimmed(text).contains(['、', '，', ',', '；', ';', '/', '／', '\n', '\r']))
}

/// As typed: a name is nobody's to rewrite.
pub fn canonical(text: &str) -> String {
    trimmed(text).to_string()
}
