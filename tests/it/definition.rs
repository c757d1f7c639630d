//! Definitions: what is refused and where, and that every case of every definition comes out as stated.

use shenbao::engine::definition::{CheckedDefinition, Problem, Problems};
use shenbao::engine::tables::TABLES;
use shenbao::engine::validation::cases;

/// The excerpts of the format's description, complete with their cases.
const EXCERPTS: &[(&str, &str)] = &[
    ("excerpt-pilot-city", include_str!("../data/definitions/excerpt-pilot-city.json")),
    ("excerpt-operations", include_str!("../data/definitions/excerpt-operations.json")),
    ("excerpt-county", include_str!("../data/definitions/excerpt-county.json")),
];

fn load(name: &str, text: &str) -> CheckedDefinition {
    let (checked, problems) = CheckedDefinition::load(text.as_bytes());
    let faults: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(faults, Vec::<String>::new(), "{name}");
    checked.expect("a definition without problems can be filled")
}

fn run_cases(table: &CheckedDefinition) -> Vec<Problem> {
    let mut problems = Problems::default();
    cases::run(table, &mut problems);
    problems.into_list()
}

#[test]
fn every_case_of_the_excerpts_comes_out_as_stated() {
    for (name, text) in EXCERPTS {
        let table = load(name, text);
        let failed: Vec<_> = run_cases(&table).iter().map(ToString::to_string).collect();
        assert_eq!(failed, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_case_of_the_bundled_tables_comes_out_as_stated() {
    for it in TABLES {
        let table = load(it.id, it.text);
        let failed: Vec<_> = run_cases(&table).iter().map(ToString::to_string).collect();
        assert_eq!(failed, Vec::<String>::new(), "{}", it.id);
    }
}
