//! A part instance or a row, chosen by its name.

use crate::engine::answers::{Answer, AnswerPath};
use crate::engine::definition::{Id, ReferenceKind};
use crate::engine::kinds;
use crate::web::ui::{AnswerHandle, Ui};
use leptos::prelude::*;

/// A drop-down list of the records that can be referred to.
pub fn select(handle: AnswerHandle, kind: &ReferenceKind) -> impl IntoView {
    let id = handle.control_id();
    let ui = handle.ui;
    let kind = StoredValue::new(kind.clone());
    let chosen = move || match handle.answer() {
        Some(Answer::Reference(id)) => id.to_string(),
        _ => String::new(),
    };
    let entries = move || {
        let records = kind.with_value(|kind| records(ui, kind));
        let now = chosen();
        let entry = |(id, name): (Id, String)| {
            let is_chosen = *id == *now;
            view! { <option value=id.to_string() selected=is_chosen>{name}</option> }
        };
        records.into_iter().map(entry).collect_view()
    };
    let on_change = move |event: web_sys::Event| {
        let id = event_target_value(&event);
        handle.set((!id.is_empty()).then(|| Answer::Reference(id.as_str().into())));
    };
    view! {
        <span class="select">
            <select
                id=id.clone()
                disabled=move || handle.is_read_only()
                aria-describedby=format!("{id}-messages")
                on:change=on_change
                on:blur=move |_| handle.touch()
            >
                <option value="">{ui.t("field.choose")}</option>
                {entries}
            </select>
        </span>
    }
}

/// The records with their names, watched.
fn records(ui: Ui, kind: &ReferenceKind) -> Vec<(Id, String)> {
    let (part, rows) = match kind.to.split_once('.') {
        Some((part, rows)) => (Id::from(part), Some(Id::from(rows))),
        None => (Id::from(kind.to.as_str()), None),
    };
    let name = |path: AnswerPath, number: usize| {
        let answer = ui.session.answer(&path);
        let text = answer.map(|answer| kinds::encode(&answer)).unwrap_or_default();
        if text.trim().is_empty() { format!("({number})") } else { text }
    };
    match rows {
        None => {
            let ids = ui.session.instance_ids(&part).into_iter().enumerate();
            ids.map(|(idx, id)| {
                let path = AnswerPath::instance(part.clone(), id.clone()).field(kind.show.clone());
                (id, name(path, idx + 1))
            })
            .collect()
        }
        Some(rows) => {
            let field = AnswerPath::part(part).field(rows);
            let ids = ui.session.row_ids(&field).into_iter().enumerate();
            ids.map(|(idx, id)| {
                let path = field.row(id.clone()).column(kind.show.clone());
                (id, name(path, idx + 1))
            })
            .collect()
        }
    }
}
