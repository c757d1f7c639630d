//! Answers of another version of the table that have no place in this one: shown until somebody deletes them.

use crate::engine::answers::{Edit, Kept};
use crate::web::dom::{El, command, el};
use crate::web::ui::Ui;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The list under the last sheet.
pub fn list(ui: Ui, kept: Vec<Kept>) -> El {
    let items = kept.into_iter().enumerate().map(|(at, it)| item(ui, at, it));
    el("section", "kept")
        .attr("tabindex", "-1")
        .add(el("h2", "").text(ui.t("kept.heading")))
        .add(el("p", "hint").text(ui.t("kept.hint")))
        .add(el("ul", "").add_all(items))
}

fn item(ui: Ui, at: usize, kept: Kept) -> El {
    let label = el("p", "").add(el("strong", "").text(&kept.label)).text(" ");
    let label = label.add(el("span", "quiet").text(&ui.fill("kept.from", &[("version", &kept.from)])));
    // A text area, so that any part can be marked and copied with the keys as well.
    let text = el("textarea", "boxed").attr("readonly", "").attr("rows", "2").attr("aria-label", &kept.label);
    text.input().set_value(&kept.shown);
    let marked = text.clone();
    let copy = command("button small", "copy-kept", ui.t("kept.copy")).on_click(move || {
        marked.input().select();
        // The clipboard of today's browsers needs a secure context; this works in all of them.
        let done = gloo::utils::document().unchecked_into::<web_sys::HtmlDocument>().exec_command("copy").unwrap_or(false);
        ui.notice.set(ui.t(if done { "kept.copied" } else { "kept.not_copied" }).into());
    });
    let delete = command("button small", "delete-kept", ui.t("kept.delete"))
        .live_flag("disabled", move || ui.session.read_only().get())
        .on_click(move || {
            ui.session.apply(Edit::SetKept { at, kept: None });
            ui.notice.set(ui.t("kept.deleted").into());
        });
    el("li", "").attr("data-kept", &kept.path).add(label).add(text).add(el("p", "").add_all([copy, delete]))
}
