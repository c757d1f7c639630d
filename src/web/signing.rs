//! The seam to the second wasm module, which signs and verifies. Private keys never come to this side: the
//! page holds numbers.

use super::files::{self, Pieces};
use super::random;
use super::storage::Store;
use crate::engine::answers::Attachment;
use crate::engine::locale;
use crate::engine::value::base64;
use crate::engine::value::json::{self, Json};
use js_sys::{Array, Uint8Array};
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

#[wasm_bindgen(module = "/src/web/outside.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = call)]
    async fn call_module(name: &str, args: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    fn call_on(object: &JsValue, name: &str, args: &Array) -> Result<JsValue, JsValue>;
}

/// Above this much of attachments a bundle is written as ZIP: 15 MiB, section 2 of the format.
pub const ZIP_ABOVE: u64 = 15 * 1024 * 1024;

/// Why signing or verifying did not work: a name of the format (`K_PASSPHRASE`, `E_…`), or the module's failure
/// to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningError(pub String);

impl SigningError {
    /// Why it did not work, in words; the name of an unknown fault behind them.
    pub fn words(&self, language: &str) -> String {
        let name = self.0.split(' ').next().unwrap_or_default();
        let is_named = name.starts_with("K_") || name.starts_with("E_");
        let key = if is_named { format!("signing.{name}") } else { "signing.unavailable".into() };
        match locale::word(language, &key) {
            "?" => format!("{} ({})", locale::word(language, "signing.failed"), self.0),
            said => locale::fill(said, &[("detail", &self.0)]),
        }
    }
}

impl From<JsValue> for SigningError {
    fn from(thrown: JsValue) -> Self {
        let text = thrown.as_string();
        let text = text.or_else(|| js_sys::Reflect::get(&thrown, &"message".into()).ok()?.as_string());
        SigningError(text.unwrap_or_default())
    }
}

/// What is under way. Boxed, or whoever waits for it would carry a copy of it.
type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, SigningError>> + 'a>>;

/// Calls a function of the module, which is loaded first if it is not here.
fn call<'a>(name: &'a str, args: &'a Array) -> Pending<'a, JsValue> {
    Box::pin(async move { Ok(call_module(name, args).await?) })
}

/// An unlocked key in the other module's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockedKey {
    number: u32,
    /// Its thumbprint (RFC 7638).
    pub kid: String,
    /// The name its owner gave it.
    pub label: String,
}

/// What paper and screen say of a signed statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperInfo {
    /// SHA-256 of the payload, lower-case hex.
    pub payload_sha256: String,
    /// Thumbprints of the keys.
    pub kids: Vec<String>,
    /// Of these the ones that signed so far.
    pub signed: Vec<String>,
}

fn text_of(value: &JsValue) -> String {
    value.as_string().unwrap_or_default()
}

fn json_of(value: &JsValue) -> Json {
    // A payload may nest 24 deep, and stands inside a report.
    json::parse(text_of(value).as_bytes(), 30).unwrap_or(Json::Null)
}

fn member(json: &Json, name: &str) -> String {
    json.get(name).and_then(Json::as_text).unwrap_or_default().to_string()
}

fn numbers(keys: &[UnlockedKey]) -> JsValue {
    let list: Vec<u32> = keys.iter().map(|key| key.number).collect();
    js_sys::Uint32Array::from(list.as_slice()).into()
}

/// Makes a P-256 key; `E_RANDOM` where the browser has no source of randomness: then nothing may be signed.
pub async fn make_key(label: &str) -> Result<UnlockedKey, SigningError> {
    let entropy = random::bytes::<32>().ok_or_else(|| SigningError("E_RANDOM".into()))?;
    let number = call("make_key", &Array::of2(&"ES256".into(), &Uint8Array::from(entropy.as_slice()).into())).await?;
    unlocked(&number, label).await
}

/// Opens a key file.
pub async fn open_key_file(bytes: &[u8], passphrase: &str) -> Result<UnlockedKey, SigningError> {
    let number = call("open_key_file", &Array::of2(&Uint8Array::from(bytes).into(), &passphrase.into())).await?;
    unlocked(&number, "").await
}

async fn unlocked(number: &JsValue, label: &str) -> Result<UnlockedKey, SigningError> {
    let info = json_of(&call("key_info", &Array::of1(number)).await?);
    let named = member(&info, "label");
    let label = if named.is_empty() { label.to_string() } else { named };
    Ok(UnlockedKey { number: number.as_f64().unwrap_or_default() as u32, kid: member(&info, "kid"), label })
}

/// The key file of a key, wrapped with a passphrase; salt and nonce are fresh each time.
pub async fn key_file(key: &UnlockedKey, passphrase: &str, label: &str, created: &str) -> Result<String, SigningError> {
    let random = || SigningError("E_RANDOM".into());
    let salt = random::bytes::<16>().ok_or_else(random)?;
    let iv = random::bytes::<12>().ok_or_else(random)?;
    let args = Array::new();
    args.push(&key.number.into());
    args.push(&passphrase.into());
    args.push(&label.into());
    args.push(&created.into());
    args.push(&Uint8Array::from(salt.as_slice()));
    args.push(&Uint8Array::from(iv.as_slice()));
    Ok(text_of(&call("save_key_file", &args).await?))
}

/// Overwrites unlocked keys. Those of another form in the page stay as they are.
pub fn lock(keys: Vec<UnlockedKey>) {
    spawn_local(async move {
        for key in keys {
            let _ = call("lock", &Array::of1(&key.number.into())).await;
        }
    });
}

/// Signs a payload with every key given; the statement's JSON. `others` are thumbprints of keys that sign later.
pub async fn sign(payload: &Json, keys: &[UnlockedKey], others: &[String]) -> Result<String, SigningError> {
    let others = Json::List(others.iter().map(Json::text).collect()).to_canonical();
    let args = Array::of3(&payload.to_canonical().into(), &numbers(keys), &others.into());
    Ok(text_of(&call("sign", &args).await?))
}

/// True for a text that has the form of a key's thumbprint.
pub fn is_thumbprint(text: &str) -> bool {
    base64::decode_url(text).is_some_and(|it| it.len() == 32)
}

/// The texts of a list that is a member.
pub fn texts(json: &Json, name: &str) -> Vec<String> {
    let list = json.get(name).and_then(Json::as_list).unwrap_or_default().iter();
    list.filter_map(|it| it.as_text().map(str::to_string)).collect()
}

/// The payload of a statement.
pub fn payload_of(statement: &str) -> Option<Json> {
    let statement = json::parse(statement.as_bytes(), 24).ok()?;
    json::parse(&base64::decode_url(statement.get("payload")?.as_text()?)?, 24).ok()
}

/// The thumbprint of the key that signed a statement first.
pub fn first_kid(statement: &str) -> Option<String> {
    let statement = json::parse(statement.as_bytes(), 24).ok()?;
    let first = statement.get("signatures")?.as_list()?.first()?;
    let header = json::parse(&base64::decode_url(first.get("protected")?.as_text()?)?, 24).ok()?;
    Some(header.get("kid")?.as_text()?.to_string())
}

/// The files that a statement declares.
pub fn declared(statement: &str) -> Vec<Attachment> {
    declared_in(&payload_of(statement).unwrap_or(Json::Null))
}

/// The files that a payload declares.
pub fn declared_in(payload: &Json) -> Vec<Attachment> {
    let list = payload.get("attachments").and_then(Json::as_list).unwrap_or_default();
    list.iter()
        .map(|it| Attachment {
            id: member(it, "id").into(),
            name: member(it, "name"),
            media_type: member(it, "type"),
            size: it.get("size").and_then(Json::as_int).and_then(|it| u64::try_from(it).ok()).unwrap_or_default(),
            sha256: member(it, "sha256"),
        })
        .collect()
}

/// Signs a payload with a signer of the page around the form: `jwk` is its public key, `sign` gets the bytes to sign
/// and gives the signature, 64 bytes, or a promise of it.
pub async fn sign_with(payload: &Json, signer: &JsValue) -> Result<String, SigningError> {
    let failed = |thrown: JsValue| SigningError(format!("E_SIGNER {}", SigningError::from(thrown).0));
    // A browser exports keys with members of its own besides, such as `ext`. A private key goes on, and is refused.
    let members: Array = ["kty", "crv", "x", "y", "d"].iter().map(|it| JsValue::from_str(it)).collect();
    let jwk = js_sys::Reflect::get(signer, &"jwk".into()).map_err(failed)?;
    if !jwk.is_object() {
        return Err(SigningError("E_KEY jwk".into()));
    }
    let key = js_sys::JSON::stringify_with_replacer(&jwk, &members).map_err(failed)?;
    let payload: JsValue = payload.to_canonical().into();
    let bytes = call("to_sign", &Array::of2(&payload, &key)).await?;
    let signature = js_sys::Promise::resolve(&call_on(signer, "sign", &Array::of1(&bytes)).map_err(failed)?);
    let signature = wasm_bindgen_futures::JsFuture::from(signature).await.map_err(failed)?;
    Ok(text_of(&call("signed", &Array::of3(&payload, &key, &Uint8Array::new(&signature))).await?))
}

/// What paper and screen say of a statement.
pub async fn paper(statement: &str) -> Result<PaperInfo, SigningError> {
    let info = json_of(&call("paper", &Array::of1(&statement.into())).await?);
    Ok(PaperInfo {
        payload_sha256: member(&info, "payload_sha256"),
        kids: texts(&info, "kids"),
        signed: texts(&info, "signed"),
    })
}

/// Where the attached files of a bundle come from.
#[derive(Clone, Copy)]
pub enum Files<'a> {
    /// From what is kept on this computer.
    Kept(Option<&'a Store>),
    /// From a signed file: its reader, which has judged it, and the file itself.
    Read(&'a JsValue, &'a Blob),
}

impl Files<'_> {
    async fn get(self, sha256: &str) -> Option<Blob> {
        let (reader, file) = match self {
            Files::Kept(store) => return store?.get_blob(sha256).await.ok().flatten(),
            Files::Read(reader, file) => (reader, file),
        };
        let digest = Array::of1(&sha256.into());
        // A ZIP file holds them as they are, a JSON file as text.
        let range = call_on(reader, "attachment_range", &digest).ok()?;
        if range.is_undefined() {
            let mut pieces = Pieces::new();
            pieces.bytes(&Uint8Array::from(call_on(reader, "attachment", &digest).ok().filter(|it| !it.is_undefined())?).to_vec());
            return pieces.finish("application/octet-stream");
        }
        let range = js_sys::Float64Array::from(range).to_vec();
        let [offset, size] = range.as_slice() else { return None };
        file.slice_with_f64_and_f64(*offset, offset + size).ok()
    }
}

/// A bundle of statements with the attached files they declare, and the extension of its name. `on_progress`
/// gets how far it is, 0 to 100. The error names a file that this computer no longer has.
pub fn bundle<'a>(from: Files<'a>, statements: &'a [&'a str], attachments: &'a [Attachment], on_progress: &'a dyn Fn(u32)) -> Pending<'a, (Blob, &'static str)> {
    Box::pin(write_bundle(from, statements, attachments, on_progress))
}

async fn write_bundle(
    from: Files<'_>,
    statements: &[&str],
    attachments: &[Attachment],
    on_progress: &dyn Fn(u32),
) -> Result<(Blob, &'static str), SigningError> {
    let mut files: Vec<&Attachment> = Vec::new();
    for attachment in attachments {
        if files.iter().all(|it| it.sha256 != attachment.sha256) {
            files.push(attachment);
        }
    }
    let total: u64 = files.iter().map(|it| it.size).sum();
    let is_zip = total > ZIP_ABOVE;
    let profile = if is_zip { "zip" } else { "json" };
    let statements = format!("[{}]", statements.join(","));
    let writer = call("bundle_writer", &Array::of2(&profile.into(), &statements.into())).await?;
    let mut pieces = Pieces::new();
    let piece = |name: &str, args: &Array| -> Result<Uint8Array, SigningError> {
        Ok(call_on(&writer, name, args)?.into())
    };
    pieces.bytes(&piece("head", &Array::new())?.to_vec());
    for (idx, file) in files.iter().enumerate() {
        let missing = || SigningError(format!("E_ATT_MISSING {}", file.name));
        let blob = from.get(&file.sha256).await.ok_or_else(missing)?;
        if is_zip {
            let hash = call("file_hash", &Array::new()).await?;
            let unread = |_| missing();
            files::each_slice(&blob, &mut |bytes| {
                let _ = call_on(&hash, "push", &Array::of1(&Uint8Array::from(bytes).into()));
            })
            .await
            .map_err(unread)?;
            let facts = json_of(&call_on(&hash, "finish", &Array::of1(&file.name.as_str().into()))?);
            if member(&facts, "sha256") != file.sha256 {
                return Err(missing());
            }
            let crc = facts.get("crc32").and_then(Json::as_int).unwrap_or_default();
            let args = Array::of3(&file.sha256.as_str().into(), &(crc as f64).into(), &(file.size as f64).into());
            let header = piece("entry", &args)?;
            if header.length() > 0 {
                pieces.bytes(&header.to_vec());
                pieces.file(&blob);
            }
        } else {
            let bytes = files::read_bytes(&blob, ZIP_ABOVE as f64).await.map_err(|_| missing())?;
            let bytes = Uint8Array::from(bytes.as_slice());
            pieces.bytes(&piece("attachment", &Array::of1(&bytes.into()))?.to_vec());
        }
        on_progress(((idx + 1) * 100 / files.len()) as u32);
    }
    pieces.bytes(&piece("tail", &Array::new())?.to_vec());
    let (media_type, extension) =
        if is_zip { ("application/vnd.sab+zip", ".sab.zip") } else { ("application/vnd.sab+json", ".sab.json") };
    let blob = pieces.finish(media_type).ok_or_else(|| SigningError("E_TOO_LARGE".into()))?;
    Ok((blob, extension))
}

/// Runs the steps of verification over a file; the report as the module gives it.
pub async fn verify(file: &Blob, name: &str, policy: &Json) -> Result<Json, SigningError> {
    Ok(judged(file, name, policy).await?.1)
}

/// One of the files in a signed file, which is judged first.
pub async fn attached(file: &Blob, name: &str, policy: &Json, sha256: &str) -> Result<Blob, SigningError> {
    let (reader, _) = judged(file, name, policy).await?;
    let found = Files::Read(&reader, file).get(sha256).await;
    found.ok_or_else(|| SigningError(format!("E_ATT_MISSING {sha256}")))
}

/// The file with the signature of one more of the keys that its one statement names: the statement, the file, and the
/// extension of its name. What was signed stays as it came. A file that lacks anything but signatures is refused.
pub async fn add_signature(
    file: &Blob,
    name: &str,
    policy: &Json,
    key: &UnlockedKey,
) -> Result<(String, Blob, &'static str), SigningError> {
    let (reader, report) = judged(file, name, policy).await?;
    if report.get("awaited").and_then(Json::as_object).is_none() {
        return Err(SigningError("E_SIGNER_SET".into()));
    }
    let signed = text_of(&call("add_signature", &Array::of2(&first_statement(&reader)?.into(), &key.number.into())).await?);
    let (blob, extension) = bundle(Files::Read(&reader, file), &[&signed], &declared(&signed), &|_| {}).await?;
    Ok((signed, blob, extension))
}

/// The statement of a file that another office has signed too, if it is whole and says what was signed here.
pub async fn joined(file: &Blob, name: &str, payload_sha256: &str) -> Result<String, SigningError> {
    let (reader, report) = judged(file, name, &Json::object([("expect", Json::text("application"))])).await?;
    if let Some(error) = report.get("error").and_then(Json::as_text) {
        return Err(SigningError(format!("E_NOT_JOINED {error}")));
    }
    let first = report.get("statements").and_then(Json::as_list).and_then(<[Json]>::first);
    if first.is_none_or(|it| member(it, "payload_sha256") != payload_sha256) {
        return Err(SigningError("E_OTHER_STATEMENT".into()));
    }
    first_statement(&reader)
}

fn first_statement(reader: &JsValue) -> Result<String, SigningError> {
    let statements = json_of(&call_on(reader, "statements", &Array::new())?);
    let first = statements.as_list().and_then(<[Json]>::first);
    first.map(Json::to_canonical).ok_or_else(|| SigningError("E_STRUCTURE".into()))
}

/// A reader that holds a file, and its report.
fn judged<'a>(file: &'a Blob, name: &'a str, policy: &'a Json) -> Pending<'a, (JsValue, Json)> {
    Box::pin(judge(file, name, policy))
}

async fn judge(file: &Blob, name: &str, policy: &Json) -> Result<(JsValue, Json), SigningError> {
    let reader = call("bundle_reader", &Array::of1(&name.into())).await?;
    let mut failed = None;
    files::each_slice(file, &mut |bytes| {
        if let Err(thrown) = call_on(&reader, "push", &Array::of1(&Uint8Array::from(bytes).into())) {
            failed.get_or_insert(SigningError::from(thrown));
        }
    })
    .await
    .map_err(|_| SigningError("E_READ".into()))?;
    if let Some(error) = failed {
        return Err(error);
    }
    let report = call_on(&reader, "verify", &Array::of1(&policy.to_canonical().into()))?;
    Ok((reader, json_of(&report)))
}
