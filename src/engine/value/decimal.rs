//! Decimal numbers as texts: the shortest form that answers keep, and exact comparison of two of them.

/// Most digits after the point that are kept at all.
pub const MAX_DIGITS: usize = 6;

/// Most digits before it.
pub const MAX_WHOLE: usize = 15;

/// The shortest text of a number: no sign but `-`, no leading or trailing zero, never `-0`.
/// Thousands may be set apart by commas, all of them or none.
pub fn shortest(text: &str) -> Option<String> {
    shorten(text, MAX_WHOLE, MAX_DIGITS)
}

/// The same with other limits on the digits before and after the point.
pub fn shorten(text: &str, max_whole: usize, max_digits: usize) -> Option<String> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = without_commas(whole)?;
    let is_number = (!whole.is_empty() || !fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    if !is_number || whole.len() > max_whole || fraction.len() > max_digits {
        return None;
    }
    let mut out = String::new();
    if is_negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

fn without_commas(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut out = first.to_string();
    for group in groups {
        if first.is_empty() || first.len() > 3 || group.len() != 3 {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

/// The number times a million: exact, as at most six digits are kept.
pub fn scaled(shortest: &str) -> Option<i128> {
    let (whole, fraction) = shortest.split_once('.').unwrap_or((shortest, ""));
    if fraction.len() > MAX_DIGITS || whole.len() > 16 {
        return None;
    }
    let mut digits = String::from(whole);
    digits.push_str(fraction);
    (fraction.len()..MAX_DIGITS).for_each(|_| digits.push('0'));
    digits.parse().ok()
}
