//! What only the kinds can tell of a definition: patterns that are none, and defaults and fixed cells that
//! do not fit their field. `definition` cannot ask, as it stands below the kinds.

use super::check;
use crate::engine::answers::json::read_cell;
use crate::engine::definition::{Definition, Field, FieldKind, ProblemCode, Problems, Severity};
use crate::engine::value::json::Json;
use crate::engine::value::pattern::Pattern;

/// Reports every such fault at its place.
pub fn lint(definition: &Definition, problems: &mut Problems) {
    each("parts", &definition.parts, problems, |part, problems| {
        each("sections", &part.sections, problems, |section, problems| {
            each("fields", &section.fields, problems, |it, problems| field(definition, it, problems));
        });
    });
}

fn each<T>(name: &str, items: &[T], problems: &mut Problems, mut read: impl FnMut(&T, &mut Problems)) {
    problems.within(name, |problems| {
        for (idx, item) in items.iter().enumerate() {
            problems.within(&idx.to_string(), |problems| read(item, problems));
        }
    });
}

fn field(definition: &Definition, field: &Field, problems: &mut Problems) {
    if let Some(default) = &field.default {
        value(definition, field, default, "default", problems);
    }
    match &field.kind {
        FieldKind::Text(kind) => {
            if let Some(pattern) = kind.pattern.as_deref().filter(|pattern| Pattern::parse(pattern).is_none()) {
                problems.within("pattern", |problems| problems.add(ProblemCode::BadPattern, pattern));
            }
        }
        FieldKind::Rows(kind) => {
            each("columns", &kind.columns, problems, |column, problems| self::field(definition, column, problems));
            each("fixed", &kind.fixed, problems, |row, problems| {
                problems.within("cells", |problems| {
                    for (id, constant) in &row.cells {
                        if let Some(column) = kind.columns.iter().find(|column| *column.id == **id) {
                            value(definition, column, constant, id, problems);
                        }
                    }
                });
            });
        }
        _ => {}
    }
}

/// A value fits if it reads as an answer of the field and breaks none of its conditions.
fn value(definition: &Definition, field: &Field, json: &Json, name: &str, problems: &mut Problems) {
    let is_fit = read_cell(field, json).is_ok_and(|answer| {
        check(definition, field, &answer).iter().all(|fault| fault.severity == Severity::Warning)
    });
    if !is_fit {
        problems.within(name, |problems| problems.add(ProblemCode::BadValue, field.kind.word()));
    }
}
