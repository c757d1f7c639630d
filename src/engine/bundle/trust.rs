//! The trust list (which key belongs to whom) and the register (which revisions were accepted): what this office
//! knows from sealed paper and from earlier files. Both are local; one JSON file holds either or both.

use super::{
    digest::Digest,
    error::{BundleError, Fault},
    limit,
    statement::is_time,
};
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

/// Reads `{"sabtrust":"1.0","keys":{…},"register":{…}}`, of which either half may be absent.
pub fn read(bytes: &[u8]) -> Result<(TrustList, Register), Fault> {
    let json =
        json::parse(bytes, limit::SHALLOW_DEPTH).map_err(|_| Fault::at(BundleError::Json, "trust file"))?;
    from_json(&json)
}

/// The same from a parsed value.
pub fn from_json(json: &Json) -> Result<(TrustList, Register), Fault> {
    let fault = |place: &str| Fault::at(BundleError::Structure, place);
    closed(json, &["sabtrust"], &["keys", "register"]).ok_or_else(|| fault("trust file"))?;
    if json.get("sabtrust").and_then(Json::as_text) != Some(super::VERSION) {
        return Err(Fault::at(BundleError::Version, "sabtrust"));
    }
    let mut trust = TrustList::default();
    for (kid, json) in members(json.get("keys")).ok_or_else(|| fault("keys"))? {
        trust.keys.push((kid.clone(), trust_entry(json).ok_or_else(|| fault(kid))?));
    }
    let mut register = Register::default();
    for (doc, json) in members(json.get("register")).ok_or_else(|| fault("register"))? {
        register.documents.push((doc.clone(), register_entry(json).ok_or_else(|| fault(doc))?));
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

fn trust_entry(json: &Json) -> Option<TrustEntry> {
    closed(json, &["roles"], &["org", "source", "since", "revoked"])?;
    let source = optional_text(json, "source")?;
    let since = optional_text(json, "since")?;
    let revoked = optional_text(json, "revoked")?;
    if source.as_deref().is_some_and(|it| !["paper", "letter", "ca"].contains(&it)) {
        return None;
    }
    if [&since, &revoked].into_iter().flatten().any(|it| !is_time(it)) {
        return None;
    }
    Some(TrustEntry {
        org: optional_text(json, "org")?,
        roles: list_of_texts(json.get("roles"))?,
        source,
        since,
        revoked,
    })
}

fn register_entry(json: &Json) -> Option<RegisterEntry> {
    closed(json, &["rev", "payload"], &["org", "kids"])?;
    Some(RegisterEntry {
        rev: json.get("rev")?.as_int().filter(|it| *it >= 1)?,
        payload: Digest::from_hex(json.get("payload")?.as_text()?)?,
        org: optional_text(json, "org")?,
        kids: list_of_texts(json.get("kids"))?,
    })
}

/// Whether an object has all required members and no others than these.
fn closed(json: &Json, required: &[&str], optional: &[&str]) -> Option<()> {
    let members = json.as_object()?;
    let known =
        members.iter().all(|(it, _)| required.contains(&it.as_str()) || optional.contains(&it.as_str()));
    (known && required.iter().all(|it| json.get(it).is_some())).then_some(())
}

fn members(json: Option<&Json>) -> Option<&[(String, Json)]> {
    json.map_or(Some(&[]), Json::as_object)
}

fn optional_text(json: &Json, name: &str) -> Option<Option<String>> {
    match json.get(name) {
        None | Some(Json::Null) => Some(None),
        Some(json) => Some(Some(json.as_text()?.to_owned())),
    }
}

fn list_of_texts(json: Option<&Json>) -> Option<Vec<String>> {
    let Some(json) = json else { return Some(Vec::new()) };
    json.as_list()?.iter().map(|it| it.as_text().map(String::from)).collect()
}

fn texts(items: &[String]) -> Json {
    Json::List(items.iter().map(|it| Json::text(it.as_str())).collect())
}
