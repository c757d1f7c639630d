//! What the author of a table must know and its user need not: words, sources, layout, holes, untested rules.
//!
//! Not used by the page: what it needs for a safe run is checked when a definition is loaded.

use super::cases;
use crate::engine::answers::json::read_cell;
use crate::engine::definition::check::for_items;
use crate::engine::definition::expression::Program;
use crate::engine::definition::expression::tree::{Comparison, Function, Loop, Node, NodeIdx};
use crate::engine::definition::scheme::{FormulaIdx, Required, Scheme, Slot, SlotIdx};
use crate::engine::definition::{
    CheckedDefinition, Definition, Field, FieldKind, FieldLayout, HeadingAt, Id, LabelAt, Part, Problem, ProblemCode,
    Problems, Section, Severity, Source, SourceKind,
};
use crate::engine::kinds;
use crate::engine::value::date::Date;
use crate::engine::value::json::{self, Json};
use std::collections::{HashMap, HashSet};

/// Columns of the table.
const COLUMNS: u32 = 24;

/// Every problem of a definition file: what keeps it from being filled, what its author should mend, and the
/// cases that come out otherwise than stated.
pub fn check(bytes: &[u8]) -> Vec<Problem> {
    let mut problems = Problems::default();
    let table = CheckedDefinition::read_checked(bytes, &mut problems);
    if let Ok(json) = json::parse(bytes, 24) {
        let languages = json.get("languages").and_then(Json::as_list).unwrap_or_default();
        let languages: Vec<&str> = languages.iter().filter_map(Json::as_text).collect();
        check_words(&json, &languages, &mut problems);
    }
    if let Some(table) = table {
        check_sources(&table.definition, &mut problems);
        check_layout(&table.definition, &mut problems);
        check_messages(&table.definition, &mut problems);
        check_names(&table.definition, &mut problems);
        check_values(&table.definition, &mut problems);
        Holes::new(&table).check(&table, &mut problems);
        check_tested(&table.definition, &mut problems);
        // Cases of a table that cannot be filled would only repeat its faults.
        if problems.is_sound() || only_author_problems(&problems) {
            cases::run(&table, &mut problems);
        }
    }
    problems.into_list()
}

fn only_author_problems(problems: &Problems) -> bool {
    use ProblemCode::*;
    let of_author = [Hole, Layout, NoWords, Source, Untested];
    problems.list().iter().all(|it| it.code.is_warning() || of_author.contains(&it.code))
}

// Words.

/// Members that hold words.
const WORDS: &[&str] = &[
    "title", "subtitle", "remark", "provenance_note", "label", "hint", "example", "unit", "noun", "heading", "message",
    "note", "attachment", "issuers", "words", "text",
];

/// Members whose words somebody must be able to read: without them a table, a part or a message has no name.
const READ: &[&str] = &["title", "noun", "message"];

/// True if the words are blank in every language.
fn has_no_words(words: &Json) -> bool {
    match words {
        Json::Text(text) => text.trim().is_empty(),
        Json::Object(members) => members.iter().all(|(_, it)| it.as_text().is_some_and(|it| it.trim().is_empty())),
        _ => false,
    }
}

fn check_words(json: &Json, languages: &[&str], problems: &mut Problems) {
    match json {
        Json::List(items) => {
            for (idx, item) in items.iter().enumerate() {
                problems.within(&idx.to_string(), |problems| check_words(item, languages, problems));
            }
        }
        Json::Object(members) => {
            for (name, value) in members {
                // Answers are not words, nor are the values of lists and constants; and what a source notes is
                // quoted from a notice, which is not translated.
                if matches!(name.as_str(), "cases" | "cells" | "default" | "parameters" | "source") {
                    continue;
                }
                if READ.contains(&name.as_str()) && has_no_words(value) {
                    problems.within(name, |problems| problems.add(ProblemCode::NoWords, name.as_str()));
                    continue;
                }
                problems.within(name, |problems| match (WORDS.contains(&name.as_str()), value) {
                    (true, Json::List(items)) => {
                        for (idx, item) in items.iter().enumerate() {
                            problems.within(&idx.to_string(), |problems| check_text(item, languages, problems));
                        }
                    }
                    (true, Json::Text(_)) => check_text(value, languages, problems),
                    (true, Json::Object(words)) if words.iter().all(|(_, it)| it.as_text().is_some()) => {
                        check_text(value, languages, problems);
                    }
                    _ => check_words(value, languages, problems),
                });
            }
        }
        _ => {}
    }
}

fn check_text(words: &Json, languages: &[&str], problems: &mut Problems) {
    let missing = |problems: &mut Problems, language: &str| problems.add(ProblemCode::MissingLanguage, language);
    match words {
        Json::Text(text) if text.chars().any(|c| c.is_alphabetic() && !c.is_ascii()) => {
            languages.iter().skip(1).for_each(|language| missing(problems, language));
        }
        Json::Object(members) => {
            let has_words = |language: &str| members.iter().any(|(tag, text)| tag == language && text.as_text().is_some_and(|it| !it.trim().is_empty()));
            // In the first language everything has words: it is what the others fall back on.
            if let Some(first) = languages.first().filter(|it| !has_words(it)) {
                problems.add(ProblemCode::NoWords, *first);
            }
            for language in languages.iter().skip(1).filter(|it| !members.iter().any(|(tag, _)| tag == *it)) {
                missing(problems, language);
            }
            for (tag, _) in members.iter().filter(|(tag, _)| !languages.contains(&tag.as_str())) {
                problems.within(tag, |problems| problems.add(ProblemCode::UnknownName, tag.as_str()));
            }
        }
        _ => {}
    }
}

// Sources.

fn check_sources(definition: &Definition, problems: &mut Problems) {
    let check = |source: Option<&Source>, problems: &mut Problems| {
        let Some(source) = source else { return problems.add(ProblemCode::Source, "no source") };
        if let Some(id) = source.r#ref.as_ref().filter(|id| !definition.references.iter().any(|it| it.id == **id)) {
            problems.add(ProblemCode::Source, &**id);
        }
        let lacks = match source.kind {
            SourceKind::Notice => source.at.is_empty().then_some("at"),
            SourceKind::Public => source.r#ref.is_none().then_some("ref"),
            SourceKind::Derived => (source.note.is_empty() && source.at.is_empty()).then_some("note"),
            _ => None,
        };
        if let Some(member) = lacks {
            problems.add(ProblemCode::Source, member);
        }
    };
    for_items(problems, "parts", &definition.parts, |part, problems| {
        for_items(problems, "sections", &part.sections, |section, problems| {
            let inherited = section.source.as_ref().or(part.source.as_ref());
            for_items(problems, "fields", &section.fields, |field, problems| {
                let inherited = field.source.as_ref().or(inherited);
                check(inherited, problems);
                let FieldKind::Rows(rows) = &field.kind else { return };
                // A column without a source of its own has the field's, which is reported above.
                for_items(problems, "columns", &rows.columns, |column, problems| {
                    if column.source.is_some() {
                        check(column.source.as_ref(), problems);
                    }
                });
            });
        });
    });
    for_items(problems, "rules", &definition.rules, |it, problems| check(it.source.as_ref(), problems));
    for_items(problems, "materials", &definition.materials, |it, problems| check(it.source.as_ref(), problems));
}

// Messages.

/// What a message names in braces is a parameter of its rule, and every parameter is named.
fn check_messages(definition: &Definition, problems: &mut Problems) {
    for_items(problems, "rules", &definition.rules, |rule, problems| {
        if rule.verdict && rule.label.0.is_empty() {
            problems.add(ProblemCode::NoLabel, "label");
        }
        let mut named = HashSet::new();
        problems.within("message", |problems| {
            for (language, text) in &rule.message.0 {
                for name in names_in_braces(text) {
                    named.insert(name);
                    if !rule.parameters.iter().any(|(it, _)| **it == *name) {
                        let detail = ["{", name, "}"].concat();
                        match &**language {
                            "" => problems.add(ProblemCode::UnknownName, detail),
                            language => problems.within(language, |it| it.add(ProblemCode::UnknownName, detail)),
                        }
                    }
                }
            }
        });
        problems.within("parameters", |problems| {
            for (name, _) in rule.parameters.iter().filter(|(name, _)| !named.contains(&**name)) {
                problems.within(name, |problems| problems.add(ProblemCode::Unused, &**name));
            }
        });
    });
}

/// The names between braces. Anything else between them is text.
fn names_in_braces(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split('{').skip(1).filter_map(|it| it.split_once('}'));
    pieces.map(|(name, _)| name).filter(|it| !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

// Layout.

fn check_layout(definition: &Definition, problems: &mut Problems) {
    let some = |problems: &mut Problems, is_empty: bool, member: &str, what: &str| {
        if is_empty {
            problems.within(member, |problems| problems.add(ProblemCode::Limit, what));
        }
    };
    for_items(problems, "parts", &definition.parts, |part, problems| {
        some(problems, part.sections.is_empty(), "sections", "at least one section");
        for_items(problems, "sections", &part.sections, |section, problems| {
            some(problems, section.fields.is_empty(), "fields", "at least one field");
            let left = columns_left(section);
            if left < 8 {
                problems.within("layout", |problems| problems.add(ProblemCode::Layout, left.to_string()));
            }
            for_items(problems, "fields", &section.fields, |field, problems| field_layout(field, left, problems));
        });
    });
}

fn columns_left(section: &Section) -> u32 {
    match section.layout.heading {
        HeadingAt::Side => COLUMNS.saturating_sub(section.layout.width),
        _ => COLUMNS,
    }
}

fn field_layout(field: &Field, left: u32, problems: &mut Problems) {
    let said = |problems: &mut Problems, sum: u32, left: u32| {
        let detail = [sum.to_string(), " of ".into(), left.to_string(), " columns".into()].concat();
        problems.add(ProblemCode::Layout, detail);
    };
    match &field.kind {
        FieldKind::Rows(rows) => {
            if rows.transpose {
                return;
            }
            let is_shown = |it: &&Field| !matches!(&it.kind, FieldKind::Computed(it) if it.hidden);
            let sum: u32 = rows.columns.iter().filter(is_shown).map(|it| it.width.unwrap_or_default()).sum();
            for_items(problems, "columns", &rows.columns, |it, problems| {
                if is_shown(&it) && it.width == Some(0) {
                    problems.within("width", |problems| said(problems, 0, left));
                }
            });
            // What fixed rows leave over is the column of their labels.
            let is_fit = if rows.fixed.is_empty() { sum == left } else { sum + 2 <= left };
            if !is_fit {
                problems.within("columns", |problems| said(problems, sum, left));
            }
        }
        FieldKind::Computed(it) if it.hidden => {}
        kind => {
            let FieldLayout { label, value, label_at, .. } = &field.layout;
            let is_wide = matches!(kind, FieldKind::Long(_) | FieldKind::Opinion(_));
            let label = if *label_at == LabelAt::Left { label.unwrap_or(4) } else { 0 };
            let value = value.unwrap_or(if is_wide { 20 } else { 8 });
            let sum = label.saturating_add(value);
            if value == 0 {
                problems.within("layout", |problems| said(problems, 0, left));
            }
            if sum > left {
                problems.within("layout", |problems| said(problems, sum, left));
            }
        }
    }
}

// Names and values.

fn check_names(definition: &Definition, problems: &mut Problems) {
    let office = |problems: &mut Problems, member: &str, id: Option<&Id>| {
        if let Some(id) = id.filter(|id| !definition.offices.iter().any(|it| it.id == **id)) {
            problems.within(member, |problems| problems.add(ProblemCode::UnknownName, &**id));
        }
    };
    for_items(problems, "parts", &definition.parts, |part, problems| {
        office(problems, "filled_by", part.filled_by.as_ref());
        if let Some(id) = part.repeat.as_ref().and_then(|it| it.name_from.as_ref())
            && part.field(id).is_none()
        {
            problems.within("repeat", |problems| problems.add(ProblemCode::UnknownName, &**id));
        }
        for_fields(part, problems, |field, problems| {
            office(problems, "reserved_for", field.reserved_for.as_ref());
            if let FieldKind::Seal(seal) | FieldKind::Opinion(seal) = &field.kind {
                office(problems, "office", seal.office.as_ref());
            }
        });
    });
    for_items(problems, "materials", &definition.materials, |it, problems| office(problems, "by", it.by.as_ref()));
    for_items(problems, "recipients", &definition.recipients, |it, problems| {
        office(problems, "office", Some(&it.office));
    });
    let mut seen = HashSet::new();
    for_items(problems, "cases", &definition.cases, |case, problems| {
        if !seen.insert(case.id.clone()) {
            problems.add(ProblemCode::DuplicateId, &*case.id);
        }
    });
}

/// Every field and column of a part, at its place.
fn for_fields(part: &Part, problems: &mut Problems, mut look: impl FnMut(&Field, &mut Problems)) {
    for_items(problems, "sections", &part.sections, |section, problems| {
        for_items(problems, "fields", &section.fields, |field, problems| {
            look(field, problems);
            if let FieldKind::Rows(rows) = &field.kind {
                for_items(problems, "columns", &rows.columns, |column, problems| look(column, problems));
            }
        });
    });
}

fn check_values(definition: &Definition, problems: &mut Problems) {
    let issued = &definition.notice.issued;
    if !issued.is_empty() && Date::parse_iso_day(issued).is_none() {
        problems.within("notice", |problems| problems.within("issued", |it| it.add(ProblemCode::BadValue, issued)));
    }
    let is_fit = |field: &Field, json: &Json| match read_cell(field, json) {
        Ok(answer) => {
            kinds::check(definition, field, &answer).iter().all(|fault| fault.severity == Severity::Warning)
        }
        Err(_) => false,
    };
    for_items(problems, "parts", &definition.parts, |part, problems| {
        for_fields(part, problems, |field, problems| {
            if let Some(default) = field.default.as_ref().filter(|default| !is_fit(field, default)) {
                problems.within("default", |problems| problems.add(ProblemCode::BadValue, default.to_canonical()));
            }
            let FieldKind::Rows(rows) = &field.kind else { return };
            for_items(problems, "fixed", &rows.fixed, |row, problems| {
                for (id, json) in &row.cells {
                    let column = rows.columns.iter().find(|it| it.id == *id);
                    if column.is_some_and(|column| !is_fit(column, json)) {
                        problems.within("cells", |problems| {
                            problems.within(id, |problems| problems.add(ProblemCode::BadValue, json.to_canonical()));
                        });
                    }
                }
            });
        });
    });
}

/// A rule that no case shows holding and failing is only hoped to work.
fn check_tested(definition: &Definition, problems: &mut Problems) {
    for_items(problems, "rules", &definition.rules, |rule, problems| {
        if rule.scope.as_deref() == Some("collection") {
            return;
        }
        let outcomes: Vec<&Json> = definition
            .cases
            .iter()
            .flat_map(|case| &case.expect)
            .filter(|(id, _)| *id == rule.id)
            .map(|(_, outcome)| outcome)
            .collect();
        let holds = outcomes.iter().any(|it| it.as_text() == Some("holds"));
        let fails = outcomes.iter().any(|it| it.as_text() == Some("fails") || it.get("fails").is_some());
        for (_, lacking) in [(holds, "no case where it holds"), (fails, "no case where it fails")].iter().filter(|it| !it.0)
        {
            problems.add(ProblemCode::Untested, *lacking);
        }
    });
}

// Holes, rounded comparisons, costs.

/// Something known to be so while the rest of an expression is worked out.
#[derive(Clone, Copy)]
struct Fact<'a> {
    program: &'a Program,
    node: NodeIdx,
    /// The node has a value; otherwise: the node is true.
    is_presence: bool,
}

/// Finds optional cells that are read without a guard: there a rule would stay silent in a complete document.
struct Holes<'a> {
    scheme: &'a Scheme,
    /// What computed cells read that may be blank although everything required is there, seen from their own
    /// place.
    unsure: HashMap<SlotIdx, Vec<(&'a Program, NodeIdx)>>,
}

impl<'a> Holes<'a> {
    fn new(table: &'a CheckedDefinition) -> Self {
        let mut holes = Holes { scheme: table.scheme(), unsure: HashMap::new() };
        let mut computed: Vec<(u16, SlotIdx, FormulaIdx)> = Vec::new();
        for (at, slot) in table.scheme().slots.iter().enumerate() {
            computed.extend(slot.compute.map(|formula| (slot.rank, at as SlotIdx, formula)));
        }
        computed.sort_unstable();
        for (_, slot, formula) in computed {
            let mut facts = holes.truths(&table.scheme().slot(slot).relevant);
            let program = &table.scheme().formula(formula).program;
            let mut found = Vec::new();
            holes.walk(program, program.root(), &mut facts, &mut found);
            let mut lacking = Vec::new();
            for node in found {
                match program.node(node) {
                    // A computed cell of the same place lacks what that one reads.
                    Node::Member(of, read)
                        if matches!(program.node(*of), Node::Part(_) | Node::Instance | Node::Row)
                            && holes.unsure.contains_key(read) =>
                    {
                        lacking.extend(holes.unsure.get(read).into_iter().flatten().copied());
                    }
                    _ => lacking.push((program, node)),
                }
            }
            if !lacking.is_empty() {
                holes.unsure.insert(slot, lacking);
            }
        }
        holes
    }

    fn check(&self, table: &CheckedDefinition, problems: &mut Problems) {
        let mut rules = self.scheme.rules.iter();
        for_items(problems, "rules", &table.definition.rules, |_, problems| {
            let Some(rule) = rules.next() else { return };
            let mut facts = self.truths(&rule.guards);
            for (name, formula) in [("when", rule.when), ("check", Some(rule.check))] {
                let Some(formula) = formula else { continue };
                let program = &self.scheme.formula(formula).program;
                problems.within(name, |problems| {
                    self.check_rounded(program, problems);
                    self.check_cost(formula, table, problems);
                    if rule.is_collection {
                        return;
                    }
                    let mut found = Vec::new();
                    self.walk(program, program.root(), &mut facts, &mut found);
                    for node in found {
                        let offset = program.offsets.get(usize::from(node)).map(|it| usize::from(*it));
                        problems.add_at(ProblemCode::Hole, offset, &self.name(program, node));
                    }
                });
                self.when_true(program, program.root(), &mut facts);
            }
        });
    }

    /// The name of what may be blank.
    fn name(&self, program: &Program, node: NodeIdx) -> String {
        match program.node(node) {
            Node::Member(_, slot) => self.scheme.slot(*slot).field.id.to_string(),
            Node::Call(Function::Previous, _) => "previous".into(),
            _ => "other".into(),
        }
    }

    fn truths(&self, formulas: &[FormulaIdx]) -> Vec<Fact<'a>> {
        let mut facts = Vec::new();
        for formula in formulas {
            let program = &self.scheme.formula(*formula).program;
            self.when_true(program, program.root(), &mut facts);
        }
        facts
    }

    /// What is known where an expression is true.
    fn when_true(&self, program: &'a Program, node: NodeIdx, facts: &mut Vec<Fact<'a>>) {
        match program.node(node) {
            Node::And(a, b) => {
                self.when_true(program, *a, facts);
                self.when_true(program, *b, facts);
            }
            Node::Not(a) => self.when_false(program, *a, facts),
            Node::Call(Function::Has, items) => items.iter().for_each(|it| present(program, *it, facts)),
            _ => facts.push(Fact { program, node, is_presence: false }),
        }
    }

    /// What is known where an expression is false.
    fn when_false(&self, program: &'a Program, node: NodeIdx, facts: &mut Vec<Fact<'a>>) {
        match program.node(node) {
            Node::Or(a, b) => {
                self.when_false(program, *a, facts);
                self.when_false(program, *b, facts);
            }
            Node::Not(a) => self.when_true(program, *a, facts),
            // Not confirmed to be none: then it is there, as it is asked for in a complete document.
            Node::Call(Function::None, items) => items.iter().for_each(|it| present(program, *it, facts)),
            _ => {}
        }
    }

    fn walk(&self, program: &'a Program, node: NodeIdx, facts: &mut Vec<Fact<'a>>, found: &mut Vec<NodeIdx>) {
        let known = facts.len();
        match program.node(node) {
            Node::And(a, b) => {
                self.walk(program, *a, facts, found);
                self.when_true(program, *a, facts);
                self.walk(program, *b, facts, found);
            }
            Node::Or(a, b) => {
                self.walk(program, *a, facts, found);
                self.when_false(program, *a, facts);
                self.walk(program, *b, facts, found);
            }
            Node::Choose(condition, yes, no) => {
                self.walk(program, *condition, facts, found);
                self.when_true(program, *condition, facts);
                self.walk(program, *yes, facts, found);
                facts.truncate(known);
                self.when_false(program, *condition, facts);
                self.walk(program, *no, facts, found);
            }
            Node::Call(Function::Has | Function::None, _) => {}
            Node::Call(Function::Default, items) => {
                items.iter().skip(1).for_each(|it| self.walk(program, *it, facts, found));
            }
            Node::Member(of, slot) => {
                self.walk(program, *of, facts, found);
                let is_guarded = facts.iter().any(|it| it.is_presence && same(it.program, it.node, program, node, None))
                    || self.is_filtered(program, *of, *slot);
                if !is_guarded && !self.is_sure(*slot, program, *of, facts) {
                    found.push(node);
                }
            }
            Node::Call(Function::Previous | Function::Other, _) => {
                if !facts.iter().any(|it| it.is_presence && same(it.program, it.node, program, node, None)) {
                    found.push(node);
                }
            }
            other => other.children().into_iter().for_each(|it| self.walk(program, it, facts, found)),
        }
        facts.truncate(known);
    }

    /// `l.filter(x, has(x.y)).y`: the guard stands in the loop.
    fn is_filtered(&self, program: &'a Program, of: NodeIdx, slot: SlotIdx) -> bool {
        let Node::Each(Loop::Filter, _, depth, body) = program.node(of) else { return false };
        let mut facts = Vec::new();
        self.when_true(program, *body, &mut facts);
        facts.iter().any(|it| {
            let Node::Member(record, guarded) = it.program.node(it.node) else { return false };
            it.is_presence && *guarded == slot && *it.program.node(*record) == Node::Variable(*depth)
        })
    }

    /// True if the cell has a value in every complete document.
    fn is_sure(&self, slot_idx: SlotIdx, program: &'a Program, of: NodeIdx, facts: &[Fact<'a>]) -> bool {
        let slot = self.scheme.slot(slot_idx);
        let holds = |formula: &FormulaIdx| {
            let wanted = &self.scheme.formula(*formula).program;
            self.is_implied(wanted, wanted.root(), program, of, facts)
        };
        if !slot.relevant.iter().all(holds) {
            return false;
        }
        if slot.compute.is_some() {
            return self.unsure.get(&slot_idx).into_iter().flatten().all(|(compute, node)| {
                let place = Some((program, of));
                facts.iter().any(|it| it.is_presence && same(compute, *node, it.program, it.node, place))
            });
        }
        if self.is_constant(slot) {
            return true;
        }
        let is_doubtful = slot.field.none.0.is_some()
            || slot.target.is_some()
            || !slot.is_asked
            || matches!(&slot.field.kind, FieldKind::Text(it)
                if it.format_severity == Severity::Warning && (it.format.is_some() || it.pattern.is_some()));
        if is_doubtful {
            return false;
        }
        match slot.required {
            Required::Always => true,
            Required::When(formula) => holds(&formula),
            Required::Never => false,
        }
    }

    /// Fixed rows are always there, and so are constants that all of them have.
    fn is_constant(&self, slot: &Slot) -> bool {
        if let FieldKind::Rows(rows) = &slot.field.kind {
            return !rows.fixed.is_empty();
        }
        let holder = self.scheme.table(slot.table).holder.map(|it| &self.scheme.slot(it).field.kind);
        let Some(FieldKind::Rows(rows)) = holder else { return false };
        let has = |cells: &[(Id, Json)]| cells.iter().any(|(id, _)| *id == slot.field.id);
        !rows.fixed.is_empty() && rows.fixed.iter().all(|row| has(&row.cells))
    }

    /// True if the facts make an expression of a cell's own place true, seen from a record elsewhere.
    fn is_implied(&self, wanted: &Program, node: NodeIdx, program: &Program, of: NodeIdx, facts: &[Fact<'a>]) -> bool {
        if let Node::And(a, b) = wanted.node(node) {
            return self.is_implied(wanted, *a, program, of, facts) && self.is_implied(wanted, *b, program, of, facts);
        }
        let place = Some((program, of));
        facts.iter().any(|fact| {
            if let Node::Call(Function::Has, items) = wanted.node(node) {
                return fact.is_presence
                    && items.iter().all(|it| same(wanted, *it, fact.program, fact.node, place));
            }
            if fact.is_presence {
                return false;
            }
            if same(wanted, node, fact.program, fact.node, place) {
                return true;
            }
            let (Node::In(value, list), Node::Compare(Comparison::Equal, a, b)) =
                (wanted.node(node), fact.program.node(fact.node))
            else {
                return false;
            };
            let Node::Items(items) = wanted.node(*list) else { return false };
            same(wanted, *value, fact.program, *a, place)
                && items.iter().any(|item| same(wanted, *item, fact.program, *b, place))
        })
    }

    /// Comparing what was rounded is the trap that exact numbers are there to avoid.
    fn check_rounded(&self, program: &Program, problems: &mut Problems) {
        let is_rounded = |program: &Program, node: NodeIdx| {
            matches!(program.node(node), Node::Call(Function::Trunc | Function::Round, _))
        };
        for (at, node) in program.nodes.iter().enumerate() {
            let Node::Compare(_, a, b) = node else { continue };
            let is_trap = [a, b].into_iter().any(|it| {
                is_rounded(program, *it)
                    || matches!(program.node(*it), Node::Member(_, slot)
                        if self.scheme.slot(*slot).compute.is_some_and(|formula| {
                            let compute = &self.scheme.formula(formula).program;
                            is_rounded(compute, compute.root())
                        }))
            });
            if is_trap {
                let offset = program.offsets.get(at).map(|it| usize::from(*it));
                problems.add_at(ProblemCode::RoundedComparison, offset, "compare the exact value");
            }
        }
    }

    fn check_cost(&self, formula: FormulaIdx, table: &CheckedDefinition, problems: &mut Problems) {
        let it = self.scheme.formula(formula);
        let cost = self.cost(&it.program, it.program.root(), table).0;
        let n_places = it.table.map_or(1, |it| self.most(it, table));
        let is_costly = cost > super::evaluate::MAX_STEPS || cost.saturating_mul(n_places) > super::update::EDIT_STEPS;
        if is_costly {
            problems.add(ProblemCode::Costly, cost.saturating_mul(n_places).to_string());
        }
    }

    /// The greatest number of records of a table.
    fn most(&self, table_idx: u16, table: &CheckedDefinition) -> u64 {
        let it = self.scheme.table(table_idx);
        let part = table.parts().nth(usize::from(it.part));
        let n_instances = u64::from(part.and_then(|it| it.repeat.as_ref()).map_or(1, |it| it.max));
        match it.holder.map(|holder| &self.scheme.slot(holder).field.kind) {
            Some(FieldKind::Rows(rows)) if rows.fixed.is_empty() => n_instances * u64::from(rows.max),
            Some(FieldKind::Rows(rows)) => n_instances * rows.fixed.len() as u64,
            Some(FieldKind::Files(files)) => n_instances * u64::from(files.max),
            _ => n_instances,
        }
    }

    /// Steps of a node at the greatest counts, and how long the list is that it gives.
    fn cost(&self, program: &Program, node: NodeIdx, table: &CheckedDefinition) -> (u64, u64) {
        match program.node(node) {
            Node::Instances(part) => (1, self.most(*part, table)),
            Node::Member(of, slot) => {
                let (cost, length) = self.cost(program, *of, table);
                let each = match &self.scheme.slot(*slot).field.kind {
                    FieldKind::Rows(rows) if rows.fixed.is_empty() => u64::from(rows.max),
                    FieldKind::Rows(rows) => rows.fixed.len() as u64,
                    FieldKind::Files(files) => u64::from(files.max),
                    FieldKind::Texts(texts) => u64::from(texts.max),
                    _ => 1,
                };
                let length = length.saturating_mul(each);
                (cost.saturating_add(length), length)
            }
            Node::Entries(list) => {
                let length = self.scheme.lists.get(usize::from(*list)).map_or(0, |(_, it)| it.len() as u64);
                (1 + length, length)
            }
            Node::Each(kind, list, _, body) => {
                let (cost, length) = self.cost(program, *list, table);
                let body = self.cost(program, *body, table).0.saturating_mul(length);
                let is_list = matches!(kind, Loop::Filter | Loop::Map);
                (cost.saturating_add(body).saturating_add(length), if is_list { length } else { 1 })
            }
            Node::Call(Function::Index | Function::Previous, _) => {
                (1 + self.scheme.tables.iter().enumerate().map(|(at, _)| self.most(at as u16, table)).max().unwrap_or(1), 1)
            }
            other => {
                let costs = other.children().into_iter().map(|it| self.cost(program, it, table).0);
                (costs.fold(1, u64::saturating_add), 1)
            }
        }
    }
}

/// What must be there for a value to be there: itself, and the records it is a member of.
fn present<'a>(program: &'a Program, node: NodeIdx, facts: &mut Vec<Fact<'a>>) {
    facts.push(Fact { program, node, is_presence: true });
    match program.node(node) {
        Node::Member(of, _) => present(program, *of, facts),
        Node::Fixed(of, _) => present(program, *of, facts),
        _ => {}
    }
}

/// True for two expressions that read the same. With a place, `row` or `this` of the first stands for that
/// record of the second.
fn same(a: &Program, a_node: NodeIdx, b: &Program, b_node: NodeIdx, place: Option<(&Program, NodeIdx)>) -> bool {
    let (left, right) = (a.node(a_node), b.node(b_node));
    if let (Node::Row | Node::Instance, Some((program, of))) = (left, place) {
        // `this` of a row's own condition is the instance of the row, which a fact may name itself.
        return same(program, of, b, b_node, None) || left == right;
    }
    let (left_children, right_children) = (left.children(), right.children());
    let is_alike = match (left, right) {
        (Node::Member(_, a), Node::Member(_, b)) => a == b,
        (Node::Fixed(_, a), Node::Fixed(_, b)) => a == b,
        (Node::PartOf(_, a), Node::PartOf(_, b)) => a == b,
        (Node::Call(a, _), Node::Call(b, _)) => a == b,
        (Node::Compare(a, ..), Node::Compare(b, ..)) => a == b,
        (Node::Calculate(a, ..), Node::Calculate(b, ..)) => a == b,
        (Node::Each(a, _, x, _), Node::Each(b, _, y, _)) => a == b && x == y,
        (a, b) if left_children.is_empty() && right_children.is_empty() => a == b,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    is_alike
        && left_children.len() == right_children.len()
        && left_children.into_iter().zip(right_children).all(|(x, y)| same(a, x, b, y, place))
}
