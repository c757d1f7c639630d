//! Keys and pasting in rows, as a spreadsheet user expects them.

use super::keys::is_composing;
use super::rows::Rows;
use crate::engine::answers::{AnswerPath, Edit, make};
use crate::engine::definition::Id;
use crate::engine::exchange::tsv;
use crate::engine::kinds;
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

/// A block copied from a spreadsheet fills cells from the one with the focus, as one step of undo.
pub fn on_paste(rows: Rows, event: &ClipboardEvent) {
    let ui = rows.ui;
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    let block = tsv::parse(&text);
    let is_one_cell = block.len() <= 1 && block.first().is_none_or(|cells| cells.len() <= 1);
    if is_one_cell || ui.session.read_only().get_untracked() {
        return;
    }
    let Some(place) = place_of(rows, event) else { return };
    event.prevent_default();
    let (edits, n_rows, left_out) = fill(rows, &place, &block);
    for edit in &edits {
        if let Edit::SetAnswer { path, .. } = edit {
            ui.touch(path);
        }
    }
    ui.session.apply(Edit::Batch(edits));
    let n_rows = n_rows.to_string();
    ui.notice.set(if left_out.is_empty() {
        ui.fill("rows.pasted", &[("n", &n_rows)])
    } else {
        let (left, most) = (left_out.len().to_string(), rows.most().to_string());
        let named = left_out.into_iter().take(3).collect::<Vec<_>>().join("、");
        ui.fill("rows.pasted_partly", &[("n", &n_rows), ("left", &left), ("max", &most), ("cells", &named)])
    });
}

/// The edits that write a block from a cell on, with new rows where there are too few; how many of its rows are
/// written, and what has no place.
fn fill<'a>(rows: Rows, place: &AnswerPath, block: &'a [Vec<String>]) -> (Vec<Edit>, usize, Vec<&'a str>) {
    let (ui, field) = (rows.ui, place.to_field());
    let mut order = untrack(|| rows.ids());
    let first_row = order.iter().position(|id| Some(id) == place.row.as_ref()).unwrap_or_default();
    let mut edits = Vec::new();
    let (mut n_rows, mut left_out) = (0, Vec::new());
    let is_said = |text: &&str| !text.trim().is_empty();
    rows.kind.with_value(|kind| {
        let first_column = kind.columns.iter().position(|it| Some(&it.id) == place.column.as_ref()).unwrap_or_default();
        for (down, cells) in block.iter().enumerate() {
            let at = first_row + down;
            if at >= order.len() {
                if !kind.fixed.is_empty() || order.len() >= kind.max as usize {
                    left_out.extend(cells.iter().map(String::as_str).filter(is_said));
                    continue;
                }
                let row = make::row(kind, &mut || ui.session.new_id());
                order.push(row.id.clone());
                edits.push(Edit::InsertRow { field: field.clone(), at: usize::MAX, row });
            }
            let Some(row) = order.get(at) else { continue };
            n_rows += 1;
            for (right, text) in cells.iter().enumerate() {
                match kind.columns.get(first_column + right) {
                    // What the table says itself stays.
                    Some(column) if kind.constant(row, &column.id).is_some() => {}
                    Some(column) => {
                        let answer = ui.session.peek(|table, _| kinds::decode(&table.definition, column, text));
                        edits.push(Edit::SetAnswer { path: field.row(row.clone()).column(column.id.clone()), answer });
                    }
                    None => left_out.extend(Some(text.as_str()).filter(is_said)),
                }
            }
        }
    });
    (edits, n_rows, left_out)
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
