//! The words of the languages that are not part of the program: fetched when somebody asks for one.

use super::assets::{self, AssetError};
use crate::engine::locale;

/// Makes the words of a language available. Until this is done a view in that language would show Chinese words,
/// so the language changes only afterwards.
pub async fn load(tag: &str) -> Result<(), AssetError> {
    // A tag off the list is shown in the first language, whose words are always here.
    let tag = locale::nearest(tag);
    if locale::has(tag) {
        return Ok(());
    }
    let name = format!("locale/{tag}.json");
    let text = assets::text(&name).await?;
    if locale::install(tag, &text) { Ok(()) } else { Err(AssetError::damaged(&name)) }
}

/// Why the words of a language are not here, in the language that is shown, and how to go on.
pub fn failure(error: &AssetError, shown: &str, wanted: &str) -> String {
    let name = locale::LANGUAGES.iter().find(|it| it.tag == wanted).map_or(wanted, |it| it.name);
    error.words(shown, &locale::fill(locale::word(shown, "asset.words"), &[("language", name)]))
}
