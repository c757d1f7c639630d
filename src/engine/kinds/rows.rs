//! `rows`: a small sub-table. A wholly blank row is spare: not there for counts, rules and print.

use super::{Fault, checks, encode};
use crate::engine::answers::Row;
use crate::engine::definition::{Definition, RowsKind};
use crate::engine::validation::ViolationCode::*;
use crate::engine::value::text::fold;
use std::collections::HashSet;

/// True if nothing was answered in the row, columns with a default aside. A fixed row is never spare.
pub fn is_spare(kind: &RowsKind, row: &Row) -> bool {
    !kind.fixed.iter().any(|it| it.key == row.id)
        && kind.columns.iter().filter(|it| it.default.is_none()).all(|column| !row.cells.contains_key(&column.id))
}

/// The rows as plain text, for lists and for answers that lost their place.
pub fn shown(definition: &Definition, kind: &RowsKind, rows: &[Row], language: &str) -> String {
    let each = rows.iter().filter(|row| !is_spare(kind, row)).map(|row| {
        let fixed = kind.fixed.iter().find(|it| it.key == row.id).map(|it| it.label.get(language).to_string());
        let cells = kind.columns.iter().filter_map(|column| {
            let answer = row.cells.get(&column.id)?;
            Some(super::shown(definition, column, answer, language))
        });
        fixed.into_iter().chain(cells).collect::<Vec<_>>().join(" ")
    });
    each.collect::<Vec<_>>().join(if language.starts_with("zh") { "；" } else { "; " })
}

/// The number of rows, and columns that together are never twice the same.
pub fn check(kind: &RowsKind, rows: &[Row], faults: &mut Vec<Fault>) {
    let there: Vec<&Row> = rows.iter().filter(|row| !is_spare(kind, row)).collect();
    if kind.fixed.is_empty() && !there.is_empty() {
        checks::count(there.len(), kind.min, kind.max, faults);
    }
    if kind.unique.is_empty() {
        return;
    }
    let mut seen: HashSet<String> = HashSet::new();
    for row in there {
        let mut key = String::new();
        for answer in kind.unique.iter().filter_map(|column| row.cells.get(column)) {
            key.push_str(&fold(&encode(answer)));
            key.push('\t');
        }
        // A row that is not complete yet repeats nothing.
        let is_complete = kind.unique.iter().all(|column| row.cells.contains_key(column));
        if is_complete && !seen.insert(key) {
            faults.push(Fault::error(Duplicate).with("row", &row.id));
        }
    }
}
