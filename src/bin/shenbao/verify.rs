//! `shenbao verify FILE…`: judges signed files by the steps of the bundle format.

use crate::input::{self, shown};
use crate::rules::{Definitions, RulesReport, rules_report};
use crate::output::{self, say};
use crate::{Outcome, Trouble, kind, language};
use lexopt::prelude::*;
use shenbao::engine::bundle::{
    limit, nfc, paper,
    statement::{Decision, Payload},
    trust,
    verify::{Awaited, Expect, Policy, VerificationReport, VerifiedStatement, verify},
};
use shenbao::engine::definition::CheckedDefinition;
use shenbao::engine::locale::word;
use shenbao::engine::value::json::Json;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

const HELP: &str = "usage: shenbao verify [OPTIONS] FILE…

Judges signed files, one line each: the verdict (INTACT, AUTHENTIC, …+PAPER) or the first error.

  --expect application|part   the kind of file; application if left out
  --expect-paper DIGEST       the 64 digits on the sealed paper, or the text of its QR code
  --trust FILE                the trust list: without one a file is at best INTACT
  --register FILE             the revisions accepted before
  --require-role OFFICE       an office that must have signed, by its name in the table or its id; may be given several times
  --recipient OFFICE          this office, by its name in the table or its id (省知识产权局 or prov_ip)
  --attachment FILE           an attachment that came beside the file
  --definition FILE           a table definition to run the rules of; the bundled ones are known
  --strict-rules              rules that fail, or cannot be run, fail the file too
  --lang zh|en                the language of the sentences; that of the machine if left out
  --json                      one JSON object a line instead of sentences

Exit code: 0 all good, 1 a file failed, 2 could not run.
";

struct Options {
    policy: Policy,
    files: Vec<PathBuf>,
    definitions: Definitions,
    is_strict: bool,
    is_json: bool,
    language: &'static str,
}

/// Runs the command.
pub fn run(parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let Some(options) = options(parser)? else {
        output::text(HELP);
        return Ok(Outcome::AllGood);
    };
    let mut outcome = Outcome::AllGood;
    for file in &options.files {
        match judge(file, &options) {
            Ok(true) => {}
            Ok(false) if outcome == Outcome::AllGood => outcome = Outcome::SomethingFailed,
            Ok(false) => {}
            Err(Trouble(what)) => {
                eprintln!("shenbao: {what}");
                outcome = Outcome::CouldNotRun;
            }
        }
    }
    Ok(outcome)
}

fn options(mut parser: lexopt::Parser) -> Result<Option<Options>, Trouble> {
    let mut options = Options {
        policy: Policy::new(Expect::Application),
        files: Vec::new(),
        definitions: Definitions::bundled(),
        is_strict: false,
        is_json: false,
        language: language::of_environment(),
    };
    let policy = &mut options.policy;
    policy.nfc = Some(nfc::compose);
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    policy.now = since_1970.ok().and_then(|it| i64::try_from(it.as_secs()).ok());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("expect") => {
                policy.expect = match parser.value()?.string()?.as_str() {
                    "application" => Expect::Application,
                    "part" => Expect::Part,
                    _ => return Err(Trouble("--expect is application or part".to_owned())),
                };
            }
            Long("expect-paper") => {
                let digest = paper::read_digest(&parser.value()?.string()?);
                let mend = "--expect-paper needs all 64 digits of the sheet, or the text of its QR code";
                policy.paper = Some(digest.ok_or_else(|| Trouble(mend.to_owned()))?);
            }
            Long("trust") => policy.trust = trust_file(&parser.value()?.into())?.0,
            Long("register") => policy.register = trust_file(&parser.value()?.into())?.1,
            Long("require-role") => policy.required_roles.push(parser.value()?.string()?),
            Long("recipient") => policy.recipient = Some(parser.value()?.string()?),
            Long("attachment") => {
                let path = PathBuf::from(parser.value()?);
                policy.supplied.push(input::attachment(&path).map_err(|error| unreadable(&path, &error))?);
            }
            Long("definition") => {
                let path = PathBuf::from(parser.value()?);
                let bytes = crate::check::bytes(&path).map_err(|error| unreadable(&path, &error))?;
                let added = options.definitions.add(&bytes);
                added.map_err(|n| {
                    Trouble(format!(
                        "{}: not a sound definition, {n} problems; run shenbao check",
                        path.display()
                    ))
                })?;
            }
            Long("strict-rules") => options.is_strict = true,
            Long("json") => options.is_json = true,
            Long("lang") => options.language = language::read(&mut parser)?,
            Long("help") | Short('h') => return Ok(None),
            Value(file) => options.files.push(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let (policy, tables) = (&mut options.policy, &options.definitions);
    policy.recipient = policy.recipient.take().map(|it| tables.role(&it));
    policy.required_roles.iter_mut().for_each(|it| *it = tables.role(it));
    if options.files.is_empty() {
        return Err(Trouble(format!("no file\n{HELP}")));
    }
    Ok(Some(options))
}

fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Trouble {
    Trouble(format!("{}: {error}", shown(&path.to_string_lossy())))
}

fn trust_file(path: &PathBuf) -> Result<(trust::TrustList, trust::Register), Trouble> {
    let too_large = |it: &[u8]| it.len() as u64 > limit::JSON_FILE;
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    if too_large(&bytes) {
        return Err(Trouble(format!("{}: too large for a trust list", path.display())));
    }
    trust::read(&bytes)
        .map_err(|fault| Trouble(format!("{}: not a trust list or register: {fault}", path.display())))
}

/// Prints one line; says whether the file is good.
fn judge(file: &PathBuf, options: &Options) -> Result<bool, Trouble> {
    let bundle = input::bundle(file).map_err(|error| unreadable(file, &error))?;
    let report = verify(&bundle, &options.policy);
    let is_ok = report.outcome.is_ok();
    let first = report.statements.first().filter(|_| is_ok);
    let rules = first.map(|it| rules_report(&options.definitions, &it.payload));
    let name = shown(&file.to_string_lossy());
    if options.is_json {
        let mut line = vec![("file".to_owned(), Json::text(name))];
        line.extend(report.to_json().as_object().unwrap_or_default().iter().cloned());
        let rules = rules.as_ref().map_or(Json::Null, RulesReport::to_json);
        line.push(("rules".to_owned(), rules));
        say!("{}", Json::Object(line).to_canonical());
    } else {
        let what = if is_ok { None } else { kind::of(file) };
        let what = what.map(|(chinese, english)| if options.language == "en" { english } else { chinese });
        let table = first.and_then(|it| options.definitions.of(&it.payload));
        let said = sentence(&report, rules.as_ref(), table, options.language);
        match what {
            Some(what) => say!("{name}: {}: {what}", report.name()),
            None => say!("{name}: {said}"),
        }
    }
    let is_part = first.is_some_and(|it| matches!(it.payload, Payload::Part(_)));
    let breaks_rules = options.is_strict && !is_part && !rules.is_some_and(|it| it.holds());
    Ok(is_ok && !breaks_rules)
}

fn sentence(
    report: &VerificationReport,
    rules: Option<&RulesReport>,
    table: Option<&CheckedDefinition>,
    language: &str,
) -> String {
    let is_chinese = language != "en";
    let (between, end) = if is_chinese { ("，", "；") } else { (", ", "; ") };
    let mut line = format!("{}: {}", report.name(), word(language, &format!("bundle.{}", report.name())));
    if let Err(fault) = &report.outcome
        && !fault.place.is_empty()
    {
        line.push_str(&format!(" ({})", shown(&fault.place)));
    }
    if let Some(awaited) = &report.awaited {
        line.push_str(&format!("{end}{}", missing(awaited, is_chinese)));
    }
    if report.outcome.is_ok() {
        let says: Vec<String> = report.statements.iter().map(|it| about(it, table, language)).collect();
        line.push_str(&format!(" {}", says.join(between)));
        if let Some(first) = report.statements.first() {
            line.push_str(&format!("{end}SHA-256 {}", paper::groups(&first.payload_sha256)));
        }
    }
    for warning in &report.warnings {
        let words = word(language, &format!("bundle.{}", warning.warning.name()));
        line.push_str(&format!(
            "{end}{}: {words} (statements[{}] {})",
            warning.warning,
            warning.statement,
            shown(&warning.place)
        ));
    }
    if let Some(rules) = rules {
        line.push_str(&format!("{end}{}", rules.to_words(language)));
    }
    line
}

/// What the table calls the office of a role; the role itself if it names none.
fn role_label(table: Option<&CheckedDefinition>, role: &str, language: &str) -> String {
    let office = table.and_then(|it| it.definition.office(role));
    shown(office.map_or(role, |it| it.label.get(language)))
}

/// Which of the named keys have signed, and which not.
fn missing(awaited: &Awaited, is_chinese: bool) -> String {
    let (n_signed, n_missing) = (awaited.statement.keys.len(), awaited.kids.len());
    let (n, kids) = (n_signed + n_missing, awaited.kids.join(" "));
    let who = shown(&awaited.statement.payload.signer().org);
    if is_chinese {
        format!("{who}：{n} 个签名中只有 {n_signed} 个，还差密钥 {kids} 的签名（尚未加签，或被删去）")
    } else {
        format!("{who}: {n_signed} of {n} signatures; key {kids} has yet to sign, or its signature was removed")
    }
}

/// A statement in a few words; one of several offices says how many signed it.
fn about(statement: &VerifiedStatement, table: Option<&CheckedDefinition>, language: &str) -> String {
    let is_chinese = language != "en";
    let payload = &statement.payload;
    let signer = payload.signer();
    let mut who = format!("{} [{}]", shown(&signer.org), role_label(table, &signer.role, language));
    match (statement.keys.len(), is_chinese) {
        (0 | 1, _) => {}
        (n, true) => who.push_str(&format!("，{n} 个签名")),
        (n, false) => who.push_str(&format!(", {n} signatures")),
    }
    match (payload, is_chinese) {
        (Payload::Application(it), false) => format!("application, revision {}, of {who}", it.doc.rev),
        (Payload::Application(it), true) => format!("申报表第 {} 版：{who}", it.doc.rev),
        (Payload::Part(it), false) => format!("part, revision {}, of {who}", it.doc.rev),
        (Payload::Part(it), true) => format!("园区部分第 {} 版：{who}", it.doc.rev),
        (Payload::Endorsement(it), _) => {
            let decision = match (it.decision, is_chinese) {
                (Decision::Recommend, false) => "recommended by ",
                (Decision::Return, false) => "returned by ",
                (Decision::Reject, false) => "rejected by ",
                (Decision::Recommend, true) => "推荐：",
                (Decision::Return, true) => "退回：",
                (Decision::Reject, true) => "不予推荐：",
            };
            format!("{decision}{who}")
        }
    }
}
