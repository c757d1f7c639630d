//! The expression language: grammar, types, three-valued logic, exact numbers.
