//! The start page: the tables with what they are for, and the drafts kept on this computer.

use super::app::{AppState, Screen, language_menu};
use super::clock;
use super::dom::{Child, El, button, command, el, live};
use super::later::{self, Later};
use super::open;
use super::storage::DraftSummary;
use crate::engine::definition::Provenance;
use crate::engine::tables::{self, TableSummary};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// When the page has been up for so long, there is time for tidying.
const SPARE_MS: i32 = 5_000;

/// A day in milliseconds.
const DAY: f64 = 86_400_000.0;

/// A minute in milliseconds.
const MINUTE: f64 = 60_000.0;

/// The drafts kept on this computer, once they are read.
type Drafts = RwSignal<Option<Vec<DraftSummary>>>;

/// The start page.
pub fn start(app: AppState) -> El {
    if app.is_bound.get_untracked() {
        // The page says which table it is: here is only what keeps it from being shown.
        return el("div", "start").add(messages(app));
    }
    let drafts: Drafts = RwSignal::new(None);
    // The list is read once the storage is open.
    Effect::new(move |_| {
        if matches!(app.storage.get(), Some(Ok(()))) {
            reload(app, drafts);
        }
    });
    let head = el("header", "start-head")
        .add(el("h1", "").text(app.t("start.title")))
        .add(language_menu(app, "button"));
    let tables = el("section", "")
        .add(el("h2", "").text(app.t("start.tables")))
        .add(el("ul", "cards").add_all(tables::index().iter().map(|table| table_item(app, table))));
    el("div", "start")
        .attr("tabindex", "-1")
        .add(head)
        .add(el("p", "lead").text(app.t("start.lead")))
        .live(move || match app.storage.get() {
            Some(Err(error)) => Some(alert(&storage_words(app, &error))),
            _ => None,
        })
        .add(messages(app))
        .add(tables)
        .add(draft_section(app, drafts))
        .add(el("footer", "quiet").text(app.t("start.foot")))
        // What the page around the form has for its clerks.
        .add(el("slot", "").attr("name", "page"))
}

/// What could not be opened, and what is asked before something is.
pub fn messages(app: AppState) -> Vec<Child> {
    vec![
        live(move || app.message.get().map(|said| alert(&said))),
        live(move || {
            // Only the second part asks it.
            let (question, later) = (app.question.get()?, later::here()?);
            Some(untrack(|| (later.version_question)(app, question)))
        }),
    ]
}

fn reload(app: AppState, drafts: Drafts) {
    let Some(store) = app.store() else { return };
    spawn_local(async move {
        match store.list_drafts().await {
            Ok(list) => {
                drafts.try_set(Some(list));
                // Files that nothing uses any more; a young one may belong to a draft that is not saved yet. Not while
                // somebody waits for a draft: this goes through all of them.
                clock::pause(SPARE_MS).await;
                let _ = store.collect_blobs(&[], clock::now() - DAY).await;
            }
            Err(error) => {
                app.message.try_set(Some(storage_words(app, &error)));
            }
        }
    });
}

/// Something that went wrong, said at once.
pub fn alert(said: &str) -> El {
    el("aside", "banner bad").attr("role", "alert").text(said)
}

/// One table: what it is for, and a new document of it.
fn table_item(app: AppState, table: &'static TableSummary) -> El {
    let language = app.tag();
    let provenance = match table.provenance {
        Provenance::Official => "provenance.official",
        Provenance::Reconstructed => "provenance.reconstructed",
    };
    let about = el("p", "quiet").text(&table.notice_number).text(" ").text(table.notice_title.get(language));
    let id = table.id.as_str();
    let new = command("button primary", "new", app.t("start.new")).attr("data-table", id);
    el("li", "card")
        .add(el("h3", "").text(table.title.get(language)))
        .add(about)
        .add(el("p", "quiet").text(app.t(provenance)))
        .add(new.on_click(move || if let Some(app) = app.presses(id.to_string()) {
            open::open_new(app, id.to_string());
        }))
}

/// Opens what is named by the second part; whatever is asked for while that is fetched comes after it.
pub fn opening(app: AppState, name: String, open: impl FnOnce(&'static Later, AppState) + 'static) {
    if let Some(app) = app.presses(name) {
        app.later(move |it| open(it, app));
    }
}

fn draft_section(app: AppState, drafts: Drafts) -> El {
    let asks_clear = RwSignal::new(false);
    let clear = Callback::new(move |()| {
        let Some(store) = app.store() else { return };
        spawn_local(async move {
            if let Some(later) = later::here() {
                (later.forget_steps)();
            }
            if let Err(error) = store.clear_all().await {
                app.message.try_set(Some(storage_words(app, &error)));
            }
            reload(app, drafts);
        });
    });
    let picker = el("input", "picker")
        .attr("type", "file")
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .attr("accept", ".json,.zip");
    let (chosen, opened) = (picker.clone(), picker.clone());
    let picker = picker.on("change", move |_| {
        let input = chosen.input();
        let file = input.files().and_then(|files| files.item(0));
        input.set_value("");
        if let Some(file) = file {
            let app = app.asks();
            app.later(move |it| (it.open_file)(app, file));
        }
    });
    let open = command("button", "open-file", app.t("start.open_file")).on_click(move || opened.node().click());
    let keys = command("button", "signing-keys", app.t("start.keys")).on_click(move || app.later(move |_| app.screen.set(Screen::Keys)));
    let clear_all = command("button link", "clear-all", app.t("start.clear")).on_click(move || asks_clear.set(true));
    let head = el("div", "section-head")
        .add(el("h2", "").text(app.t("start.drafts")))
        .add(el("span", "section-buttons").add(keys).add(picker).add(open));
    el("section", "")
        .add(head)
        .live(move || {
            let list = drafts.get().unwrap_or_default();
            if list.is_empty() {
                return el("p", "quiet").text(app.t("start.no_drafts"));
            }
            el("ul", "drafts").add_all(list.into_iter().map(|draft| draft_item(app, drafts, draft)))
        })
        // Also without a draft: files and tables of those that were deleted may still be here.
        .add(el("p", "").add(clear_all.clone()))
        .add(ask(app, asks_clear, "start.clear_ask", ("clear-all-yes", "start.clear_yes"), clear, clear_all))
}

/// One draft: open, start a new one from it, save as a file, delete.
fn draft_item(app: AppState, drafts: Drafts, draft: DraftSummary) -> El {
    let asks = RwSignal::new(false);
    let table = tables::summary(&draft.table_id).map_or(draft.table_id.as_str(), |it| it.title.get(app.tag()));
    let title = if draft.title.is_empty() { app.t("start.untitled") } else { &draft.title };
    let saved = app.fill("start.saved_at", &[("time", &app.moment(draft.saved_at))]);
    let rev = app.fill(if draft.signed { "rev.signed" } else { "start.rev" }, &[("rev", &draft.rev.to_string())]);
    let name = el("span", "draft-name")
        .add(el("strong", "").text(title))
        .text(" ")
        .add(el("span", "quiet").text(table));
    let item = el("li", "draft")
        .attr("data-draft", &draft.id)
        .add(name)
        .add(el("span", "quiet").add(el("span", if draft.signed { "signed-mark" } else { "" }).text(&rev)).text(" · ").text(&saved));
    let id = StoredValue::new(draft.id);
    // Another window's stale claim takes seconds to lapse. What keeps the draft from opening is said above.
    let pressed = RwSignal::new(false);
    let is_opening = move || pressed.get() && app.message.get().is_none() && app.question.get().is_none();
    let open = button("button primary", "").attr("data-command", "open")
        .live_text(move || app.t(if is_opening() { "start.opening" } else { "start.open" }).to_string())
        .live_flag("disabled", is_opening)
        .on_click(move || {
            app.message.set(None);
            pressed.set(true);
            let id = id.get_value();
            opening(app, id.clone(), move |it, app| (it.open_draft)(app, id, None));
        });
    let copy = command("button small", "copy", app.t("start.copy"));
    let export = command("button small", "export", app.t("bar.save_draft"));
    let history = RwSignal::new(false);
    let older = command("button small", "versions", app.t("start.versions"))
        .live_state("aria-expanded", move || history.get())
        .on_click(move || app.later(move |_| history.update(|shown| *shown = !*shown)));
    let delete = command("button small", "delete", app.t("start.delete")).on_click(move || asks.set(true));
    let buttons = el("span", "draft-buttons")
        .add(open)
        .add(copy.on_click(move || {
            let id = id.get_value();
            opening(app, ["+", &id].concat(), move |it, app| (it.open_copy)(app, id));
        }))
        .add(export.on_click(move || {
            let id = id.get_value();
            app.later(move |it| (it.export_draft)(app, id));
        }))
        .add(older)
        .add(delete.clone());
    let on_delete = Callback::new(move |()| {
        let Some(store) = app.store() else { return };
        let id = id.get_value();
        spawn_local(async move {
            if let Some(later) = later::here() {
                (later.forget_steps)();
            }
            match store.delete_draft(&id).await {
                // Its files go with it. One that was attached a moment ago may be another draft's.
                Ok(()) => drop(store.collect_blobs(&[], clock::now() - MINUTE).await),
                Err(error) => drop(app.message.try_set(Some(storage_words(app, &error)))),
            }
            reload(app, drafts);
        });
    });
    let older = live(move || {
        // Read first: what is not read is not followed.
        if !history.get() {
            return None;
        }
        let later = later::here()?;
        Some(untrack(|| (later.versions)(app, id.get_value())))
    });
    item.add(buttons).add(older).add(ask(app, asks, "start.delete_ask", ("delete-yes", "start.delete"), on_delete, delete))
}

/// A command with the key of its words.
type Named = (&'static str, &'static str);

/// Asks, while `asks` holds, before something is lost; `yes` is the command that does it.
fn ask(app: AppState, asks: RwSignal<bool>, words: &'static str, yes: Named, then: Callback<()>, asker: El) -> Child {
    live(move || {
        let asker = asker.clone();
        let dialog = || {
            let does = command("button danger", yes.0, app.t(yes.1)).on_click(move || {
                asks.set(false);
                then.run(());
            });
            el("div", "banner bad ask")
                .dialog(app.t(words))
                .focus_soon()
                .add(el("p", "").text(app.t(words)))
                .add(does)
                .add(button("button", app.t("cancel")).on_click(move || {
                    asks.set(false);
                    let _ = asker.node().focus();
                }))
        };
        asks.get().then(dialog)
    })
}

/// Why something could not be kept, with what to do.
pub fn storage_words(app: AppState, error: &super::storage::StoreError) -> String {
    let said = app.t(error.key());
    match error.detail() {
        "" => said.to_string(),
        detail => format!("{said} ({detail})"),
    }
}
