//! `shenbao schema`: the JSON Schema of definitions, for completion in an author's editor; with `--answers`
//! that of a table's answers, for receivers who check with a validator of their own.

use crate::input::shown;
use crate::language::{self, either};
use crate::output::{self, say};
use crate::{Outcome, Trouble};
use lexopt::prelude::*;
use shenbao::engine::definition::{CheckedDefinition, Definition};
use std::path::PathBuf;

const HELP: (&str, &str) = ("用法：shenbao schema [--answers 文件 [--draft]]

打印表格定义的 JSON Schema（2020-12）；加 --answers 则打印“文件”里那张表的答案的 JSON Schema，再加 --draft
则是尚未填完的答案的。

  --lang zh|en                输出的语言；不写则随电脑的语言
", "usage: shenbao schema [--answers FILE [--draft]]

Prints the JSON Schema (2020-12) of table definitions; with --answers that of the answers to the table in
FILE, and with --draft of answers that are not complete yet.

  --lang zh|en                the language of the sentences; that of the machine if left out
");

/// Runs the command.
pub fn run(mut parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let (mut answers, mut is_draft) = (None::<PathBuf>, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") | Short('h') => {
                output::text(either(HELP.0, HELP.1));
                return Ok(Outcome::AllGood);
            }
            Long("lang") => language::read(&mut parser)?,
            Long("answers") => answers = Some(parser.value()?.into()),
            Long("draft") => is_draft = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(file) = answers else {
        if is_draft {
            return Err(Trouble(either("--draft 要和 --answers 一起用", "--draft goes with --answers").into()));
        }
        say!("{}", Definition::json_schema().to_canonical());
        return Ok(Outcome::AllGood);
    };
    let name = shown(&file.to_string_lossy());
    let bytes = crate::check::bytes(&file).map_err(|error| Trouble(format!("{name}: {}", language::file_trouble(&error))))?;
    let Some(table) = CheckedDefinition::load(&bytes).0 else {
        return Err(Trouble(format!("{name}: {}", either("表格定义有错误，先用 shenbao check 检查", "not a definition without problems; see shenbao check"))));
    };
    say!("{}", shenbao::engine::answers::schema::schema(&table, is_draft).to_canonical());
    Ok(Outcome::AllGood)
}
