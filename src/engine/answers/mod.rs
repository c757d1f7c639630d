//! Everything one person filled in: plain data, the only truth. Screens, saving, rules and signing read this.

pub mod edit;
pub mod json;
pub mod make;
pub mod path;
pub mod schema;

use crate::engine::definition::Id;
use crate::engine::value::map::Map;

pub use edit::{Changes, Edit};
pub use path::AnswerPath;

/// The answers of one field set: field id → answer. A blank answer is absent.
pub type Cells = Map<Answer>;

/// The answer to one field.
///
/// Texts are as typed. Nothing is normalized here: the canonical form is made when a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `text` and `long`: as typed.
    Text(String),
    /// `integer` and `year`.
    Integer(i64),
    /// `decimal`: shortest form, such as `1065.5`.
    Decimal(String),
    /// `date` (`2023-08-15`) and `month` (`2023-08`), ISO.
    Date(String),
    /// `boolean`.
    Boolean(bool),
    /// `choice`: a code, and the words of the other option.
    Choice(Chosen),
    /// `choices`.
    Choices(Vec<Chosen>),
    /// `texts`.
    Texts(Vec<String>),
    /// `reference`: an instance or row id.
    Reference(Id),
    /// `rows`, `files` and materials. The cells of a file entry are `title`, `pages` and `attachment`.
    Rows(Vec<Row>),
    /// 无 was confirmed.
    ConfirmedNone,
    /// Typed, but not readable as the field's kind. Kept in drafts, never signed.
    Undecoded(String),
}

/// One option taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its code.
    pub code: Id,
    /// Words of the other option.
    pub text: Option<String>,
}

/// One line of a sub-table, or one entry of a file list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Random and never reused; the key of a fixed row.
    pub id: Id,
    /// Its cells.
    pub cells: Cells,
}

/// One filling of a part. A part filled once has one instance whose id is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartInstance {
    /// Random and never reused; empty in a part filled once.
    pub id: Id,
    /// Its answers.
    pub answers: Cells,
}

/// Which definition a document was filled for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableIdentity {
    /// Definition id.
    pub id: String,
    /// Definition version.
    pub version: String,
    /// SHA-256 of the definition's canonical bytes, lower-case hex.
    pub sha256: String,
}

/// Which document this is, and of which revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentIdentity {
    /// `urn:uuid:…`, given when the document is made.
    pub id: String,
    /// 1 for the first signed revision.
    pub rev: u32,
    /// SHA-256 of the payload of the revision before, from the second on.
    pub prev: Option<String>,
}

/// A reason recorded for an overridable rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Rule id.
    pub rule: Id,
    /// Path of the place (`parks/i2`), empty for the whole document.
    pub at: String,
    /// The reason, as typed.
    pub reason: String,
}

/// A file that was attached; its bytes are kept outside the document, by digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Id within the document, named by file entries.
    pub id: Id,
    /// File name as given.
    pub name: String,
    /// Media type, derived from extension and first bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
}

/// An answer of another version of the definition that has no place in this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where it stood.
    pub path: String,
    /// The label it had.
    pub label: String,
    /// The answer as shown.
    pub shown: String,
    /// The answer's JSON text.
    pub value: String,
    /// Version it comes from.
    pub from: String,
}

/// Where a part instance was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSource {
    /// Part id.
    pub part: Id,
    /// Instance id.
    pub instance: Id,
    /// Document id of the part file.
    pub doc: String,
    /// Revision of the part file.
    pub rev: u32,
    /// SHA-256 of the part statement's payload.
    pub payload: String,
    /// Thumbprint of its first key.
    pub kid: String,
    /// Who signed it.
    pub org: String,
    /// True once an answer was changed after taking it in.
    pub edited: bool,
}

/// The statement that was signed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its revision.
    pub rev: u32,
    /// SHA-256 of its payload, lower-case hex.
    pub payload: String,
    /// The statement's JSON, as it stands in the bundle.
    pub statement: String,
    /// True while another office has yet to add its signature: nothing to hand in so far.
    pub awaits: bool,
}

impl AnswersDocument {
    /// True if the revision being filled is signed as it stands.
    pub fn is_signed(&self) -> bool {
        self.signed.as_ref().is_some_and(|it| it.rev == self.document.rev)
    }

    /// What was signed, if that is the revision being filled and nobody has yet to sign it.
    pub fn whole_signature(&self) -> Option<&Signed> {
        self.signed.as_ref().filter(|it| it.rev == self.document.rev && !it.awaits)
    }
}

/// Everything one person filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswersDocument {
    /// The definition.
    pub table: TableIdentity,
    /// The document.
    pub document: DocumentIdentity,
    /// Part id → its instances, in the shown order. Materials are a part filled once, `materials`.
    pub parts: Map<Vec<PartInstance>>,
    /// Reasons for overridable rules.
    pub overrides: Vec<Override>,
    /// Profile values that differ from the definition's.
    pub profile: Map<String>,
    /// Files attached.
    pub attachments: Vec<Attachment>,
    /// Answers of another version without a place here.
    pub kept: Vec<Kept>,
    /// Instances taken from part files.
    pub sources: Vec<PartSource>,
    /// What was signed last; once something is changed after it, the revision is the next one.
    pub signed: Option<Signed>,
}

impl AnswersDocument {
    /// The instances of a part, none if the part is unknown.
    pub fn instances(&self, part: &str) -> &[PartInstance] {
        self.parts.get(part).map_or(&[], Vec::as_slice)
    }

    /// One instance of a part; the empty id for a part filled once.
    pub fn instance(&self, part: &str, id: &str) -> Option<&PartInstance> {
        self.instances(part).iter().find(|instance| &*instance.id == id)
    }

    /// The answer at a path to a field or a cell of a row. `None` is blank, or no such place.
    pub fn answer(&self, path: &AnswerPath) -> Option<&Answer> {
        let field = path.field.as_deref()?;
        let answer = self.instance(&path.part, &path.instance)?.answers.get(field)?;
        let Some(row) = path.row.as_deref() else { return Some(answer) };
        let Answer::Rows(rows) = answer else { return None };
        let row = rows.iter().find(|it| &*it.id == row)?;
        row.cells.get(path.column.as_deref()?)
    }

    /// The rows at a path to a `rows` or `files` field.
    pub fn rows(&self, path: &AnswerPath) -> &[Row] {
        let field = AnswerPath { row: None, column: None, ..path.clone() };
        match self.answer(&field) {
            Some(Answer::Rows(rows)) => rows,
            _ => &[],
        }
    }

    /// The reason given for an overridable rule at a place.
    pub fn reason(&self, rule: &str, at: &str) -> Option<&str> {
        let found = self.overrides.iter().find(|it| *it.rule == *rule && it.at == at);
        found.map(|it| it.reason.as_str())
    }

    /// The attachment of that id.
    pub fn attachment(&self, id: &str) -> Option<&Attachment> {
        self.attachments.iter().find(|it| &*it.id == id)
    }

    /// Bytes of the attached files that an entry names, each file once: what a signed file carries.
    pub fn attached_size(&self) -> u64 {
        let instances = self.parts.iter().flat_map(|(_, instances)| instances);
        let answers = instances.flat_map(|instance| instance.answers.iter().map(|(_, answer)| answer));
        let rows = answers.flat_map(|answer| match answer {
            Answer::Rows(rows) => rows.as_slice(),
            _ => &[],
        });
        let named: Vec<&str> = rows.filter_map(make::attachment_of).collect();
        self.attachments.iter().filter(|it| named.contains(&&*it.id)).map(|it| it.size).sum()
    }

    /// Something was changed: if this revision is signed already, the next one begins, which names it.
    pub fn start_next_revision(&mut self) {
        if let Some(signed) = &self.signed
            && signed.rev == self.document.rev
        {
            self.document.rev += 1;
            self.document.prev = Some(signed.payload.clone());
        }
    }
}
