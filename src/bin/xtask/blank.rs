//! The blank tables as plain pages, made with every build: for browsers that cannot run the form, and for pen and
//! paper. HTML of twenty years ago, without scripts, so that any browser shows and prints it.
//!
//! They stand on the same columns as the form and its paper, which `engine::layout` places. What they look like is
//! in `style/blank.css`; widths and heights are attributes, as a strict policy refuses styles inside the page.

use crate::say::{Outcome, failed_at};
use crate::{dist_dir, root};
use shenbao::engine::definition::{CheckedDefinition, Choice, ColumnGroup, Definition, Field, FieldKind, FixedRow, HeadingAt, Id, Page, Part, Print, Provenance, RowsKind, SealKind, Section, Words};
use shenbao::engine::layout::{self, COLUMNS, Placed};
use shenbao::engine::locale;
use shenbao::engine::tables::{TABLES, index};
use std::fs;

/// The folder of these pages below the built page.
pub const FOLDER: &str = "blank";

/// The words of these pages are Chinese: no program runs that could ask for others.
const LANGUAGE: &str = "zh-CN";

/// Height of a line to write on, in pixels of the page: 7 mm.
const LINE: u32 = 26;

/// Pixels of a millimetre.
const MM: f32 = 3.78;

/// Blank lines of a sub-table whose rows are the writer's own.
const N_BLANK: usize = 4;

/// More options than this are not printed as boxes to tick.
const N_OPTIONS: usize = 8;

/// Writes a page for every table that comes with the program, and their style.
pub fn write() -> Outcome<()> {
    let folder = dist_dir().join(FOLDER);
    let failure = failed_at(&folder, "free some disk space, then build again");
    fs::create_dir_all(&folder).map_err(&failure)?;
    fs::copy(root().join("style/blank.css"), folder.join("blank.css")).map_err(&failure)?;
    for table in TABLES {
        let (checked, _) = CheckedDefinition::load(table.text.as_bytes());
        let Some(checked) = checked else { continue };
        fs::write(folder.join(format!("{}.html", table.id)), page(&checked)).map_err(&failure)?;
    }
    Ok(())
}

/// The tables for the script that says that the form cannot run: file and title of each, as JSON.
pub fn list() -> String {
    let tables: Vec<[String; 2]> = index().iter().map(|it| [format!("{FOLDER}/{}.html", it.id), it.title.get(LANGUAGE).to_owned()]).collect();
    serde_json::to_string(&tables).unwrap_or_default()
}

/// A text that may stand in an element or an attribute.
fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An element that holds text alone; nothing where there is none.
fn line(tag: &str, class: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{tag} class=\"{class}\">{}</{tag}>\n", safe(text)) }
}

fn words(words: &Words) -> &str {
    words.get(LANGUAGE)
}

fn t(key: &str) -> &'static str {
    locale::word(LANGUAGE, key)
}

fn provenance(it: Provenance) -> &'static str {
    t(match it {
        Provenance::Official => "provenance.official",
        Provenance::Reconstructed => "provenance.reconstructed",
    })
}

/// The whole page.
fn page(table: &CheckedDefinition) -> String {
    let definition = &table.definition;
    let title = words(&definition.title);
    let notice = &definition.notice;
    let under = locale::fill(t("paper.notice"), &[("number", &notice.number), ("title", words(&notice.title)), ("attachment", words(&notice.attachment))]);
    let own = format!("{} {}", provenance(definition.provenance), words(&definition.provenance_note));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{LANGUAGE}\">\n<head>\n<meta name=\"renderer\" content=\"webkit\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"blank.css\">\n</head>\n<body>\n",
        safe(title)
    );
    out += &line("p", "aid", "空白表，供手工填写。打印：按 Ctrl+P，或用浏览器菜单里的“打印”，纸张选 A4。");
    out += &line("h1", "", title);
    out += &line("p", "subtitle", words(&definition.subtitle));
    out += &line("p", "source", &under);
    out += &line("p", "source", &own);
    for part in &definition.parts {
        out += &part_of(definition, part);
    }
    out += &line("p", "remark", words(&definition.remark));
    out += &materials(definition);
    out + "</body>\n</html>\n"
}

fn part_of(definition: &Definition, part: &Part) -> String {
    let sections: String = part.sections.iter().map(|it| section(definition, it)).collect();
    if sections.is_empty() {
        return String::new();
    }
    let mut out = line("h2", if part.page == Page::New { "new" } else { "" }, words(&part.label));
    if let Some(repeat) = &part.repeat {
        out += &line("p", "source", &format!("每个{}填一份，不够时复印。", words(&repeat.noun)));
    }
    if part.provenance.is_some() || !part.provenance_note.is_empty() {
        let kind = provenance(part.provenance.unwrap_or(definition.provenance));
        out += &line("p", "source", &format!("{kind} {}", words(&part.provenance_note)));
    }
    let columns = "<col width=\"4.16%\">".repeat(COLUMNS as usize);
    out + &format!("<table class=\"whole\"><colgroup>{columns}</colgroup>\n{sections}</table>\n")
}

fn section(definition: &Definition, section: &Section) -> String {
    let is_hidden = |field: &Field| matches!(&field.kind, FieldKind::Computed(kind) if kind.hidden);
    let print = |field: &Field| layout::print_of(definition, section, field);
    let is_own = |field: &Field| !is_hidden(field) && !matches!(print(field), Print::Never | Print::WithPrevious);
    let placed = layout::place(section, is_own);
    if placed.is_empty() {
        return String::new();
    }
    let lines: Vec<&[Placed]> = placed.chunk_by(|a, b| a.line == b.line).collect();
    let heading = words(&section.heading);
    let mut out = String::new();
    if section.layout.heading == HeadingAt::Top && !heading.is_empty() {
        out += &format!("<tr class=\"keep\"><th class=\"heading\" colspan=\"{COLUMNS}\">{}</th></tr>\n", safe(heading));
    }
    for (idx, cells) in lines.iter().enumerate() {
        out += "<tr>";
        if section.layout.heading == HeadingAt::Side && idx == 0 {
            out += &format!("<th class=\"side\" colspan=\"{}\" rowspan=\"{}\">{}</th>", section.layout.width, lines.len(), safe(heading));
        }
        for it in *cells {
            // What is printed in brackets behind a cell has its room there.
            let behind: String = section.fields[it.field + 1..]
                .iter()
                .take_while(|next| print(next) == Print::WithPrevious)
                .map(|_| "（\u{3000}\u{3000}\u{3000}）")
                .collect();
            out += &cell(definition, section, &section.fields[it.field], *it, &behind);
        }
        out += "</tr>\n";
    }
    out
}

fn cell(definition: &Definition, section: &Section, field: &Field, placed: Placed, behind: &str) -> String {
    let whole = placed.label + placed.value;
    let label = words(&field.label);
    match &field.kind {
        FieldKind::Note(kind) => return format!("<td class=\"note\" colspan=\"{whole}\">{}</td>", lines_of(words(&kind.text))),
        FieldKind::Rows(kind) => {
            let is_said = section.layout.heading == HeadingAt::Top
                && section.fields.first().is_some_and(|first| first.id == field.id)
                && words(&section.heading).ends_with(label);
            let inner = rows(definition, section, kind, if is_said { "" } else { label });
            return format!("<td class=\"holds\" colspan=\"{whole}\">{inner}</td>");
        }
        FieldKind::Seal(kind) => return boxed(field, kind, placed, kind.size as f32 * MM),
        FieldKind::Opinion(kind) => return boxed(field, kind, placed, kind.size as f32 * MM + (kind.lines * LINE) as f32),
        _ => {}
    }
    let n_lines = match &field.kind {
        FieldKind::Long(kind) => field.layout.lines.unwrap_or(kind.lines),
        FieldKind::Files(_) => field.layout.lines.unwrap_or(2),
        _ => field.layout.lines.unwrap_or(1),
    };
    let unit = words(&field.unit);
    let mut inside = if placed.label_on_top { line("div", "above", label) } else { String::new() };
    inside += &to_tick(definition, field);
    if !unit.is_empty() {
        inside += &format!("<span class=\"unit\">{}</span>", safe(unit));
    }
    inside += behind;
    let value = format!("<td class=\"value\" colspan=\"{}\" height=\"{}\">{inside}</td>", placed.value, n_lines.max(1) * LINE + 8);
    labelled(placed, label) + &value
}

fn labelled(placed: Placed, label: &str) -> String {
    if placed.label == 0 { String::new() } else { format!("<th colspan=\"{}\">{}</th>", placed.label, safe(label)) }
}

/// Room for an opinion, a seal and a date. Nothing is ever drawn into it.
fn boxed(field: &Field, kind: &SealKind, placed: Placed, height: f32) -> String {
    let label = words(&field.label);
    let is_inside = placed.label_on_top || placed.label == 0;
    let (head, columns) = if is_inside { (String::new(), placed.label + placed.value) } else { (labelled(placed, label), placed.value) };
    let inside = if is_inside { line("div", "above", label) } else { String::new() };
    let date = if kind.date_line { t("field.date_line") } else { "" };
    // The box inside gives the height and lays the date at its foot, which a cell of old browsers cannot.
    let room = format!("<table class=\"seal\"><tr><td height=\"{}\">{inside}</td></tr><tr><td class=\"date\">{}</td></tr></table>", height as u32, safe(date));
    format!("{head}<td class=\"holds\" colspan=\"{columns}\">{room}</td>")
}

/// The options of a field with a box before each, where there are few.
fn to_tick(definition: &Definition, field: &Field) -> String {
    let of = |options: &[Choice], from: &Option<Id>| -> Vec<String> {
        definition.options(options, from.as_ref()).iter().map(|it| words(&it.label).to_owned()).collect()
    };
    let options = match &field.kind {
        FieldKind::Choice(kind) => of(&kind.options, &kind.options_from),
        FieldKind::Choices(kind) => of(&kind.options, &kind.options_from),
        FieldKind::Boolean(kind) => kind.words.iter().map(|it| words(it).to_owned()).collect(),
        _ => Vec::new(),
    };
    if options.len() > N_OPTIONS {
        return String::new();
    }
    options.iter().map(|it| format!("<span class=\"option\">□&nbsp;{}</span> ", safe(it))).collect()
}

fn rows(definition: &Definition, section: &Section, kind: &RowsKind, label: &str) -> String {
    let print = |column: &Field| layout::print_of(definition, section, column);
    let columns: Vec<&Field> =
        kind.columns.iter().enumerate().filter(|(idx, it)| print(it) != Print::Never && (*idx == 0 || print(it) != Print::WithPrevious)).map(|it| it.1).collect();
    let head = |column: &Field| {
        let unit = words(&column.unit);
        let text = if unit.is_empty() { words(&column.label).to_owned() } else { format!("{}（{unit}）", words(&column.label)) };
        format!("<th>{}</th>", safe(&text))
    };
    if kind.transpose {
        return transposed(kind, &columns, label, head);
    }
    let has_groups = kind.fixed.iter().any(|row| !row.group.is_empty());
    let n_headings = if kind.fixed.is_empty() { 0 } else { 1 + usize::from(has_groups) };
    let n_columns = columns.len() + n_headings;
    let total: u32 = columns.iter().map(|it| it.width.unwrap_or(4)).sum::<u32>().max(1);
    let given = 100 - (17 * n_headings as u32).min(100);
    let mut out = String::from("<table class=\"rows\"><colgroup>");
    out += &"<col width=\"17%\">".repeat(n_headings);
    out += &columns.iter().map(|it| format!("<col width=\"{}%\">", it.width.unwrap_or(4) * given / total)).collect::<String>();
    out += "</colgroup>\n<thead>";
    out += &rows_label(label, n_columns);
    out += &heads(kind, &columns, n_headings, head);
    out += "</thead>\n<tbody>\n";
    if kind.fixed.is_empty() {
        let blank = format!("<tr>{}</tr>\n", format!("<td height=\"{LINE}\"></td>").repeat(n_columns));
        out += &blank.repeat(N_BLANK.min(kind.max as usize));
    }
    for (at, row) in kind.fixed.iter().enumerate() {
        let cells = format!("<td height=\"{LINE}\"></td>").repeat(columns.len());
        out += &format!("<tr>{}{cells}</tr>\n", fixed_heading(kind, at, row, has_groups));
    }
    out + "</tbody></table>"
}

fn rows_label(label: &str, n_columns: usize) -> String {
    if label.is_empty() { String::new() } else { format!("<tr><th class=\"rows-label\" colspan=\"{n_columns}\">{}</th></tr>", safe(label)) }
}

/// One head line, or two where columns share a heading.
fn heads(kind: &RowsKind, columns: &[&Field], n_headings: usize, head: impl Fn(&Field) -> String) -> String {
    let group_of = |column: &Field| kind.groups.iter().position(|group| group.columns.contains(&column.id));
    let is_deep = columns.iter().any(|it| group_of(it).is_some());
    let deep = if is_deep { " rowspan=\"2\"" } else { "" };
    let (mut above, mut below) = (String::new(), String::new());
    if n_headings > 0 {
        above += &format!("<th colspan=\"{n_headings}\"{deep}></th>");
    }
    for run in columns.chunk_by(|a, b| group_of(a).is_some() && group_of(a) == group_of(b)) {
        match group_of(run[0]).map(|at| &kind.groups[at]) {
            Some(ColumnGroup { label, .. }) => {
                above += &format!("<th colspan=\"{}\">{}</th>", run.len(), safe(words(label)));
                below += &run.iter().map(|it| head(it)).collect::<String>();
            }
            None => above += &head(run[0]).replacen("<th>", &format!("<th{deep}>"), 1),
        }
    }
    let below = if is_deep { format!("<tr>{below}</tr>") } else { String::new() };
    format!("<tr>{above}</tr>{below}")
}

/// The heading of a fixed row; the first row of a group brings the heading they share.
fn fixed_heading(kind: &RowsKind, at: usize, row: &FixedRow, has_groups: bool) -> String {
    let own = safe(words(&row.label));
    if !has_groups {
        return format!("<th>{own}</th>");
    }
    if row.group.is_empty() {
        return format!("<th colspan=\"2\">{own}</th>");
    }
    let is_first = at == 0 || kind.fixed[at - 1].group != row.group;
    let n_rows = kind.fixed[at..].iter().take_while(|it| it.group == row.group).count();
    let shared = if is_first { format!("<th rowspan=\"{n_rows}\">{}</th>", safe(words(&row.group))) } else { String::new() };
    format!("{shared}<th>{own}</th>")
}

/// Columns as lines, rows side by side: years across.
fn transposed(kind: &RowsKind, columns: &[&Field], label: &str, head: impl Fn(&Field) -> String) -> String {
    let n_rows = kind.fixed.len().max(3);
    let mut out = format!("<table class=\"rows\"><thead>{}", rows_label(label, n_rows + 1));
    if !kind.fixed.is_empty() {
        out += &format!("<tr><th></th>{}</tr>", kind.fixed.iter().map(|row| format!("<th>{}</th>", safe(words(&row.label)))).collect::<String>());
    }
    out += "</thead>\n<tbody>\n";
    for column in columns {
        out += &format!("<tr>{}{}</tr>\n", head(column), format!("<td height=\"{LINE}\"></td>").repeat(n_rows));
    }
    out + "</tbody></table>"
}

/// What accompanies the table, to be listed by hand.
fn materials(definition: &Definition) -> String {
    if definition.materials.is_empty() {
        return String::new();
    }
    let heads = ["paper.material", "paper.entry", "paper.how", "paper.pages"].map(|key| format!("<th>{}</th>", t(key))).concat();
    let lines = definition.materials.iter().map(|it| {
        let copies = it.copies.map(|n| line("div", "small", &locale::fill(t("paper.copies"), &[("n", &n.to_string())]))).unwrap_or_default();
        format!("<tr><th>{}{copies}</th><td height=\"{LINE}\"></td><td></td><td></td></tr>\n", safe(words(&it.label)))
    });
    format!(
        "<h2>{}</h2>\n<table class=\"whole list\"><colgroup><col width=\"34%\"><col width=\"38%\"><col width=\"16%\"><col width=\"12%\"></colgroup>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{}</tbody></table>\n",
        t("paper.materials"),
        lines.collect::<String>()
    )
}

/// A text with its line breaks.
fn lines_of(text: &str) -> String {
    safe(text).replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<(CheckedDefinition, String)> {
        let tables = TABLES.iter().map(|it| CheckedDefinition::load(it.text.as_bytes()).0.expect("a sound table"));
        tables.map(|it| (page(&it), it)).map(|(page, it)| (it, page)).collect()
    }

    #[test]
    fn every_heading_and_cell_of_a_table_is_on_its_page() {
        for (table, page) in pages() {
            let definition = &table.definition;
            assert!(page.contains(&safe(words(&definition.provenance_note))) && page.contains(provenance(definition.provenance)));
            let mut n_printed = 0;
            for section in definition.parts.iter().flat_map(|part| &part.sections) {
                let before = n_printed;
                for field in &section.fields {
                    let is_hidden = matches!(&field.kind, FieldKind::Computed(kind) if kind.hidden);
                    let is_printed = !is_hidden && !matches!(layout::print_of(definition, section, field), Print::Never | Print::WithPrevious);
                    if is_printed && !matches!(field.kind, FieldKind::Note(_)) {
                        n_printed += 1;
                        assert!(page.contains(&safe(words(&field.label))), "{}: {}", definition.id, words(&field.label));
                    }
                }
                // A section that is an aid of the screen alone is not on paper.
                assert!(n_printed == before || section.layout.heading == HeadingAt::None || page.contains(&safe(words(&section.heading))), "{}", words(&section.heading));
            }
            assert!(n_printed > 5, "{}", definition.id);
        }
    }

    #[test]
    fn a_page_needs_neither_scripts_nor_styles_of_its_own() {
        for (_, page) in pages() {
            for word in ["<script", "style=", "<style", "http:", "https:"] {
                assert!(!page.contains(word), "{word}");
            }
            assert!(page.contains("<meta name=\"renderer\" content=\"webkit\">"));
            // Each table that is opened is closed, each cell too: old browsers are not as patient as new ones.
            for tag in ["table", "tr", "td", "th", "thead", "tbody"] {
                assert_eq!(page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count(), page.matches(&format!("</{tag}>")).count(), "{tag}");
            }
        }
    }

    #[test]
    fn the_list_names_every_page() {
        for it in TABLES {
            assert!(list().contains(&format!("blank/{}.html", it.id)));
        }
    }
}
