//! A draft file that is filled in already, for stories that begin after the filling.

use crate::browser::Browser;
use crate::form_page::FormPage;
use serde_json::{Value, json};
use shenbao::engine::definition::CheckedDefinition;
use shenbao::engine::tables;
use std::fs;
use std::path::{Path, PathBuf};

/// The 2017 table.
pub const TABLE: &str = "pilot-city-2017";

/// The members of a draft with the answers of the table's complete case.
pub fn complete() -> Value {
    let text = tables::table(TABLE).expect("the table").text;
    let definition: Value = serde_json::from_str(text).expect("the definition");
    let (checked, _) = CheckedDefinition::load(text.as_bytes());
    let cases = definition["cases"].as_array().expect("cases");
    let case = cases.iter().find(|it| it["id"] == "complete").expect("a complete case");
    json!({
        "sbdraft": "1",
        "saved": "2026-11-01T08:00:00Z",
        "table": { "id": TABLE, "version": definition["version"], "sha256": checked.expect("a sound definition").digest },
        "document": { "id": "urn:uuid:3d0c1f0e-5b7d-4e0a-9a39-2d6c3f1b8a11", "rev": 1 },
        "data": { "answers": case["answers"] },
        "attachments": [],
    })
}

/// The same as another version of the table has it, which this page does not know.
pub fn of_version(version: &str) -> Value {
    let mut draft = complete();
    draft["table"]["version"] = json!(version);
    draft["table"]["sha256"] = json!("00".repeat(32));
    draft
}

/// The page with the complete draft open.
pub fn open(browser: &Browser) -> FormPage<'_> {
    let form = FormPage::open(browser);
    open_in(&form, browser);
    form
}

/// Opens the complete draft from the start page.
pub fn open_in(form: &FormPage, browser: &Browser) {
    form.open_file(&write(&complete(), browser.folder()));
    form.wait_for_element(".sheet");
}

/// Writes a draft into a folder.
pub fn write(draft: &Value, folder: &Path) -> PathBuf {
    let file = folder.join("filled.sbdraft.json");
    fs::write(&file, draft.to_string()).expect("the folder takes a file");
    file
}
