//! The closed list of field kinds, one file each with the same anatomy:
//!
//! - `decode`: what was typed or pasted, to an answer. `None` is blank; what cannot be read becomes
//!   [`Answer::Undecoded`] with the text kept, so nothing typed is lost.
//! - `encode`: an answer, to the text of its control. A control that has focus keeps its own text instead:
//!   nobody's typing is rewritten under their hands.
//! - `shown`: an answer as read on screen, paper and in lists, without its unit.
//! - `check`: which conditions of the field the answer breaks, as codes. Whether an answer must be there,
//!   whether it is unique and what rules say is for `validation`.

pub mod boolean;
pub mod checks;
pub mod choice;
pub mod choices;
pub mod date;
pub mod decimal;
pub mod files;
pub mod formats;
pub mod integer;
pub mod lint;
pub mod long;
pub mod month;
pub mod reference;
pub mod rows;
pub mod text;
pub mod texts;
pub mod year;

use super::answers::Answer;
use super::definition::{Definition, Field, FieldKind, Severity, Words};
use super::validation::ViolationCode;
use super::value::decimal::MAX_WHOLE;
use super::value::text::{fold, trimmed};

/// One condition that an answer breaks: its code, its weight and the values of its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which condition.
    pub code: ViolationCode,
    /// How heavy.
    pub severity: Severity,
    /// Name and value of each thing the sentence mentions: `max`, `actual`, `expected`, `mend` …
    pub parameters: Vec<(&'static str, String)>,
}

impl Fault {
    /// An error without parameters.
    pub fn error(code: ViolationCode) -> Fault {
        Fault { code, severity: Severity::Error, parameters: Vec::new() }
    }

    /// The same, with one more parameter.
    pub fn with(self, name: &'static str, value: impl ToString) -> Fault {
        self.with_text(name, value.to_string())
    }

    #[inline(never)]
    fn with_text(mut self, name: &'static str, value: String) -> Fault {
        self.parameters.push((name, value));
        self
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// True if the answer has no value for expressions: it cannot be read, or its structure is broken.
    pub fn blanks(&self) -> bool {
        use ViolationCode::*;
        match self.code {
            BadInput | TypeMismatch => true,
            // A missing area code is worth a remark, but the number is one.
            PatternMismatch => self.parameter("remark").is_none(),
            _ => false,
        }
    }
}

/// Reads what was typed or pasted into a field. `None` is blank.
pub fn decode(definition: &Definition, field: &Field, typed: &str) -> Option<Answer> {
    let text = trimmed(typed);
    if text.is_empty() || !is_typed(field) {
        return None;
    }
    if is_none_word(field, text) {
        return Some(Answer::ConfirmedNone);
    }
    let answer = match &field.kind {
        FieldKind::Text(_) => text::decode(text),
        FieldKind::Long(_) => long::decode(text),
        FieldKind::Integer(_) => integer::decode(text, &field.unit),
        FieldKind::Decimal(_) => decimal::decode(text, &field.unit),
        FieldKind::Year(_) => year::decode(text),
        FieldKind::Month(_) => month::decode(text),
        FieldKind::Date(_) => date::decode(text),
        FieldKind::Boolean(kind) => boolean::decode(kind, text),
        FieldKind::Choice(kind) => choice::decode(definition.options(&kind.options, kind.options_from.as_ref()), text),
        FieldKind::Choices(kind) => choices::decode(definition.options(&kind.options, kind.options_from.as_ref()), text),
        FieldKind::Texts(_) => texts::decode(text),
        FieldKind::Reference(_) => reference::decode(text),
        FieldKind::Files(_) | FieldKind::Rows(_) => None,
        FieldKind::Computed(_) | FieldKind::Note(_) | FieldKind::Seal(_) | FieldKind::Opinion(_) => None,
    };
    Some(answer.unwrap_or_else(|| Answer::Undecoded(typed.to_string())))
}

/// True for kinds whose answer is typed or chosen in one control; nothing can be pasted into the others.
pub fn is_typed(field: &Field) -> bool {
    use FieldKind::*;
    !matches!(field.kind, Files(_) | Rows(_) | Computed(_) | Note(_) | Seal(_) | Opinion(_))
}

/// The text of an answer's control. What can be decoded comes back the same from [`decode`].
pub fn encode(answer: &Answer) -> String {
    match answer {
        Answer::Text(text) | Answer::Decimal(text) | Answer::Date(text) | Answer::Undecoded(text) => text.clone(),
        Answer::Integer(number) => number.to_string(),
        Answer::Boolean(value) => boolean::encode(*value),
        Answer::Choice(chosen) => choice::encode(chosen),
        Answer::Choices(all) => choices::encode(all),
        Answer::Texts(texts) => texts::encode(texts),
        Answer::Reference(id) => id.to_string(),
        Answer::Rows(_) | Answer::ConfirmedNone => String::new(),
    }
}

/// The answer as read on screen and paper: digits padded, codes in words, no unit.
pub fn shown(definition: &Definition, field: &Field, answer: &Answer, language: &str) -> String {
    match (answer, &field.kind) {
        (Answer::ConfirmedNone, _) => none_word(field).get(language).to_string(),
        (Answer::Decimal(number), FieldKind::Decimal(kind)) => decimal::shown(kind, number),
        (Answer::Date(text), FieldKind::Month(_)) => month::shown(text, language),
        (Answer::Date(text), _) => date::shown(text, language),
        (Answer::Boolean(value), FieldKind::Boolean(kind)) => boolean::shown(kind, *value, language),
        (Answer::Choice(chosen), FieldKind::Choice(kind)) => {
            choice::shown(definition.options(&kind.options, kind.options_from.as_ref()), chosen, language)
        }
        (Answer::Choices(all), FieldKind::Choices(kind)) => {
            choices::shown(definition.options(&kind.options, kind.options_from.as_ref()), all, language)
        }
        (Answer::Rows(all), FieldKind::Rows(kind)) => rows::shown(definition, kind, all, language),
        (Answer::Rows(all), _) => files::shown(all, language),
        _ => encode(answer),
    }
}

/// Which of the field's own conditions the answer breaks, worst first.
pub fn check(definition: &Definition, field: &Field, answer: &Answer) -> Vec<Fault> {
    use ViolationCode::*;
    match answer {
        Answer::Undecoded(text) => return vec![unreadable(field, text)],
        Answer::ConfirmedNone if field.none.0.is_some() => return Vec::new(),
        Answer::ConfirmedNone => return vec![Fault::error(TypeMismatch).with("kind", field.kind.word())],
        _ => {}
    }
    let mut faults = Vec::new();
    match (&field.kind, answer) {
        (FieldKind::Text(kind), Answer::Text(text)) => text::check(kind, text, &mut faults),
        (FieldKind::Long(kind), Answer::Text(text)) => long::check(kind, text, &mut faults),
        (FieldKind::Integer(kind), Answer::Integer(number)) => integer::check(kind, *number, &mut faults),
        (FieldKind::Decimal(kind), Answer::Decimal(number)) => decimal::check(kind, number, &mut faults),
        (FieldKind::Year(kind), Answer::Integer(number)) => year::check(kind, *number, &mut faults),
        (FieldKind::Month(kind), Answer::Date(text)) => month::check(kind, text, &mut faults),
        (FieldKind::Date(kind), Answer::Date(text)) => date::check(kind, text, &mut faults),
        (FieldKind::Boolean(_), Answer::Boolean(_)) | (FieldKind::Reference(_), Answer::Reference(_)) => {}
        (FieldKind::Choice(kind), Answer::Choice(chosen)) => {
            choice::check(definition.options(&kind.options, kind.options_from.as_ref()), chosen, &mut faults);
        }
        (FieldKind::Choices(kind), Answer::Choices(all)) => choices::check(definition, kind, all, &mut faults),
        (FieldKind::Texts(kind), Answer::Texts(all)) => texts::check(kind, all, &mut faults),
        (FieldKind::Files(kind), Answer::Rows(all)) => files::check(kind.min, kind.max, all, &mut faults),
        (FieldKind::Rows(kind), Answer::Rows(all)) => rows::check(kind, all, &mut faults),
        _ => faults.push(Fault::error(TypeMismatch)),
    }
    // A sentence about a date is another than one about a number.
    faults.into_iter().map(|fault| fault.with("kind", field.kind.word())).collect()
}

/// The word that stands for "none" in this field: 无, or what the definition says, such as 以后.
pub fn none_word(field: &Field) -> Words {
    let usual = || Words(vec![("zh-CN".into(), "无".into()), ("en".into(), "none".into())]);
    field.none.0.clone().unwrap_or_else(usual)
}

/// A typed or pasted 无 confirms it where the field allows that; in texts it may be an answer's own words,
/// so there only the button confirms.
fn is_none_word(field: &Field, text: &str) -> bool {
    let is_words = matches!(field.kind, FieldKind::Text(_) | FieldKind::Long(_));
    let Some(words) = &field.none.0 else { return false };
    !is_words && words.0.iter().any(|(_, word)| fold(word) == fold(text))
}

/// The most helpful code for a text that could not be read: not a whole number is another matter than
/// not a number.
fn unreadable(field: &Field, text: &str) -> Fault {
    use ViolationCode::*;
    let fault = match &field.kind {
        FieldKind::Integer(_) => match decimal::parse_typed(text, &field.unit, integer::MAX_WHOLE, usize::MAX) {
            Some(number) if number.contains('.') => Fault::error(StepMismatch).with("digits", 0),
            Some(_) => Fault::error(RangeOverflow).with("max", crate::engine::value::json::MAX_SAFE_INTEGER),
            None => Fault::error(BadInput),
        },
        // More digits than are kept at all is still a number.
        FieldKind::Decimal(kind) => match decimal::parse_typed(text, &field.unit, MAX_WHOLE, usize::MAX) {
            Some(number) => decimal::too_long(kind, &number),
            None => Fault::error(BadInput),
        },
        _ => Fault::error(BadInput),
    };
    fault.with("kind", field.kind.word()).with("text", text)
}

/// Splits what was typed or pasted as a list, at `、，；,;`, tabs and line ends.
pub fn split_list(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', '，', '；', ',', ';', '\n', '\r', '\t']).map(trimmed).filter(|piece| !piece.is_empty())
}
