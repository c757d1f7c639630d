//! One sheet: the part or instance on screen, as the bordered table of the notice.

use super::section::section_block;
use super::verdict;
use crate::engine::answers::{AnswerPath, AnswersDocument, Edit, PartInstance, make};
use crate::engine::definition::{MATERIALS, Part, Provenance, Rule};
use crate::web::attach::mail_size;
use crate::web::dom::{Child, El, command, el};
use crate::web::host;
use crate::web::ui::Ui;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

/// The part or instance on screen. Built anew when another one is chosen.
pub fn sheet(ui: Ui) -> El {
    let shown = Memo::new(move |_| ui.place.get());
    el("div", "sheet-area").live(move || {
        let place = shown.get();
        untrack(|| at(ui, &place))
    })
}

/// The sheet of a place.
fn at(ui: Ui, place: &AnswerPath) -> Child {
    let table = ui.session.table();
    let Some(part) = table.part(&place.part) else { return Child::none() };
    let is_gone = part.repeat.is_some() && ui.session.document(|it| it.instance(&place.part, &place.instance).is_none());
    if is_gone {
        return el("p", "empty").text(ui.t("part.gone")).into();
    }
    let subtitle = ui.words(&table.definition.subtitle);
    let sections = part.sections.iter().map(|section| section_block(ui, part.id.clone(), section.clone(), place.clone()));
    let article = el("article", "sheet")
        .attr("part", "sheet")
        .attr("data-sheet", &place.to_string())
        .add(el("h1", "").text(&ui.words(&table.definition.title)))
        .add((!subtitle.is_empty()).then(|| el("p", "subtitle").text(&subtitle)))
        .add(part_head(ui, part, place))
        .add(el("div", "table").add_all(sections))
        .add((*part.id == *MATERIALS).then(|| attached(ui)))
        .add(remark(ui, part));
    let is_last = untrack(|| ui.places()).last() == Some(place);
    let kept = is_last.then(|| super::panels::kept(ui));
    let after: Child = vec![Child::from(kept), pager(ui).into()].into();
    vec![Child::from(vec![provenance(ui, part), article]), after].into()
}

/// Where the table comes from, and that classified matter must stay out.
fn provenance(ui: Ui, part: &Part) -> El {
    let table = ui.session.table();
    let definition = &table.definition;
    let kind = part.provenance.unwrap_or(definition.provenance);
    let note = if part.provenance_note.is_empty() { &definition.provenance_note } else { &part.provenance_note };
    let kind_words = match kind {
        Provenance::Official => ui.t("provenance.official"),
        Provenance::Reconstructed => ui.t("provenance.reconstructed"),
    };
    // A notice without a number is known by its title.
    let notice = &definition.notice;
    let number = if notice.number.is_empty() { ui.words(&notice.title) } else { notice.number.clone() };
    let said = [
        ui.fill("provenance.notice", &[("number", &number)]),
        ui.words(note),
        ui.t("provenance.classified").to_string(),
    ];
    let said = said.into_iter().map(|words| Child::from(vec![Child::from(" "), el("span", "").text(&words).into()]));
    el("aside", "banner").add(el("strong", "").text(kind_words)).add_all(said)
}

/// How much the attached files come to, against what an e-mail may carry.
fn attached(ui: Ui) -> El {
    let size = Memo::new(move |_| {
        // Any step may attach or take out a file.
        ui.session.history();
        ui.session.document(AnswersDocument::attached_size)
    });
    el("p", "attached-size")
        .attr("role", "status")
        .live_class("over", move || mail_size(size.get()) > ui.mail_limit.get())
        .live_text(move || if size.get() == 0 { String::new() } else { ui.mail_words(size.get()) })
}

fn remark(ui: Ui, part: &Part) -> Option<El> {
    let table = ui.session.table();
    let is_last = table.definition.parts.last().is_some_and(|it| it.id == part.id);
    let text = ui.words(&table.definition.remark);
    (is_last && !text.is_empty()).then(|| el("p", "remark").text(&text))
}

/// The heading of a part; of an instance also its name, and what can be done with it.
fn part_head(ui: Ui, part: &Part, path: &AnswerPath) -> El {
    let label = ui.part_name(part);
    let hint = ui.words(&part.hint);
    let hint = (!hint.is_empty()).then(|| el("p", "hint").text(&hint));
    let Some(repeat) = part.repeat.clone() else {
        return el("header", "part-head").add(el("h2", "").text(&label)).add(hint);
    };
    let part = StoredValue::new(part.clone());
    let path = StoredValue::new(path.clone());
    let ids = move || ui.session.instance_ids(&path.with_value(|path| path.part.clone()));
    let position = move || path.with_value(|path| ids().iter().position(|id| *id == path.instance)).unwrap_or_default();
    let name = move || part.with_value(|part| path.with_value(|path| ui.instance_name(part, &path.instance)));
    let noun = ui.words(&repeat.noun);
    let counted = move || {
        let (at, all) = ((position() + 1).to_string(), ids().len().to_string());
        ui.fill("part.counted", &[("noun", &noun), ("at", &at), ("all", &all)])
    };
    let locked = move || ui.session.read_only().get();
    let (most, least) = (repeat.max as usize, repeat.min as usize);
    let small = move |name: &str, words: &str| command("button small", name, ui.t(words));
    let buttons = [
        small("move-up", "part.up")
            .live_flag("disabled", move || locked() || position() == 0)
            .on_click(move || ui.move_instance(&path.get_value(), untrack(position).saturating_sub(1))),
        small("move-down", "part.down")
            .live_flag("disabled", move || locked() || position() + 1 >= ids().len())
            .on_click(move || ui.move_instance(&path.get_value(), untrack(position) + 1)),
        small("duplicate", "part.duplicate")
            .live_flag("disabled", move || locked() || ids().len() >= most)
            .on_click(move || ui.duplicate_instance(&path.get_value(), untrack(position) + 1)),
        small("remove", "part.remove")
            .live_flag("disabled", move || locked() || ids().len() <= least)
            .on_click(move || ui.remove_instance(&path.get_value())),
    ];
    let line = el("div", "instance-line").add(el("h3", "").live_text(name)).add(el("span", "instance-buttons").add_all(buttons));
    let id = part.with_value(|part| part.id.to_string());
    let strips = count_rules(ui, &id);
    let strips = strips.into_iter().map(|rule| verdict::strip(ui, rule, AnswerPath::part("")));
    el("header", "part-head")
        .add(el("h2", "").text(&label).text(" ").add(el("small", "").live_text(counted)))
        .add(hint)
        .add(line)
        // What is wrong with the part as a whole is looked for by its path.
        .add(el("div", "strips").attr("data-path", &id).attr("tabindex", "-1").add_all(strips))
}

/// The conditions on how many instances a part has: they stand at its head.
pub(super) fn count_rules(ui: Ui, part: &str) -> Vec<Rule> {
    ui.session.peek(|table, _| {
        let about = |rule: &&Rule| rule.verdict && rule.scope.is_none() && rule.fields.iter().any(|field| *field == part);
        table.definition.rules.iter().filter(about).cloned().collect()
    })
}

/// To the sheet before and after.
fn pager(ui: Ui) -> El {
    let at = move || {
        let here = ui.place.get();
        ui.places().iter().position(|it| *it == here).unwrap_or_default()
    };
    let go = move |to: usize| {
        if let Some(path) = untrack(|| ui.places()).get(to) {
            ui.place.set(path.clone());
            ui.scroll_to_top();
        }
    };
    let name = move |to: Option<usize>| to.and_then(|to| ui.places().get(to).map(|path| ui.place_name(path))).unwrap_or_default();
    let previous = command("button", "previous", "← ")
        .live_text(move || name(at().checked_sub(1)))
        .live_flag("disabled", move || at() == 0)
        .on_click(move || go(untrack(at).saturating_sub(1)));
    let next = command("button", "next", "")
        .live_text(move || name(Some(at() + 1)))
        .text(" →")
        .live_flag("disabled", move || at() + 1 >= ui.places().len())
        .on_click(move || go(untrack(at) + 1));
    el("nav", "pager").add(previous).add(next)
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
                // Most that goes was added at the end.
                let last = untrack(|| self.session.instance_ids(&part.id)).pop();
                let place = last.map_or_else(|| AnswerPath::part(MATERIALS), |id| AnswerPath::instance(part.id.clone(), id));
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
        let edit = Edit::MoveInstance { part: path.part.clone(), instance: path.instance.clone(), to };
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
        let edit = Edit::RemoveInstance { part: path.part.clone(), instance: path.instance.clone() };
        self.session.apply(edit);
        self.notice.set(self.fill("part.removed", &[("name", &name)]));
    }

    /// Brings the head of the sheet into view.
    pub fn scroll_to_top(self) {
        if let Some(element) = host::find(self.root, ".main") {
            element.scroll_into_view_with_bool(true);
        }
        // The button that was pressed may be gone: keys go on from here.
        spawn_local(async move {
            if !self.has_focus() {
                self.focus_block(".main");
            }
        });
    }

    /// The path of the cell that has the focus.
    pub fn focused_path(self) -> Option<String> {
        let cell = self.focused()?.closest("[data-path]").ok()??;
        cell.get_attribute("data-path")
    }

    /// True if the focus is in a control that takes text.
    pub fn is_typing(self) -> bool {
        self.focused().is_some_and(|it| it.matches("input, textarea").unwrap_or_default())
    }

    /// True if anything of the form has the focus.
    pub fn has_focus(self) -> bool {
        self.focused().is_some()
    }

    /// The control that has the focus.
    pub fn focused(self) -> Option<Element> {
        use wasm_bindgen::JsCast;
        self.root.try_with_value(|root| root.get_root_node().dyn_into::<web_sys::ShadowRoot>().ok()?.active_element())?
    }
}
