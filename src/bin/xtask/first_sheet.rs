//! The list of tables and the first sheet of each, drawn while the page is built, so that a browser shows them before the
//! program is there.
//!
//! The program itself draws it, in a document without a browser (happy-dom), so that there is no second description of
//! what a form looks like. `src/web/first_sheet.js` puts it up and hands it over.

use crate::say::{Outcome, failed_at, run as run_command};
use crate::setup::{Tools, happy_dom};
use crate::{dist_dir, minify, root};
use shenbao::engine::tables::TABLES;
use std::fs;
use std::path::Path;

/// The folder of the drawn sheets beside the page, and, with its ending, the list of tables with the sheets begun on it.
pub const FOLDER: &str = "first";

/// Draws the list and the first sheet of every table with the program of the last build.
pub fn write(tools: &Tools) -> Outcome<()> {
    let folder = dist_dir().join(FOLDER);
    let failure = failed_at(&folder, "free some disk space, and build again");
    fs::create_dir_all(&folder).map_err(&failure)?;
    // Node takes a file for a module by its name.
    let script = minify::program_script().with_extension("mjs");
    fs::copy(minify::program_script(), &script).map_err(&failure)?;
    let draw = |what: &str, file: &Path| {
        let mut command = tools.command("node");
        command.arg(root().join("src/bin/xtask/first_sheet.mjs")).arg(happy_dom()).arg(dist_dir()).arg(&script).arg(what).arg(file);
        run_command(&mut command, "the program could not draw the list or a blank form: read the message above")
    };
    let drawn = minify::program_script().with_extension("json");
    let text_of = |what: &str| {
        draw(what, &drawn)?;
        fs::read_to_string(&drawn).map_err(&failure)
    };
    let mut sheets = Vec::new();
    for table in TABLES {
        draw(&format!("form/{}", table.id), &folder.join(format!("{}.json", table.id)))?;
        sheets.push(format!("\"{}\":{}", table.id, text_of(&format!("new/{}", table.id))?));
    }
    let list = format!("{{\"list\":{},\"sheets\":{{{}}}}}", text_of("list")?, sheets.join(","));
    fs::write(folder.with_extension("json"), list).map_err(&failure)
}
