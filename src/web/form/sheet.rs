//! One sheet: the part or instance on screen, as the bordered table of the notice.

use super::bar::Actions;
use super::section::SectionBlock;
use crate::engine::answers::{AnswerPath, PartInstance, make};
use crate::engine::definition::{MATERIALS, Part, Provenance};
use crate::web::form::verdict;
use crate::web::ui::Ui;
use leptos::prelude::*;

/// The part or instance on screen. Built anew when another one is chosen, or when this one is gone.
#[component]
pub fn Sheet(ui: Ui, actions: Actions) -> impl IntoView {
    let _ = actions;
    let table = ui.session.table();
    let title = ui.words(&table.definition.title);
    let subtitle = ui.words(&table.definition.subtitle);
    let shown = Memo::new(move |_| ui.place.get());
    let sheet = move || {
        let place = shown.get();
        let table = ui.session.table();
        let part = table.part(&place.part)?.clone();
        let provenance = provenance(ui, &part);
        let is_gone = part.repeat.is_some() && ui.session.document(|it| it.instance(&place.part, &place.instance).is_none());
        if is_gone {
            return Some(view! { <p class="empty">{ui.t("part.gone")}</p> }.into_any());
        }
        let path = place.clone();
        let sections = part.sections.iter().map(|section| {
            view! { <SectionBlock ui part=part.id.clone() section=section.clone() instance=path.clone() /> }
        });
        Some(
            view! {
                {provenance}
                <article class="sheet" data-sheet=path.to_string()>
                    <h1>{title.clone()}</h1>
                    {(!subtitle.is_empty()).then(|| view! { <p class="subtitle">{subtitle.clone()}</p> })}
                    <PartHead ui part=part.clone() path=path.clone() />
                    <div class="table">{sections.collect_view()}</div>
                    {remark(ui, &part)}
                </article>
                <Pager ui />
            }
            .into_any(),
        )
    };
    view! { <div class="sheet-area">{sheet}</div> }
}

/// Where the table comes from, and that classified matter must stay out.
fn provenance(ui: Ui, part: &Part) -> impl IntoView + use<> {
    let table = ui.session.table();
    let definition = &table.definition;
    let kind = part.provenance.unwrap_or(definition.provenance);
    let note = if part.provenance_note.is_empty() { &definition.provenance_note } else { &part.provenance_note };
    let kind_words = match kind {
        Provenance::Official => ui.t("provenance.official"),
        Provenance::Reconstructed => ui.t("provenance.reconstructed"),
    };
    let notice = ui.fill("provenance.notice", &[("number", &definition.notice.number)]);
    let note = ui.words(note);
    view! {
        <aside class="banner">
            <strong>{kind_words}</strong>
            " "
            <span>{notice}</span>
            " "
            <span>{note}</span>
            " "
            <span>{ui.t("provenance.classified")}</span>
        </aside>
    }
}

fn remark(ui: Ui, part: &Part) -> Option<impl IntoView + use<>> {
    let table = ui.session.table();
    let last = table.definition.parts.last().map(|it| it.id.clone());
    let text = ui.words(&table.definition.remark);
    (last.as_ref() == Some(&part.id) && !text.is_empty()).then(|| view! { <p class="remark">{text}</p> })
}

/// The heading of a part; of an instance also its name, and what can be done with it.
#[component]
fn PartHead(ui: Ui, part: Part, path: AnswerPath) -> impl IntoView {
    let label = ui.part_name(&part);
    let hint = ui.words(&part.hint);
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> });
    let Some(repeat) = part.repeat.clone() else {
        return view! { <header class="part-head"><h2>{label}</h2>{hint}</header> }.into_any();
    };
    let part = StoredValue::new(part);
    let path = StoredValue::new(path);
    let ids = move || ui.session.instance_ids(&path.with_value(|path| path.part.clone()));
    let position = move || path.with_value(|path| ids().iter().position(|id| *id == path.instance)).unwrap_or_default();
    let n_instances = move || ids().len();
    let name = move || part.with_value(|part| path.with_value(|path| ui.instance_name(part, &path.instance)));
    let noun = ui.words(&repeat.noun);
    let counted = {
        let noun = noun.clone();
        move || {
            let (at, all) = ((position() + 1).to_string(), n_instances().to_string());
            ui.fill("part.counted", &[("noun", &noun), ("at", &at), ("all", &all)])
        }
    };
    let locked = move || ui.session.read_only().get();
    let (most, least) = (repeat.max as usize, repeat.min as usize);
    let is_first = move || locked() || position() == 0;
    let is_last = move || locked() || position() + 1 >= n_instances();
    let is_full = move || locked() || n_instances() >= most;
    let is_least = move || locked() || n_instances() <= least;
    let rules = move || {
        let table = ui.session.table();
        let id = part.with_value(|it| it.id.to_string());
        let about = |rule: &&crate::engine::definition::Rule| {
            rule.verdict && rule.scope.is_none() && rule.fields.iter().any(|field| *field == id)
        };
        let rules: Vec<_> = table.definition.rules.iter().filter(about).cloned().collect();
        rules.into_iter().map(|rule| view! { <verdict::Strip ui rule at=AnswerPath::part("") /> }).collect_view()
    };
    view! {
        <header class="part-head">
            <h2>{label}" "<small>{counted}</small></h2>
            {hint}
            <div class="instance-line">
                <h3>{name}</h3>
                <span class="instance-buttons">
                    <button type="button" class="button small" data-command="move-up" disabled=is_first
                        on:click=move |_| ui.move_instance(&path.get_value(), position().saturating_sub(1))>{ui.t("part.up")}</button>
                    <button type="button" class="button small" data-command="move-down" disabled=is_last
                        on:click=move |_| ui.move_instance(&path.get_value(), position() + 1)>{ui.t("part.down")}</button>
                    <button type="button" class="button small" data-command="duplicate" disabled=is_full
                        on:click=move |_| ui.duplicate_instance(&path.get_value(), position() + 1)>{ui.t("part.duplicate")}</button>
                    <button type="button" class="button small" data-command="remove" disabled=is_least
                        on:click=move |_| ui.remove_instance(&path.get_value())>{ui.t("part.remove")}</button>
                </span>
            </div>
            <div class="strips">{rules}</div>
        </header>
    }
    .into_any()
}

/// To the sheet before and after.
#[component]
fn Pager(ui: Ui) -> impl IntoView {
    let places = move || ui.places();
    let at = move || {
        let here = ui.place.get();
        places().iter().position(|it| *it == here).unwrap_or_default()
    };
    let go = move |to: usize| {
        if let Some(path) = ui.places().get(to) {
            ui.place.set(path.clone());
            ui.scroll_to_top();
        }
    };
    let is_end = move || at() + 1 >= places().len();
    let name = move |to: Option<usize>| {
        let path = to.and_then(|to| places().get(to).cloned());
        path.map(|path| ui.place_name(&path)).unwrap_or_default()
    };
    view! {
        <nav class="pager">
            <button type="button" class="button" data-command="previous" disabled=move || at() == 0
                on:click=move |_| go(untrack(at).saturating_sub(1))>"← "{move || name(at().checked_sub(1))}</button>
            <button type="button" class="button" data-command="next" disabled=is_end
                on:click=move |_| go(untrack(at) + 1)>{move || name(Some(at() + 1))}" →"</button>
        </nav>
    }
}

impl Ui {
    /// Every sheet in order, watched.
    pub fn places(self) -> Vec<AnswerPath> {
        let table = self.session.table();
        let mut places = Vec::new();
        for part in table.parts() {
            if part.repeat.is_none() {
                places.push(AnswerPath::part(part.id.clone()));
                continue;
            }
            let ids = self.session.instance_ids(&part.id);
            places.extend(ids.into_iter().map(|id| AnswerPath::instance(part.id.clone(), id)));
        }
        places
    }

    /// Shows the place of an undone or redone step.
    pub fn show(self, path: &AnswerPath) {
        let exists = path.instance.is_empty()
            || self.session.document(|document| document.instance(&path.part, &path.instance).is_some());
        let table = self.session.table();
        let Some(part) = table.part(&path.part) else { return };
        if part.repeat.is_some() && (path.instance.is_empty() || !exists) {
            // The step was about the list itself: stay if what is on screen is still there.
            let here = self.place.get_untracked();
            let still = self.session.document(|document| document.instance(&here.part, &here.instance).is_some());
            if !still {
                let first = untrack(|| self.session.instance_ids(&part.id)).into_iter().next();
                let place = first.map_or_else(|| AnswerPath::part(MATERIALS), |id| AnswerPath::instance(part.id.clone(), id));
                self.place.set(place);
            }
            return;
        }
        self.go_to(path);
    }

    /// Adds an instance at the end and shows it.
    pub fn add_instance(self, part: &Part) {
        let table = self.session.table();
        let instance = make::instance(&table.definition, part, &mut || self.session.new_id());
        let path = AnswerPath::instance(part.id.clone(), instance.id.clone());
        self.session.add_instance(part.id.clone(), None, instance);
        self.place.set(path.clone());
        self.scroll_to_top();
        self.focus_instance(&path);
    }

    /// Puts the focus on the field that names an instance. The button that was pressed may be disabled now, and
    /// keys such as undo reach the form only while something in it has the focus.
    fn focus_instance(self, path: &AnswerPath) {
        let table = self.session.table();
        let Some(part) = table.part(&path.part) else { return };
        let named = part.repeat.as_ref().and_then(|repeat| repeat.name_from.clone());
        if let Some(field) = named.or_else(|| part.fields().next().map(|field| field.id.clone())) {
            self.focus.set(Some(path.field(field)));
        }
    }

    /// Moves an instance to a position.
    pub fn move_instance(self, path: &AnswerPath, to: usize) {
        let edit = crate::engine::answers::Edit::MoveInstance { part: path.part.clone(), instance: path.instance.clone(), to };
        self.session.apply(edit);
    }

    /// Puts a copy of an instance behind it and shows it.
    pub fn duplicate_instance(self, path: &AnswerPath, at: usize) {
        let copy = self.session.document(|document| {
            let instance = document.instance(&path.part, &path.instance)?;
            let table = self.session.table();
            Some(make::duplicate(table.part(&path.part)?, instance, &mut || self.session.new_id()))
        });
        let Some(copy): Option<PartInstance> = copy else { return };
        let shown = AnswerPath::instance(path.part.clone(), copy.id.clone());
        self.session.add_instance(path.part.clone(), Some(at), copy);
        self.place.set(shown.clone());
        self.focus_instance(&shown);
        self.notice.set(self.t("part.duplicated").into());
    }

    /// Takes an instance out and shows a neighbour; undo brings it back.
    pub fn remove_instance(self, path: &AnswerPath) {
        let ids = untrack(|| self.session.instance_ids(&path.part));
        let at = ids.iter().position(|id| *id == path.instance).unwrap_or_default();
        let name = self.place_name(path);
        let neighbour = ids.get(at + 1).or(at.checked_sub(1).and_then(|before| ids.get(before))).cloned();
        let next = neighbour.map(|id| AnswerPath::instance(path.part.clone(), id));
        let first = || untrack(|| self.places()).into_iter().find(|place| place.part != path.part);
        if let Some(place) = next.or_else(first) {
            self.place.set(place.clone());
            self.focus_instance(&place);
        }
        let edit = crate::engine::answers::Edit::RemoveInstance { part: path.part.clone(), instance: path.instance.clone() };
        self.session.apply(edit);
        self.notice.set(self.fill("part.removed", &[("name", &name)]));
    }

    /// Brings the head of the sheet into view.
    pub fn scroll_to_top(self) {
        let found = self.root.try_with_value(|root| root.query_selector(".main").ok().flatten()).flatten();
        if let Some(element) = found {
            element.scroll_into_view_with_bool(true);
        }
    }

    /// The path of the cell that has the focus.
    pub fn focused_path(self) -> Option<String> {
        use wasm_bindgen::JsCast;
        self.root.try_with_value(|root| {
            let shadow = root.get_root_node().dyn_into::<web_sys::ShadowRoot>().ok()?;
            let cell = shadow.active_element()?.closest("[data-path]").ok()??;
            cell.get_attribute("data-path")
        })?
    }
}
