//! What stands around the table itself: the head of the cover with the marks of the signed file, reasons for
//! conditions that are not met, and behind the table the materials and the conditions.

use super::code;
use super::ink::Ink;
use super::PaperMark;
use crate::engine::answers::{Answer, AnswerPath, Override, Row};
use crate::engine::definition::{MATERIALS, Medium, Part, Provenance, Rule, Severity};
use crate::engine::kinds;
use crate::engine::locale;
use crate::engine::validation::{Outcome, RuleState};
use crate::web::form::verdict::clause;
use leptos::prelude::*;

/// Whose table it is: the first answer of the first part.
pub fn applicant(ink: Ink) -> String {
    let Some(part) = ink.table.definition.parts.first() else { return String::new() };
    let Some(field) = part.fields().next() else { return String::new() };
    let path = AnswerPath::part(part.id.clone()).field(field.id.clone());
    let Some(answer) = ink.document.answer(&path) else { return String::new() };
    kinds::shown(&ink.table.definition, field, answer, ink.ui.language)
}

/// Title, where the table comes from, and of a signed one what the receiving office compares.
pub fn head(ink: Ink, mark: &PaperMark) -> AnyView {
    let definition = &ink.table.definition;
    let title = ink.words(&definition.title);
    let subtitle = ink.words(&definition.subtitle);
    let subtitle = (!subtitle.is_empty()).then(|| view! { <p class="paper-subtitle">{subtitle}</p> });
    let notice = &definition.notice;
    let attachment = ink.words(&notice.attachment);
    let under = ink.ui.fill("paper.notice", &[
        ("number", &notice.number),
        ("title", &ink.words(&notice.title)),
        ("attachment", &attachment),
    ]);
    let kind = provenance(ink, definition.provenance);
    let note = ink.words(&definition.provenance_note);
    let parts = definition.parts.iter().filter_map(|part| own_provenance(ink, part)).map(|said| view! { <p>{said}</p> });
    view! {
        <header class="paper-head">
            <h1>{title}</h1>
            {subtitle}
            <div class="paper-provenance">
                <p>{under}</p>
                <p><strong>{kind}</strong>" "{note}</p>
                {parts.collect_view()}
            </div>
            {signed(ink, mark)}
        </header>
    }
    .into_any()
}

fn provenance(ink: Ink, provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Official => ink.t("provenance.official"),
        Provenance::Reconstructed => ink.t("provenance.reconstructed"),
    }
}

/// A part that comes from elsewhere than the table says so.
fn own_provenance(ink: Ink, part: &Part) -> Option<String> {
    if part.provenance.is_none() && part.provenance_note.is_empty() {
        return None;
    }
    let kind = provenance(ink, part.provenance.unwrap_or(ink.table.definition.provenance));
    Some([&ink.ui.part_name(part), "：", kind, " ", &ink.words(&part.provenance_note)].concat())
}

fn signed(ink: Ink, mark: &PaperMark) -> Option<AnyView> {
    let PaperMark::Signed { digest_groups, qr_text, rev, kids, .. } = mark else { return None };
    // Groups stay whole where the line breaks.
    let groups = digest_groups.split_whitespace().map(|group| view! { <span>{group.to_string()}</span> " " });
    let kids = kids.iter().map(|kid| view! { <div class="paper-mono">{kid.clone()}</div> });
    let view = view! {
        <div class="paper-signed">
            <dl>
                <dt>{ink.t("paper.document")}</dt>
                <dd class="paper-mono">{ink.document.document.id.clone()}" "{ink.ui.fill("paper.rev", &[("rev", &rev.to_string())])}</dd>
                <dt>{ink.t("paper.digest")}</dt>
                <dd class="paper-mono paper-digest">{groups.collect_view()}</dd>
                <dt>{ink.t("paper.keys")}</dt>
                <dd>{kids.collect_view()}</dd>
            </dl>
            <p class="paper-same">{ink.t("paper.same")}</p>
            {code::code(qr_text, ink.t("paper.qr"))}
        </div>
    };
    Some(view.into_any())
}

fn fails(state: &RuleState) -> bool {
    matches!(state.outcome, Outcome::Fails | Outcome::NotComputable)
}

/// What a rule says: that it is not met and why, or what it asks for.
fn said(ink: Ink, rule: &Rule, state: &RuleState) -> String {
    let message = ink.words(&rule.message);
    let label = ink.words(&rule.label);
    if !fails(state) && !label.is_empty() {
        return label;
    }
    let values: Vec<(&str, &str)> = state.parameters.iter().map(|(name, value)| (&**name, value.as_str())).collect();
    let text = locale::fill(&message, &values);
    match state.outcome {
        Outcome::NotComputable => [ink.t("violation.NotComputable"), &text].concat(),
        _ => text,
    }
}

/// The conditions that are not met, each with its reason: the first thing a reviewer sees.
pub fn lifted(ink: Ink) -> AnyView {
    let states = ink.validation.rules();
    let lifted: Vec<(&RuleState, &Rule)> = states
        .iter()
        .filter(|state| state.overridden && fails(state))
        .filter_map(|state| Some((state, ink.table.rule(&state.rule)?)))
        .collect();
    let reason = |state: &RuleState| {
        let at = state.at.to_string();
        let found = ink.document.overrides.iter().find(|it| it.rule == state.rule && it.at == at);
        found.map(|it| it.reason.clone()).unwrap_or_default()
    };
    let first = (!lifted.is_empty()).then(|| {
        let lines = lifted.iter().map(|(state, rule)| {
            view! {
                <tr data-lifted=rule.id.to_string()>
                    <td>{ink.place(&state.at)}</td>
                    <td>{said(ink, rule, state)}</td>
                    <td>{clause(ink.ui, rule.source.as_ref())}</td>
                    <td class="paper-text">{reason(state)}</td>
                </tr>
            }
        });
        view! {
            <table class="paper-list paper-lifted">
                <colgroup><col style:width="18%" /><col style:width="30%" /><col style:width="14%" /><col style:width="38%" /></colgroup>
                <thead>
                    <tr><th colspan="4" class="paper-rows-label">{ink.t("paper.overridden")}</th></tr>
                    <tr>
                        <th>{ink.t("paper.place")}</th>
                        <th>{ink.t("paper.condition")}</th>
                        <th>{ink.t("paper.clause")}</th>
                        <th>{ink.t("paper.reason")}</th>
                    </tr>
                </thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        }
    });
    first.into_any()
}

/// Reasons on record for conditions that hold now, or cannot be checked yet: they travel with the answers.
pub fn kept(ink: Ink) -> Option<AnyView> {
    let states = ink.validation.rules();
    let is_lifted = |it: &Override| {
        let here = |state: &&RuleState| state.rule == it.rule && state.at.to_string() == it.at;
        states.iter().find(here).is_some_and(|state| state.overridden && fails(state))
    };
    let kept: Vec<&Override> = ink.document.overrides.iter().filter(|it| !it.reason.trim().is_empty() && !is_lifted(it)).collect();
    if kept.is_empty() {
        return None;
    }
    let lines = kept.iter().map(|kept| {
        let rule = ink.table.rule(&kept.rule);
        let label = rule.map(|rule| ink.words(&rule.label)).unwrap_or_default();
        let at = AnswerPath::parse(&kept.at, &ink.table.definition).unwrap_or_else(|| AnswerPath::part(""));
        view! {
            <tr data-kept=kept.rule.to_string()>
                <td>{ink.place(&at)}</td>
                <td>{label}</td>
                <td class="paper-text">{kept.reason.clone()}</td>
            </tr>
        }
    });
    let view = view! {
        <table class="paper-list">
            <colgroup><col style:width="18%" /><col style:width="38%" /><col style:width="44%" /></colgroup>
            <thead><tr><th colspan="3" class="paper-rows-label">{ink.t("paper.kept_reason")}</th></tr></thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    };
    Some(view.into_any())
}

/// Every condition of the notice with its state and its clause.
pub fn conditions(ink: Ink) -> Option<AnyView> {
    let states = ink.validation.rules();
    let listed: Vec<(&RuleState, &Rule)> = states
        .iter()
        .filter_map(|state| Some((state, ink.table.rule(&state.rule)?)))
        .filter(|(_, rule)| rule.verdict)
        .collect();
    if listed.is_empty() {
        return None;
    }
    // Places where a condition stands the same share a line.
    let mut lines: Vec<(Vec<String>, &Rule, String, &'static str)> = Vec::new();
    for (state, rule) in listed {
        let key = match state.outcome {
            Outcome::Holds => "paper.state.holds",
            Outcome::NotApplicable => "paper.state.not_applicable",
            Outcome::Undecided => "paper.state.undecided",
            _ if state.overridden => "paper.state.lifted",
            _ if rule.severity == Severity::Warning => "paper.state.warned",
            _ => "paper.state.fails",
        };
        let (place, said) = (ink.place(&state.at), said(ink, rule, state));
        let same = |it: &&mut (Vec<String>, &Rule, String, &'static str)| it.1.id == rule.id && it.2 == said && it.3 == key;
        match lines.iter_mut().find(same) {
            Some(line) => line.0.push(place),
            None => lines.push((vec![place], rule, said, key)),
        }
    }
    let lines = lines.into_iter().map(|(places, rule, said, key)| {
        // What is so in every park is said of the part.
        let part = rule.scope.as_ref().and_then(|scope| ink.table.part(scope)).filter(|part| part.repeat.is_some());
        let place = match part.filter(|part| places.len() > 1 && places.len() == ink.document.instances(&part.id).len()) {
            Some(part) => ink.ui.part_name(part),
            None => places.join("、"),
        };
        view! {
            <tr data-rule=rule.id.to_string()>
                <td>{place}</td>
                <td>{said}</td>
                <td>{clause(ink.ui, rule.source.as_ref())}</td>
                <td>{ink.t(key)}</td>
            </tr>
        }
    });
    let view = view! {
        <table class="paper-list">
            <colgroup><col style:width="20%" /><col style:width="46%" /><col style:width="18%" /><col style:width="16%" /></colgroup>
            <thead>
                <tr><th colspan="4" class="paper-rows-label">{ink.t("paper.conditions")}</th></tr>
                <tr>
                    <th>{ink.t("paper.place")}</th>
                    <th>{ink.t("paper.condition")}</th>
                    <th>{ink.t("paper.clause")}</th>
                    <th>{ink.t("paper.state")}</th>
                </tr>
            </thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    };
    Some(view.into_any())
}

/// What accompanies the table: each paper and file, how it is sent, its pages, its name and size.
pub fn materials(ink: Ink) -> Option<AnyView> {
    let definition = &ink.table.definition;
    let part = ink.table.materials.as_ref()?;
    let mut lines: Vec<AnyView> = Vec::new();
    for material in &definition.materials {
        let path = AnswerPath::part(MATERIALS).field(material.id.clone());
        if !ink.validation.field(&path).relevant {
            continue;
        }
        let entries = ink.document.rows(&path);
        let label = ink.words(&material.label);
        let copies = material.copies.map(|n| ink.ui.fill("paper.copies", &[("n", &n.to_string())]));
        // Another office's material is listed with who writes it; there is nothing of it here.
        let is_brought = material.by.as_ref().filter(|office| brings(ink, office));
        let by = is_brought.map(|office| {
            let name = definition.offices.iter().find(|it| it.id == *office).map(|it| ink.words(&it.label)).unwrap_or_default();
            ink.ui.fill("paper.by", &[("office", &name)])
        });
        let small: Vec<String> = [copies, by].into_iter().flatten().collect();
        let small = (!small.is_empty()).then(|| view! { <div class="paper-small">{small.join("；")}</div> });
        let n_rows = entries.len().max(1).to_string();
        let head = view! { <th class="paper-row-label" rowspan=n_rows>{label}{small}</th> };
        let none = ink.is_none(&path).then(|| part.field(&material.id).map(kinds::none_word)).flatten();
        let Some((first, rest)) = entries.split_first() else {
            let word = none.map(|none| ink.words(&none)).unwrap_or_default();
            lines.push(view! { <tr>{head}<td>{word}</td><td></td><td></td><td></td></tr> }.into_any());
            continue;
        };
        lines.push(view! { <tr>{head}{entry(ink, first, &material.media)}</tr> }.into_any());
        lines.extend(rest.iter().map(|it| view! { <tr>{entry(ink, it, &material.media)}</tr> }.into_any()));
    }
    if lines.is_empty() {
        return None;
    }
    let view = view! {
        <table class="paper-list paper-materials">
            <colgroup><col style:width="24%" /><col style:width="28%" /><col style:width="14%" /><col style:width="8%" /><col style:width="26%" /></colgroup>
            <thead>
                <tr><th colspan="5" class="paper-rows-label">{ink.t("paper.materials")}</th></tr>
                <tr>
                    <th>{ink.t("paper.material")}</th>
                    <th>{ink.t("paper.entry")}</th>
                    <th>{ink.t("paper.how")}</th>
                    <th>{ink.t("paper.pages")}</th>
                    <th>{ink.t("paper.file")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    };
    Some(view.into_any())
}

/// True if the office fills no part of the table: it is a later link of the chain.
fn brings(ink: Ink, office: &str) -> bool {
    let definition = &ink.table.definition;
    let is_first = definition.offices.first().is_some_and(|it| *it.id == *office);
    !is_first && definition.parts.iter().all(|part| part.filled_by.as_deref() != Some(office))
}

fn entry(ink: Ink, entry: &Row, media: &[Medium]) -> AnyView {
    let title = match entry.cells.get("title") {
        Some(Answer::Text(title)) => title.clone(),
        _ => String::new(),
    };
    let pages = match entry.cells.get("pages") {
        Some(Answer::Integer(pages)) => pages.to_string(),
        _ => String::new(),
    };
    let file = ink.attached(entry);
    let how = match &file {
        Some(_) => ink.t("paper.electronic"),
        None if media.contains(&Medium::Paper) || media.is_empty() => ink.t("paper.on_paper"),
        None => "",
    };
    view! { <td>{title}</td><td>{how}</td><td class="paper-number">{pages}</td><td class="paper-file">{file.unwrap_or_default()}</td> }.into_any()
}
