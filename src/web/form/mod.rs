//! The form: a bar, an outline that is a to-do list, and one sheet of the table at a time.

pub mod bar;
pub mod field;
pub mod help;
pub mod kept;
pub mod keys;
pub mod outline;
pub mod rows;
pub mod section;
pub mod sheet;
pub mod spreadsheet;
pub mod summary;
pub mod verdict;

use super::dom::{El, el, live};
use super::ui::Ui;
use crate::engine::validation::Violation;
use leptos::prelude::*;

/// What is folded in and out.
#[derive(Clone, Copy)]
pub struct Panels {
    /// The outline, on a phone.
    pub outline: RwSignal<bool>,
    /// The list of keys.
    pub help: RwSignal<bool>,
}

/// The whole filling screen.
pub fn form(ui: Ui, actions: bar::Actions) -> El {
    let summary: RwSignal<Option<Vec<Violation>>> = RwSignal::new(None);
    let panels = Panels { outline: RwSignal::new(false), help: RwSignal::new(false) };
    let on_check = move || {
        summary.set(Some(ui.session.check()));
        // The list stands above the sheet: it is brought into view and read out, wherever the user was.
        request_animation_frame(move || ui.focus_summary());
    };
    // One of the three effects of the view: a focus asked for is given once the place is on screen.
    Effect::new(move |_| {
        let Some(path) = ui.focus.get() else { return };
        ui.place.track();
        request_animation_frame(move || {
            if let Some(element) = ui.control(&path) {
                element.scroll_into_view_with_bool(false);
                let _ = element.focus();
            }
            ui.focus.try_set(None);
        });
    });
    let notice = live(move || Some(ui.notice.get()).filter(|said| !said.is_empty()).map(|said| el("span", "notice").attr("part", "notice").text(&said)));
    let main = el("main", "main").add(help::help(ui, panels.help)).add(summary::summary(ui, summary)).add(sheet::sheet(ui));
    let columns = el("div", "columns").add(outline::outline(ui, actions, panels)).add(main);
    el("div", "form")
        .live_class("outline-open", move || panels.outline.get())
        .on("keydown", move |event| keys::on_key(ui, actions, panels, event))
        .add(bar::bar(ui, actions, panels, on_check))
        .add(columns)
        .add(el("div", "notice-line").attr("role", "status").attr("aria-live", "polite").add(notice))
}
