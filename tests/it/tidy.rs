//! What the compiler cannot check: what lies at the top level, which layer knows which, and words that must not
//! be in the repository. A rule that is broken names the file and the line.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The only visible things at the top level; whatever else is there is in a folder that starts with a dot.
const TOP_LEVEL: &[&str] =
    &["CHANGELOG.md", "Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "index.html", "src", "style", "tests"];

/// What the engine must not reach for: the browser, and everything that is not a parameter.
const NOT_IN_ENGINE: &[&str] = &[
    "leptos", "web_sys", "js_sys", "wasm_bindgen", "gloo", "std::fs", "std::time", "std::env", "std::net", "std::process",
    "std::thread", "std::io", "SystemTime", "Instant::now", "println!", "eprintln!", "dbg!", "getrandom", "todo!", "unimplemented!",
];

/// A panic ends the component, so the view has no way to panic on purpose.
const NOT_IN_WEB: &[&str] = &[".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!(", "crate::bin"];

/// Which modules of the engine a module must not use. `value` is below everything; nothing uses the words.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("value", &["definition", "answers", "kinds", "drafts", "validation", "layout", "exchange", "bundle", "locale", "tables", "divisions"]),
    ("definition", &["answers", "kinds", "drafts", "validation", "layout", "exchange", "bundle", "locale"]),
    ("answers", &["kinds", "drafts", "validation", "layout", "exchange", "bundle", "locale"]),
    // The codes of validation are the words in which a kind reports, so kinds may name them.
    ("kinds", &["drafts", "layout", "exchange", "bundle", "locale"]),
    ("drafts", &["validation", "layout", "exchange", "bundle", "locale"]),
    ("validation", &["layout", "exchange", "bundle", "locale"]),
    ("layout", &["exchange", "bundle", "locale"]),
    ("exchange", &["locale"]),
    ("bundle", &["validation", "exchange", "locale"]),
    ("tables", &["locale"]),
    ("divisions", &["locale"]),
];

/// Folders of machines, and hosts of package registries, in pieces so that this file does not hold them itself.
const NOT_ANYWHERE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("C:\\", "Users"),
    concat!("registry.npm", "js"),
    concat!("files.python", "hosted"),
    concat!("py", "pi.org"),
    concat!("deb.deb", "ian.org"),
    concat!("static.rust", "-lang.org"),
    concat!("index.crates", ".io"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the repository: what git tracks, and what it would track.
fn files() -> Vec<String> {
    let output = Command::new("git")
        .current_dir(root())
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "the project is a git repository");
    let names = String::from_utf8(output.stdout).expect("names of files are UTF-8");
    let mut files: Vec<String> =
        names.split('\0').filter(|it| !it.is_empty() && root().join(it).is_file()).map(str::to_owned).collect();
    files.sort();
    assert!(files.iter().any(|it| it == "Cargo.toml"), "git lists the files");
    files
}

fn text(file: &str) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(file)).ok()?).ok()
}

fn rust_files(folder: &str) -> Vec<String> {
    files().into_iter().filter(|it| it.starts_with(folder) && it.ends_with(".rs")).collect()
}

/// Lines of code with their numbers; comments may name what the code must not use.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(idx, line)| (idx + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn places(files: &[String], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in code_lines(&text(file).unwrap_or_default()) {
            if let Some(word) = words.iter().find(|it| line.contains(**it)) {
                found.push(format!("{file}:{number}: {word}"));
            }
        }
    }
    found
}

fn assert_none(found: Vec<String>, rule: &str) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn the_top_level_holds_only_what_is_listed() {
    let mut found: Vec<String> = files()
        .iter()
        .filter_map(|it| {
            let (first, is_folder) = it.split_once('/').map_or((it.as_str(), false), |(first, _)| (first, true));
            let is_dotted_folder = first.starts_with('.') && is_folder;
            (!TOP_LEVEL.contains(&first) && !is_dotted_folder && first != ".gitignore").then(|| first.to_owned())
        })
        .collect();
    found.dedup();
    assert_none(found, "not on the list of the top level");
}

#[test]
fn the_engine_knows_neither_browser_nor_machine() {
    assert_none(places(&rust_files("src/engine/"), NOT_IN_ENGINE), "the engine does no input or output and reads no clock, randomness or environment");
}

#[test]
fn the_view_cannot_panic_on_purpose() {
    assert_none(places(&rust_files("src/web/"), NOT_IN_WEB), "a panic ends the component: use let … else");
}

#[test]
fn modules_of_the_engine_use_only_those_below() {
    let mut found = Vec::new();
    for (module, not) in DIRECTIONS {
        let files: Vec<String> = rust_files("src/engine/")
            .into_iter()
            .filter(|it| it.starts_with(&format!("src/engine/{module}/")) || *it == format!("src/engine/{module}.rs"))
            .collect();
        let words: Vec<String> = not.iter().map(|it| format!("engine::{it}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        found.extend(places(&files, &words));
    }
    assert_none(found, "a module uses one above it");
}

#[test]
fn only_the_session_applies_edits() {
    let files: Vec<String> = rust_files("src/web/").into_iter().filter(|it| it != "src/web/session.rs").collect();
    assert_none(places(&files, &["edit::apply(", "answers::apply("]), "src/web/session.rs is the only writer of the answers");
}

#[test]
fn every_file_of_code_says_what_it_is_for() {
    let missing: Vec<String> = files()
        .into_iter()
        .filter(|it| it.ends_with(".rs"))
        .filter(|it| !text(it).unwrap_or_default().trim_start_matches("#!/usr/bin/env").starts_with("//!"))
        .collect();
    assert_none(missing, "the first line is a //! comment");
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let mut found = Vec::new();
    for file in files() {
        let Some(text) = text(&file) else { continue };
        for (idx, line) in text.lines().enumerate() {
            // Cargo writes the name of its registry into the lock file by itself.
            let is_cargos_own = file == "Cargo.lock" && line.starts_with("source = ");
            if let Some(word) = NOT_ANYWHERE.iter().find(|it| line.contains(**it))
                && !is_cargos_own
            {
                found.push(format!("{file}:{}: {word}", idx + 1));
            }
        }
    }
    assert_none(found, "no path of a machine and no host of a registry in the repository");
}

#[test]
fn npm_locks_name_no_address() {
    let locks = files().into_iter().filter(|it| Path::new(it).file_name().is_some_and(|name| name == "package-lock.json"));
    let found: Vec<String> = locks.filter(|it| text(it).unwrap_or_default().contains("\"resolved\"")).collect();
    assert_none(found, "write the lock file with omit-lockfile-registry-resolved");
}

#[test]
fn the_command_of_the_checks_is_the_one_of_the_readme() {
    let script = text(".ci/run").expect(".ci/run is there");
    assert!(script.contains("cargo xtask test"), ".ci/run runs the README's test command");
}
