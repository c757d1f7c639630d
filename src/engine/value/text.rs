//! Folding, trimming and counting of text the way a Chinese office does it.
//!
//! A small table of our own instead of Unicode's compatibility forms, whose tables are not worth their
//! size in the page. The answer keeps the person's own text; a folded form is only checked and compared.

/// True for white space, also the ideographic space and the invisible marks that pasting brings along.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// True for marks that nobody sees and that change what stands around them on paper: control characters other than
/// line ends and tabs, and those that turn the direction of writing. Pasting brings them along.
pub fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t') || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text of a file as it may be shown: each mark that nobody sees stands there as its number, so that two names which
/// look alike are told apart.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            out.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// True for the marks above, and for those that take no room.
pub fn is_hidden(c: char) -> bool {
    let takes_no_room = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    is_unseen(c) || takes_no_room
}

/// The text without white space at both ends.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Full-width ASCII as its half-width form; any other character as it is.
pub fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// The form that codes, numbers and names are compared in: full-width ASCII made half-width, white space
/// out, dashes as `-`.
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !is_space(*c))
        .map(|c| match c {
            '—' | '–' | '－' | '﹣' | '―' | '‐' => '-',
            c => half_width(c),
        })
        .collect()
}

/// Number of characters (code points), as the limits on length count them.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// Number of characters that are not white space: 字符数(不计空格).
pub fn chars(text: &str) -> usize {
    text.chars().filter(|c| !is_space(*c)).count()
}

/// 字数 as Word counts: a Chinese character or full-width mark is one, a run of other characters is one.
pub fn words(text: &str) -> usize {
    let (mut count, mut in_run) = (0, false);
    for c in text.chars() {
        let is_wide = is_wide(c);
        let is_run = !is_wide && !is_space(c);
        if is_wide || is_run && !in_run {
            count += 1;
        }
        in_run = is_run;
    }
    count
}

/// Characters that are set in a full square beside Chinese text: ideographs, kana, Chinese punctuation,
/// full-width forms, and the quotes, dashes and signs of general punctuation.
fn is_wide(c: char) -> bool {
    !is_space(c)
        && matches!(c, '·' | '×' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{2100}'..='\u{2bff}'
            | '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe6f}'
            | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3ffff}')
}
