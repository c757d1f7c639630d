//! The npm package: what a portal's engineer imports once to have `<shenbao-form>`.
//!
//! Its loader is small and names every file as `new URL("./files/…", import.meta.url)` or `import("./files/…")`,
//! which bundlers follow and browsers resolve by themselves. The files carry a hash of their content in their
//! names, so that a server may let them be kept for ever.

use crate::contract::Contract;
use crate::say::{Outcome, fail, failed_at, output_of, run as run_command};
use crate::setup::Tools;
use crate::{dist, dist_dir, minify, root, target_dir};
use sha2::{Digest, Sha256, Sha384};
use shenbao::engine::value::base64;
use std::fs;
use std::path::{Path, PathBuf};

const MEND: &str = "build again: cargo xtask dist";

/// The program itself; a module like any other, but for its script, which the page has in its start file.
const PROGRAM: &str = "shenbao-app";

/// Bundlers turn smaller files into `data:` addresses, which a strict policy refuses.
const SMALLEST: usize = 4096;

/// The most that the loader may be, in bytes after brotli.
const LOADER_LIMIT: u64 = 10_000;

/// The folder of the package.
pub fn folder() -> PathBuf {
    target_dir().join("package/npm")
}

/// Makes the package from the last build and packs it as npm would; gives the place of the archive.
pub fn package(tools: &Tools) -> Outcome<PathBuf> {
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed_at(&folder, MEND))?;
    }
    fs::create_dir_all(folder.join("files")).map_err(failed_at(&folder, MEND))?;
    let contract = Contract::read()?;
    let tables = target_dir().join("package/files.js");
    write(&tables, &tables_of(tools, &folder)?)?;
    minify::loader(tools, &root().join("src/web/page/package.js"), &tables, &folder.join("index.js"))?;
    fs::remove_file(&tables).map_err(failed_at(&tables, MEND))?;
    write(&folder.join("index.d.ts"), &contract.declarations())?;
    write(&folder.join("react.d.ts"), &contract.for_react())?;
    write(&folder.join("vue.d.ts"), &contract.for_vue())?;
    write(&folder.join("custom-elements.json"), &pretty(&contract.manifest(&version())))?;
    write(&folder.join("README.md"), &contract.readme())?;
    write(&folder.join("package.json"), &description())?;
    write(&folder.join("integrity.json"), &pretty(&integrity(&folder)?))?;
    check_loader(tools, &folder.join("index.js"))?;
    pack(tools, &folder)
}

/// Copies what the program asks for under names with a hash; the tables of those names for the loader.
fn tables_of(tools: &Tools, folder: &Path) -> Outcome<String> {
    let (mut files, mut modules) = (String::new(), String::new());
    let hashed = |name: &str, bytes: &[u8]| -> Outcome<String> {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let stem = stem.rsplit_once('/').map_or(stem, |it| it.1);
        let digest: String = Sha256::digest(bytes).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let place = format!("files/{stem}-{digest}.{extension}");
        let path = folder.join(&place);
        if path.exists() {
            return fail(format!("two files of the package would be {place}"), "give one of them another name");
        }
        fs::write(&path, bytes).map_err(failed_at(&path, MEND))?;
        Ok(place)
    };
    let program = minify::program_script();
    let place = hashed(&format!("{PROGRAM}.js"), &read(&program)?)?;
    modules.push_str(&format!("  \"{PROGRAM}\": () => import(\"./{place}\"),\n"));
    for name in dist::asked_for() {
        let path = dist_dir().join(&name);
        if let Some(module) = name.strip_suffix(".js") {
            let bare = target_dir().join("package/module.js");
            minify::for_package(tools, &path, &bare)?;
            let place = hashed(&name, &read(&bare)?)?;
            fs::remove_file(&bare).map_err(failed_at(&bare, MEND))?;
            modules.push_str(&format!("  \"{module}\": () => import(\"./{place}\"),\n"));
        } else {
            let bytes = read(&path)?;
            if bytes.len() < SMALLEST {
                return fail(format!("{name} is so small that bundlers put it into an address"), format!("keep it in another file, or above {SMALLEST} bytes"));
            }
            let place = hashed(&name, &bytes)?;
            files.push_str(&format!("  \"{name}\": () => new URL(\"./{place}\", import.meta.url),\n"));
        }
    }
    Ok(format!("export const FILES = {{\n{files}}};\nexport const MODULES = {{\n{modules}}};\n"))
}

/// The version of the package is that of the program.
fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// `package.json`, as text: in `exports` the order of the conditions counts. Private, since the package is given out
/// as a file and a public registry may have another of this name.
fn description() -> String {
    const TEXT: &str = r#"{
  "name": "shenbao",
  "version": "VERSION",
  "description": "DESCRIPTION",
  "private": true,
  "license": "UNLICENSED",
  "type": "module",
  "main": "./index.js",
  "types": "./index.d.ts",
  "customElements": "./custom-elements.json",
  "sideEffects": ["./index.js"],
  "exports": {
    ".": { "types": "./index.d.ts", "default": "./index.js" },
    "./react": { "types": "./react.d.ts" },
    "./vue": { "types": "./vue.d.ts" },
    "./custom-elements.json": "./custom-elements.json",
    "./integrity.json": "./integrity.json",
    "./files/*": "./files/*",
    "./package.json": "./package.json"
  },
  "files": ["index.js", "*.d.ts", "custom-elements.json", "integrity.json", "files"]
}
"#;
    TEXT.replace("VERSION", &version()).replace("DESCRIPTION", env!("CARGO_PKG_DESCRIPTION"))
}

/// The hash of every script and every file of the program, as `integrity` attributes and reviewers want it.
fn integrity(folder: &Path) -> Outcome<serde_json::Value> {
    let mut table = serde_json::Map::new();
    let mut names = vec!["index.js".to_owned()];
    names.extend(dist::files(folder, "files"));
    for name in names {
        let mut text = String::from("sha384-");
        base64::encode(&Sha384::digest(read(&folder.join(&name))?), &mut text);
        table.insert(name, text.into());
    }
    Ok(table.into())
}

fn check_loader(tools: &Tools, loader: &Path) -> Outcome<()> {
    let script = "const b=require('fs').readFileSync(process.argv[1]);console.log(require('zlib').brotliCompressSync(b).length)";
    let size = output_of(tools.command("node").args(["-e", script]).arg(loader)).and_then(|it| it.parse::<u64>().ok());
    match size {
        Some(size) if size <= LOADER_LIMIT => {
            println!("the loader of the npm package: {size} bytes brotli of at most {LOADER_LIMIT}");
            Ok(())
        }
        Some(size) => fail(format!("the loader of the npm package is {size} bytes brotli, over {LOADER_LIMIT}"), "move what is not needed to start out of src/web/page/package.js"),
        None => fail("node could not compress the loader", "check that node 18 or newer is on PATH"),
    }
}

/// Lets npm pack the folder; fails unless every file that was made is in the archive.
fn pack(tools: &Tools, folder: &Path) -> Outcome<PathBuf> {
    let mut command = tools.command("npm");
    command.args(["pack", "--silent", "--ignore-scripts", "--pack-destination", ".."]).current_dir(folder);
    run_command(&mut command, "read the message of npm above")?;
    let archive = folder.with_file_name(format!("shenbao-{}.tgz", version()));
    let listed = output_of(std::process::Command::new("tar").arg("-tzf").arg(&archive)).unwrap_or_default();
    let mut names: Vec<String> = dist::files(folder, ".").into_iter().map(|it| it.trim_start_matches("./").to_owned()).filter(|it| it != "files").collect();
    names.extend(dist::files(folder, "files"));
    for name in &names {
        if !listed.lines().any(|it| it.strip_prefix("package/") == Some(name)) {
            return fail(format!("the npm package lacks {name}"), "name it under `files` of the package");
        }
    }
    println!("npm package: {} ({} files)", archive.display(), names.len());
    Ok(archive)
}

fn pretty(json: &serde_json::Value) -> String {
    format!("{json:#}\n")
}

fn write(path: &Path, text: &str) -> Outcome<()> {
    fs::write(path, text).map_err(failed_at(path, MEND))
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(failed_at(path, MEND))
}
