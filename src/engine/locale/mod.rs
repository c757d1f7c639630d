//! Words of the product, one file per language. The engine gives codes; this turns them into sentences.
//!
//! Nothing in the engine uses this module.

use crate::engine::drafts::draft::{DraftError, DraftErrorKind};
use crate::engine::validation::ViolationCode;
use crate::engine::value::date::Date;
use crate::engine::value::json::{self, Json, JsonErrorKind};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A language the product speaks.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// BCP 47 tag.
    pub tag: &'static str,
    /// Its own name.
    pub name: &'static str,
    /// The words: a flat JSON object.
    pub text: &'static str,
}

/// Every language. The first is complete and is what a missing tag falls back to.
pub const LANGUAGES: &[Language] = &[
    Language { tag: "zh-CN", name: "简体中文", text: include_str!("zh-CN.json") },
    Language { tag: "en", name: "English", text: include_str!("en.json") },
];

type WordList = HashMap<String, String>;

fn lists() -> &'static [WordList] {
    static LISTS: OnceLock<Vec<WordList>> = OnceLock::new();
    LISTS.get_or_init(|| LANGUAGES.iter().map(|language| read(language.text)).collect())
}

/// Reads a words file: a flat object of texts. What is not a text is left out; a test holds the files to it.
fn read(text: &str) -> WordList {
    let Ok(Json::Object(members)) = json::parse(text.as_bytes(), 2) else { return WordList::new() };
    let texts = members.into_iter().filter_map(|(key, value)| match value {
        Json::Text(text) => Some((key, text)),
        _ => None,
    });
    texts.collect()
}

/// The language that fits a tag best: the same, one of the same family, or the first.
pub fn nearest(tag: &str) -> &'static str {
    let family = |it: &str| it.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let same = LANGUAGES.iter().find(|it| it.tag.eq_ignore_ascii_case(tag));
    let near = || LANGUAGES.iter().find(|it| family(it.tag) == family(tag));
    same.or_else(near).or(LANGUAGES.first()).map_or("zh-CN", |it| it.tag)
}

/// What a key without words gives.
const MISSING: &str = "?";

/// The words of a key; those of the first language if this one lacks them, or `?` if none has them.
pub fn word(language: &str, key: &str) -> &'static str {
    let at = LANGUAGES.iter().position(|it| it.tag == language).unwrap_or(0);
    let lists = lists();
    let found = lists.get(at).and_then(|list| list.get(key)).or_else(|| lists.first()?.get(key));
    found.map_or(MISSING, String::as_str)
}

/// The text with each `{name}` replaced by its value; a name without a value stays.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| {
            let value = values.iter().find(|(it, _)| *it == name)?;
            Some((value.1, tail))
        });
        match known {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

/// What is wrong with an answer and how to mend it.
///
/// The sentence is that of the remark, format or kind among the parameters if it has one of its own,
/// otherwise the code's.
pub fn violation(language: &str, code: ViolationCode, label: &str, parameters: &[(&str, &str)]) -> String {
    let value = |name: &str| parameters.iter().find(|(it, _)| *it == name).map(|(_, value)| *value);
    let general = ["violation.", code.word()].concat();
    let special = ["remark", "of", "format", "kind"].into_iter().filter_map(value);
    let text = special
        .map(|of| word(language, &[&general, ".", of].concat()))
        .find(|text| *text != MISSING)
        .unwrap_or_else(|| word(language, &general));
    let mut values = vec![("label", cut(label))];
    values.extend(parameters.iter().map(|(name, text)| (*name, in_words(language, value("kind"), name, text))));
    let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
    fill(text, &values)
}

/// A limit of a date as in an office; any other text cut at a length that a sentence can bear.
fn in_words(language: &str, kind: Option<&str>, name: &str, text: &str) -> String {
    let date = matches!(name, "min" | "max").then(|| Date::parse_iso(text)).flatten();
    match (date, kind) {
        (Some(date), Some("date")) => date.to_words(language),
        (Some(date), Some("month")) => date.to_month_words(language),
        _ => cut(text),
    }
}

/// At most 60 characters.
fn cut(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => [text.get(..end).unwrap_or(text), "…"].concat(),
        None => text.to_string(),
    }
}

/// Why a draft file cannot be opened, and what to do.
pub fn draft_error(language: &str, error: &DraftError) -> String {
    let key = match error.kind {
        DraftErrorKind::NotJson(JsonErrorKind::Syntax, _) => "draft.damaged",
        DraftErrorKind::NotJson(..) => "draft.not_json",
        DraftErrorKind::Empty => "draft.empty",
        DraftErrorKind::TooLarge => "draft.too_large",
        DraftErrorKind::Bundle => "draft.is_bundle",
        DraftErrorKind::KeyFile => "draft.is_key_file",
        DraftErrorKind::Definition => "draft.is_definition",
        DraftErrorKind::NotDraft => "draft.not_draft",
        DraftErrorKind::Newer => "draft.newer",
        DraftErrorKind::Missing => "draft.missing",
        DraftErrorKind::WrongType => "draft.wrong",
        DraftErrorKind::OtherTable => "draft.other_table",
    };
    let offset = match error.kind {
        DraftErrorKind::NotJson(_, offset) => offset.to_string(),
        _ => String::new(),
    };
    fill(word(language, key), &[("place", &error.place), ("offset", &offset)])
}
