//! `division-name`: the name of an administrative division, alone or with those above it. Names change with the years,
//! so one that the list does not have is worth a look, no more; without the list nothing is said.

use super::Verdict;
use crate::engine::divisions;
use crate::engine::value::text::trimmed;

/// A remark on a name that the list does not have.
pub fn check(text: &str) -> Verdict {
    if divisions::has_name(text) == Some(false) { Verdict::Remark("unlisted") } else { Verdict::Fits }
}

/// As typed: a name is nobody's to rewrite.
pub fn canonical(text: &str) -> String {
    trimmed(text).to_string()
}
