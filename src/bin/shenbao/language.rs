//! In which language the commands speak: `--lang`, else that of the machine, else Chinese.

use crate::Trouble;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::sync::OnceLock;

static CURRENT: OnceLock<&'static str> = OnceLock::new();

/// The language of this run: `zh-CN` or `en`. It is looked for among the arguments first, so that what is wrong with
/// another one is said in it as well.
pub fn current() -> &'static str {
    CURRENT.get_or_init(|| of_arguments().unwrap_or_else(of_environment))
}

/// One of two texts, in the language of this run.
pub fn either<T>(chinese: T, english: T) -> T {
    if current() == "en" { english } else { chinese }
}

fn of_arguments() -> Option<&'static str> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let after = arguments.windows(2).filter(|it| it.first().is_some_and(|it| it == "--lang")).filter_map(|it| it.get(1)?.to_str());
    let joined = arguments.iter().filter_map(|it| it.to_str()?.strip_prefix("--lang="));
    after.chain(joined).filter_map(of_word).next()
}

fn of_word(word: &str) -> Option<&'static str> {
    match word {
        "zh" | "zh-CN" => Some("zh-CN"),
        "en" => Some("en"),
        _ => None,
    }
}

/// The language of the environment. Windows has none of these variables, and there the users are Chinese offices.
fn of_environment() -> &'static str {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let set = variables.filter_map(|it| std::env::var(it).ok()).find(|it| !it.is_empty());
    match set {
        Some(locale) if !locale.starts_with("zh") => "en",
        _ => "zh-CN",
    }
}

/// Steps over the value of `--lang`, which [`current`] has read, and refuses another word.
pub fn read(parser: &mut lexopt::Parser) -> Result<(), Trouble> {
    let is_known = parser.value()?.to_str().is_some_and(|it| of_word(it).is_some());
    is_known.then_some(()).ok_or_else(|| Trouble(either("--lang 只能是 zh 或 en", "--lang is zh or en").to_owned()))
}

/// Why a file could not be read.
pub fn file_trouble(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => either("没有这个文件，请核对名称和位置", "there is no such file; check its name and place").to_owned(),
        ErrorKind::PermissionDenied => either("没有读取此文件的权限", "this file may not be read").to_owned(),
        ErrorKind::IsADirectory => {
            either("这是文件夹，请写出其中的文件，例如 文件夹/*.sab.json", "this is a folder; name the files in it, as in folder/*.sab.json").to_owned()
        }
        _ => error.to_string(),
    }
}

/// What is wrong with the arguments.
pub fn usage_trouble(error: &lexopt::Error) -> String {
    use lexopt::Error::*;
    let shown = |it: &OsStr| crate::input::shown(&it.to_string_lossy());
    if current() == "en" {
        return format!("{error}; --help says how it is used");
    }
    let what = match error {
        MissingValue { option: Some(option) } => format!("选项 {option} 后面缺少值"),
        UnexpectedOption(option) => format!("没有选项 {}", shown(OsStr::new(option))),
        UnexpectedArgument(it) => format!("多余的参数 {}", shown(it)),
        UnexpectedValue { option, .. } => format!("选项 {option} 不带值"),
        NonUnicodeValue(it) => format!("参数不是 UTF-8 文字：{}", shown(it)),
        other => other.to_string(),
    };
    format!("{what}；用 --help 查看用法")
}
