//! Reads files in slices, and makes texts of files safe to print.

use shenbao::engine::bundle::{
    attachment::{AttachmentFacts, FIRST_BYTES},
    digest::RunningDigest,
    reader::{BundleReader, UncheckedBundle},
};
use shenbao::engine::value::text::is_hidden;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes read at once: a ZIP of half a gigabyte needs no more memory than this and its statements.
const SLICE: usize = 1 << 20;

fn slices(path: &Path, mut take: impl FnMut(&[u8])) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    let mut slice = vec![0; SLICE];
    loop {
        match file.read(&mut slice)? {
            0 => return Ok(()),
            n => take(slice.get(..n).unwrap_or_default()),
        }
    }
}

/// Reads a bundle. Its name tells only which profile to try.
pub fn bundle(path: &Path) -> std::io::Result<UncheckedBundle> {
    let mut reader = BundleReader::new(&path.to_string_lossy());
    slices(path, |it| reader.push(it))?;
    Ok(reader.finish())
}

/// Reads the facts of an attachment that lies beside a bundle.
pub fn attachment(path: &Path) -> std::io::Result<AttachmentFacts> {
    let mut digest = RunningDigest::new();
    let (mut size, mut first_bytes) = (0, Vec::new());
    slices(path, |it| {
        digest.push(it);
        size += it.len() as u64;
        let room = FIRST_BYTES.saturating_sub(first_bytes.len());
        first_bytes.extend(it.iter().take(room));
    })?;
    Ok(AttachmentFacts { sha256: digest.finish(), size, first_bytes })
}

/// A name in quotes, which it cannot end itself: what follows is said by this program, not by the file.
pub fn quoted(name: &str) -> String {
    ["“", &shown(name).replace(['“', '”'], "\""), "”"].concat()
}

/// A text of a file as it may be printed: a terminal obeys control characters, bidi marks turn lines around, and others are
/// not seen at all.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
