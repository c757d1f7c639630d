//! The keys of the form, listed under “?”.

use crate::web::dom::{El, command, el};
use crate::web::ui::Ui;
use leptos::prelude::*;

/// Every key with the word that says what it does.
const KEYS: &[(&str, &str)] = &[
    ("Tab / Shift+Tab", "keys.tab"),
    ("Enter / Shift+Enter", "keys.enter"),
    ("↑ ↓ ← →", "keys.arrows"),
    ("Alt+↑ / Alt+↓", "keys.move_row"),
    ("Alt+Enter", "keys.row_menu"),
    ("Ctrl+V", "keys.paste"),
    ("Ctrl+Z / Ctrl+Y", "keys.undo"),
    ("Ctrl+S", "keys.save"),
    ("Ctrl+P", "keys.print"),
    ("F8 / Shift+F8", "keys.problem"),
    ("?", "keys.help"),
];

/// The list itself.
pub fn list(ui: Ui, is_open: RwSignal<bool>) -> El {
    let close = command("button plain", "close-keys", ui.t("summary.close")).on_click(move || {
        is_open.set(false);
        ui.focus_command("keys");
    });
    let lines = KEYS.iter().map(|(keys, words)| {
        el("div", "").add(el("dt", "").add(el("kbd", "").text(keys))).add(el("dd", "").text(ui.t(words)))
    });
    el("section", "help")
        .attr("tabindex", "-1")
        .attr("aria-label", ui.t("keys.title"))
        .add(el("header", "").add(el("h2", "").text(ui.t("keys.title"))).add(close))
        .add(el("dl", "").add_all(lines))
        .add(el("p", "hint").text(ui.t("keys.composing")))
}
