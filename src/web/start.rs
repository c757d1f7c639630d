//! The start page: the tables with what they are for, and the drafts kept on this computer.

use super::app::AppState;
use super::filling;
use super::storage::DraftSummary;
use super::clock;
use crate::engine::tables::TABLES;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The start page.
#[component]
pub fn Start(app: AppState) -> impl IntoView {
    let drafts: RwSignal<Option<Vec<DraftSummary>>> = RwSignal::new(None);
    let asks_clear = RwSignal::new(false);
    let reload = move || {
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
    };
    // The list is read once the storage is open.
    Effect::new(move |_| {
        if matches!(app.storage.get(), Some(Ok(()))) {
            reload();
        }
    });
    let picker = NodeRef::<html::Input>::new();
    let on_file = move |_| {
        let Some(input) = picker.get_untracked() else { return };
        let file = input.files().and_then(|files| files.item(0));
        input.set_value("");
        if let Some(file) = file {
            filling::open_file(app, file);
        }
    };
    let storage_trouble = move || match app.storage.get() {
        Some(Err(error)) => Some(view! { <aside class="banner bad" role="alert">{storage_words(app, &error)}</aside> }),
        _ => None,
    };
    let tables = TABLES.iter().map(|table| {
        let id = table.id;
        let head = filling::table_head(id, app.language.get_untracked());
        view! {
            <li class="card">
                <h3>{head.title}</h3>
                <p class="quiet">{head.about}</p>
                <p class="quiet">{head.provenance}</p>
                <button type="button" class="button primary" data-command="new" data-table=id on:click=move |_| filling::open_new(app, id)>
                    {app.t("start.new")}
                </button>
            </li>
        }
    });
    let list = move || {
        let list = drafts.get().unwrap_or_default();
        if list.is_empty() {
            return view! { <p class="quiet">{app.t("start.no_drafts")}</p> }.into_any();
        }
        let items = list.into_iter().map(|draft| view! { <DraftItem app draft on_change=Callback::new(move |()| reload()) /> });
        view! { <ul class="drafts">{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="start">
            <header class="start-head">
                <h1>{app.t("start.title")}</h1>
                <button type="button" class="button" data-command="language" on:click=move |_| app.next_language()>{app.t("bar.language")}</button>
            </header>
            <p class="lead">{app.t("start.lead")}</p>
            {storage_trouble}
            {move || app.message.get().map(|said| view! { <aside class="banner bad" role="alert">{said}</aside> })}
            <section>
                <h2>{app.t("start.tables")}</h2>
                <ul class="cards">{tables.collect_view()}</ul>
            </section>
            <section>
                <div class="section-head">
                    <h2>{app.t("start.drafts")}</h2>
                    <span>
                        <input node_ref=picker type="file" class="picker" tabindex="-1" aria-hidden="true" accept=".json,.zip" on:change=on_file />
                        <button type="button" class="button" data-command="open-file" on:click=move |_| {
                            if let Some(input) = picker.get_untracked() {
                                input.click();
                            }
                        }>{app.t("start.open_file")}</button>
                    </span>
                </div>
                {list}
                {move || (!drafts.get().unwrap_or_default().is_empty()).then(|| view! {
                    <p>
                        <button type="button" class="button link" data-command="clear-all" on:click=move |_| asks_clear.set(true)>{app.t("start.clear")}</button>
                    </p>
                })}
                {move || asks_clear.get().then(|| view! {
                    <div class="banner bad ask" role="alertdialog">
                        <p>{app.t("start.clear_ask")}</p>
                        <button type="button" class="button danger" data-command="clear-all-yes" on:click=move |_| {
                            asks_clear.set(false);
                            let Some(store) = app.store() else { return };
                            spawn_local(async move {
                                if let Err(error) = store.clear_all().await {
                                    app.message.try_set(Some(storage_words(app, &error)));
                                }
                                reload();
                            });
                        }>{app.t("start.clear_yes")}</button>
                        <button type="button" class="button" on:click=move |_| asks_clear.set(false)>{app.t("cancel")}</button>
                    </div>
                })}
            </section>
            <footer class="quiet">{app.t("start.foot")}</footer>
        </div>
    }
}

/// One draft: open, start a new one from it, save as a file, delete.
#[component]
fn DraftItem(app: AppState, draft: DraftSummary, on_change: Callback<()>) -> impl IntoView {
    let asks = RwSignal::new(false);
    let id = StoredValue::new(draft.id.clone());
    let head = filling::table_head(&draft.table_id, app.language.get_untracked());
    let title = if draft.title.is_empty() { app.t("start.untitled").to_string() } else { draft.title.clone() };
    let saved = app.fill("start.saved_at", &[("time", &clock::words(draft.saved_at))]);
    let rev = app.fill("start.rev", &[("rev", &draft.rev.to_string())]);
    view! {
        <li class="draft" data-draft=draft.id.clone()>
            <span class="draft-name"><strong>{title}</strong>" "<span class="quiet">{head.title}</span></span>
            <span class="quiet">{rev}" · "{saved}</span>
            <span class="draft-buttons">
                <button type="button" class="button primary" data-command="open" on:click=move |_| filling::open_draft(app, id.get_value())>{app.t("start.open")}</button>
                <button type="button" class="button small" data-command="copy" on:click=move |_| filling::open_copy(app, id.get_value())>{app.t("start.copy")}</button>
                <button type="button" class="button small" data-command="export" on:click=move |_| filling::export_draft(app, id.get_value())>{app.t("bar.save_draft")}</button>
                <button type="button" class="button small" data-command="delete" on:click=move |_| asks.set(true)>{app.t("start.delete")}</button>
            </span>
            {move || asks.get().then(|| view! {
                <div class="banner bad ask" role="alertdialog">
                    <p>{app.t("start.delete_ask")}</p>
                    <button type="button" class="button danger" data-command="delete-yes" on:click=move |_| {
                        asks.set(false);
                        let Some(store) = app.store() else { return };
                        spawn_local(async move {
                            if let Err(error) = store.delete_draft(&id.get_value()).await {
                                app.message.try_set(Some(storage_words(app, &error)));
                            }
                            on_change.run(());
                        });
                    }>{app.t("start.delete")}</button>
                    <button type="button" class="button" on:click=move |_| asks.set(false)>{app.t("cancel")}</button>
                </div>
            })}
        </li>
    }
}

/// Why something could not be kept, with what to do.
pub fn storage_words(app: AppState, error: &super::storage::StoreError) -> String {
    let said = app.t(error.key());
    match error.detail() {
        "" => said.to_string(),
        detail => format!("{said} ({detail})"),
    }
}
