//! The outline: each part and park by its own name, with what is filled, missing and wrong, and the way there.

use super::Panels;
use super::bar::{self, Actions};
use super::sheet::count_rules;
use crate::engine::answers::AnswerPath;
use crate::engine::definition::{Part, Rule, Severity};
use crate::web::dom::{Child, El, button, command, each, el, live};
use crate::web::ui::Ui;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Stands for counts that are not known yet.
const UNKNOWN: &str = "…";

/// The list at the side; a sheet of its own on a phone.
pub fn outline(ui: Ui, actions: Actions, panels: Panels) -> El {
    let outline_open = panels.outline;
    let table = ui.session.table();
    let parts: Vec<Part> = table.parts().cloned().collect();
    let percent = move || {
        let Some(total) = ui.session.total() else { return 0 };
        if total.required == 0 { 100 } else { total.filled * 100 / total.required }
    };
    let counts = move || {
        let Some(total) = ui.session.total() else { return UNKNOWN.to_string() };
        let [filled, required, errors] = &[total.filled, total.required, total.errors].map(|it| it.to_string());
        let mut words = ui.fill("outline.total", &[("filled", filled), ("required", required), ("errors", errors)]);
        // Of a form that is not filled yet some of the warnings say no more than that.
        let warnings = if ui.session.is_checked() || total.filled == total.required { total.warnings } else { 0 };
        for (key, n) in [("outline.warnings", warnings), ("outline.lifted", total.lifted)] {
            if n > 0 {
                words.push_str(" · ");
                words.push_str(&ui.fill(key, &[("n", &n.to_string())]));
            }
        }
        words
    };
    let progress = el("div", "progress")
        .attr("role", "progressbar")
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", "100")
        .live_attr("aria-valuenow", move || Some(percent().to_string()))
        .attr("aria-label", ui.t("outline.progress"))
        .add(el("div", "progress-bar").live_style("width", move || format!("{}%", percent())));
    el("nav", "outline").attr("part", "outline")
        .attr("aria-label", ui.t("outline.title"))
        .add(el("ol", "").add_all(parts.into_iter().map(|part| part_entries(ui, part, outline_open)).chain([kept_entry(ui, outline_open)])))
        .add(progress)
        .add(el("p", "totals").live_text(counts))
        .add(el("div", "outline-commands").add_all(bar::rest(ui, actions, "button")))
        .add(el("slot", "").attr("name", "page"))
}

/// The entries of one part: one, or one for each instance and a button that adds another.
fn part_entries(ui: Ui, part: Part, outline_open: RwSignal<bool>) -> Child {
    let id = part.id.clone();
    let Some(repeat) = part.repeat.clone() else {
        return entry(ui, StoredValue::new(part), AnswerPath::part(id), outline_open).into();
    };
    let part = StoredValue::new(part);
    let ids = move || ui.session.instance_ids(&part.with_value(|part| part.id.clone()));
    let most = repeat.max as usize;
    let noun = ui.words(&repeat.noun);
    let full_words = ui.fill("part.full", &[("noun", &noun), ("max", &most.to_string())]);
    let add = command("button link", "add-instance", &ui.fill("part.add", &[("noun", &noun)]))
        .attr("data-part", &id)
        .live_flag("disabled", move || ids().len() >= most || ui.session.read_only().get())
        .on_click(move || {
            part.with_value(|part| ui.add_instance(part));
            outline_open.set(false);
        });
    let entries = each(ids, move |instance| {
        let path = AnswerPath::instance(part.with_value(|it| it.id.clone()), instance);
        entry(ui, part, path, outline_open)
    });
    // What is wrong with how many there are is said of none of them.
    let rules = count_rules(ui, &part.with_value(|it| it.id.clone()));
    let is_wrong = move |rule: &&Rule| {
        let state = ui.session.rule(&rule.id, &AnswerPath::part("")).filter(|it| it.outcome.fails() && !it.overridden);
        state.is_some() && rule.severity != Severity::Warning
    };
    let wrong = live(move || {
        let n = rules.iter().filter(is_wrong).count();
        (n > 0).then(|| el("span", "entry-state wrong").text(&ui.fill("outline.errors", &[("n", &n.to_string())])))
    });
    // Why nothing can be added: a phone has no tooltips.
    let full = el("span", "hint").live_text(move || if ids().len() >= most { full_words.clone() } else { String::new() });
    vec![entries, el("li", "add-entry").add(add).add(wrong).add(full).into()].into()
}

/// The way to what has no place in this version of the table, while there is any: it stands below the last sheet alone.
fn kept_entry(ui: Ui, outline_open: RwSignal<bool>) -> Child {
    let go = move || {
        if let Some(last) = untrack(|| ui.places()).pop() {
            ui.place.set(last);
        }
        outline_open.set(false);
        // The sheet stands by then.
        spawn_local(async move { ui.focus_block(".kept") });
    };
    live(move || {
        let count = ui.session.kept().len();
        let name = el("span", "entry-name").text(ui.t("kept.heading"));
        let state = el("span", "entry-state warned").text(&count.to_string());
        (count > 0).then(|| el("li", "").add(command("entry", "show-kept", "").on_click(go).add_all([name, state])))
    })
}

fn entry(ui: Ui, part: StoredValue<Part>, path: AnswerPath, outline_open: RwSignal<bool>) -> El {
    let place = path.clone();
    let is_here = Memo::new(move |_| ui.place.get() == place);
    let instance = path.instance.clone();
    let name = move || {
        part.with_value(|part| {
            let heading = ui.part_name(part);
            if part.repeat.is_none() {
                return heading;
            }
            let short = heading.split(['\u{3000}', ':', '：']).next().unwrap_or(&heading);
            format!("{short}\u{3000}{}", ui.instance_name(part, &instance))
        })
    };
    let target = path.clone();
    let name_of_place = path.to_string();
    let state = Memo::new(move |_| {
        let Some(tally) = ui.session.tally(&path) else { return ("entry-state open", UNKNOWN.to_string()) };
        if tally.errors > 0 {
            ("entry-state wrong", ui.fill("outline.errors", &[("n", &tally.errors.to_string())]))
        } else if tally.filled < tally.required {
            ("entry-state open", format!("{} / {}", tally.filled, tally.required))
        } else if tally.lifted > 0 {
            // Complete, but not as the notice has it: whoever reviews it looks there first.
            ("entry-state warned", ui.fill("outline.lifted", &[("n", &tally.lifted.to_string())]))
        } else if tally.warnings > 0 {
            ("entry-state warned", ui.fill("outline.warnings", &[("n", &tally.warnings.to_string())]))
        } else {
            ("entry-state done", ui.t("outline.done").to_string())
        }
    });
    let state = el("span", "").live_attr("class", move || Some(state.get().0.to_owned())).live_text(move || state.get().1);
    let button = button("entry", "")
        .attr("data-place", &name_of_place)
        .live_attr("aria-current", move || is_here.get().then(|| "step".to_owned()))
        .on_click(move || {
            ui.place.set(target.clone());
            outline_open.set(false);
            ui.scroll_to_top();
        })
        .add(el("span", "entry-name").live_text(name))
        .add(state);
    el("li", "").live_class("here", move || is_here.get()).add(button)
}
