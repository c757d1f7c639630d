//! The styles keep to what the README's browsers have, and the script for all other browsers keeps to the fifth
//! edition of JavaScript. The data are those of caniuse; what they do not know is asked of a real Chromium 90 in
//! `tests/e2e/old.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What one of the browsers lacks and what happens there.
const KNOWN: &[(&str, &str)] = &[
    ("css-containment", "Safari 15 has none that `contain: none` on the way to the paper would have to undo"),
    ("css-focus-visible", "Safari before 15.4 draws its own ring around what has the focus"),
    ("css-paged-media", "Safari 15 takes the sheet's size and margins from its dialog"),
    ("css-widows-orphans", "Firefox 90 may leave one line of a paragraph on a sheet"),
    ("css-zoom", "Firefox before 126 shows a sheet on a phone in its full width, to be moved sideways"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn node(script: &str, files: &[PathBuf]) -> Output {
    let mut command = Command::new("node");
    command.arg(root().join("tests/interop").join(script)).args(files);
    command.output().unwrap_or_else(|error| panic!("node does not start ({error}): run `cargo xtask setup`"))
}

fn lacking(files: &[PathBuf]) -> BTreeMap<String, Vec<String>> {
    let said = node("lint.mjs", files);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).expect("a line of JSON")
}

fn written(name: &str, text: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("shenbao-lint-{}-{name}", std::process::id()));
    std::fs::write(&file, text).expect("the temporary folder is writable");
    file
}

fn styles() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("style")).expect("there are styles").flatten().map(|it| it.path());
    let mut files: Vec<PathBuf> = entries.filter(|it| it.extension().is_some_and(|it| it == "css")).collect();
    files.sort();
    files
}

#[test]
fn the_styles_keep_to_the_oldest_browsers() {
    // A linter that finds nothing in this is of no use.
    let newer = written("newer.css", ".a:has(.b) { color: red; }\n@layer x { .a { color: red; } }\n");
    let found = lacking(std::slice::from_ref(&newer));
    std::fs::remove_file(newer).expect("the file is ours");
    assert!(found.contains_key("css-has") && found.contains_key("css-cascade-layers"), "{found:?}");

    let found = lacking(&styles());
    let known: Vec<&str> = KNOWN.iter().map(|it| it.0).collect();
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(names, known, "what a browser lacks is named in KNOWN with what happens there: {found:#?}");
}

#[test]
fn the_first_script_is_of_the_fifth_edition() {
    let newer = written("newer.js", "var a = () => 1;\n");
    assert!(!node("es5.mjs", std::slice::from_ref(&newer)).status.success());
    std::fs::remove_file(newer).expect("the file is ours");
    let said = node("es5.mjs", &[Path::new(&root()).join("src/web/page/unsupported.js")]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}
