//! The JSON Schema (2020-12) of a table's answers, section 6 of the definition format.
//!
//! It is necessary, not sufficient: ranges of decimals, conditional presence, unique columns, dates that do not
//! exist, references and rules cannot be said in it.

use crate::engine::definition::{CheckedDefinition, Choice, Condition, Definition, Field, FieldKind, Format};
use crate::engine::value::json::Json;

const COMMENT: &str = "Necessary, not sufficient: ranges of decimals, conditional presence, unique columns, dates that do not exist, references and rules are not in it.";

/// The schema of the `answers` object; with `is_draft` nothing is required, and unreadable answers may stand.
pub fn schema(table: &CheckedDefinition, is_draft: bool) -> Json {
    let mut parts = Vec::new();
    let mut required = Vec::new();
    for part in table.parts() {
        let mut members = Vec::new();
        let mut wanted = Vec::new();
        if part.repeat.is_some() {
            members.push(("id".to_string(), id("^[a-z0-9]{1,16}$")));
            wanted.push("id".to_string());
        }
        for field in part.fields().filter(|field| is_answered(field)) {
            members.push((field.id.to_string(), field_schema(&table.definition, field, is_draft)));
            if !is_draft && is_always_required(field) && part.relevant == Condition::Fixed(true) {
                wanted.push(field.id.to_string());
            }
        }
        // A section that may not be asked takes its cells out of what is required.
        for section in part.sections.iter().filter(|it| it.relevant != Condition::Fixed(true)) {
            wanted.retain(|id| !section.fields.iter().any(|field| *field.id == **id));
        }
        let is_wanted = wanted.len() > usize::from(part.repeat.is_some());
        let object = closed(members, wanted);
        let schema = match &part.repeat {
            None => object,
            Some(repeat) => list(object, if is_draft { 0 } else { repeat.min }, Some(repeat.max)),
        };
        if !is_draft && part.repeat.as_ref().map_or(is_wanted, |it| it.min > 0) {
            required.push(part.id.to_string());
        }
        parts.push((part.id.to_string(), schema));
    }
    let mut out = vec![
        ("$schema".to_string(), Json::text("https://json-schema.org/draft/2020-12/schema")),
        ("$comment".to_string(), Json::text(COMMENT)),
    ];
    if let Json::Object(members) = closed(parts, required) {
        out.extend(members);
    }
    Json::Object(out)
}

/// True for a field that answers hold.
fn is_answered(field: &Field) -> bool {
    use FieldKind::{Computed, Note, Opinion, Seal};
    field.reserved_for.is_none() && !matches!(field.kind, Computed(_) | Note(_) | Seal(_) | Opinion(_))
}

fn is_always_required(field: &Field) -> bool {
    field.required == Condition::Fixed(true)
        && field.relevant == Condition::Fixed(true)
        // Fixed rows are always there, but stored only once something is typed in one.
        && !matches!(&field.kind, FieldKind::Rows(rows) if !rows.fixed.is_empty() && !rows.columns.iter().any(is_always_required))
}

fn field_schema(definition: &Definition, field: &Field, is_draft: bool) -> Json {
    let mut branches = kind_schema(definition, field, is_draft);
    if field.none.0.is_some() {
        branches.push(closed(vec![("none".into(), constant(Json::Bool(true)))], vec!["none".into()]));
    }
    if is_draft && !matches!(field.kind, FieldKind::Rows(_) | FieldKind::Files(_)) {
        branches.push(closed(vec![("undecoded".into(), of_type("string"))], vec!["undecoded".into()]));
    }
    any_of(branches)
}

fn kind_schema(definition: &Definition, field: &Field, is_draft: bool) -> Vec<Json> {
    let pattern = |pattern: &str| with(of_type("string"), [("pattern", Json::text(pattern))]);
    let length = |min: u32, max: u32| {
        with(of_type("string"), [("minLength", int(min.max(1))), ("maxLength", int(max))])
    };
    let one = match &field.kind {
        // Lengths, ranges and patterns are told in a draft while typing; there they are no fault of the file.
        FieldKind::Text(_) | FieldKind::Long(_) if is_draft => with(of_type("string"), [("minLength", Json::Int(1))]),
        FieldKind::Text(kind) => {
            let text = length(kind.min_length, kind.max_length);
            match (&kind.pattern, kind.format.and_then(format_pattern)) {
                (Some(own), _) => with(text, [("pattern", Json::Text(["^", own, "$"].concat()))]),
                (None, Some(own)) => with(text, [("pattern", Json::text(own))]),
                _ => text,
            }
        }
        FieldKind::Long(kind) => length(kind.min_length, kind.max_length),
        FieldKind::Integer(kind) => {
            let limit = crate::engine::value::json::MAX_SAFE_INTEGER;
            let (min, max) = if is_draft { (None, None) } else { (kind.min, kind.max) };
            let range = [("minimum", Json::Int(min.unwrap_or(-limit))), ("maximum", Json::Int(max.unwrap_or(limit)))];
            with(of_type("integer"), range)
        }
        FieldKind::Decimal(kind) => {
            let digits = kind.digits.saturating_sub(1).to_string();
            let text = ["^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{0,", digits.as_str(), "}[1-9])?$"].concat();
            with(pattern(&text), [("not", constant(Json::text("-0")))])
        }
        FieldKind::Year(kind) => {
            let bound = |bound: &Option<crate::engine::definition::ProfileText>, usual: i64| {
                bound.as_ref().filter(|_| !is_draft).and_then(|it| it.0.parse().ok()).unwrap_or(usual)
            };
            let (min, max) = (bound(&kind.min, 1900), bound(&kind.max, 2199));
            with(of_type("integer"), [("minimum", Json::Int(min)), ("maximum", Json::Int(max))])
        }
        FieldKind::Month(_) => pattern("^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"),
        FieldKind::Date(_) => pattern("^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
        FieldKind::Boolean(_) => of_type("boolean"),
        FieldKind::Choice(kind) => {
            return choice(definition.options(&kind.options, kind.options_from.as_ref()), is_draft);
        }
        FieldKind::Choices(kind) => {
            let item = any_of(choice(definition.options(&kind.options, kind.options_from.as_ref()), is_draft));
            let min = if is_draft { 1 } else { kind.min.max(1) };
            with(list(item, min, kind.max.filter(|_| !is_draft)), [("uniqueItems", Json::Bool(true))])
        }
        FieldKind::Texts(kind) => {
            let text = if is_draft { length(1, 20_000) } else { length(1, kind.max_length) };
            let (min, max) = if is_draft { (1, None) } else { (kind.min.max(1), Some(kind.max)) };
            with(list(text, min, max), [("uniqueItems", Json::Bool(!is_draft))])
        }
        FieldKind::Reference(_) => id("^[a-z0-9_]{1,40}$"),
        FieldKind::Files(kind) => {
            let members = vec![
                ("id".to_string(), id("^[a-z0-9]{1,16}$")),
                ("title".to_string(), with(of_type("string"), [("minLength", Json::Int(1))])),
                ("pages".to_string(), with(of_type("integer"), [("minimum", Json::Int(0))])),
                ("attachment".to_string(), of_type("string")),
            ];
            let (min, max) = if is_draft { (1, None) } else { (kind.min.max(1), Some(kind.max)) };
            list(closed(members, vec!["id".into()]), min, max)
        }
        FieldKind::Rows(kind) => {
            let is_fixed = !kind.fixed.is_empty();
            let key = if is_fixed {
                Json::object([("enum", Json::List(kind.fixed.iter().map(|row| Json::text(&*row.key)).collect()))])
            } else {
                id("^[a-z0-9]{1,16}$")
            };
            let mut members = vec![("id".to_string(), key)];
            let mut wanted = vec!["id".to_string()];
            for column in kind.columns.iter().filter(|it| is_answered(it)) {
                members.push((column.id.to_string(), field_schema(definition, column, is_draft)));
                // A fixed row may have a constant there, which is not among the answers.
                let is_constant = kind.fixed.iter().any(|row| row.cells.iter().any(|(id, _)| *id == column.id));
                if !is_draft && is_always_required(column) && !is_constant {
                    wanted.push(column.id.to_string());
                }
            }
            let (min, max) = match is_fixed {
                true => (1, Some(kind.fixed.len() as u32)),
                false if is_draft => (1, None),
                false => (kind.min.max(1), Some(kind.max)),
            };
            list(closed(members, wanted), min, max)
        }
        _ => Json::Bool(false),
    };
    vec![one]
}

/// Codes as an enumeration; the option that asks for words as an object.
fn choice(options: &[Choice], is_draft: bool) -> Vec<Json> {
    let codes = options.iter().filter(|option| is_draft || option.other.is_none());
    let codes: Vec<Json> = codes.map(|option| Json::text(&*option.code)).collect();
    let mut branches = Vec::new();
    if !codes.is_empty() {
        branches.push(Json::object([("enum", Json::List(codes))]));
    }
    for option in options {
        let Some(other) = &option.other else { continue };
        let text = with(of_type("string"), [("minLength", Json::Int(1)), ("maxLength", int(other.max_length))]);
        let members = vec![("code".to_string(), constant(Json::text(&*option.code))), ("text".to_string(), text)];
        branches.push(closed(members, vec!["code".into(), "text".into()]));
    }
    branches
}

/// The structures whose canonical form a pattern says completely.
fn format_pattern(format: Format) -> Option<&'static str> {
    match format {
        Format::Mobile => Some("^1[0-9]{10}$"),
        Format::Postcode => Some("^[0-9]{6}$"),
        Format::DivisionCode => Some("^[0-9]{6}$"),
        Format::OneName => Some("^[^、，,；;/\\r\\n]+$"),
        _ => None,
    }
}

fn of_type(name: &str) -> Json {
    Json::object([("type", Json::text(name))])
}

fn with<const N: usize>(schema: Json, members: [(&str, Json); N]) -> Json {
    match schema {
        Json::Object(mut all) => {
            all.extend(members.into_iter().map(|(name, value)| (name.to_string(), value)));
            Json::Object(all)
        }
        other => other,
    }
}

fn closed(members: Vec<(String, Json)>, required: Vec<String>) -> Json {
    Json::object([
        ("type", Json::text("object")),
        ("properties", Json::Object(members)),
        ("required", Json::List(required.into_iter().map(Json::Text).collect())),
        ("additionalProperties", Json::Bool(false)),
    ])
}

fn list(items: Json, min: u32, max: Option<u32>) -> Json {
    let list = with(of_type("array"), [("items", items), ("minItems", int(min))]);
    match max {
        Some(max) => with(list, [("maxItems", int(max))]),
        None => list,
    }
}

fn id(pattern: &str) -> Json {
    with(of_type("string"), [("pattern", Json::text(pattern))])
}

fn constant(json: Json) -> Json {
    Json::object([("const", json)])
}

fn int(number: u32) -> Json {
    Json::Int(i64::from(number))
}

fn any_of(mut branches: Vec<Json>) -> Json {
    if branches.len() == 1 { branches.remove(0) } else { Json::object([("anyOf", Json::List(branches))]) }
}
