//! Base64 (RFC 4648): the plain alphabet for mail, the one for files without padding inside JSON.

const PLAIN: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Appends bytes in the plain alphabet, padded.
pub fn encode(bytes: &[u8], out: &mut String) {
    write(bytes, PLAIN, out);
    (0..(3 - bytes.len() % 3) % 3).for_each(|_| out.push('='));
}

/// Appends bytes in the alphabet for URLs, without padding.
pub fn encode_url(bytes: &[u8], out: &mut String) {
    write(bytes, URL, out);
}

fn write(bytes: &[u8], alphabet: &[u8; 64], out: &mut String) {
    out.reserve(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..=chunk.len() {
            out.push(char::from(alphabet[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
}

/// Reads the alphabet for URLs without padding; `None` for anything else, also for unused bits set.
pub fn decode_url(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for (at, byte) in chunk.iter().enumerate() {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            bits |= u32::from(value) << (18 - 6 * at);
        }
        let n_bytes = chunk.len() - 1;
        let [_, bytes @ ..] = bits.to_be_bytes();
        let (used, unused) = bytes.split_at(n_bytes);
        if n_bytes == 0 || unused.iter().any(|byte| *byte != 0) {
            return None;
        }
        out.extend_from_slice(used);
    }
    Some(out)
}
