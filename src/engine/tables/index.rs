//! What is said of a table before its definition is there: the start page lists tables without fetching them.

use crate::engine::definition::record::Decode;
use crate::engine::definition::{Problems, Provenance, Words};
use crate::engine::value::json::{self, Json};
use std::sync::OnceLock;

/// The members of the definition files that the index repeats, in the order of the tables.
const INDEX: &str = include_str!("index.json");

/// A table as a list shows it.
#[derive(Clone, Debug)]
pub struct TableSummary {
    /// The id in its definition.
    pub id: String,
    /// SHA-256 of the canonical bytes of its definition, lower-case hex.
    pub sha256: String,
    /// Its heading.
    pub title: Words,
    /// The number of its notice; blank if the notice has none.
    pub notice_number: String,
    /// The title of its notice.
    pub notice_title: Words,
    /// Official or reconstructed.
    pub provenance: Provenance,
}

/// Every table that comes with the program, newest notice first.
pub fn index() -> &'static [TableSummary] {
    static SUMMARIES: OnceLock<Vec<TableSummary>> = OnceLock::new();
    SUMMARIES.get_or_init(|| {
        let index = json::parse(INDEX.as_bytes(), 8).unwrap_or(Json::Null);
        index.as_list().unwrap_or_default().iter().filter_map(read).collect()
    })
}

/// The table of that id.
pub fn summary(id: &str) -> Option<&'static TableSummary> {
    index().iter().find(|it| it.id == id)
}

/// Reads one entry. A faulty one is left out; a test holds the file to the definitions.
fn read(entry: &Json) -> Option<TableSummary> {
    let problems = &mut Problems::default();
    let notice = entry.get("notice")?;
    Some(TableSummary {
        id: entry.get("id")?.as_text()?.to_string(),
        sha256: entry.get("sha256")?.as_text()?.to_string(),
        title: Words::decode(entry.get("title")?, problems)?,
        notice_number: notice.get("number").and_then(Json::as_text).unwrap_or_default().to_string(),
        notice_title: notice.get("title").and_then(|it| Words::decode(it, problems)).unwrap_or_default(),
        provenance: Provenance::decode(entry.get("provenance")?, problems)?,
    })
}
