//! Documents as files: the draft file, reading answers for a definition, moving them to another version,
//! and the payload that is signed.
//!
//! It stands above `answers`, which is plain data, and `kinds`, which says how one answer is read and shown.

pub mod draft;
mod migrate;
pub mod payload;
pub mod read;

use super::answers::AnswersDocument;
use super::definition::Definition;
use super::kinds;

/// Writes the values that a host or an invitation gives into blank fields that ask for them.
pub fn prefill(document: &mut AnswersDocument, definition: &Definition, values: &[(String, String)]) {
    for part in &definition.parts {
        for instance in document.parts.get_mut(&part.id).into_iter().flatten() {
            for field in part.fields().filter(|field| field.reserved_for.is_none()) {
                let Some(name) = &field.prefill else { continue };
                let Some((_, value)) = values.iter().find(|(key, _)| **key == **name) else { continue };
                if instance.answers.contains_key(&field.id) {
                    continue;
                }
                if let Some(answer) = kinds::decode(definition, field, value) {
                    instance.answers.insert(field.id.clone(), answer);
                }
            }
        }
    }
}
