//! Places of a filled table, and what is wrong there, in the words of the table: the same on the page and on the
//! command line.

use super::{fill, violation as general, word};
use crate::engine::answers::{Answer, AnswerPath, AnswersDocument};
use crate::engine::definition::{CheckedDefinition, Field, FieldKind, Id, Part, RowsKind, Rule};
use crate::engine::validation::{Outcome, Violation, ViolationCode};
use crate::engine::value::date::Date;

/// The heading of a part; the materials have none in the definition.
pub fn part_name(part: &Part, language: &str) -> String {
    let label = part.label.get(language);
    if label.is_empty() { word(language, "part.materials") } else { label }.to_string()
}

/// The shown name of an instance: its own, or the noun with its number.
pub fn instance_name(document: &AnswersDocument, part: &Part, instance: &Id, language: &str) -> String {
    let Some(repeat) = &part.repeat else { return part_name(part, language) };
    let path = AnswerPath::instance(part.id.clone(), instance.clone());
    let own = repeat.name_from.as_ref().and_then(|name| match document.answer(&path.field(name.clone())) {
        Some(Answer::Text(text)) => Some(text.trim()).filter(|text| !text.is_empty()),
        _ => None,
    });
    own.map(str::to_string).unwrap_or_else(|| {
        let position = document.instances(&part.id).iter().position(|it| it.id == *instance).map_or(0, |idx| idx + 1);
        format!("{} {position}", repeat.noun.get(language))
    })
}

/// The label of a column, with that of the columns it stands under with others.
pub fn column_name(kind: &RowsKind, column: &Field, language: &str) -> String {
    let label = column.label.get(language);
    let group = kind.groups.iter().find(|group| group.columns.contains(&column.id));
    group.map_or_else(|| label.to_string(), |it| [it.label.get(language), " ", label].concat())
}

/// The name of a place in words: part or park, row, label.
pub fn place_name(table: &CheckedDefinition, document: &AnswersDocument, path: &AnswerPath, language: &str) -> String {
    let Some(part) = table.part(&path.part) else { return String::new() };
    // A condition on how many parks there are is about none of them.
    let is_list = part.repeat.is_some() && path.instance.is_empty();
    let mut names = vec![match is_list {
        true => part_name(part, language),
        false => instance_name(document, part, &path.instance, language),
    }];
    let field = path.to_field().field_in(table);
    if let Some(field) = field {
        // Two offices may each have a contact: the section says whose it is.
        let is_shared = part.fields().filter(|it| it.label == field.label).count() > 1;
        let section = part.sections.iter().find(|it| it.fields.iter().any(|it| it.id == field.id));
        let heading = section.filter(|_| is_shared).map(|it| it.heading.get(language));
        names.extend(heading.filter(|it| !it.is_empty()).map(str::to_string));
        names.push(field.label.get(language).to_string());
    }
    if let Some(row) = &path.row {
        let fixed = path.fixed_row_in(table).map(|row| row.label.get(language)).filter(|it| !it.is_empty());
        names.push(fixed.map(str::to_string).unwrap_or_else(|| {
            let position = document.rows(&path.to_field()).iter().position(|it| it.id == *row).map_or(0, |idx| idx + 1);
            fill(word(language, "rows.number"), &[("n", &position.to_string())])
        }));
    }
    if let Some(column) = path.column.as_ref().and_then(|_| path.field_in(table)) {
        names.push(match field.map(|it| &it.kind) {
            Some(FieldKind::Rows(kind)) => column_name(kind, column, language),
            _ => column.label.get(language).to_string(),
        });
    }
    names.join(" · ")
}

/// What a rule says: why it is not met, or what it asks for.
pub fn rule_words(rule: &Rule, outcome: Outcome, parameters: &[(Id, String)], language: &str) -> String {
    let label = rule.label.get(language);
    match outcome {
        // The message would tell figures that are not there.
        Outcome::NotComputable => [word(language, "violation.NotComputable"), label].join(" ").trim_end().to_string(),
        // The message says that it fails: without a label nothing is said.
        Outcome::Holds | Outcome::Undecided | Outcome::NotApplicable => label.to_string(),
        _ => {
            // A date as offices write it.
            let shown = |text: &str| Date::parse_iso_day(text).map_or_else(|| text.to_string(), |it| it.to_words(language));
            let values: Vec<(&str, String)> = parameters.iter().map(|(name, value)| (&**name, shown(value))).collect();
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            fill(rule.message.get(language), &values)
        }
    }
}

/// What is wrong and how to mend it, in words.
pub fn sentence(table: &CheckedDefinition, violation: &Violation, language: &str) -> String {
    if let Some(rule) = violation.rule.as_ref().and_then(|rule| table.rule(rule)) {
        let outcome = match violation.code {
            ViolationCode::NotComputable => Outcome::NotComputable,
            _ => Outcome::Fails,
        };
        return rule_words(rule, outcome, &violation.parameters, language);
    }
    let values: Vec<(&str, &str)> = violation.parameters.iter().map(|(name, value)| (&**name, value.as_str())).collect();
    let label = violation.path.field_in(table).map(|field| field.label.get(language)).unwrap_or_default();
    general(language, violation.code, label, &values)
}
