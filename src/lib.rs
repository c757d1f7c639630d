//! Shenbao: application tables of Chinese government notices, filled in a browser without a server.
//!
//! # From above
//! A **definition** (one JSON file for one table of one notice) says what is asked, how it is laid out and which
//! rules hold. An **answers document** is what one person filled in: plain data, changed by edits that each know
//! their inverse. **Validation** is kept beside the document and looks again only at what an edit can have
//! changed. A **bundle** is the signed file that travels by e-mail and that anybody can verify later.
//!
//! # Where things are
//! - [`engine`]: pure. `value` below everything; `definition` reads and checks tables; `answers` holds and edits;
//!   `kinds` decodes and checks each kind of field; `validation` judges; `layout` places cells; `drafts` writes and
//!   reads what is unfinished; `bundle` signs and verifies; `exchange` is mail and spreadsheets; `locale` has the
//!   words; `tables` and `divisions` are data.
//! - `web`: the view. `element` is the custom element, `host` what a page around it asks and is told, `app` chooses
//!   the screen, `start`, `filling`, `review`, `sign` and `verify` are screens, `form` and `controls` the table,
//!   `paper` what is printed, `dom` the elements all of them are made of, `session` the one writer of answers,
//!   `storage` what is kept on the computer, `open` everything that opens a draft, `later` what is not needed to start
//!   filling, `assets` everything that is fetched.
//! - `bin`: `shenbao` the command line, `signing` the second wasm module, `xtask` the project's own tasks.
//!
//! # What is not there
//! - The engine reads no file, clock, randomness or environment and does not know the browser: these come in as
//!   parameters. It gives codes; sentences are in `locale`, which nothing in the engine uses.
//! - `bundle` does not know validation: cryptography and rules are judged apart.
//! - No line of code names a table; no address, and no official, is in a table.
//! - Only `session` writes answers. No closure of the view watches more than it shows.
//! - Nothing is sent anywhere, and no key that could be used lies in the browser.
//!
//! Directions: `main` → `web` → `engine` ← `bin`; `tests/it/tidy.rs` holds them.

pub mod engine;
#[cfg(feature = "web")]
pub mod web;
