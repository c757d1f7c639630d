//! The identity of a definition: SHA-256 of its canonical bytes, everything included.

use crate::engine::value::json::Json;
use sha2::{Digest, Sha256};

/// Lower-case hex of the SHA-256 of the JCS bytes; layout and line ends of the file do not matter.
pub fn digest(json: &Json) -> String {
    let hash = Sha256::digest(json.to_canonical().as_bytes());
    let mut out = String::with_capacity(64);
    for byte in hash.iter() {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    out
}
