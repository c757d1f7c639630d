//! What is folded in and out around the sheet. The lists themselves are in the second part.

use crate::engine::validation::Violation;
use crate::web::dom::{El, el, live};
use crate::web::later;
use crate::web::ui::Ui;
use leptos::prelude::*;

/// What is folded in and out.
#[derive(Clone, Copy)]
pub struct Panels {
    /// The outline, on a phone.
    pub outline: RwSignal<bool>,
    /// The list of keys.
    pub help: RwSignal<bool>,
}

/// The list of keys, while it is open.
pub fn help(ui: Ui, is_open: RwSignal<bool>) -> El {
    el("div", "help-area").live(move || {
        // Read first: what is not read is not followed.
        if !is_open.get() {
            return None;
        }
        let later = later::here()?;
        Some(untrack(|| (later.help)(ui, is_open)))
    })
}

/// The answers without a place, under the last sheet; nothing if there is nothing.
pub fn kept(ui: Ui) -> El {
    el("div", "kept-area").live(move || {
        let kept = ui.session.kept();
        // The second part is here: it opened the draft that has them.
        let later = later::here().filter(|_| !kept.is_empty())?;
        Some(untrack(|| (later.kept)(ui, kept)))
    })
}

/// What a check found, once it was asked for. While typing it only says what is settled; a new check replaces it.
pub fn summary(ui: Ui, summary: RwSignal<Option<Vec<Violation>>>) -> El {
    let shown = live(move || {
        let (violations, later) = (summary.get()?, later::here()?);
        Some(untrack(|| (later.summary)(ui, violations, summary)))
    });
    el("div", "summary-area").attr("aria-live", "polite").add(shown)
}
