//! Validation kept beside a document: exact notices, and the same as looking at everything anew.

use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, Chosen, Edit, Override, PartInstance, Row};
use shenbao::engine::definition::{CheckedDefinition, Field, FieldKind, Id, Severity};
use shenbao::engine::tables::TABLES;
use shenbao::engine::validation::{FieldState, Outcome, Tally, Validation, ViolationCode, cases, signing_edits};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const EVERYTHING: &str = include_str!("../data/definitions/everything.json");

pub(super) fn load(text: &str) -> CheckedDefinition {
    let (checked, problems) = CheckedDefinition::load(text.as_bytes());
    let faults: Vec<_> = problems.iter().map(ToString::to_string).collect();
    checked.unwrap_or_else(|| panic!("{faults:#?}"))
}

/// A small generator of our own, so that a failing run can be repeated from its seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }

    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.roll(items.len()))
    }

    fn answer(&mut self, table: &CheckedDefinition, document: &AnswersDocument, field: &Field) -> Option<Answer> {
        if self.roll(5) == 0 {
            return None;
        }
        if self.roll(10) == 0 {
            return Some(if self.roll(2) == 0 { Answer::ConfirmedNone } else { Answer::Undecoded("12o".into()) });
        }
        let words = ["a", "b", " a ", "组长", "甲、乙", "一个很长很长的名字", "x"];
        Some(match &field.kind {
            FieldKind::Text(_) | FieldKind::Long(_) => Answer::Text((*self.pick(&words)?).into()),
            FieldKind::Integer(_) => Answer::Integer(self.roll(13) as i64 - 1),
            FieldKind::Year(_) => Answer::Integer(2008 + self.roll(12) as i64),
            FieldKind::Decimal(_) => Answer::Decimal((*self.pick(&["0", "0.5", "1", "48.4", "-2", "1000000"])?).into()),
            FieldKind::Month(_) => Answer::Date((*self.pick(&["2019-12", "2020-01", "2020-07", "2020-13"])?).into()),
            FieldKind::Date(_) => Answer::Date((*self.pick(&["2017-07-31", "2020-07-01", "2010-02-30"])?).into()),
            FieldKind::Boolean(_) => Answer::Boolean(self.roll(2) == 0),
            FieldKind::Choice(kind) => {
                let options = table.definition.options(&kind.options, kind.options_from.as_ref());
                let code = self.pick(options)?.code.clone();
                Answer::Choice(Chosen { code, text: (self.roll(6) == 0).then(|| "words".into()) })
            }
            FieldKind::Choices(kind) => {
                let options = table.definition.options(&kind.options, kind.options_from.as_ref());
                Answer::Choices(vec![Chosen { code: self.pick(options)?.code.clone(), text: None }])
            }
            FieldKind::Texts(_) => Answer::Texts(vec![(*self.pick(&words)?).into(), (*self.pick(&words)?).into()]),
            FieldKind::Reference(kind) => {
                let (part, rows) = kind.to.split_once('.').map_or((kind.to.as_str(), None), |(p, r)| (p, Some(r)));
                let instance = self.pick(document.instances(part))?;
                match rows {
                    None => Answer::Reference(instance.id.clone()),
                    Some(rows) => {
                        let path = AnswerPath::instance(part, instance.id.clone()).field(rows);
                        Answer::Reference(self.pick(document.rows(&path))?.id.clone())
                    }
                }
            }
            _ => return None,
        })
    }

    /// One thing that a person, an import or an undo might do.
    fn edit(&mut self, table: &CheckedDefinition, document: &AnswersDocument) -> Option<Edit> {
        let parts: Vec<_> = table.parts().collect();
        let part = *self.pick(&parts)?;
        let id = |dice: &mut Dice| Id::from(format!("n{}", dice.roll(100_000)));
        match self.roll(40) {
            0 => {
                let rule = self.pick(&table.definition.rules)?.id.clone();
                let at = match self.pick(document.instances(&part.id)) {
                    Some(it) if self.roll(2) == 0 => AnswerPath::instance(part.id.clone(), it.id.clone()).to_string(),
                    _ => String::new(),
                };
                let reason = (*self.pick(&["", "no", "a reason that is long enough"])?).into();
                return Some(Edit::SetOverride(Override { rule, at, reason }));
            }
            1 => {
                let value = self.pick(&table.definition.profile)?;
                let text = *self.pick(&["3", "7", "2019-01-01", "2021-01-01", "?"])?;
                return Some(Edit::SetProfile { id: value.id.clone(), value: (self.roll(3) > 0).then(|| text.into()) });
            }
            2 => {
                let edits = (0..3).filter_map(|_| self.edit(table, document)).collect();
                return Some(Edit::Batch(edits));
            }
            _ => {}
        }
        if part.repeat.is_some() && self.roll(8) == 0 {
            let instance = self.pick(document.instances(&part.id)).map(|it| it.id.clone());
            return match (self.roll(4), instance) {
                (0, Some(instance)) => Some(Edit::RemoveInstance { part: part.id.clone(), instance }),
                (1, Some(instance)) => Some(Edit::MoveInstance { part: part.id.clone(), instance, to: self.roll(4) }),
                (2, Some(instance)) => {
                    // The same id comes back with other answers, as when a part file is taken in again.
                    let answers = part.fields().filter_map(|field| {
                        Some((field.id.clone(), self.answer(table, document, field)?))
                    });
                    let again = PartInstance { id: instance.clone(), answers: answers.collect() };
                    let at = self.roll(4);
                    Some(Edit::Batch(vec![
                        Edit::RemoveInstance { part: part.id.clone(), instance },
                        Edit::InsertInstance { part: part.id.clone(), at, instance: again },
                    ]))
                }
                _ if document.instances(&part.id).len() < 5 => Some(Edit::InsertInstance {
                    part: part.id.clone(),
                    at: self.roll(4),
                    instance: PartInstance { id: id(self), answers: Default::default() },
                }),
                _ => None,
            };
        }
        let instance = self.pick(document.instances(&part.id))?.id.clone();
        let fields: Vec<_> = part.fields().collect();
        let field = *self.pick(&fields)?;
        let path = AnswerPath::instance(part.id.clone(), instance).field(field.id.clone());
        let rows = document.rows(&path);
        let row = self.pick(rows).map(|row| row.id.clone());
        let FieldKind::Rows(kind) = &field.kind else {
            if !matches!(field.kind, FieldKind::Files(_)) {
                return Some(Edit::SetAnswer { path, answer: self.answer(table, document, field) });
            }
            return match (self.roll(4), row) {
                (0, Some(row)) => Some(Edit::RemoveRow { row: path.row(row) }),
                (1, Some(row)) => {
                    let answer = [None, Some(Answer::Integer(3)), Some(Answer::Undecoded("三".into()))].get(self.roll(3)).cloned().flatten();
                    Some(Edit::SetAnswer { path: path.row(row).column("pages"), answer })
                }
                (2, _) => Some(Edit::SetAnswer { path, answer: Some(Answer::ConfirmedNone) }),
                _ => {
                    let cells = [("title".into(), Answer::Text("paper".into()))].into();
                    Some(Edit::InsertRow { field: path, at: 0, row: Row { id: id(self), cells } })
                }
            };
        };
        let column = self.pick(&kind.columns)?;
        if let Some(fixed) = self.pick(&kind.fixed) {
            let path = path.row(fixed.key.clone()).column(column.id.clone());
            return Some(Edit::SetAnswer { path, answer: self.answer(table, document, column) });
        }
        match (self.roll(12), row) {
            (0, Some(row)) => Some(Edit::RemoveRow { row: path.row(row) }),
            (1, Some(row)) => Some(Edit::MoveRow { row: path.row(row), to: self.roll(5) }),
            (2, _) => Some(Edit::SetAnswer { path, answer: [None, Some(Answer::ConfirmedNone)][self.roll(2)].clone() }),
            (3, _) => {
                // A pasted block: known and new rows with other cells, at one stroke.
                let mut ids: Vec<Id> = rows.iter().map(|row| row.id.clone()).collect();
                ids.push(id(self));
                let mut made = Vec::new();
                for id in ids {
                    let cells = kind.columns.iter().filter_map(|column| {
                        Some((column.id.clone(), self.answer(table, document, column)?))
                    });
                    made.push(Row { id, cells: cells.collect() });
                }
                Some(Edit::SetAnswer { path, answer: Some(Answer::Rows(made)) })
            }
            (4 | 5, _) if rows.len() < 6 => {
                Some(Edit::InsertRow { field: path, at: self.roll(5), row: Row { id: id(self), cells: Default::default() } })
            }
            (_, Some(row)) => {
                let path = path.row(row).column(column.id.clone());
                Some(Edit::SetAnswer { path, answer: self.answer(table, document, column) })
            }
            _ => None,
        }
    }
}

/// Every place that a page may show, with what it would show there.
fn everything(table: &CheckedDefinition, document: &AnswersDocument, it: &Validation) -> BTreeMap<String, FieldState> {
    let mut out = BTreeMap::new();
    for part in table.parts() {
        let path = AnswerPath::part(part.id.clone());
        out.insert(format!("{path}!"), it.field(&path));
        for instance in document.instances(&part.id) {
            for field in part.fields() {
                let path = AnswerPath::instance(part.id.clone(), instance.id.clone()).field(field.id.clone());
                out.insert(path.to_string(), it.field(&path));
                let FieldKind::Rows(kind) = &field.kind else { continue };
                let mut ids: Vec<Id> = kind.fixed.iter().map(|row| row.key.clone()).collect();
                if ids.is_empty() {
                    ids.extend(document.rows(&path).iter().map(|row| row.id.clone()));
                }
                for id in ids {
                    for column in &kind.columns {
                        let path = path.row(id.clone()).column(column.id.clone());
                        out.insert(path.to_string(), it.field(&path));
                    }
                }
            }
        }
    }
    out
}

fn tallies(table: &CheckedDefinition, document: &AnswersDocument, it: &Validation) -> BTreeMap<String, Tally> {
    let mut out: BTreeMap<String, Tally> = [(String::new(), it.total())].into();
    for part in table.parts() {
        for instance in document.instances(&part.id) {
            let path = AnswerPath::instance(part.id.clone(), instance.id.clone());
            out.insert(path.to_string(), it.tally(&path));
        }
    }
    out
}

/// What is there before and after and differs.
fn differing<T: PartialEq>(before: &BTreeMap<String, T>, after: &BTreeMap<String, T>) -> BTreeSet<String> {
    let changed = after.iter().filter(|(path, state)| before.get(*path).is_some_and(|it| it != *state));
    changed.map(|(path, _)| path.clone()).collect()
}

/// Does edits at random and looks at everything after each; gives the document and what undoes it, last first.
pub(super) fn edit_at_random(
    table: &CheckedDefinition,
    mut document: AnswersDocument,
    seed: u64,
    n_edits: usize,
) -> (AnswersDocument, Vec<Edit>) {
    let mut undo = Vec::new();
    let mut dice = Dice(seed);
    let mut validation = Validation::new(table, &document);
    let mut n_done = 0;
    while n_done < n_edits {
        let Some(edit) = dice.edit(table, &document) else { continue };
        // Nobody can write where the table says the value itself.
        let is_constant = |path: &AnswerPath| {
            let row = path.fixed_row_in(table);
            row.zip(path.column.as_ref()).is_some_and(|(row, column)| row.constant(column).is_some())
        };
        if matches!(&edit, Edit::SetAnswer { path, .. } if is_constant(path)) {
            continue;
        }
        n_done += 1;
        let fields = everything(table, &document, &validation);
        let counts = tallies(table, &document, &validation);
        let rules: BTreeMap<String, _> =
            validation.rules().into_iter().map(|it| (format!("{} {}", it.rule, it.at), it)).collect();
        let before = document.clone();
        let (changes, inverse) = document.apply(edit.clone());
        let notices = validation.update(table, &document, &changes);
        let anew = Validation::new(table, &document);
        assert!(!validation.is_too_costly());
        let what = format!("edit {n_done} of seed {seed}: {edit:?}");
        let states = everything(table, &document, &validation);
        assert_eq!(states, everything(table, &document, &anew), "{what}");
        assert_eq!(validation.rules(), anew.rules(), "{what}");
        assert_eq!(tallies(table, &document, &validation), tallies(table, &document, &anew), "{what}");
        assert_eq!(validation.violations(), anew.violations(), "{what}");
        assert!(validation == anew, "{what}");
        let warnings = validation.violations().into_iter().filter(|it| it.severity == Severity::Warning);
        assert_eq!(validation.total().warnings as usize, warnings.count(), "the counts are those of the list: {what}");

        let noticed: BTreeSet<String> = notices
            .fields
            .iter()
            .map(|path| if path.field.is_none() { format!("{path}!") } else { path.to_string() })
            .collect();
        let missed: Vec<_> = differing(&fields, &states).difference(&noticed).cloned().collect();
        assert_eq!(missed, Vec::<String>::new(), "not noticed, {what}");
        let idle: Vec<_> =
            noticed.iter().filter(|path| states.contains_key(*path) && fields.get(*path) == states.get(*path)).collect();
        assert_eq!(idle, Vec::<&String>::new(), "noticed without reason, {what}");
        let after = validation.rules().into_iter().map(|it| (format!("{} {}", it.rule, it.at), it)).collect();
        let noticed: BTreeSet<String> = notices.rules.iter().map(|(rule, at)| format!("{rule} {at}")).collect();
        assert!(differing(&rules, &after).is_subset(&noticed), "rules, {what}");
        let after = tallies(table, &document, &validation);
        let noticed: BTreeSet<String> = notices.instances.iter().map(ToString::to_string).collect();
        assert!(differing(&counts, &after).is_subset(&noticed), "tallies, {what}");

        // Undo now and then: back is the same way.
        if dice.roll(10) == 0 {
            let (changes, _) = document.apply(inverse);
            validation.update(table, &document, &changes);
            if document == before {
                assert_eq!(everything(table, &document, &validation), fields, "undo, {what}");
            }
            assert!(validation == Validation::new(table, &document), "undo, {what}");
        } else {
            undo.push(inverse);
        }
    }
    undo.reverse();
    (document, undo)
}

pub(super) fn first_case(table: &CheckedDefinition) -> AnswersDocument {
    let case = table.definition.cases.first().expect("the table has cases");
    cases::document(table, case, &mut Default::default()).expect("the first case has answers")
}

pub(super) fn empty(table: &CheckedDefinition) -> AnswersDocument {
    let mut document = AnswersDocument::default();
    for part in table.parts() {
        let instances = match part.repeat {
            None => vec![PartInstance { id: "".into(), answers: Default::default() }],
            Some(_) => Vec::new(),
        };
        document.parts.insert(part.id.clone(), instances);
    }
    document
}

#[test]
fn two_thousand_random_edits_keep_validation_as_if_looked_at_anew() {
    let table = load(EVERYTHING);
    for seed in 1..=4 {
        edit_at_random(&table, empty(&table), seed * 7919, 500);
    }
}

#[test]
fn random_edits_of_the_bundled_tables_keep_validation_too() {
    for it in TABLES {
        let table = load(it.text);
        edit_at_random(&table, first_case(&table), 4242, 150);
    }
}

/// A table with many rows: a total over one column, a rule of each row, and a rule that reads another column.
fn long_table(n_rows: usize) -> (CheckedDefinition, AnswersDocument) {
    let text = r#"{"format":"1","id":"long","version":"2026.1","languages":["en"],"provenance":"reconstructed","title":"t","notice":{},
    "parts":[{"id":"p","label":"p","sections":[{"fields":[
      {"id":"items","kind":"rows","label":"items","max":5000,"columns":[
        {"id":"name","kind":"text","label":"name","required":true,"unique":true,"width":6},
        {"id":"amount","kind":"decimal","digits":2,"label":"amount","required":true,"width":6},
        {"id":"limit","kind":"integer","label":"limit","width":6},
        {"id":"left","kind":"computed","label":"left","result":"number","compute":"row.limit - row.amount","digits":2,"width":6}]},
      {"id":"total","kind":"computed","label":"total","result":"number","compute":"sum(this.items.amount)","digits":2},
      {"id":"n","kind":"computed","label":"n","result":"number","compute":"size(this.items)"}]}]}],
    "rules":[
      {"id":"within","scope":"p.items","severity":"error","when":"has(row.limit)","check":"row.left >= 0","fields":["row.amount"],"message":"m"},
      {"id":"total","scope":"p","severity":"warning","check":"this.total <= 100","fields":["this.total"],"message":"m"},
      {"id":"names","scope":"p","severity":"warning","check":"this.items.all(i, i.name != \"x\")","fields":["this.total"],"message":"m"}]}"#;
    let table = load(text);
    let mut document = empty(&table);
    let rows = (0..n_rows).map(|idx| Row {
        id: format!("r{idx}").into(),
        cells: [
            ("name".into(), Answer::Text(format!("n{idx}"))),
            ("amount".into(), Answer::Decimal("1".into())),
            ("limit".into(), Answer::Integer(2)),
        ]
        .into(),
    });
    let field = AnswerPath::part("p").field("items");
    document.apply(Edit::SetAnswer { path: field, answer: Some(Answer::Rows(rows.collect())) });
    (table, document)
}

#[test]
fn one_edit_among_a_thousand_rows_works_out_only_what_reads_it() {
    let (table, mut document) = long_table(1000);
    let mut validation = Validation::new(&table, &document);
    let cell = |row: &str, column: &str| AnswerPath::part("p").field("items").row(row).column(column);
    let mut edit = |path: AnswerPath, answer: Option<Answer>| {
        let before = validation.n_evaluations();
        let (changes, _) = document.apply(Edit::SetAnswer { path, answer });
        let notices = validation.update(&table, &document, &changes);
        let fields: Vec<String> = notices.fields.iter().map(ToString::to_string).collect();
        let rules: Vec<String> = notices.rules.iter().map(|(rule, at)| format!("{rule} at {at}")).collect();
        (validation.n_evaluations() - before, fields, rules)
    };
    // The row's own rest and rule (its `when` and `check`), the total, the rule that reads the total.
    let (n, fields, rules) = edit(cell("r500", "amount"), Some(Answer::Decimal("2.5".into())));
    assert_eq!(n, 5);
    assert_eq!(fields, ["p/total", "p/items/r500/amount", "p/items/r500/left"]);
    assert_eq!(rules, ["within at p/items/r500"]);
    // The rule over all names, and nothing of the amounts.
    let (n, fields, rules) = edit(cell("r500", "name"), Some(Answer::Text("other".into())));
    assert_eq!((n, fields.len(), rules.len()), (1, 0, 0));
    // The same name twice marks the later one, though no expression says so.
    let (_, fields, _) = edit(cell("r700", "name"), Some(Answer::Text("ot her".into())));
    assert_eq!(fields, ["p/items/r700/name"]);
    let (n, fields, _) = edit(cell("r9", "limit"), Some(Answer::Integer(3)));
    assert_eq!((n, fields), (3, vec!["p/items/r9/left".to_string()]));
}

#[test]
fn a_row_put_in_front_of_thousands_stays_within_the_budget_of_an_edit() {
    let text = r#"{"format":"1","id":"long","version":"2026.1","languages":["en"],"provenance":"reconstructed","title":"t","notice":{},
    "parts":[{"id":"p","label":"p","sections":[{"fields":[{"id":"items","kind":"rows","label":"items","max":5000,"columns":[
        {"id":"n","kind":"computed","label":"n","result":"number","compute":"index(row)"},
        {"id":"a","kind":"integer","label":"a"}]}]}]}],
    "rules":[{"id":"up","scope":"p.items","severity":"error","when":"has(previous(row))","check":"previous(row).a <= row.a","fields":["row.a"],"message":"m"}]}"#;
    let table = load(text);
    let mut document = empty(&table);
    let row = |idx: i64| Row { id: format!("r{idx}").into(), cells: [("a".into(), Answer::Integer(idx))].into() };
    let field = AnswerPath::part("p").field("items");
    document.apply(Edit::SetAnswer { path: field.clone(), answer: Some(Answer::Rows((1..=2500).map(row).collect())) });
    let mut validation = Validation::new(&table, &document);
    let (changes, _) = document.apply(Edit::InsertRow { field: field.clone(), at: 0, row: row(0) });
    validation.update(&table, &document, &changes);
    assert!(!validation.is_too_costly());
    assert_eq!(validation.field(&field.row("r2500").column("n")).shown.as_deref(), Some("2501"));
    assert!(validation == Validation::new(&table, &document));
}

#[test]
fn a_spare_row_counts_for_nothing_until_it_is_typed_in() {
    let (table, mut document) = long_table(3);
    let mut validation = Validation::new(&table, &document);
    let items = AnswerPath::part("p").field("items");
    let shown = |validation: &Validation, field: &str| {
        validation.field(&AnswerPath::part("p").field(field)).shown.expect("a computed cell")
    };
    let before = validation.total();
    let row = Row { id: "new".into(), cells: Default::default() };
    let (changes, _) = document.apply(Edit::InsertRow { field: items.clone(), at: 9, row });
    let notices = validation.update(&table, &document, &changes);
    assert_eq!((notices.rules.len(), validation.total()), (0, before));
    assert_eq!((shown(&validation, "n"), shown(&validation, "total")), ("3".into(), "3.00".into()));
    // One cell typed: the row is there, its amount is missing, and the total is not known any more.
    let path = items.row("new");
    let edit = Edit::SetAnswer { path: path.column("name"), answer: Some(Answer::Text("z".into())) };
    let (changes, _) = document.apply(edit);
    validation.update(&table, &document, &changes);
    assert_eq!((shown(&validation, "n"), shown(&validation, "total")), ("4".into(), "—".into()));
    assert!(validation.field(&path.column("amount")).missing);
    assert_eq!(validation.total().required, before.required + 2);
    let edits = signing_edits(&table, &document);
    assert_eq!(edits, []);
}

#[test]
fn signing_drops_spare_rows_and_answers_that_are_not_asked() {
    let table = load(EVERYTHING);
    let mut document = empty(&table);
    let head = AnswerPath::part("head");
    let choice = |code: &str| Some(Answer::Choice(Chosen { code: code.into(), text: None }));
    let costs = head.field("costs");
    for (path, answer) in [
        (head.field("mode"), choice("short")),
        (head.field("reason"), Some(Answer::Text("left over".into()))),
        (costs.row("r1").column("kind"), choice("x")),
        (costs.row("r2").column("kind"), choice("y")),
        (costs.row("r2").column("note"), Some(Answer::Text("only this".into()))),
    ] {
        document.apply(Edit::SetAnswer { path, answer });
    }
    let entry = Row { id: "f1".into(), cells: [("title".into(), Answer::Text("t".into()))].into() };
    document.apply(Edit::InsertRow { field: head.field("papers"), at: 0, row: entry });
    let (_, undo) = {
        let before = document.clone();
        let (changes, undo) = document.apply(Edit::Batch(signing_edits(&table, &document)));
        let mut again = document.clone();
        again.apply(undo.clone());
        assert_eq!(again, before, "the clean-up can be undone");
        (changes, undo)
    };
    assert_ne!(undo, Edit::Batch(Vec::new()));
    assert_eq!(document.instance("head", "").expect("the head is there").answers.len(), 1);
    assert_eq!(signing_edits(&table, &document), []);
}

#[test]
fn a_reason_long_enough_lifts_an_overridable_rule_at_its_place() {
    let table = load(include_str!("../data/definitions/excerpt-pilot-city.json"));
    let mut document = first_case(&table);
    let mut validation = Validation::new(&table, &document);
    assert!(validation.is_complete(), "{:#?}", validation.violations());
    let population = AnswerPath::instance("parks", "i2").field("population");
    let (changes, _) = document.apply(Edit::SetAnswer { path: population.clone(), answer: Some(Answer::Integer(99_000)) });
    validation.update(&table, &document, &changes);
    let state = validation.field(&population);
    let [violation] = &state.violations[..] else { panic!("{state:#?}") };
    assert_eq!((violation.code, violation.at.as_str()), (ViolationCode::RuleFailed, "parks/i2"));
    assert_eq!(violation.parameters, [("value".into(), "30.40".into())]);
    assert!(!validation.is_complete());
    for (reason, is_lifted) in [("too short", false), ("the figures of the bureau", true), ("", false)] {
        let edit = Override { rule: "park-48.4".into(), at: "parks/i2".into(), reason: reason.into() };
        let (changes, _) = document.apply(Edit::SetOverride(edit));
        let notices = validation.update(&table, &document, &changes);
        assert_eq!(validation.is_complete(), is_lifted, "{reason}");
        assert_eq!(validation.field(&population).violations[0].overridden, is_lifted);
        // The park is told apart from one that meets the condition.
        assert_eq!(validation.tally(&population.to_instance()).lifted, u32::from(is_lifted));
        assert_eq!(notices.rules.is_empty(), reason == "too short");
    }
}

#[test]
fn a_part_without_any_instance_counts_as_an_error_from_the_start() {
    let table = load(include_str!("../data/definitions/scale.json"));
    let mut document = empty(&table);
    let mut validation = Validation::new(&table, &document);
    let errors = validation.violations().into_iter().filter(|it| it.code != ViolationCode::ValueMissing);
    assert_eq!(validation.total().errors as usize, errors.count());
    let instance = PartInstance { id: "i1".into(), answers: Default::default() };
    let (changes, _) = document.apply(Edit::InsertInstance { part: "parks".into(), at: 0, instance });
    let notices = validation.update(&table, &document, &changes);
    assert!(notices.fields.contains(&AnswerPath::part("parks")), "the part is not short of an instance any more");
    assert!(validation == Validation::new(&table, &document));
}

#[test]
fn a_missing_cell_is_not_warned_of_too() {
    let table = TABLES.iter().find(|it| it.id == "pilot-city-2017").expect("the table is there");
    let table = load(table.text);
    let mut document = empty(&table);
    let mut validation = Validation::new(&table, &document);
    let warned = |validation: &Validation| -> Vec<String> {
        let violations = validation.violations().into_iter();
        violations.filter(|it| it.severity == Severity::Warning).map(|it| it.path.to_string()).collect()
    };
    let agenda = AnswerPath::part("city").field("agenda");
    assert!(validation.field(&agenda).missing);
    assert!(!warned(&validation).contains(&agenda.to_string()), "that it is missing is said already");
    let before = validation.tally(&AnswerPath::part("city")).warnings;

    let (changes, _) = document.apply(Edit::SetAnswer { path: agenda.clone(), answer: Some(Answer::Text("短".into())) });
    let notices = validation.update(&table, &document, &changes);
    assert!(warned(&validation).contains(&agenda.to_string()), "it is too short");
    assert_eq!(validation.tally(&AnswerPath::part("city")).warnings, before + 1);
    assert!(notices.instances.contains(&AnswerPath::part("city")) && notices.instances.contains(&AnswerPath::part("")));
}

#[test]
fn the_error_summary_lists_a_rule_once_in_the_order_of_the_table() {
    let table = load(include_str!("../data/definitions/excerpt-pilot-city.json"));
    let mut document = first_case(&table);
    for (field, answer) in [("population", Answer::Integer(0)), ("name", Answer::Text("甲 园".into()))] {
        let path = AnswerPath::instance("parks", "i2").field(field);
        document.apply(Edit::SetAnswer { path, answer: Some(answer) });
    }
    let path = AnswerPath::instance("parks", "i1").field("basis");
    document.apply(Edit::SetAnswer { path, answer: None });
    let validation = Validation::new(&table, &document);
    let listed: Vec<_> =
        validation.violations().iter().map(|it| (it.path.to_string(), it.code)).collect();
    assert_eq!(
        listed,
        [
            ("parks/i1/basis".into(), ViolationCode::ValueMissing),
            ("parks/i2/name".into(), ViolationCode::Duplicate),
            ("parks/i2/population".into(), ViolationCode::RangeUnderflow),
            ("parks/i2/valid_invention".into(), ViolationCode::NotComputable),
        ]
    );
    let tally = validation.total();
    assert_eq!((tally.required, tally.filled, tally.errors), (10, 9, 3));
    let rule = validation.rule("park-48.4", &AnswerPath::instance("parks", "i2")).expect("the rule stands at parks");
    assert_eq!(rule.outcome, Outcome::NotComputable);
}

#[test]
fn a_blank_form_has_nothing_filled() {
    for bundled in TABLES {
        let table = load(bundled.text);
        let document = empty(&table);
        let total = Validation::new(&table, &document).total();
        assert!(total.required > 0 && total.filled == 0, "{}: {total:?}", bundled.id);
    }
}
