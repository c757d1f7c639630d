//! The browser's own calendar beside a typed date or month.
//!
//! Typing stays the main way: the calendar is the browser's, so it looks and behaves as elsewhere on that machine.
//! Where the browser has none for the kind, there is no button.

use crate::engine::answers::Answer;
use crate::engine::definition::FieldKind;
use crate::web::ui::AnswerHandle;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Opens the calendar of the input; older browsers have no method for it.
const SHOW_PICKER: &str = "showPicker";

/// The button that opens the calendar, if the field holds a day or a month and the browser has a calendar for it.
pub fn calendar(handle: AnswerHandle) -> Option<impl IntoView> {
    let kind = handle.field(|field| match field.kind {
        FieldKind::Date(_) => Some("date"),
        FieldKind::Month(_) => Some("month"),
        _ => None,
    })?;
    let opens_by_call = support(kind)?;
    let node = NodeRef::<html::Input>::new();
    // In rows, Tab goes from cell to cell; the arrow keys and Enter too.
    let tab_index = if handle.path().row.is_some() { "-1" } else { "0" };
    let words = handle.ui.t("date.pick");
    let begin = move || {
        let Some(input) = node.get_untracked() else { return };
        if let Some(Answer::Date(date)) = handle.answer_now() {
            input.set_value(&date);
        }
    };
    let open = move |_| {
        begin();
        let Some(input) = node.get_untracked() else { return };
        let show = js_sys::Reflect::get(&input, &JsValue::from_str(SHOW_PICKER)).ok();
        let show = show.and_then(|it| it.dyn_into::<js_sys::Function>().ok());
        // A page in a frame may be refused the call.
        if show.is_none_or(|show| show.call0(&input).is_err()) {
            let _ = input.focus();
            input.click();
        }
    };
    Some(view! {
        <span class="calendar" class:direct=!opens_by_call>
            <button type="button" class="button icon" data-command="calendar" tabindex=tab_index title=words aria-label=words
                disabled=move || handle.is_read_only() on:click=open>
                <span class="calendar-icon"></span>
            </button>
            <input node_ref=node type=kind class="calendar-input" tabindex="-1" aria-hidden="true"
                disabled=move || handle.is_read_only()
                on:pointerdown=move |_| begin()
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    // Some calendars report every step through the months: together they are one step of undo.
                    if !chosen.is_empty() {
                        handle.typing(handle.decode(&chosen));
                        handle.touch();
                    }
                } />
        </span>
    })
}

/// Whether the browser has a calendar of the kind, and whether it opens by a call.
fn support(kind: &str) -> Option<bool> {
    let probe = document().create_element("input").ok()?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
    probe.set_type(kind);
    let has_calendar = probe.type_() == kind;
    has_calendar.then(|| js_sys::Reflect::has(&probe, &JsValue::from_str(SHOW_PICKER)).unwrap_or(false))
}
