//! Unicode normal form C: for passphrases, and to warn about text that is not in it.
//!
//! It is a parameter, not a call, because the tables cost more than all of the cryptography: in the browser the
//! page's own `String.prototype.normalize` is passed in, and [`compose`] is left out by the linker.

use unicode_normalization::UnicodeNormalization;

/// A function that gives the normal form C of a text.
pub type Nfc = fn(&str) -> String;

/// Normal form C with tables of our own, for programs without a browser.
pub fn compose(text: &str) -> String {
    text.nfc().collect()
}
