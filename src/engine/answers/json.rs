//! Answers to and from JSON, section 6 of the definition format: the `answers`, `overrides`, `profile` and
//! `sources` of a statement or draft.
//!
//! Writing goes straight to a text, since a draft is written after every pause in typing. Here a single
//! answer is read; `drafts::read` reads whole documents.

use super::{Answer, AnswersDocument, Cells, Chosen, make};
use crate::engine::definition::{Field, FieldKind};
use crate::engine::value::date::Date;
use crate::engine::value::decimal;
use crate::engine::value::json::{Json, write_text};
use std::fmt::Write as _;

// ---- Writing

/// Writes `data`: answers, overrides, profile and sources; with `kept` in drafts.
pub fn write_data(document: &AnswersDocument, with_kept: bool, out: &mut String) {
    out.push_str("{\"answers\":");
    write_answers(document, out);
    if with_kept {
        out.push_str(",\"kept\":");
        list(&document.kept, out, |kept, out| {
            let members = [("from", &kept.from), ("label", &kept.label), ("path", &kept.path), ("shown", &kept.shown), ("value", &kept.value)];
            texts(&members, out);
            out.push('}');
        });
    }
    out.push_str(",\"overrides\":");
    list(&document.overrides, out, |it, out| {
        texts(&[("at", &it.at), ("reason", &it.reason)], out);
        member("rule", &it.rule, out);
        out.push('}');
    });
    out.push_str(",\"profile\":{");
    for (idx, (id, value)) in document.profile.iter().enumerate() {
        comma(idx, out);
        write_text(id, out);
        out.push(':');
        write_text(value, out);
    }
    out.push_str("},\"sources\":");
    list(&document.sources, out, |it, out| {
        texts(&[("doc", &it.doc), ("kid", &it.kid), ("org", &it.org), ("payload", &it.payload)], out);
        member("instance", &it.instance, out);
        member("part", &it.part, out);
        let _ = write!(out, ",\"rev\":{},\"edited\":{}}}", it.rev, it.edited);
    });
    out.push('}');
}

/// Writes the `answers` object. Parts, instances and rows without an answer are left out, but not the
/// instances of a repeated part: an added one counts even while it is blank.
pub fn write_answers(document: &AnswersDocument, out: &mut String) {
    out.push('{');
    let mut n_parts = 0;
    for (part, instances) in document.parts.iter() {
        let is_once = matches!(instances.as_slice(), [one] if one.id.is_empty());
        let is_blank = instances.is_empty() || is_once && instances.iter().all(|it| it.answers.is_empty());
        if is_blank {
            continue;
        }
        comma(n_parts, out);
        n_parts += 1;
        write_text(part, out);
        out.push(':');
        if is_once {
            instances.iter().for_each(|it| write_cells("", &it.answers, out));
        } else {
            list(instances, out, |it, out| write_cells(&it.id, &it.answers, out));
        }
    }
    out.push('}');
}

fn write_cells(id: &str, cells: &Cells, out: &mut String) {
    out.push('{');
    let mut n_members = 0;
    if !id.is_empty() {
        out.push_str("\"id\":");
        write_text(id, out);
        n_members += 1;
    }
    for (field, answer) in cells.iter() {
        comma(n_members, out);
        n_members += 1;
        write_text(field, out);
        out.push(':');
        write_cell(answer, out);
    }
    out.push('}');
}

/// Writes one answer. Texts are as they are in the document; `drafts::payload` makes them canonical first.
pub fn write_cell(answer: &Answer, out: &mut String) {
    match answer {
        Answer::Text(text) | Answer::Decimal(text) | Answer::Date(text) => write_text(text, out),
        Answer::Integer(number) => {
            let _ = write!(out, "{number}");
        }
        Answer::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Answer::Choice(chosen) => write_chosen(chosen, out),
        Answer::Choices(all) => list(all, out, write_chosen),
        Answer::Texts(all) => list(all, out, |text, out| write_text(text, out)),
        Answer::Reference(id) => write_text(id, out),
        Answer::Rows(rows) => list(rows, out, |row, out| write_cells(&row.id, &row.cells, out)),
        Answer::ConfirmedNone => out.push_str("{\"none\":true}"),
        Answer::Undecoded(text) => {
            out.push_str("{\"undecoded\":");
            write_text(text, out);
            out.push('}');
        }
    }
}

fn write_chosen(chosen: &Chosen, out: &mut String) {
    match &chosen.text {
        None => write_text(&chosen.code, out),
        Some(words) => {
            out.push_str("{\"code\":");
            write_text(&chosen.code, out);
            member("text", words, out);
            out.push('}');
        }
    }
}

pub(crate) fn list<T>(items: &[T], out: &mut String, mut each: impl FnMut(&T, &mut String)) {
    out.push('[');
    for (idx, item) in items.iter().enumerate() {
        comma(idx, out);
        each(item, out);
    }
    out.push(']');
}

fn comma(idx: usize, out: &mut String) {
    if idx > 0 {
        out.push(',');
    }
}

/// Opens an object with members that are texts.
pub(crate) fn texts(members: &[(&str, &String)], out: &mut String) {
    for (idx, (name, value)) in members.iter().enumerate() {
        out.push(if idx == 0 { '{' } else { ',' });
        write_text(name, out);
        out.push(':');
        write_text(value, out);
    }
}

/// Writes one more member that is a text.
pub(crate) fn member(name: &str, value: &str, out: &mut String) {
    out.push(',');
    write_text(name, out);
    out.push(':');
    write_text(value, out);
}

// ---- Reading

/// An object of which every member is wanted. Blanks stand in for those that are not there, and it is told at
/// the end: a way out after each member would have to drop those before it.
pub(crate) struct Entry<'a> {
    json: &'a Json,
    /// False once a member was missing or of another type.
    pub(crate) is_whole: bool,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(json: &'a Json) -> Self {
        Entry { json, is_whole: true }
    }

    fn member<T: Default>(&mut self, name: &str, read: impl FnOnce(&'a Json) -> Option<T>) -> T {
        let found = self.json.get(name).and_then(read);
        self.is_whole &= found.is_some();
        found.unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn text(&mut self, name: &str) -> &'a str {
        self.member(name, Json::as_text)
    }

    /// An integer from 0 to `max`.
    #[inline(never)]
    pub(crate) fn number(&mut self, name: &str, max: i64) -> i64 {
        self.member(name, |json| json.as_int().filter(|it| (0..=max).contains(it)))
    }

    pub(crate) fn boolean(&mut self, name: &str) -> bool {
        self.member(name, Json::as_bool)
    }
}

/// Reads one answer. `Err` holds the undecoded text of a single value that does not fit, or `None` for a
/// value that has no text (an object, a list).
pub fn read_cell(field: &Field, json: &Json) -> Result<Answer, Option<Answer>> {
    if json.get("none") == Some(&Json::Bool(true)) {
        return Ok(Answer::ConfirmedNone);
    }
    if let Some(Json::Text(text)) = json.get("undecoded") {
        return Ok(Answer::Undecoded(text.clone()));
    }
    let found = match (&field.kind, json) {
        (FieldKind::Text(_) | FieldKind::Long(_), Json::Text(text)) => Some(Answer::Text(text.clone())),
        (FieldKind::Integer(_), Json::Int(number)) => Some(Answer::Integer(*number)),
        (FieldKind::Year(_), Json::Int(number)) => Some(Answer::Integer(*number)),
        // A page's own script gives a whole number as one.
        (FieldKind::Decimal(_), Json::Int(number)) => Some(Answer::Decimal(number.to_string())),
        (FieldKind::Decimal(_), Json::Text(text)) => {
            decimal::shortest(text).filter(|shortest| shortest == text).map(Answer::Decimal)
        }
        (FieldKind::Month(_), Json::Text(text)) => Date::parse_iso_month(text).map(|_| Answer::Date(text.clone())),
        (FieldKind::Date(_), Json::Text(text)) => Date::parse_iso_day(text).map(|_| Answer::Date(text.clone())),
        (FieldKind::Boolean(_), Json::Bool(value)) => Some(Answer::Boolean(*value)),
        (FieldKind::Choice(_), json) => read_chosen(json).map(Answer::Choice),
        (FieldKind::Choices(_), Json::List(items)) => {
            items.iter().map(read_chosen).collect::<Option<Vec<_>>>().map(Answer::Choices)
        }
        (FieldKind::Texts(_), Json::List(items)) => {
            let texts = items.iter().map(|item| item.as_text().map(str::to_string));
            texts.collect::<Option<Vec<_>>>().map(Answer::Texts)
        }
        (FieldKind::Reference(_), Json::Text(text)) if make::is_place_id(text) => Some(Answer::Reference(text.as_str().into())),
        _ => None,
    };
    match found {
        Some(Answer::Choices(all)) if all.is_empty() => Err(None),
        Some(Answer::Texts(all)) if all.is_empty() => Err(None),
        Some(answer) => Ok(answer),
        None => Err(match json {
            Json::Text(text) => Some(Answer::Undecoded(text.clone())),
            Json::Int(number) => Some(Answer::Undecoded(number.to_string())),
            Json::Bool(value) => Some(Answer::Undecoded(value.to_string())),
            _ => None,
        }),
    }
}

fn read_chosen(json: &Json) -> Option<Chosen> {
    match json {
        Json::Text(code) => Some(Chosen { code: code.as_str().into(), text: None }),
        _ => {
            let code = json.get("code")?.as_text()?.into();
            Some(Chosen { code, text: Some(json.get("text")?.as_text()?.to_string()) })
        }
    }
}

