//! Makes the built files small: scripts with esbuild, JSON by leaving out the spaces. What a script says stays
//! within the syntax of the browsers that the README names; esbuild fails where it could not write it that way.

use crate::{blank, dist_dir, style, target_dir};
use crate::say::{Outcome, failed_at, run as run_command};
use crate::setup::Tools;
use std::fs;
use std::path::{Path, PathBuf};

/// The oldest browsers that run the form.
const TARGET: &str = "--target=chrome90,firefox90,safari15";

/// The page's own script; it loads everything else. Small, so that the first sheet does not wait for the program.
const START: &str = "start.js";

/// The module that signs; a second script, since it is loaded later.
const SIGNING: &str = "signing.js";

/// Runs first, in any browser there is, to say that it is too old: no newer syntax, and names that stay readable.
const UNSUPPORTED: &str = "unsupported.js";

/// The script of the page that carries everything in one file; it goes there and not beside the others.
const SINGLE: &str = "single.js";

/// What wasm-bindgen wrote for the page.
const PROGRAM: &str = "shenbao-app.js";

/// Leaves a script without an address of its own.
const NO_ADDRESS: &str = "--define:import.meta.url=\"about:blank\"";

/// Makes the one file out of the page that runs.
const ONE_FILE: &str = "one-file.js";

/// The styles of the form.
const STYLES: &str = "shenbao.css";

/// Scripts that are inside others afterwards.
const BUNDLED: &[&str] = &["later.js", "snippets", "begin.js", "wasm.js", "element.js", "first_sheet.js", "address.js", "offer.js", "box.js", "sha256.js", SINGLE];

const AGAIN: &str = "build again";

const MEND: &str = "look at the message of esbuild above; the scripts are in src/web";

/// Rewrites the built files in place.
pub fn dist(tools: &Tools) -> Outcome<()> {
    let dist = dist_dir();
    let esbuild = |name: &str, words: &[&str]| bundle(tools, &dist.join(name), &dist.join(name), words);
    // Before the signing module becomes a script of its own.
    bundle(tools, &dist.join(SINGLE), &single_script(), &["--bundle", "--format=esm", "--minify", TARGET])?;
    // The package's loader says where every file is, and a bundler would look for what such an address names.
    bundle(tools, &dist.join(PROGRAM), &program_script(), &["--bundle", "--format=esm", "--minify", TARGET, NO_ADDRESS])?;
    esbuild(START, &["--bundle", "--format=esm", "--minify", TARGET, "--external:./shenbao-app.js"])?;
    // One request instead of one for each file of wasm-bindgen, and 1 kB less.
    esbuild(PROGRAM, &["--bundle", "--format=esm", "--minify", TARGET])?;
    esbuild(SIGNING, &["--minify", TARGET])?;
    esbuild(ONE_FILE, &["--bundle", "--format=esm", "--minify", TARGET])?;
    let tables = format!("--define:BLANK_TABLES={}", blank::list());
    esbuild(UNSUPPORTED, &["--minify-whitespace", "--target=es5", &tables])?;
    for name in BUNDLED {
        let path = dist.join(name);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(failed_at(&path, AGAIN))?;
    }
    for path in json_files(&dist) {
        let text = fs::read_to_string(&path).map_err(failed_at(&path, AGAIN))?;
        fs::write(&path, without_spaces(&text)).map_err(failed_at(&path, AGAIN))?;
    }
    write_styles(&dist)
}

/// `cargo xtask styles`: writes the styles where trunk builds the page, which calls this.
pub fn styles(_: &[String]) -> Outcome<()> {
    write_styles(&std::env::var_os("TRUNK_STAGING_DIR").map_or_else(dist_dir, PathBuf::from))
}

fn write_styles(folder: &Path) -> Outcome<()> {
    let path = folder.join(STYLES);
    fs::write(&path, style::FORM).map_err(failed_at(&path, AGAIN))
}

fn bundle(tools: &Tools, script: &Path, to: &Path, words: &[&str]) -> Outcome<()> {
    let mut command = tools.command("esbuild");
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(to);
    command.arg(script).args(words).arg(outfile);
    command.args(["--allow-overwrite", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
    run_command(&mut command, MEND)
}

/// The script of the page that is one file, made with every build.
pub fn single_script() -> PathBuf {
    target_dir().join(SINGLE)
}

/// The page's program without what starts it, for the npm package; made with every build.
pub fn program_script() -> PathBuf {
    target_dir().join("program.js")
}

/// Writes a script with a value for one of its names.
pub fn with(tools: &Tools, script: &Path, to: &Path, name: &str, value: &serde_json::Value) -> Outcome<()> {
    bundle(tools, script, to, &["--minify", "--bundle", "--format=esm", TARGET, "--external:./one-file.js", &format!("--define:{name}={value}")])
}

/// The loader of the npm package, with the tables of its files.
pub fn loader(tools: &Tools, script: &Path, tables: &Path, to: &Path) -> Outcome<()> {
    let tables = format!("--alias:shenbao-files={}", tables.display());
    bundle(tools, script, to, &["--minify", "--bundle", "--format=esm", TARGET, "--external:./files/*", &tables])
}

/// A script as the package has it: in the syntax of the oldest browsers, without an address of its own.
pub fn for_package(tools: &Tools, script: &Path, to: &Path) -> Outcome<()> {
    bundle(tools, script, to, &["--minify", TARGET, NO_ADDRESS])
}

/// The JSON files in the folders of the built page: tables and words.
fn json_files(dist: &Path) -> Vec<PathBuf> {
    let folders = ["tables", "locale"].map(|it| dist.join(it));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    entries.map(|it| it.path()).filter(|it| it.extension().is_some_and(|extension| extension == "json")).collect()
}

/// JSON without the spaces between its tokens. The order of members stays: the first language of a word is what
/// stands in for another.
fn without_spaces(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut in_string = false;
    let mut is_escaped = false;
    for it in json.chars() {
        if in_string {
            in_string = is_escaped || it != '"';
            is_escaped = !is_escaped && it == '\\';
        } else if it.is_ascii_whitespace() {
            continue;
        } else {
            in_string = it == '"';
        }
        out.push(it);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_spaces;
    use shenbao::engine::locale::{LANGUAGES, embedded};
    use shenbao::engine::tables::TABLES;
    use shenbao::engine::value::json::parse;

    #[test]
    fn only_what_stands_between_tokens_goes() {
        assert_eq!(without_spaces("{ \"a b\" : [ 1,\n\t2 ] }\n"), r#"{"a b":[1,2]}"#);
        assert_eq!(without_spaces(r#"[ "\" [ ", "\\" , " \\\" " ]"#), r#"["\" [ ","\\"," \\\" "]"#);
    }

    #[test]
    fn every_file_says_the_same_afterwards() {
        let words = LANGUAGES.iter().flat_map(|it| embedded(it.tag));
        for text in TABLES.iter().map(|it| it.text).chain(words) {
            let short = without_spaces(text);
            assert!(short.len() < text.len());
            // Equal values have their members in the same order.
            assert_eq!(parse(short.as_bytes(), 24), parse(text.as_bytes(), 24));
        }
    }
}
