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

/// A table that is here.
struct Loaded {
    table: Arc<CheckedDefinition>,
    /// Its file.
    text: String,
    /// True once the file proved to be what it is taken for.
    is_sure: bool,
}

thread_local! {
    static LOADED: RefCell<Vec<Loaded>> = const { RefCell::new(Vec::new()) };
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
    LOADED.with_borrow_mut(|loaded| loaded.push(Loaded { table: checked.clone(), text, is_sure: false }));
    Ok(checked)
}

/// The file of a table that comes with the program.
pub fn text_of(table: &Arc<CheckedDefinition>) -> Option<String> {
    LOADED.with_borrow(|loaded| loaded.iter().find(|it| Arc::ptr_eq(&it.table, table)).map(|it| it.text.clone()))
}

/// True if the file of a table that comes with the program is what it is taken for. It is looked at once; any other table
/// was checked when it came.
pub fn is_itself(table: &Arc<CheckedDefinition>) -> bool {
    LOADED.with_borrow_mut(|loaded| {
        let Some(it) = loaded.iter_mut().find(|it| Arc::ptr_eq(&it.table, table)) else { return true };
        it.is_sure = it.is_sure || table.is_of(it.text.as_bytes());
        it.is_sure
    })
}

fn file_name(id: &str) -> String {
    format!("tables/{id}.json")
}

/// A table, if it is here.
pub fn loaded(id: &str) -> Option<Arc<CheckedDefinition>> {
    LOADED.with_borrow(|loaded| loaded.iter().find(|it| &*it.table.definition.id == id).map(|it| it.table.clone()))
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
