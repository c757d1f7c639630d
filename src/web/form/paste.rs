//! A block copied from a spreadsheet, pasted into rows.

use super::rows::Rows;
use crate::engine::answers::{AnswerPath, Edit, make};
use crate::engine::exchange::tsv;
use crate::engine::kinds;
use leptos::prelude::*;

/// Writes a block of cells, as one step of undo, and says how much of it.
pub fn paste(rows: Rows, place: &AnswerPath, text: &str) {
    let ui = rows.ui;
    let block = tsv::parse(text);
    let (edits, n_rows, left_out) = fill(rows, place, &block);
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
