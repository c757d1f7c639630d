//! The bar on top: the table's name, the state of saving in words, undo, draft file, the primary action.

use crate::web::ui::Ui;
use leptos::prelude::*;

/// What the bar and the keys can ask of the application around the form.
#[derive(Clone, Copy)]
pub struct Actions {
    /// Go to the review page.
    pub review: Callback<()>,
    /// Save the draft as a file.
    pub save_draft: Callback<()>,
    /// Back to the start page.
    pub home: Callback<()>,
    /// Print the draft.
    pub print: Callback<()>,
    /// The state of saving, in words, and whether it is good.
    pub saving: Signal<(String, bool)>,
    /// Switch the language.
    pub language: Callback<()>,
    /// Take over writing from another tab.
    pub take_over: Callback<()>,
    /// True if another tab writes this draft.
    pub held_elsewhere: Signal<bool>,
}

/// The bar.
#[component]
pub fn Bar(ui: Ui, actions: Actions, outline_open: RwSignal<bool>, on_check: Callback<()>) -> impl IntoView {
    let title = ui.session.peek(|table, _, _| ui.words(&table.definition.title));
    let undo = move |_| {
        if let Some(place) = ui.session.undo() {
            ui.show(&place);
        }
    };
    let redo = move |_| {
        if let Some(place) = ui.session.redo() {
            ui.show(&place);
        }
    };
    let undo_count = move || ui.session.history().0;
    let redo_count = move || ui.session.history().1;
    view! {
        <header class="bar">
            <button type="button" class="button plain home" data-command="home" title=ui.t("bar.home") on:click=move |_| actions.home.run(())>
                <span aria-hidden="true">"‹"</span>
                <span class="wide">{ui.t("bar.home")}</span>
            </button>
            <span class="bar-title">{title}</span>
            <span class="saving" role="status" class:bad=move || !actions.saving.get().1>
                <span class="dot" aria-hidden="true"></span>
                {move || actions.saving.get().0}
            </span>
            <span class="bar-buttons">
                <button type="button" class="button outline-button" data-command="outline" aria-expanded=move || outline_open.get().to_string()
                    on:click=move |_| outline_open.update(|open| *open = !*open)>{ui.t("bar.outline")}</button>
                <button type="button" class="button" data-command="undo" title="Ctrl+Z" disabled=move || undo_count() == 0 on:click=undo>{ui.t("bar.undo")}</button>
                <button type="button" class="button wide" data-command="redo" title="Ctrl+Y" disabled=move || redo_count() == 0 on:click=redo>{ui.t("bar.redo")}</button>
                <button type="button" class="button wide" data-command="save-draft" title="Ctrl+S" on:click=move |_| actions.save_draft.run(())>{ui.t("bar.save_draft")}</button>
                <button type="button" class="button wide" data-command="print" on:click=move |_| actions.print.run(())>{ui.t("bar.print")}</button>
                <button type="button" class="button wide" data-command="language" on:click=move |_| actions.language.run(())>{ui.t("bar.language")}</button>
                <button type="button" class="button" data-command="check" on:click=move |_| on_check.run(())>{ui.t("bar.check")}</button>
                <button type="button" class="button primary" data-command="review" on:click=move |_| actions.review.run(())>{ui.t("bar.review")}</button>
            </span>
        </header>
        {move || actions.held_elsewhere.get().then(|| view! {
            <div class="banner warn" role="alert">
                <span>{ui.t("lock.held")}</span>
                <button type="button" class="button" data-command="take-over" on:click=move |_| actions.take_over.run(())>{ui.t("lock.take_over")}</button>
            </div>
        })}
    }
}
