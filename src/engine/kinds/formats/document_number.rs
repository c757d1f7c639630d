//! `document-number`: 发文字号 of GB/T 9704-2012, such as 国知办发管字〔2017〕30号.

use super::{Verdict, is_digits, verdict};
use crate::engine::value::text::fold;

/// Sign of the office, year in 〔〕, number without a leading zero and without 第, 号.
pub fn check(text: &str) -> Verdict {
    verdict(is_number(&fold(text)))
}

/// Folded.
pub fn canonical(text: &str) -> String {
    fold(text)
}

/// The right brackets and 号 for other ones, if that is all there is to mend.
pub fn repair(text: &str) -> Option<String> {
    let folded = fold(text);
    let mended: String = folded
        .chars()
        .map(|c| match c {
            '[' | '(' | '{' | '【' | '〖' | '﹝' | '﹙' | '<' | '〈' | '［' => '〔',
            ']' | ')' | '}' | '】' | '〗' | '﹞' | '﹚' | '>' | '〉' | '］' => '〕',
            '號' => '号',
            c => c,
        })
        .collect();
    (mended != folded && is_number(&mended)).then_some(mended)
}

fn is_number(text: &str) -> bool {
    let Some((office, rest)) = text.split_once('〔') else { return false };
    let Some((year, rest)) = rest.split_once('〕') else { return false };
    let Some(number) = rest.strip_suffix('号') else { return false };
    let is_office = |c: char| matches!(c, '\u{3400}'..='\u{9fff}') || c.is_ascii_alphabetic();
    (2..=15).contains(&office.chars().count())
        && office.chars().all(is_office)
        && year.len() == 4
        && is_digits(year)
        && (year.starts_with("19") || year.starts_with("20"))
        && (1..=5).contains(&number.len())
        && is_digits(number)
        && !number.starts_with('0')
}
