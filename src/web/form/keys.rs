//! Keys of the whole form. None acts while an input method composes.

use super::bar::Actions;
use crate::engine::answers::AnswerPath;
use crate::web::ui::Ui;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// Key code that browsers give to keys which an input method takes.
const COMPOSING_KEY: u32 = 229;

/// True if the key belongs to the input method.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == COMPOSING_KEY
}

/// Ctrl+Z and Ctrl+Y, Ctrl+S, F8 and Shift+F8.
pub fn on_key(ui: Ui, actions: Actions, event: KeyboardEvent) {
    if is_composing(&event) {
        return;
    }
    let command = event.ctrl_key() || event.meta_key();
    let key = event.key().to_lowercase();
    match key.as_str() {
        "z" if command => {
            event.prevent_default();
            let place = if event.shift_key() { ui.session.redo() } else { ui.session.undo() };
            if let Some(place) = place {
                ui.show(&place);
            }
        }
        "y" if command => {
            event.prevent_default();
            if let Some(place) = ui.session.redo() {
                ui.show(&place);
            }
        }
        "s" if command => {
            event.prevent_default();
            actions.save_draft.run(());
        }
        "f8" => {
            event.prevent_default();
            next_problem(ui, event.shift_key());
        }
        _ => {}
    }
}

/// Puts the focus on the next, or the previous, cell with a problem.
fn next_problem(ui: Ui, backwards: bool) {
    let violations = ui.session.check();
    let mut places: Vec<AnswerPath> = violations.into_iter().map(|it| it.path).collect();
    places.dedup();
    if places.is_empty() {
        ui.notice.set(ui.t("summary.none").into());
        return;
    }
    let focused = ui.focused_path();
    let at = focused.and_then(|text| places.iter().position(|path| path.to_string() == text));
    let next = match (at, backwards) {
        (Some(at), false) => (at + 1) % places.len(),
        (Some(at), true) => (at + places.len() - 1) % places.len(),
        (None, false) => 0,
        (None, true) => places.len() - 1,
    };
    if let Some(path) = places.get(next) {
        ui.go_to(path);
    }
}
