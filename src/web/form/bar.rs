//! The bar on top: the table's name, the state of saving in words, undo, draft file, the primary action.

use super::{Panels, keys};
use crate::web::app::{AppState, language_menu};
use crate::web::dom::{Child, El, command, el, live};
use crate::web::storage::LockState;
use crate::web::ui::Ui;
use leptos::prelude::*;

/// What the bar and the keys can ask of the application around the form.
#[derive(Clone, Copy)]
pub struct Actions {
    /// Go to the review page.
    pub review: Callback<()>,
    /// Go to what is to be done with a signed revision.
    pub hand_over: Callback<()>,
    /// Save the draft as a file.
    pub save_draft: Callback<()>,
    /// Back to the start page, where there is one.
    pub home: Option<Callback<()>>,
    /// Print the draft.
    pub print: Callback<()>,
    /// The application, which knows the languages.
    pub app: AppState,
    /// Take over writing from another tab.
    pub take_over: Callback<()>,
    /// Why this window may not write the draft, if it may not.
    pub held_elsewhere: Signal<Option<LockState>>,
}

/// The bar, and the word that another window writes this draft.
pub fn bar(ui: Ui, actions: Actions, panels: Panels, on_check: impl Fn() + 'static) -> Vec<Child> {
    let title = ui.session.peek(|table, _| ui.words(&table.definition.title));
    let outline = command("button outline-button", "outline", ui.t("bar.outline"))
        .live_state("aria-expanded", move || panels.outline.get())
        .on_click(move || panels.outline.update(|open| *open = !*open));
    let undo = command("button", "undo", ui.t("bar.undo"))
        .attr("title", "Ctrl+Z")
        .live_flag("disabled", move || ui.session.history().0 == 0)
        .on_click(move || keys::undo(ui));
    let help = command("button plain wide", "keys", "?")
        .attr("title", ui.t("keys.title"))
        .live_state("aria-expanded", move || panels.help.get())
        .on_click(move || keys::toggle_help(ui, panels));
    let buttons = el("span", "bar-buttons")
        .add_all([outline, undo])
        .add_all(rest(ui, actions, "button wide"))
        .add(help)
        .add(command("button", "check", ui.t("bar.check")).on_click(on_check))
        .add(live(move || next(ui, actions)));
    let signed = live(move || {
        let (class, words, rev) = match ui.session.signed_rev() {
            Some((rev, true)) => ("signed-mark", "rev.awaits", rev),
            Some((rev, false)) => ("signed-mark", "rev.signed", rev),
            // A change after signing begins the next revision.
            None => ("begun-mark", "rev.begun", ui.session.peek(|_, it| it.signed.as_ref().map(|_| it.document.rev))?),
        };
        Some(el("span", class).text(&ui.fill(words, &[("rev", &rev.to_string())])))
    });
    let home = actions.home.map(|home| {
        command("button plain home", "home", "")
            .attr("title", ui.t("bar.home"))
            .on_click(move || home.run(()))
            .add(el("span", "").attr("aria-hidden", "true").text("‹"))
            .add(el("span", "wide").text(ui.t("bar.home")))
    });
    let header = el("header", "bar").attr("part", "bar").add(home).add(el("span", "bar-title").text(&title)).add(signed).add_all([saving(ui), buttons]);
    vec![header.into(), held(ui, actions)]
}

/// Whether what is filled in is kept.
pub fn saving(ui: Ui) -> El {
    el("span", "saving")
        .attr("role", "status")
        .live_class("bad", move || !ui.saving.get().1)
        .add(el("span", "dot").attr("aria-hidden", "true"))
        .live_text(move || ui.saving.get().0)
}

/// That another window writes the draft, and a way to go on here.
pub fn held(ui: Ui, actions: Actions) -> Child {
    live(move || {
        let state = actions.held_elsewhere.get()?;
        let (said, mend) = match state {
            LockState::Gone => ("lock.gone", "lock.keep_again"),
            LockState::Freed => ("lock.freed", "lock.take_over"),
            LockState::Held | LockState::HeldElsewhere => ("lock.held", "lock.take_over"),
        };
        let take_over = command("button", "take-over", ui.t(mend)).on_click(move || actions.take_over.run(()));
        Some(el("div", "banner warn").attr("role", "alert").add(el("span", "").text(ui.t(said))).add(take_over))
    })
}

/// What is to be done with a revision that is signed: what waits for another office goes there first.
pub fn signed_next(awaits: bool) -> &'static str {
    if awaits { "rev.send_on" } else { "rev.hand_over" }
}

/// What comes next: checking and signing, or, with a signed revision, handing it over.
fn next(ui: Ui, actions: Actions) -> El {
    match ui.session.signed_rev() {
        Some((_, awaits)) => command("button primary", "hand-over", ui.t(signed_next(awaits))).on_click(move || actions.hand_over.run(())),
        None => command("button primary", "review", ui.t("bar.review")).on_click(move || actions.review.run(())),
    }
}

/// The commands that a phone has no room for in the bar; there they stand in the outline.
pub fn rest(ui: Ui, actions: Actions, class: &str) -> [El; 4] {
    let runs = |name: &str, words: &str, call: Callback<()>| command(class, name, ui.t(words)).on_click(move || call.run(()));
    let redo = command(class, "redo", ui.t("bar.redo"))
        .attr("title", "Ctrl+Y")
        .live_flag("disabled", move || ui.session.history().1 == 0)
        .on_click(move || keys::redo(ui));
    [
        redo,
        runs("save-draft", "bar.save_draft", actions.save_draft).attr("title", "Ctrl+S"),
        command(class, "print", "")
            .live_text(move || ui.t(if ui.session.signed_rev().is_some() { "bar.print_now" } else { "bar.print" }).to_string())
            .on_click(move || actions.print.run(())),
        language_menu(actions.app, class),
    ]
}
