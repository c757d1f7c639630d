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

use language::either;
use lexopt::prelude::*;
use std::process::ExitCode;

/// A command: its name, what it does in one line of Chinese and of English, and itself.
struct Command {
    name: &'static str,
    about: (&'static str, &'static str),
    run: fn(lexopt::Parser) -> Result<Outcome, Trouble>,
}

const COMMANDS: &[Command] = &[
    Command { name: "verify", about: ("核验签名文件，每个一行", "judge signed files, one line each"), run: verify::run },
    Command { name: "inspect", about: ("打印签了什么", "print what a signed file says"), run: inspect::run },
    Command { name: "check", about: ("检查表格定义", "find the problems of a table's definition"), run: check::run },
    Command { name: "schema", about: ("打印定义或答案的 JSON Schema", "print the JSON Schema of definitions or answers"), run: schema::run },
];

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    AllGood,
    SomethingFailed,
    CouldNotRun,
}

/// Why a command could not run, in the language of this run.
struct Trouble(String);

impl From<lexopt::Error> for Trouble {
    fn from(error: lexopt::Error) -> Trouble {
        Trouble(language::usage_trouble(&error))
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(Outcome::AllGood) => ExitCode::SUCCESS,
        Ok(Outcome::SomethingFailed) => ExitCode::from(1),
        Ok(Outcome::CouldNotRun) => ExitCode::from(2),
        Err(Trouble(what)) => {
            eprintln!("shenbao: {}", what.trim_end());
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Outcome, Trouble> {
    let mut parser = lexopt::Parser::from_env();
    loop {
        match parser.next()? {
            Some(Long("lang")) => language::read(&mut parser)?,
            Some(Value(name)) => {
                if let Some(command) = COMMANDS.iter().find(|it| name == it.name) {
                    return (command.run)(parser);
                }
                let name = input::shown(&name.to_string_lossy());
                return Err(Trouble(either(format!("没有命令 {name}；用 --help 查看用法"), format!("no command {name}; try --help"))));
            }
            Some(Long("help") | Short('h')) => {
                output::text(&help());
                return Ok(Outcome::AllGood);
            }
            Some(Long("version") | Short('V')) => {
                output::say!("shenbao {}", env!("CARGO_PKG_VERSION"));
                return Ok(Outcome::AllGood);
            }
            Some(other) => return Err(other.unexpected().into()),
            None => return Err(Trouble(help())),
        }
    }
}

fn help() -> String {
    let mut text = String::from(either("用法：shenbao 命令 …\n\n", "usage: shenbao COMMAND …\n\n"));
    for command in COMMANDS {
        let (chinese, english) = command.about;
        text.push_str(&format!("  {:<9} {}\n", command.name, either(chinese, english)));
    }
    text.push_str(either(
        "\nshenbao 命令 --help 说明各命令。退出码：0 全部通过，1 有不通过的，2 没能运行。\n",
        "\nshenbao COMMAND --help says more. Exit code: 0 all good, 1 something failed, 2 could not run.\n",
    ));
    text
}
