//! `cargo xtask test`: everything that gates a change, in the order of what fails fastest.
//!
//! Nothing is skipped: a missing browser or tool is a failure with its mend.

use crate::say::{Outcome, Stages, fail, run as run_command};
use crate::setup::{self, Tools};
use crate::{build, dist, dist_dir, figures, hosts, root, target_dir};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// One stage: its name on the command line, what is printed, and what it does.
struct Stage {
    name: &'static str,
    title: &'static str,
    run: fn(&Tools) -> Outcome<()>,
}

const STAGES: &[Stage] = &[
    Stage { name: "engine", title: "the engine compiles without the browser half", run: engine },
    Stage { name: "native", title: "native tests", run: native },
    Stage { name: "interop", title: "foreign programs verify ours, ours verifies theirs", run: interop },
    Stage { name: "build", title: "release build and its sizes", run: release },
    Stage { name: "hosts", title: "the npm package, and pages that are built with it", run: hosts::build },
    Stage { name: "view", title: "in-browser tests of the view, in headless Chromium", run: view },
    Stage { name: "e2e", title: "end-to-end tests in Chromium, Firefox and WebKitGTK", run: e2e },
];

const CODE_MEND: &str = "read the messages above; `cargo xtask test STAGE` runs one stage again";

pub fn run(words: &[String]) -> Outcome<()> {
    let chosen: Vec<&Stage> = if words.is_empty() {
        STAGES.iter().collect()
    } else {
        let mut chosen = Vec::new();
        for word in words {
            match STAGES.iter().find(|it| it.name == word) {
                Some(stage) => chosen.push(stage),
                None => {
                    let names: Vec<&str> = STAGES.iter().map(|it| it.name).collect();
                    return fail(format!("there is no stage {word}"), format!("the stages are {}", names.join(", ")));
                }
            }
        }
        chosen
    };
    let mut stages = Stages::new(chosen.len() + 1);
    stages.next("set-up");
    let tools = setup::run_all()?;
    for stage in chosen {
        stages.next(stage.title);
        if let Err(failure) = (stage.run)(&tools) {
            stages.summary();
            return Err(failure);
        }
    }
    stages.summary();
    println!("\nall stages passed");
    Ok(())
}

fn cargo(tools: &Tools, words: &[&str]) -> Command {
    let mut command = tools.command("cargo");
    command.args(words);
    command
}

fn engine(tools: &Tools) -> Outcome<()> {
    run_command(&mut cargo(tools, &["check", "--locked", "--no-default-features"]), CODE_MEND)
}

fn native(tools: &Tools) -> Outcome<()> {
    run_command(&mut cargo(tools, &["test", "--locked", "--no-default-features", "--features", "tasks", "--lib", "--bins", "--test", "it"]), CODE_MEND)
}

fn interop(tools: &Tools) -> Outcome<()> {
    let mut command = cargo(tools, &["test", "--locked", "--no-default-features", "--features", "tasks", "--test", "interop"]);
    command.env("SHENBAO_VENV", setup::venv_dir());
    run_command(&mut command, CODE_MEND)
}

fn release(tools: &Tools) -> Outcome<()> {
    build::page(tools)?;
    let (file, digest) = dist::single()?;
    println!("one file: {}, SHA-256 {digest}", file.display());
    figures::check(tools)
}

/// Builds `tests/web.rs` for the browser and hands it to wasm-bindgen's runner.
fn view(tools: &Tools) -> Outcome<()> {
    let mut command = tools.page_command("cargo");
    command.args(["test", "--locked", "--target", "wasm32-unknown-unknown", "--test", "web", "--no-run"]);
    // Names of functions are enough for a panic in the browser; the rest of the debug information costs minutes.
    command.env("CARGO_PROFILE_DEV_DEBUG", "false");
    run_command(&mut command, CODE_MEND)?;
    let messages = crate::say::output_of(command.arg("--message-format=json")).unwrap_or_default();
    let Some(program) = executable_in(&messages) else {
        return fail("cargo named no program for tests/web.rs", CODE_MEND);
    };
    let capabilities = target_dir().join("webdriver.json");
    if let Err(error) = fs::write(&capabilities, WEBDRIVER) {
        return fail(format!("{} cannot be written: {error}", capabilities.display()), "free some disk space");
    }
    let mut runner = tools.command("wasm-bindgen-test-runner");
    // The runner serves the folder it is started in beside the tests: so they can fetch what is in tests/data.
    runner.arg(program).current_dir(root().join("tests"));
    runner.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities);
    runner.env("WASM_BINDGEN_TEST_ONLY_WEB", "1").env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    runner.env("CHROMEDRIVER", "chromedriver");
    run_command(&mut runner, CODE_MEND)
}

/// Chromium as it must be started as root and without a network.
const WEBDRIVER: &str = r#"{"goog:chromeOptions":{"args":["--headless=new","--no-sandbox","--disable-gpu","--disable-quic",
"--no-first-run","--disable-background-networking","--disable-component-update","--disable-sync","--disable-dev-shm-usage"]}}"#;

/// The program of the tests among what cargo built: it builds the other programs of the package for them too, and
/// names them in any order.
fn executable_in(messages: &str) -> Option<String> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_test = message["target"]["kind"].as_array()?.iter().any(|it| it == "test");
        message["executable"].as_str().filter(|_| is_test).map(str::to_owned)
    })
}

fn e2e(tools: &Tools) -> Outcome<()> {
    let mut command = cargo(tools, &["test", "--locked", "--no-default-features", "--features", "tasks", "--test", "e2e"]);
    command.env("SHENBAO_DIST", dist_dir()).env("SHENBAO_SINGLE", dist::single_file());
    command.env("SHENBAO_VENV", setup::venv_dir()).env("SHENBAO_SCREENSHOTS", screenshots_dir());
    command.env("SHENBAO_HOSTS", hosts::folder());
    run_command(&mut command, CODE_MEND)
}

fn screenshots_dir() -> PathBuf {
    let folder = target_dir().join("screenshots");
    // The tests make the folder too; a failure shows there.
    let _ = fs::create_dir_all(&folder);
    folder
}

#[cfg(test)]
mod tests {
    use super::executable_in;

    #[test]
    fn the_program_of_the_tests_is_found_wherever_it_stands() {
        let line = |kind: &str, program: &str| {
            format!("{{\"reason\":\"compiler-artifact\",\"target\":{{\"kind\":[\"{kind}\"]}},\"executable\":{program}}}\n")
        };
        let (library, page, tests) = (line("lib", "null"), line("bin", "\"page.wasm\""), line("test", "\"web.wasm\""));
        let end = "{\"reason\":\"build-finished\"}";
        for messages in [[&library, &page, &tests].map(|it| &**it).concat() + end, [&tests, &library, &page].map(|it| &**it).concat() + end] {
            assert_eq!(executable_in(&messages).as_deref(), Some("web.wasm"));
        }
        assert_eq!(executable_in(&[&*page, end].concat()), None);
    }
}
