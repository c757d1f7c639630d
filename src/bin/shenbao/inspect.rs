//! `shenbao inspect FILE…`: prints what the statements of a file say, once the file has proved intact.

use crate::input::{self, shown};
use crate::language::{self, either};
use crate::output::{self, say};
use crate::{Outcome, Trouble, kind};
use lexopt::prelude::*;
use shenbao::engine::bundle::{
    nfc, paper,
    statement::Payload,
    verify::{Expect, Policy, VerifiedStatement, verify},
};
use shenbao::engine::locale::word;
use shenbao::engine::value::json::Json;
use std::path::PathBuf;

const HELP: (&str, &str) = ("用法：shenbao inspect 文件…

打印签名文件里签了什么，整份申报和园区部分都可以。密钥是谁的不在这里核对，请用 shenbao verify 加已知密钥名单。
不完整的文件什么也不打印。

  --lang zh|en                输出的语言；不写则随电脑的语言
", "usage: shenbao inspect FILE…

Prints the statements of signed files, applications and parts alike. Whose keys they are is not judged:
use shenbao verify with a trust list for that. Nothing is printed of a file that is not intact.

  --lang zh|en                the language of the words; that of the machine if left out
");

/// One line of a statement: its label in Chinese and in English, and what it says.
fn line(label: (&str, &str), said: &str) {
    // A Chinese character is two columns wide.
    match either(true, false) {
        true => say!("  {}{} {said}", label.0, "　".repeat(6_usize.saturating_sub(label.0.chars().count()))),
        false => say!("  {:<11} {said}", label.1),
    }
}

/// Runs the command.
pub fn run(mut parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") | Short('h') => {
                output::text(either(HELP.0, HELP.1));
                return Ok(Outcome::AllGood);
            }
            Long("lang") => language::read(&mut parser)?,
            Value(file) => files.push(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        return Err(Trouble(format!("{}\n{}", either("没有写文件", "no file"), either(HELP.0, HELP.1))));
    }
    let mut outcome = Outcome::AllGood;
    for file in &files {
        let name = shown(&file.to_string_lossy());
        let bundle = match input::bundle(file) {
            Ok(bundle) => bundle,
            Err(error) => {
                eprintln!("shenbao: {name}: {}", language::file_trouble(&error));
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
        let what = if report.outcome.is_ok() { None } else { kind::of(file) };
        let said = match what {
            Some(what) => what,
            None => word(language::current(), &format!("bundle.{}", report.name())),
        };
        say!("{name}: {}: {said}", report.name());
        if report.outcome.is_err() && outcome == Outcome::AllGood {
            outcome = Outcome::SomethingFailed;
        }
        for (idx, statement) in report.statements.iter().enumerate() {
            print_statement(idx, statement);
        }
        for it in &report.warnings {
            let words = word(language::current(), &format!("bundle.{}", it.warning.name()));
            say!("  {}: {words} (statements[{}] {})", it.warning, it.statement, shown(&it.place));
        }
    }
    Ok(outcome)
}

fn print_statement(idx: usize, statement: &VerifiedStatement) {
    let payload = &statement.payload;
    let signer = payload.signer();
    let kind = match payload {
        Payload::Application(_) => either("申报表", "application"),
        Payload::Part(_) => either("园区部分", "part"),
        Payload::Endorsement(_) => either("审核意见", "endorsement"),
    };
    say!("{} {idx}: {kind}", either("签署", "statement"));
    line(("签名单位", "signer"), &format!("{} [{}]", shown(&signer.org), shown(&signer.role)));
    for key in &statement.keys {
        line(("密钥指纹", "key"), &format!("{} {}", key.kid(), key.kind().alg()));
    }
    line(("所写时间", "created"), &shown(payload.created()));
    line(("文件指纹", "SHA-256"), &paper::groups(&statement.payload_sha256));
    line(("签署指纹", "link"), &statement.link.to_string());
    if let Some(doc) = payload.doc() {
        line(("申报编号", "document"), &shown(&doc.id));
        line(("版次", "revision"), &format!("{} ({})", doc.rev, shown(&doc.lang)));
        if let Some(prev) = doc.prev {
            line(("前一版", "previous"), &paper::groups(&prev));
        }
    }
    if let Some(form) = payload.form() {
        line(("表", "table"), &format!("{} {} {}", shown(&form.id), shown(&form.version), form.sha256.to_hex()));
    }
    if !payload.to().is_empty() {
        line(("报送", "to"), &shown(&payload.to().join(", ")));
    }
    match payload {
        Payload::Part(part) => line(("部分", "part"), &shown(&part.part)),
        Payload::Endorsement(it) => {
            line(("针对", "subject"), &shown(&it.subject.doc));
            line(("版次", "revision"), &it.subject.rev.to_string());
            line(("决定", "decision"), it.decision.name());
            line(("意见", "opinion"), &shown(&it.opinion));
            for remark in &it.remarks {
                line(("批注", "remark"), &format!("{}: {}", shown(&remark.path), shown(&remark.text)));
            }
        }
        Payload::Application(_) => {}
    }
    for it in payload.attachments() {
        let size = either(format!("{} 字节", it.size), format!("{} bytes", it.size));
        line(("附件", "attachment"), &format!("{} {} {size} {}", shown(&it.name), shown(&it.media_type), it.sha256.to_hex()));
    }
    if let Some(data) = payload.data() {
        say!("  {}", either("填报内容", "data"));
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
