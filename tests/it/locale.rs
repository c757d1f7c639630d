//! The words: every language has them all, every code has a sentence, every key the view names exists.

use shenbao::engine::definition::{FieldKind, Format};
use shenbao::engine::drafts::draft::{Draft, DraftError, DraftErrorKind};
use shenbao::engine::kinds::formats;
use shenbao::engine::locale::{self, LANGUAGES, WordLists, draft_error, fill, nearest, violation, word};
use shenbao::engine::validation::ViolationCode::{self, *};
use shenbao::engine::value::json::{self, Json};
use std::collections::BTreeMap;
use std::path::Path;

fn words(text: &str) -> BTreeMap<String, String> {
    let Json::Object(members) = json::parse(text.as_bytes(), 2).expect("a words file is strict JSON") else {
        panic!("a words file is one object");
    };
    members.into_iter().map(|(key, value)| (key, value.as_text().expect("words are texts").to_string())).collect()
}

fn words_of(tag: &str) -> BTreeMap<String, String> {
    let all: BTreeMap<String, String> = locale::embedded(tag).flat_map(words).collect();
    assert!(!all.is_empty(), "the command line has the words of every language");
    all
}

fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_language_has_every_word_with_the_same_values() {
    let first = words_of(LANGUAGES[0].tag);
    for language in LANGUAGES {
        let other = words_of(language.tag);
        let missing: Vec<_> = first.keys().filter(|key| !other.contains_key(*key)).collect();
        let extra: Vec<_> = other.keys().filter(|key| !first.contains_key(*key)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{}: missing {missing:?}, extra {extra:?}", language.tag);
        for (key, text) in &other {
            assert!(!text.trim().is_empty(), "{}: {key} is blank", language.tag);
            // A sentence may leave a value out, but not name one that is not given.
            for name in names(text) {
                let own = key.starts_with("violation.") && ["label", "text", "kind"].contains(&name);
                assert!(own || names(&first[key]).contains(&name), "{}: {key} names {{{name}}}", language.tag);
            }
        }
    }
}

#[test]
fn the_first_language_stands_in_until_another_is_there_and_for_what_that_one_lacks() {
    // A program that embeds the first language alone, as the page does.
    let page = WordLists::default();
    assert!(!page.has("zh-CN") && page.install("zh-CN", locale::embedded("zh-CN").next().unwrap()) && page.has("zh-CN"));
    let chinese = page.word("zh-CN", "cancel").to_owned();
    let other = "en";
    assert!(!page.has(other));
    assert_eq!(page.word(other, "cancel"), chinese);
    assert_eq!(page.word("fr", "cancel"), chinese, "a language that nobody speaks");
    for refused in ["", "<!DOCTYPE html>", "{}", "{\"cancel\":", "[\"cancel\"]"] {
        assert!(!page.install(other, refused), "{refused}");
    }
    assert!(!page.install("fr", r#"{"cancel":"Annuler"}"#));
    assert_eq!(page.word(other, "cancel"), chinese, "what is no words file changes nothing");
    assert!(page.install(other, r#"{"cancel":"Not now"}"#) && page.has(other));
    assert_eq!(page.word(other, "cancel"), "Not now");
    assert_eq!(page.word(other, "bar.home"), page.word("zh-CN", "bar.home"));
    assert!(page.install(other, r#"{"cancel":"Later"}"#));
    assert_eq!(page.word(other, "cancel"), "Not now", "words that were shown stay as they are");
    assert_eq!(page.word(other, "no.such.key"), "?");
}

#[test]
fn traditional_words_hold_no_simplified_character() {
    // Those characters of our Chinese words that stand for one traditional character only, and look otherwise.
    let simplified = "与专丢两个为么义书于从会传储关内写况准减几击划则删别办务动区单历压县参双发变号后吗员响园围国图坏处备复头夹实审对导层属带\
        并应废开张强归录扩护报择损换据数断无旧时显机条来构标栏样检没浏满点现电盖盘码确种称签类约级纯纳纸纹组经结给络统继续维编缩\
        网联脑节范荐衔补见规览计认记许设证识诉试话该语误说请读质贴贵资转软载输辖边过还这进连适选邮邻采里钥销错键长闭问间际随页项\
        顺须题额验齐";
    for (key, text) in words_of("zh-Hant") {
        // An example of the notice stands as the notice prints it.
        let text = text.replace("国知办发管字〔2017〕30号", "");
        let found: Vec<char> = text.chars().filter(|it| simplified.contains(*it)).collect();
        assert!(found.is_empty(), "{key}: {found:?}");
    }
}

#[test]
fn words_are_calm_and_free_of_jargon() {
    for language in LANGUAGES {
        // What a reviewer's command line says about a signed file may name its parts.
        for (key, text) in words_of(language.tag).into_iter().filter(|(key, _)| !key.starts_with("bundle.")) {
            for bad in ["!", "！", "JSON", "hash", "schema", "哈希", "Error", "请您"] {
                let allowed = bad == "!" && key == "verdict.lifted";
                assert!(allowed || !text.contains(bad), "{}: {key} says {bad}", language.tag);
            }
        }
    }
}

#[test]
fn every_code_has_a_sentence() {
    for language in LANGUAGES {
        for code in ViolationCode::ALL {
            assert_ne!(word(language.tag, &format!("violation.{}", code.word())), "?", "{code:?}");
        }
        for format in [Format::Phone, Format::Mobile, Format::Email, Format::Postcode, Format::Uscc, Format::DivisionCode,
            Format::DocumentNumber, Format::PatentNumber, Format::OneName] {
            let key = format!("violation.PatternMismatch.{}", formats::name(format));
            assert_ne!(word(language.tag, &key), "?", "{key}");
        }
    }
    // What stands behind a code is a remark, a format or a kind.
    let special: Vec<&str> = FieldKind::WORDS.iter().copied()
        .chain(["area-code", "other", "unseen", "files", "phone", "mobile", "email", "postcode", "uscc", "division-code", "document-number",
            "patent-number", "one-name", "division-name", "unlisted"])
        .collect();
    for key in words_of(LANGUAGES[0].tag).keys().filter(|key| key.starts_with("violation.")) {
        let mut names = key.split('.').skip(1);
        let code = names.next().unwrap();
        assert!(ViolationCode::ALL.iter().any(|it| it.word() == code), "{key}");
        assert!(names.next().is_none_or(|name| special.contains(&name)), "{key}");
    }
}

#[test]
fn a_sentence_says_what_is_wrong_and_how_to_mend_it() {
    let say = |code, parameters: &[(&str, &str)]| violation("zh-CN", code, "人口数", parameters);
    assert_eq!(say(ValueMissing, &[]), "请填写“人口数”。");
    assert_eq!(say(ValueMissing, &[("kind", "choice")]), "请选择“人口数”。");
    assert_eq!(say(TooLong, &[("max", "4"), ("actual", "5"), ("kind", "text")]), "“人口数”最多 4 个字符，现在 5 个，请删减。");
    assert_eq!(say(RangeUnderflow, &[("min", "2017-01-01"), ("kind", "date")]), "“人口数”不能早于2017年1月1日。");
    assert_eq!(say(RangeUnderflow, &[("min", "1"), ("kind", "integer")]), "“人口数”不能小于 1。");
    assert_eq!(say(StepMismatch, &[("digits", "0"), ("kind", "integer")]), "“人口数”应为整数，请去掉小数。");
    let uscc = [("format", "uscc"), ("position", "18"), ("expected", "R"), ("kind", "text")];
    assert!(say(CheckDigit, &uscc).contains("第 18 位按规则应为 R"));
    assert!(say(PatternMismatch, &[("format", "phone"), ("remark", "area-code"), ("kind", "text")]).contains("区号"));
    // Long words of the person are cut, and nothing in them is taken for a name of ours.
    let long = "{max}".repeat(100);
    let said = say(BadInput, &[("text", &long), ("max", "9"), ("kind", "integer")]);
    assert!(said.chars().count() < 100 && said.contains("{max}{max}"), "{said}");
    assert_eq!(violation("en", ValueMissing, "Population", &[]), "Fill in “Population”.");
}

#[test]
fn no_sentence_of_the_engines_faults_lacks_a_value() {
    let parameters: [(&str, &[&str]); 7] = [
        ("TooLong", &["max", "actual"]), ("TooShort", &["min", "actual"]), ("TooFew", &["min", "actual"]),
        ("TooMany", &["max", "actual"]), ("RangeUnderflow", &["min"]), ("RangeOverflow", &["max"]), ("StepMismatch", &["digits"]),
    ];
    for language in LANGUAGES {
        for (key, text) in words_of(language.tag) {
            let Some((_, given)) = parameters.iter().find(|(code, _)| key.split('.').nth(1) == Some(code)) else { continue };
            for name in names(&text) {
                assert!(name == "label" || given.contains(&name), "{key} names {{{name}}}");
            }
        }
    }
}

#[test]
fn names_are_filled_and_unknown_ones_stay() {
    assert_eq!(fill("{a} 和 {b}、{a", &[("a", "{b}"), ("b", "二")]), "{b} 和 二、{a");
    assert_eq!(fill("{c}", &[]), "{c}");
    for traditional in ["zh-Hant", "zh-TW", "zh-HK", "zh-mo", "zh-Hant-HK"] {
        assert_eq!(nearest(traditional), "zh-Hant", "{traditional}");
    }
    assert_eq!(nearest("zh"), "zh-CN");
    assert_eq!((nearest("zh-Hans-CN"), nearest("EN-gb"), nearest("fr"), nearest("")), ("zh-CN", "en", "zh-CN", "zh-CN"));
    assert_eq!(word("en", "no.such.key"), "?");
}

#[test]
fn every_draft_error_is_explained() {
    use DraftErrorKind::*;
    for language in LANGUAGES {
        for kind in [Empty, TooLarge, Bundle, KeyFile, Office, Pdf, Mail, Definition, NotDraft, Newer, Missing, WrongType, OtherTable] {
            let said = draft_error(language.tag, &DraftError { kind, place: "table.id".into() });
            assert!(said.chars().count() > 5 && !said.contains('{'), "{kind:?}: {said}");
        }
        for bytes in [&b"{"[..], b"\xff", b"[1.5]", b"{\"a\":1,\"a\":2}"] {
            let said = draft_error(language.tag, &Draft::parse(bytes).unwrap_err());
            // A clerk counts no bytes.
            assert!(said.chars().count() > 5 && !said.chars().any(|c| c.is_ascii_digit()), "{said}");
        }
        // A picture or a text is no damaged draft.
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0"[..], b"\xff\xd8\xff\xe0", "会议纪要".as_bytes()] {
            assert_eq!(draft_error(language.tag, &Draft::parse(bytes).unwrap_err()), word(language.tag, "draft.not_draft"));
        }
    }
}

#[test]
fn every_key_that_the_view_names_exists() {
    let known = words_of(LANGUAGES[0].tag);
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web")];
    let mut unknown = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|it| it != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["t(\"", "fill(\""] {
                for (at, _) in text.match_indices(call) {
                    let before = text[..at].chars().last();
                    let is_call = !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
                    let key = text[at + call.len()..].split('"').next().unwrap_or_default();
                    if is_call && !known.contains_key(key) {
                        unknown.push(format!("{}: {key}", path.display()));
                    }
                }
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn what_the_own_page_says_beside_the_form_is_there_in_both_languages() {
    for name in ["offline.js", "one-file.js"] {
        let script = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/page").join(name)).expect("the script is there");
        let keys = |name: &str| -> Vec<String> {
            let (_, rest) = script.split_once(&format!("const {name} = {{\n")).expect("a list of words");
            let (list, _) = rest.split_once("\n};").expect("its end");
            list.lines().filter_map(|line| line.trim().split_once(": '")).map(|(key, _)| key.to_owned()).collect()
        };
        assert!(keys("CHINESE").len() > 4);
        assert_eq!(keys("CHINESE"), keys("ENGLISH"), "{name}");
    }
}

/// What the first part of the page's program says is in the file that is part of it.
#[test]
fn only_the_second_part_says_what_comes_with_it() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web");
    let later: Vec<String> = words(locale::embedded("zh-CN").nth(1).expect("there are such words")).into_keys().collect();
    // What is reached through `web/later.rs` alone.
    let second = ["verify/", "paper/", "sign.rs", "signing.rs", "hand_over.rs", "countersign.rs", "keys.rs", "review.rs", "attach.rs", "host.rs", "versions.rs", "left.rs", "form/help.rs", "form/kept.rs", "form/paste.rs", "form/problems.rs", "form/summary.rs"];
    let mut folders = vec![std::path::PathBuf::from(source)];
    let mut n_read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = path.strip_prefix(source).expect("below").to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !second.iter().any(|it| name.starts_with(it)) {
                n_read += 1;
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let said = later.iter().find(|key| text.contains(&format!("\"{key}\"")));
                assert!(said.is_none(), "{name} says {said:?}, which is in zh-CN-later.json");
            }
        }
    }
    assert!(n_read > 30, "{n_read} files");
}
