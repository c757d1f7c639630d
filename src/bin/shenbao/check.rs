//! `shenbao check FILE…`: every problem of a table's definition with its place, and its cases run.

use crate::input::shown;
use crate::language::{self, either};
use crate::output::{self, say};
use crate::place::{self, Place};
use crate::sentences::Sentences;
use crate::{Outcome, Trouble};
use lexopt::prelude::*;
use shenbao::engine::definition::check::MAX_BYTES;
use shenbao::engine::definition::{Problem, ProblemCode};
use shenbao::engine::validation::lint;
use shenbao::engine::value::json::Json;
use std::io::Read;
use std::path::{Path, PathBuf};

const HELP: (&str, &str) = ("用法：shenbao check [--lang zh|en] [--json] 文件…

检查表格定义，运行其中的例子（cases），每个问题打印一行：
  文件:行:列: 错误：哪里不对，怎样改 [代码 位置@偏移]
“位置”是文件里的 JSON 指针，“偏移”是表达式里的第几个字符。提醒不算不通过。

  --lang zh|en                输出的语言；不写则随电脑的语言
  --json                      每个问题一个 JSON，不用句子
", "usage: shenbao check [--lang zh|en] [--json] FILE…

Reads definitions of tables, runs their cases, and prints one line for each problem:
  FILE:LINE:COLUMN: error: what is wrong and how to mend it [CODE POINTER@OFFSET]
POINTER is a JSON pointer into the file, OFFSET a character of the expression there. Warnings are marked
and do not count as failures.

  --lang zh|en                the language of the sentences; that of the machine if left out
  --json                      one JSON object for each problem instead of sentences
");

fn help() -> &'static str {
    either(HELP.0, HELP.1)
}

/// The mark that Notepad puts in front of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Runs the command.
pub fn run(mut parser: lexopt::Parser) -> Result<Outcome, Trouble> {
    let mut files: Vec<PathBuf> = Vec::new();
    let (language, mut is_json) = (language::current(), false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") | Short('h') => {
                output::text(help());
                return Ok(Outcome::AllGood);
            }
            Long("lang") => language::read(&mut parser)?,
            Long("json") => is_json = true,
            Value(file) => files.push(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        return Err(Trouble(format!("{}\n{}", either("没有写文件", "no file"), help())));
    }
    let mut outcome = Outcome::AllGood;
    for file in &files {
        let name = shown(&file.to_string_lossy());
        let bytes = match bytes(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("shenbao: {name}: {}", language::file_trouble(&error));
                outcome = Outcome::CouldNotRun;
                continue;
            }
        };
        let problems = lint::check(&bytes);
        let sentences = Sentences::new(&bytes, language);
        let placed: Vec<Placed> = problems.iter().map(|it| Placed::new(it, &bytes, &sentences)).collect();
        if is_json {
            placed.iter().for_each(|it| say!("{}", it.to_json(&name).to_canonical()));
        } else {
            print_sentences(&name, &placed, language);
        }
        if problems.iter().any(|it| !it.code.is_warning()) && outcome == Outcome::AllGood {
            outcome = Outcome::SomethingFailed;
        }
    }
    Ok(outcome)
}

/// A problem with what an author needs: where it is, and what it means.
struct Placed<'a> {
    problem: &'a Problem,
    place: Place,
    sentence: String,
    /// True for a name that nothing has though the file does: what has it is hidden by another fault.
    is_hidden: bool,
}

impl<'a> Placed<'a> {
    fn new(problem: &'a Problem, bytes: &[u8], sentences: &Sentences) -> Self {
        let place = match (problem.code, problem.offset) {
            (ProblemCode::NotJson, Some(offset)) => place::of_byte(bytes, offset),
            (ProblemCode::Cycle, _) => {
                place::of_pointer(bytes, &sentences.pointer_of(&problem.detail).unwrap_or_default(), None, false)
            }
            (code, offset) => place::of_pointer(bytes, &problem.pointer, offset, code == ProblemCode::UnknownMember),
        };
        let mut placed = Placed { problem, place, sentence: sentences.of(problem), is_hidden: false };
        placed.is_hidden = placed.unknown_name().is_some_and(|it| sentences.is_in_file(it));
        placed
    }

    /// The name that nothing has, without the way to it: the same one is often missing in several places.
    fn unknown_name(&self) -> Option<&str> {
        let name = self.problem.detail.rsplit('.').next();
        name.filter(|_| self.problem.code == ProblemCode::UnknownName)
    }

    /// True for a fault that makes a field, list or part go by another name or be left out.
    fn hides_a_name(&self) -> bool {
        use ProblemCode::*;
        matches!(self.problem.code, BadId | DuplicateId)
            || self.problem.pointer.starts_with("/parts/")
                && matches!(self.problem.code, WrongType | MissingMember | UnknownWord)
    }

    fn to_json(&self, file: &str) -> Json {
        let number = |it: usize| Json::Int(i64::try_from(it).unwrap_or_default());
        Json::empty()
            .with("file", Json::text(file))
            .with("line", number(self.place.line))
            .with("column", number(self.place.column))
            .with("severity", Json::text(if self.problem.code.is_warning() { "warning" } else { "error" }))
            .with("code", Json::text(format!("{:?}", self.problem.code)))
            .with("pointer", Json::text(self.problem.pointer.as_str()))
            .with("offset", self.problem.offset.map_or(Json::Null, number))
            .with("detail", Json::text(self.problem.detail.as_str()))
            .with("sentence", Json::text(self.sentence.as_str()))
    }
}

/// How many more places of the same fault are named.
const MOST_OTHERS: usize = 5;

/// One line for each problem; a name that is missing in several places is one of them.
fn print_sentences(file: &str, placed: &[Placed], language: &str) {
    let is_english = language == "en";
    let hides = placed.iter().find(|it| it.hides_a_name());
    let (mut n_faults, mut n_warnings) = (0, 0);
    for (idx, it) in placed.iter().enumerate() {
        let before = placed.get(..idx).unwrap_or_default();
        let after = placed.get(idx + 1..).unwrap_or_default();
        let name = it.unknown_name();
        let is_same = |other: &&Placed| name.is_some() && other.unknown_name() == name;
        if before.iter().any(|other| is_same(&other)) {
            continue;
        }
        let weight = match (it.problem.code.is_warning(), is_english) {
            (false, false) => "错误：",
            (true, false) => "提醒：",
            (false, true) => "error: ",
            (true, true) => "warning: ",
        };
        if it.problem.code.is_warning() { n_warnings += 1 } else { n_faults += 1 }
        let mut line = format!("{file}:{}:{}: {weight}{}", it.place.line, it.place.column, it.sentence);
        let mut others: Vec<String> = after.iter().filter(is_same).map(|it| format!("{}:{}", it.place.line, it.place.column)).collect();
        if others.len() > MOST_OTHERS {
            let n = others.len();
            others.truncate(MOST_OTHERS);
            others.push(if is_english { format!("{n} places in all") } else { format!("……共 {n} 处") });
        }
        if !others.is_empty() {
            line.push_str(&if is_english { format!(" Also at {}.", others.join(", ")) } else { format!("同样的还在 {}。", others.join("、")) });
        }
        // Under a wrong id something goes by another name, which the file does not have.
        let goes_otherwise = |it: &&Placed| matches!(it.problem.code, ProblemCode::BadId | ProblemCode::DuplicateId);
        if let Some(hides) = hides.filter(|hides| name.is_some() && (it.is_hidden || goes_otherwise(hides))) {
            let (at, of) = (hides.place.line, hides.place.column);
            line.push_str(&if is_english { format!(" Probably because of {at}:{of}: mend that first.") } else { format!("多半由 {at}:{of} 的错误引起，请先改那里。") });
        }
        let pointer = if it.problem.pointer.is_empty() { "/" } else { &it.problem.pointer };
        let offset = it.problem.offset.map_or(String::new(), |it| format!("@{it}"));
        say!("{} [{:?} {}{offset}]", shown(&line), it.problem.code, shown(pointer));
    }
    match is_english {
        false => say!("{file}：{n_faults} 处错误，{n_warnings} 处提醒"),
        true => {
            let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
            say!("{file}: {}, {}", count(n_faults, "error"), count(n_warnings, "warning"));
        }
    }
}

/// The file, up to a byte more than a definition may have: enough to say that it is too large.
pub fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    bytes_up_to(file, MAX_BYTES as u64 + 1)
}

/// The beginning of a file that somebody wrote. The mark that Notepad puts in front is no part of it.
pub fn bytes_up_to(file: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(most + BYTE_ORDER_MARK.len() as u64).read_to_end(&mut bytes)?;
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(bytes)
}
