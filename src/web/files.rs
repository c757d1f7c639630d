//! Files that the user chooses, drops or gets: read in slices so that the page goes on, and put together again
//! without holding them in memory.

use super::clock;
use super::host::{self, RootHandle};
use crate::engine::bundle::digest::RunningDigest;
use crate::engine::bundle::refusal::HEAD_BYTES;
use gloo::events::EventListener;
use js_sys::{Array, Promise, Uint8Array};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, DragEvent, File, FileList, HtmlAnchorElement, HtmlInputElement, Url};

/// Bytes read at once: small enough that the page answers between two slices on a slow machine, and a multiple
/// of three and of 57, so that a slice ends where a group or a line of base64 does.
pub const SLICE: usize = 57 * 3 * 6 * 1024;

/// How long a download may take to start before its memory is given back.
const DOWNLOAD_MS: i32 = 60_000;

/// Why a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// It was moved, changed or locked after it was chosen; or it is a folder.
    Unreadable,
    /// It is larger than what was asked for can be.
    TooLarge,
    /// It is not UTF-8 text.
    NotText,
    /// The user stopped it.
    Canceled,
}

impl FileError {
    /// The key of its words in the locale.
    pub fn key(self) -> &'static str {
        match self {
            FileError::Unreadable => "file.unreadable",
            FileError::TooLarge => "file.too_large",
            FileError::NotText => "file.not_text",
            FileError::Canceled => "file.canceled",
        }
    }
}

/// Stops a reading that runs. Clones stop the same reading.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Rc<Cell<bool>>);

impl Cancel {
    /// Stops it before its next slice.
    pub fn cancel(&self) {
        self.0.set(true);
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
pub fn each_slice<'a>(blob: &'a Blob, cancel: &'a Cancel, take: &'a mut dyn FnMut(&[u8])) -> Reading<'a, ()> {
    Box::pin(read_slices(blob, cancel, take))
}

/// What is being read. Boxed, or whoever waits for it would carry a copy of it.
type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T, FileError>> + 'a>>;

async fn read_slices(blob: &Blob, cancel: &Cancel, take: &mut dyn FnMut(&[u8])) -> Result<(), FileError> {
    let size = blob.size();
    let mut from = 0.0;
    let mut buffer = Vec::new();
    while from < size {
        let to = (from + SLICE as f64).min(size);
        let slice = blob.slice_with_f64_and_f64(from, to).map_err(|_| FileError::Unreadable)?;
        let bytes = JsFuture::from(slice.array_buffer()).await.map_err(|_| FileError::Unreadable)?;
        if cancel.0.get() {
            return Err(FileError::Canceled);
        }
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
    read_until(file, &Cancel::default(), on_progress).await
}

/// Like [`read_in_slices`], and can be stopped.
pub async fn read_until(file: &Blob, cancel: &Cancel, on_progress: &dyn Fn(u32)) -> Result<ReadFile, FileError> {
    let mut digest = RunningDigest::new();
    let mut first_bytes = Vec::new();
    let mut size: u64 = 0;
    let whole = file.size().max(1.0);
    each_slice(file, cancel, &mut |bytes| {
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
        each_slice(file, &Cancel::default(), &mut |bytes| all.extend_from_slice(bytes)).await?;
        Ok(all)
    })
}

/// A file's text, if it is UTF-8 and has no more than `max` bytes.
pub async fn read_text(file: &Blob, max: f64) -> Result<String, FileError> {
    String::from_utf8(read_bytes(file, max).await?).map_err(|_| FileError::NotText)
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

    /// Adds a file encoded as text. Each slice but the last has [`SLICE`] bytes, so that base64 of the slices
    /// is base64 of the whole.
    pub async fn encoded(
        &mut self,
        file: &Blob,
        cancel: &Cancel,
        encode: impl Fn(&[u8]) -> String,
    ) -> Result<(), FileError> {
        let pieces = &self.0;
        each_slice(file, cancel, &mut |bytes| {
            pieces.push(&JsValue::from_str(&encode(bytes)));
        })
        .await
    }

    /// The file. None if the browser cannot make one of this size.
    pub fn finish(self, media_type: &str) -> Option<Blob> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        Blob::new_with_blob_sequence_and_options(&self.0, &options).ok()
    }
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

/// Lets the user choose files. Needs a click to be allowed. `accept` is a list of extensions such as `.pdf,.ofd`.
///
/// In browsers that do not tell when the dialog is closed without a choice, the answer never comes then.
pub async fn open_dialog(accept: &str, is_multiple: bool) -> Vec<File> {
    let document = web_sys::window().and_then(|it| it.document());
    let input = document.as_ref().and_then(|it| it.create_element("input").ok());
    let Some(input) = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return Vec::new() };
    input.set_type("file");
    input.set_accept(accept);
    input.set_multiple(is_multiple);
    input.set_hidden(true);
    // An input outside the page may be collected as garbage while its dialog is open.
    if let Some(body) = document.and_then(|it| it.body()) {
        let _ = body.append_child(&input);
    }
    let mut listeners = Vec::new();
    let closed = Promise::new(&mut |resolve, _| {
        for name in ["change", "cancel"] {
            let resolve = resolve.clone();
            listeners.push(EventListener::new(&input, name, move |_| {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }));
        }
    });
    input.click();
    let _ = JsFuture::from(closed).await;
    input.remove();
    chosen_files(&input)
}

/// The files of a file input, which may then be used for the same files again.
pub fn chosen_files(input: &HtmlInputElement) -> Vec<File> {
    let files = list(input.files());
    input.set_value("");
    files
}

/// The files dropped on the page.
pub fn dropped_files(event: &DragEvent) -> Vec<File> {
    list(event.data_transfer().and_then(|it| it.files()))
}

fn list(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|idx| files.get(idx)).collect()
}
