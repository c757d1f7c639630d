//! Everything that is typed as text: lines, numbers, dates, lists in one line, paragraphs.

use super::{date, described};
use crate::engine::answers::Answer;
use crate::engine::definition::{FieldKind, LongKind};
use crate::engine::kinds;
use crate::engine::value::text;
use crate::web::dom::{Child, El, el};
use crate::web::ui::AnswerHandle;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, InputEvent};

/// A one-line input, with a calendar or suggestions where the field has them.
pub fn line(handle: AnswerHandle) -> Child {
    let mode = handle.field(|field| match field.kind {
        FieldKind::Integer(_) | FieldKind::Year(_) => "numeric",
        FieldKind::Decimal(_) => "decimal",
        _ => "text",
    });
    let example = handle.field(|field| handle.ui.words(&field.example));
    let input = el("input", if mode == "text" { "" } else { "number" })
        .attr("type", "text")
        .attr("inputmode", mode)
        .attr("autocomplete", "off")
        .attr("placeholder", &example);
    let list_id = format!("{}-list", handle.control_id());
    let suggestions = suggestion_list(handle).map(|entries| {
        let entries = entries.into_iter().map(|entry| el("option", "").attr("value", &entry));
        el("datalist", "").attr("id", &list_id).add_all(entries)
    });
    let input = if suggestions.is_some() { input.attr("list", &list_id) } else { input };
    vec![Child::from(typed(handle, input)), date::calendar(handle).into(), suggestions.into()].into()
}

/// A text of paragraphs with its count of characters.
pub fn area(handle: AnswerHandle, kind: &LongKind) -> Child {
    let most = kind.max_length;
    // The count follows what is typed, also while composing is over; it says nothing while a word is composed.
    let counts = move || {
        let written = handle.answer().map(|answer| kinds::encode(&answer)).unwrap_or_default();
        if written.is_empty() {
            return String::new();
        }
        let (words, chars) = (text::words(&written).to_string(), written.chars().count().to_string());
        let values = [("words", words.as_str()), ("chars", chars.as_str()), ("max", &most.to_string())];
        handle.ui.fill("field.counts", &values)
    };
    let area = typed(handle, el("textarea", "").attr("rows", &kind.lines.to_string()));
    // Near its end a text says so also when it is left.
    let is_near = move || {
        let chars = handle.answer().map_or(0, |answer| text::chars(&kinds::encode(&answer)));
        chars * 10 >= most as usize * 9
    };
    let counts = el("span", "counts").attr("aria-hidden", "true").live_class("near", is_near).live_text(counts);
    vec![area, counts].into()
}

/// What lines and areas have in common.
///
/// The text is never rewritten while the control shows it: what is typed is decoded, and as long as it decodes
/// to the answer in the document the control keeps it as typed. While an input method composes, nothing is
/// decoded at all.
fn typed(handle: AnswerHandle, control: El) -> El {
    let control = described(control, handle)
        .attr("spellcheck", "false")
        .live_flag("readonly", move || handle.is_read_only());
    in_step(control, move |typed| text_in_place_of(handle, typed), move |typed| decode_typed(handle, typed))
        .on("change", move |_| handle.touch())
        .on("blur", move |_| handle.touch())
}

/// Keeps what a control holds and what it stands for in step. `in_place_of` gives the text to show if it is another
/// than what is typed; `take` takes in what is typed, with each key, since the page may end before the control is left.
pub fn in_step(control: El, in_place_of: impl Fn(&str) -> Option<String> + 'static, take: impl Fn(&str) + 'static) -> El {
    in_step_with(control, Box::new(in_place_of), Rc::new(take))
}

fn in_step_with(control: El, in_place_of: Box<dyn Fn(&str) -> Option<String>>, take: Rc<dyn Fn(&str)>) -> El {
    let it = control.clone();
    let shown = move || {
        let typed = it.input().value();
        in_place_of(&typed).unwrap_or(typed)
    };
    let control = control.live_value(shown);
    ["input", "compositionend", "change"].into_iter().fold(control, |control, event| {
        let (it, take) = (control.clone(), take.clone());
        control.on(event, move |event| {
            // Not text yet.
            if !is_composing(event) {
                take(&it.input().value());
            }
        })
    })
}

/// The text of the answer, unless what is typed means the same.
fn text_in_place_of(handle: AnswerHandle, typed: &str) -> Option<String> {
    let answer = handle.answer();
    if handle.decode(typed) == answer {
        return None;
    }
    Some(answer.map(|answer| text_of(handle, &answer)).unwrap_or_default())
}

/// What a person would have typed for the answer. The tables print dates in words, so these stand here too, where they
/// mean the same when they are read again.
fn text_of(handle: AnswerHandle, answer: &Answer) -> String {
    if matches!(answer, Answer::Date(_)) {
        let words = handle.shown(answer);
        if handle.decode(&words).as_ref() == Some(answer) {
            return words;
        }
    }
    kinds::encode(answer)
}

fn decode_typed(handle: AnswerHandle, typed: &str) {
    if handle.is_gone() || handle.is_read_only_now() {
        return;
    }
    handle.typing(handle.decode(typed));
}

/// True while an input method composes: what is in the control is not text yet.
pub fn is_composing(event: &Event) -> bool {
    event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing)
}

fn suggestion_list(handle: AnswerHandle) -> Option<Vec<String>> {
    let id = handle.field(|field| match &field.kind {
        FieldKind::Text(kind) => kind.suggestions.clone(),
        FieldKind::Texts(kind) => kind.suggestions.clone(),
        _ => None,
    })?;
    handle.ui.session.peek(|table, _| {
        let list = table.definition.list(&id)?;
        Some(list.0.iter().map(|entry| handle.ui.words(&entry.label)).collect())
    })
}
