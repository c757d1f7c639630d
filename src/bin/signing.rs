//! The second wasm module: everything that signs or verifies, loaded only when it is needed.
//!
//! The page imports it by name (`signing.js`, made by wasm-bindgen with `--target web`): `await module.default()`
//! once, then the functions below. Every fault is thrown as a string, `"NAME"` or `"NAME place"`; the names are those
//! of the format (`E_…`, `K_…`) or `BAD_CALL` with the argument that is wrong. Nothing here knows a language.
//!
//! Private keys never leave this module's memory: the page holds numbers. `lock` overwrites a key.
//!
//! ```text
//! make_key(alg: "ES256"|"EdDSA", entropy: Uint8Array(32)) -> key            entropy from crypto.getRandomValues
//! open_key_file(bytes: Uint8Array, passphrase: string) -> key               K_FORMAT K_KDF_LIMITS K_MISMATCH K_PASSPHRASE K_MEMORY
//! save_key_file(key, passphrase, label, created: "YYYY-MM-DDThh:mm:ssZ", salt: Uint8Array(16), iv: Uint8Array(12)) -> string
//! key_info(key) -> {"kid":"…","alg":"ES256","jwk":{…},"label":"…","created":"…"}      label and created of an opened file, else ""
//! lock(key)
//!
//! sign(payload: string, keys: Uint32Array, others: string = "[]") -> {"payload":"…","signatures":[…]}        a statement
//!     payload is JSON of bundle.md section 4 (application, part or endorsement); signer.kids is set from the keys, whatever
//!     it was; white space and member order are free, the signed bytes are canonical. Two offices: two keys in one call, or
//!     the thumbprint of the second key in others; that one signs later, with add_signature.
//! add_signature(statement: string, key) -> a statement                      E_SIGNER_SET: not named, or has signed
//! to_sign(payload: string, jwk: string) -> Uint8Array                       the bytes that a key outside this module signs
//! signed(payload: string, jwk: string, signature: Uint8Array(64)) -> a statement      E_SIGNATURE if it does not fit
//! paper(statement: string) -> {"payload_sha256":"<64 hex>","groups":"xxxx xxxx …","footer":"xxxx xxxx xxxx xxxx","qr":"SAB1:A:1:…",
//!                              "kids":["…"],"signed":["kid"],"link":"<64 hex>","payload":{…}}      signed: those that did sign
//!
//! file_hash() -> FileHash
//!     .push(bytes)    .finish(name: string) -> {"sha256":"…","crc32":1,"size":1,"first_bytes":"<base64url>","type":"application/pdf"|null}
//! bundle_writer(profile: "json"|"zip", statements: string = "[…]") -> BundleWriter      pieces for one Blob, in this order:
//!     .head() -> Uint8Array
//!     json: .attachment(bytes) -> Uint8Array         the piece, content included
//!     zip:  .entry(sha256, crc32, size) -> Uint8Array     the piece before the content; the caller puts the content after it;
//!                                                    empty: the same content was written before, leave it out
//!     .tail() -> Uint8Array                          E_ATT_MISSING if a declared attachment was left out
//! bundle_reader(name: string) -> BundleReader
//!     .push(bytes)                                   the file in slices of any size
//!     .verify(policy: string) -> report              as often as wanted, with different policies
//!         policy {"expect":"application"|"part","trust":{"sabtrust":"1.0","keys":{…},"register":{…}},"revoked":["kid"],
//!                 "required_roles":["city"],"recipient":"…","paper":"digest as typed or QR text","now":1795000000,
//!                 "supplied":[{"sha256":"…","size":1,"first_bytes":"<base64url>"}]}      all but expect optional
//!         report {"verdict":"AUTHENTIC"|"INTACT"|…"+PAPER"|null,"error":"E_…"|null,"place":"…"|null,
//!                 "steps":[{"step":"size","state":"passed|failed|not-asked|not-reached"}, …],
//!                 "warnings":[{"warning":"W_…","statement":0,"place":"…"}],
//!                 "statements":[{"payload_sha256":"…","link":"…","keys":[{"kid":"…","alg":"…","trusted_org":"…"|null}],"payload":{…}}],
//!                 "awaited":{"kids":["…"],"statement":{…}}|null}      beside E_SIGNER_SET: only these signatures are missing
//!     .attachment(sha256) -> Uint8Array | undefined      JSON profile: checked bytes
//!     .attachment_range(sha256) -> Float64Array [offset, size] | undefined     ZIP profile: slice the file itself
//!     .statements() -> "[…]"                         as they stand in the file, for merging and endorsing; verify first
//! ```

#[cfg(target_arch = "wasm32")]
#[path = "signing/exports.rs"]
mod exports;

fn main() {}
