//! The plain values below everything else; uses nothing of the engine.

pub mod json;
