//! The words files that are part of the program.

/// Tag and text of each.
pub const WORDS: &[(&str, &str)] = &[("zh-CN", include_str!("zh-CN.json")), ("en", include_str!("en.json"))];
