//! The project's own tasks: `cargo xtask serve`, `build`, `test` and the rest.
//!
//! Every task starts from an empty machine: it installs what is missing, says what it is doing, and ends
//! with a sentence that names the mend when something cannot be had. Tools go into a cache of the user's own
//! (`$XDG_CACHE_HOME/shenbao` or `~/.cache/shenbao`), never into the project and never over what is on PATH.

mod bench;
mod blank;
mod build;
mod contract;
mod dist;
mod divide;
mod figures;
mod first_sheet;
mod hosts;
mod minify;
mod mvp;
mod names;
mod npm;
mod offline;
mod order;
mod portal;
mod preset;
mod reproduce;
mod say;
mod serve;
mod setup;
mod soak;
mod static_server;
// The rules for paper are no file of their own.
#[allow(dead_code)]
#[path = "../../web/style.rs"]
mod style;
mod test;

use say::{Failure, Outcome};
use std::path::PathBuf;

/// One task of the command line: its name, what it is for, and what it does.
struct Task {
    name: &'static str,
    purpose: &'static str,
    run: fn(&[String]) -> Outcome<()>,
}

/// The closed list of tasks; the help text is made from it.
const TASKS: &[Task] = &[
    Task { name: "serve", purpose: "install what is missing, build the release form, serve it on 127.0.0.1:8080 [--port N] [--no-build] [--portal: the example of a portal]", run: serve::run },
    Task { name: "build", purpose: "install what is missing, build the release form into target/dist, print its sizes", run: build::run },
    Task { name: "dist", purpose: "build what is given out: the site, the npm package, and the form as one HTML file [--preset FILE]", run: dist::run },
    Task { name: "test", purpose: "install browsers and drivers too, then run everything that gates a change [STAGE…]", run: test::run },
    Task { name: "setup", purpose: "only install what the other tasks need", run: setup::run },
    Task { name: "figures", purpose: "print the sizes of the last build again", run: figures::run },
    Task { name: "bench", purpose: "measure ratios in one run: the engine as tables grow, the page beside hand-written DOM [native] [page] [--no-build]", run: bench::run },
    Task { name: "reproduce", purpose: "build what is given out from the last commit twice, in two folders, and compare every byte (long)", run: reproduce::run },
    Task { name: "styles", purpose: "write the styles of the form into one file, for trunk", run: minify::styles },
    Task { name: "soak", purpose: "random edits and damaged files, long [--seed N] [--minutes M]", run: soak::run },
];

fn main() {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let Some(task) = TASKS.iter().find(|it| it.name == name) else {
        eprintln!("usage: cargo xtask TASK\n");
        for it in TASKS {
            eprintln!("  {:<9} {}", it.name, it.purpose);
        }
        std::process::exit(2);
    };
    if let Err(Failure { what, mend }) = (task.run)(&rest) {
        eprintln!("\nxtask: {what}\n  mend: {mend}");
        std::process::exit(1);
    }
}

/// The folder of the project, whatever the current folder is.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Cargo's target folder; everything that is made lands below it.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The folder of the built site.
pub fn dist_dir() -> PathBuf {
    target_dir().join("dist")
}
