//! The signed application bundle, SAB 1.0: the file that a park sends to its city, a city to its province,
//! a province to the nation.
//!
//! Reading order: [`statement`] says what is signed, [`sign`] makes bytes to sign first and takes signatures
//! later, [`file`] writes a bundle, [`reader`] takes one in slices, [`verify`] judges it under a [`verify::Policy`].
//! Unchecked becomes checked by type: [`reader::UncheckedBundle`] → [`verify::VerificationReport`], which is the
//! only thing that hands out statements.
//!
//! What is not here: no clock, no randomness, no storage and no network. Salts, initialization vectors, key
//! entropy and the time come in as parameters. Nothing here knows a table, a rule or a language.

pub mod attachment;
pub mod base64url;
pub mod digest;
pub mod error;
pub mod file;
pub mod key;
pub mod key_file;
pub mod nfc;
pub mod paper;
pub mod policy;
pub mod qr;
pub mod reader;
pub mod refusal;
pub mod sign;
mod sm2;
pub mod statement;
pub mod trust;
pub mod verify;
pub mod zip;

/// The version that every file, payload and key file names.
pub const VERSION: &str = "1.0";

/// Limits of the format.
pub mod limit {
    /// Bytes of a file in the JSON profile.
    pub const JSON_FILE: u64 = 64 * 1024 * 1024;
    /// Bytes of a file in the ZIP profile.
    pub const ZIP_FILE: u64 = 512 * 1024 * 1024;
    /// Bytes of a payload.
    pub const PAYLOAD: usize = 4 * 1024 * 1024;
    /// Bytes of a protected header.
    pub const HEADER: usize = 16 * 1024;
    /// Statements in a file.
    pub const STATEMENTS: usize = 16;
    /// Signatures of a statement, both arrays together.
    pub const SIGNATURES: usize = 4;
    /// Open brackets in a file or a payload.
    pub const DEPTH: usize = 24;
    /// Open brackets in a header or a key file.
    pub const SHALLOW_DEPTH: usize = 6;
    /// Commas outside texts in a file object: not a limit of the format, but of a browser tab's memory.
    pub const VALUES: u32 = 2_000_000;
    /// Entries of a ZIP file.
    pub const ZIP_ENTRIES: usize = 1000;
    /// Attachments above this total go into the ZIP profile.
    pub const JSON_ATTACHMENTS: u64 = 15 * 1024 * 1024;
}
