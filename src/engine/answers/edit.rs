//! What a person can do to the answers, as data. Every edit gives its inverse: that is undo.

use super::{Answer, AnswerPath, AnswersDocument, Attachment, Override, PartInstance, Row};
use crate::engine::definition::Id;
use std::collections::HashSet;

/// One thing done. Ids of new instances and rows are given by the caller, who has the randomness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Writes, or with `None` clears, the answer at a path to a field or a row's cell.
    ///
    /// A cell of a row that is not there yet makes the row at the end: fixed rows are stored once touched.
    SetAnswer {
        /// Field or cell.
        path: AnswerPath,
        /// The answer; `None` is blank.
        answer: Option<Answer>,
    },
    /// Adds an instance (new, duplicated, or brought back) before position `at`, clipped to the end.
    InsertInstance {
        /// Part id.
        part: Id,
        /// Position.
        at: usize,
        /// With its answers.
        instance: PartInstance,
    },
    /// Takes an instance out.
    RemoveInstance {
        /// Part id.
        part: Id,
        /// Instance id.
        instance: Id,
    },
    /// Moves an instance to position `to`.
    MoveInstance {
        /// Part id.
        part: Id,
        /// Instance id.
        instance: Id,
        /// Position after the move.
        to: usize,
    },
    /// Adds a row, or a file entry, before position `at`, clipped to the end.
    InsertRow {
        /// The `rows` or `files` field.
        field: AnswerPath,
        /// Position.
        at: usize,
        /// With its cells.
        row: Row,
    },
    /// Takes a row out.
    RemoveRow {
        /// The row.
        row: AnswerPath,
    },
    /// Moves a row to position `to`.
    MoveRow {
        /// The row.
        row: AnswerPath,
        /// Position after the move.
        to: usize,
    },
    /// Registers an attached file; file entries name it by id.
    AddAttachment(Attachment),
    /// Forgets an attached file.
    RemoveAttachment(Id),
    /// Records or (with an empty reason) withdraws the reason for an overridable rule.
    SetOverride(Override),
    /// Changes a profile value; `None` goes back to the definition's.
    SetProfile {
        /// Profile id.
        id: Id,
        /// As text.
        value: Option<String>,
    },
    /// Deletes a kept answer of another version, by position; or with `Some` brings it back.
    SetKept {
        /// Position.
        at: usize,
        /// The answer to bring back.
        kept: Option<super::Kept>,
    },
    /// Several edits as one step of undo (a pasted block, the clean-up before signing).
    Batch(Vec<Edit>),
}

/// What an edit touched: whatever shows one of these places must look again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Fields and cells whose answer changed.
    pub answers: Vec<AnswerPath>,
    /// Parts (by [`AnswerPath::part`]) and rows fields whose list of instances or rows changed, or whose
    /// rows turned spare or not spare.
    pub memberships: Vec<AnswerPath>,
    /// The same, where the shown list itself changed (added, removed, moved), not only spareness.
    pub lists: Vec<AnswerPath>,
    /// Places (`rule`, `at`) whose override reason changed.
    pub overrides: Vec<(Id, String)>,
    /// True if attachments, profile or kept answers changed.
    pub header: bool,
}

impl Changes {
    /// True if nothing was touched: the edit named a place that is not there.
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }
}

impl AnswersDocument {
    /// Does an edit. Gives what it touched and the edit that takes it back; an edit of a place that is not
    /// there does nothing and its inverse is an empty batch.
    pub fn apply(&mut self, edit: Edit) -> (Changes, Edit) {
        let mut changes = Changes::default();
        let inverse = self.apply_into(edit, &mut changes);
        // A pasted block touches one list with every row.
        once(&mut changes.memberships);
        once(&mut changes.lists);
        (changes, inverse.unwrap_or(Edit::Batch(Vec::new())))
    }

    fn apply_into(&mut self, edit: Edit, changes: &mut Changes) -> Option<Edit> {
        match edit {
            Edit::SetAnswer { path, answer } => self.set_answer(path, answer, changes),
            Edit::InsertInstance { part, at, instance } => {
                let instances = self.parts.get_or_insert_with(part.clone(), Vec::new);
                let id = instance.id.clone();
                if instances.iter().any(|it| it.id == id) {
                    return None;
                }
                instances.insert(at.min(instances.len()), instance);
                changes.list(AnswerPath::part(part.clone()));
                Some(Edit::RemoveInstance { part, instance: id })
            }
            Edit::RemoveInstance { part, instance } => {
                let instances = self.parts.get_mut(&part)?;
                let at = instances.iter().position(|it| it.id == instance)?;
                let instance = instances.remove(at);
                changes.list(AnswerPath::part(part.clone()));
                Some(Edit::InsertInstance { part, at, instance })
            }
            Edit::MoveInstance { part, instance, to } => {
                let instances = self.parts.get_mut(&part)?;
                let at = instances.iter().position(|it| it.id == instance)?;
                move_item(instances, at, to);
                changes.list(AnswerPath::part(part.clone()));
                Some(Edit::MoveInstance { part, instance, to: at })
            }
            Edit::InsertRow { field, at, row } => {
                let path = field.row(row.id.clone());
                let name = field.field.clone()?;
                let instance = self.instance_mut(&field)?;
                match instance.answers.get_or_insert_with(name, || Answer::Rows(Vec::new())) {
                    Answer::Rows(rows) => {
                        if rows.iter().any(|it| it.id == row.id) {
                            return None;
                        }
                        changes.cells(&path, &row);
                        if rows.is_empty() {
                            changes.answers.push(field.clone());
                        }
                        rows.insert(at.min(rows.len()), row);
                        changes.list(field);
                        Some(Edit::RemoveRow { row: path })
                    }
                    // 无 was confirmed before: a row takes its place, and undo brings it back.
                    none => {
                        changes.cells(&path, &row);
                        changes.answers.push(field.clone());
                        let before = std::mem::replace(none, Answer::Rows(vec![row]));
                        changes.list(field.clone());
                        Some(Edit::SetAnswer { path: field, answer: Some(before) })
                    }
                }
            }
            Edit::RemoveRow { row } => {
                let field = row.to_field();
                let rows = self.rows_mut(&field)?;
                let at = rows.iter().position(|it| Some(&it.id) == row.row.as_ref())?;
                let removed = rows.remove(at);
                // A fixed row stays on screen when it is taken back, and its cells must look again.
                changes.cells(&row, &removed);
                let is_last = rows.is_empty();
                if is_last && let Some(name) = &field.field {
                    // An empty list is no answer.
                    changes.answers.push(field.clone());
                    self.instance_mut(&field)?.answers.remove(name);
                }
                changes.list(field.clone());
                Some(Edit::InsertRow { field, at, row: removed })
            }
            Edit::MoveRow { row, to } => {
                let field = row.to_field();
                let rows = self.rows_mut(&field)?;
                let at = rows.iter().position(|it| Some(&it.id) == row.row.as_ref())?;
                move_item(rows, at, to);
                changes.list(field);
                Some(Edit::MoveRow { row, to: at })
            }
            Edit::AddAttachment(attachment) => {
                let id = attachment.id.clone();
                if self.attachment(&id).is_some() {
                    return None;
                }
                self.attachments.push(attachment);
                changes.header = true;
                Some(Edit::RemoveAttachment(id))
            }
            Edit::RemoveAttachment(id) => {
                let at = self.attachments.iter().position(|it| it.id == id)?;
                changes.header = true;
                Some(Edit::AddAttachment(self.attachments.remove(at)))
            }
            Edit::SetOverride(wanted) => {
                changes.overrides.push((wanted.rule.clone(), wanted.at.clone()));
                let found = self.overrides.iter().position(|it| it.rule == wanted.rule && it.at == wanted.at);
                let before = found.map(|at| self.overrides.remove(at).reason).unwrap_or_default();
                let inverse = Override { reason: before, ..wanted.clone() };
                if !wanted.reason.is_empty() {
                    self.overrides.push(wanted);
                }
                Some(Edit::SetOverride(inverse))
            }
            Edit::SetProfile { id, value } => {
                let before = match value {
                    Some(value) => self.profile.insert(id.clone(), value),
                    None => self.profile.remove(&id),
                };
                changes.header = true;
                Some(Edit::SetProfile { id, value: before })
            }
            Edit::SetKept { at, kept: Some(kept) } => {
                self.kept.insert(at.min(self.kept.len()), kept);
                changes.header = true;
                Some(Edit::SetKept { at, kept: None })
            }
            Edit::SetKept { at, kept: None } => {
                if at >= self.kept.len() {
                    return None;
                }
                changes.header = true;
                Some(Edit::SetKept { at, kept: Some(self.kept.remove(at)) })
            }
            Edit::Batch(edits) => {
                let mut inverses: Vec<_> =
                    edits.into_iter().filter_map(|edit| self.apply_into(edit, changes)).collect();
                inverses.reverse();
                Some(Edit::Batch(inverses))
            }
        }
    }

    fn set_answer(&mut self, path: AnswerPath, answer: Option<Answer>, changes: &mut Changes) -> Option<Edit> {
        let field = path.field.clone()?;
        let instance = self.instance_mut(&path)?;
        let Some(row_id) = path.row.clone() else {
            let is_list = matches!(answer, Some(Answer::Rows(_)))
                || matches!(instance.answers.get(&field), Some(Answer::Rows(_)));
            changes.all_cells(&path, answer.as_ref());
            let before = replace(&mut instance.answers, field, answer);
            changes.answers.push(path.clone());
            changes.all_cells(&path, before.as_ref());
            if is_list {
                changes.list(path.clone());
            }
            return Some(Edit::SetAnswer { path, answer: before });
        };
        let column = path.column.clone()?;
        let row = match instance.answers.get_mut(&field) {
            Some(Answer::Rows(rows)) => rows.iter_mut().find(|it| it.id == row_id),
            _ => None,
        };
        let Some(row) = row else {
            // The row comes with its first cell, and undo takes both away; clearing a cell brings none.
            let row = Row { id: row_id, cells: [(column, answer?)].into_iter().collect() };
            return self.apply_into(Edit::InsertRow { field: path.to_field(), at: usize::MAX, row }, changes);
        };
        let before = replace(&mut row.cells, column, answer);
        let answered = row.cells.contains_key(path.column.as_ref()?);
        if before.is_some() != answered {
            // A row may turn spare or not spare only when a cell turns blank or not blank.
            changes.memberships.push(path.to_field());
        }
        changes.answers.push(path.clone());
        Some(Edit::SetAnswer { path, answer: before })
    }

    fn instance_mut(&mut self, path: &AnswerPath) -> Option<&mut PartInstance> {
        self.parts.get_mut(&path.part)?.iter_mut().find(|it| it.id == path.instance)
    }

    fn rows_mut(&mut self, field: &AnswerPath) -> Option<&mut Vec<Row>> {
        let name = field.field.as_ref()?;
        match self.instance_mut(field)?.answers.get_mut(name)? {
            Answer::Rows(rows) => Some(rows),
            _ => None,
        }
    }
}

impl Changes {
    fn list(&mut self, path: AnswerPath) {
        self.memberships.push(path.clone());
        self.lists.push(path);
    }

    /// Every answered cell of a row that comes or goes.
    fn cells(&mut self, path: &AnswerPath, row: &Row) {
        self.answers.extend(row.cells.keys().map(|column| path.column(column.clone())));
    }

    /// The same for an answer that is a whole list of rows.
    fn all_cells(&mut self, field: &AnswerPath, answer: Option<&Answer>) {
        if let Some(Answer::Rows(rows)) = answer {
            rows.iter().for_each(|row| self.cells(&field.row(row.id.clone()), row));
        }
    }
}

fn replace(cells: &mut super::Cells, id: Id, answer: Option<Answer>) -> Option<Answer> {
    match answer {
        Some(answer) => cells.insert(id, answer),
        None => cells.remove(&id),
    }
}

/// Leaves the first of each.
fn once(paths: &mut Vec<AnswerPath>) {
    let mut known = HashSet::new();
    paths.retain(|it| known.insert(it.clone()));
}

fn move_item<T>(items: &mut Vec<T>, from: usize, to: usize) {
    let item = items.remove(from);
    items.insert(to.min(items.len()), item);
}
