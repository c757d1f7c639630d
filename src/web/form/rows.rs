//! A sub-table: rows that are typed like a spreadsheet.
//!
//! A row is a block of its own, not a `<tr>`: the look of a table comes from the grid, so that a phone gets a
//! list and the browser may skip rows that are off screen. A row block gets the row's id, never its data.

use super::field::{messages, none_button, star};
use super::spreadsheet;
use crate::engine::answers::json::read_cell;
use crate::engine::answers::{Answer, AnswerPath, Edit, make};
use crate::engine::definition::{Condition, Field, FieldKind, Id, RowsKind};
use crate::engine::kinds;
use crate::web::controls;
use crate::web::dom::{Child, El, command, each, el};
use crate::web::ui::{AnswerHandle, Ui};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A `rows` field on screen. Copyable: everything in it is a handle.
#[derive(Clone, Copy)]
pub struct Rows {
    /// The view's handles.
    pub ui: Ui,
    /// The field's definition.
    pub kind: StoredValue<RowsKind>,
    /// The field's place.
    pub field: StoredValue<AnswerPath>,
}

impl Rows {
    /// The ids of the rows in order, watched: the fixed ones, or those that were added.
    pub fn ids(self) -> Vec<Id> {
        let fixed: Vec<Id> = self.kind.with_value(|kind| kind.fixed.iter().map(|row| row.key.clone()).collect());
        if fixed.is_empty() { self.field.with_value(|path| self.ui.session.row_ids(path)) } else { fixed }
    }

    /// True if rows can be added, watched.
    pub fn has_room(self) -> bool {
        self.kind.with_value(|kind| kind.fixed.is_empty() && self.ids().len() < kind.max as usize)
    }

    /// How many rows there can be.
    pub fn most(self) -> usize {
        self.kind.with_value(|kind| if kind.fixed.is_empty() { kind.max as usize } else { kind.fixed.len() })
    }

    /// The path of a row.
    fn row(self, id: &Id) -> AnswerPath {
        self.field.with_value(|field| field.row(id.clone()))
    }

    /// Adds a row, at the end or at a position, and puts the focus in a column of it, or in the first.
    pub fn add(self, at: Option<usize>, column: Option<Id>) {
        let ui = self.ui;
        let row = self.kind.with_value(|kind| make::row(kind, &mut || ui.session.new_id()));
        let path = self.row(&row.id);
        self.field.with_value(|field| ui.session.add_row(field, at, row));
        let first = || self.kind.with_value(|kind| kind.columns.first().map(|column| column.id.clone()));
        if let Some(column) = column.or_else(first) {
            ui.focus.set(Some(path.column(column)));
        }
    }

    /// Moves a row by one place; nothing happens at the ends.
    pub fn shift(self, id: &Id, down: bool) {
        let ids = untrack(|| self.ids());
        let at = ids.iter().position(|it| it == id);
        let to = at.and_then(|at| if down { Some(at + 1).filter(|to| *to < ids.len()) } else { at.checked_sub(1) });
        if let Some(to) = to {
            self.ui.session.apply(Edit::MoveRow { row: self.row(id), to });
        }
    }

    /// The same from a button that goes with it: keys are heard where the focus is.
    fn shift_from_menu(self, id: &Id, down: bool) {
        self.shift(id, down);
        self.to_first_cell(&self.row(id));
    }

    /// Puts the focus in the first cell of a row.
    fn to_first_cell(self, row: &AnswerPath) {
        let first = self.kind.with_value(|kind| kind.columns.first().map(|column| column.id.clone()));
        self.ui.focus.set(first.map(|column| row.column(column)));
    }

    /// Puts a copy of a row behind it.
    fn duplicate(self, id: &Id) {
        let ui = self.ui;
        let rows = self.field.with_value(|field| ui.session.document(|document| document.rows(field).to_vec()));
        let Some(at) = rows.iter().position(|it| it.id == *id) else { return };
        let Some(row) = rows.get(at) else { return };
        let copy = make::duplicate_row(row, &mut || ui.session.new_id());
        let shown = self.row(&copy.id);
        self.field.with_value(|field| ui.session.add_row(field, Some(at + 1), copy));
        self.to_first_cell(&shown);
        ui.notice.set(ui.t("rows.duplicated").into());
    }

    fn remove(self, id: &Id) {
        let ids = untrack(|| self.ids());
        let at = ids.iter().position(|it| it == id).unwrap_or_default();
        let next = ids.get(at + 1).or(at.checked_sub(1).and_then(|before| ids.get(before))).map(|id| self.row(id));
        self.ui.session.apply(Edit::RemoveRow { row: self.row(id) });
        // The button that had the focus is gone, and keys are heard where the focus is.
        let first = self.kind.with_value(|kind| kind.columns.first().map(|column| column.id.clone()));
        self.ui.focus.set(next.zip(first).map(|(row, column)| row.column(column)).or(Some(self.field.get_value())));
        self.ui.notice.set(self.ui.t("rows.removed").into());
    }
}

/// The block of a `rows` field.
pub fn block(ui: Ui, path: AnswerPath, field: &Field, kind: &RowsKind) -> El {
    let handle = AnswerHandle::new(ui, path.clone(), field);
    let hint = ui.words(&field.hint);
    let is_fixed = !kind.fixed.is_empty();
    let noun = if kind.noun.is_empty() { ui.t("rows.noun").to_string() } else { ui.words(&kind.noun) };
    let template = template(kind, is_fixed);
    let head = head(ui, kind, is_fixed);
    let fixed = kind.fixed.iter().map(|row| {
        let group = ui.words(&row.group);
        let group = (!group.is_empty()).then(|| el("small", "group").text(&group));
        (row.key.clone(), el("span", "row-heading").add(group).text(&ui.words(&row.label)))
    });
    let fixed: Vec<(Id, El)> = fixed.collect();
    let rows = Rows { ui, kind: StoredValue::new(kind.clone()), field: StoredValue::new(path.clone()) };
    let grid = el("div", "grid").attr("role", "table").add(head);
    let grid = if is_fixed {
        // Rows that are always there are stored once something is written in them.
        grid.add_all(fixed.into_iter().map(|(id, heading)| row_block(rows, id, Some(heading))))
    } else {
        let empty = el("p", "empty-rows").live_class("gone", move || !rows.ids().is_empty()).text(ui.t("rows.empty"));
        grid.add(each(move || rows.ids(), move |id| row_block(rows, id, None))).add(empty)
    };
    let is_required = matches!(field.required, Condition::Fixed(true));
    let label = el("span", "").text(&ui.words(&field.label)).add(is_required.then(|| star(ui)));
    let label = el("div", "rows-label").add(label).add((!hint.is_empty()).then(|| el("span", "hint").text(&hint)));
    let foot = (!is_fixed).then(|| {
        let add = command("button link", "add-row", &ui.fill("rows.add", &[("noun", &noun)]))
            .live_flag("disabled", move || handle.is_read_only() || !rows.has_room())
            .on_click(move || rows.add(None, None));
        let none = field.none.0.as_ref().map(|words| {
            let is_none = move || handle.answer() == Some(Answer::ConfirmedNone);
            none_button(handle, &ui.words(words), move || !rows.ids().is_empty() && !is_none())
        });
        // Why nothing can be added: a phone has no tooltips.
        let hint = move || match rows.has_room() {
            true if rows.ids().is_empty() => String::new(),
            true => ui.t("rows.paste").to_string(),
            false => ui.fill("rows.full", &[("max", &rows.most().to_string())]),
        };
        el("div", "rows-foot").add(add).add(el("span", "hint").live_text(hint)).add(none)
    });
    el("div", "cell rows")
        .live_class("wrong", move || handle.is_wrong())
        .attr("data-path", &path.to_string())
        .style("--span", "24")
        .style("--template", &template)
        .on("keydown", move |event| spreadsheet::on_key(rows, event.unchecked_ref()))
        .on("paste", move |event| spreadsheet::on_paste(rows, event.unchecked_ref()))
        .add_all([label, grid])
        .add(foot)
        .add(messages(handle))
}

/// The widths of the columns as grid tracks: number or row heading, columns, buttons.
fn template(kind: &RowsKind, is_fixed: bool) -> String {
    let mut template = String::from(if is_fixed { "minmax(6em, 4fr)" } else { "2.6em" });
    for column in &kind.columns {
        // A date that is cut off at its end reads as another one, and so may an option.
        let least = match column.kind {
            FieldKind::Date(_) => "11.2em",
            FieldKind::Month(_) => "9.4em",
            FieldKind::Choice(_) | FieldKind::Reference(_) => "5.8em",
            _ => "0",
        };
        template.push_str(&format!(" minmax({least}, {}fr)", column.width.unwrap_or(4)));
    }
    template.push_str(if is_fixed { "" } else { " 2.6em" });
    template
}

fn head(ui: Ui, kind: &RowsKind, is_fixed: bool) -> El {
    let cell = || el("span", "").attr("role", "columnheader");
    let columns = kind.columns.iter().map(|column| {
        let group = kind.groups.iter().find(|group| group.columns.contains(&column.id));
        let label = heading(ui, el("span", "").text(&ui.words(&column.label)), column);
        cell().add(group.map(|group| el("small", "group").text(&ui.words(&group.label)))).add(label)
    });
    el("div", "row head")
        .attr("role", "row")
        .add(cell().text(if is_fixed { "" } else { ui.t("rows.seq") }))
        .add_all(columns)
        .add((!is_fixed).then(cell))
}

/// A column's label with its unit, and the star if it must be filled.
fn heading(ui: Ui, label: El, column: &Field) -> El {
    let unit = ui.words(&column.unit);
    label
        .add((!unit.is_empty()).then(|| el("small", "").text(&format!("({unit})"))))
        .add(matches!(column.required, Condition::Fixed(true)).then(|| star(ui)))
}

/// One row.
fn row_block(rows: Rows, id: Id, heading: Option<El>) -> El {
    let path = rows.row(&id);
    let is_fixed = heading.is_some();
    let first = match heading {
        Some(heading) => heading,
        None => {
            let id = id.clone();
            let number = move || rows.ids().iter().position(|it| *it == id).map_or(String::new(), |idx| (idx + 1).to_string());
            el("span", "row-number").live_text(number)
        }
    };
    let cells: Vec<El> =
        rows.kind.with_value(|kind| kind.columns.iter().map(|column| cell(rows.ui, &path, kind, column)).collect());
    let row = el("div", "row").attr("role", "row").attr("data-row", &path.to_string()).add(first.attr("role", "rowheader"));
    let row = row.add_all(cells);
    if is_fixed {
        return row;
    }
    let is_open = RwSignal::new(false);
    let more = command("button icon", "row-menu", "⋯")
        .attr("tabindex", "-1")
        .attr("title", rows.ui.t("rows.more"))
        .attr("aria-label", rows.ui.t("rows.more"))
        .live_state("aria-expanded", move || is_open.get())
        .live_flag("disabled", move || rows.ui.session.read_only().get())
        .on_click(move || is_open.update(|open| *open = !*open));
    row.add(el("span", "row-buttons").add(more)).live(move || is_open.get().then(|| untrack(|| menu(rows, &id, is_open).focus_within_soon())))
}

/// What can be done with a row, in a line under it.
fn menu(rows: Rows, id: &Id, is_open: RwSignal<bool>) -> El {
    let item = |name: &str, words: &str, act: fn(Rows, &Id)| {
        let id = id.clone();
        command("button small", name, rows.ui.t(words)).on_click(move || {
            is_open.try_set(false);
            act(rows, &id);
        })
    };
    let is_first = || untrack(|| rows.ids().first() == Some(id));
    let is_last = || untrack(|| rows.ids().last() == Some(id));
    let is_full = || untrack(|| !rows.has_room());
    let row = rows.row(id);
    el("div", "row-menu")
        .on("keydown", move |event| {
            if event.unchecked_ref::<web_sys::KeyboardEvent>().key() == "Escape" {
                event.stop_propagation();
                is_open.try_set(false);
                rows.to_first_cell(&row);
            }
        })
        .add(item("row-up", "rows.up", |rows, id| rows.shift_from_menu(id, false)).flag("disabled", is_first()).attr("title", "Alt+↑"))
        .add(item("row-down", "rows.down", |rows, id| rows.shift_from_menu(id, true)).flag("disabled", is_last()).attr("title", "Alt+↓"))
        .add(item("row-insert", "rows.insert", |rows, id| {
            rows.add(untrack(|| rows.ids()).iter().position(|it| it == id), None);
        }).flag("disabled", is_full()))
        .add(item("row-duplicate", "rows.duplicate", Rows::duplicate).flag("disabled", is_full()))
        .add(item("remove-row", "rows.remove", Rows::remove))
}

/// What a fixed row says itself in a column.
fn constant(ui: Ui, row: &AnswerPath, kind: &RowsKind, column: &Field) -> Option<String> {
    let answer = read_cell(column, kind.constant(row.row.as_ref()?, &column.id)?).ok()?;
    Some(ui.session.peek(|table, _| kinds::shown(&table.definition, column, &answer, ui.language)))
}

/// One cell of a row, with its label for narrow screens.
fn cell(ui: Ui, row: &AnswerPath, kind: &RowsKind, column: &Field) -> El {
    let path = row.column(column.id.clone());
    if let Some(words) = constant(ui, row, kind, column) {
        let label = heading(ui, el("span", "row-label").text(&ui.column_name(kind, column)), column);
        let shown = el("div", "control").add(el("output", "computed").text(&words));
        return el("div", "row-cell").attr("part", "cell").attr("role", "cell").add(label).add(shown);
    }
    let handle = AnswerHandle::new(ui, path.clone(), column);
    let none: Child = column.none.0.as_ref().map(|words| none_button(handle, &ui.words(words), || false).attr("tabindex", "-1")).into();
    el("div", "row-cell")
        .attr("part", "cell")
        .attr("role", "cell")
        .attr("data-path", &path.to_string())
        .live_class("wrong", move || handle.is_wrong())
        .add(heading(ui, controls::labels(el("label", "row-label"), handle).text(&ui.column_name(kind, column)), column))
        .add(el("div", "control").add(controls::control(handle, column)).add(none))
        .add(messages(handle))
}
