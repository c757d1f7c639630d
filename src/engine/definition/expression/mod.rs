//! The expression language of the definition format, section 4: text → typed tree with its dependencies.
//!
//! An expression is parsed and type-checked in one pass when the definition is loaded; a checked expression
//! cannot fail when it runs. It is a subset of CEL's syntax with exact numbers and three-valued logic.

pub mod lexer;
pub mod parser;
pub mod tree;

pub use parser::{Fault, Scope, parse};
pub use tree::{Program, Type};

/// Most characters of one expression.
pub const MAX_CHARACTERS: usize = 2000;
/// Most nodes of one expression.
pub const MAX_NODES: usize = 400;
/// Deepest nesting of brackets, conditions and unary operators.
pub const MAX_NESTING: usize = 32;
/// Deepest nesting of loops.
pub const MAX_LOOPS: usize = 2;

/// Words that no id may be: they have a meaning of their own, here or in CEL.
pub const RESERVED: &[&str] = &[
    "this", "row", "profile", "lists", "materials", "applications", "id", "true", "false", "null", "in", "as", "break",
    "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
    "var", "void", "while",
];
