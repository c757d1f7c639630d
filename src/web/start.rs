//! The start page: the tables with what they are for, and the drafts kept on this computer.

use super::app::AppState;
use super::clock;
use super::dom::{Child, El, button, command, el, live};
use super::filling;
use super::storage::DraftSummary;
use crate::engine::tables::TABLES;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The drafts kept on this computer, once they are read.
type Drafts = RwSignal<Option<Vec<DraftSummary>>>;

/// The start page.
pub fn start(app: AppState) -> El {
    let drafts: Drafts = RwSignal::new(None);
    // The list is read once the storage is open.
    Effect::new(move |_| {
        if matches!(app.storage.get(), Some(Ok(()))) {
            reload(app, drafts);
        }
    });
    let head = el("header", "start-head")
        .add(el("h1", "").text(app.t("start.title")))
        .add(command("button", "language", app.t("bar.language")).on_click(move || app.next_language()));
    let tables = el("section", "")
        .add(el("h2", "").text(app.t("start.tables")))
        .add(el("ul", "cards").add_all(TABLES.iter().map(|table| table_item(app, table.id))));
    el("div", "start")
        .add(head)
        .add(el("p", "lead").text(app.t("start.lead")))
        .live(move || match app.storage.get() {
            Some(Err(error)) => Some(alert(&storage_words(app, &error))),
            _ => None,
        })
        .live(move || app.message.get().map(|said| alert(&said)))
        .add(tables)
        .add(draft_section(app, drafts))
        .add(el("footer", "quiet").text(app.t("start.foot")))
}

fn reload(app: AppState, drafts: Drafts) {
    let Some(store) = app.store() else { return };
    spawn_local(async move {
        match store.list_drafts().await {
            Ok(list) => drafts.try_set(Some(list)),
            Err(error) => {
                app.message.try_set(Some(storage_words(app, &error)));
                None
            }
        };
    });
}

fn alert(said: &str) -> El {
    el("aside", "banner bad").attr("role", "alert").text(said)
}

/// One table: what it is for, and a new document of it.
fn table_item(app: AppState, id: &'static str) -> El {
    let head = filling::table_head(id, app.language.get_untracked());
    let new = command("button primary", "new", app.t("start.new")).attr("data-table", id);
    el("li", "card")
        .add(el("h3", "").text(&head.title))
        .add(el("p", "quiet").text(&head.about))
        .add(el("p", "quiet").text(&head.provenance))
        .add(new.on_click(move || filling::open_new(app, id)))
}

fn draft_section(app: AppState, drafts: Drafts) -> El {
    let asks_clear = RwSignal::new(false);
    let clear = Callback::new(move |()| {
        let Some(store) = app.store() else { return };
        spawn_local(async move {
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
            filling::open_file(app, file);
        }
    });
    let open = command("button", "open-file", app.t("start.open_file")).on_click(move || opened.node().click());
    let head = el("div", "section-head")
        .add(el("h2", "").text(app.t("start.drafts")))
        .add(el("span", "").add(picker).add(open));
    el("section", "")
        .add(head)
        .live(move || {
            let list = drafts.get().unwrap_or_default();
            if list.is_empty() {
                return el("p", "quiet").text(app.t("start.no_drafts"));
            }
            el("ul", "drafts").add_all(list.into_iter().map(|draft| draft_item(app, drafts, draft)))
        })
        .live(move || {
            let has_drafts = !drafts.get().unwrap_or_default().is_empty();
            has_drafts.then(|| {
                let clear = command("button link", "clear-all", app.t("start.clear"));
                el("p", "").add(clear.on_click(move || asks_clear.set(true)))
            })
        })
        .add(ask(app, asks_clear, "start.clear_ask", ("clear-all-yes", "start.clear_yes"), clear))
}

/// One draft: open, start a new one from it, save as a file, delete.
fn draft_item(app: AppState, drafts: Drafts, draft: DraftSummary) -> El {
    let asks = RwSignal::new(false);
    let head = filling::table_head(&draft.table_id, app.language.get_untracked());
    let title = if draft.title.is_empty() { app.t("start.untitled") } else { &draft.title };
    let saved = app.fill("start.saved_at", &[("time", &clock::words(draft.saved_at))]);
    let rev = app.fill("start.rev", &[("rev", &draft.rev.to_string())]);
    let name = el("span", "draft-name")
        .add(el("strong", "").text(title))
        .text(" ")
        .add(el("span", "quiet").text(&head.title));
    let item = el("li", "draft")
        .attr("data-draft", &draft.id)
        .add(name)
        .add(el("span", "quiet").text(&rev).text(" · ").text(&saved));
    let id = StoredValue::new(draft.id);
    let open = command("button primary", "open", app.t("start.open"));
    let copy = command("button small", "copy", app.t("start.copy"));
    let export = command("button small", "export", app.t("bar.save_draft"));
    let delete = command("button small", "delete", app.t("start.delete"));
    let buttons = el("span", "draft-buttons")
        .add(open.on_click(move || filling::open_draft(app, id.get_value())))
        .add(copy.on_click(move || filling::open_copy(app, id.get_value())))
        .add(export.on_click(move || filling::export_draft(app, id.get_value())))
        .add(delete.on_click(move || asks.set(true)));
    let delete = Callback::new(move |()| {
        let Some(store) = app.store() else { return };
        let id = id.get_value();
        spawn_local(async move {
            if let Err(error) = store.delete_draft(&id).await {
                app.message.try_set(Some(storage_words(app, &error)));
            }
            reload(app, drafts);
        });
    });
    item.add(buttons).add(ask(app, asks, "start.delete_ask", ("delete-yes", "start.delete"), delete))
}

/// A command with the key of its words.
type Named = (&'static str, &'static str);

/// Asks, while `asks` holds, before something is lost; `yes` is the command that does it.
fn ask(app: AppState, asks: RwSignal<bool>, words: &'static str, yes: Named, then: Callback<()>) -> Child {
    live(move || {
        let dialog = || {
            let does = command("button danger", yes.0, app.t(yes.1)).on_click(move || {
                asks.set(false);
                then.run(());
            });
            el("div", "banner bad ask")
                .attr("role", "alertdialog")
                .add(el("p", "").text(app.t(words)))
                .add(does)
                .add(button("button", app.t("cancel")).on_click(move || asks.set(false)))
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
