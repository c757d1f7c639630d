//! `shenbao inspect FILE…`: prints what the statements of a file say, once the file has proved intact.

use crate::input::{self, shown};
use crate::output::{self, say};
use crate::{Outcome, Trouble};
use lexopt::prelude::*;
use shenbao::engine::bundle::{
    nfc, paper,
    statement::Payload,
    verify::{Expect, Policy, VerifiedStatement, verify},
};
use shenbao::engine::locale::word;
use shenbao::engine::value::json::Json;
use std::path::PathBuf;

const HELP: &str = "usage: shenbao inspect FILE…

Prints the statements of signed files, applications and parts alike. Whose keys they are is not judged:
use shenbao verify with a trust list for that. Nothing is printed of a file that is not intact.
";

/// Runs the command.
pub fn run(mut parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") | Short('h') => {
                output::text(HELP);
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
        let bundle = match input::bundle(file) {
            Ok(bundle) => bundle,
            Err(error) => {
                eprintln!("shenbao: {name}: {error}");
                outcome = Outcome::CouldNotRun;
                continue;
            }
        };
        let mut policy = Policy::new(Expect::Application);
        policy.nfc = Some(nfc::compose);
        let mut report = verify(&bundle, &policy);
        if report.name() == "E_NO_APPLICATION" {
            policy.expect = Expect::Part;
            report = verify(&bundle, &policy);
        }
        say!("{name}: {}: {}", report.name(), word("en", &format!("bundle.{}", report.name())));
        if report.outcome.is_err() && outcome == Outcome::AllGood {
            outcome = Outcome::SomethingFailed;
        }
        for (idx, statement) in report.statements.iter().enumerate() {
            print_statement(idx, statement);
        }
        for it in &report.warnings {
            say!("  {} statement {}: {}", it.warning, it.statement, shown(&it.place));
        }
    }
    Ok(outcome)
}

fn print_statement(idx: usize, statement: &VerifiedStatement) {
    let payload = &statement.payload;
    let signer = payload.signer();
    say!("statement {idx}: {}", payload.type_name());
    say!("  signer      {} [{}]", shown(&signer.org), shown(&signer.role));
    for key in &statement.keys {
        say!("  key         {} {}", key.kind().alg(), key.kid());
    }
    say!("  created     {}", shown(payload.created()));
    say!("  SHA-256     {}", paper::groups(&statement.payload_sha256));
    say!("  link        {}", statement.link);
    if let Some(doc) = payload.doc() {
        say!("  document    {} revision {} ({})", shown(&doc.id), doc.rev, shown(&doc.lang));
        if let Some(prev) = doc.prev {
            say!("  previous    {}", paper::groups(&prev));
        }
    }
    if let Some(form) = payload.form() {
        say!("  table       {} {} {}", shown(&form.id), shown(&form.version), form.sha256.to_hex());
    }
    if !payload.to().is_empty() {
        say!("  to          {}", shown(&payload.to().join(", ")));
    }
    match payload {
        Payload::Part(part) => say!("  part        {}", shown(&part.part)),
        Payload::Endorsement(it) => {
            say!("  subject     {} revision {}", shown(&it.subject.doc), it.subject.rev);
            say!("  decision    {}", it.decision.name());
            say!("  opinion     {}", shown(&it.opinion));
            for remark in &it.remarks {
                say!("  remark      {}: {}", shown(&remark.path), shown(&remark.text));
            }
        }
        Payload::Application(_) => {}
    }
    for it in payload.attachments() {
        say!(
            "  attachment  {} {} {} bytes {}",
            shown(&it.name),
            shown(&it.media_type),
            it.size,
            it.sha256.to_hex()
        );
    }
    if let Some(data) = payload.data() {
        say!("  data");
        print_json(data, 2);
    }
}

/// Prints a value with one member or element a line. The parser bounds the depth.
fn print_json(json: &Json, depth: usize) {
    let indent = "  ".repeat(depth);
    let one = |label: &str, json: &Json| match json {
        Json::Object(members) if !members.is_empty() => {
            say!("{indent}{label}");
            print_json(json, depth + 1);
        }
        Json::List(items) if !items.is_empty() => {
            say!("{indent}{label}");
            print_json(json, depth + 1);
        }
        Json::Text(text) => say!("{indent}{label} {}", shown(text)),
        other => say!("{indent}{label} {}", other.to_canonical()),
    };
    match json {
        Json::Object(members) => members.iter().for_each(|(name, it)| one(&format!("{}:", shown(name)), it)),
        Json::List(items) => items.iter().for_each(|it| one("-", it)),
        other => one("", other),
    }
}
