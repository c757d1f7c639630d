//! The review page: what is still open, what was lifted with a reason, the conditions, the materials, and the
//! whole table read-only, before anything is signed.

use super::form::verdict;
use super::paper::{Paper, PaperMark};
use super::ui::{Ui, is_error};
use crate::engine::answers::AnswerPath;
use crate::engine::definition::{Rule, Severity};
use crate::engine::validation::{Outcome, RuleState};
use leptos::prelude::*;

/// Where the review page leads.
#[derive(Clone, Copy)]
pub struct ReviewActions {
    /// Back to the form.
    pub back: Callback<()>,
    /// On to signing.
    pub sign: Callback<()>,
    /// Print the draft.
    pub print: Callback<()>,
}

/// The review page.
#[component]
pub fn Review(ui: Ui, actions: ReviewActions) -> impl IntoView {
    let violations = ui.session.check();
    let open: Vec<_> = violations.iter().filter(|it| is_error(it)).cloned().collect();
    let warnings: Vec<_> = violations.iter().filter(|it| !is_error(it) && !it.overridden).cloned().collect();
    let is_ready = open.is_empty() && ui.session.peek(|_, _, validation| validation.is_complete());
    let waits = ui.uploads.with_untracked(|uploads| uploads.iter().any(|it| it.refused.is_none()));
    let kept = ui.session.document(|document| document.kept.len());
    let go = move |path: AnswerPath| {
        actions.back.run(());
        ui.go_to(&path);
    };
    let list = move |title: String, class: &'static str, items: Vec<crate::engine::validation::Violation>| {
        let items = items.into_iter().map(|violation| {
            let path = violation.path.clone();
            view! {
                <li>
                    <a href="#" data-goto=path.to_string() on:click=move |event| {
                        event.prevent_default();
                        go(path.clone());
                    }>
                        <span class="where">{ui.place_name(&violation.path)}</span>
                        <span class="what">{ui.sentence(&violation)}</span>
                    </a>
                </li>
            }
        });
        view! { <section class=class><h2>{title}</h2><ul>{items.collect_view()}</ul></section> }
    };
    let state = if !is_ready {
        ui.fill("review.open", &[("n", &open.len().to_string())])
    } else if waits {
        ui.t("review.waits").to_string()
    } else {
        ui.t("review.ready").to_string()
    };
    let n_open = open.len();
    view! {
        <div class="review">
            <header class="bar">
                <button type="button" class="button" data-command="back" on:click=move |_| actions.back.run(())>{ui.t("review.back")}</button>
                <span class="bar-title">{ui.t("review.title")}</span>
                <span class="bar-buttons">
                    <button type="button" class="button" data-command="print" on:click=move |_| actions.print.run(())>{ui.t("bar.print")}</button>
                    <button type="button" class="button primary" data-command="sign" disabled=!is_ready || waits on:click=move |_| actions.sign.run(())>{ui.t("review.sign")}</button>
                </span>
            </header>
            <div class="review-body">
                <p class="review-state" class:bad=!is_ready role="status">{state}</p>
                {(n_open != 0).then(|| list(ui.t("review.errors").into(), "review-list bad", open))}
                {lifted(ui)}
                {(!warnings.is_empty()).then(|| list(ui.t("review.warnings").into(), "review-list", warnings))}
                {(kept != 0).then(|| view! { <p class="banner">{ui.fill("review.kept", &[("n", &kept.to_string())])}</p> })}
                {conditions(ui)}
                <Paper ui mark=PaperMark::Draft />
            </div>
        </div>
    }
}

fn rules(ui: Ui) -> Vec<(Rule, RuleState)> {
    ui.session.peek(|table, _, validation| {
        let states = validation.rules().into_iter();
        states.filter_map(|state| Some((table.rule(&state.rule)?.clone(), state))).collect()
    })
}

/// Overridable conditions that fail and have a reason: the first thing a reviewer sees.
pub fn lifted(ui: Ui) -> Option<impl IntoView> {
    let lifted: Vec<_> = rules(ui).into_iter().filter(|(_, state)| state.overridden).collect();
    if lifted.is_empty() {
        return None;
    }
    let items = lifted.into_iter().map(|(rule, state)| {
        let at = state.at.to_string();
        let reason = ui.session.document(|document| {
            let found = document.overrides.iter().find(|it| it.rule == rule.id && it.at == at);
            found.map(|it| it.reason.clone()).unwrap_or_default()
        });
        view! {
            <li>
                <strong>{ui.place_name(&state.at)}" "{ui.rule_words(&rule, &state)}</strong>
                <p>{ui.t("review.reason")}{reason}</p>
            </li>
        }
    });
    Some(view! {
        <section class="review-list lifted"><h2>{ui.t("review.lifted")}</h2><ul>{items.collect_view()}</ul></section>
    })
}

/// Every condition of the notice with its state and clause.
pub fn conditions(ui: Ui) -> impl IntoView {
    let items = rules(ui).into_iter().filter(|(rule, _)| rule.verdict).map(|(rule, state)| {
        let class = match state.outcome {
            Outcome::Holds => "holds",
            Outcome::Fails | Outcome::NotComputable if state.overridden || rule.severity == Severity::Warning => "warned",
            Outcome::Fails | Outcome::NotComputable => "fails",
            _ => "open",
        };
        view! {
            <li class=class data-rule=rule.id.to_string()>
                <span class="where">{ui.place_name(&state.at)}</span>
                <span class="what">{ui.verdict_words(&rule, &state)}</span>
                <span class="clause">{verdict::clause(ui, rule.source.as_ref())}</span>
            </li>
        }
    });
    view! {
        <details class="review-list conditions">
            <summary>{ui.t("review.conditions")}</summary>
            <ul>{items.collect_view()}</ul>
        </details>
    }
}

impl Ui {
    /// What a rule says where it fails, or asks for where it does not.
    pub fn rule_words(self, rule: &Rule, state: &RuleState) -> String {
        let values: Vec<(&str, &str)> = state.parameters.iter().map(|(name, value)| (&**name, value.as_str())).collect();
        match state.outcome {
            Outcome::Fails | Outcome::NotComputable => crate::engine::locale::fill(&self.words(&rule.message), &values),
            _ => self.words(&rule.label),
        }
    }

    /// The same with its state in front.
    pub fn verdict_words(self, rule: &Rule, state: &RuleState) -> String {
        let mark = match state.outcome {
            Outcome::Holds => "verdict.holds",
            Outcome::NotApplicable => "verdict.not_applicable",
            Outcome::Undecided => "verdict.undecided",
            _ if state.overridden => "verdict.lifted",
            _ => "verdict.fails",
        };
        format!("{} {}", self.t(mark), self.rule_words(rule, state))
    }
}
