//! The trust list (which key belongs to whom) and the register (which revisions were accepted): what this office
//! knows from sealed paper and from earlier files. Both are local; one JSON file holds either or both.

use super::{base64url, digest::Digest, limit, statement::is_time};
use crate::engine::value::json::{self, Json};

/// Keys that this office has pinned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustList {
    /// By key name.
    pub keys: Vec<(String, TrustEntry)>,
}

/// What is known of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustEntry {
    /// Whose it is: the name that is shown to a person. Without one any name in a statement is accepted.
    pub org: Option<String>,
    /// The roles it may sign in.
    pub roles: Vec<String>,
    /// How it became known: `paper`, `letter` or `ca`.
    pub source: Option<String>,
    /// Since when.
    pub since: Option<String>,
    /// When it was revoked, if it was.
    pub revoked: Option<String>,
}

impl TrustList {
    /// The entry of a key.
    pub fn get(&self, kid: &str) -> Option<&TrustEntry> {
        self.keys.iter().find(|(it, _)| it == kid).map(|(_, entry)| entry)
    }
}

/// Documents whose latest revision this office has accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    /// By document id.
    pub documents: Vec<(String, RegisterEntry)>,
}

/// The latest accepted revision of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterEntry {
    /// Its number.
    pub rev: i64,
    /// Its payload digest.
    pub payload: Digest,
    /// Whose document it is.
    pub org: Option<String>,
    /// The keys that signed it; empty if not recorded.
    pub kids: Vec<String>,
}

impl Register {
    /// The entry of a document.
    pub fn get(&self, doc: &str) -> Option<&RegisterEntry> {
        self.documents.iter().find(|(it, _)| it == doc).map(|(_, entry)| entry)
    }

    /// Records a revision that a person has accepted, in place of the one before.
    pub fn accept(&mut self, doc: &str, entry: RegisterEntry) {
        self.documents.retain(|(it, _)| it != doc);
        self.documents.push((doc.to_owned(), entry));
    }
}

/// What is wrong with a trust list or register, which an office writes by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustError {
    /// Where: a JSON pointer, as `/keys/KID/since`.
    pub pointer: String,
    /// What.
    pub kind: TrustErrorKind,
}

/// The closed list of what can be wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustErrorKind {
    /// Not strict JSON, at this byte.
    NotJson(usize),
    /// No `sabtrust`, or not version 1.0: another kind of file.
    NotATrustList,
    /// A member that has to be there is not.
    Missing,
    /// There is no such member.
    Unknown,
    /// The value does not have the form that it must have.
    Wrong,
}

fn trust_error<T>(pointer: impl Into<String>, kind: TrustErrorKind) -> Result<T, TrustError> {
    Err(TrustError { pointer: pointer.into(), kind })
}

/// Reads `{"sabtrust":"1.0","keys":{…},"register":{…}}`, of which either half may be absent.
pub fn read(bytes: &[u8]) -> Result<(TrustList, Register), TrustError> {
    match json::parse(bytes, limit::SHALLOW_DEPTH) {
        Ok(json) => from_json(&json),
        Err(error) => trust_error("", TrustErrorKind::NotJson(error.offset)),
    }
}

/// The same from a parsed value.
pub fn from_json(json: &Json) -> Result<(TrustList, Register), TrustError> {
    if json.get("sabtrust").and_then(Json::as_text) != Some(super::VERSION) {
        return trust_error("/sabtrust", TrustErrorKind::NotATrustList);
    }
    let list = Place { json, pointer: String::new() };
    list.closed(&["sabtrust"], &["keys", "register"])?;
    let mut trust = TrustList::default();
    for (kid, at) in list.members("keys")? {
        // A name that no key can have would never be found.
        if base64url::decode(kid).is_none_or(|it| it.len() != 32) {
            return trust_error(at.pointer, TrustErrorKind::Wrong);
        }
        trust.keys.push((kid.to_owned(), trust_entry(&at)?));
    }
    let mut register = Register::default();
    for (doc, at) in list.members("register")? {
        register.documents.push((doc.to_owned(), register_entry(&at)?));
    }
    Ok((trust, register))
}

/// The value that [`from_json`] reads.
pub fn to_json(trust: &TrustList, register: &Register) -> Json {
    let keys = trust.keys.iter().map(|(kid, entry)| {
        let mut members = vec![("roles", texts(&entry.roles))];
        for (name, value) in [
            ("org", &entry.org),
            ("source", &entry.source),
            ("since", &entry.since),
            ("revoked", &entry.revoked),
        ] {
            if let Some(value) = value {
                members.push((name, Json::text(value.as_str())));
            }
        }
        (kid.clone(), Json::object(members))
    });
    let documents = register.documents.iter().map(|(doc, entry)| {
        let mut members =
            vec![("rev", Json::Int(entry.rev)), ("payload", Json::text(entry.payload.to_hex()))];
        if let Some(org) = &entry.org {
            members.push(("org", Json::text(org.as_str())));
        }
        members.push(("kids", texts(&entry.kids)));
        (doc.clone(), Json::object(members))
    });
    Json::empty()
        .with("sabtrust", Json::text(super::VERSION))
        .with("keys", Json::object(keys))
        .with("register", Json::object(documents))
}

fn trust_entry(at: &Place) -> Result<TrustEntry, TrustError> {
    at.closed(&["roles"], &["org", "source", "since", "revoked"])?;
    Ok(TrustEntry {
        org: at.text("org", |_| true)?,
        roles: at.texts("roles")?,
        source: at.text("source", |it| ["paper", "letter", "ca"].contains(&it))?,
        since: at.text("since", is_moment)?,
        revoked: at.text("revoked", is_moment)?,
    })
}

fn register_entry(at: &Place) -> Result<RegisterEntry, TrustError> {
    at.closed(&["rev", "payload"], &["org", "kids"])?;
    let rev = at.json.get("rev").and_then(Json::as_int).filter(|it| *it >= 1);
    let payload = at.json.get("payload").and_then(Json::as_text).and_then(Digest::from_hex);
    match (rev, payload) {
        (Some(rev), Some(payload)) => Ok(RegisterEntry { rev, payload, org: at.text("org", |_| true)?, kids: at.texts("kids")? }),
        (None, _) => at.wrong("rev"),
        (_, None) => at.wrong("payload"),
    }
}

/// Whether a text is a time on a day that a calendar may have.
fn is_moment(text: &str) -> bool {
    let number = |from: usize| text.get(from..from + 2).and_then(|it| it.parse::<u8>().ok()).unwrap_or_default();
    is_time(text) && (1..=12).contains(&number(5)) && (1..=31).contains(&number(8))
}

/// A value, and the pointer to it.
struct Place<'a> {
    json: &'a Json,
    pointer: String,
}

impl<'a> Place<'a> {
    fn pointer_to(&self, name: &str) -> String {
        [&self.pointer, "/", &name.replace('~', "~0").replace('/', "~1")].concat()
    }

    /// The value of a member is wrong.
    fn wrong<T>(&self, name: &str) -> Result<T, TrustError> {
        trust_error(self.pointer_to(name), TrustErrorKind::Wrong)
    }

    /// Checks that it is an object which has all required members and no others than these.
    fn closed(&self, required: &[&str], optional: &[&str]) -> Result<(), TrustError> {
        let Some(members) = self.json.as_object() else { return trust_error(self.pointer.as_str(), TrustErrorKind::Wrong) };
        if let Some((name, _)) = members.iter().find(|(it, _)| !required.contains(&it.as_str()) && !optional.contains(&it.as_str())) {
            return trust_error(self.pointer_to(name), TrustErrorKind::Unknown);
        }
        match required.iter().find(|it| self.json.get(it).is_none()) {
            Some(name) => trust_error(self.pointer_to(name), TrustErrorKind::Missing),
            None => Ok(()),
        }
    }

    /// The members of a member that is an object, or is not there.
    fn members(&self, name: &str) -> Result<Vec<(&'a str, Place<'a>)>, TrustError> {
        let Some(json) = self.json.get(name) else { return Ok(Vec::new()) };
        let Some(members) = json.as_object() else { return self.wrong(name) };
        let list = Place { json, pointer: self.pointer_to(name) };
        let members = members.iter().map(|(name, json)| (name.as_str(), Place { json, pointer: list.pointer_to(name) }));
        Ok(members.collect())
    }

    /// The text of a member that may be left out.
    fn text(&self, name: &str, fits: fn(&str) -> bool) -> Result<Option<String>, TrustError> {
        match self.json.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Text(text)) if fits(text) => Ok(Some(text.clone())),
            Some(_) => self.wrong(name),
        }
    }

    /// The texts of a member that may be left out.
    fn texts(&self, name: &str) -> Result<Vec<String>, TrustError> {
        let Some(json) = self.json.get(name) else { return Ok(Vec::new()) };
        let items = json.as_list().unwrap_or_default();
        let texts: Vec<String> = items.iter().filter_map(Json::as_text).map(String::from).collect();
        if json.as_list().is_none() || texts.len() < items.len() { self.wrong(name) } else { Ok(texts) }
    }
}

fn texts(items: &[String]) -> Json {
    Json::List(items.iter().map(|it| Json::text(it.as_str())).collect())
}
