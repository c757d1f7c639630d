//! The strict parser refuses what two readers could read differently.

use shenbao::engine::value::json::{Json, JsonErrorKind, parse};

fn kind(text: &[u8]) -> JsonErrorKind {
    parse(text, 24).expect_err("the text must be refused").kind
}

#[test]
fn canonical_form_sorts_by_utf16_and_escapes_minimally() {
    let json = parse("{\"\u{10000}\":1,\"\u{e000}\":2,\"b\":\"\\u000b\\/\u{7f}\"}".as_bytes(), 24).unwrap();
    assert_eq!(json.to_canonical(), "{\"b\":\"\\u000b/\u{7f}\",\"\u{10000}\":1,\"\u{e000}\":2}");
}

#[test]
fn a_member_may_occur_once_only() {
    assert_eq!(kind(br#"{"a":1,"\u0061":2}"#), JsonErrorKind::DuplicateKey);
}

#[test]
fn numbers_are_safe_integers() {
    for text in ["1.0", "1e2", "-0", "9007199254740992", "01"] {
        assert_eq!(kind(text.as_bytes()), JsonErrorKind::Number, "{text}");
    }
    assert_eq!(parse(b"-9007199254740991", 24).unwrap(), Json::Int(-9007199254740991));
}

#[test]
fn nesting_is_counted_before_parsing() {
    let deep = "[".repeat(25) + &"]".repeat(25);
    assert_eq!(kind(deep.as_bytes()), JsonErrorKind::Depth);
    assert!(parse(("[".repeat(24) + &"]".repeat(24)).as_bytes(), 24).is_ok());
    assert!(parse(br#""[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[""#, 24).is_ok());
}

#[test]
fn damaged_text_is_refused() {
    for text in ["\u{feff}{}", "{", "[1,]", r#""\ud800""#, r#""\udc00""#, "\"\n\"", "{} x", ""] {
        assert_eq!(kind(text.as_bytes()), JsonErrorKind::Syntax, "{text:?}");
    }
    assert_eq!(kind(&[b'"', 0xff, b'"']), JsonErrorKind::Utf8);
}
