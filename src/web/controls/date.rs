//! The browser's own calendar beside a typed date or month.
//!
//! Typing stays the main way: the calendar is the browser's, so it looks and behaves as elsewhere on that machine.
//! Where the browser has none for the kind, there is no button.

use crate::engine::answers::Answer;
use crate::engine::definition::FieldKind;
use crate::web::dom::{El, command, el};
use crate::web::ui::AnswerHandle;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;

/// Opens the calendar of the input; older browsers have no method for it.
const SHOW_PICKER: &str = "showPicker";

/// The button that opens the calendar, if the field holds a day or a month and the browser has a calendar for it.
pub fn calendar(handle: AnswerHandle) -> Option<El> {
    let kind = handle.field(|field| match field.kind {
        FieldKind::Date(_) => Some("date"),
        FieldKind::Month(_) => Some("month"),
        _ => None,
    })?;
    let opens_by_call = support(kind)?;
    // In rows, Tab goes from cell to cell; the arrow keys and Enter too.
    let tab_index = if handle.path().row.is_some() { "-1" } else { "0" };
    let words = handle.ui.t("date.pick");
    let input = el("input", "calendar-input")
        .attr("type", kind)
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .live_flag("disabled", move || handle.is_read_only());
    let (shown, chosen) = (input.clone(), input.clone());
    let button = command("button icon", "calendar", "")
        .attr("tabindex", tab_index)
        .attr("title", words)
        .attr("aria-label", words)
        .live_flag("disabled", move || handle.is_read_only())
        .add(el("span", "calendar-icon"));
    let picker = input.clone();
    let button = button.on_click(move || open(handle, picker.input()));
    let input = input.on("pointerdown", move |_| begin(handle, shown.input())).on("change", move |_| {
        let chosen = chosen.input().value();
        if !chosen.is_empty() {
            handle.set(handle.decode(&chosen));
        }
    });
    Some(el("span", "calendar").class_if("direct", !opens_by_call).add(button).add(input))
}

/// The calendar begins at the answer.
fn begin(handle: AnswerHandle, input: &HtmlInputElement) {
    if let Some(Answer::Date(date)) = handle.answer_now() {
        input.set_value(&date);
    }
}

fn open(handle: AnswerHandle, input: &HtmlInputElement) {
    begin(handle, input);
    let show = js_sys::Reflect::get(input, &JsValue::from_str(SHOW_PICKER)).ok();
    let show = show.and_then(|it| it.dyn_into::<js_sys::Function>().ok());
    // A page in a frame may be refused the call.
    if show.is_none_or(|show| show.call0(input).is_err()) {
        let _ = input.focus();
        input.click();
    }
}

thread_local! {
    /// What the browser has, asked once for each kind: making a calendar to look at it takes milliseconds.
    static SUPPORT: RefCell<Vec<(&'static str, Option<bool>)>> = const { RefCell::new(Vec::new()) };
}

/// Whether the browser has a calendar of the kind, and whether it opens by a call.
fn support(kind: &'static str) -> Option<bool> {
    let known = SUPPORT.with_borrow(|known| known.iter().find(|it| it.0 == kind).map(|it| it.1));
    known.unwrap_or_else(|| {
        let probe = el("input", "");
        probe.input().set_type(kind);
        let has_calendar = probe.input().type_() == kind;
        let found = has_calendar.then(|| js_sys::Reflect::has(probe.node(), &JsValue::from_str(SHOW_PICKER)).unwrap_or(false));
        SUPPORT.with_borrow_mut(|known| known.push((kind, found)));
        found
    })
}
