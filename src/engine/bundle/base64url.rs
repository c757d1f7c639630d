//! base64url as the bundle format wants it: RFC 4648 section 5 without padding, white space or line breaks,
//! and with unused bits zero. Libraries accept more, and then two texts name the same bytes; here exactly one does.

use crate::engine::value::base64;

/// The bytes of this text, or nothing if any other text than [`encode`]'s was given.
pub use crate::engine::value::base64::decode_url as decode;

/// The text of these bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    base64::encode_url(bytes, &mut out);
    out
}
