//! `cargo xtask bench`: ratios measured in one run; nothing passes or fails by time.

use crate::root;
use crate::say::{Outcome, fail, run as run_command};
use std::process::Command;

/// `cargo xtask bench`.
pub fn run(words: &[String]) -> Outcome<()> {
    if let Some(other) = words.first() {
        return fail(format!("bench does not know {other}"), "it takes no words");
    }
    let mut command = Command::new("cargo");
    command.args(["bench", "--locked", "--no-default-features", "--bench", "native"]).current_dir(root());
    run_command(&mut command, "read the messages above")
}
