//! What is kept on this computer: drafts with their last versions, attached files, definitions, and the lock
//! that lets one window at a time write a draft.
//!
//! All of it works without a secure context. Nothing here knows what a draft says: its text is bytes.

mod channel;
mod error;
mod journal;
pub mod lock;
mod store;
mod versions;

pub use error::StoreError;
pub use journal::local_storage;
pub use lock::{Lock, LockState};
pub use store::{DraftRecord, DraftSummary, Saved, Store, ask_to_keep};
