//! One section of a part: its heading and its fields on the columns of the table.

use super::field::cells;
use super::verdict;
use crate::engine::answers::AnswerPath;
use crate::engine::definition::{Condition, Field, FieldKind, HeadingAt, Id, Rule, Section};
use crate::engine::layout::{self, Placed};
use crate::web::dom::{El, each, el};
use crate::web::ui::Ui;
use leptos::prelude::*;

/// A section at one place, and the conditions that are judged in its part.
struct Shown {
    section: Section,
    instance: AnswerPath,
    rules: Vec<Rule>,
}

/// The section. Which of its fields are asked is watched; a field is built once and kept while it is asked.
pub fn section_block(ui: Ui, part: Id, section: Section, instance: AnswerPath) -> El {
    let heading = ui.words(&section.heading);
    let hint = ui.words(&section.hint);
    let at = section.layout.heading;
    let width = section.layout.width;
    let columns = layout::columns_of(&section);
    let rules: Vec<Rule> = ui.session.peek(|table, _| {
        let rules = table.definition.rules.iter();
        rules.filter(|rule| rule.verdict && rule.scope.as_ref() == Some(&part)).cloned().collect()
    });
    let shown = StoredValue::new(Shown { section, instance, rules });
    let placed = Memo::new(move |_| shown.with_value(|it| layout::place(&it.section, |field| is_asked(ui, it, field))));
    // A line stays as long as its fields and their places do.
    let ids = move || placed.with(|placed| lines(placed).map(line_id).collect());
    let line = move |id: Id| {
        let placed = placed.get_untracked();
        let here = lines(&placed).find(|it| line_id(it) == id).unwrap_or_default();
        shown.with_value(|it| line(ui, it, here))
    };
    let has_heading = !heading.is_empty() && at != HeadingAt::None;
    let is_side = at == HeadingAt::Side && has_heading;
    el("section", "section")
        .class_if("side", is_side)
        .live_class("gone", move || placed.with(Vec::is_empty))
        .add(has_heading.then(|| el("h4", "heading").style("--span", &width.to_string()).text(&heading)))
        .add((!hint.is_empty()).then(|| el("p", "hint section-hint").text(&hint)))
        .add(el("div", "cells").style("--columns", &columns.to_string()).add(each(ids, line)))
}

fn lines(placed: &[Placed]) -> impl Iterator<Item = &[Placed]> {
    placed.chunk_by(|a, b| a.line == b.line)
}

/// What tells one line from another.
fn line_id(line: &[Placed]) -> Id {
    let mut id = String::new();
    for it in line {
        id.push_str(&format!("{} {} {} {};", it.field, it.label, it.value, it.label_on_top));
    }
    id.into()
}

/// The cells of a line. A strip takes a line of its own, so it follows the line of the last field it judges.
fn line(ui: Ui, shown: &Shown, line: &[Placed]) -> El {
    let fields = &shown.section.fields;
    let ids: Vec<Id> = fields.iter().map(|it| it.id.clone()).collect();
    let cells = line.iter().filter_map(|it| {
        let field = fields.get(it.field)?;
        Some(cells(ui, shown.instance.field(field.id.clone()), field, *it))
    });
    let judges = |rule: &&Rule| verdict::last_field(rule, &ids).is_some_and(|last| line.iter().any(|it| it.field == last));
    let strips = shown.rules.iter().filter(judges);
    el("div", "line").add_all(cells).add_all(strips.map(|rule| verdict::strip(ui, rule.clone(), shown.instance.clone())))
}

/// True if the field has a place on screen now. Only conditional fields are watched.
fn is_asked(ui: Ui, shown: &Shown, field: &Field) -> bool {
    if let FieldKind::Computed(kind) = &field.kind
        && kind.hidden
    {
        return false;
    }
    let fixed = |condition: &Condition| matches!(condition, Condition::Fixed(true));
    if fixed(&field.relevant) && fixed(&shown.section.relevant) {
        return true;
    }
    ui.session.field(&shown.instance.field(field.id.clone())).relevant
}
