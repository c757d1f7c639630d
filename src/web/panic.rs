//! What the user sees when the program breaks: that the draft is safe, and how to go on.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/outside.js")]
extern "C" {
    fn show_panic(detail: &str);
}

/// Shows a message in every form on the page. After a panic no Rust code runs again, so the message and its
/// buttons are plain JavaScript that reads the saved draft itself.
pub fn set_hook() {
    std::panic::set_hook(Box::new(|info| show(&info.to_string())));
}

/// Shows the message with these technical details.
pub fn show(detail: &str) {
    show_panic(detail);
}
