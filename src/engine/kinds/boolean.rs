//! `boolean`: two buttons, as unanswered is not 否.

use crate::engine::answers::Answer;
use crate::engine::definition::BooleanKind;
use crate::engine::value::text::fold;

/// Reads the control's `true` and `false`, the field's words in any language, and the ticks of a spreadsheet.
pub fn decode(kind: &BooleanKind, text: &str) -> Option<Answer> {
    let folded = fold(text);
    let is_word = |idx: usize| {
        kind.words.get(idx).is_some_and(|words| words.0.iter().any(|(_, word)| fold(word) == folded))
    };
    match folded.as_str() {
        "true" | "√" | "✓" | "✔" => Some(Answer::Boolean(true)),
        "false" | "×" | "✗" | "✘" => Some(Answer::Boolean(false)),
        _ if is_word(0) => Some(Answer::Boolean(true)),
        _ if is_word(1) => Some(Answer::Boolean(false)),
        _ => None,
    }
}

/// `true` or `false`, the values of the two buttons.
pub fn encode(value: bool) -> String {
    if value { "true".into() } else { "false".into() }
}

/// 是 or 否, or the field's own words.
pub fn shown(kind: &BooleanKind, value: bool, language: &str) -> String {
    kind.words.get(usize::from(!value)).map_or(encode(value), |words| words.get(language).to_string())
}
