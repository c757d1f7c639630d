//! One section of a part: its heading and its fields on the columns of the table.

use super::field::{cells, span};
use super::verdict;
use crate::engine::answers::AnswerPath;
use crate::engine::definition::{Condition, Field, FieldKind, HeadingAt, Id, Rule, Section};
use crate::engine::layout::{self, Placed};
use crate::web::ui::Ui;
use leptos::prelude::*;

/// The section. Which of its fields are asked is watched; a field is built once and kept while it is asked.
#[component]
pub fn SectionBlock(ui: Ui, part: Id, section: Section, instance: AnswerPath) -> impl IntoView {
    let heading = ui.words(&section.heading);
    let hint = ui.words(&section.hint);
    let at = section.layout.heading;
    let width = section.layout.width;
    let columns = layout::columns_of(&section);
    let section = StoredValue::new(section);
    let instance = StoredValue::new(instance);
    let placed = Memo::new(move |_| {
        section.with_value(|section| {
            instance.with_value(|instance| layout::place(section, |field| is_asked(ui, section, instance, field)))
        })
    });
    let ids: Vec<Id> = section.with_value(|section| section.fields.iter().map(|it| it.id.clone()).collect());
    let rules = StoredValue::new(ui.session.peek(|table, _, _| {
        let rules = table.definition.rules.iter();
        rules.filter(|rule| rule.verdict && rule.scope.as_ref() == Some(&part)).cloned().collect::<Vec<_>>()
    }));
    let ids = StoredValue::new(ids);
    let lines = move || {
        placed.with(|placed| placed.chunk_by(|a, b| a.line == b.line).map(<[Placed]>::to_vec).collect::<Vec<_>>())
    };
    let is_blank = move || placed.with(Vec::is_empty);
    let fields = move || {
        view! {
            <For each=lines key=Vec::clone let(line)>
                {section.with_value(|section| {
                    let cells = line.iter().filter_map(|it| {
                        let field = section.fields.get(it.field)?;
                        let path = instance.with_value(|instance| instance.field(field.id.clone()));
                        Some(cells(ui, path, field, *it))
                    });
                    let at = instance.get_value();
                    // A strip takes a line of its own, so it follows the line of the last field it judges.
                    let strips = ids.with_value(|ids| rules.with_value(|rules| {
                        let last = |rule: &&Rule| verdict::last_field(rule, ids);
                        let here = |rule: &&Rule| line.iter().any(|it| last(rule) == Some(it.field));
                        rules.iter().filter(here).cloned().collect::<Vec<_>>()
                    }));
                    let strips = strips.into_iter().map(|rule| view! { <verdict::Strip ui rule at=at.clone() /> });
                    view! { {cells.collect_view()} {strips.collect_view()} }
                })}
            </For>
        }
    };
    let has_heading = !heading.is_empty() && at != HeadingAt::None;
    let class = match at {
        HeadingAt::Side if has_heading => "section side",
        _ => "section",
    };
    view! {
        <section class=class class:gone=is_blank>
            {has_heading.then(|| view! {
                <h4 class="heading" style=span(width)>{heading.clone()}</h4>
            })}
            {(!hint.is_empty()).then(|| view! { <p class="hint section-hint">{hint}</p> })}
            <div class="cells" style=format!("--columns:{columns}")>{fields()}</div>
        </section>
    }
}

/// True if the field has a place on screen now. Only conditional fields are watched.
fn is_asked(ui: Ui, section: &Section, instance: &AnswerPath, field: &Field) -> bool {
    if let FieldKind::Computed(kind) = &field.kind
        && kind.hidden
    {
        return false;
    }
    let fixed = |condition: &Condition| matches!(condition, Condition::Fixed(true));
    if fixed(&field.relevant) && fixed(&section.relevant) {
        return true;
    }
    ui.session.field(&instance.field(field.id.clone())).relevant
}
