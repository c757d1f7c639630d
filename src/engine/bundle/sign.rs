//! Makes statements: the bytes to sign first, the signatures later. Keys may live here, in a browser, on a token or
//! with a host; whoever signs gets bytes and gives 64 bytes back.

use super::{
    base64url,
    digest::Digest,
    error::{BundleError, Fault},
    key::{SIGNATURE_BYTES, SigningKey, VerifyingKey},
    limit,
    statement::{Payload, revision_fits},
};
use crate::engine::value::json::{self, Json};

/// The header parameter `typ` of every signature.
pub const STATEMENT_TYPE: &str = "vnd.sab-statement+jws";
/// The header parameter `cty` of every signature.
pub const CONTENT_TYPE: &str = "vnd.sab-statement+json";

/// A payload with the keys that will sign it.
#[derive(Clone, Debug)]
pub struct StatementDraft {
    payload: String,
    payload_sha256: Digest,
    signers: Vec<(VerifyingKey, String)>,
    /// How many keys the payload names.
    n_named: usize,
}

impl StatementDraft {
    /// Checks a payload and makes the headers. `signer.kids` must name exactly these keys; [`with_kids`] writes them.
    pub fn new(payload: &Json, keys: &[VerifyingKey]) -> Result<StatementDraft, Fault> {
        let draft = StatementDraft::of_first(payload, keys)?;
        if keys.len() == draft.n_named { Ok(draft) } else { Err(Fault::at(BundleError::SignerSet, "payload.signer.kids")) }
    }

    /// The same for the first of the named keys: the others sign later, with [`add_signature`], and until then the
    /// statement is refused by every reader.
    pub fn of_first(payload: &Json, keys: &[VerifyingKey]) -> Result<StatementDraft, Fault> {
        let checked = Payload::read(payload)?;
        let fail = |error, place: &str| Err(Fault::at(error, place));
        if checked.doc().is_some_and(|doc| !revision_fits(doc)) {
            return fail(BundleError::Prev, "payload.doc.prev");
        }
        if keys.iter().all(|it| it.kind().is_extension()) {
            return fail(BundleError::NoSignature, "signatures");
        }
        if checked.signer().kids.len() > limit::SIGNATURES {
            return fail(BundleError::Limit, "signatures");
        }
        let (kids, named): (Vec<String>, _) = (keys.iter().map(VerifyingKey::kid).collect(), &checked.signer().kids);
        if has_repeat(&kids) || has_repeat(named) || !kids.iter().all(|it| named.contains(it)) {
            return fail(BundleError::SignerSet, "payload.signer.kids");
        }
        let text = payload.to_canonical();
        if text.len() > limit::PAYLOAD {
            return fail(BundleError::Limit, "payload");
        }
        // A value built in a program may hold what no reader takes: too deep, a member twice, a number too great.
        if json::parse(text.as_bytes(), limit::DEPTH).is_err() {
            return fail(BundleError::Json, "payload");
        }
        let mut signers: Vec<(VerifyingKey, String)> =
            keys.iter().map(|key| (key.clone(), base64url::encode(header(key).as_bytes()))).collect();
        // A stable sort: registered signatures first, as they stand in the file.
        signers.sort_by_key(|(key, _)| key.kind().is_extension());
        let payload_sha256 = Digest::of(text.as_bytes());
        let n_named = checked.signer().kids.len();
        Ok(StatementDraft { payload: base64url::encode(text.as_bytes()), payload_sha256, signers, n_named })
    }

    /// The digest that the paper will carry; known before anything is signed.
    pub fn payload_sha256(&self) -> Digest {
        self.payload_sha256
    }

    /// Which key signs which bytes, in the order in which [`StatementDraft::finish`] wants the signatures.
    pub fn to_sign(&self) -> Vec<(&VerifyingKey, Vec<u8>)> {
        self.signers.iter().map(|(key, header)| (key, self.signed_bytes(header))).collect()
    }

    fn signed_bytes(&self, header: &str) -> Vec<u8> {
        [header, ".", &self.payload].concat().into_bytes()
    }

    /// The statement, once every signature is there and fits its key.
    pub fn finish(self, signatures: &[[u8; SIGNATURE_BYTES]]) -> Result<Json, Fault> {
        if signatures.len() != self.signers.len() {
            return Err(Fault::at(BundleError::SignerSet, "signatures"));
        }
        let (mut registered, mut extensions) = (Vec::new(), Vec::new());
        for ((key, header), signature) in self.signers.iter().zip(signatures) {
            key.verify(&self.signed_bytes(header), signature)
                .map_err(|error| Fault::at(error, &key.kid()))?;
            let json = Json::empty()
                .with("protected", Json::text(header.as_str()))
                .with("signature", Json::text(base64url::encode(signature)));
            if key.kind().is_extension() { extensions.push(json) } else { registered.push(json) }
        }
        let mut members = vec![("payload", Json::Text(self.payload)), ("signatures", Json::List(registered))];
        if !extensions.is_empty() {
            members.push(("signatures_ext", Json::List(extensions)));
        }
        Ok(Json::object(members))
    }
}

/// True if a name stands in a short list twice.
pub(super) fn has_repeat(names: &[String]) -> bool {
    names.iter().enumerate().any(|(at, name)| names.iter().skip(at + 1).any(|it| it == name))
}

/// Signs with keys at hand. Two offices may sign the same statement: in one call with both keys, or the second later.
pub fn sign(payload: &Json, keys: &[&SigningKey]) -> Result<Json, Fault> {
    let public: Vec<VerifyingKey> = keys.iter().map(|it| it.verifying_key().clone()).collect();
    finished(StatementDraft::new(payload, &public)?, keys)
}

/// Signs with the first of the keys that the payload names.
pub fn sign_first(payload: &Json, keys: &[&SigningKey]) -> Result<Json, Fault> {
    let public: Vec<VerifyingKey> = keys.iter().map(|it| it.verifying_key().clone()).collect();
    finished(StatementDraft::of_first(payload, &public)?, keys)
}

/// The statement with the signature of one more of its named keys. The signed bytes stay those that came; whatever is
/// there already stays too. A key that is not named, or has signed, is refused with `E_SIGNER_SET`.
pub fn add_signature(statement: &Json, key: &SigningKey) -> Result<Json, Fault> {
    let structure = |place: &str| Fault::at(BundleError::Structure, place);
    let encoded = statement.get("payload").and_then(Json::as_text).ok_or_else(|| structure("payload"))?;
    let bytes = base64url::decode(encoded).ok_or_else(|| Fault::at(BundleError::Base64, "payload"))?;
    let json = json::parse(&bytes, limit::DEPTH).map_err(|_| Fault::at(BundleError::Json, "payload"))?;
    let payload = Payload::read(&json)?;
    let (kid, kind) = (key.verifying_key().kid(), key.verifying_key().kind());
    if kids_of(statement).contains(&kid) || !payload.signer().kids.contains(&kid) {
        return Err(Fault::at(BundleError::SignerSet, &kid));
    }
    let header = base64url::encode(header(key.verifying_key()).as_bytes());
    let message = [&header, ".", encoded].concat();
    let signature = key.sign(message.as_bytes()).ok_or_else(|| Fault::at(BundleError::Key, &kid))?;
    let added = Json::empty()
        .with("protected", Json::Text(header))
        .with("signature", Json::Text(base64url::encode(&signature)));
    let array = if kind.is_extension() { "signatures_ext" } else { "signatures" };
    let mut members = statement.as_object().unwrap_or_default().to_vec();
    match members.iter_mut().find(|(name, _)| name == array) {
        Some((_, Json::List(signatures))) => signatures.push(added),
        Some(_) => return Err(structure(array)),
        None => members.push((array.to_owned(), Json::List(vec![added]))),
    }
    Ok(Json::Object(members))
}

/// The keys that signed a statement, by their own word: `signatures` first.
pub fn kids_of(statement: &Json) -> Vec<String> {
    let kid = |it: &Json| {
        let header = base64url::decode(it.get("protected")?.as_text()?)?;
        let header = json::parse(&header, limit::SHALLOW_DEPTH).ok()?;
        Some(header.get("kid")?.as_text()?.to_owned())
    };
    let mut kids = Vec::new();
    for array in ["signatures", "signatures_ext"] {
        kids.extend(statement.get(array).and_then(Json::as_list).unwrap_or_default().iter().filter_map(kid));
    }
    kids
}

fn finished(draft: StatementDraft, keys: &[&SigningKey]) -> Result<Json, Fault> {
    let mut signatures = Vec::new();
    for (key, bytes) in draft.to_sign() {
        let signing = keys.iter().find(|it| it.verifying_key() == key);
        let signature = signing.and_then(|it| it.sign(&bytes));
        signatures.push(signature.ok_or_else(|| Fault::at(BundleError::Key, &key.kid()))?);
    }
    draft.finish(&signatures)
}

/// The payload with `signer.kids` set to these keys, in their order.
pub fn with_kids(payload: &Json, keys: &[&VerifyingKey]) -> Json {
    let kids: Vec<String> = keys.iter().map(|it| it.kid()).collect();
    with_names(payload, &kids)
}

/// The same by the thumbprints of the keys, for those that are on another computer.
pub fn with_names(payload: &Json, kids: &[String]) -> Json {
    let kids = Json::List(kids.iter().map(|it| Json::text(it.as_str())).collect());
    let replace = |json: &Json, name: &str, value: Json| -> Json {
        let members = json.as_object().unwrap_or_default();
        let others = members.iter().filter(|(it, _)| it != name).cloned();
        Json::Object(others.chain([(name.to_owned(), value)]).collect())
    };
    match payload.get("signer") {
        Some(signer @ Json::Object(_)) => replace(payload, "signer", replace(signer, "kids", kids)),
        _ => payload.clone(),
    }
}

/// The protected header of a key.
fn header(key: &VerifyingKey) -> String {
    Json::empty()
        .with("alg", Json::text(key.kind().alg()))
        .with("cty", Json::text(CONTENT_TYPE))
        .with("jwk", key.to_jwk())
        .with("kid", Json::Text(key.kid()))
        .with("typ", Json::text(STATEMENT_TYPE))
        .to_canonical()
}

/// The link of a statement: what an endorsement names. Evidence is outside, so that a time-stamp can be added later.
pub fn link_of(statement: &Json) -> Digest {
    let text =
        |json: &Json, name: &str| json.get(name).and_then(Json::as_text).unwrap_or_default().to_owned();
    let mut joined = text(statement, "payload");
    for array in ["signatures", "signatures_ext"] {
        for signature in statement.get(array).and_then(Json::as_list).unwrap_or_default() {
            for member in ["protected", "signature"] {
                joined.push('.');
                joined.push_str(&text(signature, member));
            }
        }
    }
    Digest::of(joined.as_bytes())
}

/// The payload digest of a statement, or nothing if its payload is not base64url.
pub fn payload_sha256_of(statement: &Json) -> Option<Digest> {
    let payload = base64url::decode(statement.get("payload")?.as_text()?)?;
    Some(Digest::of(&payload))
}
