//! `shenbao verify FILE…`: judges signed files by the steps of the bundle format.

use crate::input::{self, quoted, shown};
use crate::language::{self, either};
use crate::output::{self, say};
use crate::place::{self, Place};
use crate::rules::{Definitions, RulesReport, rules_report};
use crate::{Outcome, Trouble, kind};
use lexopt::prelude::*;
use shenbao::engine::bundle::{
    limit, nfc, paper,
    statement::{Decision, Payload},
    trust::{self, TrustError, TrustErrorKind},
    verify::{Awaited, Expect, Policy, VerificationReport, VerifiedStatement, verify},
};
use shenbao::engine::definition::CheckedDefinition;
use shenbao::engine::locale::word;
use shenbao::engine::value::json::Json;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

const HELP: (&str, &str) = ("用法：shenbao verify [选项] 文件…

核验签名文件，每个一行：结论（INTACT、AUTHENTIC、…+PAPER）或第一个错误。

  --expect application|part   文件应为整份申报（默认）或园区部分
  --expect-paper DIGEST       盖章纸件上的 64 位指纹，或二维码内容
  --trust FILE                已知密钥名单；不给则最多是 INTACT
  --register FILE             以前收到的版次
  --require-role OFFICE       必须有此单位的签名，写表中的名称或编号，可多次
  --recipient OFFICE          本单位，写表中的名称或编号（省知识产权局 或 prov_ip）
  --attachment FILE           另行送来的附件
  --definition FILE           用这份表格定义核对填报条件；自带的表不必给
  --strict-rules              条件不符或未能核对也算不通过
  --lang zh|en                输出的语言；不写则随电脑的语言
  --json                      每个文件一个 JSON，不用句子

退出码：0 全部通过，1 有文件不通过，2 没能运行。
", "usage: shenbao verify [OPTIONS] FILE…

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
");

fn help() -> &'static str {
    either(HELP.0, HELP.1)
}

struct Options {
    policy: Policy,
    files: Vec<PathBuf>,
    definitions: Definitions,
    /// The definitions that were given: file and digest.
    given: Vec<(String, String)>,
    is_strict: bool,
    is_json: bool,
}

/// Runs the command.
pub fn run(parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let Some(options) = options(parser)? else {
        output::text(help());
        return Ok(Outcome::AllGood);
    };
    let mut outcome = Outcome::AllGood;
    let mut unused = options.given.clone();
    for file in &options.files {
        match judge(file, &options, &mut unused) {
            Ok(true) => {}
            Ok(false) if outcome == Outcome::AllGood => outcome = Outcome::SomethingFailed,
            Ok(false) => {}
            Err(why) => {
                let name = shown(&file.to_string_lossy());
                if options.is_json {
                    let line = [("file", Json::text(name)), ("error", Json::text(UNREADABLE)), ("place", Json::text(why)), ("passed", Json::Bool(false))];
                    say!("{}", Json::object(line).to_canonical());
                } else {
                    say!("{name}: {UNREADABLE}: {why}");
                }
                outcome = Outcome::CouldNotRun;
            }
        }
    }
    for (name, _) in &unused {
        let said = either("没有用到这份表格定义：各文件所签的都不是它", "this definition is not used: no file was signed with it");
        eprintln!("shenbao: {name}: {said}");
    }
    Ok(outcome)
}

fn options(mut parser: lexopt::Parser) -> Result<Option<Options>, Trouble> {
    let mut options = Options {
        policy: Policy::new(Expect::Application),
        files: Vec::new(),
        definitions: Definitions::bundled(),
        given: Vec::new(),
        is_strict: false,
        is_json: false,
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
                    _ => return Err(Trouble(either("--expect 只能是 application 或 part", "--expect is application or part").to_owned())),
                };
            }
            Long("expect-paper") => {
                let digest = paper::read_digest(&parser.value()?.string()?);
                let mend = either(
                    "--expect-paper 要写纸件上的全部 64 位指纹，或二维码的内容",
                    "--expect-paper needs all 64 digits of the sheet, or the text of its QR code",
                );
                policy.paper = Some(digest.ok_or_else(|| Trouble(mend.to_owned()))?);
            }
            Long("trust") => {
                let path = PathBuf::from(parser.value()?);
                let (trust, _) = trust_file(&path)?;
                if trust.keys.is_empty() {
                    let what = either("里面没有密钥（keys）；收文登记请用 --register", "there are no keys in it; a register is given with --register");
                    return Err(Trouble(format!("{}: {what}", shown(&path.to_string_lossy()))));
                }
                policy.trust.keys.extend(trust.keys);
            }
            Long("register") => {
                for (doc, entry) in trust_file(&parser.value()?.into())?.1.documents {
                    policy.register.accept(&doc, entry);
                }
            }
            Long("require-role") => policy.required_roles.push(parser.value()?.string()?),
            Long("recipient") => policy.recipient = Some(parser.value()?.string()?),
            Long("attachment") => {
                let path = PathBuf::from(parser.value()?);
                policy.supplied.push(input::attachment(&path).map_err(|error| unreadable(&path, &error))?);
            }
            Long("definition") => {
                let path = PathBuf::from(parser.value()?);
                let bytes = crate::check::bytes(&path).map_err(|error| unreadable(&path, &error))?;
                let name = shown(&path.to_string_lossy());
                match options.definitions.add(&bytes) {
                    Ok(digest) => options.given.push((name, digest)),
                    Err(n) => {
                        return Err(Trouble(either(
                            format!("{name}: 表格定义有 {n} 处错误，先用 shenbao check 检查"),
                            format!("{name}: not a sound definition, {n} problems; run shenbao check"),
                        )));
                    }
                }
            }
            Long("strict-rules") => options.is_strict = true,
            Long("json") => options.is_json = true,
            Long("lang") => language::read(&mut parser)?,
            Long("help") | Short('h') => return Ok(None),
            Value(file) => options.files.push(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let (policy, tables) = (&mut options.policy, &options.definitions);
    policy.recipient = policy.recipient.take().map(|it| tables.role(&it));
    policy.required_roles.iter_mut().for_each(|it| *it = tables.role(it));
    if options.files.is_empty() {
        return Err(Trouble(format!("{}\n{}", either("没有写文件", "no file"), help())));
    }
    Ok(Some(options))
}

fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Trouble {
    Trouble(format!("{}: {}", shown(&path.to_string_lossy()), language::file_trouble(error)))
}

fn trust_file(path: &PathBuf) -> Result<(trust::TrustList, trust::Register), Trouble> {
    // Notepad's mark is no part of the file; what is larger than a bundle may be is no list.
    let bytes = crate::check::bytes_up_to(path, limit::JSON_FILE).map_err(|error| unreadable(path, &error))?;
    trust::read(&bytes).map_err(|error| {
        let name = shown(&path.to_string_lossy());
        let (place, said) = trust_words(&bytes, &error);
        Trouble(format!("{name}:{}:{}: {said}", place.line, place.column))
    })
}

/// Where a trust list or register is wrong, and how to mend it.
fn trust_words(bytes: &[u8], error: &TrustError) -> (Place, String) {
    let place = match error.kind {
        TrustErrorKind::NotJson(offset) => place::of_byte(bytes, offset),
        // A name that nothing has, or that no key can have, is wrong itself.
        kind => {
            let is_name = kind == TrustErrorKind::Unknown || error.pointer.split('/').count() == 3;
            place::of_pointer(bytes, &error.pointer, None, is_name)
        }
    };
    let member = shown(error.pointer.rsplit('/').next().unwrap_or_default());
    let said = match error.kind {
        TrustErrorKind::NotJson(_) => either(
            "这里不是正确的 JSON（少了或多了逗号、引号、括号，或不是 UTF-8）".to_owned(),
            "not JSON here: a comma, quote or bracket too few or too many, or not UTF-8".to_owned(),
        ),
        TrustErrorKind::NotATrustList => either(
            "不是密钥名单或收文登记：开头应有 \"sabtrust\": \"1.0\"".to_owned(),
            "not a trust list or register: it has to say \"sabtrust\": \"1.0\"".to_owned(),
        ),
        TrustErrorKind::Missing => either(format!("缺少“{member}”"), format!("“{member}” is missing")),
        TrustErrorKind::Unknown => either(format!("没有“{member}”这一项，请改正或删去"), format!("there is no member “{member}”; mend or remove it")),
        TrustErrorKind::Wrong => either(format!("“{member}”的写法不对：{}", form_of(&error.pointer)), format!("“{member}” is not as it must be: {}", form_of(&error.pointer))),
    };
    (place, said)
}

/// The form of what a pointer into a trust list names.
fn form_of(pointer: &str) -> &'static str {
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    match (steps.len(), steps.first().copied(), steps.last().copied()) {
        (2, Some("keys"), _) => either(
            "应为密钥指纹（43 个字符，shenbao inspect 打印的那一行），后面是 {…}",
            "a key's fingerprint (43 characters, as shenbao inspect prints it), followed by {…}",
        ),
        (3, _, Some("roles" | "kids")) => either("应为方括号里的文字，例如 [\"city\"]", "texts in brackets, as [\"city\"]"),
        (3, _, Some("source")) => either("应为 paper、letter 或 ca", "paper, letter or ca"),
        (3, _, Some("since" | "revoked")) => either("应为 2026-01-05T00:00:00Z 的样子", "a time like 2026-01-05T00:00:00Z"),
        (3, _, Some("rev")) => either("应为 1 起的整数", "a whole number from 1"),
        (3, _, Some("payload")) => either("应为 64 位小写的文件指纹", "64 lower-case hex digits"),
        (3, _, _) => either("应为文字", "a text"),
        _ => either("应为 {…}", "an object"),
    }
}

/// What stands in the place of a verdict where there is no file to judge.
const UNREADABLE: &str = "UNREADABLE";

/// Prints one line; says whether the file is good, or why it cannot be read. A definition that was signed with leaves those
/// that are not used.
fn judge(file: &PathBuf, options: &Options, unused: &mut Vec<(String, String)>) -> Result<bool, String> {
    let bundle = input::bundle(file).map_err(|error| language::file_trouble(&error))?;
    let report = verify(&bundle, &options.policy);
    let is_ok = report.outcome.is_ok();
    let first = report.statements.first().filter(|_| is_ok);
    let rules = first.map(|it| rules_report(&options.definitions, &it.payload));
    for form in report.statements.iter().filter_map(|it| it.payload.form()) {
        unused.retain(|(_, digest)| *digest != form.sha256.to_hex());
    }
    let name = shown(&file.to_string_lossy());
    let is_part = first.is_some_and(|it| matches!(it.payload, Payload::Part(_)));
    let breaks_rules = is_ok && options.is_strict && !is_part && !rules.as_ref().is_some_and(RulesReport::holds);
    let passes = is_ok && !breaks_rules;
    if options.is_json {
        let mut line = vec![("file".to_owned(), Json::text(name))];
        line.extend(report.to_json().as_object().unwrap_or_default().iter().cloned());
        let rules = rules.as_ref().map_or(Json::Null, RulesReport::to_json);
        line.push(("rules".to_owned(), rules));
        line.push(("passed".to_owned(), Json::Bool(passes)));
        say!("{}", Json::Object(line).to_canonical());
    } else {
        let what = if is_ok { None } else { kind::of(file) };
        let table = first.and_then(|it| options.definitions.of(&it.payload));
        let said = sentence(&report, rules.as_ref(), table, language::current());
        match what {
            Some(what) => say!("{name}: {}: {what}", report.name()),
            None if breaks_rules => say!("{name}: {}{said}", either("不通过（条件，见句末）：", "failed by its rules, see the end: ")),
            None => say!("{name}: {said}"),
        }
    }
    Ok(passes)
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
    let who = quoted(&awaited.statement.payload.signer().org);
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
    let mut who = format!("{} [{}]", quoted(&signer.org), role_label(table, &signer.role, language));
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
