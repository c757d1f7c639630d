//! Builds the pages of `tests/hosts` with the npm package, as portals would: one without a bundler, one with Vite
//! and Vue, one with Vite and React. The end-to-end tests open them.

use crate::say::{Outcome, failed_at, run as run_command};
use crate::setup::Tools;
use crate::{npm, root, target_dir};
use std::fs;
use std::path::{Path, PathBuf};

const MEND: &str = "read the messages above; the pages are in tests/hosts";

/// The built pages, one folder each.
pub fn folder() -> PathBuf {
    target_dir().join("hosts")
}

/// Packs the last build, installs the archive and builds the pages with it.
pub fn build(tools: &Tools) -> Outcome<()> {
    let archive = npm::package(tools)?;
    let sources = root().join("tests/hosts");
    let installed = sources.join("node_modules/shenbao");
    // npm keeps an installed package of the same version; this one has changed.
    if installed.exists() {
        fs::remove_dir_all(&installed).map_err(failed_at(&installed, MEND))?;
    }
    let mut command = tools.command("npm");
    // With the lock at hand npm asks nobody about the other packages.
    command.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--offline", "--silent"]);
    run_command(command.arg(&archive).current_dir(&sources), MEND)?;
    // The declarations, against programs that use them rightly, and wrongly where they say so.
    run_command(tools.command(&bin(&sources, "tsc")).args(["--project", "."]).current_dir(&sources), MEND)?;
    for host in ["vue", "react"] {
        let mut command = tools.command(&bin(&sources, "vite"));
        command.args(["build", host, "--config", "vite.config.js", "--emptyOutDir", "--logLevel", "warn", "--outDir"]);
        run_command(command.arg(folder().join(host)).current_dir(&sources), MEND)?;
    }
    let plain = folder().join("plain");
    let (page, package) = (sources.join("plain/index.html"), plain.join("shenbao"));
    let files = package.join("files");
    let _ = fs::remove_dir_all(&plain);
    fs::create_dir_all(&files).map_err(failed_at(&files, MEND))?;
    let copied = copy(&sources.join("plain"), &plain).and_then(|()| copy(&installed, &package)).and_then(|()| copy(&installed.join("files"), &files));
    copied.and_then(|()| with_integrity(&plain)).map_err(failed_at(&page, MEND))
}

/// Puts the hash that the package's table has for the loader into the page: a browser refuses one that does not fit.
fn with_integrity(plain: &Path) -> std::io::Result<()> {
    let table: serde_json::Value = serde_json::from_str(&fs::read_to_string(plain.join("shenbao/integrity.json"))?)?;
    let page = plain.join("index.html");
    let tag = format!("src=\"./shenbao/index.js\" integrity=\"{}\"", table["index.js"].as_str().unwrap_or_default());
    fs::write(&page, fs::read_to_string(&page)?.replace("src=\"./shenbao/index.js\"", &tag))
}

/// A program of the hosts' own packages.
fn bin(sources: &Path, name: &str) -> String {
    sources.join("node_modules/.bin").join(name).display().to_string()
}

/// Copies the files of a folder, not its folders.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
