//! What a one file is to begin with: a JSON file of whoever gives it out, checked before it goes anywhere.
//!
//! `{"table": "pilot-city-2017", "answers": {"cover": {"city_name": "示例市"}}, "profile": {"provincial_deadline":
//! "2017-07-15"}, "mail_to": "apply@example.org", "mail_limit": 20}`; only `table` must be there. The page writes the
//! same when a clerk saves it as one file (src/web/page/one-file.js).

use crate::say::{Outcome, fail};
use shenbao::engine::definition::CheckedDefinition;
use shenbao::engine::drafts::read::{AnswerProblemCode, read_answers};
use shenbao::engine::exchange::eml::parse_recipients;
use shenbao::engine::tables::{TABLES, table};
use shenbao::engine::value::json::{self, Json};
use std::path::Path;

/// A preset that was checked.
pub struct Preset {
    /// The name of its file, without its ending.
    pub name: String,
    /// The text that the page carries.
    pub text: String,
}

const MEMBERS: &[&str] = &["table", "answers", "profile", "mail_to", "mail_limit"];

const MEND: &str = "the README says what a preset has in it";

/// Reads and checks a preset.
pub fn read(file: &Path) -> Outcome<Preset> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return fail(format!("{}: {error}", file.display()), "name a file that is there"),
    };
    match checked(&bytes) {
        Ok(text) => Ok(Preset { name: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(), text }),
        Err(said) => fail(format!("{}: {said}", file.display()), MEND),
    }
}

/// The text for the page, or what is wrong.
fn checked(bytes: &[u8]) -> Result<String, String> {
    let preset = json::parse(bytes, 24).map_err(|error| format!("{} at byte {}", error, error.offset))?;
    let members = preset.as_object().ok_or("not an object")?;
    if let Some((name, _)) = members.iter().find(|(name, _)| !MEMBERS.contains(&name.as_str())) {
        return Err(format!("no preset has {name}; there are {}", MEMBERS.join(", ")));
    }
    let id = preset.get("table").and_then(Json::as_text).ok_or("table is missing")?;
    let known = || TABLES.iter().map(|it| it.id).collect::<Vec<_>>().join(", ");
    let text = table(id).ok_or_else(|| format!("there is no table {id}; there are {}", known()))?.text;
    let (definition, _) = CheckedDefinition::load(text.as_bytes());
    let definition = definition.ok_or("that table has problems of its own")?.definition;
    if let Some(answers) = preset.get("answers") {
        let problems = read_answers(&definition, answers).problems;
        // Rows and parks get ids of their own when the page opens.
        if let Some(problem) = problems.iter().find(|it| it.code != AnswerProblemCode::BadId) {
            return Err(format!("answers/{}: {:?}", problem.path, problem.code));
        }
    }
    for (id, value) in preset.get("profile").and_then(Json::as_object).unwrap_or_default() {
        if definition.profile.iter().all(|it| *it.id != **id) || value.as_text().is_none() {
            let ids: Vec<&str> = definition.profile.iter().map(|it| &*it.id).collect();
            return Err(format!("profile/{id}: the table has {}, and each is a text", ids.join(", ")));
        }
    }
    if let Some(to) = preset.get("mail_to") {
        parse_recipients(to.as_text().unwrap_or("?")).map_err(|entry| format!("mail_to: {entry} is no e-mail address"))?;
    }
    if let Some(limit) = preset.get("mail_limit")
        && limit.as_int().is_none_or(|it| it < 1)
    {
        return Err("mail_limit is a whole number of megabytes".to_owned());
    }
    Ok(preset.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_preset_is_checked_before_it_is_given_out() {
        let sound = r#"{"table": "pilot-city-2017", "answers": {"cover": {"city_name": "示例市</script>"}},
            "profile": {"provincial_deadline": "2017-07-15"}, "mail_to": "甲 <a@example.org>", "mail_limit": 20}"#;
        assert!(checked(sound.as_bytes()).is_ok_and(|it| it.contains("示例市")));
        for (wrong, said) in [
            ("[]", "not an object"),
            ("{}", "table is missing"),
            (r#"{"table": "nothing"}"#, "there is no table nothing"),
            (r#"{"table": "pilot-city-2017", "tabel": 1}"#, "no preset has tabel"),
            (r#"{"table": "pilot-city-2017", "answers": {"cover": {"nothing": "x"}}}"#, "UnknownPlace"),
            (r#"{"table": "pilot-city-2017", "answers": {"city": {"population": true}}}"#, "WrongType"),
            (r#"{"table": "pilot-city-2017", "profile": {"deadline": "x"}}"#, "profile/deadline"),
            (r#"{"table": "pilot-city-2017", "mail_to": "nobody"}"#, "nobody is no e-mail address"),
            (r#"{"table": "pilot-city-2017", "mail_limit": 0}"#, "mail_limit"),
        ] {
            let found = checked(wrong.as_bytes());
            assert!(found.as_ref().is_err_and(|it| it.contains(said)), "{wrong}: {found:?}");
        }
    }
}
