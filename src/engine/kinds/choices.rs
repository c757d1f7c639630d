//! `choices`: several options of a list, no code twice.

use super::{Fault, checks, choice, split_list};
use crate::engine::answers::{Answer, Chosen};
use crate::engine::definition::{Choice, ChoicesKind, Definition};
use crate::engine::validation::ViolationCode::*;

/// Reads codes and labels set apart as a list. One that is unknown leaves the whole text undecoded.
pub fn decode(options: &[Choice], text: &str) -> Option<Answer> {
    // A label may hold a separator itself.
    let pieces: Vec<&str> = if choice::find(options, text).is_some() { vec![text] } else { split_list(text).collect() };
    let mut all: Vec<Chosen> = Vec::new();
    for piece in pieces {
        let chosen = choice::find(options, piece)?;
        if all.iter().all(|it| it.code != chosen.code) {
            all.push(chosen);
        }
    }
    (!all.is_empty()).then_some(Answer::Choices(all))
}

/// The codes, set apart by `、`.
pub fn encode(all: &[Chosen]) -> String {
    all.iter().map(choice::encode).collect::<Vec<_>>().join("、")
}

/// The labels in the shown order of the options.
pub fn shown(options: &[Choice], all: &[Chosen], language: &str) -> String {
    // Walking the options needs no sorting, whose code is large; codes that are no option come last.
    let known = options.iter().flat_map(|option| all.iter().find(|it| it.code == option.code));
    let unknown = all.iter().filter(|it| options.iter().all(|option| option.code != it.code));
    let separator = if language.starts_with("zh") { "、" } else { ", " };
    let shown: Vec<String> = known.chain(unknown).map(|it| choice::shown(options, it, language)).collect();
    shown.join(separator)
}

/// Each option, repetitions and their number.
pub fn check(definition: &Definition, kind: &ChoicesKind, all: &[Chosen], faults: &mut Vec<Fault>) {
    let options = definition.options(&kind.options, kind.options_from.as_ref());
    for (idx, chosen) in all.iter().enumerate() {
        choice::check(options, chosen, faults);
        if all.iter().take(idx).any(|it| it.code == chosen.code) {
            faults.push(Fault::error(Duplicate).with("text", &chosen.code));
        }
    }
    checks::count(all.len(), kind.min, kind.max.unwrap_or(u32::MAX), faults);
}
