//! The clean-up before signing, as edits: to a copy of what is signed, so that the draft keeps what may be asked again.

use super::Validation;
use super::sheet::NO_ROW;
use crate::engine::answers::{AnswersDocument, Edit};
use crate::engine::definition::CheckedDefinition;

/// Spare rows and the answers of cells that are not asked go.
///
/// The edits are to be done one after the other. Taking an answer out may make a row spare, so this looks
/// again until nothing is left.
pub fn signing_edits(table: &CheckedDefinition, document: &AnswersDocument) -> Vec<Edit> {
    let mut document = document.clone();
    let mut all = Vec::new();
    // Two rounds do; the bound is for definitions whose conditions chase each other.
    for _ in 0..8 {
        let edits = one_round(table, &document);
        if edits.is_empty() {
            break;
        }
        for edit in edits {
            document.apply(edit.clone());
            all.push(edit);
        }
    }
    all
}

fn one_round(table: &CheckedDefinition, document: &AnswersDocument) -> Vec<Edit> {
    let validation = Validation::new(table, document);
    let mut edits = Vec::new();
    validation.for_cells(|record, slot, cell| {
        let is_spare = validation.sheet.line(&validation.scheme, record).is_some_and(|line| line.is_spare);
        let is_holder_asked = record.row == NO_ROW
            || validation.scheme.table(record.table).holder.is_none_or(|holder| {
                let instance = validation.record(validation.scheme.table(record.table).part, (record.line, NO_ROW));
                validation.sheet.cell(&validation.scheme, instance, holder).is_some_and(|it| it.is_relevant)
            });
        // What goes as a whole row or list is not taken out cell by cell.
        if cell.is_relevant || is_spare || !is_holder_asked {
            return;
        }
        let Some(path) = validation.path(record, Some(slot)) else { return };
        if document.answer(&path).is_some() {
            edits.push(Edit::SetAnswer { path, answer: None });
        }
    });
    for table in &validation.scheme.tables {
        let Some(holder) = table.holder.filter(|_| table.fixed.is_empty()) else { continue };
        let rows = validation.scheme.slot(holder).child;
        for (line, row) in validation.sheet.places(&validation.scheme, rows) {
            let Some(rows) = rows else { continue };
            let record = validation.record(rows, (line, row));
            if validation.sheet.line(&validation.scheme, record).is_some_and(|it| it.is_spare)
                && let Some(row) = validation.path(record, None)
            {
                edits.push(Edit::RemoveRow { row });
            }
        }
    }
    edits
}
