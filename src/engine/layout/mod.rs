//! Where the cells of a section stand on the 24 columns of the table.
//!
//! Screen, paper and blank page all draw from this, so that what is printed is what was filled in.

use crate::engine::definition::{Definition, Field, FieldKind, HeadingAt, LabelAt, Print, Section, SourceKind};

/// Columns of the whole table.
pub const COLUMNS: u32 = 24;

/// One field's cells. Cells of a line add up to the columns of the section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Placed {
    /// Position among the section's fields.
    pub field: usize,
    /// Columns of the label cell; 0: no cell of its own.
    pub label: u32,
    /// Columns of the value cell.
    pub value: u32,
    /// True if the label stands in the value cell, above the value.
    pub label_on_top: bool,
    /// Number of the line, from 0.
    pub line: usize,
}

/// The columns that a section leaves to its fields: a side heading takes some.
pub fn columns_of(section: &Section) -> u32 {
    match section.layout.heading {
        HeadingAt::Side => COLUMNS.saturating_sub(section.layout.width).max(1),
        _ => COLUMNS,
    }
}

/// The columns that a field asks for: label, value, label on top.
pub fn wanted(field: &Field, columns: u32) -> (u32, u32, bool) {
    let layout = &field.layout;
    match &field.kind {
        // A sub-table and a note take the whole line.
        FieldKind::Rows(_) => return (0, columns, true),
        FieldKind::Note(_) => return (0, columns, false),
        _ => {}
    }
    let is_long = matches!(field.kind, FieldKind::Long(_) | FieldKind::Opinion(_) | FieldKind::Files(_));
    match layout.label_at {
        LabelAt::Left if layout.label != Some(0) => {
            let label = layout.label.unwrap_or(4).min(columns.saturating_sub(1));
            let rest = columns.saturating_sub(label).max(1);
            let value = layout.value.unwrap_or(if is_long { rest } else { 8 });
            (label, value.clamp(1, rest), false)
        }
        LabelAt::None => (0, layout.value.unwrap_or(columns).clamp(1, columns), false),
        _ => (0, layout.value.unwrap_or(columns).clamp(1, columns), true),
    }
}

/// Sets the fields that `is_shown` in order. One that does not fit starts a new line, and the last cell of
/// each line is stretched to the edge, so a bordered table has no holes.
pub fn place(section: &Section, is_shown: impl Fn(&Field) -> bool) -> Vec<Placed> {
    let columns = columns_of(section);
    let mut placed: Vec<Placed> = Vec::new();
    let (mut used, mut line) = (0, 0);
    for (idx, field) in section.fields.iter().enumerate() {
        if !is_shown(field) {
            continue;
        }
        let (label, value, label_on_top) = wanted(field, columns);
        let starts_line = used > 0 && (used + label + value > columns || field.layout.r#break);
        if starts_line {
            stretch(placed.last_mut(), columns - used);
            used = 0;
            line += 1;
        }
        placed.push(Placed { field: idx, label, value, label_on_top, line });
        used += label + value;
        if used >= columns {
            used = 0;
            line += 1;
        }
    }
    if used > 0 {
        stretch(placed.last_mut(), columns - used);
    }
    placed
}

fn stretch(last: Option<&mut Placed>, by: u32) {
    if let Some(last) = last {
        last.value += by;
    }
}

/// How a field is printed; aids are not cells of the official table.
pub fn print_of(definition: &Definition, section: &Section, field: &Field) -> Print {
    let part_source = definition.parts.iter().find(|part| part.sections.iter().any(|it| std::ptr::eq(it, section)));
    let source = field.source.as_ref().or(section.source.as_ref()).or(part_source.and_then(|it| it.source.as_ref()));
    let is_help = source.is_some_and(|source| source.kind == SourceKind::Help);
    field.print.unwrap_or(if is_help { Print::Never } else { Print::Always })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::definition::{Problems, record::Decode};
    use crate::engine::value::json;

    fn section(text: &str) -> Section {
        let mut problems = Problems::default();
        let json = json::parse(text.as_bytes(), 24).expect("the test's JSON is right");
        let section = Section::decode(&json, &mut problems).expect("the test's section is right");
        assert!(problems.list().is_empty(), "{:?}", problems.list());
        section
    }

    #[test]
    fn lines_are_filled_to_the_edge() {
        let section = section(
            r#"{"layout":{"heading":"side","width":2},"fields":[
                {"id":"a","kind":"text","label":"A"},
                {"id":"b","kind":"text","label":"B"},
                {"id":"c","kind":"long","label":"C"}]}"#,
        );
        let placed = place(&section, |_| true);
        // 4 + 8 leaves 10 of 22 columns: the next field does not fit, so the first is stretched.
        assert_eq!((placed[0].label, placed[0].value, placed[0].line), (4, 18, 0));
        assert_eq!((placed[1].label, placed[1].value, placed[1].line), (4, 18, 1));
        assert_eq!((placed[2].label, placed[2].value, placed[2].line), (4, 18, 2));
    }

    #[test]
    fn a_hidden_field_leaves_no_hole() {
        let section = section(
            r#"{"fields":[
                {"id":"a","kind":"text","label":"A"},
                {"id":"b","kind":"text","label":"B"}]}"#,
        );
        let both = place(&section, |_| true);
        assert_eq!(both.iter().map(|it| it.label + it.value).sum::<u32>(), 24);
        let one = place(&section, |field| &*field.id == "b");
        assert_eq!((one[0].field, one[0].label + one[0].value), (1, 24));
    }
}
