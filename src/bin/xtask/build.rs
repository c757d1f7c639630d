//! Builds the release form: one artifact that old domestic browsers and new ones load alike.
//!
//! Rust turns reference types and multi-value on by default; browsers of the Chromium 90 family refuse them.
//! So the standard library is rebuilt for the MVP of WebAssembly, and the result is validated as such. That
//! form is also the smaller one.

use crate::say::{Outcome, fail, failed_at, run as run_command};
use crate::setup::{self, Tools};
use crate::{blank, dist_dir, divide, figures, first_sheet, minify, mvp, names, offline, order, root, target_dir};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What the page is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";

/// What starts the page. A start file of our own, because a strict content security policy refuses an inline script;
/// what it asks for is fetched early.
const HEAD: &str = r#"<script type="module" src="./start.js"></script>
<link rel="modulepreload" href="./shenbao-app.js">
<link rel="preload" href="./shenbao-app_bg.wasm" as="fetch" type="application/wasm" crossorigin>
<link rel="preload" href="./shenbao.css" as="fetch" crossorigin>
<link rel="preload" href="./first.json" as="fetch" crossorigin>
"#;

/// `cargo xtask build`.
pub fn run(_: &[String]) -> Outcome<()> {
    let tools = setup::for_build()?;
    page(&tools)?;
    figures::print(&tools).map(|_| ())
}

/// A program of the page: its name, its features, and whether it comes in two parts.
struct Program {
    name: &'static str,
    features: &'static [&'static str],
    is_divided: bool,
}

const PROGRAMS: &[Program] = &[
    Program { name: "shenbao-app", features: &[], is_divided: true },
    Program { name: "signing", features: &["--no-default-features", "--features", "signing"], is_divided: false },
];

const CARGO_MEND: &str = "read the compiler's message above; if it says that a package cannot be fetched, check the network and run the command again";

const FOLDER_MEND: &str = "free some disk space, or make the folder writable, and build again";

const TOOL_MEND: &str = "read the message above, then build again; if it stays, remove the folder target/page";

/// What makes a module small: 2 % less after compression than `-Oz` alone. Flat code lets the passes after it see more,
/// a function of some size with one caller is one with it, and what lies below address 1024 is never data: the stack is
/// there, so that an offset may always be added to an address.
const PASSES: &[&str] = &["--low-memory-unused", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--one-caller-inline-max-function-size", "20", "--converge"];

/// Builds the page into `dist_dir()` and proves that it keeps to the old features.
pub fn page(tools: &Tools) -> Outcome<()> {
    println!("\nbuilding the release form (one to two minutes the first time)");
    let dist = dist_dir();
    if dist.exists() {
        fs::remove_dir_all(&dist).map_err(failed_at(&dist, FOLDER_MEND))?;
    }
    fs::create_dir_all(&dist).map_err(failed_at(&dist, FOLDER_MEND))?;
    for program in PROGRAMS {
        build(tools, program)?;
    }
    let modules = wasm_files(&dist);
    for module in &modules {
        optimize(tools, module)?;
        order::functions(module)?;
        mvp::check(module)?;
    }
    index(&dist)?;
    blank::write()?;
    minify::dist(tools)?;
    first_sheet::write(tools)?;
    offline::write(tools)?;
    println!("{} wasm modules validate with MVP features and mutable globals alone", modules.len());
    println!("the page is in {}", dist.display());
    Ok(())
}

/// Compiles a program, divides it if it comes in two parts, and makes its script.
fn build(tools: &Tools, program: &Program) -> Outcome<()> {
    let Program { name, features, is_divided } = program;
    let mut command = tools.page_command("cargo");
    command.args(["rustc", "--locked", "--release", "--target", TARGET, "--bin", name]).args(*features);
    // `-Z build-std` needs a nightly compiler or this word; the compiler is the stable one.
    command.env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
    command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    command.env("CARGO_ENCODED_RUSTFLAGS", tools.page_flags(&release_flags()).join("\u{1f}"));
    if *is_divided {
        command.arg("--").args(divide::LINK);
    }
    run_command(&mut command, CARGO_MEND)?;
    let (dist, page) = (dist_dir(), target_dir().join("page"));
    let mut linked = page.join(TARGET).join("release").join(format!("{name}.wasm"));
    let later = dist.join("later_bg.wasm");
    if *is_divided {
        let parts = divide::divide(&linked, &page.join("parts"))?;
        copy(&parts.later, &later)?;
        copy(&root().join("src/web/later.js"), &dist.join("later.js"))?;
        linked = parts.first;
    }
    let mut command = tools.command("wasm-bindgen");
    command.args(["--target", "web", "--no-typescript", "--out-name", name, "--out-dir"]).arg(&dist).arg(&linked);
    if *is_divided {
        // What the second part takes from the first is among these.
        command.arg("--keep-lld-exports");
    }
    run_command(&mut command, TOOL_MEND)?;
    names::shorten(&dist, name, is_divided.then_some(&*later))
}

/// Makes a module small, with the old features alone.
fn optimize(tools: &Tools, module: &Path) -> Outcome<()> {
    let mut command = tools.command("wasm-opt");
    command.args(["--mvp-features", "--enable-mutable-globals", "--strip-debug", "--strip-producers"]).args(PASSES);
    command.arg(module).arg("-o").arg(module);
    run_command(&mut command, TOOL_MEND)
}

/// Lays the files beside the page that `index.html` names for trunk, and writes the page without those lines.
fn index(dist: &Path) -> Outcome<()> {
    let source = root().join("index.html");
    let text = fs::read_to_string(&source).map_err(failed_at(&source, FOLDER_MEND))?;
    let mut page = String::with_capacity(text.len());
    for line in text.lines() {
        if !line.contains("data-trunk") {
            if line == "</head>" {
                page.push_str(HEAD);
            }
            page.push_str(line);
            page.push('\n');
            continue;
        }
        if value_of(line, "rel") == Some("copy-file") {
            let Some(href) = value_of(line, "href") else { return fail(format!("index.html: no href in {line}"), "name the file to copy") };
            let folder = dist.join(value_of(line, "data-target-path").unwrap_or_default());
            fs::create_dir_all(&folder).map_err(failed_at(&folder, FOLDER_MEND))?;
            let file = root().join(href);
            copy(&file, &folder.join(file.file_name().unwrap_or_default()))?;
        }
    }
    let target = dist.join("index.html");
    fs::write(&target, page).map_err(failed_at(&target, FOLDER_MEND))
}

/// The value of an attribute in a line of HTML that is our own.
fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    fs::copy(from, to).map(|_| ()).map_err(failed_at(from, FOLDER_MEND))
}

fn release_flags() -> Vec<String> {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::var_os("HOME").map(|it| PathBuf::from(it).join(".cargo")));
    let mut flags = vec!["-Ctarget-cpu=mvp".to_owned(), format!("--remap-path-prefix={}=shenbao", root().display())];
    // Views with their types erased are compiled once for many places; small hash and cipher code costs speed
    // that nobody notices here.
    flags.extend(["--cfg=divided", "--cfg=erase_components", "--cfg=sha2_backend_soft=\"compact\"", "--cfg=aes_backend_soft=\"compact\""].map(str::to_owned));
    // Nothing that a person reads is made with Debug, so its code stays out.
    flags.push("-Zfmt-debug=none".to_owned());
    // Panic messages name source files; nobody's home folder belongs into what is shipped.
    if let Some(home) = cargo_home {
        flags.push(format!("--remap-path-prefix={}=cargo", home.display()));
    }
    flags
}

fn wasm_files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|it| it.path())
        .filter(|it| it.extension().is_some_and(|extension| extension == "wasm"))
        .collect();
    found.sort();
    found
}
