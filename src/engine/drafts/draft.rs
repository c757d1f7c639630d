//! The draft file (草稿文件): everything one person filled in so far, complete or not, with its files.
//!
//! It is never signed and proves nothing. It is what autosave keeps, what 草稿文件 writes, and what any
//! later version of the table can open.

use super::read::{self, AnswerProblem, Origin, Read};
use crate::engine::answers::{AnswersDocument, Attachment, DocumentIdentity, Signed, TableIdentity, json};
use crate::engine::definition::Definition;
use crate::engine::value::base64;
use crate::engine::value::json::{self as value_json, Json, JsonErrorKind, write_text};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};

/// End of the name of a draft file.
pub const EXTENSION: &str = ".sbdraft.json";

/// The one version of the format.
pub const VERSION: &str = "1";

/// Largest draft file that is read, in bytes: the attachments of the biggest bundle, and their third more.
pub const MAX_SIZE: usize = 720 * 1024 * 1024;

/// Writes a draft. `saved` is the time as `YYYY-MM-DDThh:mm:ssZ`; `files` are digests and bytes of attached
/// files that are to travel with it, none for the copy that autosave keeps.
pub fn write(document: &AnswersDocument, saved: &str, files: &[(&str, &[u8])]) -> String {
    let mut out = head(document, saved);
    for (idx, (digest, bytes)) in files.iter().enumerate() {
        out.push_str(&before_file(idx == 0, digest));
        base64::encode_url(bytes, &mut out);
    }
    out.push_str(end(!files.is_empty()));
    out
}

/// The text before a file that travels with a draft, which follows in base64 for URLs. Files come last, so that a reader
/// has judged the rest before the bulk arrives; whoever has large ones writes them piece by piece.
pub fn before_file(is_first: bool, digest: &str) -> String {
    [if is_first { ",\"files\":{\"" } else { "\",\"" }, digest, "\":\""].concat()
}

/// The end of a draft.
pub fn end(has_files: bool) -> &'static str {
    if has_files { "\"}}" } else { "}" }
}

/// A draft up to its files, or up to its [`end`] if it has none.
pub fn head(document: &AnswersDocument, saved: &str) -> String {
    let mut out = String::with_capacity(4096);
    out.push_str("{\"sbdraft\":");
    write_text(VERSION, &mut out);
    json::member("saved", saved, &mut out);
    out.push_str(",\"table\":");
    let table = &document.table;
    json::texts(&[("id", &table.id), ("version", &table.version), ("sha256", &table.sha256)], &mut out);
    out.push_str("},\"document\":");
    json::texts(&[("id", &document.document.id)], &mut out);
    let _ = write!(out, ",\"rev\":{}", document.document.rev);
    if let Some(prev) = &document.document.prev {
        json::member("prev", prev, &mut out);
    }
    out.push('}');
    if let Some(signed) = &document.signed {
        let _ = write!(out, ",\"signed\":{{\"rev\":{}", signed.rev);
        json::member("payload", &signed.payload, &mut out);
        json::member("statement", &signed.statement, &mut out);
        if signed.awaits {
            out.push_str(",\"awaits\":true");
        }
        out.push('}');
    }
    out.push_str(",\"data\":");
    json::write_data(document, true, &mut out);
    out.push_str(",\"attachments\":");
    json::list(&document.attachments, &mut out, |it, out| {
        json::texts(&[("name", &it.name), ("type", &it.media_type), ("sha256", &it.sha256)], out);
        json::member("id", &it.id, out);
        let _ = write!(out, ",\"size\":{}}}", it.size);
    });
    out
}

/// A draft that was read: whose it is, and its answers still as the file has them.
#[derive(Clone, Debug)]
pub struct Draft {
    /// When it was saved, by the word of the file.
    pub saved: String,
    /// The table it was filled for.
    pub table: TableIdentity,
    /// Which document it is.
    pub document: DocumentIdentity,
    /// The attached files as listed.
    pub attachments: Vec<Attachment>,
    /// Digests and bytes of the files that travel with it; each has its digest.
    pub files: Vec<(String, Vec<u8>)>,
    /// Names of files whose bytes do not have the digest that the draft gives.
    pub damaged: Vec<String>,
    signed: Option<Signed>,
    data: Json,
}

/// Why a draft cannot be opened, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftError {
    /// What is wrong.
    pub kind: DraftErrorKind,
    /// The member that it is wrong with, such as `table.id`; empty for the file as a whole.
    pub place: String,
}

/// How much of a file is looked at to tell what else it is.
const HEAD: usize = 1 << 14;

/// The closed list of what keeps a draft from being opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftErrorKind {
    /// No bytes at all.
    Empty,
    /// Larger than [`MAX_SIZE`].
    TooLarge,
    /// Not strict JSON: the parser's word and the byte.
    NotJson(JsonErrorKind, usize),
    /// A signed bundle or part file: to be opened as such.
    Bundle,
    /// A key file.
    KeyFile,
    /// A document of a word processor or a spreadsheet.
    Office,
    /// A PDF document.
    Pdf,
    /// An e-mail.
    Mail,
    /// A table definition.
    Definition,
    /// JSON, but nothing of ours.
    NotDraft,
    /// Written by a newer version of this program.
    Newer,
    /// A member is missing.
    Missing,
    /// A member is of another type or form than it must be.
    WrongType,
    /// Filled for another table.
    OtherTable,
}

impl fmt::Display for DraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)?;
        if self.place.is_empty() { Ok(()) } else { write!(f, " at {}", self.place) }
    }
}

impl std::error::Error for DraftError {}

fn error<T>(kind: DraftErrorKind, place: &str) -> Result<T, DraftError> {
    Err(DraftError { kind, place: place.to_string() })
}

/// A draft opened for a definition.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The document, of this definition from now on.
    pub document: AnswersDocument,
    /// What could not be taken as it was; the answers concerned are in the document's `kept` or undecoded.
    pub problems: Vec<AnswerProblem>,
    /// True if it was filled for another version.
    pub was_moved: bool,
}

impl Draft {
    /// Reads a draft file. Any bytes at all give a draft or an error.
    pub fn parse(bytes: &[u8]) -> Result<Draft, DraftError> {
        use DraftErrorKind::*;
        if bytes.is_empty() {
            return error(Empty, "");
        }
        if bytes.len() > MAX_SIZE {
            return error(TooLarge, "");
        }
        let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
        let has = |text: &[u8]| head.windows(text.len()).any(|it| it == text);
        if bytes.starts_with(b"PK\x03\x04") {
            return error(if has(b"[Content_Types].xml") { Office } else { Bundle }, "");
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return error(Office, "");
        }
        if bytes.starts_with(b"%PDF") {
            return error(Pdf, "");
        }
        // A mail begins with the lines of its head, and JSON with a bracket.
        if head.first().is_some_and(u8::is_ascii_alphabetic) && has(b"MIME-Version:") {
            return error(Mail, "");
        }
        // Editors of Windows put a byte order mark in front; there is no doubt about what it is.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let json = value_json::parse(bytes, 24).or_else(|it| error(NotJson(it.kind, it.offset), ""))?;
        match json.get("sbdraft") {
            Some(Json::Text(version)) if version == VERSION => {}
            Some(Json::Text(_)) => return error(Newer, "sbdraft"),
            Some(_) => return error(WrongType, "sbdraft"),
            None if json.get("sab").is_some() => return error(Bundle, ""),
            None if json.get("sabkey").is_some() => return error(KeyFile, ""),
            None if json.get("format").is_some() && json.get("parts").is_some() => return error(Definition, ""),
            None => return error(NotDraft, ""),
        }
        let rev = match at(&json, "document.rev")? {
            Json::Int(rev) if (1..=i64::from(u32::MAX)).contains(rev) => *rev as u32,
            _ => return error(WrongType, "document.rev"),
        };
        let prev = match at(&json, "document.prev") {
            Ok(Json::Text(prev)) => Some(prev.clone()),
            Ok(_) => return error(WrongType, "document.prev"),
            Err(_) => None,
        };
        let data = at(&json, "data")?.clone();
        if data.as_object().is_none() {
            return error(WrongType, "data");
        }
        let mut draft = Draft {
            saved: text_at(&json, "saved")?,
            table: TableIdentity {
                id: text_at(&json, "table.id")?,
                version: text_at(&json, "table.version")?,
                sha256: text_at(&json, "table.sha256")?,
            },
            document: DocumentIdentity { id: text_at(&json, "document.id")?, rev, prev },
            attachments: attachments(&json)?,
            files: Vec::new(),
            damaged: Vec::new(),
            signed: signed(&json),
            data,
        };
        for (digest, text) in json.get("files").and_then(Json::as_object).unwrap_or_default() {
            let bytes = text.as_text().and_then(base64::decode_url);
            match bytes.filter(|bytes| hex(&Sha256::digest(bytes)) == *digest) {
                Some(bytes) => draft.files.push((digest.clone(), bytes)),
                None => {
                    let named = draft.attachments.iter().find(|it| it.sha256 == *digest);
                    draft.damaged.push(named.map_or(digest.clone(), |it| it.name.clone()));
                }
            }
        }
        Ok(draft)
    }

    /// True if it was filled for exactly this definition.
    pub fn is_for(&self, table: &TableIdentity) -> bool {
        self.table == *table
    }

    /// Puts a document with an earlier text of this draft where the draft is: under a number that is signed already,
    /// nothing else is ever signed.
    pub fn carry_on(&self, document: &mut AnswersDocument) {
        let last = |signed: &Option<Signed>| signed.as_ref().map_or(0, |it| it.rev);
        let is_further = self.document.rev > document.document.rev || last(&self.signed) > last(&document.signed);
        if is_further && self.document.id == document.document.id {
            document.document = self.document.clone();
            document.signed = self.signed.clone();
            document.start_next_revision();
        }
    }

    /// The answers for a definition of the same table. If the draft is of another version, they are moved;
    /// `old` is the definition of that version, if it is at hand.
    pub fn open(&self, definition: &Definition, table: &TableIdentity, old: Option<&Definition>) -> Result<Opened, DraftError> {
        if self.table.id != table.id {
            return error(DraftErrorKind::OtherTable, "table.id");
        }
        let was_moved = !self.is_for(table);
        let origin = was_moved.then_some(Origin { version: &self.table.version, definition: old });
        let Read { mut document, problems } = read::read_data(definition, &self.data, origin);
        document.table = table.clone();
        document.document = self.document.clone();
        document.attachments = self.attachments.clone();
        document.signed = self.signed.clone();
        Ok(Opened { document, problems, was_moved })
    }
}

fn at<'a>(json: &'a Json, place: &str) -> Result<&'a Json, DraftError> {
    let found = place.split('.').try_fold(json, |json, name| json.get(name));
    found.map_or_else(|| error(DraftErrorKind::Missing, place), Ok)
}

fn text_at(json: &Json, place: &str) -> Result<String, DraftError> {
    let text = at(json, place)?.as_text();
    text.map_or_else(|| error(DraftErrorKind::WrongType, place), |text| Ok(text.to_string()))
}

/// What was signed last. A damaged one is left out: the next signature starts the revision again.
fn signed(json: &Json) -> Option<Signed> {
    let mut entry = json::Entry::new(json.get("signed")?);
    let signed = Signed {
        rev: entry.number("rev", u32::MAX.into()) as u32,
        payload: entry.text("payload").into(),
        statement: entry.text("statement").into(),
        awaits: json.get("signed").and_then(|it| it.get("awaits")) == Some(&Json::Bool(true)),
    };
    entry.is_whole.then_some(signed)
}

fn attachments(json: &Json) -> Result<Vec<Attachment>, DraftError> {
    let Some(items) = at(json, "attachments")?.as_list() else {
        return error(DraftErrorKind::WrongType, "attachments");
    };
    let mut read = Vec::new();
    for (idx, item) in items.iter().enumerate() {
        let attachment = attachment(item);
        let is_digest = |it: &str| it.len() == 64 && it.bytes().all(|byte| byte.is_ascii_hexdigit());
        match attachment.filter(|it| is_digest(&it.sha256)) {
            Some(it) => read.push(it),
            None => return error(DraftErrorKind::WrongType, &["attachments.", &idx.to_string()].concat()),
        }
    }
    Ok(read)
}

/// One attachment as drafts and statements list it.
pub(super) fn attachment(json: &Json) -> Option<Attachment> {
    let mut entry = json::Entry::new(json);
    let attachment = Attachment {
        id: entry.text("id").into(),
        name: entry.text("name").into(),
        media_type: entry.text("type").into(),
        size: entry.number("size", i64::MAX) as u64,
        sha256: entry.text("sha256").into(),
    };
    entry.is_whole.then_some(attachment)
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
