//! Tables, answers, rules and bundles, without browser, file, clock or randomness.

pub mod value;
