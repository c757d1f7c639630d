//! A sub-table on paper: a real table, since a browser repeats the head of one on every sheet.

use super::ink::Ink;
use super::{wide, written};
use crate::engine::answers::AnswerPath;
use crate::engine::definition::{ColumnGroup, Field, FixedRow, Print, RowsKind, Section};
use crate::engine::kinds;
use crate::web::dom::{El, el};

/// Blank lines of a sub-table that has no row yet, so that it can be seen and written in.
const N_BLANK: usize = 2;

/// A text longer than this may break over two sheets; what is shorter stays in one piece.
pub const LONG_TEXT: usize = 240;

/// One line of the sub-table: its path, and its heading if the line is always there.
struct Line<'a> {
    path: Option<AnswerPath>,
    fixed: Option<&'a FixedRow>,
}

/// The sub-table, its label above its head where it is not said already.
pub fn table(ink: Ink, section: &Section, path: &AnswerPath, field: &Field, kind: &RowsKind, label: Option<String>) -> El {
    let columns: Vec<&Field> = kind.columns.iter().filter(|it| ink.print(section, it) != Print::Never).collect();
    let is_fixed = !kind.fixed.is_empty();
    let lines: Vec<Line> = if is_fixed {
        kind.fixed.iter().map(|row| Line { path: Some(path.row(row.key.clone())), fixed: Some(row) }).collect()
    } else {
        let rows = ink.document.rows(path).iter().filter(|row| !kinds::rows::is_spare(kind, row));
        rows.map(|row| Line { path: Some(path.row(row.id.clone())), fixed: None }).collect()
    };
    let none = ink.is_none(path).then(|| ink.words(&kinds::none_word(field)));
    let body = Body { ink, section, kind, columns, lines, none };
    if kind.transpose { body.transposed(label) } else { body.plain(label) }
}

struct Body<'a> {
    ink: Ink<'a>,
    section: &'a Section,
    kind: &'a RowsKind,
    columns: Vec<&'a Field>,
    lines: Vec<Line<'a>>,
    /// 无, or the definition's word for it, if it was confirmed.
    none: Option<String>,
}

impl Body<'_> {
    /// Columns that hold the headings of fixed rows: one, or two if some rows share a heading.
    fn n_headings(&self) -> u32 {
        match &self.kind.fixed[..] {
            [] => 0,
            rows if rows.iter().any(|row| !row.group.is_empty()) => 2,
            _ => 1,
        }
    }

    fn head_text(&self, column: &Field) -> String {
        let unit = self.ink.words(&column.unit);
        let label = self.ink.words(&column.label);
        if unit.is_empty() { label } else { [&label, "（", &unit, "）"].concat() }
    }

    fn cell_text(&self, line: &Line, column: &Field) -> String {
        let Some(path) = &line.path else { return String::new() };
        let path = path.column(column.id.clone());
        if self.ink.validation.field(&path).relevant { self.ink.text(self.section, &path, column) } else { String::new() }
    }

    /// The text of a cell, that of a column printed in brackets behind it included.
    fn texts(&self, line: &Line) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for column in &self.columns {
            let text = self.cell_text(line, column);
            match (self.ink.print(self.section, column), out.last_mut()) {
                (Print::WithPrevious, Some(before)) => *before += &bracketed(&text),
                _ => out.push(text),
            }
        }
        out
    }

    /// The columns that have a cell of their own.
    fn own(&self) -> Vec<&Field> {
        let is_own = |(idx, column): &(usize, &&Field)| *idx == 0 || self.ink.print(self.section, column) != Print::WithPrevious;
        self.columns.iter().enumerate().filter(is_own).map(|(_, column)| *column).collect()
    }

    fn plain(self, label: Option<String>) -> El {
        let own = self.own();
        let n_headings = self.n_headings();
        let n_columns = own.len() as u32 + n_headings;
        // Fixed rows leave the columns of the table that the definition's widths do not use to their headings.
        let total: u32 = own.iter().map(|it| it.width.unwrap_or(4)).sum::<u32>().max(1);
        // In hundredths of a percent.
        let given = 10_000 - (1_700 * n_headings).min(10_000);
        let widths = (0..n_headings).map(|_| 1_700).chain(own.iter().map(|it| it.width.unwrap_or(4) * given / total));
        let columns = widths.map(|width| el("col", "").style("width", &format!("{}.{:02}%", width / 100, width % 100)));
        let columns = el("colgroup", "").add_all(columns);
        let mut body = el("tbody", "");
        if let Some(word) = &self.none {
            body = body.add(el("tr", "").add(wide("td", "paper-none", n_columns).text(word)));
        } else if self.lines.is_empty() {
            for _ in 0..N_BLANK {
                body = body.add(el("tr", "paper-blank").add_all((0..n_columns).map(|_| el("td", ""))));
            }
        } else {
            body = body.add_all(self.lines.iter().enumerate().map(|(at, line)| self.line(at, line, n_headings)));
        }
        el("table", "paper-rows").add(columns).add(self.heads(head(label, n_columns), &own, n_headings)).add(body)
    }

    /// One head line, or two where columns share a heading.
    fn heads(&self, head: El, own: &[&Field], n_headings: u32) -> El {
        let group_of = |column: &Field| self.kind.groups.iter().find(|group| group.columns.contains(&column.id));
        let has_groups = own.iter().any(|column| group_of(column).is_some());
        let deep = if has_groups { "2" } else { "1" };
        let (mut above, mut below) = (el("tr", ""), el("tr", ""));
        if n_headings > 0 {
            above = above.add(wide("th", "", n_headings).attr("rowspan", deep));
        }
        // Columns of a group that stand side by side share its cell.
        let same = |a: &&Field, b: &&Field| match (group_of(a), group_of(b)) {
            (Some(a), Some(b)) => std::ptr::eq::<ColumnGroup>(a, b),
            _ => false,
        };
        for run in own.chunk_by(same) {
            let Some(first) = run.first() else { continue };
            match group_of(first) {
                Some(group) => {
                    above = above.add(wide("th", "", run.len() as u32).text(&self.ink.words(&group.label)));
                    below = below.add_all(run.iter().map(|column| written("th", "", &self.head_text(column))));
                }
                None => above = above.add(written("th", "", &self.head_text(first)).attr("rowspan", deep)),
            }
        }
        head.add(above).add(has_groups.then_some(below))
    }

    fn line(&self, at: usize, line: &Line, n_headings: u32) -> El {
        let texts = self.texts(line);
        let is_long = texts.iter().any(|text| text.chars().count() > LONG_TEXT);
        let mut row = el("tr", if is_long { "paper-long" } else { "" });
        if let Some(fixed) = line.fixed {
            row = self.headings(row, at, fixed, n_headings);
        }
        row.add_all(self.own().into_iter().zip(texts).map(|(column, text)| value(column, &text)))
    }

    /// The heading of a fixed row; the first row of a group brings the heading they share.
    fn headings(&self, line: El, at: usize, row: &FixedRow, n_headings: u32) -> El {
        let mut own = row_label(&self.ink.words(&row.label));
        let group = |at: usize| self.kind.fixed.get(at).map(|it| &it.group);
        if n_headings < 2 {
            return line.add(own);
        }
        if row.group.is_empty() {
            own = own.attr("colspan", "2");
        } else if at == 0 || group(at - 1) != Some(&row.group) {
            let n_rows = (at..self.kind.fixed.len()).take_while(|it| group(*it) == Some(&row.group)).count();
            let shared = row_label(&self.ink.words(&row.group)).attr("rowspan", &n_rows.to_string());
            return line.add(shared).add(own);
        }
        line.add(own)
    }

    /// Columns as lines, rows side by side: years across.
    fn transposed(self, label: Option<String>) -> El {
        let n_rows = self.lines.len().max(1);
        let texts: Vec<Vec<String>> = self.lines.iter().map(|line| self.texts(line)).collect();
        let mut head = head(label, n_rows as u32 + 1);
        if self.lines.iter().any(|line| line.fixed.is_some()) {
            head = head.add(el("tr", "").add(el("th", "")).add_all(self.lines.iter().map(|line| {
                let label = line.fixed.map(|row| self.ink.words(&row.label)).unwrap_or_default();
                written("th", "", &label)
            })));
        }
        let body = self.own().into_iter().enumerate().map(|(idx, column)| {
            let row = el("tr", "").add(row_label(&self.head_text(column)));
            match &self.none {
                Some(word) => row.add(written("td", "paper-none", if idx == 0 { word } else { "" })),
                None if texts.is_empty() => row.add(el("td", "")),
                None => row.add_all(texts.iter().map(|line| value(column, line.get(idx).map_or("", String::as_str)))),
            }
        });
        el("table", "paper-rows").add(head).add(el("tbody", "").add_all(body))
    }
}

/// The head of a sub-table with its label, which may be said already.
fn head(label: Option<String>, n_columns: u32) -> El {
    let label = label.map(|label| el("tr", "").add(wide("th", "paper-rows-label", n_columns).text(&label)));
    el("thead", "").add(label)
}

fn row_label(words: &str) -> El {
    written("th", "paper-row-label", words)
}

fn value(column: &Field, text: &str) -> El {
    let class = if is_number(column) { "paper-number" } else { "paper-text" };
    written("td", class, text).attr("data-cell", &column.id)
}

/// What is printed behind the cell before it; room to write where nothing was answered.
pub fn bracketed(text: &str) -> String {
    let inside = if text.is_empty() { "\u{3000}\u{3000}\u{3000}" } else { text };
    ["（", inside, "）"].concat()
}

fn is_number(column: &Field) -> bool {
    use crate::engine::definition::FieldKind::*;
    matches!(column.kind, Integer(_) | Decimal(_) | Year(_) | Month(_) | Date(_) | Computed(_))
}
