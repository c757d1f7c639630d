//! Builds the release form: one artifact that old domestic browsers and new ones load alike.
//!
//! Rust turns reference types and multi-value on by default; browsers of the Chromium 90 family refuse them.
//! So the standard library is rebuilt for the MVP of WebAssembly, and the result is validated as such. That
//! form is also the smaller one.

use crate::say::{Outcome, fail, run as run_command};
use crate::setup::{self, Tools};
use crate::{dist_dir, figures, minify, mvp, root};
use std::env;
use std::path::{Path, PathBuf};

/// `cargo xtask build`.
pub fn run(_: &[String]) -> Outcome<()> {
    let tools = setup::for_build()?;
    page(&tools)?;
    figures::print(&tools).map(|_| ())
}

/// Builds the page into `dist_dir()` and proves that it keeps to the old features.
pub fn page(tools: &Tools) -> Outcome<()> {
    println!("\nbuilding the release form (one to two minutes the first time)");
    let mut command = tools.page_command("trunk");
    command.args(["build", "--release", "--dist"]).arg(dist_dir());
    command.env("TRUNK_SKIP_VERSION_CHECK", "true").env("NO_COLOR", "true");
    // `-Z build-std` needs a nightly compiler or this word; the compiler is the stable one.
    command.env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
    command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    command.env("CARGO_ENCODED_RUSTFLAGS", tools.page_flags(&release_flags()).join("\u{1f}"));
    run_command(&mut command, "read the compiler's message above; if it says that a package cannot be fetched, check the network and run the command again")?;
    let modules = wasm_files(&dist_dir());
    if modules.is_empty() {
        return fail("the build made no wasm file", "look at the messages of trunk above");
    }
    for module in &modules {
        mvp::check(module)?;
    }
    minify::dist(tools)?;
    println!("{} wasm module(s) validate with MVP features and mutable globals alone", modules.len());
    println!("the page is in {}", dist_dir().display());
    Ok(())
}

fn release_flags() -> Vec<String> {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::var_os("HOME").map(|it| PathBuf::from(it).join(".cargo")));
    let mut flags = vec!["-Ctarget-cpu=mvp".to_owned(), format!("--remap-path-prefix={}=shenbao", root().display())];
    // Views with their types erased are compiled once for many places; small hash and cipher code costs speed
    // that nobody notices here.
    flags.extend(["--cfg=erase_components", "--cfg=sha2_backend_soft=\"compact\"", "--cfg=aes_backend_soft=\"compact\""].map(str::to_owned));
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
