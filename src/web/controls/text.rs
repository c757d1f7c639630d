//! Everything that is typed as text: lines, numbers, dates, lists in one line, paragraphs.

use super::date;
use crate::engine::definition::{FieldKind, LongKind};
use crate::engine::kinds;
use crate::engine::value::text;
use crate::web::ui::AnswerHandle;
use leptos::html;
use leptos::prelude::*;

/// A one-line input.
///
/// The text is never rewritten while the control shows it: what is typed is decoded, and as long as it decodes
/// to the answer in the document the control keeps it as typed. While an input method composes, nothing is
/// decoded at all.
pub fn line(handle: AnswerHandle) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let id = handle.control_id();
    let mode = handle.field(|field| match field.kind {
        FieldKind::Integer(_) | FieldKind::Year(_) => "numeric",
        FieldKind::Decimal(_) => "decimal",
        _ => "text",
    });
    let is_number = mode != "text";
    let shown = move || {
        let typed = node.get_untracked().map(|input| input.value());
        text_to_show(handle, typed)
    };
    let typed = move || node.try_get_untracked().flatten().map(|input| input.value()).unwrap_or_default();
    let suggestions = suggestion_list(handle);
    let list_id = suggestions.as_ref().map(|_| format!("{id}-list"));
    view! {
        <input
            node_ref=node
            id=id.clone()
            type="text"
            class:number=is_number
            inputmode=mode
            autocomplete="off"
            spellcheck="false"
            list=list_id
            placeholder=handle.field(|field| handle.ui.words(&field.example))
            readonly=move || handle.is_read_only()
            aria-describedby=format!("{id}-messages")
            aria-invalid=move || handle.is_wrong().to_string()
            aria-required=is_required(handle)
            prop:value=shown
            on:input=move |event| {
                if !is_composing(&event) {
                    decode_typed(handle, &typed());
                }
            }
            on:compositionend=move |_| decode_typed(handle, &typed())
            on:change=move |_| {
                decode_typed(handle, &typed());
                handle.touch();
            }
            on:blur=move |_| handle.touch()
        />
        {date::calendar(handle)}
        {suggestions.map(|entries| view! {
            <datalist id=format!("{id}-list")>
                {entries.into_iter().map(|entry| view! { <option value=entry></option> }).collect_view()}
            </datalist>
        })}
    }
}

/// A text of paragraphs with its count of characters.
pub fn area(handle: AnswerHandle, kind: &LongKind) -> impl IntoView {
    let node = NodeRef::<html::Textarea>::new();
    let id = handle.control_id();
    let most = kind.max_length;
    let shown = move || {
        let typed = node.get_untracked().map(|input| input.value());
        text_to_show(handle, typed)
    };
    let typed = move || node.try_get_untracked().flatten().map(|input| input.value()).unwrap_or_default();
    // The count follows what is typed, also while composing is over; it says nothing while a word is composed.
    let counts = move || {
        let answer = handle.answer();
        let written = answer.map(|answer| kinds::encode(&answer)).unwrap_or_default();
        if written.is_empty() {
            return String::new();
        }
        let (words, chars) = (text::words(&written).to_string(), text::chars(&written).to_string());
        let values = [("words", words.as_str()), ("chars", chars.as_str()), ("max", &most.to_string())];
        handle.ui.fill("field.counts", &values)
    };
    view! {
        <textarea
            node_ref=node
            id=id.clone()
            rows=kind.lines.to_string()
            spellcheck="false"
            readonly=move || handle.is_read_only()
            aria-describedby=format!("{id}-messages")
            aria-invalid=move || handle.is_wrong().to_string()
            aria-required=is_required(handle)
            prop:value=shown
            on:input=move |event| {
                if !is_composing(&event) {
                    decode_typed(handle, &typed());
                }
            }
            on:compositionend=move |_| decode_typed(handle, &typed())
            on:change=move |_| {
                decode_typed(handle, &typed());
                handle.touch();
            }
            on:blur=move |_| handle.touch()
        ></textarea>
        <span class="counts" aria-hidden="true">{counts}</span>
    }
}

/// The text that a control shows: what is typed if that means the answer, or the answer's own text.
fn text_to_show(handle: AnswerHandle, typed: Option<String>) -> String {
    let answer = handle.answer();
    if let Some(typed) = typed
        && handle.decode(&typed) == answer
    {
        return typed;
    }
    answer.map(|answer| kinds::encode(&answer)).unwrap_or_default()
}

fn decode_typed(handle: AnswerHandle, typed: &str) {
    if handle.is_gone() || handle.is_read_only_now() {
        return;
    }
    handle.typing(handle.decode(typed));
}

/// True while an input method composes: what is in the control is not text yet.
pub fn is_composing(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast;
    event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing)
}

fn is_required(handle: AnswerHandle) -> Option<&'static str> {
    use crate::engine::definition::Condition;
    handle.field(|field| matches!(field.required, Condition::Fixed(true))).then_some("true")
}

fn suggestion_list(handle: AnswerHandle) -> Option<Vec<String>> {
    let id = handle.field(|field| match &field.kind {
        FieldKind::Text(kind) => kind.suggestions.clone(),
        FieldKind::Texts(kind) => kind.suggestions.clone(),
        _ => None,
    })?;
    handle.ui.session.peek(|table, _, _| {
        let list = table.definition.list(&id)?;
        Some(list.0.iter().map(|entry| handle.ui.words(&entry.label)).collect())
    })
}
