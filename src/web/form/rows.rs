//! A sub-table: rows that are typed like a spreadsheet.
//!
//! A row is a block of its own, not a `<tr>`: the look of a table comes from the grid, so that a phone gets a
//! list and the browser may skip rows that are off screen. A row component gets the row's id, never its data.

use super::field::messages;
use super::keys::is_composing;
use crate::engine::answers::{Answer, AnswerPath, Edit, Row, make};
use crate::engine::definition::{Condition, Field, FixedRow, Id, RowsKind};
use crate::engine::exchange::tsv;
use crate::engine::kinds;
use crate::web::controls;
use crate::web::ui::{AnswerHandle, Ui};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The block of a `rows` field.
pub fn block(ui: Ui, path: AnswerPath, field: &Field, kind: &RowsKind) -> impl IntoView + use<> {
    let handle = AnswerHandle::new(ui, path.clone(), field);
    let label = ui.words(&field.label);
    let hint = ui.words(&field.hint);
    let is_fixed = !kind.fixed.is_empty();
    let is_required = matches!(field.required, Condition::Fixed(true));
    let noun = if kind.noun.is_empty() { ui.t("rows.noun").to_string() } else { ui.words(&kind.noun) };
    let template = template(kind, is_fixed);
    let kind = StoredValue::new(kind.clone());
    let field_path = StoredValue::new(path.clone());
    let n_rows = move || field_path.with_value(|path| ui.session.row_ids(path).len());
    let most = kind.with_value(|kind| kind.max as usize);
    let is_none = move || handle.answer() == Some(Answer::ConfirmedNone);
    let none = field.none.0.as_ref().map(|words| {
        let words = ui.words(words);
        let on_click = move |_| {
            let none = handle.answer_now() == Some(Answer::ConfirmedNone);
            handle.set((!none).then_some(Answer::ConfirmedNone));
        };
        view! {
            <button type="button" class="option none" aria-pressed=move || is_none().to_string()
                disabled=move || handle.is_read_only() || (n_rows() > 0 && !is_none()) on:click=on_click>{words}</button>
        }
    });
    let body = if is_fixed {
        fixed_rows(ui, path.clone(), kind).into_any()
    } else {
        view! {
            <For each=move || field_path.with_value(|path| ui.session.row_ids(path)) key=|id| id.clone() let(id)>
                <RowBlock ui field=field_path.get_value() row=id kind heading=None />
            </For>
            <p class="empty-rows" class:gone=move || n_rows() != 0>{ui.t("rows.empty")}</p>
        }
        .into_any()
    };
    let is_full = move || handle.is_read_only() || n_rows() >= most;
    let add = (!is_fixed).then(|| {
        let words = ui.fill("rows.add", &[("noun", &noun)]);
        view! {
            <div class="rows-foot">
                <button type="button" class="button link" data-command="add-row" disabled=is_full
                    on:click=move |_| add_row(ui, field_path.get_value(), kind, None)>{words}</button>
                <span class="hint">{ui.t("rows.paste")}</span>
                {none}
            </div>
        }
    });
    view! {
        <div class="cell rows" class:wrong=move || handle.is_wrong() data-path=path.to_string() style=format!("--span:24;--template:{template}")
            on:keydown=move |event| on_key(ui, field_path.get_value(), kind, event)
            on:paste=move |event| on_paste(ui, field_path.get_value(), kind, event)
        >
            <div class="rows-label">
                <span>{label}{is_required.then(|| view! { <abbr class="star" title=ui.t("field.required")>"*"</abbr> })}</span>
                {(!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> })}
            </div>
            <div class="grid" role="table">
                {head(ui, kind, is_fixed)}
                {body}
            </div>
            {add}
            {messages(handle)}
        </div>
    }
}

/// The widths of the columns as grid tracks: number or row heading, columns, buttons.
fn template(kind: &RowsKind, is_fixed: bool) -> String {
    let first = if is_fixed { "minmax(6em, 4fr)" } else { "2.6em" };
    let widths = kind.columns.iter().map(|column| format!(" minmax(0, {}fr)", column.width.unwrap_or(4)));
    let last = if is_fixed { "" } else { " 2.6em" };
    format!("{first}{}{last}", widths.collect::<String>())
}

fn head(ui: Ui, kind: StoredValue<RowsKind>, is_fixed: bool) -> impl IntoView {
    kind.with_value(|kind| {
        let first = if is_fixed { "" } else { ui.t("rows.seq") };
        let columns = kind.columns.iter().map(|column| {
            let unit = ui.words(&column.unit);
            let unit = (!unit.is_empty()).then(|| view! { <small>"("{unit}")"</small> });
            let star = matches!(column.required, Condition::Fixed(true));
            let group = kind.groups.iter().find(|group| group.columns.contains(&column.id));
            let group = group.map(|group| view! { <small class="group">{ui.words(&group.label)}</small> });
            view! {
                <span role="columnheader">
                    {group}
                    {ui.words(&column.label)}{unit}
                    {star.then(|| view! { <abbr class="star" title=ui.t("field.required")>"*"</abbr> })}
                </span>
            }
        });
        let columns = columns.collect_view();
        view! {
            <div class="row head" role="row">
                <span role="columnheader">{first}</span>
                {columns}
                {(!is_fixed).then(|| view! { <span role="columnheader"></span> })}
            </div>
        }
    })
}

/// Rows that are always there. They are stored once something is written in them.
fn fixed_rows(ui: Ui, path: AnswerPath, kind: StoredValue<RowsKind>) -> impl IntoView {
    let fixed: Vec<FixedRow> = kind.with_value(|kind| kind.fixed.clone());
    let rows = fixed.into_iter().map(|row| {
        let heading = ui.words(&row.label);
        view! { <RowBlock ui field=path.clone() row=row.key.clone() kind heading=Some(heading) /> }
    });
    rows.collect_view()
}

/// One row.
#[component]
fn RowBlock(ui: Ui, field: AnswerPath, row: Id, kind: StoredValue<RowsKind>, heading: Option<String>) -> impl IntoView {
    let path = StoredValue::new(field.row(row.clone()));
    let is_fixed = heading.is_some();
    let field_path = field.clone();
    let number = move || {
        let ids = ui.session.row_ids(&field_path);
        ids.iter().position(|id| *id == row).map_or(String::new(), |idx| (idx + 1).to_string())
    };
    let first = match heading {
        Some(words) => view! { <span class="row-heading" role="rowheader">{words}</span> }.into_any(),
        None => view! { <span class="row-number" role="rowheader">{number}</span> }.into_any(),
    };
    let cells = kind.with_value(|kind| {
        let cells = kind.columns.iter().map(|column| {
            let cell = path.with_value(|path| path.column(column.id.clone()));
            let handle = AnswerHandle::new(ui, cell.clone(), column);
            let label = ui.words(&column.label);
            let none = column.none.0.as_ref().map(|words| ui.words(words));
            view! {
                <div class="row-cell" role="cell" data-path=cell.to_string() class:wrong=move || handle.is_wrong()>
                    <label class="row-label" for=handle.control_id()>{label}</label>
                    <div class="control">
                        {controls::control(handle, column)}
                        {none.map(|words| none_toggle(handle, words))}
                    </div>
                    {messages(handle)}
                </div>
            }
        });
        cells.collect_view()
    });
    let remove = (!is_fixed).then(|| {
        view! {
            <span class="row-buttons">
                <button type="button" class="button icon" data-command="remove-row" tabindex="-1" title=ui.t("rows.remove") aria-label=ui.t("rows.remove")
                    disabled=move || ui.session.read_only().get()
                    on:click=move |_| remove_row(ui, path.get_value())>"×"</button>
            </span>
        }
    });
    view! {
        <div class="row" role="row" data-row=path.with_value(ToString::to_string)>
            {first}
            {cells}
            {remove}
        </div>
    }
}

fn none_toggle(handle: AnswerHandle, words: String) -> impl IntoView {
    let is_none = move || handle.answer() == Some(Answer::ConfirmedNone);
    view! {
        <button type="button" class="option none" tabindex="-1" aria-pressed=move || is_none().to_string()
            disabled=move || handle.is_read_only()
            on:click=move |_| {
                let none = handle.answer_now() == Some(Answer::ConfirmedNone);
                handle.set((!none).then_some(Answer::ConfirmedNone));
            }>{words}</button>
    }
}

fn new_row(ui: Ui, kind: StoredValue<RowsKind>) -> Row {
    kind.with_value(|kind| make::row(kind, &mut || ui.session.new_id()))
}

/// Adds a row and puts the focus in its first cell.
fn add_row(ui: Ui, field: AnswerPath, kind: StoredValue<RowsKind>, at: Option<usize>) {
    let row = new_row(ui, kind);
    let first = kind.with_value(|kind| kind.columns.first().map(|column| column.id.clone()));
    let path = field.row(row.id.clone());
    ui.session.add_row(&field, at, row);
    if let Some(first) = first {
        ui.focus.set(Some(path.column(first)));
    }
}

fn remove_row(ui: Ui, row: AnswerPath) {
    ui.session.apply(Edit::RemoveRow { row });
    ui.notice.set(ui.t("rows.removed").into());
}

/// The row and column of the cell that an event comes from.
fn cell_of(event: &web_sys::Event) -> Option<web_sys::Element> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest(".row-cell").ok()?
}

/// Enter and the arrows go from cell to cell as in a spreadsheet; Enter in the last row makes a new one.
fn on_key(ui: Ui, field: AnswerPath, kind: StoredValue<RowsKind>, event: KeyboardEvent) {
    if is_composing(&event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(cell) = cell_of(&event) else { return };
    let Some(target) = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()) else { return };
    let tag = target.tag_name();
    let is_line = tag == "INPUT";
    let (rows, columns): (isize, isize) = match event.key().as_str() {
        "Enter" if is_line => (if event.shift_key() { -1 } else { 1 }, 0),
        "ArrowDown" if is_line => (1, 0),
        "ArrowUp" if is_line => (-1, 0),
        "ArrowLeft" if is_line && caret_at(&target, Edge::Start) => (0, -1),
        "ArrowRight" if is_line && caret_at(&target, Edge::End) => (0, 1),
        _ => return,
    };
    let Some(path) = cell.get_attribute("data-path") else { return };
    let Some(path) = ui.session.peek(|table, _, _| AnswerPath::parse(&path, &table.definition)) else { return };
    let order: Vec<Id> = kind.with_value(|kind| {
        if kind.fixed.is_empty() {
            untrack(|| ui.session.row_ids(&field))
        } else {
            kind.fixed.iter().map(|row| row.key.clone()).collect()
        }
    });
    let ids: Vec<Id> = kind.with_value(|kind| kind.columns.iter().map(|column| column.id.clone()).collect());
    let at_row = order.iter().position(|id| Some(id) == path.row.as_ref()).map(|at| at as isize + rows);
    let at_column = ids.iter().position(|id| Some(id) == path.column.as_ref()).map(|at| at as isize + columns);
    let (Some(at_row), Some(at_column)) = (at_row, at_column) else { return };
    let row = usize::try_from(at_row).ok().and_then(|at| order.get(at));
    let column = usize::try_from(at_column).ok().and_then(|at| ids.get(at));
    match (row, column) {
        (Some(row), Some(column)) => {
            event.prevent_default();
            ui.focus_cell(&field.row(row.clone()).column(column.clone()));
        }
        // Enter behind the last row goes on in a new one.
        (None, Some(column)) if event.key() == "Enter" && rows > 0 && kind.with_value(|it| it.fixed.is_empty() && order.len() < it.max as usize) => {
            event.prevent_default();
            let row = new_row(ui, kind);
            let path = field.row(row.id.clone()).column(column.clone());
            ui.session.add_row(&field, None, row);
            ui.focus.set(Some(path));
        }
        _ => {}
    }
}

/// An end of the text in a control.
enum Edge {
    Start,
    End,
}

fn caret_at(target: &web_sys::Element, edge: Edge) -> bool {
    let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() else { return false };
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
fn on_paste(ui: Ui, field: AnswerPath, kind: StoredValue<RowsKind>, event: web_sys::ClipboardEvent) {
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    let block = tsv::parse(&text);
    let is_one_cell = block.len() <= 1 && block.first().is_none_or(|cells| cells.len() <= 1);
    if is_one_cell || ui.session.read_only().get_untracked() {
        return;
    }
    let Some(path) = cell_of(&event).and_then(|cell| cell.get_attribute("data-path")) else { return };
    let Some(path) = ui.session.peek(|table, _, _| AnswerPath::parse(&path, &table.definition)) else { return };
    event.prevent_default();
    let (edits, n_left_out) = kind.with_value(|kind| {
        let mut order: Vec<Id> = if kind.fixed.is_empty() {
            untrack(|| ui.session.row_ids(&field))
        } else {
            kind.fixed.iter().map(|row| row.key.clone()).collect()
        };
        let first_row = order.iter().position(|id| Some(id) == path.row.as_ref()).unwrap_or_default();
        let first_column = kind.columns.iter().position(|it| Some(&it.id) == path.column.as_ref()).unwrap_or_default();
        let mut edits = Vec::new();
        let mut n_left_out = 0;
        for (down, cells) in block.iter().enumerate() {
            let at = first_row + down;
            if at >= order.len() {
                if !kind.fixed.is_empty() || order.len() >= kind.max as usize {
                    n_left_out += cells.len();
                    continue;
                }
                let row = make::row(kind, &mut || ui.session.new_id());
                order.push(row.id.clone());
                edits.push(Edit::InsertRow { field: field.clone(), at: usize::MAX, row });
            }
            let Some(row) = order.get(at) else { continue };
            for (right, text) in cells.iter().enumerate() {
                match kind.columns.get(first_column + right) {
                    Some(column) => {
                        let answer = ui.session.peek(|table, _, _| kinds::decode(&table.definition, column, text));
                        edits.push(Edit::SetAnswer { path: field.row(row.clone()).column(column.id.clone()), answer });
                    }
                    None => n_left_out += usize::from(!text.trim().is_empty()),
                }
            }
        }
        (edits, n_left_out)
    });
    for edit in &edits {
        if let Edit::SetAnswer { path, .. } = edit {
            ui.session.touch(path);
        }
    }
    ui.session.apply(Edit::Batch(edits));
    let n_rows = block.len().to_string();
    let said = if n_left_out == 0 {
        ui.fill("rows.pasted", &[("n", &n_rows)])
    } else {
        ui.fill("rows.pasted_partly", &[("n", &n_rows), ("left", &n_left_out.to_string())])
    };
    ui.notice.set(said);
}

impl Ui {
    /// Puts the focus in a cell on this sheet and selects its text.
    pub fn focus_cell(self, path: &AnswerPath) {
        let Some(control) = self.control(path) else { return };
        let _ = control.focus();
        if let Some(input) = control.dyn_ref::<web_sys::HtmlInputElement>() {
            input.select();
        }
    }
}
