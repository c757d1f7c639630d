//! The vectors of signed bundles in the browser: the same index, the same driver, files fetched from the runner.

use crate::vectors;
use std::collections::HashMap;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use shenbao::engine::bundle::limit;
use shenbao::engine::bundle::verify::{Expect, Policy, verify};
use wasm_bindgen_test::wasm_bindgen_test;

/// Fetches a file below `tests/data`.
async fn fetched(name: &str) -> Vec<u8> {
    let window = web_sys::window().expect("the test runs in a page");
    let response = JsFuture::from(window.fetch_with_str(&format!("/data/{name}"))).await.expect("the file is served");
    let response: web_sys::Response = response.dyn_into().expect("fetch gives a response");
    assert!(response.ok(), "{name}: {}", response.status());
    let buffer = JsFuture::from(response.array_buffer().expect("a body")).await.expect("the body arrives");
    js_sys::Uint8Array::new(&buffer).to_vec()
}

#[wasm_bindgen_test]
async fn every_vector_gives_the_named_result_in_the_browser_too() {
    let mut files = HashMap::from([("index.json".to_owned(), fetched("bundles/index.json").await)]);
    let index = vectors::index(&|name| files[name].clone());
    for name in vectors::files(&index) {
        if !files.contains_key(&name) {
            let bytes = fetched(&format!("bundles/{name}")).await;
            files.insert(name, bytes);
        }
    }
    let seen = vectors::try_index(&|name| files[name].clone());
    assert!(seen.contains("E_SIGNATURE"), "bad signatures were among them: {seen:?}");
}

#[wasm_bindgen_test]
fn a_file_beyond_the_limit_is_refused_in_the_browser_too() {
    let judge = |size| verify(&vectors::large("a.sab.json", b"{", size), &Policy::new(Expect::Application)).name();
    assert_eq!((judge(limit::JSON_FILE), judge(limit::JSON_FILE + 1)), ("E_JSON", "E_TOO_LARGE"));
}
