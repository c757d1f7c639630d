//! The words files that are part of the program.

/// Tag and text of each. The page fetches all but the first.
#[cfg(not(target_arch = "wasm32"))]
pub const WORDS: &[(&str, &str)] = &[
    ("zh-CN", include_str!("zh-CN.json")),
    ("zh-Hant", include_str!("zh-Hant.json")),
    ("en", include_str!("en.json")),
];
#[cfg(target_arch = "wasm32")]
pub const WORDS: &[(&str, &str)] = &[("zh-CN", include_str!("zh-CN.json"))];
