//! New documents, instances and rows: ids come from the caller, who has the randomness.

use super::{Answer, AnswersDocument, Cells, DocumentIdentity, PartInstance, Row, TableIdentity, json};
use crate::engine::definition::{Definition, Field, FieldKind, Id, MATERIALS, Part, RowsKind};

/// Number of characters of a random id.
pub const ID_LENGTH: usize = 8;

/// A random id from random bytes: characters of `[a-z0-9]`, more of them if more bytes are given.
pub fn random_id(bytes: &[u8]) -> Id {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let chars = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    Id::from(chars.collect::<String>())
}

/// True for an id that a place may have: that of an instance or row, or the key of a fixed row.
pub fn is_place_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// True for a random id of an instance or row: `[a-z0-9]{1,16}`.
pub fn is_random_id(text: &str) -> bool {
    text.len() <= 16 && is_place_id(text) && !text.contains('_')
}

impl AnswersDocument {
    /// A new document: the instances that a table starts with, and the defaults as ordinary answers.
    pub fn new(
        definition: &Definition,
        table: TableIdentity,
        document: DocumentIdentity,
        ids: &mut dyn FnMut() -> Id,
    ) -> AnswersDocument {
        let mut new = AnswersDocument { table, document, ..AnswersDocument::default() };
        for part in &definition.parts {
            let n_instances = part.repeat.as_ref().map_or(1, |repeat| repeat.start.unwrap_or(repeat.min));
            let instances = (0..n_instances).map(|_| instance(definition, part, ids)).collect();
            new.parts.insert(part.id.clone(), instances);
        }
        new.fill_up(definition);
        new
    }

    /// Adds what every document has whatever was answered: the one instance of each part filled once.
    pub fn fill_up(&mut self, definition: &Definition) {
        let once = definition.parts.iter().filter(|part| part.repeat.is_none()).map(|part| part.id.clone());
        for part in once.chain([Id::from(MATERIALS)]) {
            let instances = self.parts.get_or_insert_with(part, Vec::new);
            if instances.is_empty() {
                instances.push(PartInstance { id: "".into(), answers: Cells::new() });
            }
        }
    }

    /// A new application with these answers: an identity of its own, the first revision.
    pub fn renewed(&self, id: String) -> AnswersDocument {
        AnswersDocument { document: DocumentIdentity { id, rev: 1, prev: None }, signed: None, ..self.clone() }
    }
}

impl DocumentIdentity {
    /// The revision after the one whose signed payload has this digest.
    pub fn next(&self, payload_sha256: &str) -> DocumentIdentity {
        DocumentIdentity { id: self.id.clone(), rev: self.rev.saturating_add(1), prev: Some(payload_sha256.to_string()) }
    }
}

/// A new instance of a part with its defaults; a part filled once has the empty id.
pub fn instance(_: &Definition, part: &Part, ids: &mut dyn FnMut() -> Id) -> PartInstance {
    let id = if part.repeat.is_some() { ids() } else { "".into() };
    let mut answers = defaults(part.fields());
    for field in part.fields() {
        let FieldKind::Rows(kind) = &field.kind else { continue };
        let cells = defaults(&kind.columns);
        if !cells.is_empty() && !kind.fixed.is_empty() {
            let rows = kind.fixed.iter().map(|row| Row { id: row.key.clone(), cells: cells.clone() });
            answers.insert(field.id.clone(), Answer::Rows(rows.collect()));
        }
    }
    PartInstance { id, answers }
}

/// A new row with its defaults.
pub fn row(kind: &RowsKind, ids: &mut dyn FnMut() -> Id) -> Row {
    Row { id: ids(), cells: defaults(&kind.columns) }
}

fn defaults<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Cells {
    // Not collected, since that would bring a sort along.
    let mut cells = Cells::new();
    for field in fields {
        if let Some(Ok(answer)) = field.default.as_ref().map(|default| json::read_cell(field, default)) {
            cells.insert(field.id.clone(), answer);
        }
    }
    cells
}

/// A copy of an instance with ids of its own, for itself and its rows. Attached files are named, not
/// copied.
pub fn duplicate(part: &Part, instance: &PartInstance, ids: &mut dyn FnMut() -> Id) -> PartInstance {
    let mut copy = instance.clone();
    copy.id = ids();
    let mut renamed = vec![(instance.id.clone(), copy.id.clone())];
    for field in part.fields() {
        if let Some(Answer::Rows(rows)) = copy.answers.get_mut(&field.id) {
            for row in rows.iter_mut().filter(|row| !is_fixed(field, &row.id)) {
                let id = ids();
                renamed.push((std::mem::replace(&mut row.id, id.clone()), id));
            }
        }
    }
    // What pointed into the instance points into the copy.
    for answer in copy.answers.values_mut() {
        match answer {
            Answer::Rows(rows) => rows.iter_mut().flat_map(|row| row.cells.values_mut()).for_each(|it| follow(it, &renamed)),
            answer => follow(answer, &renamed),
        }
    }
    copy
}

fn follow(answer: &mut Answer, renamed: &[(Id, Id)]) {
    if let Answer::Reference(id) = answer
        && let Some((_, new)) = renamed.iter().find(|(old, _)| old == id)
    {
        *id = new.clone();
    }
}

/// A copy of a row with an id of its own.
pub fn duplicate_row(row: &Row, ids: &mut dyn FnMut() -> Id) -> Row {
    Row { id: ids(), cells: row.cells.clone() }
}

/// An entry of a file list: an attached file, or with `None` a paper.
pub fn file_entry(id: Id, title: &str, attachment: Option<&Id>) -> Row {
    let mut cells = Cells::new();
    if !title.is_empty() {
        cells.insert("title".into(), Answer::Text(title.to_string()));
    }
    if let Some(attachment) = attachment {
        cells.insert("attachment".into(), Answer::Text(attachment.to_string()));
    }
    Row { id, cells }
}

/// The attachment that a file entry names.
pub fn attachment_of(entry: &Row) -> Option<&str> {
    match entry.cells.get("attachment") {
        Some(Answer::Text(id)) => Some(id),
        _ => None,
    }
}

/// True if the row is one that is always there.
pub fn is_fixed(field: &Field, row: &str) -> bool {
    matches!(&field.kind, FieldKind::Rows(kind) if kind.fixed.iter().any(|it| &*it.key == row))
}
