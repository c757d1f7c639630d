//! What stands around the table itself: the head of the cover with the marks of the signed file, reasons for
//! conditions that are not met, and behind the table the materials and the conditions.

use super::code;
use super::ink::Ink;
use super::{PaperMark, wide, written};
use crate::engine::answers::{Answer, AnswerPath, Override, Row};
use crate::engine::definition::{MATERIALS, Material, Medium, Part, Provenance, Rule, Severity};
use crate::engine::kinds;
use crate::engine::validation::{Outcome, RuleState};
use crate::web::dom::{El, el};
use crate::web::form::verdict::clause;

/// Whose table it is: the first answer of the first part.
pub fn applicant(ink: Ink) -> String {
    let Some(part) = ink.table.definition.parts.first() else { return String::new() };
    let Some(field) = part.fields().next() else { return String::new() };
    let path = AnswerPath::part(part.id.clone()).field(field.id.clone());
    let Some(answer) = ink.document.answer(&path) else { return String::new() };
    kinds::shown(&ink.table.definition, field, answer, ink.ui.language)
}

/// Title, where the table comes from, and of a signed one what the receiving office compares.
pub fn head(ink: Ink, mark: &PaperMark) -> El {
    let definition = &ink.table.definition;
    let subtitle = ink.words(&definition.subtitle);
    let notice = &definition.notice;
    let under = ink.ui.fill("paper.notice", &[
        ("number", &notice.number),
        ("title", &ink.words(&notice.title)),
        ("attachment", &ink.words(&notice.attachment)),
    ]);
    let own = written("strong", "", provenance(ink, definition.provenance));
    let mut sources = el("div", "paper-provenance")
        .add(written("p", "", &under))
        .add(el("p", "").add(own).text(" ").text(&ink.words(&definition.provenance_note)));
    for part in &definition.parts {
        if let Some(said) = own_provenance(ink, part) {
            sources = sources.add(written("p", "", &said));
        }
    }
    el("header", "paper-head")
        .add(written("h1", "", &ink.words(&definition.title)))
        .add((!subtitle.is_empty()).then(|| written("p", "paper-subtitle", &subtitle)))
        .add(sources)
        .add(signed(ink, mark))
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

fn signed(ink: Ink, mark: &PaperMark) -> Option<El> {
    let PaperMark::Signed { digest_groups, qr_text, rev, kids, .. } = mark else { return None };
    let name = |key: &str| written("dt", "", ink.t(key));
    let (id, rev) = (&*ink.document.document.id, ink.ui.fill("paper.rev", &[("rev", &rev.to_string())]));
    // Groups stay whole where the line breaks.
    let mut digest = el("dd", "paper-mono paper-digest");
    for group in digest_groups.split_whitespace() {
        digest = digest.add(written("span", "", group)).text(" ");
    }
    let list = el("dl", "")
        .add(name("paper.document"))
        .add(written("dd", "paper-mono", &[id, &rev].join(" ")))
        .add(name("paper.digest"))
        .add(digest)
        .add(name("paper.keys"))
        .add(el("dd", "").add_all(kids.iter().map(|kid| written("div", "paper-mono", kid))));
    let signed = el("div", "paper-signed")
        .add(list)
        .add(written("p", "paper-same", ink.t("paper.same")))
        .add(code::code(qr_text, ink.t("paper.qr")));
    Some(signed)
}

/// A list with its columns' widths, its name, what stands above its columns, which may be nothing, and its lines.
fn list(ink: Ink, class: &str, widths: &[&str], name: &str, heads: &[&str], lines: Vec<El>) -> El {
    let name = el("tr", "").add(wide("th", "paper-rows-label", widths.len() as u32).text(ink.t(name)));
    let mut head = el("thead", "").add(name);
    if !heads.is_empty() {
        head = head.add(el("tr", "").add_all(heads.iter().map(|key| written("th", "", ink.t(key)))));
    }
    el("table", class)
        .add(el("colgroup", "").add_all(widths.iter().map(|width| el("col", "").style("width", width))))
        .add(head)
        .add(el("tbody", "").add(lines))
}

/// The conditions that are not met, each with its reason: the first thing a reviewer sees.
pub fn lifted(ink: Ink) -> Option<El> {
    let states = ink.validation.rules();
    let lifted: Vec<(&RuleState, &Rule)> = states
        .iter()
        .filter(|state| state.overridden && state.outcome.fails())
        .filter_map(|state| Some((state, ink.table.rule(&state.rule)?)))
        .collect();
    let reason = |state: &RuleState| ink.document.reason(&state.rule, &state.at.to_string()).unwrap_or_default();
    if lifted.is_empty() {
        return None;
    }
    let lines = lifted.iter().map(|(state, rule)| {
        el("tr", "")
            .attr("data-lifted", &rule.id)
            .add(written("td", "", &ink.place(&state.at)))
            .add(written("td", "", &ink.ui.rule_words(rule, state)))
            .add(written("td", "", &clause(ink.ui, rule.source.as_ref())))
            .add(written("td", "paper-text", reason(state)))
    });
    let widths = ["18%", "30%", "14%", "38%"];
    let heads = ["paper.place", "paper.condition", "paper.clause", "paper.reason"];
    Some(list(ink, "paper-list paper-lifted", &widths, "paper.overridden", &heads, lines.collect()))
}

/// Reasons on record for conditions that hold now, or cannot be checked yet: they travel with the answers.
pub fn kept(ink: Ink) -> Option<El> {
    let states = ink.validation.rules();
    let is_lifted = |it: &Override| {
        let here = |state: &&RuleState| state.rule == it.rule && state.at.to_string() == it.at;
        states.iter().find(here).is_some_and(|state| state.overridden && state.outcome.fails())
    };
    let kept: Vec<&Override> = ink.document.overrides.iter().filter(|it| !it.reason.trim().is_empty() && !is_lifted(it)).collect();
    if kept.is_empty() {
        return None;
    }
    let lines = kept.iter().map(|kept| {
        let rule = ink.table.rule(&kept.rule);
        let label = rule.map(|rule| ink.words(&rule.label)).unwrap_or_default();
        let at = AnswerPath::parse(&kept.at, &ink.table.definition).unwrap_or_else(|| AnswerPath::part(""));
        el("tr", "")
            .attr("data-kept", &kept.rule)
            .add(written("td", "", &ink.place(&at)))
            .add(written("td", "", &label))
            .add(written("td", "paper-text", &kept.reason))
    });
    Some(list(ink, "paper-list", &["18%", "38%", "44%"], "paper.kept_reason", &[], lines.collect()))
}

/// Every condition of the notice with its state and its clause.
pub fn conditions(ink: Ink) -> Option<El> {
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
        let (place, said) = (ink.place(&state.at), ink.ui.rule_words(rule, state));
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
        el("tr", "")
            .attr("data-rule", &rule.id)
            .add(written("td", "", &place))
            .add(written("td", "", &said))
            .add(written("td", "", &clause(ink.ui, rule.source.as_ref())))
            .add(written("td", "", ink.t(key)))
    });
    let widths = ["20%", "46%", "18%", "16%"];
    let heads = ["paper.place", "paper.condition", "paper.clause", "paper.state"];
    Some(list(ink, "paper-list", &widths, "paper.conditions", &heads, lines.collect()))
}

/// What accompanies the table: each paper and file, how it is sent, its pages, its name and size.
pub fn materials(ink: Ink) -> Option<El> {
    let definition = &ink.table.definition;
    let part = ink.table.materials.as_ref()?;
    let mut lines: Vec<El> = Vec::new();
    for material in &definition.materials {
        let path = AnswerPath::part(MATERIALS).field(material.id.clone());
        if !ink.validation.field(&path).relevant {
            continue;
        }
        let entries = ink.document.rows(&path);
        let label = ink.words(&material.label);
        let copies = material.copies.map(|n| ink.ui.fill("paper.copies", &[("n", &n.to_string())]));
        // Another office's material is listed with who writes it; there is nothing of it here.
        let is_brought = material.by.as_ref().filter(|_| is_brought(ink, material));
        let by = is_brought.map(|office| {
            let name = definition.offices.iter().find(|it| it.id == *office).map(|it| ink.words(&it.label)).unwrap_or_default();
            // The definition's own words name every office that has a hand in it.
            let said = ink.words(&material.hint);
            if said.is_empty() { ink.ui.fill("paper.by", &[("office", &name)]) } else { said }
        });
        let small: Vec<String> = [copies, by].into_iter().flatten().collect();
        let small = (!small.is_empty()).then(|| written("div", "paper-small", &small.join("；")));
        let n_rows = entries.len().max(1).to_string();
        let head = written("th", "paper-row-label", &label).attr("rowspan", &n_rows).add(small);
        let none = ink.is_none(&path).then(|| part.field(&material.id).map(kinds::none_word)).flatten();
        let first = el("tr", "").add(head);
        let Some((own, rest)) = entries.split_first() else {
            let word = none.map(|none| ink.words(&none)).unwrap_or_default();
            lines.push(first.add(written("td", "", &word)).add_all((0..3).map(|_| el("td", ""))));
            continue;
        };
        lines.push(entry(first, ink, own, &material.media));
        lines.extend(rest.iter().map(|it| entry(el("tr", ""), ink, it, &material.media)));
    }
    if lines.is_empty() {
        return None;
    }
    let widths = ["24%", "28%", "14%", "8%", "26%"];
    let heads = ["paper.material", "paper.entry", "paper.how", "paper.pages", "paper.file"];
    Some(list(ink, "paper-list paper-materials", &widths, "paper.materials", &heads, lines))
}

/// True if the office that the material is by fills no part of the table: it is a later link of the chain.
pub fn is_brought(ink: Ink, material: &Material) -> bool {
    let Some(office) = material.by.as_deref() else { return false };
    let definition = &ink.table.definition;
    let is_first = definition.offices.first().is_some_and(|it| *it.id == *office);
    !is_first && definition.parts.iter().all(|part| part.filled_by.as_deref() != Some(office))
}

/// Puts the cells of an entry into its row.
fn entry(row: El, ink: Ink, entry: &Row, media: &[Medium]) -> El {
    let title = match entry.cells.get("title") {
        Some(Answer::Text(title)) => title.as_str(),
        _ => "",
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
    row.add(written("td", "", title))
        .add(written("td", "", how))
        .add(written("td", "paper-number", &pages))
        .add(written("td", "paper-file", file.as_deref().unwrap_or_default()))
}
