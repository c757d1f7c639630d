//! A code of administrative division: typed, or picked by province, city and district or by name.

use super::text;
use crate::engine::answers::Answer;
use crate::engine::definition::Format;
use crate::engine::divisions::{Division, Divisions, VERSION};
use crate::engine::kinds::formats::{self, Verdict};
use crate::engine::value::text::fold;
use crate::web::divisions::{self, List};
use crate::web::dom::{Child, El, button, command, el, live};
use crate::web::form::keys;
use crate::web::later;
use crate::web::ui::{AnswerHandle, Ui};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// How many of the found divisions are shown at once.
const SHOWN: usize = 12;

/// The typed code, the button that opens the picker, and the name of the code.
pub fn line(handle: AnswerHandle) -> Child {
    let ui = handle.ui;
    let is_open = RwSignal::new(false);
    let code = Memo::new(move |_| code_in(handle.answer()));
    // A code is worth its name, whether it was typed now or comes from a draft.
    Effect::new(move |_| {
        if code.get().is_some() {
            divisions::want();
        }
    });
    let pick = command("button small pick", "pick-division", ui.t("division.pick"))
        .attr("tabindex", if handle.path().row.is_some() { "-1" } else { "0" })
        .live_state("aria-expanded", move || is_open.get())
        .live_flag("disabled", move || handle.is_read_only())
        .on_click(move || {
            divisions::fetch();
            ui.later(move |_| {
                is_open.try_update(|it| *it = !*it);
            });
        });
    let name = el("span", "division-name").attr("role", "status").live(move || name(ui, code.get()));
    let panel = live(move || {
        let is_shown = is_open.get() && !handle.is_read_only();
        later::here().filter(|_| is_shown).map(|it| (it.divisions)(handle, is_open))
    });
    vec![text::line(handle), pick.into(), name.into(), panel].into()
}

/// A typed name. What is to be said of it is known once the list is here.
pub fn named(handle: AnswerHandle) -> Child {
    let has_name = Memo::new(move |_| handle.answer().is_some());
    Effect::new(move |_| {
        if has_name.get() {
            divisions::want();
        }
        if matches!(divisions::list(), List::Here(_)) {
            handle.ui.session.check_again(&handle.path());
        }
    });
    text::line(handle)
}

/// The number of the code that was answered, if it has the right form.
fn code_in(answer: Option<Answer>) -> Option<u32> {
    match answer {
        Some(Answer::Text(text)) => code_of(&text),
        _ => None,
    }
}

/// The number of a code that has the right form.
fn code_of(text: &str) -> Option<u32> {
    let fits = matches!(formats::check(Format::DivisionCode, text), Verdict::Fits);
    fits.then(|| fold(text).parse().ok()).flatten()
}

/// The name of a code once the list is here; a code that it does not have is worth a look, no more.
fn name(ui: Ui, code: Option<u32>) -> Option<El> {
    let code = code?;
    let List::Here(list) = divisions::list() else { return None };
    let said = match list.get(code) {
        Some(division) => full_name(ui, &list, division),
        None => el("span", "unknown").text(&ui.fill("division.unknown", &[("version", VERSION)])),
    };
    Some(said)
}

fn full_name(ui: Ui, list: &Divisions, division: &Division) -> El {
    el("span", "").text(&list.spaced_name(division.code)).add(zone(ui, division))
}

/// What is to be said of a code that is no division.
fn zone(ui: Ui, division: &Division) -> Option<String> {
    division.is_zone.then(|| [" · ", ui.t("division.zone")].concat())
}

/// The picker, or why it is not there yet.
pub fn picker(handle: AnswerHandle, is_open: RwSignal<bool>) -> El {
    let ui = handle.ui;
    let on_key = move |event: &Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if keys::is_composing(event) {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                close(handle, is_open);
            }
            // These keys mean the picker here, not the rows or the history of the form around it.
            "Enter" | "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "z" | "y" => event.stop_propagation(),
            _ => {}
        }
    };
    let inside = move || match divisions::list() {
        List::Here(list) => chooser(handle, list, is_open),
        List::Failed => {
            let again = command("button small mend", "retry", ui.t("division.retry")).on_click(divisions::fetch);
            el("p", "message wrong").attr("role", "alert").text(ui.t("division.failed")).add(again).into()
        }
        List::Unasked | List::Loading => el("p", "hint").attr("role", "status").text(ui.t("division.loading")).into(),
    };
    el("div", "division")
        .attr("role", "group")
        .attr("aria-label", ui.t("division.pick"))
        .on("keydown", on_key)
        .live(inside)
}

/// Closes the picker; the focus goes back to the code.
fn close(handle: AnswerHandle, is_open: RwSignal<bool>) {
    is_open.set(false);
    handle.ui.focus_cell(&handle.path());
}

/// Answers with a picked code.
fn take(handle: AnswerHandle, is_open: RwSignal<bool>, code: u32) {
    handle.set(handle.decode(&code.to_string()));
    close(handle, is_open);
}

/// Search by name or code, and the three steps.
fn chooser(handle: AnswerHandle, list: Arc<Divisions>, is_open: RwSignal<bool>) -> Child {
    let ui = handle.ui;
    let query = RwSignal::new(String::new());
    let typed = code_in(handle.answer_now());
    let chosen = RwSignal::new(typed.filter(|code| list.get(*code).is_some()));
    let list = StoredValue::new(list);
    let search = el("input", "division-search");
    let found = el("ul", "division-found");

    let (input, first_found) = (search.clone(), found.clone());
    let on_search_key = move |event: &Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if keys::is_composing(event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                if let Some(code) = list.with_value(|list| list.find(&query.get_untracked()).first().map(|it| it.code)) {
                    take(handle, is_open, code);
                }
            }
            "ArrowDown" => {
                event.prevent_default();
                focus(first_found.node().query_selector("button").ok().flatten());
            }
            _ => {}
        }
    };
    let before_found = search.clone();
    let on_found_key = move |event: &Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        let item = event.target().and_then(|it| it.dyn_into::<Element>().ok()).and_then(|it| it.parent_element());
        let next = match event.key().as_str() {
            "ArrowDown" => item.and_then(|it| it.next_element_sibling()),
            "ArrowUp" => {
                let before = item.and_then(|it| it.previous_element_sibling());
                before.or_else(|| Some(before_found.node().clone().into()))
            }
            _ => return,
        };
        event.prevent_default();
        focus(next.map(|it| it.first_element_child().unwrap_or(it)));
    };
    // The focus goes into the picker that was just opened, once it is in the page; the list may have been long in coming,
    // and it is not taken from where somebody types meanwhile.
    let opened = search.clone();
    Effect::new(move |_| {
        if !ui.is_typing() {
            let _ = opened.node().focus();
        }
    });
    let words = move || {
        let (code, name) = match chosen.get() {
            Some(code) => (code.to_string(), list.with_value(|list| list.spaced_name(code))),
            None => Default::default(),
        };
        ui.fill("division.take", &[("code", &code), ("name", &name)])
    };

    let composed = input.clone();
    let search = search
        .attr("type", "text")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", ui.t("division.search"))
        .attr("aria-label", ui.t("division.search"))
        .on("input", move |event| {
            if !text::is_composing(event) {
                query.set(input.input().value());
            }
        })
        .on("compositionend", move |_| query.set(composed.input().value()))
        .on("keydown", on_search_key);
    let found = found
        .on("keydown", on_found_key)
        .live(move || list.with_value(|list| query.with(|query| entries(handle, is_open, list, query))));
    let steps = el("div", "division-steps")
        .add(step(ui, list, chosen, 0, "division.province"))
        .add(step(ui, list, chosen, 1, "division.city"))
        .add(step(ui, list, chosen, 2, "division.district"));
    let done = command("button primary", "take-division", "")
        .live_flag("disabled", move || chosen.get().is_none())
        .on_click(move || {
            if let Some(code) = chosen.get_untracked() {
                take(handle, is_open, code);
            }
        })
        .live_text(words);
    let cancel = button("button", ui.t("cancel")).on_click(move || close(handle, is_open));
    vec![search, found, steps, el("div", "division-buttons").add(done).add(cancel)].into()
}

/// The first divisions that were found, and what is to be said of the others.
fn entries(handle: AnswerHandle, is_open: RwSignal<bool>, list: &Divisions, query: &str) -> Vec<El> {
    let ui = handle.ui;
    let found = list.find(query);
    let mut lines = Vec::with_capacity(found.len().min(SHOWN) + 1);
    for it in found.iter().take(SHOWN) {
        let code = it.code;
        let entry = button("entry", "")
            .attr("data-code", &code.to_string())
            .on_click(move || take(handle, is_open, code))
            .add(full_name(ui, list, it))
            .add(el("span", "entry-state").text(&code.to_string()));
        lines.push(el("li", "").add(entry));
    }
    let said = match found.len().saturating_sub(SHOWN) {
        0 if found.is_empty() && !query.trim().is_empty() => ui.t("division.none").to_string(),
        0 => return lines,
        n => ui.fill("division.more", &[("n", &n.to_string())]),
    };
    lines.push(el("li", "hint").text(&said));
    lines
}

/// One drop-down: what lies below the choice before it.
fn step(ui: Ui, list: StoredValue<Arc<Divisions>>, chosen: RwSignal<Option<u32>>, at: usize, label: &str) -> El {
    let chain = move |code: Option<u32>| code.map(|code| list.with_value(|list| list.chain(code))).unwrap_or_default();
    // Where the entries hang: nowhere for the first step, none while the step before has no choice.
    let above = Memo::new(move |_| at.checked_sub(1).map(|at| chain(chosen.get()).get(at).copied()));
    // Entries of another province are other elements, so the drop-down falls back to its first line.
    let options = move || {
        let now = chain(chosen.get_untracked()).get(at).copied();
        list.with_value(|list| match above.get() {
            None => list.provinces().map(|it| option(it, now)).collect(),
            Some(Some(code)) => list.below(code).map(|it| option(it, now)).collect(),
            Some(None) => Vec::new(),
        })
    };
    let is_off = move || match above.get() {
        None => false,
        Some(Some(code)) => list.with_value(|list| list.below(code).next().is_none()),
        Some(None) => true,
    };
    let none = el("option", "").attr("value", "").text(ui.t(label));
    let select = el("select", "").attr("aria-label", ui.t(label)).add(none);
    let it = select.clone();
    let select = select.live(options).live_flag("disabled", is_off).on("change", move |_| {
        let before = above.get_untracked().flatten();
        chosen.set(it.input().value().parse().ok().or(before));
    });
    el("span", "select").add(select)
}

fn option(it: &Division, now: Option<u32>) -> El {
    el("option", "").attr("value", &it.code.to_string()).flag("selected", now == Some(it.code)).text(&it.name)
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
