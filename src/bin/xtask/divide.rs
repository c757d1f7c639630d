//! Divides the linked program into what starting needs and what comes later; src/web/later.rs is the seam.
//!
//! The linker leaves its relocations in the file. From them the graph of functions and data is known, and with it
//! what the one entry of the second part alone reaches.

use crate::say::{Failure, Outcome, fail};
use std::fs;
use std::path::{Path, PathBuf};

/// Flags for the link of a program that is to be divided: its relocations, and the table that both parts share.
pub const LINK: &[&str] = &["-Clink-arg=--emit-relocs", "-Clink-arg=--export-table"];

/// The script that the first part imports, beside it.
const SCRIPT: &str = "./later.js";

const MEND: &str = "src/web/later.rs must have just one entry, `later`; the versions of wasm_split_cli_support in Cargo.toml and of wasm_split_helpers in Cargo.lock belong together";

/// The two parts of a program.
pub struct Parts {
    /// What starting needs; wasm-bindgen goes on with it.
    pub first: PathBuf,
    /// What comes later.
    pub later: PathBuf,
}

/// Divides a program into files of a folder.
pub fn divide(program: &Path, folder: &Path) -> Outcome<Parts> {
    let trouble = |what: String| Failure { what: format!("{} could not be divided: {what}", program.display()), mend: MEND.to_owned() };
    let bytes = fs::read(program).map_err(|error| trouble(error.to_string()))?;
    let first = folder.join("first.wasm");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &first;
    // The tool writes a script of its own under this name; ours is laid there in its place.
    options.link_name = SCRIPT;
    let parts = wasm_split_cli_support::transform(options).map_err(|error| trouble(format!("{error:#}")))?;
    match parts.split_modules.as_slice() {
        [later] => Ok(Parts { first, later: later.clone() }),
        others => fail(format!("{} came apart into {} parts and not into two", program.display(), others.len() + 1), MEND),
    }
}
