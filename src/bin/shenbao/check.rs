//! `shenbao check FILE…`: every problem of a table's definition with its place, and its cases run.

use crate::input::shown;
use crate::{Outcome, Trouble};
use lexopt::prelude::*;
use shenbao::engine::definition::check::MAX_BYTES;
use shenbao::engine::validation::lint;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

const HELP: &str = "usage: shenbao check FILE…

Reads definitions of tables, runs their cases, and prints one line for each problem:
  FILE: POINTER[@OFFSET]: problem: what it is about
POINTER is a JSON pointer into the file, OFFSET a character of the expression there. Warnings are marked
and do not count as failures.
";

/// Runs the command.
pub fn run(mut parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") | Short('h') => {
                print!("{HELP}");
                return Ok(Outcome::AllGood);
            }
            Value(file) => files.push(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        return Err(Trouble(format!("no file\n{HELP}")));
    }
    let mut outcome = Outcome::AllGood;
    for file in &files {
        let name = shown(&file.to_string_lossy());
        let bytes = match bytes(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("shenbao: {name}: {error}");
                outcome = Outcome::CouldNotRun;
                continue;
            }
        };
        let problems = lint::check(&bytes);
        for problem in &problems {
            let weight = if problem.code.is_warning() { "warning: " } else { "" };
            say(&format!("{name}: {weight}{}", shown(&problem.to_string())));
        }
        let n_faults = problems.iter().filter(|it| !it.code.is_warning()).count();
        let n_warnings = problems.len() - n_faults;
        say(&format!("{name}: {n_faults} problems, {n_warnings} warnings"));
        if n_faults > 0 && outcome == Outcome::AllGood {
            outcome = Outcome::SomethingFailed;
        }
    }
    Ok(outcome)
}

/// Prints a line; a reader that stopped listening, such as `head`, is no reason to fail.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The file, up to a byte more than a definition may have: enough to say that it is too large.
pub fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
