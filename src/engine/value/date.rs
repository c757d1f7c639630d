//! Days and months of the calendar, 1900 to 2199: reading, reckoning and showing them, without a clock.

use super::text;
use std::fmt::Write as _;

/// A day that exists. Months are their first day, so that days and months compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// How much of a date a text gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Year,
    Month,
    Day,
}

impl Date {
    /// The day, if it exists and lies in 1900 to 2199.
    pub fn new(year: i64, month: i64, day: i64) -> Option<Date> {
        let is_real = (1900..=2199).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        is_real.then_some(Date { year: year as u16, month: month as u8, day: day as u8 })
    }

    /// The calendar year.
    pub fn year(self) -> i64 {
        i64::from(self.year)
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i64 {
        i64::from(self.month)
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i64 {
        i64::from(self.day)
    }

    /// Reads `2023-08-15`, or a month, `2023-08`, as its first day. Nothing looser.
    pub fn parse_iso(text: &str) -> Option<Date> {
        match text.len() {
            7 => Date::parse_iso_month(text),
            10 => Date::parse_iso_day(text),
            _ => None,
        }
    }

    /// Reads `2023-08-15` only.
    pub fn parse_iso_day(text: &str) -> Option<Date> {
        let date = parse_typed(text, Precision::Day)?;
        (date.to_iso() == text).then_some(date)
    }

    /// Reads `2023-08` only.
    pub fn parse_iso_month(text: &str) -> Option<Date> {
        let date = parse_typed(text, Precision::Month)?;
        (date.to_iso_month() == text).then_some(date)
    }

    /// Reads a day as people type it: 2017年6月27日, 2017-6-27, 2017/6/27, 2017.6.27, 20170627,
    /// 二○一○年八月二十六日, also with full-width digits.
    pub fn parse_typed_day(text: &str) -> Option<Date> {
        parse_typed(text, Precision::Day)
    }

    /// Reads a month as people type it, in the same forms without the day.
    pub fn parse_typed_month(text: &str) -> Option<Date> {
        parse_typed(text, Precision::Month)
    }

    /// Reads a year as people type it: 2017, 2017年, 二○一七年.
    pub fn parse_typed_year(text: &str) -> Option<i64> {
        parse_typed(text, Precision::Year).map(Date::year)
    }

    /// `2023-08-15`.
    pub fn to_iso(self) -> String {
        let mut out = self.to_iso_month();
        let _ = write!(out, "-{:02}", self.day);
        out
    }

    /// `2023-08`.
    pub fn to_iso_month(self) -> String {
        let mut out = String::new();
        let _ = write!(out, "{:04}-{:02}", self.year, self.month);
        out
    }

    /// 2026年11月22日, or in a language other than Chinese 22 November 2026.
    pub fn to_words(self, language: &str) -> String {
        let mut out = String::new();
        let _ = if language.starts_with("zh") {
            write!(out, "{}年{}月{}日", self.year, self.month, self.day)
        } else {
            write!(out, "{} {} {}", self.day, self.month_name(), self.year)
        };
        out
    }

    /// 2026年11月, or November 2026.
    pub fn to_month_words(self, language: &str) -> String {
        let mut out = String::new();
        let _ = if language.starts_with("zh") {
            write!(out, "{}年{}月", self.year, self.month)
        } else {
            write!(out, "{} {}", self.month_name(), self.year)
        };
        out
    }

    fn month_name(self) -> &'static str {
        const NAMES: [&str; 12] = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ];
        NAMES.get(usize::from(self.month).wrapping_sub(1)).copied().unwrap_or_default()
    }

    /// The day that many days later. `None` outside 1900 to 2199.
    pub fn add_days(self, days: i64) -> Option<Date> {
        from_day_number(self.day_number().checked_add(days)?)
    }

    /// The same day that many months later, or the last of a shorter month. `None` outside 1900 to 2199.
    pub fn add_months(self, months: i64) -> Option<Date> {
        let month_idx = (self.year() * 12 + self.month() - 1).checked_add(months)?;
        let (year, month) = (month_idx.div_euclid(12), month_idx.rem_euclid(12) + 1);
        if !(1900..=2199).contains(&year) {
            return None;
        }
        Date::new(year, month, self.day().min(days_in_month(year, month)))
    }

    /// Days from `self` to `later`; negative if that is earlier.
    pub fn days_until(self, later: Date) -> i64 {
        later.day_number() - self.day_number()
    }

    /// Calendar months from `self` to `later`, whatever the days; negative if that is earlier.
    pub fn months_until(self, later: Date) -> i64 {
        (later.year() - self.year()) * 12 + later.month() - self.month()
    }

    /// Days since 1 March of the year 0: years then end with February, so leap days need no case.
    fn day_number(self) -> i64 {
        let (year, month) = if self.month > 2 {
            (self.year(), self.month() - 3)
        } else {
            (self.year() - 1, self.month() + 9)
        };
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + self.day() - 1
    }
}

fn from_day_number(number: i64) -> Option<Date> {
    // Days of 400, and the year of the era from its day, as in the usual civil calendar conversion.
    let (era, day) = (number.div_euclid(146_097), number.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (year * 365 + year / 4 - year / 100);
    let month = (day * 5 + 2) / 153;
    let day = day - (month * 153 + 2) / 5 + 1;
    let year = era.checked_mul(400)?.checked_add(year)?;
    if month < 10 { Date::new(year, month + 3, day) } else { Date::new(year + 1, month - 9, day) }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn parse_typed(text: &str, precision: Precision) -> Option<Date> {
    let folded = text::fold(text);
    let mut rest = folded.as_str();
    let (digits, year) = take_number(&mut rest)?;
    let wanted = match precision {
        Precision::Day => 8,
        Precision::Month => 6,
        Precision::Year => 4,
    };
    if digits != 4 {
        // 20170627 and 201706: no separators at all.
        let is_compact = rest.is_empty() && digits == wanted && folded.is_ascii();
        return match (is_compact, precision) {
            (true, Precision::Day) => Date::new(year / 10_000, year / 100 % 100, year % 100),
            (true, Precision::Month) => Date::new(year / 100, year % 100, 1),
            _ => None,
        };
    }
    let separator = take_char(&mut rest);
    if precision == Precision::Year {
        return (matches!(separator, None | Some('年')) && rest.is_empty()).then(|| Date::new(year, 1, 1))?;
    }
    let separator = separator.filter(|c| matches!(c, '年' | '-' | '/' | '.'))?;
    let (_, month) = take_number(&mut rest).filter(|(digits, _)| *digits <= 2)?;
    let after_month = take_char(&mut rest);
    if precision == Precision::Month {
        let is_end = match separator {
            '年' => matches!(after_month, None | Some('月')),
            _ => after_month.is_none(),
        };
        return (is_end && rest.is_empty()).then(|| Date::new(year, month, 1))?;
    }
    let is_between = match separator {
        '年' => after_month == Some('月'),
        _ => after_month == Some(separator),
    };
    let (_, day) = take_number(&mut rest).filter(|(digits, _)| *digits <= 2)?;
    let is_end = rest.is_empty() || separator == '年' && matches!(rest, "日" | "号" | "號");
    (is_between && is_end).then(|| Date::new(year, month, day))?
}

fn take_char(rest: &mut &str) -> Option<char> {
    let c = rest.chars().next()?;
    *rest = rest.get(c.len_utf8()..)?;
    Some(c)
}

/// Takes a number off the front: ASCII digits, or Chinese ones digit by digit (二○一○) or with 十 (二十六).
/// Gives the number of digits it would have, as years want exactly four.
fn take_number(rest: &mut &str) -> Option<(usize, i64)> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if end > 0 {
        let (digits, after) = rest.split_at_checked(end)?;
        *rest = after;
        return (end <= 8).then(|| Some((end, digits.parse().ok()?)))?;
    }
    let (mut n_digits, mut number, mut has_ten) = (0, 0, false);
    while let Some(c) = rest.chars().next() {
        match chinese_digit(c) {
            Some(_) if has_ten && number % 10 != 0 => return None,
            Some(digit) if has_ten => number += digit,
            Some(digit) => {
                number = number * 10 + digit;
                n_digits += 1;
            }
            None if c == '十' && !has_ten && n_digits <= 1 && (n_digits == 0 || number > 0) => {
                number = number.max(1) * 10;
                n_digits = 2;
                has_ten = true;
            }
            None => break,
        }
        if n_digits > 4 {
            return None;
        }
        take_char(rest);
    }
    (n_digits > 0).then_some((n_digits, number))
}

fn chinese_digit(c: char) -> Option<i64> {
    Some(match c {
        '○' | '〇' | '零' | '◯' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}
