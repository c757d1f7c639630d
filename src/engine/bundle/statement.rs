//! What is signed: the three payload types with their closed schemas.
//!
//! Every member is required and no other is allowed, because an unsigned or unknown member is a place where two
//! readers could show different things. Only `data` is free: it is the product's.

use super::{
    VERSION,
    digest::Digest,
    error::{BundleError, Fault},
};
use crate::engine::value::json::Json;

/// A payload whose members were checked one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// What a city applies with.
    Application(Application),
    /// An office's opinion on an application.
    Endorsement(Endorsement),
    /// What a park filled in, before the application exists.
    Part(Part),
}

/// A city's application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Identity and revision.
    pub doc: DocumentHead,
    /// The table it fills.
    pub form: FormReference,
    /// Who signs.
    pub signer: Signer,
    /// Whom it is for.
    pub to: Vec<String>,
    /// The answers, in the product's own layout.
    pub data: Json,
    /// What accompanies it.
    pub attachments: Vec<Attachment>,
}

/// An office's statement about an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endorsement {
    /// What it is about.
    pub subject: Subject,
    /// Who signs.
    pub signer: Signer,
    /// When, by the signer's own clock.
    pub created: String,
    /// What was decided.
    pub decision: Decision,
    /// The opinion's words.
    pub opinion: String,
    /// Remarks at answers.
    pub remarks: Vec<Remark>,
    /// What accompanies it.
    pub attachments: Vec<Attachment>,
}

/// One part instance, filled by its park.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Identity and revision, its own and not the application's.
    pub doc: DocumentHead,
    /// The table it belongs to.
    pub form: FormReference,
    /// The repeated part's identifier in that table.
    pub part: String,
    /// Who signs.
    pub signer: Signer,
    /// Whom it is for.
    pub to: Vec<String>,
    /// The answers, in the product's own layout.
    pub data: Json,
    /// What accompanies it.
    pub attachments: Vec<Attachment>,
}

/// Identity and revision of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentHead {
    /// Stays the same over all revisions.
    pub id: String,
    /// Counts from 1.
    pub rev: i64,
    /// The payload digest of the revision before; none for the first.
    pub prev: Option<Digest>,
    /// When, by the signer's own clock.
    pub created: String,
    /// The language of the answers.
    pub lang: String,
}

/// The exact table definition that was filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormReference {
    /// The definition's identifier.
    pub id: String,
    /// The definition's version.
    pub version: String,
    /// The definition's digest, so that labels cannot be swapped under the answers.
    pub sha256: Digest,
}

/// Who signs a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// In which role.
    pub role: String,
    /// Under which name. What is shown to a person is the trust list's name, not this one.
    pub org: String,
    /// With exactly these keys.
    pub kids: Vec<String>,
}

/// A declared attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Unique in the statement.
    pub id: String,
    /// The file name, as given by the person.
    pub name: String,
    /// The media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Digest of the content.
    pub sha256: Digest,
}

/// The application that an endorsement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its document.
    pub doc: String,
    /// Its revision.
    pub rev: i64,
    /// Its payload digest.
    pub payload: Digest,
    /// The links of all statements the signer saw.
    pub on: Vec<String>,
}

/// What an endorsing office decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The office recommends the application.
    Recommend,
    /// The office returns it for correction.
    Return,
    /// The office refuses it.
    Reject,
}

impl Decision {
    /// The name in payloads.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Recommend => "recommend",
            Decision::Return => "return",
            Decision::Reject => "reject",
        }
    }
}

/// A remark at one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The answer path; whether it exists is for the product to say.
    pub path: String,
    /// The remark.
    pub text: String,
}

impl Payload {
    /// Checks a parsed payload against the closed schema of its type.
    pub fn read(json: &Json) -> Result<Payload, Fault> {
        if json.as_object().is_none() {
            return Err(Fault::at(BundleError::Structure, "payload"));
        }
        if json.get("sab").and_then(Json::as_text) != Some(VERSION) {
            return Err(Fault::at(BundleError::Version, "payload.sab"));
        }
        let root = Place { json, path: "payload" };
        match json.get("type") {
            Some(Json::Text(name)) if name == "application" => {
                root.closed(&["sab", "type", "doc", "form", "signer", "to", "data", "attachments"])?;
                let Body { doc, form, signer, to, data, attachments } = body(root)?;
                Ok(Payload::Application(Application { doc, form, signer, to, data, attachments }))
            }
            Some(Json::Text(name)) if name == "part" => {
                root.closed(&["sab", "type", "doc", "form", "part", "signer", "to", "data", "attachments"])?;
                let part = root.member("part", "payload.part")?.text_of(1, 200)?;
                let Body { doc, form, signer, to, data, attachments } = body(root)?;
                Ok(Payload::Part(Part { doc, form, part, signer, to, data, attachments }))
            }
            Some(Json::Text(name)) if name == "endorsement" => {
                root.closed(&[
                    "sab",
                    "type",
                    "subject",
                    "signer",
                    "created",
                    "decision",
                    "opinion",
                    "remarks",
                    "attachments",
                ])?;
                Ok(Payload::Endorsement(Endorsement {
                    subject: subject(root.member("subject", "payload.subject")?)?,
                    signer: signer(root.member("signer", "payload.signer")?)?,
                    created: root.member("created", "payload.created")?.time()?,
                    decision: decision(root.member("decision", "payload.decision")?)?,
                    opinion: root.member("opinion", "payload.opinion")?.text()?,
                    remarks: remarks(root.member("remarks", "payload.remarks")?)?,
                    attachments: attachments(root.member("attachments", "payload.attachments")?)?,
                }))
            }
            Some(Json::Text(_)) => Err(Fault::at(BundleError::Type, "payload.type")),
            _ => Err(Fault::at(BundleError::Structure, "payload.type")),
        }
    }

    /// Who signs it.
    pub fn signer(&self) -> &Signer {
        match self {
            Payload::Application(it) => &it.signer,
            Payload::Endorsement(it) => &it.signer,
            Payload::Part(it) => &it.signer,
        }
    }

    /// What accompanies it.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Payload::Application(it) => &it.attachments,
            Payload::Endorsement(it) => &it.attachments,
            Payload::Part(it) => &it.attachments,
        }
    }

    /// When it says it was made.
    pub fn created(&self) -> &str {
        match self {
            Payload::Application(it) => &it.doc.created,
            Payload::Endorsement(it) => &it.created,
            Payload::Part(it) => &it.doc.created,
        }
    }

    /// The document's head, for applications and parts.
    pub fn doc(&self) -> Option<&DocumentHead> {
        match self {
            Payload::Application(it) => Some(&it.doc),
            Payload::Part(it) => Some(&it.doc),
            Payload::Endorsement(_) => None,
        }
    }

    /// The table's reference, for applications and parts.
    pub fn form(&self) -> Option<&FormReference> {
        match self {
            Payload::Application(it) => Some(&it.form),
            Payload::Part(it) => Some(&it.form),
            Payload::Endorsement(_) => None,
        }
    }

    /// The signed answers, for applications and parts.
    pub fn data(&self) -> Option<&Json> {
        match self {
            Payload::Application(it) => Some(&it.data),
            Payload::Part(it) => Some(&it.data),
            Payload::Endorsement(_) => None,
        }
    }

    /// Whom it is for; an endorsement is for whoever gets the application.
    pub fn to(&self) -> &[String] {
        match self {
            Payload::Application(it) => &it.to,
            Payload::Part(it) => &it.to,
            Payload::Endorsement(_) => &[],
        }
    }

    /// The type's name in payloads.
    pub fn type_name(&self) -> &'static str {
        match self {
            Payload::Application(_) => "application",
            Payload::Endorsement(_) => "endorsement",
            Payload::Part(_) => "part",
        }
    }
}

/// Whether `rev` and `prev` go together: the first revision alone has none before it.
pub fn revision_fits(doc: &DocumentHead) -> bool {
    (doc.rev == 1) == doc.prev.is_none()
}

/// A value and its place, so that every fault says where it is.
#[derive(Clone, Copy)]
struct Place<'a> {
    json: &'a Json,
    path: &'a str,
}

impl<'a> Place<'a> {
    fn fault(&self) -> Fault {
        Fault::at(BundleError::Structure, self.path)
    }

    #[inline(never)]
    fn closed(&self, names: &[&str]) -> Result<(), Fault> {
        let members = self.json.as_object().ok_or_else(|| self.fault())?;
        for (name, _) in members {
            if !names.contains(&name.as_str()) {
                return Err(Fault::at(BundleError::Structure, &[self.path, ".", name].concat()));
            }
        }
        for name in names {
            if self.json.get(name).is_none() {
                return Err(Fault::at(BundleError::Structure, &[self.path, ".", name].concat()));
            }
        }
        Ok(())
    }

    #[inline(never)]
    fn member(&self, name: &str, path: &'a str) -> Result<Place<'a>, Fault> {
        let json = self.json.get(name).ok_or_else(|| self.fault())?;
        Ok(Place { json, path })
    }

    /// A member whose faults are told at its parent's place, for objects inside lists.
    fn inner(&self, name: &str) -> Result<Place<'a>, Fault> {
        self.member(name, self.path)
    }

    #[inline(never)]
    fn text(&self) -> Result<String, Fault> {
        self.json.as_text().map(String::from).ok_or_else(|| self.fault())
    }

    fn text_of(&self, min: usize, max: usize) -> Result<String, Fault> {
        let text = self.text()?;
        let n_chars = text.chars().count();
        if n_chars < min || n_chars > max { Err(self.fault()) } else { Ok(text) }
    }

    #[inline(never)]
    fn texts(&self) -> Result<Vec<String>, Fault> {
        let items = self.json.as_list().ok_or_else(|| self.fault())?;
        items.iter().map(|json| Place { json, path: self.path }.text()).collect()
    }

    fn list<T>(&self, read: impl Fn(Place<'a>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        let items = self.json.as_list().ok_or_else(|| self.fault())?;
        items.iter().map(|json| read(Place { json, path: self.path })).collect()
    }

    fn any_object(&self) -> Result<Json, Fault> {
        self.json.as_object().ok_or_else(|| self.fault())?;
        Ok(self.json.clone())
    }

    fn integer(&self, min: i64) -> Result<i64, Fault> {
        self.json.as_int().filter(|it| *it >= min).ok_or_else(|| self.fault())
    }

    #[inline(never)]
    fn digest(&self) -> Result<Digest, Fault> {
        self.json.as_text().and_then(Digest::from_hex).ok_or_else(|| self.fault())
    }

    fn time(&self) -> Result<String, Fault> {
        let text = self.text()?;
        if is_time(&text) { Ok(text) } else { Err(self.fault()) }
    }
}

/// Whether a text has the shape of a time, `YYYY-MM-DDThh:mm:ssZ`. Only the shape is part of the format.
pub fn is_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00Z";
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape)
            .all(|(byte, it)| if *it == b'0' { byte.is_ascii_digit() } else { byte == *it })
}

/// What applications and parts have in common.
struct Body {
    doc: DocumentHead,
    form: FormReference,
    signer: Signer,
    to: Vec<String>,
    data: Json,
    attachments: Vec<Attachment>,
}

#[inline(never)]
fn body(root: Place<'_>) -> Result<Body, Fault> {
    Ok(Body {
        doc: head(root.member("doc", "payload.doc")?)?,
        form: form(root.member("form", "payload.form")?)?,
        signer: signer(root.member("signer", "payload.signer")?)?,
        to: root.member("to", "payload.to")?.texts()?,
        data: root.member("data", "payload.data")?.any_object()?,
        attachments: attachments(root.member("attachments", "payload.attachments")?)?,
    })
}

fn head(it: Place<'_>) -> Result<DocumentHead, Fault> {
    it.closed(&["id", "rev", "prev", "created", "lang"])?;
    let prev = it.inner("prev")?;
    Ok(DocumentHead {
        id: it.inner("id")?.text()?,
        rev: it.inner("rev")?.integer(1)?,
        prev: if *prev.json == Json::Null { None } else { Some(prev.digest()?) },
        created: it.inner("created")?.time()?,
        lang: it.inner("lang")?.text()?,
    })
}

fn form(it: Place<'_>) -> Result<FormReference, Fault> {
    it.closed(&["id", "version", "sha256"])?;
    Ok(FormReference {
        id: it.inner("id")?.text()?,
        version: it.inner("version")?.text()?,
        sha256: it.inner("sha256")?.digest()?,
    })
}

#[inline(never)]
fn signer(it: Place<'_>) -> Result<Signer, Fault> {
    it.closed(&["role", "org", "kids"])?;
    Ok(Signer {
        role: it.inner("role")?.text()?,
        org: it.inner("org")?.text()?,
        kids: it.inner("kids")?.texts()?,
    })
}

fn subject(it: Place<'_>) -> Result<Subject, Fault> {
    it.closed(&["doc", "rev", "payload", "on"])?;
    Ok(Subject {
        doc: it.inner("doc")?.text()?,
        rev: it.inner("rev")?.integer(1)?,
        payload: it.inner("payload")?.digest()?,
        on: it.inner("on")?.texts()?,
    })
}

fn decision(it: Place<'_>) -> Result<Decision, Fault> {
    match it.json.as_text() {
        Some("recommend") => Ok(Decision::Recommend),
        Some("return") => Ok(Decision::Return),
        Some("reject") => Ok(Decision::Reject),
        _ => Err(it.fault()),
    }
}

fn remarks(it: Place<'_>) -> Result<Vec<Remark>, Fault> {
    let remarks = it.list(|it| {
        it.closed(&["path", "text"])?;
        Ok(Remark { path: it.inner("path")?.text_of(1, 200)?, text: it.inner("text")?.text_of(1, 2000)? })
    })?;
    if remarks.len() > 500 { Err(it.fault()) } else { Ok(remarks) }
}

#[inline(never)]
fn attachments(it: Place<'_>) -> Result<Vec<Attachment>, Fault> {
    let attachments = it.list(|it| {
        it.closed(&["id", "name", "type", "size", "sha256"])?;
        Ok(Attachment {
            id: it.inner("id")?.text()?,
            name: it.inner("name")?.text()?,
            media_type: it.inner("type")?.text()?,
            size: u64::try_from(it.inner("size")?.integer(0)?).unwrap_or(0),
            sha256: it.inner("sha256")?.digest()?,
        })
    })?;
    let mut ids: Vec<&str> = attachments.iter().map(|it| it.id.as_str()).collect();
    ids.sort_unstable();
    match ids.windows(2).any(|pair| pair.first() == pair.last()) {
        true => Err(it.fault()),
        false => Ok(attachments),
    }
}
