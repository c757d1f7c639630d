//! `division-code`: six digits of GB/T 2260-2007: province, city, county. It has no check digit; whether a
//! code is in use is a question for a versioned list.

use super::{Verdict, is_digits, verdict};
use crate::engine::value::text::fold;

/// First two digits: the provinces of each of the eight regions.
const PROVINCES: [(u8, u8); 8] = [(11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82)];

/// A known province, a city number of the standard, and no county without a city.
pub fn check(text: &str) -> Verdict {
    verdict(is_code(&fold(text)))
}

/// Folded.
pub fn canonical(text: &str) -> String {
    fold(text)
}

fn is_code(code: &str) -> bool {
    if code.len() != 6 || !is_digits(code) {
        return false;
    }
    let pair = |at: usize| code.get(at..at + 2).and_then(|pair| pair.parse::<u8>().ok());
    let (Some(province), Some(city), Some(county)) = (pair(0), pair(2), pair(4)) else { return false };
    PROVINCES.iter().any(|(from, to)| (*from..=*to).contains(&province))
        && matches!(city, 0..=70 | 90)
        && (city > 0 || county == 0)
}
