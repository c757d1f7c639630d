//! Words of the product, one file per language. The engine gives codes; this turns them into sentences.
//!
//! Nothing in the engine uses this module.

use crate::engine::validation::ViolationCode;
use crate::engine::value::json::{self, Json};
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

/// The words of a key; those of the first language if this one lacks them, or `?` if none has them.
pub fn word(language: &str, key: &str) -> &'static str {
    let at = LANGUAGES.iter().position(|it| it.tag == language).unwrap_or(0);
    let lists = lists();
    let found = lists.get(at).and_then(|list| list.get(key)).or_else(|| lists.first()?.get(key));
    found.map_or("?", String::as_str)
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
pub fn violation(language: &str, code: ViolationCode, label: &str, parameters: &[(&str, &str)]) -> String {
    let mut values = vec![("label", label)];
    values.extend_from_slice(parameters);
    // A format or a kind says how it wants to be written; without one the code's own sentence is said.
    let special = parameters.iter().find(|(name, _)| matches!(*name, "format" | "kind"));
    let special = special.map(|(_, of)| word(language, &format!("violation.{}.{of}", code.word())));
    let text = match special {
        Some(text) if text != "?" => text,
        _ => word(language, &format!("violation.{}", code.word())),
    };
    fill(text, &values)
}
