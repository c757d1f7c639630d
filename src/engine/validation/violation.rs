//! The codes of conditions that do not hold. Words for them live in `locale`.

/// Declares the closed list once, with the word of each code.
macro_rules! codes {
    ($( $(#[doc = $doc:literal])* $variant:ident, )*) => {
        /// Which condition does not hold, named after HTML's validity flags where one fits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ViolationCode { $( $(#[doc = $doc])* $variant, )* }

        impl ViolationCode {
            /// Every code.
            pub const ALL: &[ViolationCode] = &[$( ViolationCode::$variant, )*];

            /// The code's name, as in `locale` and in reports.
            pub fn word(self) -> &'static str {
                match self { $( ViolationCode::$variant => stringify!($variant), )* }
            }
        }
    };
}

codes! {
    /// A required answer is blank.
    ValueMissing,
    /// Too many characters.
    TooLong,
    /// Too few characters.
    TooShort,
    /// Below the least value.
    RangeUnderflow,
    /// Above the greatest value.
    RangeOverflow,
    /// More digits after the point than asked for.
    StepMismatch,
    /// Not the structure asked for.
    PatternMismatch,
    /// An answer of another kind than its cell.
    TypeMismatch,
    /// Typed, but not readable as the cell's kind.
    BadInput,
    /// The check digit does not agree.
    CheckDigit,
    /// The same value twice.
    Duplicate,
    /// Fewer entries than asked for.
    TooFew,
    /// More entries than allowed.
    TooMany,
    /// Cannot be worked out from these figures.
    NotComputable,
    /// A rule of the definition fails; its message says why.
    RuleFailed,
}
