//! What may be attached: names, the closed list of media types, and what the first bytes must be.

use super::error::BundleError;

/// One row of the closed list of media types.
#[derive(Debug, PartialEq, Eq)]
pub struct MediaType {
    /// The name, as declared in a payload.
    pub name: &'static str,
    /// Extensions in lower case; the first one is used in ZIP entries.
    pub extensions: &'static [&'static str],
    /// What the file must begin with.
    pub first_bytes: &'static [u8],
}

const ZIP: &[u8] = &[0x50, 0x4b, 0x03, 0x04];
/// How the old formats of word processors and spreadsheets begin, in which macros may hide.
pub const OLE2: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Every media type that an attachment may have. Macro-enabled types are refused by not being here.
pub const MEDIA_TYPES: &[MediaType] = &[
    MediaType { name: "application/pdf", extensions: &["pdf"], first_bytes: b"%PDF-" },
    MediaType { name: "application/ofd", extensions: &["ofd"], first_bytes: ZIP },
    MediaType {
        name: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        extensions: &["docx"],
        first_bytes: ZIP,
    },
    MediaType {
        name: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extensions: &["xlsx"],
        first_bytes: ZIP,
    },
    MediaType { name: "application/msword", extensions: &["doc"], first_bytes: OLE2 },
    MediaType { name: "application/vnd.ms-excel", extensions: &["xls"], first_bytes: OLE2 },
    MediaType { name: "application/wps-office.wps", extensions: &["wps"], first_bytes: OLE2 },
    MediaType { name: "application/wps-office.et", extensions: &["et"], first_bytes: OLE2 },
    MediaType {
        name: "image/png",
        extensions: &["png"],
        first_bytes: &[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    },
    MediaType { name: "image/jpeg", extensions: &["jpg", "jpeg"], first_bytes: &[0xff, 0xd8, 0xff] },
];

/// How many first bytes must be kept to check any type.
pub const FIRST_BYTES: usize = 8;

/// The row of a declared media type.
pub fn media_type(name: &str) -> Option<&'static MediaType> {
    MEDIA_TYPES.iter().find(|it| it.name == name)
}

/// The media type that a file's name and first bytes agree on. Browsers often do not tell it.
pub fn media_type_of(name: &str, first_bytes: &[u8]) -> Option<&'static MediaType> {
    let extension = extension_of(name)?;
    MEDIA_TYPES.iter().find(|it| it.has_extension(extension) && first_bytes.starts_with(it.first_bytes))
}

impl MediaType {
    /// Whether the extension is one of this type's, without regard to ASCII case.
    pub fn has_extension(&self, extension: &str) -> bool {
        self.extensions.iter().any(|it| it.eq_ignore_ascii_case(extension))
    }
}

/// What follows the last dot.
pub fn extension_of(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, extension)| extension)
}

/// Checks a name: it ends up in a file system, so that nothing may steer where or fool the eye.
pub fn check_name(name: &str) -> Result<(), BundleError> {
    let bad_char = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if name.is_empty() || name.len() > 255 || name.starts_with('.') || name.chars().any(bad_char) {
        return Err(BundleError::AttName);
    }
    Ok(())
}

/// Checks that a declared type is in the list and agrees with the name's extension.
pub fn check_type(name: &str, declared: &str) -> Result<&'static MediaType, BundleError> {
    let extension = extension_of(name).ok_or(BundleError::AttType)?;
    media_type(declared).filter(|it| it.has_extension(extension)).ok_or(BundleError::AttType)
}

/// What is known of an attachment's bytes without keeping them: enough to judge, in a file of any size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentFacts {
    /// Digest of the content.
    pub sha256: super::digest::Digest,
    /// Bytes.
    pub size: u64,
    /// At most [`FIRST_BYTES`] bytes from the beginning.
    pub first_bytes: Vec<u8>,
}

impl AttachmentFacts {
    /// The facts of bytes at hand.
    pub fn of(bytes: &[u8]) -> AttachmentFacts {
        AttachmentFacts {
            sha256: super::digest::Digest::of(bytes),
            size: bytes.len() as u64,
            first_bytes: bytes.iter().take(FIRST_BYTES).copied().collect(),
        }
    }
}
