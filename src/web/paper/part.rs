//! One part or instance: its heading, and all its sections as one bordered table.

use super::ink::Ink;
use super::rows::{self, LONG_TEXT, bracketed};
use super::{wide, written};
use crate::engine::answers::{Answer, AnswerPath};
use crate::engine::definition::{Field, FieldKind, HeadingAt, Part, Print, SealKind, Section};
use crate::engine::kinds::encode;
use crate::engine::layout::{self, COLUMNS, Placed};
use crate::web::dom::{El, el};

/// A list of more lines than this may break over two sheets.
const SHORT_LIST: usize = 8;

/// Height of a line left blank to be written in.
const LINE_MM: u32 = 7;

/// The part; nothing if none of its cells is asked now.
pub fn part(ink: Ink, part: &Part, path: &AnswerPath) -> Option<El> {
    let sections: Vec<El> = part.sections.iter().filter_map(|it| section(ink, it, path)).collect();
    if sections.is_empty() {
        return None;
    }
    let (heading, instance) = ink.heading(part, &path.instance);
    // For browsers that do not draw the upper edge of a table again on the next sheet.
    let edge = el("thead", "paper-edge").add(el("tr", "").add(wide("th", "", COLUMNS)));
    let table = el("table", "paper-table")
        // Every line of the table is laid on the same columns.
        .add(el("colgroup", "").add_all((0..COLUMNS).map(|_| el("col", ""))))
        .add(edge)
        .add(sections);
    let part = el("div", "paper-part")
        .attr("data-part", &path.to_string())
        .add(written("h2", "", &heading))
        .add(instance.map(|name| written("p", "paper-instance", &name)))
        .add(table);
    Some(part)
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

fn section(ink: Ink, section: &Section, instance: &AnswerPath) -> Option<El> {
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
    let mut body = el("tbody", "");
    if section.layout.heading == HeadingAt::Top && !heading.is_empty() {
        body = body.add(el("tr", "paper-heading").add(wide("th", "", COLUMNS).text(&heading)));
    }
    for (idx, line) in lines.iter().enumerate() {
        let is_long = line.iter().any(|it| section.fields.get(it.field).is_some_and(|field| breaks(ink, instance, field)));
        let mut row = el("tr", if is_long { "paper-long" } else { "" });
        if is_side && idx == 0 {
            row = row.add(wide("th", "paper-side", side).attr("rowspan", &lines.len().to_string()).text(&heading));
        }
        for it in *line {
            let Some(field) = section.fields.get(it.field) else { continue };
            let Some(at) = position(field) else { continue };
            let behind: String = cells.behind.iter().filter(|(of, _)| *of == at).map(|(_, text)| text.as_str()).collect();
            row = cell(row, ink, section, instance, field, *it, &behind);
        }
        body = body.add(row);
    }
    Some(body)
}

/// True if the line of this field may break over two sheets.
fn breaks(ink: Ink, instance: &AnswerPath, field: &Field) -> bool {
    match &field.kind {
        FieldKind::Rows(kind) => {
            // A short list stays in one piece: where a list breaks, the room that its next line did not fit into stays blank.
            let rows = ink.document.rows(&instance.field(field.id.clone()));
            rows.len().max(kind.fixed.len()) > SHORT_LIST || rows.iter().any(|row| row.cells.iter().any(|(_, it)| is_long(it)))
        }
        FieldKind::Long(_) | FieldKind::Files(_) | FieldKind::Text(_) => {
            let answer = ink.document.answer(&instance.field(field.id.clone()));
            answer.is_some_and(is_long)
        }
        _ => false,
    }
}

fn is_long(answer: &Answer) -> bool {
    encode(answer).chars().count() > LONG_TEXT
}

/// Puts a field into its row: its value, and its label if that has a cell of its own.
fn cell(row: El, ink: Ink, section: &Section, at: &AnswerPath, field: &Field, placed: Placed, behind: &str) -> El {
    let path = at.field(field.id.clone());
    let whole = placed.label + placed.value;
    match &field.kind {
        FieldKind::Rows(kind) => {
            // A section that is nothing but this sub-table has said its name already.
            let label = ink.words(&field.label);
            let is_said = section.layout.heading == HeadingAt::Top
                && section.fields.first().is_some_and(|first| first.id == field.id)
                && ink.words(&section.heading).ends_with(&label);
            let table = rows::table(ink, section, &path, field, kind, (!is_said).then_some(label));
            return row.add(wide("td", "paper-holds", whole).attr("data-cell", &path.to_string()).add(table));
        }
        FieldKind::Note(kind) => return row.add(wide("td", "paper-note", whole).text(&ink.words(&kind.text))),
        FieldKind::Seal(kind) | FieldKind::Opinion(kind) => return boxed(row, ink, field, kind, placed),
        _ => {}
    }
    let label = ink.words(&field.label);
    let mut text = ink.text(section, &path, field);
    if text.is_empty() && ink.is_blank {
        text = ink.to_tick(field);
    }
    let is_blank = text.is_empty();
    let is_text = matches!(field.kind, FieldKind::Long(_) | FieldKind::Files(_)) || text.contains('\n');
    let unit = ink.words(&field.unit);
    // Room to write by hand where nothing was answered.
    let lines = match &field.kind {
        FieldKind::Long(kind) if is_blank => field.layout.lines.unwrap_or(kind.lines),
        _ => field.layout.lines.unwrap_or(0),
    };
    let mut value = wide("td", "paper-value", placed.value)
        .class_if("paper-text", is_text)
        .class_if("paper-empty", is_blank)
        .attr("data-cell", &path.to_string());
    if lines > 0 {
        value = value.style("height", &format!("{}mm", lines * LINE_MM));
    }
    let row = if placed.label_on_top {
        value = value.add(written("div", "paper-above", &label));
        row
    } else {
        labelled(row, placed, &label)
    };
    value = value.add(written("span", "paper-answer", &text));
    if !unit.is_empty() && !ink.is_none(&path) {
        value = value.add(written("span", "paper-unit", &unit));
    }
    if !behind.is_empty() {
        value = value.add(written("span", "paper-behind", behind));
    }
    row.add(value)
}

/// The label in a cell of its own, if it has one.
fn labelled(row: El, placed: Placed, label: &str) -> El {
    if placed.label == 0 { row } else { row.add(wide("th", "paper-label", placed.label).text(label)) }
}

/// Room for an opinion, a seal and a date. Nothing is ever drawn into it.
fn boxed(row: El, ink: Ink, field: &Field, kind: &SealKind, placed: Placed) -> El {
    let is_opinion = matches!(field.kind, FieldKind::Opinion(_));
    let label = ink.words(&field.label);
    let height = kind.size + if is_opinion { kind.lines * LINE_MM } else { 0 };
    let height = format!("{height}mm");
    let mut room = el("div", "paper-seal-box").class_if("opinion", is_opinion).style("min-height", &height);
    let (row, columns) = if placed.label_on_top || placed.label == 0 {
        room = room.add(written("div", "paper-seal-label", &label));
        (row, placed.label + placed.value)
    } else {
        (labelled(row, placed, &label), placed.value)
    };
    if kind.date_line {
        room = room.add(written("div", "paper-date", ink.t("field.date_line")));
    }
    row.add(wide("td", "paper-seal", columns).attr("data-seal", &field.id).add(room))
}
