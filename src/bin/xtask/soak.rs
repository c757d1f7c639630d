//! `cargo xtask soak`: random edits and damaged files for minutes, in optimized form with every check on.

use crate::say::{Outcome, fail, run as run_command};
use std::process::Command;

/// `cargo xtask soak [--seed N] [--minutes M]`.
pub fn run(words: &[String]) -> Outcome<()> {
    let mut seed = None;
    let mut minutes = "10".to_owned();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().cloned();
        match (word.as_str(), value) {
            ("--seed", Some(value)) if value.parse::<u64>().is_ok() => seed = Some(value),
            ("--minutes", Some(value)) if value.parse::<f64>().is_ok_and(|it| it >= 0.0) => minutes = value,
            _ => return fail(format!("soak does not understand {word}"), "for instance: cargo xtask soak --seed 7 --minutes 10"),
        }
    }
    // Another seed each time, or the same rounds would be walked again and again; the test prints it.
    let seed = seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |it| it.as_secs()).to_string()
    });
    println!("seed {seed}, {minutes} minutes; the same again: cargo xtask soak --seed {seed} --minutes {minutes}");
    let mut command = Command::new("cargo");
    command.args(["test", "--locked", "--no-default-features", "--profile", "soak", "--test", "it"]);
    command.args(["--", "--ignored", "--exact", "--nocapture", "soak::for_minutes"]);
    command.current_dir(crate::root()).env("SHENBAO_SOAK_SEED", seed).env("SHENBAO_SOAK_MINUTES", minutes);
    run_command(&mut command, "the messages above name the seed of the round and the smallest input found")
}
