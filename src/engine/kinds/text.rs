//! `text`: one line, as typed; its structure may be checked.

use super::formats::{self, Verdict};
use super::{Fault, checks};
use crate::engine::answers::Answer;
use crate::engine::definition::{Severity, TextKind};
use crate::engine::validation::ViolationCode::*;
use crate::engine::value::pattern::Pattern;
use crate::engine::value::text::{fold, trimmed};

/// A text is what was typed, without the white space around it. A cell of a spreadsheet may hold line ends; they go, as
/// an input takes them out of what is pasted into it.
pub fn decode(text: &str) -> Option<Answer> {
    Some(Answer::Text(text.replace(['\r', '\n'], "")))
}

/// Unseen marks, length, pattern, structure and check digits.
pub fn check(kind: &TextKind, text: &str, faults: &mut Vec<Fault>) {
    let text = trimmed(text);
    checks::seen(text, faults);
    checks::length(text, kind.min_length, kind.max_length, faults);
    if let Some(pattern) = &kind.pattern
        && let Some(pattern) = Pattern::parse(pattern)
        && !pattern.matches(text)
    {
        let mut fault = Fault { severity: kind.format_severity, ..Fault::error(PatternMismatch) };
        let folded = fold(text);
        if pattern.matches(&folded) {
            fault = fault.with("mend", folded);
        }
        faults.push(fault);
    }
    let Some(format) = kind.format else { return };
    let name = formats::name(format);
    match formats::check(format, text) {
        Verdict::Fits => {}
        Verdict::Remark(remark) => {
            let fault = Fault { severity: Severity::Warning, ..Fault::error(PatternMismatch) };
            faults.push(fault.with("format", name).with("remark", remark));
        }
        Verdict::CheckDigits(wrong) => faults.extend(wrong.into_iter().map(|wrong| {
            let fault = Fault { severity: Severity::Warning, ..Fault::error(CheckDigit) };
            fault.with("format", name).with("position", wrong.position).with("expected", wrong.expected)
        })),
        Verdict::Broken => {
            let mut fault = Fault { severity: kind.format_severity, ..Fault::error(PatternMismatch) };
            fault = fault.with("format", name);
            if let Some(mended) = formats::repair(format, text) {
                fault = fault.with("mend", mended);
            }
            faults.push(fault);
        }
    }
}
