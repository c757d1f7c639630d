//! What does not hold in a document, as codes: conditions of single answers and rules over several.
//!
//! [`Validation`] is kept beside a document. Every change of the document is told to it with
//! [`Validation::update`], which looks again only at what depends on the change and says what turned out
//! otherwise, so that a page redraws exactly that.

pub mod cases;
pub mod collection;
pub mod evaluate;
pub mod lint;
pub mod marks;
pub mod sheet;
pub mod signing;
mod state;
mod update;
pub mod violation;

use crate::engine::answers::AnswerPath;
use crate::engine::definition::{Id, Severity};

pub use collection::{CollectionState, collection};
pub use signing::signing_edits;
pub use state::Validation;
pub use violation::ViolationCode;

/// One condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What it marks: a field, a cell, or a part alone for its count of instances.
    pub path: AnswerPath,
    /// Which condition.
    pub code: ViolationCode,
    /// Its weight.
    pub severity: Severity,
    /// Limits and values for the message, by name.
    pub parameters: Vec<(Id, String)>,
    /// The rule of the definition, for `RuleFailed` and `NotComputable`.
    pub rule: Option<Id>,
    /// Place of the rule as a path (`parks/i2`), empty for the whole document.
    pub at: String,
    /// True if a recorded reason lifts it.
    pub overridden: bool,
}

impl Violation {
    /// True if the whole answer is missing, not only the words of an option such as "other".
    pub fn is_blank(&self) -> bool {
        self.code == ViolationCode::ValueMissing && self.rule.is_none() && !self.parameters.iter().any(|(name, _)| **name == *"of")
    }
}

/// State of a rule at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The check is true.
    Holds,
    /// The check is false.
    Fails,
    /// Cannot be worked out, which does not pass.
    NotComputable,
    /// Depends on an answer that is blank.
    Undecided,
    /// Its `when` is false.
    NotApplicable,
}

impl Outcome {
    /// True if the rule has something to say.
    pub fn fails(self) -> bool {
        matches!(self, Outcome::Fails | Outcome::NotComputable)
    }
}

/// What a page shows of one field or cell besides its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldState {
    /// Asked at all now?
    pub relevant: bool,
    /// Must there be an answer now?
    pub required: bool,
    /// Required and blank, in a row that counts.
    pub missing: bool,
    /// Its own conditions, and the rules that mark it.
    pub violations: Vec<Violation>,
    /// Text of a computed cell; — for blank and not computable.
    pub shown: Option<String>,
}

/// What a page shows of one rule at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleState {
    /// Its id.
    pub rule: Id,
    /// A part instance or a row; an empty part id for the whole document.
    pub at: AnswerPath,
    /// How it stands.
    pub outcome: Outcome,
    /// True if a recorded reason lifts it.
    pub overridden: bool,
    /// Values of its message, by name.
    pub parameters: Vec<(Id, String)>,
}

/// Honest progress of an instance or of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cells that must have an answer.
    pub required: u32,
    /// Those of them that have one.
    pub filled: u32,
    /// Errors, and overridable rules without a reason; missing answers not among them.
    pub errors: u32,
    /// Warnings; those of rules about a missing cell not among them.
    pub warnings: u32,
    /// Overridable rules that a recorded reason lifts.
    pub lifted: u32,
}

/// Exactly what changed its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// Fields and cells whose [`FieldState`] is another.
    pub fields: Vec<AnswerPath>,
    /// Rules and places whose [`RuleState`] is another.
    pub rules: Vec<(Id, AnswerPath)>,
    /// Part instances whose [`Tally`] is another; an empty part id for the total.
    pub instances: Vec<AnswerPath>,
}
