//! What stands on the paper: answers as texts, names of places, states of rules. Read once, not watched.

use crate::engine::answers::{Answer, AnswerPath, AnswersDocument, Row, json};
use crate::engine::definition::{
    CheckedDefinition, Choice, Field, FieldKind, FixedRow, Part, Print, ReferenceKind, Section, Words,
};
use crate::engine::kinds::{self, formats};
use crate::engine::layout;
use crate::engine::locale;
use crate::engine::validation::Validation;
use crate::engine::validation::evaluate::NO_VALUE;
use crate::web::attach;
use crate::web::ui::Ui;

/// A document as it is now, and the language to print it in.
#[derive(Clone, Copy)]
pub struct Ink<'a> {
    /// For the words of the product.
    pub ui: Ui,
    /// The table.
    pub table: &'a CheckedDefinition,
    /// Its answers.
    pub document: &'a AnswersDocument,
    /// What holds of them.
    pub validation: &'a Validation,
    /// True if the paper is not signed: what is not there yet stays visibly empty.
    pub is_draft: bool,
    /// True if it is a blank to be filled by hand: nothing is worked out on it.
    pub is_blank: bool,
}

impl Ink<'_> {
    /// The definition's words in the language of the paper.
    pub fn words(&self, words: &Words) -> String {
        words.get(self.ui.language).to_string()
    }

    /// The product's words.
    pub fn t(&self, key: &str) -> &'static str {
        self.ui.t(key)
    }

    /// How a field or column is printed.
    pub fn print(&self, section: &Section, field: &Field) -> Print {
        layout::print_of(&self.table.definition, section, field)
    }

    /// True if the field is asked now and belongs on paper.
    pub fn is_printed(&self, section: &Section, path: &AnswerPath, field: &Field) -> bool {
        let is_hidden = matches!(&field.kind, FieldKind::Computed(kind) if kind.hidden);
        !is_hidden && self.print(section, field) != Print::Never && self.validation.field(path).relevant
    }

    /// The text of a cell, without unit; empty if nothing was answered or nothing may stand there.
    pub fn text(&self, section: &Section, path: &AnswerPath, field: &Field) -> String {
        if field.reserved_for.is_some() || self.print(section, field) == Print::Blank {
            return String::new();
        }
        if let FieldKind::Computed(_) = &field.kind {
            if self.is_blank {
                return String::new();
            }
            let shown = self.validation.field(path).shown.unwrap_or_default();
            // In a draft a figure that cannot be worked out yet is as empty as what it is made of.
            return if self.is_draft && shown == NO_VALUE { String::new() } else { shown };
        }
        match self.document.answer(path) {
            Some(answer) => self.answer(field, answer),
            None => self.constant(path, field).unwrap_or_default(),
        }
    }

    /// True if the cell says 无: no unit belongs behind it.
    pub fn is_none(&self, path: &AnswerPath) -> bool {
        self.document.answer(path) == Some(&Answer::ConfirmedNone)
    }

    fn answer(&self, field: &Field, answer: &Answer) -> String {
        match (&field.kind, answer) {
            (FieldKind::Reference(kind), Answer::Reference(id)) => self.referred(kind, id),
            (FieldKind::Files(_), Answer::Rows(entries)) => {
                entries.iter().map(|entry| self.entry(entry)).collect::<Vec<_>>().join("\n")
            }
            // A sealed figure is the signed one, without a digit more; a draft shows what will be signed.
            (FieldKind::Decimal(_), Answer::Decimal(_)) => kinds::encode(answer),
            (FieldKind::Text(kind), Answer::Text(text)) => formats::signed(kind.format, text),
            _ => kinds::shown(&self.table.definition, field, answer, self.ui.language),
        }
    }

    /// What can be chosen, with boxes to tick by hand; nothing for a cell to write in, or where the list is long.
    pub fn to_tick(&self, field: &Field) -> String {
        /// More do not fit into a cell.
        const MOST: usize = 12;
        if field.reserved_for.is_some() {
            return String::new();
        }
        let definition = &self.table.definition;
        let options = match &field.kind {
            FieldKind::Choice(kind) => definition.options(&kind.options, kind.options_from.as_ref()),
            FieldKind::Choices(kind) => definition.options(&kind.options, kind.options_from.as_ref()),
            FieldKind::Boolean(kind) => return kind.words.iter().map(|it| ["□\u{a0}", &self.words(it)].concat()).collect::<Vec<_>>().join("\u{3000}"),
            _ => return String::new(),
        };
        if options.len() > MOST {
            return String::new();
        }
        let line = |it: &Choice| ["□\u{a0}", &self.words(&it.label), if it.other.is_some() { "______" } else { "" }].concat();
        options.iter().map(line).collect::<Vec<_>>().join("\u{3000}")
    }

    /// A paper or file on one line: title, pages, file name and size.
    pub fn entry(&self, entry: &Row) -> String {
        let mut line = kinds::files::shown(std::slice::from_ref(entry), self.ui.language);
        if let Some(file) = self.attached(entry) {
            if !line.is_empty() {
                line.push(' ');
            }
            line += &file;
        }
        line
    }

    /// Name and size of the file of an entry.
    pub fn attached(&self, entry: &Row) -> Option<String> {
        let Some(Answer::Text(id)) = entry.cells.get("attachment") else { return None };
        self.document.attachment(id).map(attach::file_words)
    }

    /// The value that a fixed row brings with it.
    fn constant(&self, path: &AnswerPath, field: &Field) -> Option<String> {
        let row: &FixedRow = path.fixed_row_in(self.table)?;
        let answer = json::read_cell(field, row.constant(&field.id)?).ok()?;
        Some(self.answer(field, &answer))
    }

    /// The name of the instance or row that a reference points at; empty if it is gone.
    fn referred(&self, kind: &ReferenceKind, id: &str) -> String {
        let path = match kind.to.split_once('.') {
            Some((part, rows)) => AnswerPath::part(part).field(rows).row(id).column(kind.show.clone()),
            None => AnswerPath::instance(kind.to.as_str(), id).field(kind.show.clone()),
        };
        let answer = self.document.answer(&path);
        answer.map(kinds::encode).unwrap_or_default()
    }

    /// The heading of a part; of an instance also its name, its number and how many there are.
    pub fn heading(&self, part: &Part, instance: &str) -> (String, Option<String>) {
        let label = self.ui.part_name(part);
        let Some(repeat) = &part.repeat else { return (label, None) };
        let all = self.document.instances(&part.id);
        let at = all.iter().position(|it| *it.id == *instance).map_or(0, |idx| idx + 1);
        let values = [("at", at.to_string()), ("all", all.len().to_string())];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let counted = self.ui.fill("paper.counted", &values);
        let name = self.named(part, instance).unwrap_or_else(|| self.words(&repeat.noun));
        (label, Some([name, counted].concat()))
    }

    fn named(&self, part: &Part, instance: &str) -> Option<String> {
        let field = part.repeat.as_ref()?.name_from.clone()?;
        match self.document.answer(&AnswerPath::instance(part.id.clone(), instance).field(field))? {
            Answer::Text(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
            _ => None,
        }
    }

    /// Where a rule stands: a part or park by its name, the row; the whole table.
    pub fn place(&self, at: &AnswerPath) -> String {
        let Some(part) = self.table.part(&at.part) else { return self.t("paper.whole").to_string() };
        let mut out = match &part.repeat {
            None => self.ui.part_name(part),
            Some(repeat) => self.named(part, &at.instance).unwrap_or_else(|| {
                let all = self.document.instances(&part.id);
                let number = all.iter().position(|it| it.id == at.instance).map_or(0, |idx| idx + 1);
                [self.words(&repeat.noun), number.to_string()].join(" ")
            }),
        };
        if let Some(row) = &at.row {
            let fixed = at.fixed_row_in(self.table).map(|row| self.words(&row.label));
            let number = || {
                let rows = self.document.rows(&at.to_field());
                let number = rows.iter().position(|it| it.id == *row).map_or(0, |idx| idx + 1);
                locale::fill(self.t("rows.number"), &[("n", &number.to_string())])
            };
            out = [out, fixed.filter(|it| !it.is_empty()).unwrap_or_else(number)].join(" · ");
        }
        out
    }
}
