//! `mobile`: eleven digits, `1` and 3 to 9 first. Finer operator prefixes age badly.

use super::{Verdict, is_digits, verdict};
use crate::engine::value::text::fold;

/// `(+)86-` may stand before it.
pub fn check(text: &str) -> Verdict {
    verdict(is_mobile(&fold(text)))
}

/// The eleven digits.
pub fn canonical(text: &str) -> String {
    let folded = fold(text);
    without_country(&folded).to_string()
}

/// True for a folded text that is one mobile number.
pub fn is_mobile(folded: &str) -> bool {
    let number = without_country(folded);
    number.len() == 11 && is_digits(number) && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..])
}

fn without_country(folded: &str) -> &str {
    let rest = folded.strip_prefix('+').unwrap_or(folded);
    rest.strip_prefix("86").map_or(folded, |rest| rest.strip_prefix('-').unwrap_or(rest))
}
