//! One or several options of a list, with words for the other one.

use super::{described, group, text};
use crate::engine::answers::{Answer, Chosen};
use crate::engine::definition::{Choice, ChoiceKind, ChoicesKind, Id};
use crate::web::dom::{Child, El, each, el, live};
use crate::web::ui::AnswerHandle;
use leptos::prelude::*;

fn options(handle: AnswerHandle, own: &[Choice], from: Option<&Id>) -> Vec<Choice> {
    handle.ui.session.peek(|table, _| table.definition.options(own, from).to_vec())
}

/// The options that ask for words.
fn with_words(options: &[Choice]) -> Vec<Id> {
    options.iter().filter(|it| it.other.is_some()).map(|it| it.code.clone()).collect()
}

/// A drop-down list, and words for an option that asks for them.
pub fn one(handle: AnswerHandle, kind: &ChoiceKind) -> Child {
    let ui = handle.ui;
    let options = options(handle, &kind.options, kind.options_from.as_ref());
    let with_words = with_words(&options);
    let asks_for_words = with_words.clone();
    let asks_words = Memo::new(move |_| match handle.answer() {
        Some(Answer::Choice(chosen)) if with_words.contains(&chosen.code) => Some(chosen.code),
        _ => None,
    });
    let entries = options.iter().map(|option| el("option", "").attr("value", &option.code).text(&ui.words(&option.label)));
    let select = el("select", "").add(el("option", "").attr("value", "").text(ui.t("field.choose"))).add_all(entries);
    let it = select.clone();
    let select = described(select, handle)
        .live_flag("disabled", move || handle.is_read_only())
        .live_value(move || match handle.answer() {
            Some(Answer::Choice(chosen)) => chosen.code.to_string(),
            _ => String::new(),
        })
        .on("change", move |_| {
            let code = it.input().value();
            let answer = (!code.is_empty()).then(|| Answer::Choice(Chosen { code: code.as_str().into(), text: None }));
            // Words that are asked for now are missing once the cell is left.
            if asks_for_words.contains(&Id::from(code.as_str())) { handle.typing(answer) } else { handle.set(answer) }
        })
        .on("blur", move |_| handle.touch());
    let words = live(move || asks_words.get().map(|code| untrack(|| other_words(handle, code))));
    vec![el("span", "select").add(select).into(), words].into()
}

/// The words of an option such as "other", which is chosen, alone or among several.
fn other_words(handle: AnswerHandle, code: Id) -> El {
    let words = handle.ui.t("field.other");
    let input = el("input", "other").attr("type", "text").attr("aria-label", words).attr("placeholder", words);
    let read = |typed: &str| (!typed.trim().is_empty()).then(|| typed.to_string());
    let shown = code.clone();
    text::in_step(
        input.live_flag("readonly", move || handle.is_read_only()),
        move |typed| {
            let mut answer = handle.answer();
            let text = words_of(&mut answer, &shown).and_then(|it| it.take());
            (text != read(typed)).then(|| text.unwrap_or_default())
        },
        move |typed| {
            let mut answer = handle.answer_now();
            if let Some(text) = words_of(&mut answer, &code) {
                *text = read(typed);
                handle.typing(answer);
            }
        },
    )
    .on("change", move |_| handle.touch())
}

/// Where an answer has the words of an option, if that is chosen.
fn words_of<'a>(answer: &'a mut Option<Answer>, code: &Id) -> Option<&'a mut Option<String>> {
    let chosen = match answer {
        Some(Answer::Choice(chosen)) => std::slice::from_mut(chosen),
        Some(Answer::Choices(chosen)) => chosen.as_mut_slice(),
        _ => return None,
    };
    chosen.iter_mut().find(|it| it.code == *code).map(|it| &mut it.text)
}

fn taken(answer: Option<Answer>) -> Vec<Chosen> {
    match answer {
        Some(Answer::Choices(chosen)) => chosen,
        _ => Vec::new(),
    }
}

/// Check boxes.
pub fn several(handle: AnswerHandle, kind: &ChoicesKind) -> El {
    let options = options(handle, &kind.options, kind.options_from.as_ref());
    let with_words = with_words(&options);
    let asked = move || taken(handle.answer()).into_iter().map(|it| it.code).filter(|it| with_words.contains(it)).collect();
    let order: StoredValue<Vec<Id>> = StoredValue::new(options.iter().map(|it| it.code.clone()).collect());
    group(el("span", "options"), handle)
        .add_all(options.iter().map(|option| check_box(handle, option, order)))
        .add(each(asked, move |code| other_words(handle, code)))
}

fn check_box(handle: AnswerHandle, option: &Choice, order: StoredValue<Vec<Id>>) -> El {
    let (shown, code) = (option.code.clone(), option.code.clone());
    let input = el("input", "").attr("type", "checkbox");
    let it = input.clone();
    let input = input
        .live_checked(move || taken(handle.answer()).iter().any(|it| it.code == shown))
        .live_flag("disabled", move || handle.is_read_only())
        .on("change", move |_| {
            let mut chosen = taken(handle.answer_now());
            chosen.retain(|it| it.code != code);
            if it.input().checked() {
                chosen.push(Chosen { code: code.clone(), text: None });
            }
            // The order of the answer is the order of the list, whichever box was ticked first.
            chosen.sort_by_key(|it| order.with_value(|order| order.iter().position(|code| *code == it.code)));
            handle.set((!chosen.is_empty()).then_some(Answer::Choices(chosen)));
        });
    el("label", "check").add(input).add(el("span", "").text(&handle.ui.words(&option.label)))
}
