//! The Leptos view and the custom element.
//!
//! `session.rs` alone writes answers; controls know one field and one answer handle, not tables or
//! documents; `web_sys` stays in the few files that need it. A panic ends the component, so nothing here
//! unwraps.
//!
//! Elements are kept in step by `dom.rs`. Beside that there are effects where something outside the
//! elements must follow a signal: the language of the root (`app`), the list of drafts once storage is open
//! (`start`), the place that the page is told (`app`, `filling`), saving that was turned on again, who may write, what the
//! page is told of saving, a notice of another language (`filling`), how long a notice stays, the focus that was asked for (`form`), the list of divisions, a name
//! that it settles, and the focus in its picker (`controls/division`).

pub mod app;
pub mod assets;
pub mod attach;
pub mod autosave;
pub mod clock;
pub mod controls;
pub mod countersign;
pub mod divisions;
pub mod dom;
pub mod element;
pub mod files;
pub mod filling;
pub mod form;
pub mod hand_over;
pub mod host;
pub mod keys;
pub mod language;
pub mod later;
pub mod left;
pub mod open;
pub mod panic;
pub mod paper;
pub mod random;
pub mod review;
pub mod session;
pub mod sign;
pub mod signing;
pub mod start;
pub mod storage;
pub mod style;
pub mod tables;
pub mod ui;
pub mod verify;
pub mod versions;
