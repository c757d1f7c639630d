//! The cells that a rule marks at a place, from the references in its `fields`.

use crate::engine::answers::{AnswerPath, AnswersDocument};
use crate::engine::definition::{CheckedDefinition, Id, Rule};

/// The cells that `rule` marks at `at`, the written path of its place (`parks/i2`; empty: whole document).
///
/// `this.x` and `row.x` are cells of the place, `this.rows.x` the column of every row, `parks.x` the cell of
/// every instance, `parks` the part itself.
pub fn marks(table: &CheckedDefinition, document: &AnswersDocument, rule: &Rule, at: &str) -> Vec<AnswerPath> {
    let place = AnswerPath::parse(at, &table.definition);
    let mut marked = Vec::new();
    for reference in &rule.fields {
        let mut names = reference.split('.').map(Id::from);
        let Some(first) = names.next() else { continue };
        let rest: Vec<Id> = names.collect();
        match (&*first, &place) {
            ("this", Some(place)) => within(document, &place.to_instance(), &rest, &mut marked),
            ("row", Some(place)) => marked.extend(rest.first().map(|column| place.column(column.clone()))),
            _ => match table.part(&first) {
                Some(_) if rest.is_empty() => marked.push(AnswerPath::part(first)),
                Some(part) if part.repeat.is_some() => {
                    for instance in document.instances(&first) {
                        let path = AnswerPath::instance(first.clone(), instance.id.clone());
                        within(document, &path, &rest, &mut marked);
                    }
                }
                Some(_) => within(document, &AnswerPath::part(first), &rest, &mut marked),
                None => {}
            },
        }
    }
    marked
}

fn within(document: &AnswersDocument, instance: &AnswerPath, names: &[Id], marked: &mut Vec<AnswerPath>) {
    match names {
        [field] => marked.push(instance.field(field.clone())),
        [field, column] => {
            let field = instance.field(field.clone());
            let rows = document.rows(&field).iter();
            marked.extend(rows.map(|row| field.row(row.id.clone()).column(column.clone())));
        }
        _ => {}
    }
}
