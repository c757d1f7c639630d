//! What is known about a document, and the questions that a page asks about it.

use super::evaluate::{NO_VALUE, shown};
use super::sheet::{Cell, Line, NO_ROW, Record, RuleCell, Sheet};
use super::update::Queue;
use super::{FieldState, Outcome, RuleState, Tally, Violation, ViolationCode};
use crate::engine::answers::{AnswerPath, Override};
use crate::engine::definition::check::show_of;
use crate::engine::definition::expression::tree::Reach;
use crate::engine::definition::scheme::{CheckedRule, Mark, Required, Scheme, SlotIdx, TableIdx};
use crate::engine::definition::{Id, Severity};
use std::sync::Arc;

/// The state of all conditions of one document.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    pub(super) scheme: Arc<Scheme>,
    pub(super) sheet: Sheet,
    /// The rules of the whole document; those of parts and rows stand at their lines.
    pub(super) rules: Vec<RuleCell>,
    pub(super) overrides: Vec<Override>,
    /// Fewest and most instances of each part, if repeated.
    pub(super) repeats: Vec<Option<(u32, u32)>>,
    pub(super) total: Tally,
    pub(super) queue: Queue,
    pub(super) n_evaluations: u64,
    pub(super) is_too_costly: bool,
    /// The count of instances of each part that has too few or too many.
    pub(super) wrong_counts: Vec<Option<usize>>,
}

/// Answers are equal, whatever it took to find them.
impl PartialEq for Validation {
    fn eq(&self, other: &Self) -> bool {
        self.sheet == other.sheet && self.rules == other.rules && self.total == other.total
    }
}

impl Validation {
    /// State of a field, of a cell of a row, or (a path of a part alone) of a part's count of instances.
    pub fn field(&self, path: &AnswerPath) -> FieldState {
        let mut state = FieldState { relevant: true, ..FieldState::default() };
        let Some((record, slot)) = self.locate(path) else {
            if path.field.is_none() && let Some(part) = self.scheme.part(&path.part) {
                state.violations = self.part_violations(part, path);
            }
            return state;
        };
        let Some(cell) = self.sheet.cell(&self.scheme, record, slot) else { return state };
        state.relevant = cell.is_relevant;
        state.required = self.is_required(slot, cell);
        state.missing = cell.is_missing;
        if self.scheme.slot(slot).compute.is_some() {
            state.shown = Some(self.shown(slot, cell));
        }
        if self.counts(record, cell) {
            state.violations = self.own_violations(path, slot, cell);
            self.for_marking(record.table, Some(slot), (record.line, record.row), |rule, rule_cell, at| {
                state.violations.extend(self.rule_violation(rule, rule_cell, at, path));
            });
        }
        state
    }

    /// Every rule at every place, in the order of the definition.
    pub fn rules(&self) -> Vec<RuleState> {
        let mut out = Vec::new();
        for (rule_idx, rule) in self.scheme.rules.iter().enumerate() {
            for place in self.sheet.places(&self.scheme, rule.table) {
                out.extend(self.rule_state(rule_idx, place));
            }
        }
        out
    }

    /// One rule at one place.
    pub fn rule(&self, id: &str, at: &AnswerPath) -> Option<RuleState> {
        let rule_idx = self.scheme.rules.iter().position(|rule| &*rule.id == id)?;
        let place = self.place_of(self.scheme.rules.get(rule_idx)?.table, at)?;
        self.rule_state(rule_idx, place)
    }

    /// Progress of one part instance.
    pub fn tally(&self, instance: &AnswerPath) -> Tally {
        let Some(record) = self.locate_line(instance) else { return Tally::default() };
        let tally = self.sheet.line(&self.scheme, record).map(|line| line.tally).unwrap_or_default();
        let part = self.scheme.table(record.table).part;
        self.without_needless(tally, |rule, (line, _)| {
            rule.table.is_some_and(|table| self.scheme.table(table).part == part) && line == record.line
        })
    }

    /// Progress of the whole.
    pub fn total(&self) -> Tally {
        self.without_needless(self.total, |_, _| true)
    }

    /// A tally without the warnings that are needless.
    fn without_needless(&self, mut tally: Tally, is_counted: impl Fn(&CheckedRule, (u32, u32)) -> bool) -> Tally {
        if tally.warnings == 0 {
            return tally;
        }
        for (rule_idx, rule) in self.scheme.rules.iter().enumerate().filter(|(_, rule)| rule.severity == Severity::Warning) {
            for place in self.sheet.places(&self.scheme, rule.table).into_iter().filter(|place| is_counted(rule, *place)) {
                let fails = self.rule_cell(rule_idx, place).is_some_and(RuleCell::fails);
                if fails && self.is_needless(rule, self.first_marked(rule, place)) {
                    tally.warnings = tally.warnings.saturating_sub(1);
                }
            }
        }
        tally
    }

    /// True if a rule warns of a cell that must be filled and is blank: that it is missing says as much. A cell of another
    /// instance is not looked at, since what becomes of it does not change the tally of this one.
    fn is_needless(&self, rule: &CheckedRule, first: Option<(Mark, Record)>) -> bool {
        let Some((Mark { slot: Some(slot), reach, .. }, record)) = first else { return false };
        let is_missing = |(record, slot)| self.sheet.cell(&self.scheme, record, slot).is_some_and(|cell| cell.is_missing);
        rule.severity == Severity::Warning && (rule.table.is_none() || reach != Reach::Any) && is_missing((record, slot))
    }

    /// The first thing that a rule at a place marks, and where it is.
    fn first_marked(&self, rule: &CheckedRule, place: (u32, u32)) -> Option<(Mark, Record)> {
        rule.marks.iter().find_map(|mark| match mark.slot {
            None => Some((*mark, self.record(mark.table, (0, NO_ROW)))),
            Some(_) => self.marked(*mark, place).first().map(|(record, _)| (*mark, *record)),
        })
    }

    /// Everything that does not hold, missing answers included, in the order of the table; a rule is listed
    /// once for each place, at the first cell that it marks; not a warning, where that cell is missing.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found: Vec<(u128, Violation)> = Vec::new();
        for part in 0..self.scheme.n_parts {
            let path = AnswerPath::part(self.scheme.table(part).id.clone());
            if let Some(violation) = self.count_violation(part, &path) {
                found.push((u128::from(part) << 96, violation));
            }
        }
        self.for_cells(|record, slot, cell| {
            if !self.counts(record, cell) || !cell.is_missing && cell.faults.is_empty() && !cell.is_duplicate {
                return;
            }
            let Some(path) = self.path(record, Some(slot)) else { return };
            let order = self.order(record, Some(slot));
            found.extend(self.own_violations(&path, slot, cell).into_iter().map(|it| (order, it)));
        });
        for (rule_idx, rule) in self.scheme.rules.iter().enumerate() {
            for place in self.sheet.places(&self.scheme, rule.table) {
                let Some(cell) = self.rule_cell(rule_idx, place) else { continue };
                let first = self.first_marked(rule, place);
                if self.is_needless(rule, first) {
                    continue;
                }
                let (record, slot) = match first {
                    Some((mark, record)) => (record, mark.slot),
                    None => (self.record(rule.table.unwrap_or_default(), place), None),
                };
                let path = match (first, rule.table) {
                    (Some((Mark { slot: None, table, .. }, _)), _) => Some(AnswerPath::part(self.scheme.table(table).id.clone())),
                    (None, None) => Some(AnswerPath::part("")),
                    _ => self.path(record, slot),
                };
                let violation = path.and_then(|path| self.rule_violation(rule, cell, place, &path));
                found.extend(violation.map(|it| (self.order(record, slot), it)));
            }
        }
        let mut n_found = 0;
        for (order, _) in &mut found {
            // What stands at one cell stays in its order.
            *order = *order << 16 | n_found;
            n_found = (n_found + 1) & 0xffff;
        }
        super::update::distinct(&mut found, |(order, _)| *order).into_iter().map(|(_, violation)| violation).collect()
    }

    /// True if nothing required is missing and no error stands, nor an overridable one without a reason.
    pub fn is_complete(&self) -> bool {
        self.total.filled == self.total.required && self.total.errors == 0
    }

    /// True if something was not computable because it would have taken too long.
    pub fn is_too_costly(&self) -> bool {
        self.is_too_costly
    }

    /// How many expressions have been worked out so far; for tests that an edit touches only what depends
    /// on it.
    pub fn n_evaluations(&self) -> u64 {
        self.n_evaluations
    }

    /// Everything about a cell goes unsaid in a spare row and where it is not asked.
    pub(super) fn counts(&self, record: Record, cell: &Cell) -> bool {
        cell.is_relevant && !self.sheet.line(&self.scheme, record).is_some_and(|line| line.is_spare)
    }

    pub(super) fn is_required(&self, slot: SlotIdx, cell: &Cell) -> bool {
        let slot = self.scheme.slot(slot);
        let is_wanted = match slot.required {
            Required::Never => false,
            Required::Always => true,
            Required::When(_) => cell.is_wanted,
        };
        is_wanted && slot.is_asked && cell.is_relevant
    }

    /// The text of a computed cell.
    pub(super) fn shown(&self, slot: SlotIdx, cell: &Cell) -> String {
        if !cell.is_relevant {
            return NO_VALUE.to_string();
        }
        shown(&cell.seen, show_of(&self.scheme.slot(slot).field))
    }

    fn own_violations(&self, path: &AnswerPath, slot: SlotIdx, cell: &Cell) -> Vec<Violation> {
        let plain = |code, severity| Violation {
            path: path.clone(),
            code,
            severity,
            parameters: Vec::new(),
            rule: None,
            at: String::new(),
            overridden: false,
        };
        let mut out = Vec::new();
        if cell.is_missing {
            let kind = self.scheme.slot(slot).field.kind.word();
            out.push(Violation { parameters: vec![("kind".into(), kind.into())], ..plain(ViolationCode::ValueMissing, Severity::Error) });
        }
        for fault in &cell.faults {
            let parameters = fault.parameters.iter().map(|(name, value)| (Id::from(*name), value.clone()));
            out.push(Violation { parameters: parameters.collect(), ..plain(fault.code, fault.severity) });
        }
        if cell.is_duplicate {
            out.push(plain(ViolationCode::Duplicate, self.duplicate_severity(slot)));
        }
        out
    }

    pub(super) fn duplicate_severity(&self, slot: SlotIdx) -> Severity {
        match &self.scheme.slot(slot).field.kind {
            crate::engine::definition::FieldKind::Text(it) => it.unique_severity,
            _ => Severity::Error,
        }
    }

    fn part_violations(&self, part: TableIdx, path: &AnswerPath) -> Vec<Violation> {
        let mut out: Vec<Violation> = self.count_violation(part, path).into_iter().collect();
        self.for_marking(part, None, (0, NO_ROW), |rule, cell, at| out.extend(self.rule_violation(rule, cell, at, path)));
        out
    }

    /// Too few or too many instances of a part.
    pub(super) fn count_violation(&self, part: TableIdx, path: &AnswerPath) -> Option<Violation> {
        let (min, max) = (*self.repeats.get(usize::from(part))?)?;
        let actual = self.sheet.lines(&self.scheme, part, 0).len() as u32;
        let (code, name, limit) = if actual < min && self.scheme.table(part).relevant.is_empty() {
            (ViolationCode::TooFew, "min", min)
        } else if actual > max {
            (ViolationCode::TooMany, "max", max)
        } else {
            return None;
        };
        Some(Violation {
            path: path.clone(),
            code,
            severity: Severity::Error,
            parameters: vec![(name.into(), limit.to_string()), ("actual".into(), actual.to_string())],
            rule: None,
            at: String::new(),
            overridden: false,
        })
    }

    /// What a rule says at a place, if it does not hold.
    fn rule_violation(
        &self,
        rule: &CheckedRule,
        cell: &RuleCell,
        place: (u32, u32),
        path: &AnswerPath,
    ) -> Option<Violation> {
        let code = match cell.outcome {
            Outcome::Fails => ViolationCode::RuleFailed,
            Outcome::NotComputable => ViolationCode::NotComputable,
            _ => return None,
        };
        Some(Violation {
            path: path.clone(),
            code,
            severity: rule.severity,
            parameters: named(rule, cell),
            rule: Some(rule.id.clone()),
            at: self.place_path(rule.table, place)?.to_string(),
            overridden: cell.is_overridden,
        })
    }

    fn rule_state(&self, rule_idx: usize, place: (u32, u32)) -> Option<RuleState> {
        let rule = self.scheme.rules.get(rule_idx)?;
        let cell = self.rule_cell(rule_idx, place)?;
        Some(RuleState {
            rule: rule.id.clone(),
            at: self.place_path(rule.table, place)?,
            outcome: cell.outcome,
            overridden: cell.is_overridden,
            parameters: named(rule, cell),
        })
    }

    /// The state of a rule; none in a spare row and for rules over many applications.
    pub(super) fn rule_cell(&self, rule_idx: usize, place: (u32, u32)) -> Option<&RuleCell> {
        let rule = self.scheme.rules.get(rule_idx).filter(|rule| !rule.is_collection)?;
        let Some(table) = rule.table else { return self.rules.get(rule_idx) };
        let line = self.sheet.line(&self.scheme, self.record(table, place))?;
        let position = self.scheme.table(table).rules.iter().position(|it| usize::from(*it) == rule_idx)?;
        line.rules.get(position).filter(|_| !line.is_spare)
    }

    /// Calls for each state of a rule that marks a cell, or a part as a whole.
    fn for_marking(
        &self,
        table: TableIdx,
        slot: Option<SlotIdx>,
        (line, row): (u32, u32),
        mut look: impl FnMut(&CheckedRule, &RuleCell, (u32, u32)),
    ) {
        for (rule_idx, rule) in self.scheme.rules.iter().enumerate() {
            let Some(mark) = rule.marks.iter().find(|mark| mark.table == table && mark.slot == slot) else { continue };
            let places = match (mark.reach, rule.table) {
                (Reach::Row, _) => vec![(line, row)],
                (Reach::Instance, Some(table)) if self.scheme.table(table).holder.is_some() => {
                    self.sheet.rows_of(&self.scheme, table, line)
                }
                (Reach::Instance, _) => vec![(line, NO_ROW)],
                (Reach::Any, table) => self.sheet.places(&self.scheme, table),
            };
            for place in places {
                if let Some(cell) = self.rule_cell(rule_idx, place) {
                    look(rule, cell, place);
                }
            }
        }
    }

    /// The cells that a rule at a place marks; those of spare rows and those not asked are not among them.
    pub(super) fn marked(&self, mark: Mark, (line, row): (u32, u32)) -> Vec<(Record, SlotIdx)> {
        let Some(slot) = mark.slot else { return Vec::new() };
        let is_row = self.scheme.table(mark.table).holder.is_some();
        let places = match mark.reach {
            Reach::Row => vec![(line, row)],
            Reach::Instance if is_row => self.sheet.rows_of(&self.scheme, mark.table, line),
            Reach::Instance => vec![(line, NO_ROW)],
            Reach::Any => self.sheet.places(&self.scheme, Some(mark.table)),
        };
        let records = places.into_iter().map(|place| self.record(mark.table, place));
        let there = records.filter(|record| {
            self.sheet.cell(&self.scheme, *record, slot).is_some_and(|cell| self.counts(*record, cell))
        });
        there.map(|record| (record, slot)).collect()
    }

    /// Every cell of the document, rows included.
    pub(super) fn for_cells(&self, mut look: impl FnMut(Record, SlotIdx, &Cell)) {
        for (part_idx, lines) in self.sheet.parts.iter().enumerate() {
            for line in 0..lines.len() as u32 {
                let record = self.record(part_idx as TableIdx, (line, NO_ROW));
                self.for_cells_of(record, &mut look);
            }
        }
    }

    /// Every cell of an instance or row.
    pub(super) fn for_cells_of(&self, record: Record, look: &mut impl FnMut(Record, SlotIdx, &Cell)) {
        let Some(line) = self.sheet.line(&self.scheme, record) else { return };
        let first = self.scheme.table(record.table).first;
        for (position, cell) in line.cells.iter().enumerate() {
            let slot = first + position as SlotIdx;
            look(record, slot, cell);
            let Some(table) = self.scheme.slot(slot).child else { continue };
            let first = self.scheme.table(table).first;
            for (row, line) in cell.lines.iter().enumerate() {
                let record = Record { table, row: row as u32, ..record };
                for (position, cell) in line.cells.iter().enumerate() {
                    look(record, first + position as SlotIdx, cell);
                }
            }
        }
    }

    pub(super) fn record(&self, table: TableIdx, (line, row): (u32, u32)) -> Record {
        Record { sheet: 0, table, line, row }
    }

    /// Where a cell stands in the table, for sorting: part, instance, field, row, column.
    fn order(&self, record: Record, slot: Option<SlotIdx>) -> u128 {
        let table = self.scheme.table(record.table);
        let slot = slot.unwrap_or_default();
        let (field, row, column) = match table.holder {
            Some(holder) => (holder, record.row.wrapping_add(1), slot),
            None => (slot, 0, 0),
        };
        let place = u128::from(table.part) << 48 | u128::from(record.line) << 16 | u128::from(field);
        place << 48 | u128::from(row) << 16 | u128::from(column)
    }

    /// The path of a record, or of a cell of it.
    pub(super) fn path(&self, record: Record, slot: Option<SlotIdx>) -> Option<AnswerPath> {
        let scheme = &self.scheme;
        let table = scheme.table(record.table);
        let part = scheme.table(table.part);
        let lines: &[Line] = self.sheet.parts.get(usize::from(table.part))?;
        let instance = if slot.is_none() && table.holder.is_none() && record.line == 0 && !part.is_repeated {
            "".into()
        } else {
            lines.get(record.line as usize)?.id.clone()
        };
        let path = AnswerPath::instance(part.id.clone(), instance);
        let Some(holder) = table.holder else {
            return Some(match slot {
                Some(slot) => path.field(scheme.slot(slot).field.id.clone()),
                None => path,
            });
        };
        let row = self.sheet.line(scheme, record)?.id.clone();
        let path = path.field(scheme.slot(holder).field.id.clone()).row(row);
        Some(match slot {
            Some(slot) => path.column(scheme.slot(slot).field.id.clone()),
            None => path,
        })
    }

    /// The path of a place where a rule stands; an empty part id for the document.
    pub(super) fn place_path(&self, table: Option<TableIdx>, place: (u32, u32)) -> Option<AnswerPath> {
        match table {
            None => Some(AnswerPath::part("")),
            Some(table) => self.path(self.record(table, place), None),
        }
    }

    fn place_of(&self, table: Option<TableIdx>, at: &AnswerPath) -> Option<(u32, u32)> {
        let Some(table) = table else { return at.part.is_empty().then_some((0, NO_ROW)) };
        let record = self.locate_line(at)?;
        (record.table == table).then_some((record.line, record.row))
    }

    /// The instance or row that a path names or lies in.
    pub(super) fn locate_line(&self, path: &AnswerPath) -> Option<Record> {
        let part = self.scheme.part(&path.part)?;
        let lines = self.sheet.lines(&self.scheme, part, 0);
        let line = lines.iter().position(|it| it.id == path.instance)? as u32;
        let record = self.record(part, (line, NO_ROW));
        let (Some(field), Some(row)) = (&path.field, &path.row) else { return Some(record) };
        let table = self.scheme.slot(self.scheme.member(part, field)?).child?;
        let row = self.sheet.lines(&self.scheme, table, line).iter().position(|it| it.id == *row)? as u32;
        Some(Record { table, row, ..record })
    }

    /// The cell that a path names: a field, or a column of a row.
    pub(super) fn locate(&self, path: &AnswerPath) -> Option<(Record, SlotIdx)> {
        let record = self.locate_line(path)?;
        let id = if path.row.is_some() { path.column.as_ref() } else { path.field.as_ref() };
        Some((record, self.scheme.member(record.table, id?)?))
    }
}

fn named(rule: &CheckedRule, cell: &RuleCell) -> Vec<(Id, String)> {
    rule.parameters.iter().map(|(name, _, _)| name.clone()).zip(cell.parameters.iter().cloned()).collect()
}
