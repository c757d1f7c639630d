//! The error summary: everything that is missing or wrong, as links that lead there.

use crate::engine::answers::AnswerPath;
use crate::engine::definition::Severity;
use crate::engine::validation::{Violation, ViolationCode};
use crate::web::dom::{El, command, el};
use crate::web::form::verdict::clause_of;
use crate::web::ui::{Ui, is_error};
use leptos::prelude::*;

/// The list of what a check found.
pub fn list(ui: Ui, violations: Vec<Violation>, summary: RwSignal<Option<Vec<Violation>>>) -> El {
    let open: Vec<Violation> = violations.into_iter().filter(|it| !it.overridden).collect();
    let n_errors = open.iter().filter(|it| is_error(it)).count();
    let n_warnings = open.len() - n_errors;
    let class = match (n_errors, n_warnings) {
        (0, 0) => "summary good",
        (0, _) => "summary warned",
        _ => "summary",
    };
    // Each line tells when it is settled: looking for them all anew after every key would take as long as the list.
    let open: Vec<(Violation, Memo<bool>)> = open
        .into_iter()
        .map(|it| {
            let found = it.clone();
            (it, Memo::new(move |_| !stands(ui, &found)))
        })
        .collect();
    let lines: Vec<(bool, Memo<bool>)> = open.iter().map(|(it, is_settled)| (is_error(it), *is_settled)).collect();
    let heading = move || {
        let n_left = |errors: bool| lines.iter().filter(|(is_error, is_settled)| *is_error == errors && !is_settled.get()).count();
        let (n_errors, n_warnings) = (n_left(true), n_left(false));
        let (errors, warnings) = (n_errors.to_string(), n_warnings.to_string());
        let values = [("errors", errors.as_str()), ("warnings", warnings.as_str())];
        match (n_errors, n_warnings) {
            (0, 0) => ui.t(if lines.is_empty() { "summary.none" } else { "summary.settled" }).to_string(),
            (0, _) => ui.fill("summary.heading_warnings", &values),
            _ => ui.fill("summary.heading", &values),
        }
    };
    let close = command("button plain", "close-summary", ui.t("summary.close")).on_click(move || {
        summary.set(None);
        ui.focus_command("check");
    });
    let header = el("header", "").add(el("h2", "").attr("id", "summary-heading").live_text(heading)).add(close);
    el("section", class).attr("part", "summary")
        .attr("tabindex", "-1")
        .attr("aria-labelledby", "summary-heading")
        .add(header)
        .add(el("ul", "").add_all(open.into_iter().map(|(violation, is_settled)| item(ui, violation, is_settled))))
}

/// True if what was found still stands, watched.
fn stands(ui: Ui, violation: &Violation) -> bool {
    let Some(rule) = &violation.rule else {
        let now = ui.session.field(&violation.path).violations;
        return now.iter().any(|it| it.rule.is_none() && it.code == violation.code);
    };
    let at = ui.session.peek(|table, _| AnswerPath::parse(&violation.at, &table.definition));
    let at = at.unwrap_or_else(|| AnswerPath::part(""));
    ui.session.rule(rule, &at).is_some_and(|it| it.outcome.fails() && !it.overridden)
}

/// A link that leads to the place and says what is wrong there.
fn item(ui: Ui, violation: Violation, is_settled: Memo<bool>) -> El {
    let class = match (violation.code, violation.severity) {
        (ViolationCode::ValueMissing, _) => "missing",
        (_, Severity::Warning) => "warned",
        _ => "wrong",
    };
    let place = el("span", "where").text(&ui.place_name(&violation.path));
    let what = el("span", "what").text(&ui.sentence(&violation)).add(clause_of(ui, &violation));
    let path = violation.path;
    let link = el("a", "").attr("href", "#").attr("data-goto", &path.to_string()).add(place).add(what);
    el("li", class).live_class("settled", move || is_settled.get()).add(link.on("click", move |event| {
        event.prevent_default();
        ui.go_to(&path);
    }))
}
