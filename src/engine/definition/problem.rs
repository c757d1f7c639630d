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
    /// No words in any language where somebody must read some.
    NoWords,
    /// Declared, and used nowhere.
    Unused,
    /// A condition whose verdict is shown, without words for one that holds.
    NoLabel,
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
        matches!(self, MissingLanguage | Unused | NoLabel | Costly | RoundedComparison)
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
    /// True where nobody asks for the place of a fault: keeping in mind where one is costs more than reading.
    is_unplaced: bool,
    /// JSON pointer to the place that is being read.
    place: String,
    list: Vec<Problem>,
    /// Elements that could not be read, by the pointer of their array and their position: later checks see
    /// the array without them and must still name places as in the file.
    dropped: Vec<(String, usize)>,
    /// How many values of the element that is being read could not be: if any, the element is dropped.
    pub(super) n_unread: usize,
}

impl Problems {
    /// A collector that says what is wrong and not where.
    pub fn unplaced() -> Self {
        Problems { is_unplaced: true, ..Problems::default() }
    }

    /// Reads inside a member or element.
    pub fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.enter(name);
        let value = read(self);
        self.leave();
        value
    }

    /// Reads inside an element of a decoded array; elements that could not be read are counted in.
    pub fn within_item<T>(&mut self, idx: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        self.enter_item(idx);
        let value = read(self);
        self.leave();
        value
    }

    /// Steps into a member or element. Apart from [`Self::within`], and never inlined: the page would pay for
    /// a copy at every place that is checked.
    #[inline(never)]
    pub fn enter(&mut self, name: &str) {
        if self.is_unplaced {
            return;
        }
        self.place.push('/');
        for c in name.chars() {
            match c {
                '~' => self.place.push_str("~0"),
                '/' => self.place.push_str("~1"),
                c => self.place.push(c),
            }
        }
    }

    /// Steps into an element of a decoded array.
    #[inline(never)]
    pub fn enter_item(&mut self, idx: usize) {
        if self.is_unplaced {
            return;
        }
        let mut at = idx;
        for (_, dropped) in self.dropped.iter().filter(|(array, _)| *array == self.place) {
            if *dropped <= at {
                at += 1;
            }
        }
        self.enter(&at.to_string());
    }

    /// Steps out of what was last stepped into.
    #[inline(never)]
    pub fn leave(&mut self) {
        if self.is_unplaced {
            return;
        }
        self.place.truncate(self.place.rfind('/').unwrap_or(0));
    }

    /// Remembers that an element of the array at the present place could not be read.
    pub fn drop_item(&mut self, idx: usize) {
        self.dropped.push((self.place.clone(), idx));
    }

    /// True if nothing but warnings was reported.
    pub fn is_sound(&self) -> bool {
        self.list.iter().all(|problem| problem.code.is_warning())
    }

    /// Reports a fault at the present place.
    pub fn add(&mut self, code: ProblemCode, detail: impl AsRef<str>) {
        self.add_at(code, None, detail.as_ref());
    }

    /// Reports a value at the present place that cannot be read.
    pub(super) fn add_unread(&mut self, code: ProblemCode, detail: impl AsRef<str>) {
        self.n_unread += 1;
        self.add(code, detail);
    }

    /// Reports a fault at a character of the expression at the present place.
    #[cold]
    #[inline(never)]
    pub fn add_at(&mut self, code: ProblemCode, offset: Option<usize>, detail: &str) {
        self.list.push(Problem { pointer: self.place.clone(), offset, code, detail: detail.into() });
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
