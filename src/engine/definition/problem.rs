//! What is wrong in a definition, and where. Reading and checking never stop at the first problem.

use std::fmt;

/// One fault of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901) to the faulty value.
    pub pointer: String,
    /// Character offset into an expression, where the fault is inside one.
    pub offset: Option<usize>,
    /// Which rule of the format is broken.
    pub code: ProblemCode,
    /// The name, type or list that the code speaks of.
    pub detail: String,
}

/// The closed list of faults. `is_warning` tells the ones that do not keep a table from being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// Not strict JSON.
    NotJson,
    /// A value of another type is wanted.
    WrongType,
    /// A member that must be there is absent.
    MissingMember,
    /// A member that the format does not know.
    UnknownMember,
    /// A text that is not one of the words allowed there.
    UnknownWord,
    /// An id that is malformed, reserved or hides another.
    BadId,
    /// An id that its list already has.
    DuplicateId,
    /// A name that nothing in the definition has.
    UnknownName,
    /// An expression that does not parse.
    Syntax,
    /// An expression of the wrong type.
    ExprType,
    /// An optional cell read without a guard.
    Hole,
    /// Cells that depend on themselves.
    Cycle,
    /// Beyond a limit of the format.
    Limit,
    /// Widths that do not add up.
    Layout,
    /// No source, or one that names an unknown reference.
    Source,
    /// A rule without a holding and a failing case.
    Untested,
    /// A case whose outcome is another than stated.
    CaseFailed,
    /// Words that lack a language.
    MissingLanguage,
    /// A pattern that is not a whole-value pattern of literals and classes.
    BadPattern,
    /// A value that does not fit its cell (a default, a case's answer, a fixed cell).
    BadValue,
    /// An expression that may cost too much at the greatest counts.
    Costly,
    /// A comparison with a rounded number.
    RoundedComparison,
}

impl ProblemCode {
    /// True for what an author should mend but a user can fill in spite of.
    pub fn is_warning(self) -> bool {
        use ProblemCode::*;
        matches!(self, MissingLanguage | Costly | RoundedComparison)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}")?;
        if let Some(offset) = self.offset {
            write!(f, "@{offset}")?;
        }
        write!(f, ": {:?}: {}", self.code, self.detail)
    }
}

/// The collector: knows the place that is being read.
#[derive(Debug, Default)]
pub struct Problems {
    place: Vec<String>,
    list: Vec<Problem>,
}

impl Problems {
    /// Reads inside a member or element.
    pub fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.place.push(name.replace('~', "~0").replace('/', "~1"));
        let value = read(self);
        self.place.pop();
        value
    }

    /// Reports a fault at the present place.
    pub fn add(&mut self, code: ProblemCode, detail: impl Into<String>) {
        self.add_at(code, None, detail);
    }

    /// Reports a fault at a character of the expression at the present place.
    pub fn add_at(&mut self, code: ProblemCode, offset: Option<usize>, detail: impl Into<String>) {
        let pointer = self.place.iter().fold(String::new(), |pointer, name| pointer + "/" + name);
        self.list.push(Problem { pointer, offset, code, detail: detail.into() });
    }

    /// The faults found so far, in the order of the file.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// Gives up the list.
    pub fn into_list(self) -> Vec<Problem> {
        self.list
    }
}
