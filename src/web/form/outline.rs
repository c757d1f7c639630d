//! The outline: each part and park by its own name, with what is filled, missing and wrong, and the way there.

use crate::engine::answers::AnswerPath;
use crate::engine::definition::Part;
use crate::web::ui::Ui;
use leptos::prelude::*;

/// The list at the side; a sheet of its own on a phone.
#[component]
pub fn Outline(ui: Ui, outline_open: RwSignal<bool>) -> impl IntoView {
    let table = ui.session.table();
    let parts: Vec<Part> = table.parts().cloned().collect();
    let entries = parts.into_iter().map(|part| view! { <PartEntries ui part outline_open /> });
    let percent = move || {
        let total = ui.session.total();
        if total.required == 0 { 100 } else { total.filled * 100 / total.required }
    };
    let counts = move || {
        let total = ui.session.total();
        let warnings = if ui.session.is_checked() { total.warnings } else { 0 };
        let numbers = [total.filled, total.required, total.errors, warnings].map(|it| it.to_string());
        let [filled, required, errors, warnings] = &numbers;
        ui.fill("outline.total", &[("filled", filled), ("required", required), ("errors", errors), ("warnings", warnings)])
    };
    view! {
        <nav class="outline" aria-label=ui.t("outline.title")>
            <ol>{entries.collect_view()}</ol>
            <div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent
                aria-label=ui.t("outline.progress")>
                <div class="progress-bar" style:width=move || format!("{}%", percent())></div>
            </div>
            <p class="totals">{counts}</p>
        </nav>
    }
}

/// The entries of one part: one, or one for each instance and a button that adds another.
#[component]
fn PartEntries(ui: Ui, part: Part, outline_open: RwSignal<bool>) -> impl IntoView {
    let id = part.id.clone();
    let Some(repeat) = part.repeat.clone() else {
        return view! { <Entry ui part=part.clone() path=AnswerPath::part(id) outline_open /> }.into_any();
    };
    let part = StoredValue::new(part);
    let ids = move || ui.session.instance_ids(&part.with_value(|part| part.id.clone()));
    let most = repeat.max as usize;
    let noun = ui.words(&repeat.noun);
    let is_full = move || ids().len() >= most || ui.session.read_only().get();
    let add_words = ui.fill("part.add", &[("noun", &noun)]);
    let full_words = ui.fill("part.full", &[("noun", &noun), ("max", &most.to_string())]);
    let title = move || if ids().len() >= most { full_words.clone() } else { String::new() };
    view! {
        <For each=ids key=|id| id.clone() let(id)>
            <Entry ui part=part.get_value() path=AnswerPath::instance(part.with_value(|it| it.id.clone()), id) outline_open />
        </For>
        <li class="add-entry">
            <button type="button" class="button link" data-command="add-instance" data-part=part.with_value(|it| it.id.to_string())
                disabled=is_full title=title
                on:click=move |_| {
                    part.with_value(|part| ui.add_instance(part));
                    outline_open.set(false);
                }>
                {add_words}
            </button>
        </li>
    }
    .into_any()
}

#[component]
fn Entry(ui: Ui, part: Part, path: AnswerPath, outline_open: RwSignal<bool>) -> impl IntoView {
    let place = path.clone();
    let is_here = Memo::new(move |_| ui.place.get() == place);
    let instance = path.instance.clone();
    let heading = ui.part_name(&part);
    let is_repeated = part.repeat.is_some();
    let short = heading.split(['\u{3000}', ':', '：']).next().unwrap_or(&heading).to_string();
    let name = move || {
        if is_repeated { format!("{short}\u{3000}{}", ui.instance_name(&part, &instance)) } else { heading.clone() }
    };
    let target = path.clone();
    let tally_path = path.clone();
    let state = move || {
        let tally = ui.session.tally(&tally_path);
        if tally.errors > 0 {
            ("wrong", ui.fill("outline.errors", &[("n", &tally.errors.to_string())]))
        } else if tally.filled < tally.required {
            ("open", format!("{} / {}", tally.filled, tally.required))
        } else if tally.warnings > 0 && ui.session.is_checked() {
            ("warned", ui.fill("outline.warnings", &[("n", &tally.warnings.to_string())]))
        } else {
            ("done", ui.t("outline.done").to_string())
        }
    };
    let state = Memo::new(move |_| state());
    view! {
        <li class:here=move || is_here.get()>
            <button type="button" class="entry" data-place=path.to_string()
                aria-current=move || is_here.get().then_some("step")
                on:click=move |_| {
                    ui.place.set(target.clone());
                    outline_open.set(false);
                    ui.scroll_to_top();
                }>
                <span class="entry-name">{name}</span>
                <span class=move || format!("entry-state {}", state.get().0)>{move || state.get().1}</span>
            </button>
        </li>
    }
}
