//! Rules over many applications, in the lists of a province or of the nation; never run while filling.

use super::evaluate::{LIST_STEPS, evaluate, shown};
use super::sheet::{NO_ROW, Sheet};
use super::update::outcome_of;
use super::{Outcome, Validation};
use crate::engine::answers::AnswersDocument;
use crate::engine::definition::scheme::Show;
use crate::engine::definition::{CheckedDefinition, Id};

/// State of a collection's rule in one of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionState {
    /// The rule.
    pub rule: Id,
    /// What the applications of the group have in common, as text; — where that is blank.
    pub group: String,
    /// Positions of the applications.
    pub applications: Vec<usize>,
    /// How it stands.
    pub outcome: Outcome,
    /// Values of its message, by name.
    pub parameters: Vec<(Id, String)>,
}

/// Runs the rules of scope `collection` over applications of one table.
pub fn collection(table: &CheckedDefinition, documents: &[&AnswersDocument]) -> Vec<CollectionState> {
    let scheme = table.scheme();
    let mut out = Vec::new();
    if !scheme.rules.iter().any(|rule| rule.is_collection) {
        return out;
    }
    let validations: Vec<Validation> = documents.iter().map(|document| Validation::new(table, document)).collect();
    let mut budget = LIST_STEPS;
    for rule in scheme.rules.iter().filter(|rule| rule.is_collection) {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for (at, validation) in validations.iter().enumerate() {
            let name = rule.group.map_or(String::new(), |group| {
                let program = &scheme.formula(group).program;
                shown(&evaluate(scheme, &[&validation.sheet], program, None, (0, 0, NO_ROW), &mut budget), Show::Plain)
            });
            match groups.iter_mut().find(|(it, _)| *it == name) {
                Some((_, applications)) => applications.push(at),
                None => groups.push((name, vec![at])),
            }
        }
        for (group, applications) in groups {
            let sheets: Vec<&Sheet> =
                applications.iter().filter_map(|at| validations.get(*at)).map(|it| &it.sheet).collect();
            let mut run = |formula| {
                evaluate(scheme, &sheets, &scheme.formula(formula).program, None, (0, 0, NO_ROW), &mut budget)
            };
            let outcome = match rule.when.map(|when| outcome_of(&run(when))) {
                None | Some(Outcome::Holds) => outcome_of(&run(rule.check)),
                Some(Outcome::Fails) => Outcome::NotApplicable,
                Some(other) => other,
            };
            let parameters =
                rule.parameters.iter().map(|(name, formula, show)| (name.clone(), shown(&run(*formula), *show)));
            out.push(CollectionState {
                rule: rule.id.clone(),
                group,
                applications: applications.clone(),
                outcome,
                parameters: parameters.collect(),
            });
        }
    }
    out
}
