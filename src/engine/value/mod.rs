//! The plain values below everything else; uses nothing of the engine.

pub mod base64;
pub mod date;
pub mod decimal;
pub mod json;
pub mod map;
pub mod number;
pub mod pattern;
pub mod sort;
pub mod text;
