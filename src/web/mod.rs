//! The Leptos view and the custom element.

pub mod autosave;
pub mod clock;
pub mod files;
pub mod random;
pub mod storage;
