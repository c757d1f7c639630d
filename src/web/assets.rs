//! Files that belong to the program and are fetched when they are first needed: tables, words, the list of
//! divisions. This is the only seam to them; a page that carries a file inside itself needs no server for it.

use crate::engine::locale;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/outside.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn asset_text(name: &str) -> Result<JsValue, JsValue>;
}

/// A file that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetError {
    /// Its name beside the program.
    pub name: String,
    /// What went wrong.
    pub kind: AssetErrorKind,
}

/// Why a file could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetErrorKind {
    /// No answer from the server.
    Unreachable,
    /// The server answered with this status.
    Refused(u16),
    /// The server answered with a web page of its own.
    WebPage,
    /// It came, but is not what it should be.
    Damaged,
}

impl AssetError {
    /// The error of a file that came and is not what it should be.
    pub fn damaged(name: &str) -> Self {
        AssetError { name: name.into(), kind: AssetErrorKind::Damaged }
    }

    /// What was not loaded, why, and how to go on; `what` names it for the reader.
    pub fn words(&self, language: &str, what: &str) -> String {
        let (key, status) = match self.kind {
            AssetErrorKind::Unreachable => ("asset.unreachable", 0),
            AssetErrorKind::Refused(status) => ("asset.refused", status),
            AssetErrorKind::WebPage => ("asset.web_page", 0),
            AssetErrorKind::Damaged => ("asset.damaged", 0),
        };
        let values = [("what", what), ("name", self.name.as_str()), ("status", &status.to_string())];
        locale::fill(locale::word(language, key), &values)
    }
}

/// The text of a file by its name beside the program, such as `tables/work-plan-2010.json`. The name comes from
/// a list of ours, never from a file of the user's.
pub async fn text(name: &str) -> Result<String, AssetError> {
    let failed = |kind| AssetError { name: name.into(), kind };
    match asset_text(name).await {
        Ok(text) => text.as_string().ok_or_else(|| failed(AssetErrorKind::Damaged)),
        Err(thrown) => Err(failed(match thrown.as_f64() {
            Some(0.0) => AssetErrorKind::WebPage,
            Some(status) => AssetErrorKind::Refused(status as u16),
            None => AssetErrorKind::Unreachable,
        })),
    }
}
