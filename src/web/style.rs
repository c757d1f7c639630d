//! The styles, squeezed while the program is compiled: comments and the spaces that nothing depends on are for
//! whoever reads the source files.
//!
//! This file uses nothing of the crate: the native tests include it.

/// Squeezes style files into one text.
macro_rules! squeezed {
    ($($file:literal),+ $(,)?) => {{
        const SOURCE: &str = concat!($(include_str!($file)),+);
        const ROOMY: ([u8; SOURCE.len()], usize) = squeeze(SOURCE);
        const BYTES: [u8; ROOMY.1] = cut(&ROOMY.0);
        match str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => SOURCE,
        }
    }};
}

/// All styles of the form; they live inside the shadow root and nowhere else.
#[allow(long_running_const_eval)]
pub const FORM: &str = squeezed!(
    "../../style/tokens.css",
    "../../style/form.css",
    "../../style/field.css",
    "../../style/review.css",
    "../../style/print.css",
);

/// What paper needs of the document around the form.
pub const PAGE: &str = squeezed!("../../style/page.css");

/// The bytes that count, at the beginning of an array of `N`, and how many they are. `N` is at least the length
/// of the text. Strings stay as they are. Not expected: a comment that alone keeps two words apart, and an `url()`
/// without quotes that holds spaces.
pub const fn squeeze<const N: usize>(css: &str) -> ([u8; N], usize) {
    let css = css.as_bytes();
    let mut out = [0; N];
    let mut len = 0;
    let mut at = 0;
    let mut spaced = false;
    while at < css.len() {
        let byte = css[at];
        if byte == b'/' && at + 1 < css.len() && css[at + 1] == b'*' {
            at += 2;
            while at + 1 < css.len() && !(css[at] == b'*' && css[at + 1] == b'/') {
                at += 1;
            }
            at += 2;
            continue;
        }
        if byte.is_ascii_whitespace() {
            spaced = true;
            at += 1;
            continue;
        }
        let before = if len == 0 { b'{' } else { out[len - 1] };
        // Around `+` and `-` a sum would change, before `:` and `(` a selector or a condition.
        let is_free = matches!(before, b'{' | b'}' | b';' | b',' | b':' | b'>') || matches!(byte, b'{' | b'}' | b';' | b',' | b'>' | b'!');
        if spaced && !is_free {
            out[len] = b' ';
            len += 1;
        }
        spaced = false;
        if byte == b'}' && before == b';' {
            len -= 1;
        }
        let end = if byte == b'"' || byte == b'\'' { string_end(css, at) } else { at + 1 };
        while at < end {
            out[len] = css[at];
            len += 1;
            at += 1;
        }
    }
    (out, len)
}

/// Where the string ends that starts here.
const fn string_end(css: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < css.len() && css[at] != css[start] {
        at += if css[at] == b'\\' { 2 } else { 1 };
    }
    if at < css.len() { at + 1 } else { css.len() }
}

/// The beginning of an array.
const fn cut<const N: usize, const M: usize>(bytes: &[u8; M]) -> [u8; N] {
    let mut out = [0; N];
    let mut at = 0;
    while at < N {
        out[at] = bytes[at];
        at += 1;
    }
    out
}
