//! `email`: something, `@`, something with a dot. Offices use free mailers too, so no rule about domains.

use super::{Verdict, verdict};
use crate::engine::value::text::fold;

/// One `@`, and after it a dot with at least one character before and two behind it.
pub fn check(text: &str) -> Verdict {
    verdict(is_email(&fold(text)))
}

fn is_email(folded: &str) -> bool {
    let Some((name, domain)) = folded.split_once('@') else { return false };
    let Some((host, last)) = domain.rsplit_once('.') else { return false };
    !name.is_empty() && !host.is_empty() && !domain.contains('@') && last.chars().count() >= 2
        && !folded.contains(['。', '、', ',', ';', '<', '>'])
}

/// Folded; the letters stay as typed, as the part before `@` may depend on them.
pub fn canonical(text: &str) -> String {
    fold(text)
}

/// A Chinese full stop typed for a dot.
pub fn repair(text: &str) -> Option<String> {
    let mended = fold(text).replace('。', ".");
    (!is_email(&fold(text)) && is_email(&mended)).then_some(mended)
}
