//! The tables that come with the program. A new table is one JSON file here, one line in `embedded.rs`, one in
//! `index.html` that puts the file beside the page, and its entry in `index.json`; a test names what is missing.
//!
//! The page embeds only the index: a definition is fetched when somebody opens its table.

mod embedded;
mod index;

pub use embedded::{BundledTable, TABLES, table};
pub use index::{TableSummary, index, summary};
