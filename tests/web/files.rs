//! Reading what the user chose, in slices; making files and handing them out.

use super::support::js;
use shenbao::engine::bundle::base64url;
use shenbao::web::clock;
use shenbao::web::files::{self, FileError, Pieces, SLICE};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use leptos::prelude::StoredValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Blob, File};

fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|idx| ((idx * 31 + 7) % 251) as u8).collect()
}

fn blob(bytes: &[u8]) -> Blob {
    let mut pieces = Pieces::new();
    pieces.bytes(bytes);
    pieces.finish("").expect("a blob")
}

async fn bytes_of(blob: &Blob) -> Vec<u8> {
    files::read_bytes(blob, f64::MAX).await.expect("the blob reads")
}

#[wasm_bindgen_test]
async fn a_large_file_is_hashed_in_slices_and_says_how_far_it_is() {
    let bytes = pattern(5_242_881);
    let progress = RefCell::new(Vec::new());
    let read = files::read_in_slices(&blob(&bytes), &|percent| progress.borrow_mut().push(percent)).await.unwrap();
    assert_eq!(read.sha256, "b3e40b9df9f21c39fc5d715000c583c1d07ce7729fab2fe0c441aa799a766806");
    assert_eq!((read.size, read.first_bytes.as_slice()), (5_242_881, &bytes[..64]));
    let progress = progress.into_inner();
    assert_eq!(progress.len(), bytes.len().div_ceil(SLICE));
    assert!(progress.is_sorted() && progress.last() == Some(&100), "{progress:?}");
}

#[wasm_bindgen_test]
async fn the_page_answers_while_a_file_is_read() {
    let turns = std::rc::Rc::new(Cell::new(0));
    let count = turns.clone();
    let stopped = std::rc::Rc::new(Cell::new(false));
    let is_stopped = stopped.clone();
    wasm_bindgen_futures::spawn_local(async move {
        while !is_stopped.get() {
            clock::pause(0).await;
            count.set(count.get() + 1);
        }
    });
    files::read_in_slices(&blob(&pattern(8 * SLICE)), &|_| {}).await.unwrap();
    stopped.set(true);
    assert!(turns.get() >= 2, "{} turns of the event loop", turns.get());
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_an_error_and_not_a_panic() {
    js("self.oldArrayBuffer = Blob.prototype.arrayBuffer;
        Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('moved', 'NotReadableError'))");
    let read = files::read_in_slices(&blob(b"abc"), &|_| {}).await;
    js("Blob.prototype.arrayBuffer = () => Promise.resolve(new ArrayBuffer(1))");
    let short = files::read_bytes(&blob(b"abc"), 10.0).await;
    js("Blob.prototype.arrayBuffer = self.oldArrayBuffer");
    assert_eq!(read, Err(FileError::Unreadable));
    assert_eq!(short, Err(FileError::Unreadable), "a file that became shorter meanwhile");
    assert_eq!(files::read_bytes(&blob(b"abc"), 2.0).await, Err(FileError::TooLarge));
    let empty = files::read_in_slices(&blob(b""), &|_| {}).await.unwrap();
    assert_eq!(empty.size, 0);
}

#[wasm_bindgen_test]
async fn a_file_is_encoded_in_slices_as_if_at_once() {
    let bytes = pattern(2 * SLICE + 100);
    let mut pieces = Pieces::new();
    pieces.text("{\"附件\":\"");
    pieces.file(&files::in_base64(&blob(&bytes)).await.unwrap());
    pieces.text("\"}");
    let made = pieces.finish("application/json").expect("a file");
    assert_eq!(made.type_(), "application/json");
    let expected = format!("{{\"附件\":\"{}\"}}", base64url::encode(&bytes));
    assert!(bytes_of(&made).await == expected.as_bytes());

    let mut pieces = Pieces::new();
    pieces.bytes(b"PK");
    pieces.file(&blob(&bytes));
    assert!(bytes_of(&pieces.finish("application/zip").unwrap()).await == [b"PK".as_slice(), &bytes].concat());
}

#[wasm_bindgen_test]
async fn a_download_has_its_name_and_its_bytes() {
    js("self.oldClick = HTMLElement.prototype.click;
        HTMLElement.prototype.click = function () {
            if (this.download) self.downloaded = [this.download, fetch(this.href).then((it) => it.blob()), this.isConnected];
        }");
    let root = gloo::utils::document().create_element("div").expect("an element").unchecked_into();
    // A root that no element made has nobody who could take the file.
    files::download(StoredValue::new_local(root), "草稿".as_bytes(), "申报表-云州市-第1版.json", "application/json");
    js("HTMLElement.prototype.click = self.oldClick");
    let seen = js_sys::Array::from(&js_sys::eval("self.downloaded").unwrap());
    assert_eq!(seen.get(0).as_string().as_deref(), Some("申报表-云州市-第1版.json"));
    assert_eq!(seen.get(2), JsValue::TRUE, "Firefox follows only links in the page");
    let fetched = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::from(seen.get(1))).await.unwrap();
    let fetched: Blob = fetched.unchecked_into();
    assert_eq!(fetched.type_(), "application/json");
    assert_eq!(bytes_of(&fetched).await, "草稿".as_bytes());
    assert_eq!(js_sys::eval("document.querySelectorAll('a[download]').length").unwrap(), JsValue::from(0));
}

fn names(files: &[File]) -> Vec<String> {
    files.iter().map(File::name).collect()
}

#[wasm_bindgen_test]
async fn dropped_files_are_taken_and_a_drop_of_text_is_none() {
    let drop = |script: &str| js_sys::eval(script).unwrap().unchecked_into::<web_sys::DragEvent>();
    let dropped = |event: &web_sys::DragEvent| files::list(event.data_transfer().and_then(|it| it.files()));
    let event = drop(
        "{ const data = new DataTransfer();
           data.items.add(new File(['1'], '规划.ofd'));
           new DragEvent('drop', { dataTransfer: data }) }",
    );
    assert_eq!(names(&dropped(&event)), ["规划.ofd"]);
    assert!(dropped(&drop("new DragEvent('drop')")).is_empty());
}
