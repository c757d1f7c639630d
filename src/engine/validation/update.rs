//! Keeping the state of a document: built once, then changed only where an edit reaches.
//!
//! Work goes in ranks: a cell is worked out after those it reads, rules last, so each is done once for an
//! edit. What comes out unchanged is not followed further.

use super::evaluate::{evaluate, shown};
use super::sheet::{Cell, Decoded, Lack, Line, NO_ROW, Record, RuleCell, Seen, Value, decode, row_of};
use super::{FieldState, Notices, Outcome, Tally, Validation};
use crate::engine::answers::json::read_cell;
use crate::engine::answers::{Answer, AnswerPath, AnswersDocument, Changes, PartInstance, Row};
use crate::engine::definition::check::{ProfileValueRead, profile_value};
use crate::engine::definition::expression::tree::Reach;
use crate::engine::definition::scheme::{FormulaIdx, Mark, Required, Scheme, Show, Slot, SlotIdx, SourceIdx, TableIdx, Work};
use crate::engine::definition::{CheckedDefinition, Definition, FieldKind, FixedRow, Id, Severity};
use crate::engine::kinds::{self, Fault};
use crate::engine::value::sort::sorted;
use crate::engine::value::text::{fold, length, trimmed};
use std::collections::HashSet;
use std::sync::Arc;

/// Steps that all evaluations of one edit may take.
pub const EDIT_STEPS: u64 = 2_000_000;
/// Steps for looking at a whole document once.
pub const LOAD_STEPS: u64 = 100_000_000;

/// What is still to be worked out, and what turned out otherwise.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    ranks: Vec<Vec<(Work, u32, u32)>>,
    /// Groups of cells that must not be twice the same: a cell's slot, and its instance for columns.
    unique: Vec<(SlotIdx, u32)>,
    fields: Vec<(Record, SlotIdx)>,
    marks: Vec<AnswerPath>,
    /// What rules of records that went had marked; looked up at the end, when all positions are final.
    gone: Vec<(Mark, u32)>,
    /// Cells of rows that turn spare or not spare, with their state before: all that is said of them goes or
    /// comes, whatever its reason.
    before: Vec<(AnswerPath, FieldState)>,
    rules: Vec<(u16, u32, u32)>,
    /// Instances and their tallies before; [`NO_ROW`] stands for the whole.
    tallies: Vec<(TableIdx, u32, Tally)>,
    budget: u64,
    /// For each source, whether all who read it anywhere are queued, and for which instance those are that
    /// read it there: they wait for a later rank, so once is enough, and a long table is not queued for each
    /// of its rows.
    spread: Vec<(bool, u32)>,
}

impl Validation {
    /// Looks at everything once.
    pub fn new(table: &CheckedDefinition, document: &AnswersDocument) -> Self {
        let scheme = table.scheme().clone();
        let mut it = Validation {
            repeats: table.parts().map(|part| part.repeat.as_ref().map(|it| (it.min, it.max))).collect(),
            rules: scheme.rules.iter().map(|_| RuleCell::NEW).collect(),
            overrides: document.overrides.clone(),
            scheme,
            ..Validation::default()
        };
        it.start(LOAD_STEPS);
        it.sheet.profile = profile(&it.scheme, &table.definition, document);
        it.sheet.parts.resize_with(usize::from(it.scheme.n_parts), Vec::new);
        for part in 0..it.scheme.n_parts {
            it.sync_part(&table.definition, document, part);
            // A part without any instance has nothing to bring in line, and may have too few all the same.
            it.count_part(part);
        }
        for rule in 0..it.scheme.rules.len() as u16 {
            if it.scheme.rules.get(usize::from(rule)).is_some_and(|rule| rule.table.is_none()) {
                it.enqueue(Work::Rule(rule), 0, NO_ROW);
            }
        }
        it.run();
        it.finish();
        it
    }

    /// Looks again at what depends on the changes; the document is already changed.
    pub fn update(&mut self, table: &CheckedDefinition, document: &AnswersDocument, changes: &Changes) -> Notices {
        let definition = &table.definition;
        self.start(EDIT_STEPS);
        if changes.header {
            let before = std::mem::replace(&mut self.sheet.profile, profile(&self.scheme, definition, document));
            for (at, before) in before.iter().enumerate() {
                if self.sheet.profile.get(at) != Some(before) {
                    self.changed(self.scheme.profile_source(at), 0, NO_ROW);
                }
            }
        }
        if !changes.overrides.is_empty() {
            self.overrides.clone_from(&document.overrides);
        }
        // Lists first, and parts before rows: places are positions.
        for path in changes.memberships.iter().filter(|path| path.field.is_none()) {
            let Some(part) = self.scheme.part(&path.part) else { continue };
            self.sync_part(definition, document, part);
            // An instance may have come back under its id with other answers.
            for line in 0..self.sheet.lines(&self.scheme, part, 0).len() as u32 {
                let record = self.record(part, (line, NO_ROW));
                self.decode_line(definition, document, record, true);
            }
        }
        for path in changes.memberships.iter().filter(|path| path.field.is_some()) {
            let Some((record, slot)) = self.locate(&path.to_field()) else { continue };
            self.decode_cell(definition, document, record, slot);
            self.sync_rows(definition, document, record, slot, changes.lists.contains(path));
        }
        for path in &changes.answers {
            let Some((record, slot)) = self.locate(path) else { continue };
            self.decode_cell(definition, document, record, slot);
            // What is wrong with a member of a file entry is told of the whole field.
            if path.row.is_some()
                && let Some((record, slot)) = self.locate(&path.to_field())
                && matches!(self.scheme.slot(slot).field.kind, FieldKind::Files(_))
            {
                self.decode_cell(definition, document, record, slot);
            }
        }
        for (rule, at) in &changes.overrides {
            let found = self.scheme.rules.iter().position(|it| it.id == *rule).map(|it| it as u16);
            let place = match at.as_str() {
                "" => Some((0, NO_ROW)),
                at => AnswerPath::parse(at, definition)
                    .and_then(|path| self.locate_line(&path))
                    .map(|record| (record.line, record.row)),
            };
            if let (Some(rule), Some((line, row))) = (found, place) {
                self.enqueue(Work::Rule(rule), line, row);
            }
        }
        self.run();
        self.finish()
    }

    fn start(&mut self, steps: u64) {
        self.queue = Queue::default();
        self.queue.ranks.resize_with(2 * usize::from(self.scheme.max_rank) + 3, Vec::new);
        self.queue.budget = steps;
    }

    // Structure.

    /// Brings the instances of a part in line with the document.
    fn sync_part(&mut self, definition: &Definition, document: &AnswersDocument, part: TableIdx) {
        let scheme = self.scheme.clone();
        let Some(lines) = self.sheet.parts.get_mut(usize::from(part)) else { return };
        let table = scheme.table(part);
        let stored = document.instances(&table.id);
        let blank = PartInstance { id: "".into(), answers: Default::default() };
        // A part filled once always exists, answered or not.
        let wanted: Vec<&PartInstance> =
            if table.is_repeated { stored.iter().collect() } else { vec![stored.first().unwrap_or(&blank)] };
        if lines.len() == wanted.len() && lines.iter().zip(&wanted).all(|(line, it)| line.id == it.id) {
            return;
        }
        let mut before: Vec<Option<Line>> = std::mem::take(lines).into_iter().map(Some).collect();
        let mut added = Vec::new();
        for (at, instance) in wanted.iter().enumerate() {
            let kept = before.iter_mut().find(|it| it.as_ref().is_some_and(|line| line.id == instance.id));
            lines.push(kept.and_then(Option::take).unwrap_or_else(|| {
                added.push(at as u32);
                new_line(&scheme, part, instance.id.clone(), false)
            }));
        }
        for line in before.into_iter().flatten() {
            self.count_total(line.tally, Tally::default());
            self.notice_gone(&line, part, NO_ROW);
            for (position, cell) in line.cells.iter().enumerate() {
                let Some(table) = scheme.slot(table.first + position as SlotIdx).child else { continue };
                cell.lines.iter().for_each(|row| self.notice_gone(row, table, NO_ROW));
            }
        }
        // What was queued before this list changed was queued by positions that are no longer right.
        if !self.queue.spread.is_empty() {
            for table in (0..scheme.tables.len() as TableIdx).filter(|it| scheme.table(*it).part == part) {
                for place in self.sheet.places(&scheme, Some(table)) {
                    self.enqueue_line(self.record(table, place));
                }
            }
        }
        for line in added {
            let record = self.record(part, (line, NO_ROW));
            self.decode_line(definition, document, record, false);
            self.enqueue_line(record);
        }
        self.queue.unique.extend(scheme.slots_of(part).map(|(slot, _)| (slot, 0)));
        self.changed(scheme.membership(part), 0, NO_ROW);
        self.count_part(part);
    }

    /// Reads every answer of an instance anew.
    fn decode_line(&mut self, definition: &Definition, document: &AnswersDocument, record: Record, is_known: bool) {
        let scheme = self.scheme.clone();
        for (slot_idx, slot) in scheme.slots_of(record.table) {
            self.decode_cell(definition, document, record, slot_idx);
            if slot.child.is_some() {
                self.sync_rows(definition, document, record, slot_idx, is_known);
            }
        }
    }

    /// Brings the rows of a field in line with the document; rows already known are read anew if asked.
    fn sync_rows(
        &mut self,
        definition: &Definition,
        document: &AnswersDocument,
        instance: Record,
        slot_idx: SlotIdx,
        reads_known: bool,
    ) {
        let scheme = self.scheme.clone();
        let slot = scheme.slot(slot_idx);
        let Some(table) = slot.child else { return };
        let Some(path) = self.path(instance, Some(slot_idx)) else { return };
        let answer = document.answer(&path);
        let wanted: Vec<(&Id, bool)> = match (&slot.field.kind, answer) {
            (FieldKind::Rows(kind), _) if !kind.fixed.is_empty() => {
                kind.fixed.iter().map(|row| (&row.key, false)).collect()
            }
            (FieldKind::Rows(kind), Some(Answer::Rows(rows))) => {
                rows.iter().map(|row| (&row.id, kinds::rows::is_spare(kind, row))).collect()
            }
            (_, Some(Answer::Rows(rows))) => rows.iter().map(|row| (&row.id, false)).collect(),
            _ => Vec::new(),
        };
        let turning = self.sheet.cell(&scheme, instance, slot_idx).into_iter().flat_map(|cell| &cell.lines);
        let mut from = 0;
        let turning: Vec<Id> = turning
            .filter(|line| {
                let found = found_from(&wanted, &mut from, |(id, _)| line.id == **id);
                found.and_then(|at| wanted.get(at)).is_some_and(|(_, is_spare)| line.is_spare != *is_spare)
            })
            .map(|line| line.id.clone())
            .collect();
        for id in turning {
            for (_, slot) in scheme.slots_of(table) {
                let path = path.row(id.clone()).column(slot.field.id.clone());
                let state = self.field(&path);
                self.queue.before.push((path, state));
            }
        }
        let Some(cell) = self.sheet.cell_mut(&scheme, instance, slot_idx) else { return };
        let is_same = cell.lines.len() == wanted.len()
            && cell.lines.iter().zip(&wanted).all(|(line, (id, is_spare))| line.id == **id && line.is_spare == *is_spare);
        if is_same {
            if reads_known {
                self.decode_rows(definition, document, instance, table);
            }
            return;
        }
        let before: Vec<Id> = there(&cell.lines);
        let mut old: Vec<Option<Line>> = std::mem::take(&mut cell.lines).into_iter().map(Some).collect();
        let (mut added, mut turned) = (Vec::new(), Vec::new());
        let mut from = 0;
        for (at, (id, is_spare)) in wanted.iter().enumerate() {
            let is_it = |it: &Option<Line>| it.as_ref().is_some_and(|line| line.id == **id);
            let line = match found_from(&old, &mut from, is_it).and_then(|found| old.get_mut(found)?.take()) {
                Some(mut line) => {
                    if line.is_spare != *is_spare {
                        line.is_spare = *is_spare;
                        turned.push(at as u32);
                    }
                    line
                }
                None => {
                    added.push(at as u32);
                    new_line(&scheme, table, (*id).clone(), *is_spare)
                }
            };
            cell.lines.push(line);
        }
        let is_other = before != there(&cell.lines);
        for line in old.into_iter().flatten() {
            self.count_line(instance, line.tally, Tally::default());
            self.notice_gone(&line, table, instance.line);
        }
        // What was queued before this list changed was queued by positions that are no longer right.
        if !self.queue.spread.is_empty() {
            for (line, row) in self.sheet.rows_of(&scheme, table, instance.line) {
                self.enqueue_line(Record { table, line, row, ..instance });
            }
        }
        for row in added {
            let record = Record { table, row, ..instance };
            for (slot, _) in scheme.slots_of(table) {
                self.decode_cell(definition, document, record, slot);
            }
            self.enqueue_line(record);
        }
        for row in turned {
            let record = Record { table, row, ..instance };
            for (slot, _) in scheme.slots_of(table) {
                self.settle(record, slot);
            }
            for rule in &scheme.table(table).rules {
                self.enqueue(Work::Rule(*rule), record.line, record.row);
            }
        }
        if reads_known {
            self.decode_rows(definition, document, instance, table);
        }
        if is_other {
            self.queue.unique.extend(scheme.slots_of(table).map(|(slot, _)| (slot, instance.line)));
            self.changed(scheme.membership(table), instance.line, NO_ROW);
            self.settle(instance, slot_idx);
        }
    }

    /// What the rules of a record that goes said of cells elsewhere goes with it. `line` is the instance that
    /// stays, if one does.
    fn notice_gone(&mut self, gone: &Line, table: TableIdx, line: u32) {
        let scheme = self.scheme.clone();
        for (rule, _) in scheme.table(table).rules.iter().zip(&gone.rules).filter(|(_, cell)| cell.fails()) {
            let marks = scheme.rules.get(usize::from(*rule)).map_or(&[][..], |rule| &rule.marks);
            for mark in marks {
                match (mark.slot, mark.reach) {
                    (None, _) => self.queue.marks.push(AnswerPath::part(scheme.table(mark.table).id.clone())),
                    (_, Reach::Any) => self.queue.gone.push((*mark, line)),
                    (_, Reach::Instance) if line != NO_ROW => self.queue.gone.push((*mark, line)),
                    _ => {}
                }
            }
        }
    }

    /// Reads every row of a field anew: a row may have come back under its id with other cells.
    fn decode_rows(&mut self, definition: &Definition, document: &AnswersDocument, instance: Record, table: TableIdx) {
        let scheme = self.scheme.clone();
        for (line, row) in self.sheet.rows_of(&scheme, table, instance.line) {
            let record = self.record(table, (line, row));
            for (slot, _) in scheme.slots_of(table) {
                self.decode_cell(definition, document, record, slot);
            }
        }
    }

    /// Everything that is worked out at a new instance or row.
    fn enqueue_line(&mut self, record: Record) {
        let scheme = self.scheme.clone();
        for (slot_idx, slot) in scheme.slots_of(record.table) {
            if !slot.relevant.is_empty() {
                self.enqueue(Work::Relevant(slot_idx), record.line, record.row);
            }
            if slot.compute.is_some() {
                self.enqueue(Work::Compute(slot_idx), record.line, record.row);
            }
            if slot.target.is_some() || matches!(slot.required, Required::When(_)) {
                self.enqueue(Work::Required(slot_idx), record.line, record.row);
            }
        }
        for rule in &scheme.table(record.table).rules {
            self.enqueue(Work::Rule(*rule), record.line, record.row);
        }
    }

    /// Reads a cell's answer anew.
    fn decode_cell(&mut self, definition: &Definition, document: &AnswersDocument, record: Record, slot_idx: SlotIdx) {
        let scheme = self.scheme.clone();
        let slot = scheme.slot(slot_idx);
        if slot.compute.is_some() {
            return;
        }
        let Some(decoded) = self.decoded(definition, document, record, slot) else { return };
        let counts = self.sheet.cell(&scheme, record, slot_idx).is_some_and(|cell| self.counts(record, cell));
        let Some(cell) = self.sheet.cell_mut(&scheme, record, slot_idx) else { return };
        let is_other = cell.seen != decoded.seen || cell.is_none != decoded.is_none || cell.other != decoded.other;
        let has_other_faults = counts && cell.faults != decoded.faults;
        cell.seen = decoded.seen;
        cell.is_none = decoded.is_none;
        cell.other = decoded.other;
        cell.is_answered = decoded.is_answered;
        cell.faults = decoded.faults;
        if has_other_faults {
            self.queue.fields.push((record, slot_idx));
        }
        if is_other {
            self.changed(slot_idx, record.line, record.row);
        }
        self.settle(record, slot_idx);
    }

    fn decoded(
        &self,
        definition: &Definition,
        document: &AnswersDocument,
        record: Record,
        slot: &Slot,
    ) -> Option<Decoded> {
        let table = self.scheme.table(record.table);
        let part = &self.scheme.table(table.part).id;
        let instance = match self.sheet.parts.get(usize::from(table.part))?.get(record.line as usize) {
            Some(line) => {
                // Lines stand in the order of the instances: searching for each cell would cost their square.
                let likely = document.instances(part).get(record.line as usize).filter(|it| it.id == line.id);
                likely.or_else(|| document.instance(part, &line.id))
            }
            None => None,
        };
        let Some(holder) = table.holder else {
            let answer = instance.and_then(|it| it.answers.get(&slot.field.id));
            let mut decoded = decode(definition, &slot.field, answer, true);
            if slot.child.is_some() && !decoded.is_none {
                // Expressions read the lines; the list itself has no value of its own.
                decoded.seen = Err(Lack::Blank);
            }
            return Some(decoded);
        };
        let holder = self.scheme.slot(holder);
        let id = &self.sheet.line(&self.scheme, record)?.id;
        let FieldKind::Rows(kind) = &holder.field.kind else {
            // The members of a file entry; what may be wrong with them is told of the whole field.
            let row = row_of(instance.and_then(|it| it.answers.get(&holder.field.id)), id, record.row);
            return Some(decode(definition, &slot.field, row.and_then(|row| row.cells.get(&slot.field.id)), false));
        };
        let fixed = kind.fixed.iter().find(|row| row.key == *id);
        if let Some(answer) = fixed.and_then(|row| fixed_answer(row, slot)) {
            return Some(decode(definition, &slot.field, Some(&answer), false));
        }
        let row: Option<&Row> = row_of(instance.and_then(|it| it.answers.get(&holder.field.id)), id, record.row);
        Some(decode(definition, &slot.field, row.and_then(|row| row.cells.get(&slot.field.id)), true))
    }

    // Work.

    fn enqueue(&mut self, work: Work, line: u32, row: u32) {
        let rank = match work {
            Work::Relevant(slot) => 2 * usize::from(self.scheme.slot(slot).rank),
            Work::Compute(slot) => 2 * usize::from(self.scheme.slot(slot).rank) + 1,
            Work::Required(_) | Work::Rule(_) => 2 * usize::from(self.scheme.max_rank) + 2,
        };
        if let Some(list) = self.queue.ranks.get_mut(rank) {
            list.push((work, line, row));
        }
    }

    /// A source has another value at a place: whoever reads it there is worked out again.
    fn changed(&mut self, source: SourceIdx, line: u32, row: u32) {
        let scheme = self.scheme.clone();
        self.queue.spread.resize(scheme.n_sources(), (false, NO_ROW));
        let Some(spread) = self.queue.spread.get_mut(usize::from(source)) else { return };
        let (is_spread, in_instance) = std::mem::replace(spread, (true, line));
        for reader in scheme.readers.get(usize::from(source)).into_iter().flatten() {
            let is_queued = match reader.reach {
                Reach::Row => false,
                Reach::Instance => in_instance == line,
                Reach::Any => is_spread,
            };
            if is_queued {
                continue;
            }
            let table = match reader.work {
                Work::Rule(rule) => scheme.rules.get(usize::from(rule)).and_then(|rule| rule.table),
                Work::Relevant(slot) | Work::Compute(slot) | Work::Required(slot) => Some(scheme.slot(slot).table),
            };
            let rows = table.filter(|table| scheme.table(*table).holder.is_some());
            let places = match (reader.reach, rows) {
                (Reach::Row, Some(_)) if row != NO_ROW => vec![(line, row)],
                (Reach::Row | Reach::Instance, Some(rows)) => self.sheet.rows_of(&scheme, rows, line),
                (Reach::Row | Reach::Instance, None) => vec![(line, NO_ROW)],
                (Reach::Any, _) => self.sheet.places(&scheme, table),
            };
            for (line, row) in places {
                self.enqueue(reader.work, line, row);
            }
        }
        if usize::from(source) < scheme.slots.len() {
            let is_row = scheme.table(scheme.slot(source).table).holder.is_some();
            for group in unique_groups(&scheme, source) {
                self.queue.unique.extend(group.into_iter().map(|slot| (slot, if is_row { line } else { 0 })));
            }
        }
    }

    fn run(&mut self) {
        for rank in 0..self.queue.ranks.len() {
            let Some(mut list) = self.queue.ranks.get_mut(rank).map(std::mem::take) else { continue };
            for (work, line, row) in distinct(&mut list, work_key) {
                match work {
                    Work::Relevant(slot) => self.work_relevant(slot, line, row),
                    Work::Compute(slot) => self.work_compute(slot, line, row),
                    Work::Required(slot) => self.work_required(slot, line, row),
                    Work::Rule(rule) => self.work_rule(rule, line, row),
                }
            }
        }
        let mut groups = std::mem::take(&mut self.queue.unique);
        for (slot, line) in distinct(&mut groups, |(slot, line)| u128::from(*line) << 16 | u128::from(*slot)) {
            self.check_unique(slot, line);
        }
    }

    fn evaluate(&mut self, formula: FormulaIdx, table: Option<TableIdx>, line: u32, row: u32) -> Seen {
        self.n_evaluations += 1;
        let before = self.queue.budget;
        let program = &self.scheme.formula(formula).program;
        let mut budget = before;
        let seen = evaluate(&self.scheme, &[&self.sheet], program, table, (0, line, row), &mut budget);
        self.queue.budget = budget;
        if before - budget >= super::evaluate::MAX_STEPS.min(before) {
            self.is_too_costly = true;
        }
        seen
    }

    fn all_true(&mut self, formulas: &[FormulaIdx], table: Option<TableIdx>, line: u32, row: u32) -> bool {
        formulas.iter().all(|formula| self.evaluate(*formula, table, line, row) == Ok(Value::Boolean(true)))
    }

    fn work_relevant(&mut self, slot_idx: SlotIdx, line: u32, row: u32) {
        let scheme = self.scheme.clone();
        let slot = scheme.slot(slot_idx);
        let record = self.record(slot.table, (line, row));
        if self.sheet.cell(&scheme, record, slot_idx).is_none() {
            return;
        }
        let is_relevant = self.all_true(&slot.relevant, Some(slot.table), line, row);
        let Some(cell) = self.sheet.cell_mut(&scheme, record, slot_idx) else { return };
        if cell.is_relevant == is_relevant {
            return;
        }
        cell.is_relevant = is_relevant;
        self.queue.fields.push((record, slot_idx));
        self.changed(slot_idx, line, row);
        self.settle(record, slot_idx);
    }

    fn work_compute(&mut self, slot_idx: SlotIdx, line: u32, row: u32) {
        let scheme = self.scheme.clone();
        let slot = scheme.slot(slot_idx);
        let record = self.record(slot.table, (line, row));
        let (Some(formula), true) = (slot.compute, self.sheet.cell(&scheme, record, slot_idx).is_some()) else { return };
        let seen = self.evaluate(formula, Some(slot.table), line, row);
        let Some(cell) = self.sheet.cell(&scheme, record, slot_idx).filter(|cell| cell.seen != seen) else { return };
        let before = self.shown(slot_idx, cell);
        let Some(cell) = self.sheet.cell_mut(&scheme, record, slot_idx) else { return };
        cell.seen = seen;
        // More digits than are shown may have changed.
        if self.sheet.cell(&scheme, record, slot_idx).is_some_and(|cell| self.shown(slot_idx, cell) != before) {
            self.queue.fields.push((record, slot_idx));
        }
        self.changed(slot_idx, line, row);
    }

    fn work_required(&mut self, slot_idx: SlotIdx, line: u32, row: u32) {
        let scheme = self.scheme.clone();
        let slot = scheme.slot(slot_idx);
        let record = self.record(slot.table, (line, row));
        if self.sheet.cell(&scheme, record, slot_idx).is_none() {
            return;
        }
        if let Required::When(formula) = slot.required {
            let is_wanted = self.evaluate(formula, Some(slot.table), line, row) == Ok(Value::Boolean(true));
            let Some(cell) = self.sheet.cell_mut(&scheme, record, slot_idx) else { return };
            if cell.is_wanted != is_wanted {
                cell.is_wanted = is_wanted;
                if cell.is_relevant {
                    self.queue.fields.push((record, slot_idx));
                }
            }
        }
        self.settle(record, slot_idx);
    }

    fn work_rule(&mut self, rule_idx: u16, line: u32, row: u32) {
        let scheme = self.scheme.clone();
        let Some(rule) = scheme.rules.get(usize::from(rule_idx)).filter(|rule| !rule.is_collection) else { return };
        let record = self.record(rule.table.unwrap_or_default(), (line, row));
        let mut is_there = true;
        if rule.table.is_some() {
            let Some(at) = self.sheet.line(&scheme, record) else { return };
            is_there = !at.is_spare;
        }
        let mut state = RuleCell::NEW;
        if is_there {
            state.outcome = self.outcome(rule_idx, line, row);
            let fails = state.fails();
            if fails || rule.is_verdict {
                for (_, formula, show) in &rule.parameters {
                    let seen = self.evaluate(*formula, rule.table, line, row);
                    let mut text = shown(&seen, *show);
                    if let Some((end, _)) = text.char_indices().nth(60) {
                        text.truncate(end);
                    }
                    state.parameters.push(text);
                }
            }
            if fails {
                state.is_overridden = self.is_overridden(rule_idx, line, row);
                match rule.severity {
                    Severity::Error => state.counted.errors = 1,
                    Severity::Overridable if state.is_overridden => state.counted.lifted = 1,
                    Severity::Overridable => state.counted.errors = 1,
                    Severity::Warning => state.counted.warnings = 1,
                }
            }
        }
        let at = match rule.table {
            None => self.rules.get_mut(usize::from(rule_idx)),
            Some(table) => {
                let position = scheme.table(table).rules.iter().position(|it| *it == rule_idx).unwrap_or_default();
                self.sheet.line_mut(&scheme, record).and_then(|line| line.rules.get_mut(position))
            }
        };
        let Some(at) = at else { return };
        if *at == state {
            return;
        }
        let is_said = at.fails() || state.fails();
        let counted = state.counted;
        let before = std::mem::replace(at, state).counted;
        match rule.table {
            None => self.count_total(before, counted),
            Some(_) => self.count_line(record, before, counted),
        }
        self.queue.rules.push((rule_idx, line, row));
        if is_said {
            for mark in &rule.marks {
                if mark.slot.is_none() {
                    self.queue.marks.push(AnswerPath::part(scheme.table(mark.table).id.clone()));
                }
                for (record, slot) in self.marked(*mark, (line, row)) {
                    self.queue.fields.push((record, slot));
                }
            }
        }
    }

    fn outcome(&mut self, rule_idx: u16, line: u32, row: u32) -> Outcome {
        let scheme = self.scheme.clone();
        let Some(rule) = scheme.rules.get(usize::from(rule_idx)) else { return Outcome::NotApplicable };
        if !self.all_true(&rule.guards, rule.table, line, row) {
            return Outcome::NotApplicable;
        }
        if let Some(when) = rule.when {
            match self.evaluate(when, rule.table, line, row) {
                Ok(Value::Boolean(true)) => {}
                Ok(_) => return Outcome::NotApplicable,
                Err(Lack::Blank) => return Outcome::Undecided,
                Err(Lack::NotComputable) => return Outcome::NotComputable,
            }
        }
        outcome_of(&self.evaluate(rule.check, rule.table, line, row))
    }

    fn is_overridden(&self, rule_idx: u16, line: u32, row: u32) -> bool {
        let Some(rule) = self.scheme.rules.get(usize::from(rule_idx)) else { return false };
        if rule.severity != Severity::Overridable {
            return false;
        }
        let Some(at) = self.place_path(rule.table, (line, row)).map(|path| path.to_string()) else { return false };
        let reason = self.overrides.iter().find(|it| it.rule == rule.id && it.at == at);
        reason.is_some_and(|it| length(trimmed(&it.reason)) >= rule.min_reason as usize)
    }

    // Counts.

    /// Works out what is missing in a cell and what it adds to the tallies.
    fn settle(&mut self, record: Record, slot_idx: SlotIdx) {
        let scheme = self.scheme.clone();
        let slot = scheme.slot(slot_idx);
        let Some(cell) = self.sheet.cell(&scheme, record, slot_idx) else { return };
        let counts = self.counts(record, cell);
        let is_required = self.is_required(slot_idx, cell) && counts && !self.is_constant(record, slot);
        // Rows that are always there are filled cell by cell: their table is nothing more to fill.
        let is_fixed = slot.child.is_some_and(|table| !scheme.table(table).fixed.is_empty());
        let is_answered = match slot.child {
            Some(_) => cell.is_none || is_fixed || cell.lines.iter().any(|line| !line.is_spare),
            None => cell.is_answered && (slot.target.is_none() || self.is_found(record, slot_idx)),
        };
        let is_missing = is_required && !is_answered;
        let mut counted = Tally::default();
        if counts {
            counted.required = u32::from(is_required && !is_fixed);
            counted.filled = u32::from(is_required && !is_fixed && !is_missing);
            let mut weigh = |severity| match severity {
                Severity::Warning => counted.warnings += 1,
                _ => counted.errors += 1,
            };
            cell.faults.iter().for_each(|fault: &Fault| weigh(fault.severity));
            if cell.is_duplicate {
                weigh(self.duplicate_severity(slot_idx));
            }
        }
        let Some(cell) = self.sheet.cell_mut(&scheme, record, slot_idx) else { return };
        if cell.is_missing != is_missing {
            cell.is_missing = is_missing;
            self.queue.fields.push((record, slot_idx));
        }
        let Some(cell) = self.sheet.cell_mut(&scheme, record, slot_idx) else { return };
        let before = std::mem::replace(&mut cell.counted, counted);
        self.count_line(record, before, counted);
    }

    /// A constant of a fixed row is nobody's to fill.
    fn is_constant(&self, record: Record, slot: &Slot) -> bool {
        let Some(holder) = self.scheme.table(record.table).holder else { return false };
        let FieldKind::Rows(kind) = &self.scheme.slot(holder).field.kind else { return false };
        let line = self.sheet.line(&self.scheme, record);
        line.is_some_and(|line| kind.constant(&line.id, &slot.field.id).is_some())
    }

    /// True if what a reference names is there.
    fn is_found(&self, record: Record, slot_idx: SlotIdx) -> bool {
        let scheme = &self.scheme;
        let id = match self.sheet.cell(scheme, record, slot_idx).map(|cell| &cell.seen) {
            Some(Ok(Value::Text(id))) => id.clone(),
            _ => return false,
        };
        let Some(target) = scheme.slot(slot_idx).target else { return false };
        let n_lines = self.sheet.lines(scheme, scheme.table(target).part, 0).len() as u32;
        let n_lines = if scheme.table(target).holder.is_some() { n_lines } else { n_lines.min(1) };
        (0..n_lines).any(|line| {
            self.sheet.lines(scheme, target, line).iter().any(|line| line.id == id && !line.is_spare)
        })
    }

    fn count_line(&mut self, record: Record, before: Tally, after: Tally) {
        if before == after {
            return;
        }
        let scheme = self.scheme.clone();
        let part = scheme.table(record.table).part;
        if record.table != part
            && let Some(line) = self.sheet.line_mut(&scheme, record)
        {
            line.tally.replace(before, after);
        }
        let instance = Record { table: part, row: NO_ROW, ..record };
        if let Some(line) = self.sheet.line_mut(&scheme, instance) {
            if !self.queue.tallies.iter().any(|it| it.0 == part && it.1 == record.line) {
                self.queue.tallies.push((part, record.line, line.tally));
            }
            line.tally.replace(before, after);
        }
        self.count_total(before, after);
    }

    fn count_total(&mut self, before: Tally, after: Tally) {
        if before == after {
            return;
        }
        if !self.queue.tallies.iter().any(|it| it.1 == NO_ROW) {
            self.queue.tallies.push((0, NO_ROW, self.total));
        }
        self.total.replace(before, after);
    }

    /// Too few or too many instances count as one error of the whole.
    fn count_part(&mut self, part: TableIdx) {
        let path = AnswerPath::part(self.scheme.table(part).id.clone());
        let actual = self.sheet.lines(&self.scheme, part, 0).len();
        let wrong = self.count_violation(part, &path).map(|_| actual);
        self.wrong_counts.resize(usize::from(self.scheme.n_parts), None);
        let Some(at) = self.wrong_counts.get_mut(usize::from(part)) else { return };
        let was_wrong = std::mem::replace(at, wrong);
        if was_wrong == wrong {
            return;
        }
        let errors = |wrong: Option<usize>| Tally { errors: u32::from(wrong.is_some()), ..Tally::default() };
        self.count_total(errors(was_wrong), errors(wrong));
        self.queue.marks.push(path);
    }

    /// Looks for the same values twice among the rows of a field, or the instances of a repeated part.
    fn check_unique(&mut self, slot_idx: SlotIdx, line: u32) {
        let scheme = self.scheme.clone();
        let groups = unique_groups(&scheme, slot_idx);
        if groups.is_empty() {
            return;
        }
        let table = scheme.slot(slot_idx).table;
        let places = match scheme.table(table).holder {
            Some(_) => self.sheet.rows_of(&scheme, table, line),
            None => self.sheet.places(&scheme, Some(table)),
        };
        let mut seen: HashSet<String> = HashSet::new();
        for place in places {
            let record = self.record(table, place);
            let mut is_duplicate = false;
            for (at, group) in groups.iter().enumerate() {
                // Folded texts have no line breaks, so the parts of a key cannot run into one another.
                let mut key = "\n".repeat(at);
                let is_whole = group.iter().all(|slot| {
                    let text = self.unique_text(record, *slot);
                    key.extend(text.iter().flat_map(|text| [text.as_str(), "\n"]));
                    text.is_some()
                });
                // A row that is not complete yet repeats nothing.
                is_duplicate |= is_whole && !seen.insert(key);
            }
            let Some(cell) = self.sheet.cell_mut(&scheme, record, slot_idx) else { continue };
            if cell.is_duplicate == is_duplicate {
                continue;
            }
            cell.is_duplicate = is_duplicate;
            self.queue.fields.push((record, slot_idx));
            self.settle(record, slot_idx);
        }
    }

    /// What is compared of a cell; none where it is blank or does not count.
    fn unique_text(&self, record: Record, slot: SlotIdx) -> Option<String> {
        let cell = self.sheet.cell(&self.scheme, record, slot).filter(|cell| self.counts(record, cell))?;
        cell.seen.as_ref().ok()?;
        Some(fold(&shown(&cell.seen, Show::Plain)))
    }

    /// Names what turned out otherwise.
    fn finish(&mut self) -> Notices {
        let mut queue = std::mem::take(&mut self.queue);
        let mut notices = Notices::default();
        for (mark, line) in &queue.gone {
            queue.fields.extend(self.marked(*mark, (*line, NO_ROW)));
        }
        let fields = distinct(&mut queue.fields, |(record, slot)| {
            let place = u128::from(record.table) << 64 | u128::from(record.line) << 32 | u128::from(record.row);
            place << 16 | u128::from(*slot)
        });
        notices.fields = fields.iter().filter_map(|(record, slot)| self.path(*record, Some(*slot))).collect();
        for path in queue.marks {
            if !notices.fields.contains(&path) {
                notices.fields.push(path);
            }
        }
        for (path, before) in queue.before {
            let is_noticed = notices.fields.iter().position(|it| *it == path);
            match (is_noticed, self.field(&path) != before) {
                (None, true) => notices.fields.push(path),
                (Some(at), false) => drop(notices.fields.remove(at)),
                _ => {}
            }
        }
        for (rule_idx, line, row) in queue.rules {
            let Some(rule) = self.scheme.rules.get(usize::from(rule_idx)) else { continue };
            notices.rules.extend(self.place_path(rule.table, (line, row)).map(|at| (rule.id.clone(), at)));
        }
        for (part, line, before) in queue.tallies {
            if line == NO_ROW {
                if before != self.total {
                    notices.instances.push(AnswerPath::part(""));
                }
                continue;
            }
            let record = self.record(part, (line, NO_ROW));
            if self.sheet.line(&self.scheme, record).is_some_and(|it| it.tally != before) {
                notices.instances.extend(self.path(record, None));
            }
        }
        notices
    }
}

/// The outcome that a check's value stands for.
pub(super) fn outcome_of(seen: &Seen) -> Outcome {
    match seen {
        Ok(Value::Boolean(true)) => Outcome::Holds,
        Ok(_) => Outcome::Fails,
        Err(Lack::Blank) => Outcome::Undecided,
        Err(Lack::NotComputable) => Outcome::NotComputable,
    }
}

impl Tally {
    fn replace(&mut self, before: Tally, after: Tally) {
        let put = |at: &mut u32, before: u32, after: u32| *at = at.wrapping_add(after).wrapping_sub(before);
        put(&mut self.required, before.required, after.required);
        put(&mut self.filled, before.filled, after.filled);
        put(&mut self.errors, before.errors, after.errors);
        put(&mut self.warnings, before.warnings, after.warnings);
        put(&mut self.lifted, before.lifted, after.lifted);
    }
}

/// The order of work within a rank, which is of no consequence, but must be one.
fn work_key((work, line, row): &(Work, u32, u32)) -> u128 {
    let (kind, at) = match work {
        Work::Relevant(slot) => (0u128, *slot),
        Work::Compute(slot) => (1, *slot),
        Work::Required(slot) => (2, *slot),
        Work::Rule(rule) => (3, *rule),
    };
    kind << 80 | u128::from(at) << 64 | u128::from(*line) << 32 | u128::from(*row)
}

/// Where something is in a list. Rows mostly keep their order, so the search goes on where the last was found.
fn found_from<T>(items: &[T], from: &mut usize, is_it: impl Fn(&T) -> bool) -> Option<usize> {
    let after = items.iter().skip(*from).position(&is_it).map(|it| it + *from);
    let found = after.or_else(|| items.iter().position(&is_it))?;
    *from = found + 1;
    Some(found)
}

/// Each item once, in the order of the keys.
pub(super) fn distinct<T: Clone>(items: &mut Vec<T>, key: impl Fn(&T) -> u128) -> Vec<T> {
    let keys: Vec<u128> = items.iter().map(key).collect();
    let mut order = sorted_keys(&keys);
    order.dedup_by_key(|at| keys.get(*at));
    let sorted = order.iter().filter_map(|at| items.get(*at).cloned()).collect();
    items.clear();
    sorted
}

/// The positions of the keys in order; of equal ones, the first first.
fn sorted_keys(keys: &[u128]) -> Vec<usize> {
    sorted(keys.len(), &|a, b| (keys.get(a), a) > (keys.get(b), b))
}

/// The ids of the rows that count, in order.
fn there(lines: &[Line]) -> Vec<Id> {
    lines.iter().filter(|line| !line.is_spare).map(|line| line.id.clone()).collect()
}

fn new_line(scheme: &Scheme, table: TableIdx, id: Id, is_spare: bool) -> Line {
    let cells = scheme.slots_of(table).map(|(_, slot)| Cell {
        seen: Err(Lack::Blank),
        is_none: false,
        is_answered: false,
        other: None,
        is_relevant: slot.relevant.is_empty(),
        is_wanted: false,
        is_missing: false,
        is_duplicate: false,
        faults: Vec::new(),
        counted: Tally::default(),
        lines: Vec::new(),
    });
    let rules = scheme.table(table).rules.iter().map(|_| RuleCell::NEW).collect();
    Line { id, is_spare, cells: cells.collect(), rules, tally: Tally::default() }
}

/// The slots that together are never twice the same, for each such condition on a slot.
fn unique_groups(scheme: &Scheme, slot_idx: SlotIdx) -> Vec<Vec<SlotIdx>> {
    let slot = scheme.slot(slot_idx);
    let mut groups = Vec::new();
    if matches!(&slot.field.kind, FieldKind::Text(kind) if kind.unique) {
        groups.push(vec![slot_idx]);
    }
    if let Some(FieldKind::Rows(kind)) = scheme.table(slot.table).holder.map(|it| &scheme.slot(it).field.kind)
        && kind.unique.contains(&slot.field.id)
    {
        groups.push(kind.unique.iter().filter_map(|id| scheme.member(slot.table, id)).collect());
    }
    groups
}

fn fixed_answer(row: &FixedRow, slot: &Slot) -> Option<Answer> {
    read_cell(&slot.field, row.constant(&slot.field.id)?).ok()
}

/// The profile values in use; one that cannot be read gives way to the definition's.
fn profile(scheme: &Scheme, definition: &Definition, document: &AnswersDocument) -> Vec<Seen> {
    let values = scheme.profile.iter().zip(&definition.profile).map(|((id, kind), own)| {
        let set = document.profile.get(id).map(String::as_str);
        let read = |text: &str| {
            profile_value(*kind, text).map(|value| match value {
                ProfileValueRead::Date(date) => Value::Date(date),
                ProfileValueRead::Number(number) => Value::Number(number),
                ProfileValueRead::Text => Value::Text(Arc::from(text)),
            })
        };
        set.and_then(read).or_else(|| read(&own.value.0)).ok_or(Lack::Blank)
    });
    values.collect()
}
