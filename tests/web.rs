//! In-browser tests: `cargo xtask test view` runs them in headless Chromium.
#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[path = "web/assets.rs"]
mod assets;
#[path = "web/autosave.rs"]
mod autosave;
#[path = "web/bundle.rs"]
mod bundle;
#[path = "web/element.rs"]
mod element;
#[path = "web/files.rs"]
mod files;
#[path = "web/lock.rs"]
mod lock;
#[path = "web/panic.rs"]
mod panic;
#[path = "web/paper.rs"]
mod paper;
#[path = "web/session.rs"]
mod session;
#[path = "web/storage.rs"]
mod storage;
#[path = "web/support.rs"]
mod support;
#[path = "it/vectors.rs"]
mod vectors;
