//! Answer paths: `city/population`, `parks/i1/tasks/nav/text`, `materials/plan/r9`.

use crate::engine::definition::{CheckedDefinition, Definition, Field, FieldKind, FixedRow, Id, MATERIALS};
use std::fmt;

/// The place of an answer. Instance and row ids are random, given by the caller, never reused.
///
/// A path may stop early: at a part (all of it), an instance, a field or a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnswerPath {
    /// Part id.
    pub part: Id,
    /// Instance id; empty in a part filled once, or where the path names the part alone.
    pub instance: Id,
    /// Field id.
    pub field: Option<Id>,
    /// Row id or fixed row key.
    pub row: Option<Id>,
    /// Column id.
    pub column: Option<Id>,
}

impl AnswerPath {
    /// The path of a part, or of a whole part filled once.
    pub fn part(part: impl Into<Id>) -> Self {
        AnswerPath { part: part.into(), instance: "".into(), field: None, row: None, column: None }
    }

    /// The path of an instance; the empty id for a part filled once.
    pub fn instance(part: impl Into<Id>, instance: impl Into<Id>) -> Self {
        AnswerPath { instance: instance.into(), ..AnswerPath::part(part) }
    }

    /// The path of a field of this instance.
    pub fn field(&self, field: impl Into<Id>) -> Self {
        AnswerPath { field: Some(field.into()), row: None, column: None, ..self.clone() }
    }

    /// The path of a row of this field.
    pub fn row(&self, row: impl Into<Id>) -> Self {
        AnswerPath { row: Some(row.into()), column: None, ..self.clone() }
    }

    /// The path of a cell of this row.
    pub fn column(&self, column: impl Into<Id>) -> Self {
        AnswerPath { column: Some(column.into()), ..self.clone() }
    }

    /// The instance that this path lies in.
    pub fn to_instance(&self) -> Self {
        AnswerPath { field: None, row: None, column: None, ..self.clone() }
    }

    /// The field that this path lies in.
    pub fn to_field(&self) -> Self {
        AnswerPath { row: None, column: None, ..self.clone() }
    }

    /// Reads a path as written. Only the definition tells `city/population` from `parks/i1`.
    pub fn parse(text: &str, definition: &Definition) -> Option<Self> {
        let mut names = text.split('/').filter(|name| !name.is_empty());
        let part = names.next()?;
        let repeated = match definition.part(part) {
            Some(part) => part.repeat.is_some(),
            None if part == MATERIALS => false,
            None => return None,
        };
        let mut path = AnswerPath::part(part);
        if repeated && let Some(instance) = names.next() {
            path.instance = instance.into();
        }
        path.field = names.next().map(Id::from);
        path.row = names.next().map(Id::from);
        path.column = names.next().map(Id::from);
        names.next().is_none().then_some(path)
    }
}

/// Here and not beside the type, since the definition does not know what an answer path is.
impl CheckedDefinition {
    /// The field, or the column of a rows field, that a path names.
    pub fn field(&self, path: &AnswerPath) -> Option<&Field> {
        let field = self.part(&path.part)?.field(path.field.as_deref()?)?;
        match (&path.column, &field.kind) {
            (None, _) => Some(field),
            (Some(column), FieldKind::Rows(rows)) => rows.columns.iter().find(|it| it.id == *column),
            _ => None,
        }
    }
}

impl fmt::Display for AnswerPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.part)?;
        if !self.instance.is_empty() {
            write!(f, "/{}", self.instance)?;
        }
        for name in [&self.field, &self.row, &self.column].into_iter().flatten() {
            write!(f, "/{name}")?;
        }
        Ok(())
    }
}

impl AnswerPath {
    /// The field or column that this path names, if the table has it.
    pub fn field_in<'a>(&self, table: &'a CheckedDefinition) -> Option<&'a Field> {
        let field = table.part(&self.part)?.field(self.field.as_deref()?)?;
        let Some(column) = &self.column else { return Some(field) };
        match &field.kind {
            FieldKind::Rows(kind) => kind.columns.iter().find(|it| it.id == *column),
            _ => None,
        }
    }

    /// The fixed row that this path lies in, if it does.
    pub fn fixed_row_in<'a>(&self, table: &'a CheckedDefinition) -> Option<&'a FixedRow> {
        let row = self.row.as_ref()?;
        match &self.to_field().field_in(table)?.kind {
            FieldKind::Rows(kind) => kind.fixed.iter().find(|it| it.key == *row),
            _ => None,
        }
    }

    /// True if `other` is this place or lies in it.
    pub fn holds(&self, other: &AnswerPath) -> bool {
        fn fits(mine: &Option<Id>, other: &Option<Id>) -> bool {
            mine.is_none() || mine == other
        }
        self.part == other.part
            && (self.instance.is_empty() || self.instance == other.instance)
            && fits(&self.field, &other.field)
            && fits(&self.row, &other.row)
            && fits(&self.column, &other.column)
    }
}
