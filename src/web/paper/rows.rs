//! A sub-table on paper: a real table, since a browser repeats the head of one on every sheet.

use super::ink::Ink;
use crate::engine::answers::AnswerPath;
use crate::engine::definition::{ColumnGroup, Field, FixedRow, Id, Print, RowsKind, Section};
use crate::engine::kinds;
use leptos::prelude::*;

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
pub fn table(ink: Ink, section: &Section, path: &AnswerPath, field: &Field, kind: &RowsKind, label: Option<String>) -> AnyView {
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
    fn n_headings(&self) -> usize {
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

    fn plain(self, label: Option<String>) -> AnyView {
        let own = self.own();
        let n_headings = self.n_headings();
        let n_columns = own.len() + n_headings;
        // Fixed rows leave the columns of the table that the definition's widths do not use to their headings.
        let total: u32 = own.iter().map(|it| it.width.unwrap_or(4)).sum::<u32>().max(1);
        let given = if n_headings == 0 { 100.0 } else { 100.0 - 17.0 * n_headings as f64 };
        let widths = (0..n_headings).map(|_| 17.0).chain(own.iter().map(|it| {
            f64::from(it.width.unwrap_or(4)) * given / f64::from(total)
        }));
        let widths = widths.map(|width| view! { <col style:width=format!("{width:.2}%") /> }).collect_view();
        let body = if let Some(word) = self.none.clone() {
            vec![view! { <tr><td class="paper-none" colspan=n_columns.to_string()>{word}</td></tr> }.into_any()]
        } else if self.lines.is_empty() {
            let blank = || view! { <tr class="paper-blank">{(0..n_columns).map(|_| view! { <td></td> }).collect_view()}</tr> };
            (0..N_BLANK).map(|_| blank().into_any()).collect()
        } else {
            (0..self.lines.len()).map(|at| self.line(at, n_headings)).collect()
        };
        view! {
            <table class="paper-rows">
                <colgroup>{widths}</colgroup>
                <thead>
                    {label.map(|label| view! { <tr><th class="paper-rows-label" colspan=n_columns.to_string()>{label}</th></tr> })}
                    {self.heads(&own, n_headings)}
                </thead>
                <tbody>{body}</tbody>
            </table>
        }
        .into_any()
    }

    /// One head line, or two where columns share a heading.
    fn heads(&self, own: &[&Field], n_headings: usize) -> AnyView {
        let group_of = |column: &Field| self.kind.groups.iter().find(|group| group.columns.contains(&column.id));
        let has_groups = own.iter().any(|column| group_of(column).is_some());
        let deep = if has_groups { "2" } else { "1" };
        let corner = (n_headings > 0).then(|| view! { <th colspan=n_headings.to_string() rowspan=deep></th> });
        let mut above: Vec<AnyView> = Vec::new();
        let mut below: Vec<AnyView> = Vec::new();
        // Columns of a group that stand side by side share its cell.
        let same = |a: &&Field, b: &&Field| match (group_of(a), group_of(b)) {
            (Some(a), Some(b)) => std::ptr::eq::<ColumnGroup>(a, b),
            _ => false,
        };
        for run in own.chunk_by(same) {
            let Some(first) = run.first() else { continue };
            match group_of(first) {
                Some(group) => {
                    let label = self.ink.words(&group.label);
                    above.push(view! { <th colspan=run.len().to_string()>{label}</th> }.into_any());
                    below.extend(run.iter().map(|column| view! { <th>{self.head_text(column)}</th> }.into_any()));
                }
                None => above.push(view! { <th rowspan=deep>{self.head_text(first)}</th> }.into_any()),
            }
        }
        let below = has_groups.then(|| view! { <tr>{below}</tr> });
        view! { <tr>{corner}{above}</tr> {below} }.into_any()
    }

    fn line(&self, at: usize, n_headings: usize) -> AnyView {
        let Some(line) = self.lines.get(at) else { return ().into_any() };
        let texts = self.texts(line);
        let is_long = texts.iter().any(|text| text.chars().count() > LONG_TEXT);
        let headings = line.fixed.map(|row| self.headings(at, row, n_headings));
        let cells = self.own().into_iter().zip(texts).map(|(column, text)| {
            let class = if is_number(column) { "paper-number" } else { "paper-text" };
            view! { <td class=class data-cell=column.id.to_string()>{text}</td> }
        });
        view! { <tr class:paper-long=is_long>{headings}{cells.collect_view()}</tr> }.into_any()
    }

    /// The heading of a fixed row; the first row of a group brings the heading they share.
    fn headings(&self, at: usize, row: &FixedRow, n_headings: usize) -> AnyView {
        let label = view! { <th class="paper-row-label">{self.ink.words(&row.label)}</th> };
        if n_headings < 2 {
            return label.into_any();
        }
        let group = |at: usize| self.kind.fixed.get(at).map(|it| &it.group);
        if row.group.is_empty() {
            return view! { <th class="paper-row-label" colspan="2">{self.ink.words(&row.label)}</th> }.into_any();
        }
        let is_first = at == 0 || group(at - 1) != Some(&row.group);
        let n_rows = (at..self.kind.fixed.len()).take_while(|it| group(*it) == Some(&row.group)).count();
        let shared = is_first.then(|| {
            view! { <th class="paper-row-label" rowspan=n_rows.to_string()>{self.ink.words(&row.group)}</th> }
        });
        view! { {shared} {label} }.into_any()
    }

    /// Columns as lines, rows side by side: years across.
    fn transposed(self, label: Option<String>) -> AnyView {
        let own = self.own();
        let n_rows = self.lines.len().max(1);
        let texts: Vec<Vec<String>> = self.lines.iter().map(|line| self.texts(line)).collect();
        let has_heads = self.lines.iter().any(|line| line.fixed.is_some());
        let heads = has_heads.then(|| {
            let heads = self.lines.iter().map(|line| {
                let label = line.fixed.map(|row| self.ink.words(&row.label)).unwrap_or_default();
                view! { <th>{label}</th> }
            });
            view! { <tr><th></th>{heads.collect_view()}</tr> }
        });
        let body = own.iter().enumerate().map(|(idx, column)| {
            let cells: Vec<AnyView> = if let Some(word) = &self.none {
                let word = if idx == 0 { word.clone() } else { String::new() };
                vec![view! { <td class="paper-none">{word}</td> }.into_any()]
            } else if texts.is_empty() {
                vec![view! { <td></td> }.into_any()]
            } else {
                let texts = texts.iter().map(|line| line.get(idx).cloned().unwrap_or_default());
                let class = if is_number(column) { "paper-number" } else { "paper-text" };
                let id: Id = column.id.clone();
                texts.map(|text| view! { <td class=class data-cell=id.to_string()>{text}</td> }.into_any()).collect()
            };
            view! { <tr><th class="paper-row-label">{self.head_text(column)}</th>{cells}</tr> }
        });
        view! {
            <table class="paper-rows">
                <thead>
                    {label.map(|label| view! { <tr><th class="paper-rows-label" colspan=(n_rows + 1).to_string()>{label}</th></tr> })}
                    {heads}
                </thead>
                <tbody>{body.collect_view()}</tbody>
            </table>
        }
        .into_any()
    }
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
