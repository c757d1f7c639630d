//! The command line of reviewers and table authors. One file per command; each is one line in [`COMMANDS`].
//!
//! Exit codes are the same for all: 0 all good, 1 something failed, 2 could not run.

mod check;
mod input;
mod inspect;
mod kind;
mod language;
mod output;
mod place;
mod rules;
mod schema;
mod sentences;
mod verify;

use std::process::ExitCode;

/// A command: its name, what it does in one line, and itself.
struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(lexopt::Parser) -> Result<Outcome, Trouble>,
}

const COMMANDS: &[Command] = &[
    Command { name: "verify", about: "judge signed files, one line each", run: verify::run },
    Command { name: "inspect", about: "print what a signed file says", run: inspect::run },
    Command { name: "check", about: "find the problems of a table's definition", run: check::run },
    Command { name: "schema", about: "print the JSON Schema of definitions or answers", run: schema::run },
];

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    AllGood,
    SomethingFailed,
    CouldNotRun,
}

/// Why a command could not run, in English.
struct Trouble(String);

impl From<lexopt::Error> for Trouble {
    fn from(error: lexopt::Error) -> Trouble {
        Trouble(error.to_string())
    }
}

fn main() -> ExitCode {
    let mut parser = lexopt::Parser::from_env();
    let outcome = match parser.next() {
        Ok(Some(lexopt::Arg::Value(name))) => match COMMANDS.iter().find(|it| name == it.name) {
            Some(command) => (command.run)(parser),
            None => Err(Trouble(format!("no command {}; try --help", input::shown(&name.to_string_lossy())))),
        },
        Ok(Some(lexopt::Arg::Long("help") | lexopt::Arg::Short('h'))) => {
            output::text(&help());
            Ok(Outcome::AllGood)
        }
        Ok(Some(lexopt::Arg::Long("version") | lexopt::Arg::Short('V'))) => {
            output::say!("shenbao {}", env!("CARGO_PKG_VERSION"));
            Ok(Outcome::AllGood)
        }
        Ok(Some(other)) => Err(other.unexpected().into()),
        Ok(None) => Err(Trouble(help())),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(Outcome::AllGood) => ExitCode::SUCCESS,
        Ok(Outcome::SomethingFailed) => ExitCode::from(1),
        Ok(Outcome::CouldNotRun) => ExitCode::from(2),
        Err(Trouble(what)) => {
            eprintln!("shenbao: {}", what.trim_end());
            ExitCode::from(2)
        }
    }
}

fn help() -> String {
    let mut text = String::from("usage: shenbao COMMAND …\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:<9} {}\n", command.name, command.about));
    }
    text.push_str(
        "\nshenbao COMMAND --help says more. Exit code: 0 all good, 1 something failed, 2 could not run.\n",
    );
    text
}
