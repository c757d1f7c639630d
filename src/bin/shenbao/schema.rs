//! `shenbao schema`: the JSON Schema of definitions, for completion in an author's editor; with `--answers`
//! that of a table's answers, for receivers who check with a validator of their own.

use crate::input::shown;
use crate::output::{self, say};
use crate::{Outcome, Trouble};
use lexopt::prelude::*;
use shenbao::engine::definition::{CheckedDefinition, Definition};
use std::path::PathBuf;

const HELP: &str = "usage: shenbao schema [--answers FILE [--draft]]

Prints the JSON Schema (2020-12) of table definitions; with --answers that of the answers to the table in
FILE, and with --draft of answers that are not complete yet.
";

/// Runs the command.
pub fn run(mut parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let (mut answers, mut is_draft) = (None::<PathBuf>, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") | Short('h') => {
                output::text(HELP);
                return Ok(Outcome::AllGood);
            }
            Long("answers") => answers = Some(parser.value()?.into()),
            Long("draft") => is_draft = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(file) = answers else {
        if is_draft {
            return Err(Trouble("--draft goes with --answers".into()));
        }
        say!("{}", Definition::json_schema().to_canonical());
        return Ok(Outcome::AllGood);
    };
    let name = shown(&file.to_string_lossy());
    let bytes = crate::check::bytes(&file).map_err(|error| Trouble(format!("{name}: {error}")))?;
    let Some(table) = CheckedDefinition::load(&bytes).0 else {
        return Err(Trouble(format!("{name}: not a definition without problems; see shenbao check")));
    };
    say!("{}", shenbao::engine::answers::schema::schema(&table, is_draft).to_canonical());
    Ok(Outcome::AllGood)
}
