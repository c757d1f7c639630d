//! The review page: what is still open, what was lifted with a reason, the conditions, the materials, and the
//! whole table read-only, before anything is signed.

use super::attach::size_words;
use super::dom::{El, command, el, live};
use super::form::verdict;
use super::form::bar::{saving, signed_next};
use super::paper::{PaperMark, materials, paper, sheets};
use super::ui::{Ui, is_error, print};
use crate::engine::bundle::limit;
use crate::engine::definition::{Rule, Severity};
use crate::engine::locale::table;
use crate::engine::validation::{Outcome, RuleState, Violation};
use leptos::prelude::*;

/// What a signed file holds beside the attachments, generously.
const OVERHEAD: u64 = 4 << 20;

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
pub fn review(ui: Ui, actions: ReviewActions) -> El {
    let violations = ui.session.check();
    let open: Vec<_> = violations.iter().filter(|it| is_error(it)).cloned().collect();
    let warnings: Vec<_> = violations.iter().filter(|it| !is_error(it) && !it.overridden).cloned().collect();
    let n_bytes: u64 = ui.session.document(|document| document.attachments.iter().map(|it| it.size).sum());
    let is_too_large = n_bytes > limit::ZIP_FILE - OVERHEAD;
    let is_ready = open.is_empty() && !is_too_large && ui.session.judged(|_, _, validation| validation.is_complete());
    let kept = ui.session.document(|document| document.kept.len());
    // Answers without a place are not signed: whoever signs says that this is meant.
    let asks = RwSignal::new(false);
    let signed = ui.session.signed_rev();
    let is_barred = move || signed.is_none() && ui.session.read_only().get();
    let n_open = open.len().to_string();
    let state = move || {
        if is_too_large {
            ui.fill("review.too_large", &[("size", &size_words(n_bytes)), ("most", &size_words(limit::ZIP_FILE))])
        } else if !is_ready {
            ui.fill("review.open", &[("n", &n_open)])
        } else if ui.is_attaching() {
            ui.t("review.waits").to_string()
        } else if is_barred() {
            ui.t("sign.barred").to_string()
        } else if let Some((rev, awaits)) = signed {
            ui.fill(if awaits { "review.awaits" } else { "review.signed" }, &[("rev", &rev.to_string())])
        } else {
            ui.t("review.ready").to_string()
        }
    };
    let print = command("button", "print", ui.t(if signed.is_some() { "bar.print_now" } else { "bar.print" })).on_click(move || actions.print.run(()));
    let words = ui.t(signed.map_or("review.sign", |(_, awaits)| signed_next(awaits)));
    let sign = command("button primary", "sign", words)
        .live_flag("disabled", move || !is_ready || ui.is_attaching() || is_barred())
        .on_click(move || if kept == 0 || signed.is_some() { actions.sign.run(()) } else { asks.set(true) });
    let ask = live(move || {
        asks.get().then(|| {
            let go_on = command("button", "sign-anyway", ui.t("kept.go_on")).on_click(move || actions.sign.run(()));
            let said = ui.fill("kept.not_signed", &[("n", &kept.to_string())]);
            el("aside", "banner warn").dialog(&said).focus_soon().add(el("p", "").text(&said)).add(go_on)
        })
    });
    let bar = bar(Some((ui.t("review.back"), actions.back)), ui.t("review.title"), Some(ui));
    let body = el("div", "review-body")
        .add(ask)
        .add(el("p", "review-state").class_if("bad", !is_ready).attr("role", "status").live_text(state))
        .add(list(ui, Some(actions.back), ui.t("review.errors"), "review-list bad", open))
        .add(lifted(ui))
        .add(list(ui, Some(actions.back), ui.t("review.warnings"), "review-list", warnings))
        .add((kept != 0).then(|| el("p", "banner").text(&ui.fill("review.kept", &[("n", &kept.to_string())]))))
        .add(accompanying(ui))
        .add(limits(ui))
        .add(conditions(ui))
        .add(sheets(ui));
    el("div", "review").attr("tabindex", "-1").add(bar.add(el("span", "bar-buttons").add(print).add(sign))).add(body)
}

/// The table on paper alone, with a button that prints it.
pub fn paper_page(ui: Ui, mark: PaperMark) -> El {
    let button = command("button primary", "print", ui.t("bar.print_now")).on_click(move || print(ui.root));
    let title = ui.session.peek(|table, _| ui.words(&table.definition.title));
    let bar = bar(None, &title, None).add(el("span", "bar-buttons").add(button));
    el("div", "review").add(bar).add(el("div", "review-body").add(if mark == PaperMark::Draft { sheets(ui) } else { paper(ui, mark) }))
}

/// The bar of a page, with the way back to the one before it, and whether the draft is kept.
pub fn bar(back: Option<(&str, Callback<()>)>, title: &str, ui: Option<Ui>) -> El {
    el("header", "bar")
        .attr("part", "bar")
        .add(back.map(|(words, back)| command("button", "back", words).on_click(move || back.run(()))))
        .add(el("span", "bar-title").text(title))
        .add(ui.map(saving))
}

/// What is wrong, each with a way to its place where it can be mended; nothing if there is nothing.
pub fn list(ui: Ui, back: Option<Callback<()>>, title: &str, class: &str, items: Vec<Violation>) -> Option<El> {
    if items.is_empty() {
        return None;
    }
    let items = items.into_iter().map(|violation| {
        let place = el("span", "where").text(&ui.place_name(&violation.path));
        let what = el("span", "what").text(&ui.sentence(&violation)).add(verdict::clause_of(ui, &violation));
        let Some(back) = back else { return el("li", "").add(place).add(what) };
        let path = violation.path;
        let link = el("a", "").attr("href", "#").attr("data-goto", &path.to_string()).add(place).add(what);
        el("li", "").add(link.on("click", move |event| {
            event.prevent_default();
            back.run(());
            ui.go_to(&path);
        }))
    });
    Some(el("section", class).add(el("h2", "").text(title)).add(el("ul", "").add_all(items)))
}

/// The papers and files that go with the table.
fn accompanying(ui: Ui) -> Option<El> {
    let materials = materials(ui);
    if materials.is_empty() {
        return None;
    }
    let items = materials.into_iter().map(|(label, hint, entries)| {
        let given = if entries.is_empty() { ui.t("review.no_material").to_string() } else { entries.join("；") };
        let class = if entries.is_empty() { "what quiet" } else { "what" };
        let line = el("li", "").add(el("span", "where").text(&label)).add(el("span", class).text(&given));
        line.add((entries.is_empty() && !hint.is_empty()).then(|| el("span", "clause").text(&hint)))
    });
    let head = el("h2", "").text(ui.t("part.materials"));
    Some(el("section", "review-list materials").add(head).add(el("ul", "").add_all(items)))
}

fn rules(ui: Ui) -> Vec<(Rule, RuleState)> {
    ui.session.judged(|table, _, validation| {
        let states = validation.rules().into_iter();
        states.filter_map(|state| Some((table.rule(&state.rule)?.clone(), state))).collect()
    })
}

/// Overridable conditions that fail and have a reason: the first thing a reviewer sees.
pub fn lifted(ui: Ui) -> Option<El> {
    let lifted: Vec<_> = rules(ui).into_iter().filter(|(_, state)| state.overridden).collect();
    if lifted.is_empty() {
        return None;
    }
    let items = lifted.into_iter().map(|(rule, state)| {
        let at = state.at.to_string();
        let reason = ui.session.document(|document| document.reason(&rule.id, &at).unwrap_or_default().to_string());
        let clause = el("span", "clause").text(&verdict::clause(ui, rule.source.as_ref()));
        let words = el("strong", "").text(&ui.place_name(&state.at)).text(" ").text(&ui.rule_words(&rule, &state)).add(clause);
        el("li", "").add(words).add(el("p", "").text(ui.t("review.reason")).text(&reason))
    });
    let head = el("h2", "").text(ui.t("review.lifted"));
    Some(el("section", "review-list lifted").add(head).add(el("ul", "").add_all(items)))
}

/// Deadlines and limits that were set otherwise than the table has them: they decide how the conditions come out.
pub fn limits(ui: Ui) -> Option<El> {
    let set: Vec<(String, String)> = ui.session.peek(|table, document| {
        let values = table.definition.profile.iter().filter_map(|it| {
            let own = it.value.0.as_str();
            let set = document.profile.get(&it.id).filter(|set| *set != own)?;
            Some((ui.words(&it.label), ui.fill("review.limit", &[("set", set), ("own", own)])))
        });
        values.collect()
    });
    let items = set.iter().map(|(label, said)| el("li", "").add(el("span", "where").text(label)).add(el("span", "what").text(said)));
    let head = el("h2", "").text(ui.t("review.limits"));
    (!set.is_empty()).then(|| el("section", "review-list limits").add(head).add(el("ul", "").add_all(items)))
}

/// Every condition of the notice with its state and clause.
pub fn conditions(ui: Ui) -> El {
    let items = rules(ui).into_iter().filter(|(rule, _)| rule.verdict).map(|(rule, state)| {
        let class = match state.outcome {
            Outcome::Holds => "holds",
            Outcome::Fails | Outcome::NotComputable if state.overridden || rule.severity == Severity::Warning => "warned",
            Outcome::Fails | Outcome::NotComputable => "fails",
            _ => "open",
        };
        el("li", class)
            .attr("data-rule", &rule.id)
            .add(el("span", "where").text(&ui.place_name(&state.at)))
            .add(el("span", "what").text(&ui.verdict_words(&rule, &state)))
            .add(el("span", "clause").text(&verdict::clause(ui, rule.source.as_ref())))
    });
    el("details", "review-list conditions")
        .add(el("summary", "").text(ui.t("review.conditions")))
        .add(el("ul", "").add_all(items))
}

impl Ui {
    /// What a rule says where it fails, or asks for where it does not.
    pub fn rule_words(self, rule: &Rule, state: &RuleState) -> String {
        table::rule_words(rule, state.outcome, &state.parameters, self.language)
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
