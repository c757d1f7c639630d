//! The answers as expressions read them: decoded, typed, computed cells included, in positions instead of ids.

use super::{Outcome, Tally, ViolationCode};
use crate::engine::answers::{Answer, Chosen, Row};
use crate::engine::definition::scheme::{Scheme, SlotIdx, TableIdx};
use crate::engine::definition::{Definition, Field, FieldKind, Id};
use crate::engine::kinds::{self, Fault, formats};
use crate::engine::value::date::Date;
use crate::engine::value::number::Number;
use crate::engine::value::text::trimmed;
use std::sync::Arc;

/// Stands for "no row" in a [`Record`] that is an instance, and for "no place" in a document.
pub const NO_ROW: u32 = u32::MAX;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// No answer: an unknown.
    Blank,
    /// Cannot be worked out.
    NotComputable,
}

/// A value, or why there is none.
pub type Seen = Result<Value, Lack>;

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An exact number.
    Number(Number),
    /// A text, never empty. Of a reference cell: the id it holds.
    Text(Arc<str>),
    /// A truth value.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// Elements, each of which may be lacking.
    List(Arc<[Seen]>),
    /// An instance, a row or a file entry.
    Record(Record),
    /// One application of a collection.
    Application(u16),
}

/// The place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which application; 0 while filling.
    pub sheet: u16,
    /// Its table.
    pub table: TableIdx,
    /// Position of the instance.
    pub line: u32,
    /// Position of the row, or [`NO_ROW`].
    pub row: u32,
}

/// A cell with everything known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its value, its relevance aside.
    pub seen: Seen,
    /// 无 was confirmed.
    pub is_none: bool,
    /// Something was answered, readable or not.
    pub is_answered: bool,
    /// The words of the other option.
    pub other: Option<Arc<str>>,
    /// Is it asked?
    pub is_relevant: bool,
    /// Its conditional `required` is definitely true.
    pub is_wanted: bool,
    /// Required and blank, in a row that counts.
    pub is_missing: bool,
    /// Another cell above has the same text.
    pub is_duplicate: bool,
    /// Conditions of its own that it breaks.
    pub faults: Vec<Fault>,
    /// What it adds to the tallies.
    pub counted: Tally,
    /// Rows or file entries.
    pub lines: Vec<Line>,
}

/// An instance, a row or a file entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its id.
    pub id: Id,
    /// Wholly blank: does not count.
    pub is_spare: bool,
    /// In the order of its table.
    pub cells: Vec<Cell>,
    /// The rules that stand at this record, in the order of its table.
    pub rules: Vec<RuleCell>,
    /// Its cells and rules, rows included.
    pub tally: Tally,
}

/// A rule at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleCell {
    /// How it stands.
    pub outcome: Outcome,
    /// A recorded reason lifts it.
    pub is_overridden: bool,
    /// Values of its message, in order; empty while there is nothing to say.
    pub parameters: Vec<String>,
    /// What it adds to the tallies.
    pub counted: Tally,
}

impl RuleCell {
    /// True if there is something to say.
    pub fn fails(&self) -> bool {
        self.outcome.fails()
    }

    /// Before it was looked at.
    pub const NEW: RuleCell = RuleCell {
        outcome: Outcome::NotApplicable,
        is_overridden: false,
        parameters: Vec::new(),
        counted: Tally { required: 0, filled: 0, errors: 0, warnings: 0, lifted: 0 },
    };
}

/// The whole document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The instances of each part.
    pub parts: Vec<Vec<Line>>,
    /// Profile values in use.
    pub profile: Vec<Seen>,
}

impl Sheet {
    /// The line of a record.
    pub fn line(&self, scheme: &Scheme, record: Record) -> Option<&Line> {
        let table = scheme.table(record.table);
        let line = self.parts.get(usize::from(table.part))?.get(record.line as usize)?;
        let Some(holder) = table.holder else { return Some(line) };
        let first = scheme.table(table.part).first;
        line.cells.get(usize::from(holder.checked_sub(first)?))?.lines.get(record.row as usize)
    }

    /// The same, to change it.
    pub fn line_mut(&mut self, scheme: &Scheme, record: Record) -> Option<&mut Line> {
        let table = scheme.table(record.table);
        let line = self.parts.get_mut(usize::from(table.part))?.get_mut(record.line as usize)?;
        let Some(holder) = table.holder else { return Some(line) };
        let first = scheme.table(table.part).first;
        line.cells.get_mut(usize::from(holder.checked_sub(first)?))?.lines.get_mut(record.row as usize)
    }

    /// The cell of a record.
    pub fn cell(&self, scheme: &Scheme, record: Record, slot: SlotIdx) -> Option<&Cell> {
        let position = slot.checked_sub(scheme.table(record.table).first)?;
        self.line(scheme, record)?.cells.get(usize::from(position))
    }

    /// The same, to change it.
    pub fn cell_mut(&mut self, scheme: &Scheme, record: Record, slot: SlotIdx) -> Option<&mut Cell> {
        let position = slot.checked_sub(scheme.table(record.table).first)?;
        self.line_mut(scheme, record)?.cells.get_mut(usize::from(position))
    }

    /// The rows of a table within an instance, or the instances of a part.
    pub fn lines(&self, scheme: &Scheme, table: TableIdx, line: u32) -> &[Line] {
        let it = scheme.table(table);
        match it.holder {
            None => self.parts.get(usize::from(it.part)).map_or(&[], Vec::as_slice),
            Some(holder) => {
                let record = Record { sheet: 0, table: it.part, line, row: NO_ROW };
                self.cell(scheme, record, holder).map_or(&[], |cell| cell.lines.as_slice())
            }
        }
    }

    /// Every place of a table; the one place of the document without a table.
    pub fn places(&self, scheme: &Scheme, table: Option<TableIdx>) -> Vec<(u32, u32)> {
        let Some(table) = table else { return vec![(0, NO_ROW)] };
        let it = scheme.table(table);
        let n_lines = self.parts.get(usize::from(it.part)).map_or(0, Vec::len) as u32;
        match it.holder {
            None => (0..n_lines).map(|line| (line, NO_ROW)).collect(),
            Some(_) => (0..n_lines).flat_map(|line| self.rows_of(scheme, table, line)).collect(),
        }
    }

    /// Every row of a table within one instance.
    pub fn rows_of(&self, scheme: &Scheme, table: TableIdx, line: u32) -> Vec<(u32, u32)> {
        (0..self.lines(scheme, table, line).len() as u32).map(|row| (line, row)).collect()
    }
}

/// An answer decoded: what a [`Cell`] says about it alone.
pub struct Decoded {
    /// Its value.
    pub seen: Seen,
    /// 无 was confirmed.
    pub is_none: bool,
    /// The words of the other option.
    pub other: Option<Arc<str>>,
    /// Something was answered.
    pub is_answered: bool,
    /// Conditions that it breaks.
    pub faults: Vec<Fault>,
}

/// Reads an answer as expressions do. Broken structure blanks a value; range, length and check digits do not.
pub fn decode(definition: &Definition, field: &Field, answer: Option<&Answer>, is_checked: bool) -> Decoded {
    let mut decoded =
        Decoded { seen: Err(Lack::Blank), is_none: false, other: None, is_answered: false, faults: Vec::new() };
    let Some(answer) = answer else { return decoded };
    if is_checked {
        decoded.faults = kinds::check(definition, field, answer);
        if matches!(answer, Answer::Rows(_)) {
            // Said of the cells themselves, by whoever keeps the rows.
            decoded.faults.retain(|fault| fault.code != ViolationCode::Duplicate);
        }
    }
    decoded.is_answered = match answer {
        Answer::Text(text) => !trimmed(text).is_empty(),
        Answer::Texts(all) => !all.is_empty(),
        Answer::Choices(all) => !all.is_empty(),
        // Whether rows or entries count is seen from the lines.
        Answer::Rows(_) => false,
        _ => true,
    };
    if decoded.faults.iter().any(Fault::blanks) {
        return decoded;
    }
    decoded.seen = match answer {
        Answer::Text(text) => text_value(&match &field.kind {
            FieldKind::Text(kind) => match kind.format {
                Some(format) => formats::canonical(format, text),
                None => trimmed(text).to_string(),
            },
            _ => trimmed(text).to_string(),
        }),
        Answer::Integer(number) => Ok(Value::Number(Number::from(*number))),
        Answer::Decimal(text) => Number::parse(text).map(Value::Number).ok_or(Lack::Blank),
        Answer::Date(text) => Date::parse_iso(text).map(Value::Date).ok_or(Lack::Blank),
        Answer::Boolean(value) => Ok(Value::Boolean(*value)),
        Answer::Choice(chosen) => {
            decoded.other = other_words(chosen);
            Ok(Value::Text(chosen.code.clone()))
        }
        Answer::Choices(all) => {
            decoded.other = all.iter().find_map(other_words);
            texts(all.iter().map(|it| Ok(Value::Text(it.code.clone()))))
        }
        Answer::Texts(all) => texts(all.iter().map(|it| text_value(trimmed(it)))),
        Answer::Reference(id) => Ok(Value::Text(id.clone())),
        Answer::Rows(entries) => texts(entries.iter().map(|entry| match entry.cells.get("title") {
            Some(Answer::Text(title)) => text_value(trimmed(title)),
            _ => Err(Lack::Blank),
        })),
        Answer::ConfirmedNone => {
            decoded.is_none = true;
            let is_list = matches!(
                field.kind,
                FieldKind::Rows(_) | FieldKind::Texts(_) | FieldKind::Choices(_) | FieldKind::Files(_)
            );
            if is_list { Ok(Value::List(Arc::new([]))) } else { Err(Lack::Blank) }
        }
        Answer::Undecoded(_) => Err(Lack::Blank),
    };
    decoded
}

fn other_words(chosen: &Chosen) -> Option<Arc<str>> {
    chosen.text.as_deref().map(trimmed).filter(|text| !text.is_empty()).map(Arc::from)
}

fn texts(items: impl Iterator<Item = Seen>) -> Seen {
    let items: Arc<[Seen]> = items.collect();
    if items.is_empty() { Err(Lack::Blank) } else { Ok(Value::List(items)) }
}

/// A text as a value: an empty one is blank.
pub fn text_value(text: &str) -> Seen {
    if text.is_empty() { Err(Lack::Blank) } else { Ok(Value::Text(Arc::from(text))) }
}

/// A stored row, found by its id; `at` is where it most likely stands, so that a long list is not searched for
/// each of its rows.
pub fn row_of<'a>(answer: Option<&'a Answer>, id: &str, at: u32) -> Option<&'a Row> {
    match answer {
        Some(Answer::Rows(rows)) => {
            let likely = rows.get(at as usize).filter(|row| &*row.id == id);
            likely.or_else(|| rows.iter().find(|row| &*row.id == id))
        }
        _ => None,
    }
}
