//! Files that the user chooses, drops or gets: read in slices so that the page goes on, and put together again
//! without holding them in memory.

use super::clock;
use super::host::{self, RootHandle};
use crate::engine::bundle::digest::RunningDigest;
use crate::engine::bundle::refusal::HEAD_BYTES;
use crate::engine::value::base64;
use js_sys::{Array, Uint8Array};
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, FileList, HtmlAnchorElement, HtmlInputElement, Url};

/// Bytes read at once: small enough that the page answers between two slices on a slow machine, and a multiple
/// of three, so that a slice ends where a group of base64 does.
pub const SLICE: usize = 3 * 350 * 1024;

/// How long a download may take to start before its memory is given back.
const DOWNLOAD_MS: i32 = 60_000;

/// Why a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// It was moved, changed or locked after it was chosen; or it is a folder.
    Unreadable,
    /// It is larger than what was asked for can be.
    TooLarge,
}

impl FileError {
    /// The key of its words in the locale.
    pub fn key(self) -> &'static str {
        match self {
            FileError::Unreadable => "file.unreadable",
            FileError::TooLarge => "file.too_large",
        }
    }
}

/// What was learned of a file by reading it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFile {
    /// Digest of the content, lower-case hex.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// What `engine::bundle::refusal::judge` wants to see.
    pub first_bytes: Vec<u8>,
}

/// Reads a file slice by slice. The page draws and answers between two slices.
pub fn each_slice<'a>(blob: &'a Blob, take: &'a mut dyn FnMut(&[u8])) -> Reading<'a, ()> {
    Box::pin(read_slices(blob, take))
}

/// What is being read. Boxed, or whoever waits for it would carry a copy of it.
type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T, FileError>> + 'a>>;

async fn read_slices(blob: &Blob, take: &mut dyn FnMut(&[u8])) -> Result<(), FileError> {
    let size = blob.size();
    let mut from = 0.0;
    let mut buffer = Vec::new();
    while from < size {
        let to = (from + SLICE as f64).min(size);
        let slice = blob.slice_with_f64_and_f64(from, to).map_err(|_| FileError::Unreadable)?;
        let bytes = JsFuture::from(slice.array_buffer()).await.map_err(|_| FileError::Unreadable)?;
        let bytes = Uint8Array::new(&bytes);
        // A file that became shorter gives less than asked for.
        if f64::from(bytes.length()) < to - from {
            return Err(FileError::Unreadable);
        }
        buffer.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut buffer);
        take(&buffer);
        from = to;
    }
    Ok(())
}

/// Reads a whole file once for its digest, telling how far it is in percent.
pub async fn read_in_slices(file: &Blob, on_progress: &dyn Fn(u32)) -> Result<ReadFile, FileError> {
    let mut digest = RunningDigest::new();
    let mut first_bytes = Vec::new();
    let mut size: u64 = 0;
    let whole = file.size().max(1.0);
    each_slice(file, &mut |bytes| {
        if size == 0 {
            first_bytes = bytes.iter().take(HEAD_BYTES).copied().collect();
        }
        digest.push(bytes);
        size += bytes.len() as u64;
        on_progress((size as f64 / whole * 100.0) as u32);
    })
    .await?;
    Ok(ReadFile { sha256: digest.finish().to_hex(), size, first_bytes })
}

/// A file's bytes, if there are no more than `max`.
pub fn read_bytes<'a>(file: &'a Blob, max: f64) -> Reading<'a, Vec<u8>> {
    Box::pin(async move {
        if file.size() > max {
            return Err(FileError::TooLarge);
        }
        let mut all = Vec::with_capacity(file.size() as usize);
        each_slice(file, &mut |bytes| all.extend_from_slice(bytes)).await?;
        Ok(all)
    })
}

/// A file in the making: texts, bytes and other files one after the other. The browser holds the pieces, on
/// disk if it likes; only the piece at hand is in this program's memory.
#[derive(Debug, Default)]
pub struct Pieces(Array);

impl Pieces {
    /// Nothing yet.
    pub fn new() -> Pieces {
        Pieces::default()
    }

    /// Adds a text, as UTF-8.
    pub fn text(&mut self, text: &str) {
        self.0.push(&JsValue::from_str(text));
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.push(&Uint8Array::from(bytes));
    }

    /// Adds a file as it is.
    pub fn file(&mut self, file: &Blob) {
        self.0.push(file);
    }

    /// The file. None if the browser cannot make one of this size.
    pub fn finish(self, media_type: &str) -> Option<Blob> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        Blob::new_with_blob_sequence_and_options(&self.0, &options).ok()
    }
}

/// A file as text in base64 for URLs, as a draft file carries it.
pub async fn in_base64(file: &Blob) -> Result<Blob, FileError> {
    let mut pieces = Pieces::new();
    each_slice(file, &mut |bytes| {
        let mut text = String::new();
        base64::encode_url(bytes, &mut text);
        pieces.text(&text);
    })
    .await?;
    pieces.finish("text/plain").ok_or(FileError::TooLarge)
}

/// Gives the user bytes as a file in the download folder, unless the page around the form takes it: false then.
pub fn download(root: RootHandle, bytes: &[u8], file_name: &str, media_type: &str) -> bool {
    let mut pieces = Pieces::new();
    pieces.bytes(bytes);
    pieces.finish(media_type).is_some_and(|file| download_file(root, &file, file_name))
}

/// Gives the user a file in the download folder, unless the page around the form takes it: false then.
pub fn download_file(root: RootHandle, file: &Blob, file_name: &str) -> bool {
    if !host::tell(root, "export", file_name, Some(file)) {
        return false;
    }
    let Some(document) = web_sys::window().and_then(|it| it.document()) else { return false };
    let Ok(url) = Url::create_object_url_with_blob(file) else { return false };
    let link = document.create_element("a").ok().and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok());
    if let (Some(link), Some(body)) = (link, document.body()) {
        link.set_href(&url);
        link.set_download(file_name);
        link.set_hidden(true);
        // Some browsers follow only links that are in the page.
        let _ = body.append_child(&link);
        link.click();
        link.remove();
    }
    spawn_local(async move {
        clock::pause(DOWNLOAD_MS).await;
        let _ = Url::revoke_object_url(&url);
    });
    true
}

/// The files of a file input, which may then be used for the same files again.
pub fn chosen_files(input: &HtmlInputElement) -> Vec<File> {
    let files = list(input.files());
    input.set_value("");
    files
}

/// The files of a list, as an input or a drop has it.
pub fn list(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|idx| files.get(idx)).collect()
}
