//! Folding, counting and dates: the vectors of tables.md 6.5 and 6.8, and the calendar's corners.

use shenbao::engine::value::date::Date;
use shenbao::engine::value::text::{chars, fold, trimmed, words};

#[test]
fn folding_makes_codes_comparable() {
    assert_eq!(fold("　０１０—６２０８ ６５５９ "), "010-62086559");
    assert_eq!(fold("a–b－c﹣d―e‐f—g"), "a-b-c-d-e-f-g");
    assert_eq!(fold("国知办发管字〔２０１７〕３０号"), "国知办发管字〔2017〕30号");
    assert_eq!(fold("\u{feff}Ａ\u{200b}Ｂ"), "AB");
    // Compatibility ideographs in names stay what they are.
    assert_eq!(fold("\u{f9dc}"), "\u{f9dc}");
}

#[test]
fn trimming_knows_the_ideographic_space() {
    assert_eq!(trimmed("　甲 园\u{a0}\n"), "甲 园");
}

#[test]
fn words_and_characters_are_counted_as_word_does() {
    for (text, n_words, n_chars) in [
        ("专利48.4件/万人。", 8, 11),
        ("PCT申请 120 件", 5, 9),
        ("2017年至2020年", 5, 11),
        ("“十三五”规划", 7, 7),
        ("", 0, 0),
        (" \n　", 0, 0),
        ("two words", 2, 8),
        ("第\n二", 2, 2),
    ] {
        assert_eq!((words(text), chars(text)), (n_words, n_chars), "{text}");
    }
}

#[test]
fn days_are_read_as_people_type_them() {
    let day = Date::new(2017, 6, 27);
    for text in [
        "2017年6月27日", "2017-06-27", "2017-6-27", "2017/6/27", "2017.6.27", "20170627", "２０１７年６月２７日",
        " 2017 年 06 月 27 日 ", "2017—6—27", "二○一七年六月二十七日", "2017年6月27号", "2017年6月27",
    ] {
        assert_eq!(Date::parse_typed_day(text), day, "{text}");
    }
    for zero in ["○", "〇", "零"] {
        let text = format!("二{zero}一{zero}年八月二十六日");
        assert_eq!(Date::parse_typed_day(&text), Date::new(2010, 8, 26), "{text}");
    }
    assert_eq!(Date::parse_typed_day("二〇二〇年十月十日"), Date::new(2020, 10, 10));
    assert_eq!(Date::parse_typed_day("二〇二〇年十二月三十一日"), Date::new(2020, 12, 31));
    for text in [
        "", "6月27日", "2017", "2017-06", "17-6-27", "2017-6/27", "2017年6-27", "2017-6-27日", "2017年6月27日前",
        "2017-2-29", "1899-12-31", "2200-1-1", "2017-13-1", "201706271", "2017-006-27", "-2017-6-27",
        "二〇一七年六月二十七八日", "十年十月十日", "二〇一七年二十十月一日", "99999999999999999999",
    ] {
        assert_eq!(Date::parse_typed_day(text), None, "{text}");
    }
}

#[test]
fn months_and_years_are_read_alike() {
    let month = Date::new(2017, 6, 1);
    for text in ["2017年6月", "2017-06", "2017/6", "2017.6", "201706", "二○一七年六月", "2017年6"] {
        assert_eq!(Date::parse_typed_month(text), month, "{text}");
    }
    for text in ["2017", "2017年", "2017-6-1", "2017年13月", "2017-6月"] {
        assert_eq!(Date::parse_typed_month(text), None, "{text}");
    }
    for text in ["2017", "２０１７", "2017年", "二〇一七", "二〇一七年"] {
        assert_eq!(Date::parse_typed_year(text), Some(2017), "{text}");
    }
    for text in ["17", "20175", "1899", "2017年6", "年", "2017-"] {
        assert_eq!(Date::parse_typed_year(text), None, "{text}");
    }
}

#[test]
fn iso_reading_takes_nothing_looser() {
    assert_eq!(Date::parse_iso("2023-08-15"), Date::new(2023, 8, 15));
    assert_eq!(Date::parse_iso("2023-08"), Date::new(2023, 8, 1));
    for text in ["2023-8-15", "2023/08/15", "2023-02-30", "20230815", "２023-08", " 2023-08"] {
        assert_eq!(Date::parse_iso(text), None, "{text}");
    }
    assert_eq!(Date::parse_iso_day("2023-08"), None);
    assert_eq!(Date::parse_iso_month("2023-08-15"), None);
}

#[test]
fn reckoning_follows_the_calendar() {
    let date = |text| Date::parse_iso(text).unwrap();
    assert_eq!(date("2023-01-31").add_months(1), Some(date("2023-02-28")));
    assert_eq!(date("2024-01-31").add_months(1), Some(date("2024-02-29")));
    assert_eq!(date("2023-01-31").add_months(-14), Some(date("2021-11-30")));
    assert_eq!(date("2199-12-31").add_days(1), None);
    assert_eq!(date("2199-12-31").add_days(i64::MAX), None);
    assert_eq!(date("1900-01-01").add_months(i64::MIN), None);
    assert_eq!(date("2017-06-27").days_until(date("2017-07-31")), 34);
    assert_eq!(date("2017-07-31").months_until(date("2017-08-01")), 1);
    assert_eq!(date("2015-10").months_until(date("2018-09")), 35);
    // Every day of the range, one after the other.
    let (mut day, mut n_days) = (date("1900-01-01"), 0);
    while let Some(next) = day.add_days(1) {
        n_days += 1;
        assert_eq!((day.days_until(next), date("1900-01-01").days_until(next)), (1, n_days));
        assert_eq!(Date::parse_iso(&next.to_iso()), Some(next));
        day = next;
    }
    assert_eq!((day, n_days), (date("2199-12-31"), 109_572));
}

#[test]
fn dates_are_shown_as_in_an_office() {
    let date = Date::new(2026, 11, 22).unwrap();
    assert_eq!(date.to_words("zh-CN"), "2026年11月22日");
    assert_eq!(date.to_words("en"), "22 November 2026");
    assert_eq!(date.to_month_words("zh-CN"), "2026年11月");
    assert_eq!(date.to_month_words("en"), "November 2026");
}
