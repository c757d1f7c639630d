//! In which language the commands speak: `--lang`, else that of the machine, else Chinese.

use crate::Trouble;

/// The language of the environment. Windows has none of these variables, and there the users are Chinese offices.
pub fn of_environment() -> &'static str {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let set = variables.filter_map(|it| std::env::var(it).ok()).find(|it| !it.is_empty());
    match set {
        Some(locale) if !locale.starts_with("zh") => "en",
        _ => "zh-CN",
    }
}

/// The value of `--lang`.
pub fn read(parser: &mut lexopt::Parser) -> Result<&'static str, Trouble> {
    match parser.value()?.to_string_lossy().as_ref() {
        "zh" | "zh-CN" => Ok("zh-CN"),
        "en" => Ok("en"),
        _ => Err(Trouble("--lang is zh or en".to_owned())),
    }
}
