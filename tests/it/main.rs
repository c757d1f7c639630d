//! The only native integration binary: one link step, one file per area of behaviour.

mod answers;
mod bundle;
mod bundle_own;
mod cli;
mod definition;
mod expression;
mod divisions;
mod exchange;
mod json;
mod kinds;
mod locale;
mod readme;
mod refusal;
mod scale;
mod scenario;
mod soak;
mod style;
mod tables;
mod text;
mod tidy;
mod validation;
mod vectors;
