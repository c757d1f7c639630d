//! The work of one edit does not grow with the table: counted, not timed, at 3, 300 and 1,000 parks or rows.

#[path = "../bench/document.rs"]
pub(super) mod document;

use document::{company, filled, park, table};
use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, Edit, PartInstance, Row};
use shenbao::engine::definition::CheckedDefinition;
use shenbao::engine::validation::{Validation, lint};

/// What one edit cost and woke.
#[derive(Debug, PartialEq, Eq)]
struct Work {
    /// Expressions worked out.
    n_evaluations: u64,
    /// Places that the document names as changed.
    changed: Vec<String>,
    /// Fields, rules and counts whose state is another.
    noticed: Vec<String>,
}

fn work(table: &CheckedDefinition, document: &mut AnswersDocument, validation: &mut Validation, edit: Edit) -> Work {
    let before = validation.n_evaluations();
    let (changes, _) = document.apply(edit);
    let notices = validation.update(table, document, &changes);
    let paths = |paths: &[AnswerPath]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut noticed = paths(&notices.fields);
    noticed.extend(notices.rules.iter().map(|(rule, at)| format!("rule {rule} at {at}")));
    noticed.extend(notices.instances.iter().map(|it| format!("counts of {it}")));
    noticed.sort();
    Work { n_evaluations: validation.n_evaluations() - before, changed: paths(&changes.answers), noticed }
}

/// The work of some edits in documents of three sizes; the place in the middle has the same name in all of them.
fn same_at_every_size(size: impl Fn(usize) -> (usize, usize), edits: impl Fn() -> Vec<Edit>) -> Vec<Work> {
    let table = table();
    let mut seen: Option<Vec<Work>> = None;
    for n in [3, 300, 1000] {
        let (n_parks, n_companies) = size(n);
        let mut document = filled(&table, n_parks, n_companies);
        let mut validation = Validation::new(&table, &document);
        let found: Vec<Work> =
            edits().into_iter().map(|edit| work(&table, &mut document, &mut validation, edit)).collect();
        assert!(!validation.is_too_costly(), "{n}");
        assert!(validation == Validation::new(&table, &document), "{n}: kept up as if looked at anew");
        if let Some(seen) = &seen {
            assert_eq!(*seen, found, "the same work at {n} as at 3");
        }
        seen = Some(found);
    }
    seen.unwrap_or_default()
}

fn set(path: AnswerPath, answer: Answer) -> Edit {
    Edit::SetAnswer { path, answer: Some(answer) }
}

#[test]
fn the_table_for_tests_of_scale_has_nothing_to_mend_and_room_for_a_thousand() {
    let problems: Vec<_> = lint::check(document::DEFINITION.as_bytes()).iter().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    let table = table();
    assert_eq!(table.part("parks").and_then(|it| it.repeat.as_ref()).map(|it| it.max), Some(1000));
    let document = filled(&table, 1000, 5000);
    let validation = Validation::new(&table, &document);
    assert!(!validation.is_too_costly());
    let failing: Vec<_> = validation.violations().into_iter().filter(|it| it.rule.is_some()).collect();
    assert_eq!(failing, []);
}

#[test]
fn one_edit_among_a_thousand_parks_works_out_and_wakes_what_one_among_three_does() {
    let found = same_at_every_size(
        |n| (n, 3),
        || {
            vec![
                set(park(1, "figure_3"), Answer::Integer(9)),
                set(park(1, "patents"), Answer::Integer(483)),
                set(park(1, "patents"), Answer::Integer(484)),
                set(park(1, "years").row("y2015").column("grants"), Answer::Integer(9)),
                set(AnswerPath::part("city").field("money_2"), Answer::Decimal("3".into())),
            ]
        },
    );
    let [plain, short, enough, cell, city] = &found[..] else { panic!("five edits") };
    // Nothing reads it: nothing is worked out and nothing on screen changes but the cell itself.
    assert_eq!((plain.n_evaluations, plain.noticed.len()), (0, 0));
    assert_eq!(plain.changed, ["parks/p1/figure_3"]);
    // The ratio of this park, its condition, the sum of all parks, and what compares it: `when` and `check`.
    assert_eq!(short.n_evaluations, 6);
    assert_eq!(
        short.noticed,
        [
            "city/parks_patents",
            "counts of ",
            "counts of parks/p1",
            "parks/p1/patents",
            "parks/p1/per_10k",
            "parks/p1/population",
            "rule park-48.4 at parks/p1",
        ]
    );
    assert_eq!(short.noticed, enough.noticed);
    assert_eq!(cell.n_evaluations, 1);
    assert_eq!(city.n_evaluations, 2);
}

#[test]
fn one_edit_in_a_table_of_a_thousand_rows_works_out_and_wakes_what_one_among_three_does() {
    let found = same_at_every_size(
        |n| (3, n),
        || {
            vec![
                set(company(1, "founded"), Answer::Integer(2001)),
                set(company(1, "patents"), Answer::Integer(501)),
                // Another row gets this name: `unique` marks the later of the two.
                set(company(2, "name"), Answer::Text("企业名称1号".into())),
            ]
        },
    );
    let [plain, patents, name] = &found[..] else { panic!("three edits") };
    assert_eq!((plain.n_evaluations, plain.noticed.len()), (0, 0));
    assert_eq!(patents.n_evaluations, 4);
    assert_eq!(
        patents.noticed,
        [
            "city/companies/c1/per_head",
            "city/companies/c1/staff",
            "city/companies_patents",
            "counts of ",
            "counts of city",
            "rule company-staff at city/companies/c1",
        ]
    );
    assert_eq!(name.n_evaluations, 0);
    assert_eq!(name.noticed, ["city/companies/c2/name", "counts of ", "counts of city"]);
}

#[test]
fn adding_and_removing_a_park_or_row_wakes_no_other() {
    let found = same_at_every_size(
        |n| (n.min(999), n),
        || {
            let new = PartInstance { id: "new".into(), answers: Default::default() };
            let row = Row { id: "new".into(), cells: [("patents".into(), Answer::Integer(1))].into() };
            let companies = AnswerPath::part("city").field("companies");
            vec![
                Edit::InsertInstance { part: "parks".into(), at: 1, instance: new },
                Edit::RemoveInstance { part: "parks".into(), instance: "new".into() },
                Edit::InsertRow { field: companies.clone(), at: 1, row },
                Edit::RemoveRow { row: companies.row("new") },
            ]
        },
    );
    for it in &found {
        let others: Vec<_> = it.noticed.iter().filter(|it| it.contains("parks/p") || it.contains("companies/c")).collect();
        assert_eq!(others, Vec::<&String>::new());
    }
}
