//! A code of administrative division: typed, or picked by province, city and district or by name.

use super::text;
use crate::engine::answers::Answer;
use crate::engine::definition::Format;
use crate::engine::divisions::{Division, Divisions, VERSION};
use crate::engine::kinds::formats::{self, Verdict};
use crate::engine::value::text::fold;
use crate::web::divisions::{self, List};
use crate::web::form::keys;
use crate::web::ui::{AnswerHandle, Ui};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// How many of the found divisions are shown at once.
const SHOWN: usize = 12;

/// The typed code, the button that opens the picker, and the name of the code.
pub fn line(handle: AnswerHandle) -> impl IntoView {
    let ui = handle.ui;
    let is_open = RwSignal::new(false);
    let code = Memo::new(move |_| match handle.answer() {
        Some(Answer::Text(text)) => code_of(&text),
        _ => None,
    });
    // A code is worth its name, whether it was typed now or comes from a draft.
    Effect::new(move |_| {
        if code.get().is_some() {
            divisions::want();
        }
    });
    let open = move |_| {
        divisions::fetch();
        is_open.update(|it| *it = !*it);
    };
    let tab_index = if handle.path().row.is_some() { "-1" } else { "0" };
    view! {
        {text::line(handle)}
        <button type="button" class="button small pick" data-command="pick-division" tabindex=tab_index
            aria-expanded=move || is_open.get().to_string()
            disabled=move || handle.is_read_only() on:click=open>{ui.t("division.pick")}</button>
        <span class="division-name" role="status">{move || name(ui, code.get())}</span>
        {move || (is_open.get() && !handle.is_read_only()).then(|| panel(handle, is_open))}
    }
}

/// The number of a code that has the right form.
fn code_of(text: &str) -> Option<u32> {
    let fits = matches!(formats::check(Format::DivisionCode, text), Verdict::Fits);
    fits.then(|| fold(text).parse().ok()).flatten()
}

/// The name of a code once the list is here; a code that it does not have is worth a look, no more.
fn name(ui: Ui, code: Option<u32>) -> Option<AnyView> {
    let code = code?;
    let List::Here(list) = divisions::list() else { return None };
    let said = match list.get(code) {
        Some(division) => view! { <span>{list.spaced_name(code)}{zone(ui, division)}</span> }.into_any(),
        None => view! { <span class="unknown">{ui.fill("division.unknown", &[("version", VERSION)])}</span> }.into_any(),
    };
    Some(said)
}

/// What is to be said of a code that is no division.
fn zone(ui: Ui, division: &Division) -> Option<String> {
    division.is_zone.then(|| [" · ", ui.t("division.zone")].concat())
}

/// The picker, or why it is not there yet.
fn panel(handle: AnswerHandle, is_open: RwSignal<bool>) -> impl IntoView {
    let ui = handle.ui;
    let close = move || {
        is_open.set(false);
        ui.focus_cell(&handle.path());
    };
    let on_key = move |event: KeyboardEvent| {
        if keys::is_composing(&event) {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                close();
            }
            // These keys mean the picker here, not the rows or the history of the form around it.
            "Enter" | "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "z" | "y" => event.stop_propagation(),
            _ => {}
        }
    };
    let inside = move || match divisions::list() {
        List::Here(list) => chooser(handle, list, Callback::new(move |()| close())).into_any(),
        List::Failed => view! {
            <p class="message wrong" role="alert">
                {ui.t("division.failed")}
                <button type="button" class="button small mend" data-command="retry" on:click=move |_| divisions::fetch()>{ui.t("division.retry")}</button>
            </p>
        }
        .into_any(),
        List::Unasked | List::Loading => view! { <p class="hint" role="status">{ui.t("division.loading")}</p> }.into_any(),
    };
    view! { <div class="division" role="group" aria-label=ui.t("division.pick") on:keydown=on_key>{inside}</div> }
}

/// Search by name or code, and the three steps.
fn chooser(handle: AnswerHandle, list: Arc<Divisions>, close: Callback<()>) -> impl IntoView {
    let ui = handle.ui;
    let search = NodeRef::<html::Input>::new();
    let found_list = NodeRef::<html::Ul>::new();
    let query = RwSignal::new(String::new());
    let typed = match handle.answer_now() {
        Some(Answer::Text(text)) => code_of(&text),
        _ => None,
    };
    let chosen = RwSignal::new(typed.filter(|code| list.get(*code).is_some()));
    let list = StoredValue::new(list);
    let take = move |code: u32| {
        handle.set(handle.decode(&code.to_string()));
        close.run(());
    };
    let found = move || {
        list.with_value(|list| {
            let found = list.find(&query.get());
            let n_more = found.len().saturating_sub(SHOWN);
            let entries = found.iter().take(SHOWN).map(|it| {
                let code = it.code;
                view! {
                    <li><button type="button" class="entry" data-code=code.to_string() on:click=move |_| take(code)>
                        <span>{list.spaced_name(code)}{zone(ui, it)}</span><span class="entry-state">{code}</span>
                    </button></li>
                }
            });
            let said = match (found.is_empty(), n_more) {
                (true, _) if !query.with(|it| it.trim().is_empty()) => Some(ui.t("division.none").to_string()),
                (_, 0) => None,
                (_, n) => Some(ui.fill("division.more", &[("n", &n.to_string())])),
            };
            view! { {entries.collect_view()} {said.map(|said| view! { <li class="hint">{said}</li> })} }
        })
    };
    let on_search_key = move |event: KeyboardEvent| {
        if keys::is_composing(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                if let Some(code) = list.with_value(|list| list.find(&query.get_untracked()).first().map(|it| it.code)) {
                    take(code);
                }
            }
            "ArrowDown" => {
                event.prevent_default();
                let first = found_list.get_untracked().and_then(|it| it.query_selector("button").ok().flatten());
                focus(first);
            }
            _ => {}
        }
    };
    let on_found_key = move |event: KeyboardEvent| {
        let item = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()).and_then(|it| it.parent_element());
        let next = match event.key().as_str() {
            "ArrowDown" => item.and_then(|it| it.next_element_sibling()),
            "ArrowUp" => match item.and_then(|it| it.previous_element_sibling()) {
                Some(before) => Some(before),
                None => search.get_untracked().map(Into::into),
            },
            _ => return,
        };
        event.prevent_default();
        focus(next.map(|it| it.first_element_child().unwrap_or(it)));
    };
    // The focus goes into the picker that was just opened.
    Effect::new(move |_| {
        if let Some(input) = search.get() {
            let _ = input.focus();
        }
    });
    let words = move || match chosen.get() {
        Some(code) => {
            let name = list.with_value(|list| list.spaced_name(code));
            ui.fill("division.take", &[("code", &code.to_string()), ("name", &name)])
        }
        None => ui.fill("division.take", &[("code", ""), ("name", "")]),
    };
    view! {
        <input node_ref=search type="text" class="division-search" autocomplete="off" spellcheck="false"
            placeholder=ui.t("division.search") aria-label=ui.t("division.search")
            on:input=move |event| {
                if !text::is_composing(&event) {
                    query.set(event_target_value(&event));
                }
            }
            on:compositionend=move |event| query.set(event_target_value(&event))
            on:keydown=on_search_key />
        <ul node_ref=found_list class="division-found" on:keydown=on_found_key>{found}</ul>
        <div class="division-steps">
            {step(ui, list, chosen, 0, "division.province")}
            {step(ui, list, chosen, 1, "division.city")}
            {step(ui, list, chosen, 2, "division.district")}
        </div>
        <div class="division-buttons">
            <button type="button" class="button primary" data-command="take-division" disabled=move || chosen.get().is_none()
                on:click=move |_| {
                    if let Some(code) = chosen.get_untracked() {
                        take(code);
                    }
                }>{words}</button>
            <button type="button" class="button" on:click=move |_| close.run(())>{ui.t("cancel")}</button>
        </div>
    }
}

/// One drop-down: what lies below the choice before it.
fn step(ui: Ui, list: StoredValue<Arc<Divisions>>, chosen: RwSignal<Option<u32>>, at: usize, label: &'static str) -> impl IntoView {
    let chain = move |code: Option<u32>| code.map(|code| list.with_value(|list| list.chain(code))).unwrap_or_default();
    // Where the entries hang: nowhere for the first step, none while the step before has no choice.
    let above = Memo::new(move |_| at.checked_sub(1).map(|at| chain(chosen.get()).get(at).copied()));
    let entries = move || {
        list.with_value(|list| {
            let entry = |it: &Division| (it.code, it.name.clone());
            match above.get() {
                None => list.provinces().map(entry).collect::<Vec<_>>(),
                Some(Some(code)) => list.below(code).map(entry).collect(),
                Some(None) => Vec::new(),
            }
        })
    };
    let is_off = move || at > 0 && entries().is_empty();
    let on_change = move |event: web_sys::Event| {
        let before = above.get_untracked().flatten();
        chosen.set(event_target_value(&event).parse().ok().or(before));
    };
    view! {
        <span class="select">
            <select aria-label=ui.t(label) disabled=is_off on:change=on_change>
                <option value="">{ui.t(label)}</option>
                // Keyed: entries of another province are other nodes, so the drop-down falls back to its first line.
                <For each=entries key=|(code, _)| *code let((code, name))>
                    <option value=code.to_string() selected=chain(chosen.get_untracked()).get(at) == Some(&code)>{name}</option>
                </For>
            </select>
        </span>
    }
}

fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
