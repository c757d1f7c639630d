//! `cargo xtask bench`: ratios measured in one run; nothing passes or fails by time.
//!
//! `native` grows the scale definition; `page` loads the built page beside the same form in hand-written DOM.

use crate::say::{Outcome, Stages, fail, run as run_command};
use crate::{build, dist_dir, root, setup};
use std::process::Command;

const MEND: &str = "read the messages above; `cargo xtask bench native` and `cargo xtask bench page` run one half";

/// `cargo xtask bench [native] [page] [--no-build]`.
pub fn run(words: &[String]) -> Outcome<()> {
    if let Some(other) = words.iter().find(|it| !["native", "page", "--no-build"].contains(&it.as_str())) {
        return fail(format!("bench does not know {other}"), "it knows native, page and --no-build");
    }
    let has = |word: &str| words.iter().any(|it| it == word);
    let (native, page) = (has("native") || !has("page"), has("page") || !has("native"));
    let mut stages = Stages::new(usize::from(native) + usize::from(page));
    if native {
        stages.next("the engine at 3, 300 and 1,000 parks and rows");
        let mut command = Command::new("cargo");
        command.args(["bench", "--locked", "--no-default-features", "--bench", "native"]).current_dir(root());
        run_command(&mut command, MEND)?;
    }
    if page {
        stages.next("the built page beside hand-written DOM, in Chromium");
        let tools = setup::for_build()?;
        setup::for_browsers(&tools)?;
        if !has("--no-build") {
            build::page(&tools)?;
        } else if !dist_dir().join("index.html").is_file() {
            return fail("there is no built page yet", "run cargo xtask bench without --no-build");
        }
        let mut command = tools.command("cargo");
        command.args(["bench", "--locked", "--no-default-features", "--bench", "page"]);
        command.env("SHENBAO_DIST", dist_dir());
        run_command(&mut command, MEND)?;
    }
    stages.summary();
    Ok(())
}
