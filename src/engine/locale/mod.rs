//! Words of the product, one file per language. The engine gives codes; this turns them into sentences.
//!
//! The first language is part of every program. The command line embeds the others too; the page fetches one
//! when somebody asks for it, and gives it to [`install`].
//!
//! Nothing in the engine uses this module.

mod embedded;
pub mod table;

use crate::engine::drafts::draft::{DraftError, DraftErrorKind};
use crate::engine::validation::ViolationCode;
use crate::engine::value::date::Date;
use crate::engine::value::json::{self, Json, JsonErrorKind};
use crate::engine::value::map::Map;
use std::sync::{OnceLock, RwLock};

/// A language the product speaks. Its words are in the file `<tag>.json`, a flat JSON object.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// BCP 47 tag.
    pub tag: &'static str,
    /// Its own name.
    pub name: &'static str,
}

/// Every language. The first is complete and is what a missing tag falls back to.
pub const LANGUAGES: &[Language] = &[
    Language { tag: "zh-CN", name: "简体中文" },
    Language { tag: "zh-Hant", name: "繁體中文" },
    Language { tag: "en", name: "English" },
];

type WordList = Map<String>;

/// The words of each language that are at hand. A program has one of these; a test may make its own.
#[derive(Default)]
pub struct WordLists {
    lists: [OnceLock<WordList>; LANGUAGES.len()],
    /// Words of the first language that nobody reads before the second part of the page's program is here.
    later: OnceLock<WordList>,
}

impl WordLists {
    /// The words that are part of the program, and no others.
    pub fn embedded() -> Self {
        let lists = WordLists::default();
        for (tag, text) in embedded::WORDS {
            lists.install(tag, text);
        }
        lists.install_later(embedded::LATER);
        lists
    }

    /// Takes in what the second part says in the first language; false for a file without words.
    pub fn install_later(&self, text: &str) -> bool {
        let list = read(text);
        let has_words = !list.is_empty();
        if has_words {
            self.later.get_or_init(|| list);
        }
        has_words
    }

    /// Takes in the words file of a language. False for a language that is not on the list and for a file
    /// without words. Words that are there already stay.
    pub fn install(&self, tag: &str, text: &str) -> bool {
        let Some(slot) = self.slot(tag) else { return false };
        let list = read(text);
        if list.is_empty() {
            return false;
        }
        slot.get_or_init(|| list);
        true
    }

    /// True if the words of a language are at hand.
    pub fn has(&self, tag: &str) -> bool {
        self.slot(tag).is_some_and(|slot| slot.get().is_some())
    }

    /// The words of a key; those of the first language if this one lacks them, or `?` if none has them.
    pub fn word(&self, tag: &str, key: &str) -> &str {
        let found = self.slot(tag).and_then(|slot| slot.get()?.get(key));
        let found = found.or_else(|| self.lists.first()?.get()?.get(key)).or_else(|| self.later.get()?.get(key));
        found.map_or(MISSING, String::as_str)
    }

    fn slot(&self, tag: &str) -> Option<&OnceLock<WordList>> {
        self.lists.get(LANGUAGES.iter().position(|it| it.tag == tag)?)
    }
}

fn lists() -> &'static WordLists {
    static LISTS: OnceLock<WordLists> = OnceLock::new();
    LISTS.get_or_init(WordLists::embedded)
}

/// Reads a words file: a flat object of texts. What is not a text is left out; a test holds the files to it.
fn read(text: &str) -> WordList {
    let Ok(Json::Object(members)) = json::parse(text.as_bytes(), 2) else { return WordList::new() };
    let texts = members.into_iter().filter_map(|(key, value)| match value {
        Json::Text(text) => Some((key.into(), text)),
        _ => None,
    });
    texts.collect()
}

/// Where Chinese is written in traditional characters; a tag need not say so.
const TRADITIONAL: [&str; 4] = ["zh-hant", "zh-hk", "zh-mo", "zh-tw"];

/// The language that fits a tag best: the same, one of the same family, or the first.
pub fn nearest(tag: &str) -> &'static str {
    let lower = tag.to_ascii_lowercase();
    let tag = if TRADITIONAL.iter().any(|it| lower.starts_with(it)) { "zh-Hant" } else { tag };
    let family = |it: &str| it.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let same = LANGUAGES.iter().find(|it| it.tag.eq_ignore_ascii_case(tag));
    let near = || LANGUAGES.iter().find(|it| family(it.tag) == family(tag));
    same.or_else(near).or(LANGUAGES.first()).map_or("zh-CN", |it| it.tag)
}

/// What a key without words gives.
const MISSING: &str = "?";

/// The words of a key; those of the first language if this one lacks them, or `?` if none has them.
pub fn word(language: &str, key: &str) -> &'static str {
    let own = REWORDED.read().ok().and_then(|list| Some(list.iter().find(|it| it.0 == language && it.1 == key)?.2));
    own.unwrap_or_else(|| lists().word(language, key))
}

/// Language, key and words: what a page says in its own way.
type Reworded = (&'static str, String, &'static str);

static REWORDED: RwLock<Vec<Reworded>> = RwLock::new(Vec::new());

/// Puts other words in the place of ours, for the whole program: an object of texts by key, by language. What was
/// put there before goes. Words live as long as the program, so this is not for what changes all the time.
pub fn reword(text: &str) {
    let Ok(Json::Object(languages)) = json::parse(text.as_bytes(), 3) else { return };
    let mut list: Vec<Reworded> = Vec::new();
    for (tag, words) in &languages {
        let Some(language) = LANGUAGES.iter().find(|it| it.tag == tag) else { continue };
        let texts = words.as_object().unwrap_or_default().iter();
        list.extend(texts.filter_map(|(key, text)| Some((language.tag, key.clone(), &*text.as_text()?.to_string().leak()))));
    }
    if let Ok(mut reworded) = REWORDED.write() {
        *reworded = list;
    }
}

/// Takes in the words file of a language for the whole program; false if that is no such file.
pub fn install(tag: &str, text: &str) -> bool {
    lists().install(tag, text)
}

/// True if the words of a language are at hand: it may be shown.
pub fn has(tag: &str) -> bool {
    lists().has(tag)
}

/// The words files of a language that are part of the program.
pub fn embedded(tag: &str) -> impl Iterator<Item = &'static str> {
    let is_first = LANGUAGES.first().is_some_and(|it| it.tag == tag);
    let words = embedded::WORDS.iter().filter(move |(it, _)| *it == tag).map(|(_, text)| *text);
    words.chain(is_first.then_some(embedded::LATER))
}

/// Takes in what the second part of the page's program says in the first language.
pub fn install_later(text: &str) -> bool {
    lists().install_later(text)
}

/// True if those words are at hand.
pub fn has_later() -> bool {
    lists().later.get().is_some()
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
        // A picture or any other file, whose first byte is no draft's.
        DraftErrorKind::NotJson(JsonErrorKind::Utf8, _) | DraftErrorKind::NotJson(JsonErrorKind::Syntax, 0) => "draft.not_draft",
        DraftErrorKind::NotJson(JsonErrorKind::Syntax, _) => "draft.damaged",
        DraftErrorKind::NotJson(..) => "draft.not_json",
        DraftErrorKind::Empty => "draft.empty",
        DraftErrorKind::TooLarge => "draft.too_large",
        DraftErrorKind::Bundle => "draft.is_bundle",
        DraftErrorKind::KeyFile => "draft.is_key_file",
        DraftErrorKind::Definition => "draft.is_definition",
        DraftErrorKind::Office => "draft.is_office",
        DraftErrorKind::Pdf => "draft.is_pdf",
        DraftErrorKind::Mail => "draft.is_mail",
        DraftErrorKind::NotDraft => "draft.not_draft",
        DraftErrorKind::Newer => "draft.newer",
        DraftErrorKind::Missing => "draft.missing",
        DraftErrorKind::WrongType => "draft.wrong",
        DraftErrorKind::OtherTable => "draft.other_table",
    };
    fill(word(language, key), &[("place", &error.place)])
}
