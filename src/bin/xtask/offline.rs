//! What the site's own page has beside the form, and its service worker: which files there are, and what their content must be.
//!
//! `src/web/page/sw.js` keeps exactly these, so it is written last. The version is made from all of them but the
//! script that tells it to the worker.

use crate::minify;
use crate::say::{Outcome, failed_at};
use crate::setup::Tools;
use crate::{dist, dist_dir, root};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

const WORKER: &str = "sw.js";
const PAGE: &str = "page.js";

/// Writes the worker, and the script that registers it, into the built site.
pub fn write(tools: &Tools) -> Outcome<()> {
    let dist = dist_dir();
    let source = root().join("src/web/page");
    dist::write_template()?;
    let mut files = Map::new();
    for name in dist::built().into_iter().filter(|it| it != WORKER && it != PAGE) {
        let digest = digest(&dist.join(&name))?;
        files.insert(name, digest.into());
    }
    // A map of this kind keeps its members sorted, so the same files make the same version.
    let version = hex(Value::Object(files.clone()).to_string().as_bytes());
    minify::with(tools, &source.join(PAGE), &dist.join(PAGE), "VERSION", &json!(version))?;
    files.insert(PAGE.to_owned(), digest(&dist.join(PAGE))?.into());
    minify::with(tools, &source.join(WORKER), &dist.join(WORKER), "BUILD", &json!({ "version": version, "files": files }))
}

fn digest(path: &Path) -> Outcome<String> {
    let bytes = fs::read(path).map_err(failed_at(path, "build again"))?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
