//! `uscc`: the unified social credit code of GB 32100-2015, 18 characters, with the check digit of the
//! organization code (GB 11714) inside.

use super::{Verdict, WrongDigit, fold_code};

const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const OUTER_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const INNER_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Structure; check digits that do not agree are named with what they should be.
pub fn check(text: &str) -> Verdict {
    let code = fold_code(text);
    let bytes = code.as_bytes();
    let in_alphabet = bytes.iter().all(|byte| ALPHABET.contains(byte));
    let region = bytes.get(2..8).unwrap_or_default();
    if bytes.len() != 18 || !in_alphabet || !region.iter().all(u8::is_ascii_digit) {
        return Verdict::Broken;
    }
    let inner = bytes.get(8..16).map(inner_digit);
    let outer = bytes.get(..17).map(outer_digit);
    let wrong: Vec<WrongDigit> = [(17, inner), (18, outer)]
        .into_iter()
        .filter(|(position, digit)| digit.as_ref() != bytes.get(position - 1))
        .filter_map(|(position, digit)| Some(WrongDigit { position, expected: char::from(digit?) }))
        .collect();
    if wrong.is_empty() { Verdict::Fits } else { Verdict::CheckDigits(wrong) }
}

/// Folded, in capitals.
pub fn canonical(text: &str) -> String {
    fold_code(text)
}

fn outer_digit(bytes: &[u8]) -> u8 {
    let value = |byte: &u8| ALPHABET.iter().position(|it| it == byte).unwrap_or_default();
    let sum: usize = bytes.iter().zip(OUTER_WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
    // The outer remainder makes 31 the digit 0; libraries have got this wrong.
    ALPHABET.get((31 - sum % 31) % 31).copied().unwrap_or_default()
}

fn inner_digit(bytes: &[u8]) -> u8 {
    let value = |byte: &u8| char::from(*byte).to_digit(36).unwrap_or_default() as usize;
    let sum: usize = bytes.iter().zip(INNER_WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    }
}
