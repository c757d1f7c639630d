//! Keys of the whole form. None acts while an input method composes.

use super::Panels;
use super::bar::Actions;
use crate::web::ui::Ui;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

/// Key code that browsers give to keys which an input method takes.
const COMPOSING_KEY: u32 = 229;

/// True if the key belongs to the input method.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == COMPOSING_KEY
}

/// Ctrl+Z and Ctrl+Y, Ctrl+S, Ctrl+P, F8 and Shift+F8, and ? where it is not typed as text.
pub fn on_key(ui: Ui, actions: Actions, panels: Panels, event: &Event) {
    let event: &KeyboardEvent = event.unchecked_ref();
    if is_composing(event) {
        return;
    }
    let command = event.ctrl_key() || event.meta_key();
    let key = event.key().to_ascii_lowercase();
    match key.as_str() {
        "z" if command => {
            event.prevent_default();
            if event.shift_key() { redo(ui) } else { undo(ui) }
        }
        "y" if command => {
            event.prevent_default();
            redo(ui);
        }
        "s" if command => {
            event.prevent_default();
            actions.save_draft.run(());
        }
        // What goes to paper is the table; what is signed has sheets of its own.
        "p" if command => {
            event.prevent_default();
            let is_signed = untrack(|| ui.session.signed_rev()).is_some();
            if is_signed { actions.hand_over.run(()) } else { actions.print.run(()) }
        }
        "f8" => {
            event.prevent_default();
            let backwards = event.shift_key();
            ui.later(move |it| (it.next_problem)(ui, backwards));
        }
        "escape" => {
            for (panel, opener) in [(panels.help, "keys"), (panels.outline, "outline")] {
                if panel.get_untracked() {
                    panel.set(false);
                    ui.focus_command(opener);
                }
            }
        }
        "?" | "？" if !command && !is_typed(event) => {
            event.prevent_default();
            toggle_help(ui, panels);
        }
        _ => {}
    }
}

/// Shows the list of keys, or puts it away.
pub fn toggle_help(ui: Ui, panels: Panels) {
    ui.later(move |_| panels.help.update(|open| *open = !*open));
}

/// True if the key writes into a control.
fn is_typed(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|it| it.matches("input, textarea, select").unwrap_or(true))
}

/// Takes the last step back and shows where it was.
pub fn undo(ui: Ui) {
    ui.forget_refusals();
    if let Some(place) = ui.session.undo() {
        ui.show(&place);
    }
}

/// Takes the step that was undone last again.
pub fn redo(ui: Ui) {
    ui.forget_refusals();
    if let Some(place) = ui.session.redo() {
        ui.show(&place);
    }
}

