//! The payload that is signed, section 4.1 of the bundle format: answers in their canonical form, without
//! what belongs to drafts only.

use super::draft::attachment;
use super::read::{self, Origin, Read};
use crate::engine::answers::{Answer, AnswerPath, AnswersDocument, Attachment, DocumentIdentity, Row, TableIdentity, json, make};
use crate::engine::definition::{Definition, Field, FieldKind, Id, MATERIALS};
use crate::engine::kinds::{formats, rows};
use crate::engine::value::json::{self as value_json, Json};
use crate::engine::value::text::trimmed;

/// Who signs, by their own word, and with which keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    /// Role in the chain, such as `city`.
    pub role: String,
    /// Name of the office.
    pub org: String,
    /// Thumbprints of exactly the keys that sign.
    pub kids: Vec<String>,
}

/// What a statement says beside its answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementHead {
    /// Who signs.
    pub signer: Signer,
    /// Roles of the recipients.
    pub to: Vec<String>,
    /// `YYYY-MM-DDThh:mm:ssZ`.
    pub created: String,
    /// Language it was filled in.
    pub lang: String,
}

/// The offices that seal the table, by the names they were given in it: whoever seals the sheets signs the file. A table
/// says so by its layout: the name of an office is a text of the section in which its seal stands, and the label of the
/// seal begins with that of the name. Where nothing is sealed it is the answer labelled like the office that fills.
pub fn signing_offices(document: &AnswersDocument, definition: &Definition) -> Vec<String> {
    let Some(part) = definition.parts.first() else { return Vec::new() };
    let shown = |field: &Field| {
        let answer = document.answer(&AnswerPath::part(part.id.clone()).field(field.id.clone()))?;
        let language = definition.languages.first().map_or("", |it| it);
        let text = crate::engine::kinds::shown(definition, field, answer, language);
        Some(trimmed(&text).to_string()).filter(|it| !it.is_empty())
    };
    let label = |field: &Field| field.label.get("").to_string();
    let named: Vec<&Field> = part
        .sections
        .iter()
        .flat_map(|section| {
            let seals = section.fields.iter().filter(|it| matches!(it.kind, FieldKind::Seal(_)));
            seals.filter_map(|seal| {
                let is_name = |it: &&Field| matches!(it.kind, FieldKind::Text(_)) && label(seal).starts_with(&label(it));
                section.fields.iter().find(is_name)
            })
        })
        .collect();
    if !named.is_empty() {
        return named.into_iter().filter_map(shown).collect();
    }
    let filler = definition.offices.first().map(|it| it.label.get("").to_string());
    let found = part.fields().find(|it| Some(label(it)) == filler);
    found.and_then(shown).into_iter().collect()
}

/// The payload of an application statement. `Err` names an answer that cannot be read or a file that is
/// not there: such ones are never signed.
pub fn application_payload(
    document: &AnswersDocument,
    definition: &Definition,
    table: &TableIdentity,
    head: &StatementHead,
) -> Result<Json, AnswerPath> {
    let signed = signable(document, definition)?;
    let mut data = String::new();
    json::write_data(&signed, false, &mut data);
    // Our own writer's text is always read again; an empty object stands for the impossible.
    let data = value_json::parse(data.as_bytes(), 24).unwrap_or(Json::Object(Vec::new()));
    let text = |text: &str| Json::text(text);
    let list = |all: &[String]| Json::List(all.iter().map(Json::text).collect());
    let attachments = signed.attachments.iter().map(|it| {
        Json::object([
            ("id", text(&it.id)),
            ("name", text(&it.name)),
            ("type", text(&it.media_type)),
            ("size", Json::Int(i64::try_from(it.size).unwrap_or(value_json::MAX_SAFE_INTEGER))),
            ("sha256", text(&it.sha256)),
        ])
    });
    let doc = Json::object([
        ("id", text(&document.document.id)),
        ("rev", Json::Int(i64::from(document.document.rev.max(1)))),
        ("prev", document.document.prev.as_deref().map_or(Json::Null, Json::text)),
        ("created", text(&head.created)),
        ("lang", text(&head.lang)),
    ]);
    let form = [("id", &table.id), ("version", &table.version), ("sha256", &table.sha256)];
    let signer = Json::object([
        ("role", text(&head.signer.role)),
        ("org", text(&head.signer.org)),
        ("kids", list(&head.signer.kids)),
    ]);
    Ok(Json::object([
        ("sab", text("1.0")),
        ("type", text("application")),
        ("doc", doc),
        ("form", Json::object(form.map(|(name, value)| (name, Json::text(value))))),
        ("signer", signer),
        ("to", list(&head.to)),
        ("data", data),
        ("attachments", Json::List(attachments.collect())),
    ]))
}

/// The document of a statement's payload: what a reviewer reads, and what the next revision starts from.
/// `None` if the payload is not of the form that was verified before. Answers for another definition than
/// `table` are moved.
pub fn from_payload(payload: &Json, definition: &Definition, table: &TableIdentity) -> Option<Read> {
    let text = |place: &[&str]| -> Option<String> {
        let found = place.iter().try_fold(payload, |json, name| json.get(name))?;
        Some(found.as_text()?.to_string())
    };
    let form = TableIdentity { id: text(&["form", "id"])?, version: text(&["form", "version"])?, sha256: text(&["form", "sha256"])? };
    let origin = (form != *table).then_some(Origin { version: &form.version, definition: None });
    let mut read = read::read_data(definition, payload.get("data")?, origin);
    read.document.table = table.clone();
    read.document.document = DocumentIdentity {
        id: text(&["doc", "id"])?,
        rev: payload.get("doc")?.get("rev")?.as_int()?.try_into().ok()?,
        prev: text(&["doc", "prev"]),
    };
    for item in payload.get("attachments")?.as_list()? {
        read.document.attachments.push(attachment(item)?);
    }
    Some(read)
}

/// The document as it is signed: spare rows, blank texts, kept answers and files that nothing names are
/// left out, formatted texts are canonical, files are named a1, a2 … in the order of their first mention.
pub fn signable(document: &AnswersDocument, definition: &Definition) -> Result<AnswersDocument, AnswerPath> {
    let mut signed = document.clone();
    signed.kept.clear();
    let mut files = Files { document, named: Vec::new() };
    for part in &definition.parts {
        for instance in signed.parts.get_mut(&part.id).into_iter().flatten() {
            let path = AnswerPath::instance(part.id.clone(), instance.id.clone());
            for field in part.fields() {
                let Some(answer) = instance.answers.remove(&field.id) else { continue };
                if let Some(answer) = clean(field, answer, &path.field(field.id.clone()), &mut files)? {
                    instance.answers.insert(field.id.clone(), answer);
                }
            }
        }
    }
    let materials = AnswerPath::part(MATERIALS);
    for instance in signed.parts.get_mut(&materials.part).into_iter().flatten() {
        // In the order of the table, not of the ids.
        for material in &definition.materials {
            if let Some(Answer::Rows(entries)) = instance.answers.get_mut(&material.id) {
                files.rename(entries, &materials.field(material.id.clone()))?;
            }
        }
    }
    signed.attachments = files.named.iter().enumerate().filter_map(|(idx, id)| {
        let found = document.attachment(id)?;
        Some(Attachment { id: statement_id(idx), ..found.clone() })
    }).collect();
    Ok(signed)
}

fn clean(field: &Field, answer: Answer, path: &AnswerPath, files: &mut Files) -> Result<Option<Answer>, AnswerPath> {
    Ok(match (&field.kind, answer) {
        (_, Answer::Undecoded(_)) => return Err(path.clone()),
        (FieldKind::Text(kind), Answer::Text(text)) => {
            let text = formats::signed(kind.format, &text);
            (!text.is_empty()).then_some(Answer::Text(text))
        }
        (_, Answer::Text(text)) => Some(trimmed(&text)).filter(|it| !it.is_empty()).map(|it| Answer::Text(it.to_string())),
        (FieldKind::Rows(kind), Answer::Rows(all)) => {
            let mut kept = Vec::new();
            for mut row in all.into_iter().filter(|row| !rows::is_spare(kind, row)) {
                let path = path.row(row.id.clone());
                for column in &kind.columns {
                    let Some(answer) = row.cells.remove(&column.id) else { continue };
                    if let Some(answer) = clean(column, answer, &path.column(column.id.clone()), files)? {
                        row.cells.insert(column.id.clone(), answer);
                    }
                }
                if !row.cells.is_empty() {
                    kept.push(row);
                }
            }
            (!kept.is_empty()).then_some(Answer::Rows(kept))
        }
        (FieldKind::Files(_), Answer::Rows(mut entries)) => {
            files.rename(&mut entries, path)?;
            (!entries.is_empty()).then_some(Answer::Rows(entries))
        }
        (_, answer) => Some(answer),
    })
}

fn statement_id(idx: usize) -> Id {
    ["a", &(idx + 1).to_string()].concat().into()
}

/// The files that entries name, in the order of their first mention.
struct Files<'a> {
    document: &'a AnswersDocument,
    named: Vec<Id>,
}

impl Files<'_> {
    fn rename(&mut self, entries: &mut [Row], path: &AnswerPath) -> Result<(), AnswerPath> {
        for entry in entries {
            if let Some((name, _)) = entry.cells.iter().find(|(_, answer)| matches!(answer, Answer::Undecoded(_))) {
                return Err(path.row(entry.id.clone()).column(name.clone()));
            }
            let Some(id) = make::attachment_of(entry) else { continue };
            let Some(found) = self.document.attachment(id) else {
                return Err(path.row(entry.id.clone()).column("attachment"));
            };
            let at = self.named.iter().position(|it| *it == found.id).unwrap_or_else(|| {
                self.named.push(found.id.clone());
                self.named.len() - 1
            });
            entry.cells.insert("attachment".into(), Answer::Text(statement_id(at).to_string()));
        }
        Ok(())
    }
}
