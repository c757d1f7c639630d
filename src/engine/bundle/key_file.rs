//! The passphrase-wrapped key file: the only place where a private key rests.

use super::{
    VERSION, base64url,
    error::named,
    key::{KeyKind, SigningKey, VerifyingKey},
    limit,
    nfc::Nfc,
    statement::is_time,
};
use crate::engine::value::json::{self, Json};
use aes_gcm::{
    Aes256Gcm,
    aead::{AeadInOut, KeyInit},
};
use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;
use zeroize::Zeroizing;

named! {
    /// Why a key file was not opened.
    KeyFileError {
        Format = "K_FORMAT": "the file is not a key file of this format",
        KdfLimits = "K_KDF_LIMITS": "the file asks for too much or too little work to derive the key",
        Mismatch = "K_MISMATCH": "the parts of the key do not belong together",
        Passphrase = "K_PASSPHRASE": "the passphrase is wrong, or the file was changed",
        Memory = "K_MEMORY": "there is not enough memory to derive the key",
    }
}

impl std::error::Error for KeyFileError {}

/// What an opened key file holds.
#[derive(Debug)]
pub struct OpenedKey {
    /// The key.
    pub key: SigningKey,
    /// What its owner called it.
    pub label: String,
    /// When it was made.
    pub created: String,
}

/// What is written beside the key. Salt and initialization vector must be fresh randomness at every save.
#[derive(Clone, Debug)]
pub struct KeyFileHead {
    /// What its owner calls it.
    pub label: String,
    /// When it was made, `YYYY-MM-DDThh:mm:ssZ`.
    pub created: String,
    /// Salt of the key derivation.
    pub salt: [u8; 16],
    /// Initialization vector of the encryption.
    pub iv: [u8; 12],
}

/// Memory of the key derivation in KiB, for new files.
pub const MEMORY_KIB: u32 = 65536;
/// Passes of the key derivation, for new files.
pub const PASSES: u32 = 3;
/// No key file comes near this.
const MAX_BYTES: usize = 64 * 1024;

/// Opens a key file. Every check comes before the first signature, the costly one last.
pub fn open(bytes: &[u8], passphrase: &str, nfc: Nfc) -> Result<OpenedKey, KeyFileError> {
    if bytes.len() > MAX_BYTES {
        return Err(KeyFileError::Format);
    }
    let file = json::parse(bytes, limit::SHALLOW_DEPTH).map_err(|_| KeyFileError::Format)?;
    let head = read_head(&file).ok_or(KeyFileError::Format)?;
    if !(8192..=262_144).contains(&head.memory) || !(1..=10).contains(&head.passes) || head.lanes != 1 {
        return Err(KeyFileError::KdfLimits);
    }
    if head.public.kid() != head.kid {
        return Err(KeyFileError::Mismatch);
    }
    let (memory, passes) = (head.memory as u32, head.passes as u32);
    let wrapping = derive(passphrase, nfc, &head.salt, memory, passes)?;
    let private = Zeroizing::new(decrypt(&wrapping, &head.iv, &associated_data(&file), head.ciphertext)?);
    let key = read_private(&private, &head.public).ok_or(KeyFileError::Mismatch)?;
    Ok(OpenedKey { key, label: head.label, created: head.created })
}

/// The public key and label of a key file, without its passphrase. They are claims until it is opened.
pub fn inspect(bytes: &[u8]) -> Option<(VerifyingKey, String)> {
    let file = json::parse(bytes.get(..bytes.len().min(MAX_BYTES))?, limit::SHALLOW_DEPTH).ok()?;
    let head = read_head(&file)?;
    (head.public.kid() == head.kid).then_some((head.public, head.label))
}

/// Writes a key file.
pub fn save(
    key: &SigningKey,
    passphrase: &str,
    nfc: Nfc,
    head: &KeyFileHead,
) -> Result<String, KeyFileError> {
    if !is_time(&head.created) {
        return Err(KeyFileError::Format);
    }
    let jwk = key.verifying_key().to_jwk();
    let mut members = vec![
        ("sabkey", Json::text(VERSION)),
        ("kid", Json::Text(key.verifying_key().kid())),
        ("jwk", jwk.clone()),
        ("label", Json::text(head.label.as_str())),
        ("created", Json::text(head.created.as_str())),
        (
            "kdf",
            Json::empty()
                .with("alg", Json::text("argon2id"))
                .with("v", Json::Int(19))
                .with("m", Json::Int(i64::from(MEMORY_KIB)))
                .with("t", Json::Int(i64::from(PASSES)))
                .with("p", Json::Int(1))
                .with("salt", Json::Text(base64url::encode(&head.salt))),
        ),
        (
            "enc",
            Json::empty()
                .with("alg", Json::text("A256GCM"))
                .with("iv", Json::Text(base64url::encode(&head.iv))),
        ),
    ];
    let associated = Json::object(members.clone()).to_canonical();
    let wrapping = derive(passphrase, nfc, &head.salt, MEMORY_KIB, PASSES)?;
    let private = private_text(&jwk, key);
    let ciphertext = encrypt(&wrapping, &head.iv, associated.as_bytes(), private.as_bytes())?;
    members.push(("ct", Json::Text(base64url::encode(&ciphertext))));
    Ok(Json::object(members).to_canonical())
}

struct Head {
    kid: String,
    public: VerifyingKey,
    label: String,
    created: String,
    memory: i64,
    passes: i64,
    lanes: i64,
    salt: [u8; 16],
    iv: [u8; 12],
    ciphertext: Vec<u8>,
}

fn read_head(file: &Json) -> Option<Head> {
    let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_text).map(String::from);
    let bytes = |json: &Json, name: &str| base64url::decode(json.get(name)?.as_text()?);
    closed(file, &["sabkey", "kid", "jwk", "label", "created", "kdf", "enc", "ct"])?;
    let (kdf, enc) = (file.get("kdf")?, file.get("enc")?);
    closed(kdf, &["alg", "v", "m", "t", "p", "salt"])?;
    closed(enc, &["alg", "iv"])?;
    if text(file, "sabkey")? != VERSION || text(kdf, "alg")? != "argon2id" || text(enc, "alg")? != "A256GCM" {
        return None;
    }
    if kdf.get("v")?.as_int()? != 19 {
        return None;
    }
    let public = VerifyingKey::from_jwk(file.get("jwk")?).ok()?;
    // The format leaves SM2 private keys to the offices' own devices.
    if public.kind() == KeyKind::Sm2 {
        return None;
    }
    Some(Head {
        kid: text(file, "kid")?,
        public,
        label: text(file, "label")?,
        created: text(file, "created").filter(|it| is_time(it))?,
        memory: kdf.get("m")?.as_int()?,
        passes: kdf.get("t")?.as_int()?,
        lanes: kdf.get("p")?.as_int()?,
        salt: bytes(kdf, "salt")?.try_into().ok()?,
        iv: bytes(enc, "iv")?.try_into().ok()?,
        ciphertext: bytes(file, "ct")?,
    })
}

fn closed(json: &Json, names: &[&str]) -> Option<()> {
    let members = json.as_object()?;
    (members.len() == names.len() && names.iter().all(|name| json.get(name).is_some())).then_some(())
}

/// Everything in the file but the ciphertext is authenticated with it: an edited label does not open.
fn associated_data(file: &Json) -> Vec<u8> {
    let members = file.as_object().unwrap_or_default();
    let others = members.iter().filter(|(name, _)| name != "ct").cloned().collect();
    Json::Object(others).to_canonical().into_bytes()
}

fn derive(
    passphrase: &str,
    nfc: Nfc,
    salt: &[u8; 16],
    memory: u32,
    passes: u32,
) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
    // The only normalization in this format: one keyboard types é as one character, another as two.
    let passphrase = Zeroizing::new(nfc(passphrase));
    let params = Params::new(memory, passes, 1, Some(32)).map_err(|_| KeyFileError::KdfLimits)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Zeroizing::new([0u8; 32]);
    argon2.hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice()).map_err(
        |error| match error {
            argon2::Error::OutOfMemory => KeyFileError::Memory,
            _ => KeyFileError::KdfLimits,
        },
    )?;
    Ok(key)
}

const TAG_BYTES: usize = 16;

fn encrypt(key: &[u8; 32], iv: &[u8; 12], associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyFileError> {
    let cipher = Aes256Gcm::new(key.into());
    let mut buffer = plain.to_vec();
    let tag = cipher.encrypt_inout_detached(iv.into(), associated, buffer.as_mut_slice().into());
    buffer.extend_from_slice(&tag.map_err(|_| KeyFileError::Format)?);
    Ok(buffer)
}

fn decrypt(
    key: &[u8; 32],
    iv: &[u8; 12],
    associated: &[u8],
    mut ciphertext: Vec<u8>,
) -> Result<Vec<u8>, KeyFileError> {
    let at = ciphertext.len().checked_sub(TAG_BYTES).ok_or(KeyFileError::Passphrase)?;
    let tag: [u8; TAG_BYTES] = ciphertext.split_off(at).try_into().map_err(|_| KeyFileError::Passphrase)?;
    let cipher = Aes256Gcm::new(key.into());
    let opened =
        cipher.decrypt_inout_detached(iv.into(), associated, ciphertext.as_mut_slice().into(), (&tag).into());
    opened.map_err(|_| KeyFileError::Passphrase)?;
    Ok(ciphertext)
}

/// The private JWK: the public one plus `d`, in canonical order, built without leaving copies behind.
fn private_text(jwk: &Json, key: &SigningKey) -> Zeroizing<String> {
    let secret = key.secret_bytes();
    let d = Zeroizing::new(base64url::encode(secret.as_slice()));
    let mut json = jwk.clone();
    if let Json::Object(members) = &mut json {
        members.push(("d".to_owned(), Json::text(d.as_str())));
    }
    let text = Zeroizing::new(json.to_canonical());
    wipe(json);
    text
}

fn read_private(bytes: &[u8], public: &VerifyingKey) -> Option<SigningKey> {
    let json = json::parse(bytes, limit::SHALLOW_DEPTH).ok()?;
    let key = private_key(&json, public);
    wipe(json);
    key
}

fn private_key(json: &Json, public: &VerifyingKey) -> Option<SigningKey> {
    let members = json.as_object()?;
    let others = members.iter().filter(|(name, _)| name != "d").cloned().collect();
    if VerifyingKey::from_jwk(&Json::Object(others)).ok()? != *public {
        return None;
    }
    let d = Zeroizing::new(base64url::decode(json.get("d")?.as_text()?)?);
    let secret = Zeroizing::new(<[u8; 32]>::try_from(d.as_slice()).ok()?);
    let key = SigningKey::from_secret(public.kind(), &secret)?;
    (key.verifying_key() == public).then_some(key)
}

/// Overwrites the texts of a value that held a secret.
fn wipe(json: Json) {
    if let Json::Object(members) = json {
        for (_, member) in members {
            if let Json::Text(text) = member {
                drop(Zeroizing::new(text));
            }
        }
    }
}
