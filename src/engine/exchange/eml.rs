//! An e-mail draft that a mail program opens ready to send: recipients, subject, text and attached files.
//!
//! RFC 5322 with the subject as encoded words (RFC 2047) and file names in UTF-8 (RFC 2231). A small writer
//! of our own, since the crate for it costs more in the page than a whole engine module. The result is ASCII.

use crate::engine::value::base64;
use crate::engine::value::date::Date;
use crate::engine::value::text::{fold, trimmed};
use std::fmt::Write as _;

/// Set between the parts. The underscore does not occur in base64, which all parts are in.
const BOUNDARY: &str = "=_shenbao_part";

/// Who gets it: a name, which may be blank, and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// As typed.
    pub name: String,
    /// ASCII.
    pub address: String,
}

/// A file that goes along.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its media type.
    pub media_type: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// What is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'a> {
    /// Main recipients.
    pub to: &'a [Mailbox],
    /// Copies.
    pub cc: &'a [Mailbox],
    /// One line.
    pub subject: &'a str,
    /// Plain text.
    pub body: &'a str,
    /// `YYYY-MM-DDThh:mm:ssZ`; left out of the mail if it is something else.
    pub date: &'a str,
    /// Files.
    pub files: &'a [File<'a>],
}

/// Reads recipients as typed: `张三 <a@b.cn>; c@d.cn`. `Err` is the first entry that is no address.
pub fn parse_recipients(typed: &str) -> Result<Vec<Mailbox>, String> {
    let entries = typed.split([';', '；', ',', '，', '、', '\n', '\r']).map(trimmed).filter(|entry| !entry.is_empty());
    let each = entries.map(|entry| {
        let half = entry.replace('＜', "<").replace('＞', ">");
        let (name, address) = match half.split_once('<').and_then(|(name, rest)| Some((name, rest.strip_suffix('>')?))) {
            Some((name, address)) => (trimmed(name).trim_matches('"').to_string(), fold(address)),
            None => (String::new(), fold(&half)),
        };
        if is_address(&address) { Ok(Mailbox { name, address }) } else { Err(entry.to_string()) }
    });
    each.collect()
}

/// Only what needs no quoting anywhere.
fn is_address(address: &str) -> bool {
    let Some((name, domain)) = address.split_once('@') else { return false };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    !name.is_empty()
        && name.chars().all(is_plain)
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty())
        && domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
}

/// Writes the mail. `X-Unsent` makes mail programs open it as a draft.
pub fn write(mail: &Mail) -> String {
    let size: usize = mail.files.iter().map(|file| file.bytes.len()).sum();
    let mut out = String::with_capacity(4096 + size / 57 * 80);
    mailboxes("To", mail.to, &mut out);
    mailboxes("Cc", mail.cc, &mut out);
    header("Subject", &encoded(mail.subject, "\r\n "), &mut out);
    if let Some(date) = date(mail.date) {
        header("Date", &date, &mut out);
    }
    header("X-Unsent", "1", &mut out);
    header("MIME-Version", "1.0", &mut out);
    let _ = write!(out, "Content-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\r\n\r\n");
    let _ = write!(out, "--{BOUNDARY}\r\n");
    header("Content-Type", "text/plain; charset=utf-8", &mut out);
    // Mail has line ends of its own.
    let body = mail.body.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    content(body.as_bytes(), &mut out);
    for file in mail.files {
        let _ = write!(out, "--{BOUNDARY}\r\n");
        let media_type: String = file.media_type.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, ';' | '"')).collect();
        // The encoded name is for older programs, the other one is the standard's.
        header("Content-Type", &[&media_type, ";\r\n name=\"", &encoded(file.name, " "), "\""].concat(), &mut out);
        header("Content-Disposition", &["attachment;\r\n filename*=UTF-8''", &percent(file.name)].concat(), &mut out);
        content(file.bytes, &mut out);
    }
    let _ = write!(out, "--{BOUNDARY}--\r\n");
    out
}

fn header(name: &str, value: &str, out: &mut String) {
    out.push_str(name);
    out.push_str(": ");
    out.push_str(value);
    out.push_str("\r\n");
}

fn mailboxes(name: &str, all: &[Mailbox], out: &mut String) {
    let each = all.iter().filter(|it| is_address(&it.address)).map(|it| {
        if trimmed(&it.name).is_empty() { it.address.clone() } else { [&encoded(&it.name, "\r\n "), " <", &it.address, ">"].concat() }
    });
    let all = each.collect::<Vec<_>>().join(",\r\n ");
    if !all.is_empty() {
        header(name, &all, out);
    }
}

/// Encoded words of whole characters, each within the 75 characters of the standard. Encoding even what
/// needs none leaves no way to smuggle a header in.
fn encoded(text: &str, between: &str) -> String {
    let mut out = String::new();
    let mut rest: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    while !rest.is_empty() {
        let mut end = rest.len().min(45);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let after = rest.split_off(end);
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str("=?UTF-8?B?");
        base64::encode(rest.as_bytes(), &mut out);
        out.push_str("?=");
        rest = after;
    }
    out
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The rest of a part: its encoding, and the bytes in lines of 76 characters.
fn content(bytes: &[u8], out: &mut String) {
    out.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    for line in bytes.chunks(57) {
        base64::encode(line, out);
        out.push_str("\r\n");
    }
}

/// `Sun, 22 Nov 2026 08:00:00 +0000`.
fn date(utc: &str) -> Option<String> {
    let (day, time) = utc.strip_suffix('Z')?.split_once('T')?;
    let is_time = time.len() == 8 && time.bytes().enumerate().all(|(at, byte)| match at {
        2 | 5 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let day = Date::parse_iso_day(day).filter(|_| is_time)?;
    // 1 January 1900 was a Monday.
    let weekday = Date::new(1900, 1, 1)?.days_until(day) % 7;
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].get(weekday as usize)?;
    let words = day.to_words("en");
    let month = words.split(' ').nth(1)?.get(..3)?;
    Some([weekday, ", ", &day.day().to_string(), " ", month, " ", &day.year().to_string(), " ", time, " +0000"].concat())
}
