//! The form: a bar, an outline that is a to-do list, and one sheet of the table at a time.

pub mod bar;
pub mod field;
pub mod help;
pub mod kept;
pub mod keys;
pub mod outline;
pub mod panels;
pub mod paste;
pub mod problems;
pub mod rows;
pub mod section;
pub mod sheet;
pub mod spreadsheet;
pub mod summary;
pub mod verdict;

use super::dom::{El, el, live};
use super::ui::Ui;
use crate::engine::validation::Violation;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
pub use panels::Panels;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// The whole filling screen.
pub fn form(ui: Ui, actions: bar::Actions) -> El {
    let summary: RwSignal<Option<Vec<Violation>>> = RwSignal::new(None);
    let panels = Panels { outline: RwSignal::new(false), help: RwSignal::new(false) };
    let on_check = move || {
        ui.later(move |_| {
            summary.try_set(Some(ui.session.check()));
            // The list stands above the sheet: it is brought into view and read out, wherever the user was. At once: with
            // the next frame it might take the focus from where somebody types again.
            spawn_local(async move { ui.focus_block(".summary") });
        });
    };
    // A focus asked for is given as soon as the place stands, before the next key is heard. With the next frame it would
    // come too late: what is typed meanwhile goes into another cell, and the focus is taken from there.
    Effect::new(move |_| {
        let Some(path) = ui.focus.get() else { return };
        // A row that was just taken away has no cell any more: its table has the focus then.
        if let Some(element) = ui.control(&path).or_else(|| ui.control(&path.to_field())) {
            element.scroll_into_view_with_bool(false);
            let _ = element.focus();
        }
        ui.focus.set(None);
    });
    let main = el("main", "main").attr("tabindex", "-1").add(panels::help(ui, panels.help)).add(panels::summary(ui, summary)).add(sheet::sheet(ui));
    let columns = el("div", "columns").add(outline::outline(ui, actions, panels)).add(main);
    // A click beside the cells leaves the focus in the form, or its keys would not be heard.
    el("div", "form")
        .attr("tabindex", "-1")
        .live_class("outline-open", move || panels.outline.get())
        .on("keydown", move |event| keys::on_key(ui, actions, panels, event))
        // Beside the boxes for files the browser would open what is dropped, in place of the form.
        .on("dragover", |event| _ = has_files(event))
        .on("drop", move |event| {
            if !event.default_prevented() && has_files(event) {
                ui.notice.set(ui.t("files.drop_there").into());
            }
        })
        .add(bar::bar(ui, actions, panels, on_check))
        .add(columns)
        .add(notice_line(ui.notice))
}

/// True if files are dragged; then the browser leaves them to the form.
fn has_files(event: &web_sys::Event) -> bool {
    let dragged = event.dyn_ref::<web_sys::DragEvent>().and_then(web_sys::DragEvent::data_transfer);
    let has = dragged.is_some_and(|it| it.types().includes(&"Files".into(), 0));
    if has {
        event.prevent_default();
    }
    has
}

/// How long a notice stays.
const NOTICE_MS: u32 = 8_000;

/// What just happened, at the foot of the screen. It leaves by itself.
pub fn notice_line(notice: RwSignal<String>) -> El {
    Effect::new(move |before: Option<Option<Timeout>>| {
        drop(before);
        let is_said = !notice.get().is_empty();
        is_said.then(|| Timeout::new(NOTICE_MS, move || drop(notice.try_set(String::new()))))
    });
    let said = live(move || Some(notice.get()).filter(|said| !said.is_empty()).map(|said| el("span", "notice").attr("part", "notice").text(&said)));
    el("div", "notice-line").attr("role", "status").attr("aria-live", "polite").add(said)
}
