//! Yes or no: two buttons, since unanswered is not no.

use crate::engine::answers::Answer;
use crate::engine::definition::BooleanKind;
use crate::web::ui::AnswerHandle;
use leptos::prelude::*;

/// Two radio buttons; a second press on the chosen one clears the answer.
pub fn buttons(handle: AnswerHandle, kind: &BooleanKind) -> impl IntoView {
    let id = handle.control_id();
    let button = move |value: bool, label: String| {
        let is_chosen = move || handle.answer() == Some(Answer::Boolean(value));
        let on_click = move |_| {
            let chosen = handle.answer_now() == Some(Answer::Boolean(value));
            handle.set((!chosen).then_some(Answer::Boolean(value)));
        };
        view! {
            <button
                type="button"
                class="option"
                role="radio"
                aria-checked=move || is_chosen().to_string()
                disabled=move || handle.is_read_only()
                on:click=on_click
            >
                {label}
            </button>
        }
    };
    let mut words = kind.words.iter().map(|words| handle.ui.words(words));
    let (yes, no) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    view! {
        <span class="options" role="radiogroup" id=id.clone() aria-describedby=format!("{id}-messages")>
            {button(true, yes)}
            {button(false, no)}
        </span>
    }
}
