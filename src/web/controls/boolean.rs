//! Yes or no: two buttons, since unanswered is not no.

use crate::engine::answers::Answer;
use crate::engine::definition::BooleanKind;
use crate::web::dom::{El, button, el};
use crate::web::ui::AnswerHandle;

/// Two radio buttons; a second press on the chosen one clears the answer.
pub fn buttons(handle: AnswerHandle, kind: &BooleanKind) -> El {
    let id = handle.control_id();
    let mut words = kind.words.iter().map(|words| handle.ui.words(words));
    let (yes, no) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    el("span", "options")
        .attr("role", "radiogroup")
        .attr("id", &id)
        .attr("aria-describedby", &format!("{id}-messages"))
        .add_all([option(handle, true, &yes), option(handle, false, &no)])
}

fn option(handle: AnswerHandle, value: bool, label: &str) -> El {
    button("option", label)
        .attr("role", "radio")
        .live_state("aria-checked", move || handle.answer() == Some(Answer::Boolean(value)))
        .live_flag("disabled", move || handle.is_read_only())
        .on_click(move || {
            let is_chosen = handle.answer_now() == Some(Answer::Boolean(value));
            handle.set((!is_chosen).then_some(Answer::Boolean(value)));
        })
}
