//! One part or instance: its heading, and all its sections as one bordered table.

use super::ink::Ink;
use super::rows::{self, LONG_TEXT, bracketed};
use crate::engine::answers::AnswerPath;
use crate::engine::definition::{Field, FieldKind, HeadingAt, Part, Print, SealKind, Section};
use crate::engine::layout::{self, COLUMNS, Placed};
use leptos::prelude::*;

/// Height of a line left blank to be written in.
const LINE_MM: u32 = 7;

/// The part; nothing if none of its cells is asked now.
pub fn part(ink: Ink, part: &Part, path: &AnswerPath) -> Option<AnyView> {
    let sections: Vec<AnyView> = part.sections.iter().filter_map(|it| section(ink, it, path)).collect();
    if sections.is_empty() {
        return None;
    }
    let (heading, instance) = ink.heading(part, &path.instance);
    let instance = instance.map(|name| view! { <p class="paper-instance">{name}</p> });
    // Every line of the table is laid on the same columns.
    let columns = (0..COLUMNS).map(|_| view! { <col /> }).collect_view();
    let view = view! {
        <div class="paper-part" data-part=path.to_string()>
            <h2>{heading}</h2>
            {instance}
            <table class="paper-table">
                <colgroup>{columns}</colgroup>
                // For browsers that do not draw the upper edge of a table again on the next sheet.
                <thead class="paper-edge"><tr><th colspan=COLUMNS.to_string()></th></tr></thead>
                {sections}
            </table>
        </div>
    };
    Some(view.into_any())
}

/// What is printed of a section: its own cells, and what stands in brackets behind some of them.
struct Cells<'a> {
    own: Vec<&'a Field>,
    behind: Vec<(usize, String)>,
}

fn cells_of<'a>(ink: Ink, section: &'a Section, instance: &AnswerPath) -> Cells<'a> {
    let mut cells = Cells { own: Vec::new(), behind: Vec::new() };
    for field in &section.fields {
        let path = instance.field(field.id.clone());
        if !ink.is_printed(section, &path, field) {
            continue;
        }
        let holds_brackets = |before: &&Field| {
            !matches!(before.kind, FieldKind::Rows(_) | FieldKind::Note(_) | FieldKind::Seal(_) | FieldKind::Opinion(_))
        };
        if ink.print(section, field) == Print::WithPrevious && cells.own.last().is_some_and(holds_brackets) {
            cells.behind.push((cells.own.len() - 1, bracketed(&ink.text(section, &path, field))));
        } else {
            cells.own.push(field);
        }
    }
    cells
}

fn section(ink: Ink, section: &Section, instance: &AnswerPath) -> Option<AnyView> {
    let cells = cells_of(ink, section, instance);
    if cells.own.is_empty() {
        return None;
    }
    let position = |field: &Field| cells.own.iter().position(|it| it.id == field.id);
    let placed = layout::place(section, |field| position(field).is_some());
    let lines: Vec<&[Placed]> = placed.chunk_by(|a, b| a.line == b.line).collect();
    let heading = ink.words(&section.heading);
    let is_side = section.layout.heading == HeadingAt::Side;
    // Without a heading of its own the side column would be a hole: the last cell of each line takes it.
    let side = if is_side { section.layout.width } else { 0 };
    let top = (section.layout.heading == HeadingAt::Top && !heading.is_empty()).then(|| {
        view! { <tr class="paper-heading"><th colspan=COLUMNS.to_string()>{heading.clone()}</th></tr> }
    });
    let n_lines = lines.len();
    let lines = lines.into_iter().enumerate().map(|(idx, line)| {
        let is_long = line.iter().any(|it| section.fields.get(it.field).is_some_and(|field| breaks(ink, instance, field)));
        let first = (is_side && idx == 0).then(|| {
            view! { <th class="paper-side" colspan=side.to_string() rowspan=n_lines.to_string()>{heading.clone()}</th> }
        });
        let cells = line.iter().filter_map(|it| {
            let field = section.fields.get(it.field)?;
            let at = position(field)?;
            let behind: String = cells.behind.iter().filter(|(of, _)| *of == at).map(|(_, text)| text.as_str()).collect();
            Some(cell(ink, section, instance, field, *it, &behind))
        });
        view! { <tr class:paper-long=is_long>{first}{cells.collect_view()}</tr> }
    });
    Some(view! { <tbody>{top}{lines.collect_view()}</tbody> }.into_any())
}

/// True if the line of this field may break over two sheets.
fn breaks(ink: Ink, instance: &AnswerPath, field: &Field) -> bool {
    match &field.kind {
        FieldKind::Rows(_) => true,
        FieldKind::Long(_) | FieldKind::Files(_) | FieldKind::Text(_) => {
            let answer = ink.document.answer(&instance.field(field.id.clone()));
            answer.is_some_and(|answer| crate::engine::kinds::encode(answer).chars().count() > LONG_TEXT)
        }
        _ => false,
    }
}

fn cell(ink: Ink, section: &Section, instance: &AnswerPath, field: &Field, placed: Placed, behind: &str) -> AnyView {
    let path = instance.field(field.id.clone());
    let whole = (placed.label + placed.value).to_string();
    match &field.kind {
        FieldKind::Rows(kind) => {
            // A section that is nothing but this sub-table has said its name already.
            let label = ink.words(&field.label);
            let is_said = section.layout.heading == HeadingAt::Top
                && section.fields.first().is_some_and(|first| first.id == field.id)
                && ink.words(&section.heading).ends_with(&label);
            let table = rows::table(ink, section, &path, field, kind, (!is_said).then_some(label));
            return view! { <td class="paper-holds" colspan=whole data-cell=path.to_string()>{table}</td> }.into_any();
        }
        FieldKind::Note(kind) => {
            return view! { <td class="paper-note" colspan=whole>{ink.words(&kind.text)}</td> }.into_any();
        }
        FieldKind::Seal(kind) | FieldKind::Opinion(kind) => return boxed(ink, field, kind, placed),
        _ => {}
    }
    let label = ink.words(&field.label);
    let text = ink.text(section, &path, field);
    let is_blank = text.is_empty();
    let is_text = matches!(field.kind, FieldKind::Long(_) | FieldKind::Files(_)) || text.contains('\n');
    let unit = ink.words(&field.unit);
    let unit = (!unit.is_empty() && !ink.is_none(&path)).then(|| view! { <span class="paper-unit">{unit}</span> });
    let behind = (!behind.is_empty()).then(|| view! { <span class="paper-behind">{behind.to_string()}</span> });
    // Room to write by hand where nothing was answered.
    let lines = match &field.kind {
        FieldKind::Long(kind) if is_blank => field.layout.lines.unwrap_or(kind.lines),
        _ => field.layout.lines.unwrap_or(0),
    };
    let height = if lines > 0 { format!("{}mm", lines * LINE_MM) } else { String::new() };
    let (left, above) = if placed.label_on_top || placed.label == 0 {
        (None, placed.label_on_top.then(|| view! { <div class="paper-above">{label}</div> }))
    } else {
        (Some(view! { <th class="paper-label" colspan=placed.label.to_string()>{label}</th> }), None)
    };
    view! {
        {left}
        <td class="paper-value" class:paper-text=is_text class:paper-empty=is_blank colspan=placed.value.to_string() data-cell=path.to_string()
            style:height=height>
            {above}
            <span class="paper-answer">{text}</span>
            {unit}
            {behind}
        </td>
    }
    .into_any()
}

/// Room for an opinion, a seal and a date. Nothing is ever drawn into it.
fn boxed(ink: Ink, field: &Field, kind: &SealKind, placed: Placed) -> AnyView {
    let is_opinion = matches!(field.kind, FieldKind::Opinion(_));
    let label = ink.words(&field.label);
    let date = kind.date_line.then(|| view! { <div class="paper-date">{ink.t("field.date_line")}</div> });
    let written = if is_opinion { kind.lines * LINE_MM } else { 0 };
    let height = format!("{}mm", kind.size + written);
    let has_label_cell = !placed.label_on_top && placed.label > 0;
    let (left, columns, inside) = if has_label_cell {
        (Some(view! { <th class="paper-label" colspan=placed.label.to_string()>{label}</th> }), placed.value, None)
    } else {
        (None, placed.label + placed.value, Some(view! { <div class="paper-seal-label">{label}</div> }))
    };
    view! {
        {left}
        <td class="paper-seal" colspan=columns.to_string() data-seal=field.id.to_string()>
            <div class="paper-seal-box" class:opinion=is_opinion style:min-height=height>{inside}{date}</div>
        </td>
    }
    .into_any()
}
