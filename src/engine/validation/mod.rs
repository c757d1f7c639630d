//! What does not hold in a document, as codes: conditions of single answers and rules over several.

pub mod violation;

pub use violation::ViolationCode;
