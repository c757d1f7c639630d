//! A condition of the notice as a strip across the table: its state in a sentence, the clause, the reason.

use crate::engine::answers::AnswerPath;
use crate::engine::definition::{CheckedDefinition, Id, Rule, Severity, Source, SourceKind};
use crate::engine::locale::table;
use crate::engine::validation::{Outcome, Violation};
use crate::web::controls::text;
use crate::web::dom::{Child, El, command, el, live};
use crate::web::ui::Ui;
use leptos::prelude::*;

/// True if a violation's rule has a strip of its own, so that it is not said twice.
pub fn has_strip(ui: Ui, violation: &Violation) -> bool {
    let Some(rule) = &violation.rule else { return false };
    ui.session.peek(|table, _| table.rule(rule).is_some_and(|rule| is_strip(table, rule)))
}

/// A rule of rows, or one that marks no field of its part, has no line to stand under.
fn is_strip(table: &CheckedDefinition, rule: &Rule) -> bool {
    let part = rule.scope.as_ref().filter(|_| rule.verdict).and_then(|it| table.part(it));
    part.is_some_and(|part| last_field(rule, &part.fields().map(|it| it.id.clone()).collect::<Vec<_>>()).is_some())
}

/// The clause a rule comes from, in words.
pub fn clause(ui: Ui, source: Option<&Source>) -> String {
    let Some(source) = source else { return String::new() };
    let note = ui.words(&source.note);
    match source.kind {
        SourceKind::Notice => ui.fill("source.notice", &[("at", &source.at)]),
        SourceKind::Derived if !source.at.is_empty() => ui.fill("source.derived", &[("at", &source.at)]),
        SourceKind::Derived => ui.t("source.derived_plain").to_string(),
        SourceKind::Inferred => ui.t("source.inferred").to_string(),
        SourceKind::Public => ui.t("source.public").to_string(),
        SourceKind::Help | SourceKind::General => note,
    }
}

/// The clause of the rule that a violation comes from.
pub fn clause_of(ui: Ui, violation: &Violation) -> Option<El> {
    let rule = violation.rule.as_ref()?;
    let said = ui.session.peek(|table, _| table.rule(rule).map(|rule| clause(ui, rule.source.as_ref())))?;
    (!said.is_empty()).then(|| el("span", "clause").text(&said))
}

/// The strip of one rule at one place.
pub fn strip(ui: Ui, rule: Rule, at: AnswerPath) -> El {
    let id = rule.id.clone();
    let place = at.clone();
    let state = Memo::new(move |_| {
        let Some(state) = ui.session.rule(&id, &place) else {
            // The strip has its place before its verdict is known.
            return (!ui.session.is_judged()).then(|| (Outcome::Undecided, false, Vec::new()));
        };
        // Nothing is held against cells that nobody has filled in yet.
        let outcome = if state.outcome.fails() && !ui.session.rule_speaks(&id, &place) { Outcome::Undecided } else { state.outcome };
        Some((outcome, state.overridden, state.parameters))
    });
    let clause = clause(ui, rule.source.as_ref());
    let severity = rule.severity;
    let class = move || match state.get() {
        Some((Outcome::Holds, ..)) => "strip holds",
        Some((Outcome::Fails | Outcome::NotComputable, true, _)) => "strip lifted",
        Some((Outcome::Fails | Outcome::NotComputable, ..)) if severity == Severity::Warning => "strip warned",
        Some((Outcome::Fails | Outcome::NotComputable, ..)) => "strip fails",
        _ => "strip open",
    };
    let told = rule.clone();
    let said = move || {
        let Some((outcome, overridden, parameters)) = state.get() else { return String::new() };
        let mark = match outcome {
            Outcome::Holds => ui.t("verdict.holds"),
            Outcome::NotApplicable => ui.t("verdict.not_applicable"),
            Outcome::Undecided => ui.t("verdict.undecided"),
            _ if overridden => ui.t("verdict.lifted"),
            _ => ui.t("verdict.fails"),
        };
        format!("{mark} {}", table::rule_words(&told, outcome, &parameters, ui.language))
    };
    let name = rule.id.to_string();
    let takes_reason = severity == Severity::Overridable;
    let asks_reason = Memo::new(move |_| takes_reason && state.get().is_some_and(|it| it.0.fails()));
    // Not while it is undecided, as before the first judgement of a draft that was opened.
    let is_met = move || matches!(state.get(), Some((Outcome::Holds | Outcome::NotApplicable, ..)));
    let kept = takes_reason.then(|| kept_reason(ui, is_met, rule.id.clone(), at.to_string()));
    let reason = live(move || asks_reason.get().then(|| untrack(|| reason_box(ui, rule.clone(), at.to_string()))));
    el("div", "")
        .live_attr("class", move || Some(class().to_owned()))
        .attr("data-rule", &name)
        .style("--span", "24")
        .add(el("span", "strip-text").attr("role", "status").live_text(said))
        .add(el("span", "clause").text(&clause))
        .add(reason)
        .add(kept)
}

/// A reason that outlived what it was given for: nobody shall sign it unseen.
fn kept_reason(ui: Ui, is_met: impl Fn() -> bool + Send + Sync + 'static, rule: Id, at: String) -> Child {
    let (id, place) = (rule.clone(), at.clone());
    let reason = Memo::new(move |_| if is_met() { ui.session.reason(&id, &place) } else { String::new() });
    live(move || {
        let reason = reason.get();
        let (rule, at) = (rule.clone(), at.clone());
        (!reason.is_empty()).then(|| {
            let drop = command("button small", "drop-reason", ui.t("verdict.drop_reason"));
            el("p", "reason kept-reason")
                .text(&ui.fill("verdict.kept_reason", &[("reason", &reason)]))
                .add(drop.on_click(move || ui.session.type_reason(&rule, &at, String::new())))
        })
    })
}

/// True if a rule without a strip that a reason lifts may speak at this field or column.
pub fn asks_at_cell(ui: Ui, field: &str) -> bool {
    let marks = |rule: &Rule| rule.fields.iter().any(|path| path.split('.').skip(1).any(|it| it == field));
    ui.session.peek(|table, _| {
        let mut rules = table.definition.rules.iter();
        rules.any(|rule| rule.severity == Severity::Overridable && !is_strip(table, rule) && marks(rule))
    })
}

/// Names the place to give a reason for a failing overridable rule that has no strip.
pub fn reason_id(ui: Ui, violation: &Violation) -> Option<Id> {
    let id = violation.rule.as_ref()?;
    let is_asked = ui.session.peek(|table, _| table.rule(id).is_some_and(|rule| rule.severity == Severity::Overridable && !is_strip(table, rule)));
    is_asked.then(|| [id, " ", violation.at.as_str()].concat().into())
}

/// The place of that name.
pub fn reason(ui: Ui, id: &Id) -> El {
    let (rule, at) = id.split_once(' ').unwrap_or((id, ""));
    let rule = ui.session.peek(|table, _| table.rule(rule).cloned());
    rule.map_or_else(|| el("div", ""), |rule| reason_box(ui, rule, at.to_string()))
}

/// A text area for the reason that lifts an overridable rule.
fn reason_box(ui: Ui, rule: Rule, at: String) -> El {
    let id = rule.id;
    let label = ui.fill("verdict.reason", &[("min", &rule.r#override.min_length.to_string())]);
    let control = format!("reason-{id}-{}", at.replace('/', "-"));
    let area = el("textarea", "")
        .attr("id", &control)
        .attr("rows", "2")
        .live_flag("readonly", move || ui.session.read_only().get());
    let (shown, place) = (id.clone(), at.clone());
    let area = text::in_step(
        area,
        move |typed| Some(ui.session.reason(&shown, &place)).filter(|reason| typed.trim() != reason),
        move |typed| ui.session.type_reason(&id, &at, typed.trim().to_string()),
    );
    el("div", "reason").add(el("label", "").attr("for", &control).text(&label)).add(area)
}

/// The position, in the order of the table, of the last field that a rule of this part marks.
pub fn last_field(rule: &Rule, fields: &[Id]) -> Option<usize> {
    let marked = rule.fields.iter().filter_map(|path| {
        let name = path.split('.').nth(1)?;
        fields.iter().position(|it| **it == *name)
    });
    marked.max()
}
