//! Strict JSON and its canonical form: "I-JSON minus", section 5 of the bundle format.
//!
//! Definitions, drafts, bundles and key files are all read with this one parser. It is stricter than
//! RFC 8259 on purpose: no duplicate member, no number that is not a safe integer, no lone surrogate, no
//! byte order mark, bounded nesting. Two readers that accept such a text cannot disagree about it.
//! `serde_json` is not used because it keeps the last of two duplicate members and reads fractions.

use super::sort::sorted;
use std::fmt::{self, Write as _};

/// The greatest integer that every JSON reader keeps exactly: 2^53 − 1.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// One JSON value. Members keep the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`, which our own formats never use but foreign input may hold.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer with an absolute value of at most [`MAX_SAFE_INTEGER`].
    Int(i64),
    /// A string, never normalized.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object; no member name occurs twice.
    Object(Vec<(String, Json)>),
}

/// Why a text was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Which rule was broken.
    pub kind: JsonErrorKind,
    /// Byte offset into the text.
    pub offset: usize,
}

/// Line and character of a byte of a text, both from 1, as editors count them.
pub fn line_and_column(text: &[u8], at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit(|it| *it == b'\n').next().unwrap_or_default();
    (before.iter().filter(|it| **it == b'\n').count() + 1, String::from_utf8_lossy(line).chars().count() + 1)
}

/// The closed list of faults that the strict parser tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// Not UTF-8.
    Utf8,
    /// Brackets nested deeper than allowed.
    Depth,
    /// Not JSON: syntax, truncation, a byte order mark or a lone surrogate.
    Syntax,
    /// A member name that the object already has.
    DuplicateKey,
    /// A fraction, an exponent, `-0`, a leading zero or an integer beyond 2^53 − 1.
    Number,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            JsonErrorKind::Utf8 => "not UTF-8",
            JsonErrorKind::Depth => "nested too deeply",
            JsonErrorKind::Syntax => "not valid JSON",
            JsonErrorKind::DuplicateKey => "a member occurs twice",
            JsonErrorKind::Number => "a number that is not a safe integer",
        };
        write!(f, "{what} at byte {}", self.offset)
    }
}

impl std::error::Error for JsonError {}

impl Json {
    /// An object from members in the given order.
    pub fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Json)>) -> Json {
        Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// An object without members, to be filled with [`Json::with`].
    pub fn empty() -> Json {
        Json::Object(Vec::new())
    }

    /// This object with one more member. Out of line, unlike [`Json::object`], which is compiled anew for every
    /// number of members: in the browser that is most of what a long report costs.
    #[inline(never)]
    pub fn with(mut self, name: &str, value: Json) -> Json {
        if let Json::Object(members) = &mut self {
            members.push((name.to_owned(), value));
        }
        self
    }

    /// A string value.
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// The member of that name, if this is an object that has it.
    #[inline(never)]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.as_object()?.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&[(String, Json)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements, if this is an array.
    pub fn as_list(&self) -> Option<&[Json]> {
        match self {
            Json::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if this is a number.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Json::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The RFC 8785 (JCS) text: members sorted by UTF-16 code units, minimal escapes.
    pub fn to_canonical(&self) -> String {
        let mut out = String::new();
        write_canonical(self, &mut out);
        out
    }
}

fn write_canonical(json: &Json, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Json::Text(text) => write_text(text, out),
        Json::List(items) => {
            out.push('[');
            for (idx, item) in items.iter().enumerate() {
                if idx > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            let key = |at: usize| members.get(at).map_or("", |(key, _)| key).encode_utf16();
            // UTF-16 order differs from code point order above U+FFFF, so plain string order would be wrong.
            let order = sorted(members.len(), &|a, b| key(a).gt(key(b)));
            out.push('{');
            for (idx, (key, value)) in order.into_iter().filter_map(|at| members.get(at)).enumerate() {
                if idx > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
    }
}

/// Writes a string with its quotes and the fewest escapes.
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{9}' => out.push_str("\\t"),
            '\u{a}' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\u{d}' => out.push_str("\\r"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Parses a whole text.
///
/// `max_depth` is the number of brackets that may be open at once (24 for files and payloads, 6 for headers
/// and key files). Depth is counted before parsing, so that the recursive parser is never entered too deeply.
pub fn parse(bytes: &[u8], max_depth: usize) -> Result<Json, JsonError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| JsonError { kind: JsonErrorKind::Utf8, offset: error.valid_up_to() })?;
    check_depth(bytes, max_depth)?;
    let mut parser = Parser { text, bytes, at: 0 };
    parser.skip_space();
    let json = parser.value()?;
    parser.skip_space();
    if parser.at < bytes.len() {
        return Err(parser.error(JsonErrorKind::Syntax));
    }
    Ok(json)
}

fn check_depth(bytes: &[u8], max_depth: usize) -> Result<(), JsonError> {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for (offset, byte) in bytes.iter().enumerate() {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > max_depth {
                    return Err(JsonError { kind: JsonErrorKind::Depth, offset });
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// How many members of an object are searched one after the other.
const FEW: usize = 16;

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError { kind, offset: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.eat(byte) { Ok(()) } else { Err(self.error(JsonErrorKind::Syntax)) }
    }

    fn word(&mut self, word: &str, json: Json) -> Result<Json, JsonError> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(json)
        } else {
            Err(self.error(JsonErrorKind::Syntax))
        }
    }

    fn value(&mut self) -> Result<Json, JsonError> {
        match self.peek() {
            Some(b'{') => self.members(),
            Some(b'[') => self.elements(),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.error(JsonErrorKind::Syntax)),
        }
    }

    fn members(&mut self) -> Result<Json, JsonError> {
        self.expect(b'{')?;
        let mut members: Vec<(String, Json)> = Vec::new();
        // A linear search over a large object would be quadratic: attachments and code lists have thousands. For a
        // small one it is faster than hashing.
        let mut seen = std::collections::HashSet::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            let key_at = self.at;
            let key = self.string()?;
            if members.len() == FEW {
                seen.extend(members.iter().map(|(key, _)| key.clone()));
            }
            let is_new = match members.len() < FEW {
                true => members.iter().all(|(known, _)| *known != key),
                false => seen.insert(key.clone()),
            };
            if !is_new {
                return Err(JsonError { kind: JsonErrorKind::DuplicateKey, offset: key_at });
            }
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            let value = self.value()?;
            members.push((key, value));
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Json::Object(members));
            }
            self.expect(b',')?;
        }
    }

    fn elements(&mut self) -> Result<Json, JsonError> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Json::List(items));
        }
        loop {
            self.skip_space();
            items.push(self.value()?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Json::List(items));
            }
            self.expect(b',')?;
        }
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        self.eat(b'-');
        let digits_at = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let digits = &self.text[digits_at..self.at];
        if digits.is_empty() {
            return Err(self.error(JsonErrorKind::Syntax));
        }
        let refused = JsonError { kind: JsonErrorKind::Number, offset: start };
        let has_fraction = matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        let leading_zero = digits.len() > 1 && digits.starts_with('0');
        let negative_zero = digits == "0" && digits_at > start;
        if has_fraction || leading_zero || negative_zero || digits.len() > 16 {
            return Err(refused);
        }
        match self.text[start..self.at].parse::<i64>() {
            Ok(number) if number.abs() <= MAX_SAFE_INTEGER => Ok(Json::Int(number)),
            _ => Err(refused),
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            let run = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(&self.text[run..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return Err(self.error(JsonErrorKind::Syntax)),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let syntax = self.error(JsonErrorKind::Syntax);
        let byte = self.peek().ok_or_else(|| syntax.clone())?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex4()?;
                if (0xd800..0xdc00).contains(&high) {
                    if !(self.eat(b'\\') && self.eat(b'u')) {
                        return Err(syntax);
                    }
                    let low = self.hex4()?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(syntax);
                    }
                    let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    char::from_u32(code).ok_or(syntax)?
                } else {
                    // A lone low surrogate is not a character, so this refuses it too.
                    char::from_u32(high).ok_or(syntax)?
                }
            }
            _ => return Err(syntax),
        })
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let syntax = self.error(JsonErrorKind::Syntax);
        let digits = self.bytes.get(self.at..self.at + 4).ok_or_else(|| syntax.clone())?;
        let mut code = 0;
        for digit in digits {
            code = code * 16 + (*digit as char).to_digit(16).ok_or_else(|| syntax.clone())?;
        }
        self.at += 4;
        Ok(code)
    }
}
