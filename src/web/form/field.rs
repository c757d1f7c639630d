//! One field: label, hint, error, control, in the cells of the bordered table.

use crate::engine::answers::{Answer, AnswerPath};
use crate::engine::definition::{Condition, Field, FieldKind, Severity};
use crate::engine::layout::Placed;
use crate::engine::validation::Violation;
use crate::web::controls;
use crate::web::dom::{Child, El, button, each, el, live};
use crate::web::form::verdict;
use crate::web::ui::{AnswerHandle, Ui};

/// The label cell and the value cell of a field.
pub fn cells(ui: Ui, path: AnswerPath, field: &Field, placed: Placed) -> Child {
    match &field.kind {
        FieldKind::Rows(kind) => return super::rows::block(ui, path, field, kind).into(),
        FieldKind::Note(kind) => return cell("cell note", placed.value).text(&ui.words(&kind.text)).into(),
        FieldKind::Seal(_) | FieldKind::Opinion(_) => return boxed(ui, field, placed).into(),
        _ => {}
    }
    let handle = AnswerHandle::new(ui, path, field);
    if placed.label_on_top || placed.label == 0 {
        let label = placed.label_on_top.then(|| label(ui, handle, field));
        return value_cell(handle, field, placed.value, label).into();
    }
    let label = cell("cell label", placed.label).add(label(ui, handle, field));
    vec![label, value_cell(handle, field, placed.value, None)].into()
}

/// A cell that takes so many of the columns. Its classes are the names under which the page around may style it.
fn cell(class: &str, columns: u32) -> El {
    el("div", class).attr("part", class).style("--span", &columns.to_string())
}

fn label(ui: Ui, handle: AnswerHandle, field: &Field) -> El {
    let star: Child = match &field.required {
        Condition::Fixed(required) => required.then(|| star(ui)).into(),
        Condition::When(_) => live(move || ui.session.field(&handle.path()).required.then(|| star(ui))),
    };
    let words = el("span", "").text(&ui.words(&field.label));
    controls::labels(el("label", ""), handle).add(words).add(star)
}

/// The mark of a cell that must be filled.
pub fn star(ui: Ui) -> El {
    el("abbr", "star").attr("title", ui.t("field.required")).text("*")
}

fn value_cell(handle: AnswerHandle, field: &Field, columns: u32, label: Option<El>) -> El {
    let ui = handle.ui;
    let unit = ui.words(&field.unit);
    let hint = ui.words(&field.hint);
    let reserved = field.reserved_for.as_ref().map(|office| {
        let name = ui.session.peek(|table, _| {
            let office = table.definition.offices.iter().find(|it| it.id == *office);
            office.map(|it| ui.words(&it.label)).unwrap_or_default()
        });
        ui.fill("field.reserved", &[("office", &name)])
    });
    let inside = match reserved {
        Some(words) => el("span", "reserved").text(&words).into(),
        None => controls::control(handle, field),
    };
    let none = field.none.0.as_ref().map(|words| none_button(handle, &ui.words(words), || false));
    let control = el("div", "control").add(inside).add((!unit.is_empty()).then(|| el("span", "unit").text(&unit))).add(none);
    cell("cell value", columns)
        .class_if("long", matches!(field.kind, FieldKind::Long(_)))
        .class_if("computed-cell", matches!(field.kind, FieldKind::Computed(_)))
        .attr("data-path", &handle.path().to_string())
        .live_class("wrong", move || handle.is_wrong())
        .add(label)
        .add(control)
        .add(hint_line(&hint))
        .add(messages(handle))
}

/// The hint under a control, if there is one.
fn hint_line(hint: &str) -> Option<El> {
    (!hint.is_empty()).then(|| el("p", "hint").text(hint))
}

/// What is wrong with the cell, in words, once there is something to say.
pub fn messages(handle: AnswerHandle) -> El {
    let ui = handle.ui;
    let list = live(move || {
        let said = ui.session.shown_violations(&handle.path()).into_iter();
        // A condition of the notice speaks in its own strip.
        let said = said.filter(|it| !verdict::has_strip(ui, it));
        said.map(|violation| message(handle, &violation).into()).collect::<Vec<Child>>()
    });
    el("div", "messages").attr("id", &format!("{}-messages", handle.control_id())).add(list).add(reasons(handle))
}

/// The places for reasons that lift what is wrong with the cell. They stay while the messages change: somebody may be
/// typing there.
fn reasons(handle: AnswerHandle) -> Option<Child> {
    let ui = handle.ui;
    let may_ask = handle.field(|field| verdict::asks_at_cell(ui, &field.id));
    let asked = move || {
        let mut ids = Vec::new();
        for violation in ui.session.shown_violations(&handle.path()) {
            ids.extend(verdict::reason_id(ui, &violation));
        }
        ids
    };
    may_ask.then(|| each(asked, move |id| verdict::reason(ui, &id)))
}

/// One message, with the text that is certain to be meant.
fn message(handle: AnswerHandle, violation: &Violation) -> El {
    let ui = handle.ui;
    let class = match violation.severity {
        Severity::Warning => "message warned",
        _ if violation.overridden => "message warned",
        _ => "message wrong",
    };
    let mend = violation.parameters.iter().find(|(name, _)| **name == *"mend");
    el("p", class).attr("part", "message").text(&ui.sentence(violation)).add(verdict::clause_of(ui, violation)).add(mend.map(|(_, text)| mend_button(handle, text.clone())))
}

/// Writes the one text that is certain to be meant, as an edit that can be undone.
fn mend_button(handle: AnswerHandle, mended: String) -> El {
    button("button small mend", &handle.ui.fill("field.mend", &[("mend", &mended)]))
        .live_flag("disabled", move || handle.is_read_only())
        .on_click(move || {
            handle.set(handle.decode(&mended));
            // The button goes with the message: the focus returns to the cell.
            handle.ui.focus_cell(&handle.path());
        })
}

/// Confirms that there is none: 无 counts as an answer. It leaves its room to whatever else is answered; `blocked`
/// tells when something else stands there that is no answer of the cell itself.
pub fn none_button(handle: AnswerHandle, words: &str, blocked: impl Fn() -> bool + 'static) -> El {
    button("option none", words)
        .live_state("aria-pressed", move || handle.answer() == Some(Answer::ConfirmedNone))
        .live_flag("hidden", move || blocked() || handle.answer().is_some_and(|it| it != Answer::ConfirmedNone))
        .live_flag("disabled", move || handle.is_read_only())
        .on_click(move || {
            let is_none = handle.answer_now() == Some(Answer::ConfirmedNone);
            handle.set((!is_none).then_some(Answer::ConfirmedNone));
        })
}

/// A blank box for an opinion, a seal and a date: printed, never filled here.
fn boxed(ui: Ui, field: &Field, placed: Placed) -> El {
    let dated = match &field.kind {
        FieldKind::Seal(kind) | FieldKind::Opinion(kind) => kind.date_line,
        _ => false,
    };
    let is_opinion = matches!(field.kind, FieldKind::Opinion(_));
    let hint = if is_opinion { "field.opinion_hint" } else { "field.seal_hint" };
    cell("cell seal-box", placed.label + placed.value)
        .class_if("opinion", is_opinion)
        .add(el("span", "seal-label").text(&ui.words(&field.label)))
        .add(el("span", "hint").text(ui.t(hint)))
        .add(dated.then(|| el("span", "date-line").text(ui.t("field.date_line"))))
}
