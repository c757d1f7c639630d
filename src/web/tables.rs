//! The tables that come with the program: fetched and checked once for a page, when one is first opened.

use super::assets::{self, AssetError};
use super::clock;
use crate::engine::definition::CheckedDefinition;
use crate::engine::{locale, tables};
use std::cell::RefCell;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Why a table cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// No table of this id comes with the program.
    Unknown(String),
    /// Its file could not be had, or is not that table.
    Asset(AssetError),
}

impl TableError {
    /// The error of a table whose file came and is not what it should be.
    pub fn damaged(id: &str) -> Self {
        TableError::Asset(AssetError::damaged(&file_name(id)))
    }

    /// What could not be shown, why, and how to go on.
    pub fn words(&self, language: &str) -> String {
        match self {
            TableError::Unknown(id) => locale::fill(locale::word(language, "open.unknown_table"), &[("table", id)]),
            TableError::Asset(error) => {
                let id = error.name.trim_start_matches("tables/").trim_end_matches(".json");
                let title = tables::summary(id).map_or(id, |it| it.title.get(language));
                error.words(language, &locale::fill(locale::word(language, "asset.table"), &[("title", title)]))
            }
        }
    }
}

thread_local! {
    /// The tables that are here, and their files.
    static LOADED: RefCell<Vec<(Arc<CheckedDefinition>, String)>> = const { RefCell::new(Vec::new()) };
    /// Those whose files are certainly theirs.
    static LOOKED_AT: RefCell<Vec<Arc<CheckedDefinition>>> = const { RefCell::new(Vec::new()) };
}

/// A table, fetched and checked if it is not here yet. A failure is not kept: the next call tries again.
pub async fn load(id: &str) -> Result<Arc<CheckedDefinition>, TableError> {
    if let Some(found) = loaded(id) {
        return Ok(found);
    }
    // The id may come from a file of the user's, and becomes part of an address.
    let Some(summary) = tables::summary(id) else { return Err(TableError::Unknown(id.into())) };
    let text = assets::text(&file_name(id)).await.map_err(TableError::Asset)?;
    // The tests have checked it.
    let known = CheckedDefinition::known(text.as_bytes(), &summary.sha256);
    let Some(checked) = known.filter(|it| &*it.definition.id == id) else {
        return Err(TableError::damaged(id));
    };
    // Somebody else may have fetched it meanwhile; all parts of a page share one.
    if let Some(found) = loaded(id) {
        return Ok(found);
    }
    let checked = Arc::new(checked);
    LOADED.with_borrow_mut(|loaded| loaded.push((checked.clone(), text)));
    Ok(checked)
}

/// The file of a table that comes with the program.
pub fn text_of(table: &Arc<CheckedDefinition>) -> Option<String> {
    LOADED.with_borrow(|loaded| loaded.iter().find(|(it, _)| Arc::ptr_eq(it, table)).map(|(_, text)| text.clone()))
}

/// True if the file of a table that comes with the program is what it is taken for. It is looked at once.
pub fn is_itself(table: &Arc<CheckedDefinition>) -> bool {
    if LOOKED_AT.with_borrow(|known| known.iter().any(|it| Arc::ptr_eq(it, table))) {
        return true;
    }
    // Any other was checked when it came.
    let Some(text) = text_of(table) else { return true };
    let is_sound = table.is_of(text.as_bytes());
    if is_sound {
        LOOKED_AT.with_borrow_mut(|known| known.push(table.clone()));
    }
    is_sound
}

fn file_name(id: &str) -> String {
    format!("tables/{id}.json")
}

/// A table, if it is here.
pub fn loaded(id: &str) -> Option<Arc<CheckedDefinition>> {
    LOADED.with_borrow(|loaded| loaded.iter().find(|(it, _)| &*it.definition.id == id).map(|(it, _)| it.clone()))
}

/// Fetches every table in the background a moment after the page is up, so that a network that goes away later
/// keeps nobody from a draft.
pub fn warm() {
    spawn_local(async {
        clock::pause(2000).await;
        for it in tables::index() {
            let _ = load(&it.id).await;
        }
    });
}
