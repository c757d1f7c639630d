//! The structures that a text may have, one file each: what fits, what is only doubtful, the canonical
//! form and, where one is certain, the mend.
//!
//! Each file works on the folded text, so full-width digits and stray spaces are no fault. Check digits are
//! always a warning: codes reported as real fail them.

pub mod division_code;
pub mod division_name;
pub mod document_number;
pub mod email;
pub mod mobile;
pub mod one_name;
pub mod patent_number;
pub mod phone;
pub mod postcode;
pub mod uscc;

use crate::engine::definition::Format;
use crate::engine::value::text::{fold, trimmed};

/// What the check of a structure found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to say.
    Fits,
    /// Readable, but worth a look; the remark is a word for `locale`.
    Remark(&'static str),
    /// The structure is right, these check digits are not.
    CheckDigits(Vec<WrongDigit>),
    /// Not this structure.
    Broken,
}

/// A check digit that does not agree with the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongDigit {
    /// Its place, 1 for the first character.
    pub position: usize,
    /// What it should be.
    pub expected: char,
}

/// The format's word in definition files.
pub fn name(format: Format) -> &'static str {
    match format {
        Format::Phone => "phone",
        Format::Mobile => "mobile",
        Format::Email => "email",
        Format::Postcode => "postcode",
        Format::Uscc => "uscc",
        Format::DivisionCode => "division-code",
        Format::DivisionName => "division-name",
        Format::DocumentNumber => "document-number",
        Format::PatentNumber => "patent-number",
        Format::OneName => "one-name",
    }
}

/// Checks a text as typed.
pub fn check(format: Format, text: &str) -> Verdict {
    match format {
        Format::Phone => phone::check(text),
        Format::Mobile => mobile::check(text),
        Format::Email => email::check(text),
        Format::Postcode => postcode::check(text),
        Format::Uscc => uscc::check(text),
        Format::DivisionCode => division_code::check(text),
        Format::DivisionName => division_name::check(text),
        Format::DocumentNumber => document_number::check(text),
        Format::PatentNumber => patent_number::check(text),
        Format::OneName => one_name::check(text),
    }
}

/// The text that is signed of what was typed into a line, with a format or without.
pub fn signed(format: Option<Format>, text: &str) -> String {
    format.map_or_else(|| trimmed(text).to_string(), |format| canonical(format, text))
}

/// The form that is written when signing. A text that does not fit stays as typed, trimmed.
pub fn canonical(format: Format, text: &str) -> String {
    if check(format, text) == Verdict::Broken {
        return trimmed(text).to_string();
    }
    match format {
        Format::Phone => phone::canonical(text),
        Format::Mobile => mobile::canonical(text),
        Format::Email => email::canonical(text),
        Format::Postcode => postcode::canonical(text),
        Format::Uscc => uscc::canonical(text),
        Format::DivisionCode => division_code::canonical(text),
        Format::DivisionName => division_name::canonical(text),
        Format::DocumentNumber => document_number::canonical(text),
        Format::PatentNumber => patent_number::canonical(text),
        Format::OneName => one_name::canonical(text),
    }
}

/// A text that fits in place of one that does not, where there is no doubt about it; offered, never taken
/// unasked.
pub fn repair(format: Format, text: &str) -> Option<String> {
    match format {
        Format::DocumentNumber => document_number::repair(text),
        Format::Email => email::repair(text),
        _ => None,
    }
}

fn verdict(fits: bool) -> Verdict {
    if fits { Verdict::Fits } else { Verdict::Broken }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The folded text in capitals, for codes.
fn fold_code(text: &str) -> String {
    fold(text).to_ascii_uppercase()
}
