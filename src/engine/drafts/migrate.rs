//! Moving answers to another version of a definition: by id, then by former ids. What has no place any
//! more is kept with its label and its words; nothing is dropped.

use crate::engine::answers::{Answer, AnswerPath, Chosen};
use crate::engine::definition::{Choice, Definition, Field, FieldKind, Id, Part};
use crate::engine::value::json::Json;

/// The part of that id, or the one that had it.
pub(super) fn find_part<'a>(definition: &'a Definition, name: &str) -> Option<&'a Part> {
    definition.part(name).or_else(|| definition.parts.iter().find(|part| had(&part.was, name)))
}

/// The field of that id, or the one that had it.
pub(super) fn find_field<'a>(fields: impl IntoIterator<Item = &'a Field>, name: &str) -> Option<&'a Field> {
    let mut former = None;
    for field in fields {
        if &*field.id == name {
            return Some(field);
        }
        if former.is_none() && had(&field.was, name) {
            former = Some(field);
        }
    }
    former
}

fn had(was: &[Id], name: &str) -> bool {
    was.iter().any(|it| &**it == name)
}

fn options<'a>(definition: &'a Definition, field: &'a Field) -> Option<&'a [Choice]> {
    match &field.kind {
        FieldKind::Choice(kind) => Some(definition.options(&kind.options, kind.options_from.as_ref())),
        FieldKind::Choices(kind) => Some(definition.options(&kind.options, kind.options_from.as_ref())),
        _ => None,
    }
}

/// Codes that an option once had become its code.
pub(super) fn rename_options(definition: &Definition, field: &Field, mut answer: Answer) -> Answer {
    let Some(options) = options(definition, field) else { return answer };
    let chosen = match &mut answer {
        Answer::Choice(one) => std::slice::from_mut(one),
        Answer::Choices(all) => all.as_mut_slice(),
        _ => return answer,
    };
    for it in chosen {
        if options.iter().all(|option| option.code != it.code)
            && let Some(option) = options.iter().find(|option| had(&option.was, &it.code))
        {
            it.code = option.code.clone();
        }
    }
    answer
}

/// True if every code of the answer is one of the field's.
pub(super) fn has_options(definition: &Definition, field: &Field, answer: &Answer) -> bool {
    let Some(options) = options(definition, field) else { return true };
    let is_there = |it: &Chosen| options.iter().any(|option| option.code == it.code);
    match answer {
        Answer::Choice(one) => is_there(one),
        Answer::Choices(all) => all.iter().all(is_there),
        _ => true,
    }
}

/// The field or column at a written path.
pub(super) fn field_at<'a>(definition: &'a Definition, path: &str) -> Option<&'a Field> {
    let path = AnswerPath::parse(path, definition)?;
    let field = definition.part(&path.part)?.field(path.field.as_deref()?)?;
    let Some(column) = &path.column else {
        return path.row.is_none().then_some(field);
    };
    let FieldKind::Rows(kind) = &field.kind else { return None };
    kind.columns.iter().find(|it| it.id == *column)
}

/// The labels along a written path, in the definition's first language.
pub(super) fn label_at(definition: &Definition, path: &str) -> String {
    let language = definition.languages.first().map_or("", |it| it);
    let Some(path) = AnswerPath::parse(path, definition) else { return String::new() };
    let mut labels = Vec::new();
    if let Some(part) = definition.part(&path.part) {
        labels.push(part.label.get(language));
        let field = path.field.as_deref().and_then(|id| part.field(id));
        labels.extend(field.map(|it| it.label.get(language)));
        if let Some(FieldKind::Rows(kind)) = field.map(|it| &it.kind) {
            let column = path.column.as_deref().and_then(|id| kind.columns.iter().find(|it| &*it.id == id));
            labels.extend(column.map(|it| it.label.get(language)));
        }
    } else if let Some(material) = path.field.as_deref().and_then(|id| definition.material(id)) {
        labels.push(material.label.get(language));
    }
    labels.join(" · ")
}

/// A value's texts and numbers, for when nothing says how to show it.
pub(super) fn plain(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::Bool(value) => value.to_string(),
        Json::Int(number) => number.to_string(),
        Json::Text(text) => text.clone(),
        Json::List(items) => items.iter().map(plain).collect::<Vec<_>>().join("；"),
        Json::Object(members) => {
            let shown = members.iter().filter(|(name, _)| name != "id").map(|(_, value)| plain(value));
            shown.collect::<Vec<_>>().join(" ")
        }
    }
}
