//! Yes or no: two buttons, since unanswered is not no.

use super::group;
use crate::engine::answers::Answer;
use crate::engine::definition::BooleanKind;
use crate::web::dom::{El, button, el};
use crate::web::ui::AnswerHandle;

/// Two buttons; a second press on the chosen one clears the answer.
pub fn buttons(handle: AnswerHandle, kind: &BooleanKind) -> El {
    let mut words = kind.words.iter().map(|words| handle.ui.words(words));
    let (yes, no) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    group(el("span", "options"), handle).add_all([option(handle, true, &yes), option(handle, false, &no)])
}

fn option(handle: AnswerHandle, value: bool, label: &str) -> El {
    button("option", label)
        .live_state("aria-pressed", move || handle.answer() == Some(Answer::Boolean(value)))
        .live_flag("disabled", move || handle.is_read_only())
        .on_click(move || {
            let is_chosen = handle.answer_now() == Some(Answer::Boolean(value));
            handle.set((!is_chosen).then_some(Answer::Boolean(value)));
        })
}
