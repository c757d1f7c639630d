//! Tables, answers, rules and bundles, without browser, file, clock or randomness.

pub mod answers;
pub mod bundle;
pub mod definition;
pub mod divisions;
pub mod drafts;
pub mod exchange;
pub mod kinds;
pub mod layout;
pub mod locale;
pub mod tables;
pub mod validation;
pub mod value;
