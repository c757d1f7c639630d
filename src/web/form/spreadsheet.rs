//! Keys in rows, as a spreadsheet user expects them.

use super::keys::is_composing;
use super::rows::Rows;
use crate::engine::answers::AnswerPath;
use crate::engine::definition::Id;
use crate::web::ui::Ui;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, Event, HtmlInputElement, KeyboardEvent};

/// The place of the row's cell that an event comes from.
fn place_of(rows: Rows, event: &Event) -> Option<AnswerPath> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let path = target.closest(".row-cell").ok()??.get_attribute("data-path")?;
    rows.ui.session.peek(|table, _| AnswerPath::parse(&path, &table.definition))
}

fn column_ids(rows: Rows) -> Vec<Id> {
    rows.kind.with_value(|kind| kind.columns.iter().map(|column| column.id.clone()).collect())
}

/// Enter and the arrows go from cell to cell as in a spreadsheet; Enter in the last row makes a new one.
/// With Alt, the arrows up and down move the row.
pub fn on_key(rows: Rows, event: &KeyboardEvent) {
    if is_composing(event) || event.ctrl_key() || event.meta_key() {
        return;
    }
    let Some(place) = place_of(rows, event) else { return };
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    let is_line = target.tag_name() == "INPUT";
    let key = event.key();
    let (down, right): (isize, isize) = match key.as_str() {
        "ArrowUp" | "ArrowDown" if event.alt_key() => return shift(rows, &place, event, key == "ArrowDown"),
        "Enter" if event.alt_key() => return open_menu(&target, event),
        _ if event.alt_key() => return,
        "Enter" if is_line => (if event.shift_key() { -1 } else { 1 }, 0),
        "ArrowDown" if is_line => (1, 0),
        "ArrowUp" if is_line => (-1, 0),
        "ArrowLeft" if is_line && caret_at(&target, Edge::Start) => (0, -1),
        "ArrowRight" if is_line && caret_at(&target, Edge::End) => (0, 1),
        _ => return,
    };
    let (order, columns) = (untrack(|| rows.ids()), column_ids(rows));
    let row = neighbor(&order, place.row.as_ref(), down);
    let column = neighbor(&columns, place.column.as_ref(), right);
    match (row, column) {
        (Some(row), Some(column)) => {
            event.prevent_default();
            let field = place.to_field();
            rows.ui.focus_cell(&field.row(row.clone()).column(column.clone()));
        }
        // Enter behind the last row goes on in a new one.
        (None, Some(column)) if key == "Enter" && down > 0 && untrack(|| rows.has_room()) => {
            event.prevent_default();
            rows.add(None, Some(column.clone()));
        }
        _ => {}
    }
}

/// Opens what can be done with the row of a control; its button is no stop on the way from cell to cell.
fn open_menu(target: &Element, event: &KeyboardEvent) {
    let row = target.closest("[data-row]").ok().flatten();
    let button = row.and_then(|row| row.query_selector("[data-command='row-menu'][aria-expanded='false']").ok().flatten());
    if let Some(button) = button.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        button.click();
    }
}

/// The id so many places further on, if there is one.
fn neighbor<'a>(ids: &'a [Id], from: Option<&Id>, by: isize) -> Option<&'a Id> {
    let at = ids.iter().position(|id| Some(id) == from)?;
    ids.get(at.checked_add_signed(by)?)
}

/// Moves the row and leaves the focus in its cell: moving an element takes the focus away.
fn shift(rows: Rows, place: &AnswerPath, event: &KeyboardEvent, down: bool) {
    let Some(row) = &place.row else { return };
    event.prevent_default();
    if untrack(|| rows.ui.session.read_only().get()) || rows.kind.with_value(|kind| !kind.fixed.is_empty()) {
        return;
    }
    rows.shift(row, down);
    rows.ui.focus.set(Some(place.clone()));
}

/// An end of the text in a control.
enum Edge {
    Start,
    End,
}

fn caret_at(target: &Element, edge: Edge) -> bool {
    let Some(input) = target.dyn_ref::<HtmlInputElement>() else { return false };
    let (Ok(Some(start)), Ok(Some(end))) = (input.selection_start(), input.selection_end()) else { return false };
    // Selection offsets count UTF-16 units.
    let length = input.value().encode_utf16().count() as u32;
    let at = match edge {
        Edge::Start => 0,
        Edge::End => length,
    };
    start == end && start == at
}

/// A block copied from a spreadsheet fills cells from the one with the focus; a text of one line is the browser's to paste.
pub fn on_paste(rows: Rows, event: &ClipboardEvent) {
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    if !text.trim_end_matches(['\r', '\n']).contains(['\t', '\n']) || rows.ui.session.read_only().get_untracked() {
        return;
    }
    let Some(place) = place_of(rows, event) else { return };
    event.prevent_default();
    rows.ui.later(move |it| (it.paste)(rows, &place, &text));
}

impl Ui {
    /// Puts the focus in a cell on this sheet and selects its text.
    pub fn focus_cell(self, path: &AnswerPath) {
        let Some(control) = self.control(path) else { return };
        let _ = control.focus();
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            input.select();
        }
    }
}
