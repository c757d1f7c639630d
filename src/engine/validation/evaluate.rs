//! Works out a checked expression at a place. It cannot fail: it gives a value, blank or not computable.

use super::sheet::{Lack, NO_ROW, Record, Seen, Sheet, Value, text_value};
use crate::engine::definition::expression::tree::{Arithmetic, Comparison, Function, Loop, Node, NodeIdx, Program};
use crate::engine::definition::scheme::{Scheme, Show, SlotIdx, TableIdx};
use crate::engine::value::date::Date;
use crate::engine::value::number::{Number, Rounded};
use crate::engine::value::text;
use std::cmp::Ordering;
use std::sync::Arc;

/// Steps that one evaluation may take: a node visited, an element looked at, or 64 characters read.
pub const MAX_STEPS: u64 = 100_000;
/// Steps for looking at many documents at once.
pub const LIST_STEPS: u64 = 100_000_000;

/// What an expression is worked out against.
pub struct Evaluator<'a> {
    scheme: &'a Scheme,
    /// One sheet while filling; all applications in a collection.
    sheets: &'a [&'a Sheet],
    program: &'a Program,
    place: Record,
    variables: [Seen; 2],
    steps: u64,
}

/// Works out a formula for the record of its table at a place; `table` is none for the document.
///
/// Steps are taken off `budget`; when they run out the result is not computable.
pub fn evaluate(
    scheme: &Scheme,
    sheets: &[&Sheet],
    program: &Program,
    table: Option<TableIdx>,
    (sheet, line, row): (u16, u32, u32),
    budget: &mut u64,
) -> Seen {
    let allowed = MAX_STEPS.min(*budget);
    let place = Record { sheet, table: table.unwrap_or_default(), line, row };
    let variables = [Err(Lack::Blank), Err(Lack::Blank)];
    let mut evaluator = Evaluator { scheme, sheets, program, place, variables, steps: allowed };
    let seen = evaluator.value(program.root());
    *budget = budget.saturating_sub(allowed - evaluator.steps);
    // A value found although steps ran out on the way is not to be trusted.
    if evaluator.steps == 0 { Err(Lack::NotComputable) } else { seen }
}

fn lack(a: &Seen, b: &Seen) -> Option<Lack> {
    match (a, b) {
        (Err(Lack::Blank), _) | (_, Err(Lack::Blank)) => Some(Lack::Blank),
        (Err(_), _) | (_, Err(_)) => Some(Lack::NotComputable),
        _ => None,
    }
}

/// Both values, or why not: blank before not computable.
fn both(a: Seen, b: Seen) -> Result<(Value, Value), Lack> {
    match lack(&a, &b) {
        Some(lack) => Err(lack),
        None => Ok((a?, b?)),
    }
}

fn number(number: Option<Number>) -> Seen {
    number.map(Value::Number).ok_or(Lack::NotComputable)
}

fn count(count: usize) -> Seen {
    Ok(Value::Number(Number::from(count as i64)))
}

fn day(date: Option<Date>) -> Seen {
    date.map(Value::Date).ok_or(Lack::NotComputable)
}

/// The order of two values of one type; records and truth values are only equal or not.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// Takes steps; false if there are none left.
    fn spend(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_sub(steps as u64);
        self.steps > 0
    }

    fn value(&mut self, at: NodeIdx) -> Seen {
        if !self.spend(1) {
            return Err(Lack::NotComputable);
        }
        let program = self.program;
        match program.node(at) {
            Node::Number(it) => Ok(Value::Number(*it)),
            Node::Text(it) => Ok(Value::Text(it.clone())),
            Node::Boolean(it) => Ok(Value::Boolean(*it)),
            Node::Items(items) => Ok(Value::List(items.iter().map(|item| self.value(*item)).collect())),
            Node::Instance => {
                let part = self.scheme.table(self.place.table).part;
                Ok(Value::Record(Record { table: part, row: NO_ROW, ..self.place }))
            }
            Node::Row => Ok(Value::Record(self.place)),
            Node::Variable(depth) => self.variables.get(usize::from(*depth)).cloned().unwrap_or(Err(Lack::Blank)),
            Node::Part(table) => Ok(self.one(self.place.sheet, *table)),
            Node::Instances(table) => self.instances(self.place.sheet, *table),
            Node::Applications => {
                self.spend(self.sheets.len());
                Ok(Value::List((0..self.sheets.len()).map(|it| Ok(Value::Application(it as u16))).collect()))
            }
            Node::PartOf(of, part) => self.part_of(*of, *part),
            Node::Profile(at) => {
                let sheet = self.sheets.get(usize::from(self.place.sheet));
                sheet.and_then(|it| it.profile.get(usize::from(*at))).cloned().unwrap_or(Err(Lack::Blank))
            }
            Node::Entries(list) => {
                let entries = self.scheme.lists.get(usize::from(*list)).map(|(_, it)| it.clone()).unwrap_or_default();
                self.spend(entries.len());
                Ok(Value::List(entries.iter().map(|it| Ok(Value::Text(it.clone()))).collect()))
            }
            Node::Member(of, slot) => match self.value(*of)? {
                Value::Record(record) => self.member(record, *slot),
                Value::List(items) => {
                    self.spend(items.len());
                    let mut out = Vec::with_capacity(items.len());
                    for item in items.iter() {
                        let seen = match item {
                            Ok(Value::Record(record)) => self.member(*record, *slot),
                            Ok(_) => Err(Lack::Blank),
                            Err(lack) => Err(*lack),
                        };
                        match seen {
                            // The lists of a list's elements are read as one.
                            Ok(Value::List(inner)) if self.spend(inner.len()) => out.extend(inner.iter().cloned()),
                            seen => out.push(seen),
                        }
                    }
                    Ok(Value::List(out.into()))
                }
                _ => Err(Lack::Blank),
            },
            Node::Fixed(of, position) => match self.value(*of)? {
                Value::List(rows) => rows.get(usize::from(*position)).cloned().unwrap_or(Err(Lack::Blank)),
                _ => Err(Lack::Blank),
            },
            Node::Not(of) => match self.value(*of)? {
                Value::Boolean(it) => Ok(Value::Boolean(!it)),
                _ => Err(Lack::Blank),
            },
            Node::Negate(of) => match self.value(*of)? {
                Value::Number(it) => Ok(Value::Number(it.neg())),
                _ => Err(Lack::Blank),
            },
            Node::And(a, b) => self.logic(*a, *b, false),
            Node::Or(a, b) => self.logic(*a, *b, true),
            Node::Compare(comparison, a, b) => {
                let (a, b) = (self.value(*a), self.value(*b));
                let (a, b) = both(a, b)?;
                if let (Value::Text(a), Value::Text(b)) = (&a, &b) {
                    self.spend(a.len().min(b.len()) / 64);
                }
                let order = compare(&a, &b);
                let is_equal = order.map_or_else(|| a == b, Ordering::is_eq);
                Ok(Value::Boolean(match comparison {
                    Comparison::Equal => is_equal,
                    Comparison::Unequal => !is_equal,
                    Comparison::Less => order.is_some_and(Ordering::is_lt),
                    Comparison::AtMost => order.is_some_and(Ordering::is_le),
                    Comparison::Greater => order.is_some_and(Ordering::is_gt),
                    Comparison::AtLeast => order.is_some_and(Ordering::is_ge),
                }))
            }
            Node::In(a, list) => self.contained(*a, *list),
            Node::Calculate(operator, a, b) => {
                let (a, b) = (self.value(*a), self.value(*b));
                let (Value::Number(a), Value::Number(b)) = both(a, b)? else { return Err(Lack::Blank) };
                number(match operator {
                    Arithmetic::Add => a.add(b),
                    Arithmetic::Sub => a.sub(b),
                    Arithmetic::Mul => a.mul(b),
                    Arithmetic::Div => a.div(b),
                })
            }
            Node::Choose(condition, yes, no) => match self.value(*condition)? {
                Value::Boolean(true) => self.value(*yes),
                Value::Boolean(false) => self.value(*no),
                _ => Err(Lack::Blank),
            },
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Each(kind, list, depth, body) => self.each(*kind, *list, usize::from(*depth), *body),
        }
    }

    fn one(&self, sheet: u16, table: TableIdx) -> Value {
        Value::Record(Record { sheet, table, line: 0, row: NO_ROW })
    }

    fn instances(&mut self, sheet: u16, table: TableIdx) -> Seen {
        let lines = self.sheets.get(usize::from(sheet)).map_or(0, |it| it.lines(self.scheme, table, 0).len());
        self.spend(lines);
        let records = (0..lines as u32).map(|line| Ok(Value::Record(Record { sheet, table, line, row: NO_ROW })));
        Ok(Value::List(records.collect()))
    }

    fn part_of(&mut self, of: NodeIdx, part: TableIdx) -> Seen {
        let is_repeated = self.scheme.table(part).is_repeated;
        match self.value(of)? {
            Value::Application(sheet) if is_repeated => self.instances(sheet, part),
            Value::Application(sheet) => Ok(self.one(sheet, part)),
            Value::List(items) => {
                let mut out = Vec::new();
                for item in items.iter() {
                    match item {
                        Ok(Value::Application(sheet)) if is_repeated => {
                            if let Ok(Value::List(inner)) = self.instances(*sheet, part) {
                                out.extend(inner.iter().cloned());
                            }
                        }
                        Ok(Value::Application(sheet)) => out.push(Ok(self.one(*sheet, part))),
                        _ => {}
                    }
                }
                Ok(Value::List(out.into()))
            }
            _ => Err(Lack::Blank),
        }
    }

    fn member(&mut self, record: Record, slot_idx: SlotIdx) -> Seen {
        let (scheme, sheets) = (self.scheme, self.sheets);
        let sheet = sheets.get(usize::from(record.sheet)).ok_or(Lack::Blank)?;
        let cell = sheet.cell(scheme, record, slot_idx).filter(|cell| cell.is_relevant).ok_or(Lack::Blank)?;
        let slot = scheme.slot(slot_idx);
        if let Some(table) = slot.child {
            if cell.is_none {
                return Ok(Value::List(Arc::new([])));
            }
            self.spend(cell.lines.len());
            let rows = cell.lines.iter().enumerate().filter(|(_, line)| !line.is_spare);
            let records: Arc<[Seen]> =
                rows.map(|(row, _)| Ok(Value::Record(Record { table, row: row as u32, ..record }))).collect();
            return if records.is_empty() { Err(Lack::Blank) } else { Ok(Value::List(records)) };
        }
        match (slot.target, &cell.seen) {
            (Some(target), Ok(Value::Text(id))) => self.find(record, target, id).map(Value::Record).ok_or(Lack::Blank),
            (_, seen) => seen.clone(),
        }
    }

    /// The record of that id; rows of the own instance first, ids being random and never reused.
    fn find(&mut self, from: Record, target: TableIdx, id: &str) -> Option<Record> {
        let sheet = self.sheets.get(usize::from(from.sheet))?;
        let table = self.scheme.table(target);
        let record = Record { table: target, line: 0, row: NO_ROW, ..from };
        let Some(holder) = table.holder else {
            let lines = sheet.lines(self.scheme, target, 0);
            self.spend(lines.len());
            let line = lines.iter().position(|it| &*it.id == id)? as u32;
            return Some(Record { line, ..record });
        };
        for line in 0..sheet.lines(self.scheme, table.part, 0).len() as u32 {
            let instance = Record { table: table.part, line, ..record };
            if !sheet.cell(self.scheme, instance, holder)?.is_relevant {
                continue;
            }
            let rows = sheet.lines(self.scheme, target, line);
            self.spend(rows.len());
            if let Some(row) = rows.iter().position(|it| &*it.id == id && !it.is_spare) {
                return Some(Record { line, row: row as u32, ..record });
            }
        }
        None
    }

    /// `&&` and `||`: the deciding value wins in any position, then blank, then not computable.
    fn logic(&mut self, a: NodeIdx, b: NodeIdx, deciding: bool) -> Seen {
        let is_deciding = |seen: &Seen| matches!(seen, Ok(Value::Boolean(it)) if *it == deciding);
        let a = self.value(a);
        if is_deciding(&a) {
            return a;
        }
        let b = self.value(b);
        match lack(&a, &b) {
            Some(lack) if !is_deciding(&b) => Err(lack),
            _ => b,
        }
    }

    fn contained(&mut self, a: NodeIdx, list: NodeIdx) -> Seen {
        let a = self.value(a);
        // A register may have thousands of entries: compared in place, not copied.
        if let Node::Entries(list) = self.program.node(list) {
            let Value::Text(text) = a? else { return Err(Lack::Blank) };
            let entries = self.scheme.lists.get(usize::from(*list)).map_or(&[][..], |(_, it)| it);
            self.spend(entries.len() / 8);
            return Ok(Value::Boolean(entries.iter().any(|it| **it == *text)));
        }
        let list = self.value(list);
        let (a, list) = both(a, list)?;
        let Value::List(items) = list else { return Err(Lack::Blank) };
        self.spend(items.len());
        if items.iter().any(|item| item.as_ref().is_ok_and(|item| *item == a)) {
            return Ok(Value::Boolean(true));
        }
        items.iter().find_map(worst(&items)).map_or(Ok(Value::Boolean(false)), Err)
    }

    fn each(&mut self, kind: Loop, list: NodeIdx, depth: usize, body: NodeIdx) -> Seen {
        let Value::List(items) = self.value(list)? else { return Err(Lack::Blank) };
        let mut out = Vec::new();
        let (mut has_blank, mut is_lacking, mut n_true, mut n_false) = (false, false, 0usize, 0usize);
        for item in items.iter() {
            if !self.spend(1) {
                return Err(Lack::NotComputable);
            }
            if let Some(variable) = self.variables.get_mut(depth) {
                *variable = item.clone();
            }
            let seen = self.value(body);
            if kind == Loop::Map {
                out.push(seen);
                continue;
            }
            match seen {
                Ok(Value::Boolean(true)) => {
                    n_true += 1;
                    if kind == Loop::Filter {
                        out.push(item.clone());
                    }
                }
                Ok(_) => n_false += 1,
                Err(Lack::Blank) => has_blank = true,
                Err(Lack::NotComputable) => is_lacking = true,
            }
            let decided = match kind {
                Loop::All => (n_false > 0).then_some(false),
                Loop::Exists => (n_true > 0).then_some(true),
                Loop::ExistsOne => (n_true > 1).then_some(false),
                _ => None,
            };
            if let Some(decided) = decided {
                return Ok(Value::Boolean(decided));
            }
        }
        match kind {
            Loop::Map => Ok(Value::List(out.into())),
            _ if has_blank => Err(Lack::Blank),
            _ if is_lacking => Err(Lack::NotComputable),
            Loop::Filter => Ok(Value::List(out.into())),
            Loop::All => Ok(Value::Boolean(true)),
            Loop::Exists => Ok(Value::Boolean(false)),
            Loop::ExistsOne => Ok(Value::Boolean(n_true == 1)),
        }
    }

    /// The cell that `none` and `other` ask about.
    fn asked_cell(&mut self, at: NodeIdx) -> Option<(bool, Option<Arc<str>>)> {
        let Node::Member(of, slot) = self.program.node(at) else { return None };
        let Ok(Value::Record(record)) = self.value(*of) else { return None };
        let sheet = self.sheets.get(usize::from(record.sheet))?;
        let cell = sheet.cell(self.scheme, record, *slot).filter(|cell| cell.is_relevant)?;
        Some((cell.is_none, cell.other.clone()))
    }

    fn call(&mut self, function: Function, arguments: &[NodeIdx]) -> Seen {
        let first = arguments.first().copied().unwrap_or_default();
        match function {
            Function::None => {
                return Ok(Value::Boolean(self.asked_cell(first).is_some_and(|(is_none, _)| is_none)));
            }
            Function::Other => {
                let other = self.asked_cell(first).and_then(|(_, other)| other);
                return other.map(Value::Text).ok_or(Lack::Blank);
            }
            Function::Has => {
                return match self.value(first) {
                    Ok(Value::List(items)) => {
                        self.spend(items.len());
                        let has_some = items.iter().any(Result::is_ok);
                        let is_lacking = items.iter().any(|it| *it == Err(Lack::NotComputable));
                        if !has_some && is_lacking { Err(Lack::NotComputable) } else { Ok(Value::Boolean(has_some)) }
                    }
                    Ok(_) => Ok(Value::Boolean(true)),
                    Err(Lack::Blank) => Ok(Value::Boolean(false)),
                    // Neither there nor not there: what cannot be computed must not slip past a guard.
                    Err(Lack::NotComputable) => Err(Lack::NotComputable),
                };
            }
            Function::Default => {
                let seen = self.value(first);
                let Err(Lack::Blank) = seen else { return seen };
                return self.value(arguments.get(1).copied().unwrap_or_default());
            }
            _ => {}
        }
        let values: Vec<Seen> = arguments.iter().map(|it| self.value(*it)).collect();
        // Blank before not computable, whatever the position.
        if let Some(lack) = values.iter().find_map(worst(&values)) {
            return Err(lack);
        }
        let values: Vec<Value> = values.into_iter().filter_map(Result::ok).collect();
        for value in &values {
            if let Value::Text(text) = value {
                self.spend(text.len() / 64);
            }
        }
        if let [Value::List(items)] = &values[..] {
            return self.of_list(function, items);
        }
        self.of_values(function, &values)
    }

    fn of_list(&mut self, function: Function, items: &Arc<[Seen]>) -> Seen {
        self.spend(items.len());
        if function == Function::Size {
            return count(items.len());
        }
        if let Some(lack) = items.iter().find_map(worst(items)) {
            return Err(lack);
        }
        let mut values = items.iter().filter_map(|it| it.as_ref().ok());
        match function {
            Function::Sum => {
                let mut sum = Number::ZERO;
                for value in values {
                    let Value::Number(it) = value else { return Err(Lack::Blank) };
                    sum = sum.add(*it).ok_or(Lack::NotComputable)?;
                }
                Ok(Value::Number(sum))
            }
            Function::Least | Function::Greatest => {
                let wanted = if function == Function::Least { Ordering::Less } else { Ordering::Greater };
                let first = values.next().ok_or(Lack::Blank)?;
                Ok(values.fold(first, |best, it| if compare(it, best) == Some(wanted) { it } else { best }).clone())
            }
            Function::Distinct => {
                let mut out: Vec<Seen> = Vec::new();
                for item in items.iter() {
                    if !self.spend(out.len()) {
                        return Err(Lack::NotComputable);
                    }
                    if !out.contains(item) {
                        out.push(item.clone());
                    }
                }
                Ok(Value::List(out.into()))
            }
            _ => Err(Lack::Blank),
        }
    }

    fn of_values(&mut self, function: Function, values: &[Value]) -> Seen {
        use Value::{Boolean, Number as N, Text};
        let whole = |number: &Number| number.to_integer().ok_or(Lack::NotComputable);
        match (function, values) {
            (Function::Length, [Text(it)]) => count(text::length(it)),
            (Function::Least | Function::Greatest, [first, rest @ ..]) => {
                let wanted = if function == Function::Least { Ordering::Less } else { Ordering::Greater };
                let best = rest.iter().fold(first, |best, it| if compare(it, best) == Some(wanted) { it } else { best });
                Ok(best.clone())
            }
            (Function::Previous | Function::Index, [Value::Record(record)]) => {
                let (scheme, sheets) = (self.scheme, self.sheets);
                let sheet = sheets.get(usize::from(record.sheet)).ok_or(Lack::Blank)?;
                let is_row = record.row != NO_ROW;
                let position = if is_row { record.row } else { record.line };
                let lines = sheet.lines(scheme, record.table, record.line);
                // A step for 64 lines: they are only counted, and long tables number every row.
                self.spend(position as usize / 64);
                let before = lines.get(..position as usize).unwrap_or(lines);
                if function == Function::Index {
                    return count(before.iter().filter(|it| !it.is_spare).count() + 1);
                }
                let at = before.iter().rposition(|it| !it.is_spare).ok_or(Lack::Blank)? as u32;
                Ok(Value::Record(if is_row { Record { row: at, ..*record } } else { Record { line: at, ..*record } }))
            }
            (Function::Abs, [N(it)]) => Ok(N(it.abs())),
            (Function::Trunc, [N(it), N(digits)]) => {
                number(it.shorten(whole(digits)?.clamp(0, 6) as u32, Rounded::Truncate))
            }
            (Function::Round, [N(it), N(digits)]) => {
                number(it.shorten(whole(digits)?.clamp(0, 6) as u32, Rounded::HalfUp))
            }
            (Function::Growth, [N(base), N(end), N(periods)]) => {
                number(Number::growth(*base, *end, whole(periods)?.clamp(1, 10) as u32))
            }
            (Function::Contains, [Text(it), Text(part)]) => Ok(Boolean(it.contains(&**part))),
            (Function::StartsWith, [Text(it), Text(part)]) => Ok(Boolean(it.starts_with(&**part))),
            (Function::EndsWith, [Text(it), Text(part)]) => Ok(Boolean(it.ends_with(&**part))),
            (Function::Substring, [Text(it), N(from), N(to)]) => {
                let (from, to) = (whole(from)?.max(0) as usize, whole(to)?.max(0) as usize);
                let part: String = it.chars().take(to).skip(from).collect();
                text_value(&part)
            }
            (Function::Fold, [Text(it)]) => text_value(&text::fold(it)),
            (Function::Chars, [Text(it)]) => count(text::chars(it)),
            (Function::Words, [Text(it)]) => count(text::words(it)),
            (Function::Number, [Text(it)]) => Number::parse(it).map(N).ok_or(Lack::Blank),
            (Function::DateOf, [Text(it)]) => day(Date::parse_iso_day(it)),
            (Function::DateFrom, [N(year), N(month), N(date)]) => {
                day(Date::new(whole(year)?, whole(month)?, whole(date)?))
            }
            (Function::Year, [Value::Date(it)]) => Ok(N(Number::from(it.year()))),
            (Function::Month, [Value::Date(it)]) => Ok(N(Number::from(it.month()))),
            (Function::Days, [Value::Date(a), Value::Date(b)]) => Ok(N(Number::from(a.days_until(*b)))),
            (Function::Months, [Value::Date(a), Value::Date(b)]) => Ok(N(Number::from(a.months_until(*b)))),
            (Function::AddDays, [Value::Date(it), N(days)]) => day(it.add_days(whole(days)?)),
            (Function::AddMonths, [Value::Date(it), N(months)]) => day(it.add_months(whole(months)?)),
            _ => Err(Lack::Blank),
        }
    }
}

/// For `find_map`: blank if any element is blank, else not computable if one is.
fn worst(items: &[Seen]) -> impl FnMut(&Seen) -> Option<Lack> + '_ {
    let has_blank = items.contains(&Err(Lack::Blank));
    move |seen| match seen {
        Err(_) if has_blank => Some(Lack::Blank),
        Err(lack) => Some(*lack),
        Ok(_) => None,
    }
}

/// What stands for a value that is not there.
pub const NO_VALUE: &str = "—";

/// The text of a value, without words of any language: truth values are `true` and `false`.
pub fn shown(seen: &Seen, show: Show) -> String {
    match (seen, show) {
        (Ok(Value::Number(it)), Show::Digits(digits, rounded)) => it.show(digits, rounded),
        (Ok(Value::Number(it)), _) => it.to_decimal().unwrap_or_else(|| it.show(2, Rounded::Truncate)),
        (Ok(Value::Date(it)), Show::Month) => it.to_iso_month(),
        (Ok(Value::Date(it)), _) => it.to_iso(),
        (Ok(Value::Text(it)), _) => it.to_string(),
        (Ok(Value::Boolean(it)), _) => if *it { "true" } else { "false" }.to_string(),
        _ => NO_VALUE.to_string(),
    }
}
