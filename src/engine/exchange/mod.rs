//! What leaves and enters as files or through the clipboard, one file per format.

pub mod eml;
pub mod tsv;

use crate::engine::value::text::trimmed;

/// Most bytes of a file name, as bundles allow.
const MAX_NAME: usize = 255;

/// A file name of the pieces that are not blank, set apart by `-`: what file systems, mail programs and
/// bundles refuse in names is left out, and it is cut at a length that all of them take.
pub fn file_name(pieces: &[&str], extension: &str) -> String {
    let mut name = String::new();
    for piece in pieces.iter().map(|piece| trimmed(piece)).filter(|piece| !piece.is_empty()) {
        if !name.is_empty() {
            name.push('-');
        }
        name.extend(piece.chars().filter(|c| is_allowed(*c)).map(|c| if c.is_whitespace() { ' ' } else { c }));
    }
    let mut name = name.trim_start_matches(['.', '-', ' ']).trim_end_matches(['.', ' ', '-']).to_string();
    while name.len() + extension.len() > MAX_NAME {
        name.pop();
    }
    if name.is_empty() {
        name.push_str("shenbao");
    }
    name + extension
}

fn is_allowed(c: char) -> bool {
    let is_bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !is_bidi && !matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}
