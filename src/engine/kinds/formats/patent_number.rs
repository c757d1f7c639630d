//! `patent-number`: application and patent numbers of ZC 0006-2003 and of the years before, with their
//! check digit.

use super::{Verdict, WrongDigit, fold_code, is_digits};

/// Year, kind and serial, a dot and the check digit; ZL or CN may stand before it.
pub fn check(text: &str) -> Verdict {
    let code = fold_code(text);
    let number = code.strip_prefix("ZL").or_else(|| code.strip_prefix("CN")).unwrap_or(&code);
    let (digits, digit) = number.split_once('.').unwrap_or((number, ""));
    let kind_at = match digits.len() {
        12 => 4,
        8 => 2,
        _ => return Verdict::Broken,
    };
    let is_kind = digits.as_bytes().get(kind_at).is_some_and(|kind| b"12389".contains(kind));
    let is_year = if kind_at == 4 {
        digits.get(..4).is_some_and(|year| ("2003".."2100").contains(&year))
    } else {
        digits.get(..2).is_some_and(|year| ("85"..="99").contains(&year) || ("00"..="03").contains(&year))
    };
    if !is_digits(digits) || !is_kind || !is_year {
        return Verdict::Broken;
    }
    let mut given = digit.chars();
    match (given.next(), given.next()) {
        // Numbers of the first years were given out without one.
        (None, _) if !number.contains('.') && ("85".."89").contains(&digits) => Verdict::Fits,
        (Some(c), None) if c.is_ascii_digit() || c == 'X' => {
            let expected = check_digit(digits);
            if c == expected {
                Verdict::Fits
            } else {
                let position = code.chars().count();
                Verdict::CheckDigits(vec![WrongDigit { position, expected }])
            }
        }
        _ => Verdict::Broken,
    }
}

/// Folded, in capitals.
pub fn canonical(text: &str) -> String {
    fold_code(text)
}

fn check_digit(digits: &str) -> char {
    // The weights 2 to 9, again and again from the left.
    let sum: u32 = digits.bytes().zip((2..=9).cycle()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match sum % 11 {
        10 => 'X',
        rest => char::from_digit(rest, 10).unwrap_or('0'),
    }
}
