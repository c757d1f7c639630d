//! base64url as the bundle format wants it: RFC 4648 section 5 without padding, white space or line breaks,
//! and with unused bits zero. Libraries accept more, and then two texts name the same bytes; here exactly one does.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The text of these bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = 0u32;
        for (place, byte) in chunk.iter().enumerate() {
            group |= u32::from(*byte) << (16 - 8 * place);
        }
        for place in 0..=chunk.len() {
            let idx = (group >> (18 - 6 * place)) & 63;
            out.push(char::from(ALPHABET.get(idx as usize).copied().unwrap_or(b'A')));
        }
    }
    out
}

/// The bytes of this text, or nothing if any other text than [`encode`]'s was given.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut group, mut bits) = (0u32, 0u32);
    for byte in text.bytes() {
        group = (group << 6) | sextet(byte)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((group >> bits) as u8);
            group &= (1 << bits) - 1;
        }
    }
    // Six left-over bits mean a single trailing character, which can never name a byte.
    if bits == 6 || group != 0 {
        return None;
    }
    Some(out)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
