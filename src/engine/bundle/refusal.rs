//! Why a chosen file cannot be attached, told before it is taken.
//!
//! A verifier only says that a type is wrong. A person who chose a file needs to know what to do: files that
//! an office program saved under a wrong name or with a password are everyday things.

use super::attachment::{MediaType, check_name, extension_of, media_type_of};
use super::error::named;
use super::limit;
use std::fmt;

/// How many first bytes tell a page or a text from an office file.
pub const HEAD_BYTES: usize = 64;

named! {
    /// Why a file cannot be attached. Its name is the key of the words with the advice in the locale.
    FileRefusal {
        Empty = "refusal.empty": "the file is empty",
        TooLarge = "refusal.too_large": "the file is larger than a bundle may be",
        Name = "refusal.name": "the file name is too long or has characters that are not allowed",
        Macros = "refusal.macros": "files with macros are not taken; save it without macros or print it to PDF",
        Archive = "refusal.archive": "archives are not taken; unpack it and attach the files",
        Kind = "refusal.kind": "files of this kind are not taken; print it to PDF",
        Encrypted = "refusal.encrypted": "the document has a password or an older format; remove the password and save it again",
        WebPage = "refusal.web_page": "the file is really a web page; open it and save it again in an office format, or print it to PDF",
        RichText = "refusal.rich_text": "the file is really RTF; open it and save it again, or print it to PDF",
        PlainText = "refusal.plain_text": "the file is really plain text; open it and save it again, or print it to PDF",
        Mismatch = "refusal.mismatch": "the content does not fit the file name's extension; open it and save it again, or print it to PDF",
    }
}

/// Office formats that can hold macros and say so.
const WITH_MACROS: &[&str] = &["docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "xla", "pptm", "potm", "ppsm"];
const ARCHIVES: &[&str] = &["zip", "rar", "7z", "gz", "tar", "tgz", "bz2", "xz", "cab", "iso"];

const OLE2: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF16_MARKS: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];

/// The media type of a chosen file, or why it cannot be attached. `first_bytes` are up to [`HEAD_BYTES`].
pub fn judge(name: &str, size: u64, first_bytes: &[u8]) -> Result<&'static MediaType, FileRefusal> {
    check_name(name).map_err(|_| FileRefusal::Name)?;
    if size == 0 {
        return Err(FileRefusal::Empty);
    }
    if size > limit::ZIP_FILE {
        return Err(FileRefusal::TooLarge);
    }
    media_type_of(name, first_bytes).ok_or_else(|| reason(extension_of(name).unwrap_or_default(), first_bytes))
}

fn reason(extension: &str, first_bytes: &[u8]) -> FileRefusal {
    let is_one_of = |list: &[&str]| list.iter().any(|it| it.eq_ignore_ascii_case(extension));
    let is_listed = super::attachment::MEDIA_TYPES.iter().any(|it| it.has_extension(extension));
    let text = first_bytes.strip_prefix(UTF8_MARK).unwrap_or(first_bytes).trim_ascii_start();
    let has_prefix = |prefix: &[u8]| text.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix));
    if is_one_of(WITH_MACROS) {
        FileRefusal::Macros
    } else if is_one_of(ARCHIVES) {
        FileRefusal::Archive
    } else if !is_listed {
        FileRefusal::Kind
    } else if is_one_of(&["docx", "xlsx"]) && first_bytes.starts_with(OLE2) {
        FileRefusal::Encrypted
    } else if has_prefix(b"{\\rtf") {
        FileRefusal::RichText
    } else if has_prefix(b"<") || has_prefix(b"MIME-Version:") {
        FileRefusal::WebPage
    } else if is_text(first_bytes) {
        FileRefusal::PlainText
    } else {
        FileRefusal::Mismatch
    }
}

/// Whether the bytes look like text: without control characters, or marked as UTF-16. GBK passes too.
fn is_text(first_bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n');
    UTF16_MARKS.iter().any(|it| first_bytes.starts_with(it)) || !first_bytes.iter().any(is_control)
}
