//! The form: a bar, an outline that is a to-do list, and one sheet of the table at a time.

pub mod bar;
pub mod field;
pub mod keys;
pub mod outline;
pub mod rows;
pub mod section;
pub mod sheet;
pub mod summary;
pub mod verdict;

use super::ui::Ui;
use crate::engine::validation::Violation;
use leptos::prelude::*;

/// The whole filling screen.
#[component]
pub fn Form(ui: Ui, actions: bar::Actions) -> impl IntoView {
    let summary: RwSignal<Option<Vec<Violation>>> = RwSignal::new(None);
    let outline_open = RwSignal::new(false);
    let on_check = Callback::new(move |()| {
        summary.set(Some(ui.session.check()));
        // The list stands above the sheet: it is brought into view and read out, wherever the user was.
        request_animation_frame(move || ui.focus_summary());
    });
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
    view! {
        <div class="form" class:outline-open=move || outline_open.get() on:keydown=move |event| keys::on_key(ui, actions, event)>
            <bar::Bar ui actions outline_open on_check />
            <div class="columns">
                <outline::Outline ui outline_open />
                <main class="main">
                    <summary::Summary ui summary />
                    <sheet::Sheet ui actions />
                </main>
            </div>
            <div class="notice-line" role="status" aria-live="polite">
                {move || Some(ui.notice.get()).filter(|said| !said.is_empty()).map(|said| view! { <span class="notice">{said}</span> })}
            </div>
        </div>
    }
}
