//! Table definitions: what can be asked. Static data, read from one JSON file each (format 1).
//!
//! [`Definition`] is what the file says, decoded; problems are reported beside it. Nothing downstream fills
//! a definition that was not checked.

pub mod check;
pub mod dependencies;
pub mod digest;
pub mod expression;
pub mod model;
pub mod problem;
pub mod record;
pub mod scheme;

pub use check::CheckedDefinition;
pub use model::*;
pub use problem::{Problem, ProblemCode, Problems};
