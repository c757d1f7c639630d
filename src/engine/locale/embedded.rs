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

/// Words of the first language that only the second part of the page's program says. Where that is a part of its own,
/// it brings them along.
#[cfg(not(divided))]
pub const LATER: &str = include_str!("zh-CN-later.json");
#[cfg(divided)]
pub const LATER: &str = "";
