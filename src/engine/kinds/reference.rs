//! `reference`: a part instance or a row, by its id. Whether it is still there is for `validation`.

use crate::engine::answers::Answer;

/// The control's value is the id.
pub fn decode(text: &str) -> Option<Answer> {
    crate::engine::answers::make::is_place_id(text).then(|| Answer::Reference(text.into()))
}
