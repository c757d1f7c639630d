//! What the sealed paper carries: the payload digest in groups, and the text of the QR code.

use super::digest::Digest;

/// The kind of statement that a sheet belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperKind {
    /// An application.
    Application,
    /// An endorsement.
    Endorsement,
    /// A part.
    Part,
}

impl PaperKind {
    fn letter(self) -> &'static str {
        match self {
            PaperKind::Application => "A",
            PaperKind::Endorsement => "E",
            PaperKind::Part => "P",
        }
    }

    /// The kind of a payload's type name.
    pub fn of_type(type_name: &str) -> Option<PaperKind> {
        match type_name {
            "application" => Some(PaperKind::Application),
            "endorsement" => Some(PaperKind::Endorsement),
            "part" => Some(PaperKind::Part),
            _ => None,
        }
    }
}

/// What the QR code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperCode {
    /// The kind of statement.
    pub kind: PaperKind,
    /// Its revision; an endorsement has that of its subject.
    pub rev: i64,
    /// Its payload digest.
    pub payload: Digest,
    /// The thumbprint of the first key that signed it.
    pub thumbprint: Digest,
}

impl PaperCode {
    /// The text of the QR code: upper-case letters, digits and colons, which a QR code holds densely.
    pub fn to_text(&self) -> String {
        let rev = self.rev.to_string();
        [
            "SAB1:",
            self.kind.letter(),
            ":",
            &rev,
            ":",
            &base32(self.payload.as_bytes()),
            ":",
            &base32(self.thumbprint.as_bytes()),
        ]
        .concat()
    }

    /// Reads the text of a QR code.
    pub fn from_text(text: &str) -> Option<PaperCode> {
        let mut parts = text.trim().split(':');
        if parts.next()? != "SAB1" {
            return None;
        }
        let kind = match parts.next()? {
            "A" => PaperKind::Application,
            "E" => PaperKind::Endorsement,
            "P" => PaperKind::Part,
            _ => return None,
        };
        let number = parts.next()?;
        let rev: i64 = number.parse().ok().filter(|it| *it >= 1)?;
        let (payload, thumbprint) = (from_base32(parts.next()?)?, from_base32(parts.next()?)?);
        // One spelling only: no leading zero, no plus sign.
        if parts.next().is_some() || rev.to_string() != number {
            return None;
        }
        Some(PaperCode { kind, rev, payload, thumbprint })
    }
}

/// The digest as printed: 16 groups of 4 hex digits.
pub fn groups(digest: &Digest) -> String {
    let mut out = String::with_capacity(79);
    for (idx, digit) in digest.to_hex().chars().enumerate() {
        if idx > 0 && idx % 4 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// The first 16 hex digits, for the footer of every sheet. Never compare files by it: it is too short for that.
pub fn footer(digest: &Digest) -> String {
    groups(digest).chars().take(19).collect()
}

/// Reads a digest as a person types or scans it: hex digits in any case, ASCII or full-width, with spaces and
/// hyphens, or the text of the QR code. All 64 digits are needed: a prefix could be forged by the sender.
pub fn read_digest(typed: &str) -> Option<Digest> {
    if let Some(code) = PaperCode::from_text(typed) {
        return Some(code.payload);
    }
    Digest::from_hex(&typed_digits(typed))
}

/// The digits of a digest that is being typed, without what stands between them.
pub fn typed_digits(typed: &str) -> String {
    let mut digits = String::new();
    for c in typed.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        };
        match c {
            ' ' | '-' | '\t' | '\n' | '\r' | '\u{3000}' | '\u{a0}' => {}
            _ => digits.push(c.to_ascii_lowercase()),
        }
    }
    digits
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32(bytes: &[u8; 32]) -> String {
    let mut out = String::with_capacity(52);
    let (mut group, mut bits) = (0u32, 0u32);
    let mut push = |value: u32| out.push(char::from(BASE32.get(value as usize).copied().unwrap_or(b'A')));
    for byte in bytes {
        group = (group << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push((group >> bits) & 31);
        }
        group &= (1 << bits) - 1;
    }
    // 256 bits are 51 characters and one bit.
    push((group << (5 - bits)) & 31);
    out
}

fn from_base32(text: &str) -> Option<Digest> {
    if text.len() != 52 {
        return None;
    }
    let mut bytes = Vec::with_capacity(32);
    let (mut group, mut bits) = (0u32, 0u32);
    for byte in text.bytes() {
        let value = BASE32.iter().position(|it| *it == byte)?;
        group = (group << 5) | value as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits) as u8);
            group &= (1 << bits) - 1;
        }
    }
    if group != 0 {
        return None;
    }
    Some(Digest::from_bytes(bytes.try_into().ok()?))
}
