//! The example answers of a definition, run: every rule must come out as the author says.

use super::collection::collection;
use super::{Outcome, RuleState, Validation, Violation, ViolationCode};
use crate::engine::drafts::read::read_answers;
use crate::engine::answers::{AnswerPath, AnswersDocument};
use crate::engine::definition::check::for_items;
use crate::engine::definition::{Case, CheckedDefinition, Definition, ProblemCode, Problems};
use crate::engine::value::json::Json;
use std::collections::BTreeSet;

/// Longest chain of cases that are based on one another.
const MAX_BASES: usize = 16;

/// Runs every case and reports what comes out otherwise.
pub fn run(table: &CheckedDefinition, problems: &mut Problems) {
    for_items(problems, "cases", &table.definition.cases, |case, problems| {
        let Some(document) = document(table, case, problems) else { return };
        let validation = Validation::new(table, &document);
        check_rules(table, case, &validation, &document, problems);
        check_fields(table, case, &validation, problems);
    });
}

/// The answers of a case as a document.
pub fn document(table: &CheckedDefinition, case: &Case, problems: &mut Problems) -> Option<AnswersDocument> {
    let definition = &table.definition;
    let Some(answers) = answers(definition, case, 0, problems) else {
        problems.add(ProblemCode::UnknownName, case.base.as_deref().unwrap_or("answers"));
        return None;
    };
    let read = read_answers(definition, &answers);
    for problem in &read.problems {
        problems.add(ProblemCode::BadValue, problem.path.as_str());
    }
    let mut document = read.document;
    for (id, value) in &case.profile {
        if !definition.profile.iter().any(|it| it.id == *id) {
            problems.within("profile", |problems| problems.add(ProblemCode::UnknownName, &**id));
        }
        document.profile.insert(id.clone(), value.0.clone());
    }
    Some(document)
}

/// The answers of a case, those of its base changed; `None` if the base is not there or leads in a circle.
fn answers(definition: &Definition, case: &Case, depth: usize, problems: &mut Problems) -> Option<Json> {
    let mut answers = match (&case.answers, &case.base) {
        (Some(answers), None) => answers.clone(),
        (None, Some(base)) if depth < MAX_BASES => {
            let base = definition.cases.iter().find(|it| it.id == *base)?;
            // Faults of the base are reported there.
            self::answers(definition, base, depth + 1, &mut Problems::default())?
        }
        (None, None) => Json::Object(Vec::new()),
        _ => return None,
    };
    for (path, value) in &case.set {
        let is_set = steps(definition, path).is_some_and(|steps| set(&mut answers, &steps, value));
        if !is_set {
            problems.within("set", |problems| problems.add(ProblemCode::UnknownName, &**path));
        }
    }
    Some(answers)
}

/// One step into the answers' JSON.
enum Step {
    Member(String),
    Item(String),
}

fn steps(definition: &Definition, text: &str) -> Option<Vec<Step>> {
    let path = AnswerPath::parse(text, definition)?;
    let mut steps = vec![Step::Member(path.part.to_string())];
    if !path.instance.is_empty() {
        steps.push(Step::Item(path.instance.to_string()));
    }
    let names = [(&path.field, false), (&path.row, true), (&path.column, false)];
    for (name, is_item) in names {
        let Some(name) = name else { break };
        steps.push(if is_item { Step::Item(name.to_string()) } else { Step::Member(name.to_string()) });
    }
    Some(steps)
}

/// Puts a value into the answers, making what is not there on the way; null removes.
fn set(at: &mut Json, steps: &[Step], value: &Json) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        *at = value.clone();
        return true;
    };
    let next_is_item = matches!(rest.first(), Some(Step::Item(_)));
    let empty = || if next_is_item { Json::List(Vec::new()) } else { Json::Object(Vec::new()) };
    match (step, at) {
        (Step::Member(name), Json::Object(members)) => {
            let found = members.iter().position(|(it, _)| it == name);
            if rest.is_empty() && *value == Json::Null {
                members.retain(|(it, _)| it != name);
                return found.is_some();
            }
            let at = found.unwrap_or_else(|| {
                members.push((name.clone(), empty()));
                members.len() - 1
            });
            let is_set = members.get_mut(at).is_some_and(|(_, member)| set(member, rest, value));
            // A list whose last row went is no answer.
            members.retain(|(it, member)| it != name || rest.len() < 2 || *member != Json::List(Vec::new()));
            is_set
        }
        (Step::Item(id), Json::List(items)) => {
            let is_it = |item: &Json| item.get("id").and_then(Json::as_text) == Some(id);
            let found = items.iter().position(is_it);
            if rest.is_empty() && *value == Json::Null {
                items.retain(|item| !is_it(item));
                return found.is_some();
            }
            let at = found.unwrap_or_else(|| {
                items.push(Json::Object(Vec::new()));
                items.len() - 1
            });
            let Some(item) = items.get_mut(at) else { return false };
            let is_set = set(item, rest, value);
            if let Json::Object(members) = item
                && !members.iter().any(|(name, _)| name == "id")
            {
                members.insert(0, ("id".into(), Json::text(id.as_str())));
            }
            is_set
        }
        _ => false,
    }
}

/// One state for all places of a rule.
fn overall(outcomes: &[Outcome]) -> &'static str {
    let has = |wanted: &[Outcome]| outcomes.iter().any(|it| wanted.contains(it));
    if has(&[Outcome::Fails, Outcome::NotComputable]) {
        "fails"
    } else if has(&[Outcome::Undecided]) {
        "undecided"
    } else if has(&[Outcome::Holds]) {
        "holds"
    } else {
        "n/a"
    }
}

/// The outcome of a rule in a document, over all its places: `holds`, `fails`, `undecided` or `n/a`.
pub fn outcome(table: &CheckedDefinition, id: &str, states: &[RuleState], document: &AnswersDocument) -> &'static str {
    let is_collection = table.rule(id).is_some_and(|rule| rule.scope.as_deref() == Some("collection"));
    if is_collection {
        let states = collection(table, &[document]);
        return overall(&states.iter().filter(|it| &*it.rule == id).map(|it| it.outcome).collect::<Vec<_>>());
    }
    overall(&states.iter().filter(|it| &*it.rule == id).map(|it| it.outcome).collect::<Vec<_>>())
}

fn check_rules(
    table: &CheckedDefinition,
    case: &Case,
    validation: &Validation,
    document: &AnswersDocument,
    problems: &mut Problems,
) {
    let states = validation.rules();
    problems.within("expect", |problems| {
        for (id, wanted) in &case.expect {
            problems.within(id, |problems| {
                if table.rule(id).is_none() {
                    return problems.add(ProblemCode::UnknownName, &**id);
                }
                let found = outcome(table, id, &states, document);
                match (wanted, wanted.get("fails").and_then(Json::as_list)) {
                    (Json::Text(wanted), _) if ["holds", "fails", "undecided", "n/a"].contains(&wanted.as_str()) => {
                        differs(problems, wanted, found);
                    }
                    (_, Some(paths)) => {
                        let wanted: BTreeSet<String> =
                            paths.iter().filter_map(Json::as_text).map(str::to_string).collect();
                        let fails = |it: &&RuleState| it.rule == *id && it.outcome.fails();
                        let found = states.iter().filter(fails).map(|it| it.at.to_string()).collect();
                        differs_set(problems, &wanted, &found);
                    }
                    _ => problems.add(ProblemCode::BadValue, "holds, fails, undecided, n/a or {\"fails\": [paths]}"),
                }
            });
        }
    });
}

fn differs(problems: &mut Problems, wanted: &str, found: &str) {
    if wanted != found {
        problems.add(ProblemCode::CaseFailed, [found, " instead of ", wanted].concat());
    }
}

fn differs_set(problems: &mut Problems, wanted: &BTreeSet<String>, found: &BTreeSet<String>) {
    if wanted != found {
        let list = |set: &BTreeSet<String>| match set.is_empty() {
            true => "no place".to_string(),
            false => set.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        };
        problems.add(ProblemCode::CaseFailed, [list(found).as_str(), " instead of ", list(wanted).as_str()].concat());
    }
}

fn check_fields(
    table: &CheckedDefinition,
    case: &Case,
    validation: &Validation,
    problems: &mut Problems,
) {
    let violations = validation.violations();
    let is_missing = |it: &&Violation| it.code == ViolationCode::ValueMissing && it.rule.is_none();
    let lists: [(&str, &[String], bool); 2] = [("missing", &case.missing, true), ("invalid", &case.invalid, false)];
    for (name, wanted, wants_missing) in lists {
        let found: BTreeSet<String> = violations
            .iter()
            .filter(|it| it.rule.is_none() && it.path.field.is_some() && is_missing(it) == wants_missing)
            .map(|it| it.path.to_string())
            .collect();
        for (idx, path) in wanted.iter().enumerate() {
            if !found.contains(path) {
                problems.within(name, |problems| {
                    problems.within_item(idx, |problems| problems.add(ProblemCode::CaseFailed, path.as_str()));
                });
            }
        }
    }
    problems.within("shown", |problems| {
        for (path, wanted) in &case.shown {
            problems.within(path, |problems| {
                let shown =
                    AnswerPath::parse(path, &table.definition).and_then(|path| validation.field(&path).shown);
                match shown {
                    Some(shown) => differs(problems, wanted, &shown),
                    None => problems.add(ProblemCode::UnknownName, &**path),
                }
            });
        }
    });
}
