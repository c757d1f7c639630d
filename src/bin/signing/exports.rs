//! The functions that the page calls; the head of `signing.rs` lists them.

use js_sys::JsString;
use shenbao::engine::bundle::{
    attachment::{FIRST_BYTES, media_type_of},
    base64url,
    digest::{Digest, RunningDigest},
    error::Fault,
    file::{ZipFile, json_attachment, json_head, json_tail},
    key::{KeyKind, SigningKey, VerifyingKey},
    key_file::{self, KeyFileError, KeyFileHead},
    limit,
    paper::{self, PaperCode, PaperKind},
    policy,
    reader::{self, AttachmentBytes, UncheckedBundle},
    sign::{self, StatementDraft},
    verify::verify,
    zip::Crc32,
};
use shenbao::engine::value::json::{self, Json};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

type Thrown<T> = Result<T, JsValue>;

struct Held {
    key: SigningKey,
    label: String,
    created: String,
}

thread_local! {
    /// Unlocked keys; the page knows their positions. A locked position is never used again.
    static KEYS: RefCell<Vec<Option<Held>>> = const { RefCell::new(Vec::new()) };
}

fn hold(key: SigningKey, label: String, created: String) -> u32 {
    KEYS.with_borrow_mut(|keys| {
        keys.push(Some(Held { key, label, created }));
        keys.len() as u32 - 1
    })
}

fn with_key<T>(key: u32, run: impl FnOnce(&Held) -> T) -> Thrown<T> {
    KEYS.with_borrow(|keys| keys.get(key as usize).and_then(Option::as_ref).map(run))
        .ok_or_else(|| bad("key"))
}

fn bad(argument: &str) -> JsValue {
    thrown("BAD_CALL", argument)
}

fn thrown(name: &str, place: &str) -> JsValue {
    JsValue::from_str(&if place.is_empty() { name.to_owned() } else { [name, " ", place].concat() })
}

fn fault(fault: Fault) -> JsValue {
    thrown(fault.error.name(), &fault.place)
}

fn key_fault(error: KeyFileError) -> JsValue {
    thrown(error.name(), "")
}

/// The page's own tables, so that this module carries none.
fn nfc(text: &str) -> String {
    String::from(JsString::from(text).normalize("NFC"))
}

fn parsed(text: &str, argument: &str) -> Thrown<Json> {
    json::parse(text.as_bytes(), limit::DEPTH).map_err(|_| bad(argument))
}

fn statements_of(text: &str) -> Thrown<Vec<Json>> {
    match parsed(text, "statements")? {
        Json::List(statements) if !statements.is_empty() => Ok(statements),
        _ => Err(bad("statements")),
    }
}

fn digest_of(text: &str) -> Thrown<Digest> {
    Digest::from_hex(text).ok_or_else(|| bad("sha256"))
}

#[wasm_bindgen]
pub fn make_key(alg: &str, entropy: &[u8]) -> Thrown<u32> {
    let kind = KeyKind::of_alg(alg).ok_or_else(|| bad("alg"))?;
    let secret = Zeroizing::new(<[u8; 32]>::try_from(entropy).map_err(|_| bad("entropy"))?);
    let key = SigningKey::from_secret(kind, &secret).ok_or_else(|| bad("entropy"))?;
    Ok(hold(key, String::new(), String::new()))
}

#[wasm_bindgen]
pub fn open_key_file(bytes: &[u8], passphrase: String) -> Thrown<u32> {
    let passphrase = Zeroizing::new(passphrase);
    let opened = key_file::open(bytes, &passphrase, nfc).map_err(key_fault)?;
    Ok(hold(opened.key, opened.label, opened.created))
}

#[wasm_bindgen]
pub fn save_key_file(
    key: u32,
    passphrase: String,
    label: String,
    created: String,
    salt: &[u8],
    iv: &[u8],
) -> Thrown<String> {
    let passphrase = Zeroizing::new(passphrase);
    let head = KeyFileHead {
        label,
        created,
        salt: salt.try_into().map_err(|_| bad("salt"))?,
        iv: iv.try_into().map_err(|_| bad("iv"))?,
    };
    with_key(key, |it| key_file::save(&it.key, &passphrase, nfc, &head))?.map_err(key_fault)
}

#[wasm_bindgen]
pub fn key_info(key: u32) -> Thrown<String> {
    with_key(key, |it| {
        let public = it.key.verifying_key();
        Json::empty()
            .with("kid", Json::Text(public.kid()))
            .with("alg", Json::text(public.kind().alg()))
            .with("jwk", public.to_jwk())
            .with("label", Json::text(it.label.as_str()))
            .with("created", Json::text(it.created.as_str()))
            .to_canonical()
    })
}

#[wasm_bindgen]
pub fn lock(key: u32) {
    KEYS.with_borrow_mut(|keys| {
        if let Some(held) = keys.get_mut(key as usize) {
            *held = None;
        }
    });
}

/// Runs with the keys of these numbers, in their order.
fn with_keys<T>(numbers: &[u32], run: impl FnOnce(&[&SigningKey]) -> Thrown<T>) -> Thrown<T> {
    KEYS.with_borrow(|keys| {
        let held = numbers.iter().map(|it| keys.get(*it as usize).and_then(Option::as_ref));
        let held: Vec<&SigningKey> =
            held.map(|it| it.map(|it| &it.key)).collect::<Option<_>>().ok_or_else(|| bad("keys"))?;
        run(&held)
    })
}

#[wasm_bindgen]
pub fn sign(payload: &str, keys: &[u32], others: &str) -> Thrown<String> {
    let others = match parsed(others, "others")? {
        Json::List(items) => items.iter().map(|it| it.as_text().and_then(thumbprint_of)).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    let others = others.ok_or_else(|| bad("others"))?;
    with_keys(keys, |keys| {
        let own = keys.iter().map(|it| it.verifying_key().kid());
        let named: Vec<String> = own.chain(others).collect();
        let payload = sign::with_names(&parsed(payload, "payload")?, &named);
        Ok(sign::sign_first(&payload, keys).map_err(fault)?.to_canonical())
    })
}

/// The name of a key, if a text has the form of one.
fn thumbprint_of(text: &str) -> Option<String> {
    base64url::decode(text).filter(|it| it.len() == 32).map(|_| text.to_owned())
}

#[wasm_bindgen]
pub fn add_signature(statement: &str, key: u32) -> Thrown<String> {
    let statement = parsed(statement, "statement")?;
    with_key(key, |held| sign::add_signature(&statement, &held.key))?.map(|it| it.to_canonical()).map_err(fault)
}

/// The payload with a key that is not held here, ready to be signed by whoever has it.
fn draft_for(payload: &str, jwk: &str) -> Thrown<StatementDraft> {
    let key = VerifyingKey::from_jwk(&parsed(jwk, "jwk")?).map_err(|error| thrown(error.name(), "jwk"))?;
    let payload = sign::with_kids(&parsed(payload, "payload")?, &[&key]);
    StatementDraft::new(&payload, &[key]).map_err(fault)
}

#[wasm_bindgen]
pub fn to_sign(payload: &str, jwk: &str) -> Thrown<Vec<u8>> {
    let draft = draft_for(payload, jwk)?;
    Ok(draft.to_sign().into_iter().next().map(|(_, bytes)| bytes).unwrap_or_default())
}

#[wasm_bindgen]
pub fn signed(payload: &str, jwk: &str, signature: &[u8]) -> Thrown<String> {
    let signature = signature.try_into().map_err(|_| thrown("E_SIG_FORMAT", ""))?;
    Ok(draft_for(payload, jwk)?.finish(&[signature]).map_err(fault)?.to_canonical())
}

#[wasm_bindgen]
pub fn paper(statement: &str) -> Thrown<String> {
    let statement = parsed(statement, "statement")?;
    let encoded = statement.get("payload").and_then(Json::as_text);
    let bytes = encoded.and_then(base64url::decode).ok_or_else(|| bad("statement"))?;
    let payload = json::parse(&bytes, limit::DEPTH).map_err(|_| bad("statement"))?;
    let kid = payload.get("signer").and_then(|it| it.get("kids")).and_then(Json::as_list);
    let signature = statement.get("signatures").and_then(Json::as_list).and_then(<[Json]>::first);
    let header =
        signature.and_then(|it| it.get("protected")).and_then(Json::as_text).and_then(base64url::decode);
    let header = header.and_then(|it| json::parse(&it, limit::SHALLOW_DEPTH).ok());
    let first = header.as_ref().and_then(|it| it.get("kid")).or_else(|| kid?.first()).and_then(Json::as_text);
    let thumbprint =
        first.and_then(base64url::decode).and_then(|it| it.try_into().ok()).map(Digest::from_bytes);
    let mut members = on_paper(payload, Digest::of(&bytes), thumbprint);
    members.push(("link".to_owned(), Json::Text(sign::link_of(&statement).to_hex())));
    members.push(("signed".to_owned(), Json::List(sign::kids_of(&statement).into_iter().map(Json::Text).collect())));
    Ok(Json::Object(members).to_canonical())
}

fn on_paper(payload: Json, digest: Digest, thumbprint: Option<Digest>) -> Vec<(String, Json)> {
    let kind = payload.get("type").and_then(Json::as_text).and_then(PaperKind::of_type);
    let head = payload.get("doc").or_else(|| payload.get("subject"));
    let rev = head.and_then(|it| it.get("rev")).and_then(Json::as_int);
    let qr = match (kind, rev, thumbprint) {
        (Some(kind), Some(rev), Some(thumbprint)) => {
            Json::Text(PaperCode { kind, rev, payload: digest, thumbprint }.to_text())
        }
        _ => Json::Null,
    };
    let kids = payload.get("signer").and_then(|it| it.get("kids")).cloned().unwrap_or(Json::Null);
    let members = [
        ("payload_sha256", Json::Text(digest.to_hex())),
        ("groups", Json::Text(paper::groups(&digest))),
        ("footer", Json::Text(paper::footer(&digest))),
        ("qr", qr),
        ("kids", kids),
        ("payload", payload),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Hashes a file in slices.
#[wasm_bindgen]
pub struct FileHash {
    digest: RunningDigest,
    crc: Crc32,
    size: u64,
    first_bytes: Vec<u8>,
}

#[wasm_bindgen]
pub fn file_hash() -> FileHash {
    FileHash { digest: RunningDigest::new(), crc: Crc32::default(), size: 0, first_bytes: Vec::new() }
}

#[wasm_bindgen]
impl FileHash {
    pub fn push(&mut self, bytes: &[u8]) {
        self.digest.push(bytes);
        self.crc.push(bytes);
        self.size += bytes.len() as u64;
        let room = FIRST_BYTES.saturating_sub(self.first_bytes.len());
        self.first_bytes.extend(bytes.iter().take(room));
    }

    pub fn finish(&self, name: &str) -> String {
        let media_type = media_type_of(name, &self.first_bytes);
        Json::empty()
            .with("sha256", Json::Text(self.digest.clone().finish().to_hex()))
            .with("crc32", Json::Int(i64::from(self.crc.value())))
            .with("size", Json::Int(self.size as i64))
            .with("first_bytes", Json::Text(base64url::encode(&self.first_bytes)))
            .with("type", media_type.map_or(Json::Null, |it| Json::text(it.name)))
            .to_canonical()
    }
}

/// Writes a bundle in pieces.
#[wasm_bindgen]
pub struct BundleWriter {
    head: Vec<u8>,
    zip: Option<ZipFile>,
    written: Vec<Digest>,
}

#[wasm_bindgen]
pub fn bundle_writer(profile: &str, statements: &str) -> Thrown<BundleWriter> {
    let statements = statements_of(statements)?;
    match profile {
        "json" => {
            Ok(BundleWriter { head: json_head(&statements).into_bytes(), zip: None, written: Vec::new() })
        }
        "zip" => {
            let (zip, head) = ZipFile::begin(&statements).map_err(fault)?;
            Ok(BundleWriter { head, zip: Some(zip), written: Vec::new() })
        }
        _ => Err(bad("profile")),
    }
}

#[wasm_bindgen]
impl BundleWriter {
    pub fn head(&self) -> Vec<u8> {
        self.head.clone()
    }

    pub fn attachment(&mut self, bytes: &[u8]) -> Thrown<Vec<u8>> {
        if self.zip.is_some() {
            return Err(bad("profile"));
        }
        let digest = Digest::of(bytes);
        if self.written.contains(&digest) {
            return Ok(Vec::new());
        }
        let piece = json_attachment(self.written.is_empty(), &digest, bytes);
        self.written.push(digest);
        Ok(piece.into_bytes())
    }

    pub fn entry(&mut self, sha256: &str, crc32: u32, size: f64) -> Thrown<Vec<u8>> {
        let digest = digest_of(sha256)?;
        let zip = self.zip.as_mut().ok_or_else(|| bad("profile"))?;
        zip.attachment(digest, crc32, size as u64).map_err(fault)
    }

    pub fn tail(&mut self) -> Thrown<Vec<u8>> {
        match self.zip.take() {
            Some(zip) => zip.finish().map_err(fault),
            None => Ok(json_tail().as_bytes().to_vec()),
        }
    }
}

enum Reading {
    Taking(reader::BundleReader),
    Taken(UncheckedBundle),
}

/// Reads a bundle in slices and judges it.
#[wasm_bindgen]
pub struct BundleReader {
    reading: Option<Reading>,
}

#[wasm_bindgen]
pub fn bundle_reader(name: &str) -> BundleReader {
    BundleReader { reading: Some(Reading::Taking(reader::BundleReader::new(name))) }
}

impl BundleReader {
    fn taken(&mut self) -> Thrown<&UncheckedBundle> {
        if let Some(Reading::Taking(reader)) = self.reading.take_if(|it| matches!(it, Reading::Taking(_))) {
            self.reading = Some(Reading::Taken(reader.finish()));
        }
        match &self.reading {
            Some(Reading::Taken(bundle)) => Ok(bundle),
            _ => Err(bad("reader")),
        }
    }
}

#[wasm_bindgen]
impl BundleReader {
    pub fn push(&mut self, bytes: &[u8]) -> Thrown<()> {
        match &mut self.reading {
            Some(Reading::Taking(reader)) => {
                reader.push(bytes);
                Ok(())
            }
            _ => Err(bad("reader")),
        }
    }

    pub fn verify(&mut self, policy: &str) -> Thrown<String> {
        let mut policy = policy::from_json(&parsed(policy, "policy")?).map_err(|member| bad(&member))?;
        policy.nfc = Some(nfc);
        Ok(verify(self.taken()?, &policy).to_json().to_canonical())
    }

    pub fn attachment(&mut self, sha256: &str) -> Thrown<Option<Vec<u8>>> {
        Ok(match self.taken()?.attachment(&digest_of(sha256)?) {
            Some(AttachmentBytes::Bytes(bytes)) => Some(bytes),
            _ => None,
        })
    }

    pub fn attachment_range(&mut self, sha256: &str) -> Thrown<Option<Vec<f64>>> {
        Ok(match self.taken()?.attachment(&digest_of(sha256)?) {
            Some(AttachmentBytes::Range { offset, size }) => Some(vec![offset as f64, size as f64]),
            _ => None,
        })
    }

    pub fn statements(&mut self) -> Thrown<String> {
        Ok(Json::List(self.taken()?.statements()).to_canonical())
    }
}
