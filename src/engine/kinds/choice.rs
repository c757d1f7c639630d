//! `choice`: one option of a list; one of them may ask for words.

use super::{Fault, checks};
use crate::engine::answers::{Answer, Chosen};
use crate::engine::definition::Choice;
use crate::engine::validation::ViolationCode::*;
use crate::engine::value::text::{fold, trimmed};

/// Reads a code, a label in any language, or `其他：` with the words of the other option.
pub fn decode(options: &[Choice], text: &str) -> Option<Answer> {
    find(options, text).map(Answer::Choice)
}

/// The option that a text names.
pub fn find(options: &[Choice], text: &str) -> Option<Chosen> {
    let folded = fold(text);
    let is_named = |option: &&Choice| {
        fold(&option.code) == folded
            || option.label.0.iter().any(|(_, label)| fold(label) == folded)
            || option.other.is_some() && option.label.0.iter().any(|(_, label)| fold(stem(label)) == folded)
    };
    if let Some(option) = options.iter().find(is_named) {
        return Some(Chosen { code: option.code.clone(), text: None });
    }
    let option = options.iter().find(|option| option.other.is_some())?;
    let (head, words) = text.split_once(['：', ':', '(', '（'])?;
    let head = fold(head);
    let is_head = head == fold(&option.code) || option.label.0.iter().any(|(_, label)| fold(stem(label)) == head);
    let words = trimmed(words.trim_end_matches([')', '）']));
    (is_head && !words.is_empty()).then(|| Chosen { code: option.code.clone(), text: Some(words.to_string()) })
}

/// The label without its note in brackets: 其他 of 其他(请说明).
fn stem(label: &str) -> &str {
    label.split(['(', '（']).next().map_or(label, trimmed)
}

/// The code, with the words behind a colon.
pub fn encode(chosen: &Chosen) -> String {
    match &chosen.text {
        Some(words) => [&chosen.code, "：", words].concat(),
        None => chosen.code.to_string(),
    }
}

/// The label; of the other option the words too.
pub fn shown(options: &[Choice], chosen: &Chosen, language: &str) -> String {
    let label = options.iter().find(|it| it.code == chosen.code).map_or(&*chosen.code, |it| it.label.get(language));
    match &chosen.text {
        Some(words) if language.starts_with("zh") => [stem(label), "：", words].concat(),
        Some(words) => [stem(label), ": ", words].concat(),
        None => label.to_string(),
    }
}

/// That the option exists, and that the other one has its words.
pub fn check(options: &[Choice], chosen: &Chosen, faults: &mut Vec<Fault>) {
    let Some(option) = options.iter().find(|option| option.code == chosen.code) else {
        faults.push(Fault::error(TypeMismatch).with("text", &chosen.code));
        return;
    };
    match (&option.other, chosen.text.as_deref().map(trimmed)) {
        (Some(_), None | Some("")) => faults.push(Fault::error(ValueMissing).with("of", "other")),
        (Some(other), Some(words)) => checks::length(words, 1, other.max_length, faults),
        (None, Some(_)) => faults.push(Fault::error(TypeMismatch).with("text", &chosen.code)),
        (None, None) => {}
    }
}
