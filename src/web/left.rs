//! What a window has of a draft beside its text, for whoever comes back to it: the steps of undo, until the page ends, and the
//! sheet that was on screen when the page was loaded again.

use super::session::Steps;
use super::ui::Ui;
use crate::engine::answers::AnswerPath;
use crate::engine::drafts::draft;
use leptos::prelude::*;
use std::cell::RefCell;

/// So many fillings that were left keep their steps.
const MOST: usize = 4;

/// Where a window notes the sheet.
const SHEET: &str = "shenbao-sheet";

thread_local! {
    /// The text of each filling when it was left, and its steps.
    static LEFT: RefCell<Vec<(String, Steps)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the steps of a filling that ends.
pub fn keep_steps(ui: Ui) {
    let Some(steps) = ui.session.take_steps().filter(|it| !it.is_empty()) else { return };
    let text = text_of(ui);
    LEFT.with_borrow_mut(|left| {
        if left.len() == MOST {
            left.remove(0);
        }
        left.push((text, steps));
    });
}

/// Forgets all steps: what they took out is to be nowhere.
pub fn forget_steps() {
    LEFT.with_borrow_mut(Vec::clear);
}

/// Notes the sheet on screen.
pub fn note_sheet(ui: Ui) {
    if let Some(storage) = window().session_storage().ok().flatten() {
        let _ = storage.set_item(SHEET, &[&id_of(ui), " ", &ui.place.get_untracked().to_string()].concat());
    }
}

/// Takes up the steps of the same draft, if it is as it was left, and goes to the sheet that was noted.
pub fn come_back(ui: Ui) {
    let steps = LEFT.with_borrow_mut(|left| {
        let text = if left.is_empty() { return None } else { text_of(ui) };
        let at = left.iter().position(|it| it.0 == text)?;
        Some(left.remove(at).1)
    });
    if let Some(steps) = steps {
        ui.session.put_steps(steps);
    }
    let storage = window().session_storage().ok().flatten();
    let noted = storage.and_then(|it| it.get_item(SHEET).ok().flatten());
    let sheet = noted.as_ref().and_then(|it| it.strip_prefix(&id_of(ui))?.strip_prefix(' '));
    if let Some(sheet) = sheet.and_then(|it| AnswerPath::parse(it, &ui.session.table().definition)) {
        ui.place.set(sheet);
        // The park may be gone.
        ui.stay();
    }
}

fn text_of(ui: Ui) -> String {
    ui.session.document(|document| draft::write(document, "", &[]))
}

fn id_of(ui: Ui) -> String {
    ui.session.peek(|_, document| document.document.id.clone())
}
