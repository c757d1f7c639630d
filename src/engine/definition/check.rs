//! A definition becomes fillable here, once: read, checked in every point that running it depends on.

use super::digest::digest;
use super::problem::{Problem, ProblemCode, Problems};
use super::record::Decode;
use super::{Definition, Field, Id, Part};
use crate::engine::value::json;

/// Greatest size of a definition file.
pub const MAX_BYTES: usize = 1 << 20;

/// A definition that is safe to run. Only [`CheckedDefinition::load`] makes one.
#[derive(Clone, Debug)]
pub struct CheckedDefinition {
    /// What the file says.
    pub definition: Definition,
    /// SHA-256 of the canonical bytes, lower-case hex.
    pub digest: String,
    /// The materials as a part filled once, whose fields are of the kind `files`; absent without materials.
    pub materials: Option<Part>,
}

impl CheckedDefinition {
    /// Reads and checks a file. `None` if a problem stands that is not a warning; the problems are complete
    /// either way. What only authors need to know is left to [`super::lint`].
    pub fn load(bytes: &[u8]) -> (Option<CheckedDefinition>, Vec<Problem>) {
        let mut problems = Problems::default();
        let Some((definition, digest)) = read(bytes, &mut problems) else { return (None, problems.into_list()) };
        let checked = CheckedDefinition { definition, digest, materials: None };
        let problems = problems.into_list();
        let is_sound = problems.iter().all(|it| it.code.is_warning());
        (is_sound.then_some(checked), problems)
    }

    /// The parts in order, materials last.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.definition.parts.iter().chain(&self.materials)
    }

    /// The part of that id, also `materials`.
    pub fn part(&self, id: &str) -> Option<&Part> {
        self.parts().find(|part| &*part.id == id)
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&super::Rule> {
        self.definition.rules.iter().find(|rule| &*rule.id == id)
    }

    /// The language that words fall back to.
    pub fn language(&self) -> Option<&Id> {
        self.definition.languages.first()
    }
}

impl Definition {
    /// Reads a file for a preview, however faulty; problems come beside it.
    pub fn read(bytes: &[u8]) -> (Option<Definition>, Vec<Problem>) {
        let mut problems = Problems::default();
        let read = read(bytes, &mut problems);
        (read.map(|(definition, _)| definition), problems.into_list())
    }
}

fn read(bytes: &[u8], problems: &mut Problems) -> Option<(Definition, String)> {
    if bytes.len() > MAX_BYTES {
        problems.add(ProblemCode::Limit, "a definition has at most 1 MiB");
        return None;
    }
    match json::parse(bytes, 24) {
        Ok(json) => Definition::decode(&json, problems).map(|definition| (definition, digest(&json))),
        Err(error) => {
            problems.add_at(ProblemCode::NotJson, Some(error.offset), error.to_string());
            None
        }
    }
}
