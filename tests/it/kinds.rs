//! Field kinds: reading what is typed, showing it, its conditions; the vectors of tables.md section 6.

use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, Chosen, DocumentIdentity, Edit, Row, TableIdentity};
use shenbao::engine::definition::record::Decode;
use shenbao::engine::definition::{CheckedDefinition, Definition, Field, Format, Problems, Severity};
use shenbao::engine::divisions::{self, DIVISIONS, Divisions};
use shenbao::engine::kinds::formats::{self, Verdict, phone};
use shenbao::engine::value::pattern::Pattern;
use shenbao::engine::kinds::{Fault, check, decode, encode, shown};
use shenbao::engine::tables;
use shenbao::engine::validation::Validation;
use shenbao::engine::validation::ViolationCode::{self, *};
use shenbao::engine::value::json;
use std::sync::Arc;

/// A definition with one field, given as the members of its JSON after the id.
fn table(field: &str) -> Definition {
    let text = format!(
        r#"{{"format":"1","id":"t","version":"1.1","languages":["zh-CN","en"],"provenance":"official","title":"表",
        "notice":{{}},"lists":{{"units":["市财政局","市工信局"]}},
        "parts":[{{"id":"p","label":"部分","sections":[{{"fields":[{{"id":"f","label":"栏",{field}}}]}}]}}]}}"#
    );
    let mut problems = Problems::default();
    let definition = Definition::decode(&json::parse(text.as_bytes(), 24).unwrap(), &mut problems);
    assert_eq!(problems.list(), []);
    definition.unwrap()
}

fn field(definition: &Definition) -> &Field {
    definition.parts[0].field("f").unwrap()
}

/// The answer that a typed text becomes.
fn typed(kind: &str, text: &str) -> Option<Answer> {
    let table = table(kind);
    decode(&table, field(&table), text)
}

/// The faults of a typed text.
fn faults(kind: &str, text: &str) -> Vec<Fault> {
    let table = table(kind);
    decode(&table, field(&table), text).map_or(Vec::new(), |answer| check(&table, field(&table), &answer))
}

fn codes(kind: &str, text: &str) -> Vec<ViolationCode> {
    faults(kind, text).iter().map(|fault| fault.code).collect()
}

fn undecoded(text: &str) -> Option<Answer> {
    Some(Answer::Undecoded(text.into()))
}

#[test]
fn blank_is_no_answer_in_any_kind() {
    for kind in ["text", "long", "integer", "year", "month", "date", "boolean", "choice", "choices", "texts"] {
        for text in ["", "  ", "　", "\n"] {
            assert_eq!(typed(&format!(r#""kind":"{kind}""#), text), None, "{kind}");
        }
    }
}

#[test]
fn whole_numbers_are_read_as_people_type_them() {
    let kind = r#""kind":"integer","unit":"人","min":1,"max":2000"#;
    for (text, number) in [("100", 100), ("１００", 100), (" 1,234 ", 1234), ("1，234", 1234), ("100人", 100), ("007", 7),
        ("-3", -3), ("+3", 3), ("12.00", 12), ("−5", -5), ("—5", -5)] {
        assert_eq!(typed(kind, text), Some(Answer::Integer(number)), "{text}");
    }
    for text in ["12o", "1,23", "1,2345", "一百", "1e3", "--1", "9007199254740992", "."] {
        assert_eq!(typed(kind, text), undecoded(text), "{text}");
    }
    assert_eq!(codes(kind, "0"), [RangeUnderflow]);
    assert_eq!(codes(kind, "2001"), [RangeOverflow]);
    assert_eq!(faults(kind, "2001")[0].parameter("max"), Some("2000"));
    assert_eq!(codes(kind, "12.5"), [StepMismatch]);
    assert_eq!(codes(kind, "9007199254740992"), [RangeOverflow]);
    assert_eq!(codes(kind, "12o"), [BadInput]);
    assert!(faults(kind, "12o")[0].blanks());
    assert!(!faults(kind, "0")[0].blanks());
}

#[test]
fn decimals_keep_every_digit() {
    let kind = r#""kind":"decimal","digits":2,"unit":"万人","min":"0","max":"4000""#;
    for (text, number) in [("1065.50", "1065.5"), ("１０６５．５", "1065.5"), ("1065。5", "1065.5"), ("-0.00", "0"),
        ("1,065.5万人", "1065.5"), (".5", "0.5"), ("5.", "5"), ("0.1", "0.1"), ("000.10", "0.1"), ("-0.5", "-0.5")] {
        assert_eq!(typed(kind, text), Some(Answer::Decimal(number.into())), "{text}");
    }
    for text in ["1.2.3", "1.0000001", "1234567890123456", "万人", "1万"] {
        assert_eq!(typed(kind, text), undecoded(text), "{text}");
    }
    assert_eq!(codes(kind, "-0.01"), [RangeUnderflow]);
    assert_eq!(codes(kind, "4000.001"), [StepMismatch, RangeOverflow]);
    // A spreadsheet gives more digits than are kept at all: still a number, and the rounded one is offered.
    for text in ["1234.5678901", "1234.5678901万人", "1234.5678"] {
        let found = faults(kind, text);
        assert_eq!((found[0].code, found[0].parameter("mend")), (StepMismatch, Some("1234.57")), "{text}");
    }
    assert_eq!(codes(kind, "4000"), []);
    let table = table(kind);
    for (number, text) in [("1065.5", "1065.50"), ("3", "3.00"), ("1.234", "1.234")] {
        assert_eq!(shown(&table, field(&table), &Answer::Decimal(number.into()), "zh-CN"), text);
    }
}

#[test]
fn dates_months_and_years_have_ranges() {
    let kind = r#""kind":"date","min":"2017-01-01","max":"2017-12-31""#;
    assert_eq!(typed(kind, "二○一七年六月二十七日"), Some(Answer::Date("2017-06-27".into())));
    assert_eq!(typed(kind, "2017-2-29"), undecoded("2017-2-29"));
    assert_eq!(codes(kind, "2016-12-31"), [RangeUnderflow]);
    assert_eq!(codes(kind, "2018年1月1日"), [RangeOverflow]);
    assert_eq!(codes(r#""kind":"month","min":"2017-02""#, "2017-1"), [RangeUnderflow]);
    assert_eq!(codes(r#""kind":"year","min":2020,"max":2022"#, "2023"), [RangeOverflow]);
    assert_eq!(typed(r#""kind":"year""#, "二〇一七年"), Some(Answer::Integer(2017)));
    assert_eq!(codes(r#""kind":"year""#, "17"), [BadInput]);
    let table = table(r#""kind":"month""#);
    let month = Answer::Date("2023-08".into());
    assert_eq!(shown(&table, field(&table), &month, "zh-CN"), "2023年8月");
    assert_eq!(shown(&table, field(&table), &month, "en"), "August 2023");
    // A month that does not exist can come from a file only.
    assert_eq!(check(&table, field(&table), &Answer::Date("2023-13".into()))[0].code, BadInput);
}

#[test]
fn yes_and_no_are_words() {
    for (text, value) in [("是", true), ("否", false), ("true", true), ("false", false), ("yes", true)] {
        assert_eq!(typed(r#""kind":"boolean""#, text), Some(Answer::Boolean(value)));
    }
    assert_eq!(typed(r#""kind":"boolean","words":["有","没有"]"#, "没有"), Some(Answer::Boolean(false)));
    assert_eq!(typed(r#""kind":"boolean""#, "也许"), undecoded("也许"));
    let table = table(r#""kind":"boolean""#);
    assert_eq!(shown(&table, field(&table), &Answer::Boolean(false), "zh-CN"), "否");
    assert_eq!(shown(&table, field(&table), &Answer::Boolean(true), "en"), "yes");
}

const OPTIONS: &str = r#""options":[{"code":"resident","label":{"zh-CN":"常住人口","en":"residents"}},
    {"code":"employed","label":"从业人员"},{"code":"pair","label":"甲、乙"},
    {"code":"other","label":"其他(请说明)","other":{"max_length":4}}]"#;

fn chosen(code: &str, text: Option<&str>) -> Chosen {
    Chosen { code: code.into(), text: text.map(str::to_string) }
}

#[test]
fn a_choice_is_read_by_code_or_label() {
    let kind = format!(r#""kind":"choice",{OPTIONS}"#);
    for (text, answer) in [
        ("resident", chosen("resident", None)),
        ("常住人口", chosen("resident", None)),
        ("Residents", chosen("resident", None)),
        ("甲、乙", chosen("pair", None)),
        ("其他", chosen("other", None)),
        ("其他：户籍", chosen("other", Some("户籍"))),
        ("其他（户籍）", chosen("other", Some("户籍"))),
    ] {
        let found = typed(&kind, text);
        if text == "Residents" {
            // Labels are compared folded, but capitals are letters of their own.
            assert_eq!(found, undecoded(text));
        } else {
            assert_eq!(found, Some(Answer::Choice(answer)), "{text}");
        }
    }
    assert_eq!(typed(&kind, "户籍"), undecoded("户籍"));
    assert_eq!(codes(&kind, "其他"), [ValueMissing]);
    assert_eq!(codes(&kind, "其他：户籍人口数"), [TooLong]);
    let table = table(&kind);
    let answer = Answer::Choice(chosen("gone", None));
    assert_eq!(check(&table, field(&table), &answer)[0].code, TypeMismatch);
    let other = Answer::Choice(chosen("other", Some("户籍")));
    assert_eq!(shown(&table, field(&table), &other, "zh-CN"), "其他：户籍");
    assert_eq!(encode(&other), "other：户籍");
    assert_eq!(decode(&table, field(&table), &encode(&other)), Some(other));
    assert_eq!(shown(&table, field(&table), &Answer::Choice(chosen("resident", None)), "en"), "residents");
}

#[test]
fn choices_and_texts_come_apart_at_the_usual_marks() {
    let kind = format!(r#""kind":"choices","max":2,{OPTIONS}"#);
    let two = vec![chosen("resident", None), chosen("employed", None)];
    for text in ["常住人口、从业人员", "resident,employed", "常住人口；从业人员；常住人口", "常住人口\n从业人员"] {
        assert_eq!(typed(&kind, text), Some(Answer::Choices(two.clone())), "{text}");
    }
    assert_eq!(typed(&kind, "甲、乙"), Some(Answer::Choices(vec![chosen("pair", None)])));
    assert_eq!(typed(&kind, "常住人口、丙"), undecoded("常住人口、丙"));
    assert_eq!(codes(&kind, "常住人口、从业人员、其他：户籍"), [TooMany]);
    let table = table(&kind);
    let turned: Vec<Chosen> = two.into_iter().rev().collect();
    assert_eq!(shown(&table, field(&table), &Answer::Choices(turned), "zh-CN"), "常住人口、从业人员");

    let kind = r#""kind":"texts","min":2,"max":3,"max_length":4"#;
    let texts = |all: &[&str]| Some(Answer::Texts(all.iter().map(|it| it.to_string()).collect()));
    assert_eq!(typed(kind, "市工信局、市财政局;市法院"), texts(&["市工信局", "市财政局", "市法院"]));
    assert_eq!(typed(kind, " 甲 ，\r\n乙\t丙、"), texts(&["甲", "乙", "丙"]));
    assert_eq!(codes(kind, "甲"), [TooFew]);
    assert_eq!(codes(kind, "甲、乙、丙、丁"), [TooMany]);
    assert_eq!(codes(kind, "甲、Ａ、A"), [Duplicate]);
    assert_eq!(codes(kind, "甲、市农业农村局"), [TooLong]);
}

#[test]
fn none_is_confirmed_where_allowed_and_never_in_texts() {
    let kind = r#""kind":"month","none":{"label":{"zh-CN":"以后","en":"open"}}"#;
    assert_eq!(typed(kind, "以后"), Some(Answer::ConfirmedNone));
    assert_eq!(typed(kind, "无"), undecoded("无"));
    assert_eq!(typed(r#""kind":"integer","none":true"#, "无"), Some(Answer::ConfirmedNone));
    assert_eq!(typed(r#""kind":"integer""#, "无"), undecoded("无"));
    assert_eq!(typed(r#""kind":"text","none":true"#, "无"), Some(Answer::Text("无".into())));
    let table = table(kind);
    assert_eq!(shown(&table, field(&table), &Answer::ConfirmedNone, "en"), "open");
    assert_eq!(check(&table, field(&table), &Answer::ConfirmedNone), []);
    let table = self::table(r#""kind":"text""#);
    assert_eq!(check(&table, field(&table), &Answer::ConfirmedNone)[0].code, TypeMismatch);
}

#[test]
fn lengths_are_code_points_of_the_trimmed_text() {
    let kind = r#""kind":"text","min_length":2,"max_length":4"#;
    assert_eq!(codes(kind, "甲"), [TooShort]);
    assert_eq!(codes(kind, "  甲园管会  "), []);
    assert_eq!(codes(kind, "\u{20000}\u{20000}\u{20000}\u{20000}"), []);
    let fault = &faults(kind, "一二三四五")[0];
    assert_eq!((fault.code, fault.parameter("max"), fault.parameter("actual")), (TooLong, Some("4"), Some("5")));
    assert_eq!(typed(r#""kind":"long""#, "一\r\n二\r三"), Some(Answer::Text("一\n二\n三".into())));
}

#[test]
fn an_answer_of_another_kind_is_named() {
    let table = table(r#""kind":"integer""#);
    let answer = Answer::Text("12".into());
    assert_eq!(check(&table, field(&table), &answer)[0].code, TypeMismatch);
}

#[test]
fn rows_are_counted_without_the_spare_ones() {
    let kind = r#""kind":"rows","min":2,"max":2,"unique":["name"],
        "columns":[{"id":"name","kind":"text","label":"名称"},{"id":"year","kind":"year","label":"年","default":2020}]"#;
    let table = table(kind);
    let row = |id: &str, name: Option<&str>| {
        let mut cells = shenbao::engine::answers::Cells::new();
        cells.insert("year".into(), Answer::Integer(2020));
        if let Some(name) = name {
            cells.insert("name".into(), Answer::Text(name.into()));
        }
        Row { id: id.into(), cells }
    };
    let codes = |rows: Vec<Row>| {
        let faults = check(&table, field(&table), &Answer::Rows(rows));
        faults.into_iter().map(|it| it.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(vec![row("a", None)]), []);
    assert_eq!(codes(vec![row("a", Some("甲")), row("b", None)]), [TooFew]);
    assert_eq!(codes(vec![row("a", Some("甲")), row("b", Some("乙")), row("c", None)]), []);
    assert_eq!(codes(vec![row("a", Some("甲")), row("b", Some("乙")), row("c", Some("丙"))]), [TooMany]);
    assert_eq!(codes(vec![row("a", Some("Ａ")), row("b", Some("A"))]), [Duplicate]);
}

#[test]
fn patterns_match_whole_values() {
    let matches = |pattern: &str, text: &str| Pattern::parse(pattern).unwrap().matches(text);
    assert!(matches("[A-Z]{2}[0-9]{1,3}-?x", "AB12-x"));
    assert!(!matches("[A-Z]{2}[0-9]{1,3}", "AB1234"));
    assert!(!matches("[A-Z]{2}[0-9]{1,3}", "xAB1"));
    assert!(matches("[^0-9]{0,200}1", "甲乙1"));
    assert!(!matches("[^0-9]{0,200}1", "甲2乙1"));
    assert!(matches("第[0-9]{1,2}\\-[a\\]-]", "第12-]"));
    assert!(matches("a{2,3}a{2,3}", "aaaa") && matches("a{2,3}a{2,3}", "aaaaaa"));
    assert!(!matches("a{2,3}a{2,3}", "aaa") && !matches("a{2,3}a{2,3}", "aaaaaaa"));
    assert!(matches("a?b?c?", "") && matches("a?b?c?", "ac") && !matches("a?b?c?", "ca"));
    for bad in ["", "(a)", "a|b", "a*", "a+", ".", "\\d", "[", "[]", "[b-a]", "a{3,2}", "a{201}", "a{", "a{x}", "a??", "^a$"] {
        assert_eq!(Pattern::parse(bad), None, "{bad}");
    }
    // What makes a backtracking matcher take for ever.
    let hostile = "[ab]{0,200}".repeat(50) + "c";
    assert!(!matches(&hostile, &"a".repeat(5000)));
    let fault = &faults(r#""kind":"text","pattern":"[A-Z]{2}[0-9]{3}""#, "ＡＢ１２３")[0];
    assert_eq!((fault.code, fault.parameter("mend")), (PatternMismatch, Some("AB123")));
}

#[test]
fn credit_codes_of_6_1() {
    let check = |text: &str| formats::check(Format::Uscc, text);
    for code in [
        "91350100M000100Y43", "91512081MA62K0260E", "11320000MB151840XJ", "12440600MB2C07549J", "91110000600037341L",
        "91110108551385082Q", "9131000063159284XQ", " ９１３５０１００M000100Y43 ", "91350100m000100y43",
    ] {
        assert_eq!(check(code), Verdict::Fits, "{code}");
    }
    // The made-up ones test the outer remainder; not all of them have a real organization code inside.
    for (code, expected) in [
        ("91350211M0000XUF46", 'R'), ("91350100M0001TGQXM", '1'), ("91350203M0001FUE2P", 'J'), ("111111111111111111", '5'),
        ("11000000MTE0001160", '0'), ("12000000MTE0001750", '0'), ("11000000MTE0002391", '1'), ("12000000MTE000052Y", 'Y'),
    ] {
        let outer = match check(code) {
            Verdict::Fits => None,
            Verdict::CheckDigits(wrong) => wrong.iter().find(|it| it.position == 18).map(|it| it.expected),
            other => panic!("{code}: {other:?}"),
        };
        let given = code.chars().last().unwrap();
        assert_eq!(outer.unwrap_or(given), expected, "{code}");
        assert_eq!(outer.is_none(), given == expected, "{code}");
    }
    // Of the three reported as real the organization code inside agrees.
    for code in ["91350211M0000XUF46", "91350100M0001TGQXM", "91350203M0001FUE2P"] {
        let Verdict::CheckDigits(wrong) = check(code) else { panic!("{code}") };
        assert_eq!(wrong.iter().map(|it| it.position).collect::<Vec<_>>(), [18], "{code}");
    }
    // An identity card's number may pass, so nothing may be said about a code that fits.
    let Verdict::CheckDigits(wrong) = check("430407199312020025") else { panic!("the inner digit differs") };
    assert!(wrong.iter().all(|it| it.position == 17));
    for code in ["91350100M000100Y4Z", "91350100M000100Y4", "9135010AM000100Y43", "I1350100M000100Y43", "91350100M000100Y433"] {
        assert_eq!(check(code), Verdict::Broken, "{code}");
    }
    let fault = &faults(r#""kind":"text","format":"uscc""#, "91350211M0000XUF46")[0];
    assert_eq!((fault.code, fault.severity, fault.blanks()), (CheckDigit, Severity::Warning, false));
    assert_eq!((fault.parameter("expected"), fault.parameter("position")), (Some("R"), Some("18")));
    assert_eq!(formats::canonical(Format::Uscc, "９１350100m000100y43"), "91350100M000100Y43");
}

#[test]
fn division_codes_of_6_2() {
    for code in [
        "110000", "110108", "500151", "310151", "500229", "320500", "320582", "330782", "370211", "370102", "440305",
        "652300", "659001", "429021", "410481", "150271", "441900", "８１００００",
    ] {
        assert_eq!(formats::check(Format::DivisionCode, code), Verdict::Fits, "{code}");
    }
    for code in ["", "11010", "1101080", "990000", "160000", "110001", "119501", "11010x"] {
        assert_eq!(formats::check(Format::DivisionCode, code), Verdict::Broken, "{code}");
    }
}

#[test]
fn names_of_divisions_are_looked_up_once_the_list_is_known() {
    let check = |name: &str| formats::check(Format::DivisionName, name);
    assert_eq!(check("示例市"), Verdict::Fits, "nothing is said before the list is there");
    // Each test has a thread, and with it a list, of its own.
    divisions::learn(Arc::new(Divisions::read(DIVISIONS)));
    for name in ["苏州市", " 张家港市", "江苏省苏州市张家港市", "苏州市 张家港市", "海淀区", "北京市海淀区", "昌吉回族自治州", "青岛市黄岛区"] {
        assert_eq!(check(name), Verdict::Fits, "{name}");
    }
    for name in ["示例市", "苏州", "江苏省张家港市", "浙江省苏州市", "市", "包头稀土高新技术产业开发区"] {
        assert_eq!(check(name), Verdict::Remark("unlisted"), "{name}");
    }
    let fault = &faults(r#""kind":"text","format":"division-name""#, "示例市")[0];
    assert_eq!((fault.code, fault.severity, fault.parameter("remark")), (PatternMismatch, Severity::Warning, Some("unlisted")));
    // The cover of the 2017 table asks for such a name.
    let (table, _) = CheckedDefinition::load(tables::table("pilot-city-2017").expect("the table").text.as_bytes());
    let table = table.expect("a sound definition");
    let warned = |name: &str| {
        let ids = &mut || "x1".into();
        let mut document = AnswersDocument::new(&table.definition, TableIdentity::default(), DocumentIdentity::default(), ids);
        let path = AnswerPath::part("cover").field("city_name");
        document.apply(Edit::SetAnswer { path: path.clone(), answer: Some(Answer::Text(name.into())) });
        let state = Validation::new(&table, &document).field(&path);
        state.violations.iter().any(|it| it.severity == Severity::Warning)
    };
    assert!(warned("示例市") && !warned("苏州市"));
}

#[test]
fn document_numbers_of_6_3() {
    let check = |text: &str| formats::check(Format::DocumentNumber, text);
    for number in [
        "国知办发管字〔2017〕30号", "财办建〔2020〕40号", "舞政办〔2023〕26号", "豫知〔2023〕38号",
        "工信厅企业函〔2022〕236号", "国知办发管字 〔２０１７〕 ３０ 号",
    ] {
        assert_eq!(check(number), Verdict::Fits, "{number}");
    }
    for (number, mended) in [
        ("国知发管字[2009]238号", Some("国知发管字〔2009〕238号")),
        ("国知发运函字〔2020】138号", Some("国知发运函字〔2020〕138号")),
        ("國知辦發管字〔2017〕30號", Some("國知辦發管字〔2017〕30号")),
        ("财办建（2020）40号", Some("财办建〔2020〕40号")),
        ("国知办发管字〔2017〕081号", None),
        ("国知办发管字〔2017〕第81号", None),
        ("国知办发管字〔17〕81号", None),
        ("国知发运字〔202528", None),
    ] {
        assert_eq!(check(number), Verdict::Broken, "{number}");
        assert_eq!(formats::repair(Format::DocumentNumber, number).as_deref(), mended, "{number}");
    }
    let kind = r#""kind":"text","format":"document-number","format_severity":"warning""#;
    let fault = &faults(kind, "国知发管字[2009]238号")[0];
    assert_eq!((fault.code, fault.severity, fault.blanks()), (PatternMismatch, Severity::Warning, true));
    assert_eq!(fault.parameter("mend"), Some("国知发管字〔2009〕238号"));
}

#[test]
fn phone_numbers_of_6_4() {
    let numbers = |text: &str| phone::parse(text).map(|all| all.into_iter().map(|it| it.text).collect::<Vec<_>>());
    let list = |all: &[&str]| Some(all.iter().map(|it| it.to_string()).collect::<Vec<_>>());
    assert_eq!(numbers("010-62086559、6568"), list(&["010-62086559", "010-62086568"]));
    assert_eq!(numbers("010—68205322/5319"), list(&["010-68205322", "010-68205319"]));
    assert_eq!(numbers("010—6208337965683685"), None);
    assert_eq!(numbers("0591-87819279; 13600856139"), list(&["0591-87819279", "13600856139"]));
    for text in ["029-8123456", "0571-1234567", "12345678901", "026-62086559", "6568", "", "010-62086559转", "1360085613"] {
        assert_eq!(formats::check(Format::Phone, text), Verdict::Broken, "{text}");
    }
    assert_eq!(formats::check(Format::Phone, "85512430"), Verdict::Remark("area-code"));
    let fault = &faults(r#""kind":"text","format":"phone""#, "85512430")[0];
    assert_eq!((fault.severity, fault.blanks()), (Severity::Warning, false));
    for (text, canonical) in [
        ("０１０－６２０８６５５９", "010-62086559"),
        ("01062086559", "010-62086559"),
        ("(0591)87819279转12", "0591-87819279-12"),
        ("0375-8112345#6", "0375-8112345-6"),
        ("+86-13600856139", "13600856139"),
        ("+86-10-62086559", "010-62086559"),
        ("+86 0591-87819279", "0591-87819279"),
        ("010-62086559-801、802", "010-62086559-801、010-62086559-802"),
        ("010-62086559、62086568\n13600856139", "010-62086559、010-62086568、13600856139"),
    ] {
        assert_eq!(formats::check(Format::Phone, text), Verdict::Fits, "{text}");
        assert_eq!(formats::canonical(Format::Phone, text), canonical);
        assert_eq!(formats::canonical(Format::Phone, canonical), canonical);
    }
    for (text, verdict) in [("13600856139", Verdict::Fits), ("+8613600856139", Verdict::Fits), ("12600856139", Verdict::Broken),
        ("010-62086559", Verdict::Broken), ("13600856139、13600856138", Verdict::Broken)] {
        assert_eq!(formats::check(Format::Mobile, text), verdict, "{text}");
    }
}

#[test]
fn addresses_postcodes_and_single_names() {
    for (text, fits) in [("zscq@126.com", true), ("ｚｓｃｑ＠１２６．ｃｏｍ", true), ("a@b", false), ("a@b.c", false),
        ("@b.cn", false), ("a@.cn", false), ("a@b@c.cn", false), ("a@b.cn;c@d.cn", false), ("知识@产权.中国", true)] {
        assert_eq!(formats::check(Format::Email, text) == Verdict::Fits, fits, "{text}");
    }
    assert_eq!(formats::repair(Format::Email, "zscq@126。com").as_deref(), Some("zscq@126.com"));
    for (text, fits) in [("100088", true), ("４６２５００", true), ("10008", false), ("10008x", false)] {
        assert_eq!(formats::check(Format::Postcode, text) == Verdict::Fits, fits, "{text}");
    }
    for (text, fits) in [("市市场监管局", true), ("甲、乙", false), ("甲;乙", false), ("甲/乙", false), ("甲\n乙", false)] {
        assert_eq!(formats::check(Format::OneName, text) == Verdict::Fits, fits, "{text}");
    }
    // A name is nobody's to rewrite, also not when signing.
    assert_eq!(formats::canonical(Format::OneName, " Ａ—Ｂ "), "Ａ—Ｂ");
}

#[test]
fn patent_numbers_of_6_6() {
    let check = |text: &str| formats::check(Format::PatentNumber, text);
    for number in [
        "201710601862.3", "201310699744.2", "202322865413.3", "201510958772.0", "ZL201811564288.X", "ZL201911044411.X",
        "202510942578.7", "202010566088.9", "95115608.X", "97101765.4", "zl 201811564288．x", "85100001",
    ] {
        assert_eq!(check(number), Verdict::Fits, "{number}");
    }
    for (number, expected) in [("ZL202310123456.7", '6'), ("202410123456.7", '0')] {
        let Verdict::CheckDigits(wrong) = check(number) else { panic!("{number}") };
        assert_eq!(wrong[0].expected, expected, "{number}");
    }
    for number in ["2017106018623.3", "201770601862.3", "199910601862.3", "95115608", "20171060186A.3", "201710601862.33"] {
        assert_eq!(check(number), Verdict::Broken, "{number}");
    }
}

#[test]
fn every_format_survives_hostile_text() {
    let texts = ["", "。", "〔〕", "号", "@", "@@", ".", "+86", "0", "02", "(", "()", "（)1", "ZL", "CN.", "é€\u{10ffff}", "〔2017〕号", "転"];
    let formats = [Format::Phone, Format::Mobile, Format::Email, Format::Postcode, Format::Uscc, Format::DivisionCode,
        Format::DivisionName, Format::DocumentNumber, Format::PatentNumber, Format::OneName];
    for format in formats {
        for text in texts {
            for text in [text.to_string(), text.repeat(9), format!("0{text}12345678"), "０".repeat(18) + text] {
                let canonical = formats::canonical(format, &text);
                assert_eq!(formats::check(format, &canonical) == Verdict::Broken, formats::check(format, &text) == Verdict::Broken);
                if let Some(mended) = formats::repair(format, &text) {
                    assert_eq!(formats::check(format, &mended), Verdict::Fits);
                }
            }
        }
    }
}

#[test]
fn patterns_defaults_and_fixed_cells_are_linted() {
    let lint = |kind: &str| {
        let mut problems = Problems::default();
        shenbao::engine::kinds::lint::lint(&table(kind), &mut problems);
        problems.list().iter().map(|it| it.to_string()).collect::<Vec<_>>()
    };
    let at = "/parts/0/sections/0/fields/0";
    assert_eq!(lint(r#""kind":"text","pattern":"a+""#), [format!("{at}/pattern: BadPattern: a+")]);
    assert_eq!(lint(r#""kind":"text","pattern":"[a-z]{2}","default":"ab""#), [""; 0]);
    assert_eq!(lint(r#""kind":"text","pattern":"[a-z]{2}","default":"abc""#), [format!("{at}/default: BadValue: text")]);
    assert_eq!(lint(r#""kind":"year","default":"2020""#), [format!("{at}/default: BadValue: year")]);
    let rows = r#""kind":"rows","columns":[{"id":"unit","kind":"text","label":"单位","max_length":2},{"id":"least","kind":"decimal","digits":1,"label":"最低"}],
        "fixed":[{"key":"a","cells":{"unit":"件","least":"1.5"}},{"key":"b","cells":{"unit":"百万件","least":"1.50"}}]"#;
    let place = format!("{at}/fixed/1/cells");
    assert_eq!(lint(rows), [format!("{place}/unit: BadValue: text"), format!("{place}/least: BadValue: decimal")]);
}

#[test]
fn the_bundled_tables_pass_this_lint() {
    for table in shenbao::engine::tables::TABLES {
        let mut problems = Problems::default();
        let definition = Definition::decode(&json::parse(table.text.as_bytes(), 24).unwrap(), &mut problems).unwrap();
        shenbao::engine::kinds::lint::lint(&definition, &mut problems);
        assert_eq!(problems.list(), [], "{}", table.id);
    }
}

#[test]
fn unseen_marks_are_an_error_with_a_mend() {
    for kind in ["text", "long", "texts"] {
        let kind = format!(r#""kind":"{kind}""#);
        for text in ["三香路\u{1}998号", "三香路\u{202e}998号", "三香路\u{2028}998号", "三香路\u{7f}998号"] {
            let faults = faults(&kind, text);
            assert_eq!(faults.len(), 1, "{kind} {text:?}");
            let said = (faults[0].code, faults[0].severity, faults[0].parameter("remark"), faults[0].parameter("mend"));
            assert_eq!(said, (PatternMismatch, Severity::Error, Some("unseen"), Some("三香路998号")));
        }
    }
    assert_eq!(codes(r#""kind":"long""#, "第一行\n\t第二行\u{3000}完"), []);
}

#[test]
fn a_line_takes_no_line_ends() {
    assert_eq!(typed(r#""kind":"text""#, "知识产权\r\n发展规划"), Some(Answer::Text("知识产权发展规划".into())));
    assert_eq!(typed(r#""kind":"long""#, "知识产权\r\n发展规划"), Some(Answer::Text("知识产权\n发展规划".into())));
}

#[test]
fn pages_of_a_paper_are_a_whole_number_above_nothing() {
    use shenbao::engine::kinds::files::pages;
    for (text, read) in [("12", 12), ("１２页", 12), (" 3 页", 3)] {
        assert_eq!(pages(text), Some(Answer::Integer(read)), "{text}");
    }
    assert_eq!((pages(""), pages(" ")), (None, None));
    let table = table(r#""kind":"files""#);
    for text in ["-3", "0", "abc", "3.5", "99999999999999999999"] {
        assert_eq!(pages(text), undecoded(text), "{text}");
        let row = Row { id: "r".into(), cells: [("pages".into(), pages(text).unwrap())].into_iter().collect() };
        let faults = check(&table, field(&table), &Answer::Rows(vec![row]));
        assert_eq!((faults[0].code, faults[0].parameter("text")), (BadInput, Some(text)));
    }
}
