//! Takes a file in slices and keeps what is needed to judge it. Nothing in it has been checked yet.

use super::{
    base64url,
    digest::Digest,
    limit,
    zip::{ZipContents, ZipReader},
};
use crate::engine::value::json::{self, Json};

/// A file that was read and not judged. [`super::verify::verify`] judges it, as often as policies differ.
pub struct UncheckedBundle {
    pub(super) size: u64,
    pub(super) source: Source,
}

pub(super) enum Source {
    TooLarge,
    Json(Vec<u8>),
    Zip(Result<ZipContents, &'static str>),
}

/// Where the bytes of an attachment are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentBytes {
    /// Here.
    Bytes(Vec<u8>),
    /// In the ZIP file: they were hashed while passing, not kept.
    Range {
        /// First byte.
        offset: u64,
        /// Number of bytes.
        size: u64,
    },
}

enum Intake {
    Undecided(Vec<u8>),
    Json(Vec<u8>),
    Zip(Box<ZipReader>),
    TooLarge,
}

/// Reads a file in slices.
pub struct BundleReader {
    is_zip_name: bool,
    size: u64,
    intake: Intake,
}

impl BundleReader {
    /// A reader for a file of this name. The name only says which profile to try.
    pub fn new(name: &str) -> BundleReader {
        let ending = name.len().checked_sub(4).and_then(|at| name.as_bytes().get(at..));
        let is_zip_name = ending.is_some_and(|it| it.eq_ignore_ascii_case(b".zip"));
        BundleReader { is_zip_name, size: 0, intake: Intake::Undecided(Vec::new()) }
    }

    /// Takes the next slice. Beyond the limit nothing is kept.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        if let Intake::Undecided(first) = &mut self.intake {
            let (taken, after) = rest.split_at(4usize.saturating_sub(first.len()).min(rest.len()));
            first.extend_from_slice(taken);
            self.size += taken.len() as u64;
            rest = after;
            if first.len() < 4 {
                return;
            }
            self.decide();
        }
        self.size += rest.len() as u64;
        match &mut self.intake {
            Intake::Json(kept) if self.size <= limit::JSON_FILE => kept.extend_from_slice(rest),
            Intake::Zip(reader) if self.size <= limit::ZIP_FILE => reader.push(rest),
            _ => self.intake = Intake::TooLarge,
        }
    }

    fn decide(&mut self) {
        let Intake::Undecided(first) = &mut self.intake else { return };
        let first = std::mem::take(first);
        let is_zip = self.is_zip_name || first.starts_with(&[0x50, 0x4b, 0x03, 0x04]);
        self.intake = if is_zip {
            let mut reader = Box::new(ZipReader::new());
            reader.push(&first);
            Intake::Zip(reader)
        } else {
            Intake::Json(first)
        };
    }

    /// The whole file.
    pub fn finish(mut self) -> UncheckedBundle {
        self.decide();
        let source = match self.intake {
            Intake::Undecided(bytes) | Intake::Json(bytes) => Source::Json(bytes),
            Intake::Zip(reader) => Source::Zip(reader.finish()),
            Intake::TooLarge => Source::TooLarge,
        };
        UncheckedBundle { size: self.size, source }
    }
}

impl UncheckedBundle {
    /// Reads bytes at hand.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> UncheckedBundle {
        let mut reader = BundleReader::new(name);
        reader.push(bytes);
        reader.finish()
    }

    /// The file's size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// `"zip"` or `"json"`.
    pub fn profile(&self) -> &'static str {
        if matches!(self.source, Source::Zip(_)) { "zip" } else { "json" }
    }

    /// The bytes with this digest, which is checked here once more: what is handed out is what was signed.
    pub fn attachment(&self, sha256: &Digest) -> Option<AttachmentBytes> {
        match &self.source {
            Source::TooLarge => None,
            Source::Json(bytes) => {
                let file = json::parse(bytes, limit::DEPTH).ok()?;
                let text = file.get("attachments")?.get(&sha256.to_hex())?.as_text()?;
                let bytes = base64url::decode(text)?;
                (Digest::of(&bytes) == *sha256).then_some(AttachmentBytes::Bytes(bytes))
            }
            Source::Zip(contents) => {
                let entry =
                    contents.as_ref().ok()?.attachments.iter().find(|it| it.facts.sha256 == *sha256)?;
                Some(AttachmentBytes::Range { offset: entry.offset, size: entry.facts.size })
            }
        }
    }

    /// The statements as they stand in the file, for merging and for adding one's own. Verify first.
    pub fn statements(&self) -> Vec<Json> {
        let bytes = match &self.source {
            Source::Json(bytes) => bytes,
            Source::Zip(Ok(contents)) => &contents.bundle,
            Source::Zip(Err(_)) | Source::TooLarge => return Vec::new(),
        };
        let Ok(Json::Object(members)) = json::parse(bytes, limit::DEPTH) else { return Vec::new() };
        match members.into_iter().find(|(name, _)| name == "statements") {
            Some((_, Json::List(statements))) => statements,
            _ => Vec::new(),
        }
    }
}
