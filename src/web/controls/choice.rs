//! One or several options of a list, with words for the other one.

use crate::engine::answers::{Answer, Chosen};
use crate::engine::definition::{Choice, ChoiceKind, ChoicesKind, Id};
use crate::web::ui::AnswerHandle;
use leptos::prelude::*;

fn options(handle: AnswerHandle, own: &[Choice], from: Option<&Id>) -> Vec<Choice> {
    handle.ui.session.peek(|table, _, _| table.definition.options(own, from).to_vec())
}

/// A drop-down list.
pub fn one(handle: AnswerHandle, kind: &ChoiceKind) -> impl IntoView {
    let id = handle.control_id();
    let ui = handle.ui;
    let options = options(handle, &kind.options, kind.options_from.as_ref());
    let with_words: Vec<Id> = options.iter().filter(|it| it.other.is_some()).map(|it| it.code.clone()).collect();
    let chosen = move || match handle.answer() {
        Some(Answer::Choice(chosen)) => chosen.code.to_string(),
        _ => String::new(),
    };
    let on_change = move |event: web_sys::Event| {
        let code = event_target_value(&event);
        let answer = (!code.is_empty()).then(|| Answer::Choice(Chosen { code: code.as_str().into(), text: None }));
        handle.set(answer);
    };
    let asks_words = Memo::new(move |_| match handle.answer() {
        Some(Answer::Choice(chosen)) => with_words.contains(&chosen.code),
        _ => false,
    });
    let words = move || {
        let text = move || match handle.answer() {
            Some(Answer::Choice(chosen)) => chosen.text.unwrap_or_default(),
            _ => String::new(),
        };
        view! {
            <input
                type="text"
                class="other"
                aria-label=ui.t("field.other")
                placeholder=ui.t("field.other")
                readonly=move || handle.is_read_only()
                prop:value=text
                on:change=move |event| {
                    let Some(Answer::Choice(chosen)) = handle.answer_now() else { return };
                    let text = event_target_value(&event);
                    let text = (!text.trim().is_empty()).then_some(text);
                    handle.set(Some(Answer::Choice(Chosen { text, ..chosen })));
                }
            />
        }
    };
    let entries = options.iter().map(|option| {
        let code = option.code.to_string();
        let this = code.clone();
        view! { <option value=code selected=move || chosen() == this>{ui.words(&option.label)}</option> }
    });
    view! {
        <span class="select">
            <select
                id=id.clone()
                disabled=move || handle.is_read_only()
                aria-describedby=format!("{id}-messages")
                aria-invalid=move || handle.is_wrong().to_string()
                prop:value=chosen
                on:change=on_change
                on:blur=move |_| handle.touch()
            >
                <option value="">{ui.t("field.choose")}</option>
                {entries.collect_view()}
            </select>
        </span>
        {move || asks_words.get().then(words)}
    }
}

/// Check boxes.
pub fn several(handle: AnswerHandle, kind: &ChoicesKind) -> impl IntoView {
    let id = handle.control_id();
    let ui = handle.ui;
    let options = options(handle, &kind.options, kind.options_from.as_ref());
    let order: StoredValue<Vec<Id>> = StoredValue::new(options.iter().map(|it| it.code.clone()).collect());
    let taken = move |answer: Option<Answer>| match answer {
        Some(Answer::Choices(chosen)) => chosen,
        _ => Vec::new(),
    };
    let boxes = options.iter().map(|option| {
        let code = option.code.clone();
        let is_on = {
            let code = code.clone();
            move || taken(handle.answer()).iter().any(|it| it.code == code)
        };
        let on_change = move |event: web_sys::Event| {
            let mut chosen = taken(handle.answer_now());
            chosen.retain(|it| it.code != code);
            if event_target_checked(&event) {
                chosen.push(Chosen { code: code.clone(), text: None });
            }
            // The order of the answer is the order of the list, whichever box was ticked first.
            chosen.sort_by_key(|it| order.with_value(|order| order.iter().position(|code| *code == it.code)));
            handle.set((!chosen.is_empty()).then_some(Answer::Choices(chosen)));
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=is_on disabled=move || handle.is_read_only() on:change=on_change />
                <span>{ui.words(&option.label)}</span>
            </label>
        }
    });
    view! {
        <span class="options" role="group" id=id.clone() aria-describedby=format!("{id}-messages")>
            {boxes.collect_view()}
        </span>
    }
}
