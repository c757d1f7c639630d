//! One field: label, hint, error, control, in the cells of the bordered table.

use crate::engine::answers::{Answer, AnswerPath};
use crate::engine::definition::{Condition, Field, FieldKind, Severity};
use crate::engine::layout::Placed;
use crate::web::controls;
use crate::web::form::verdict;
use crate::web::ui::{AnswerHandle, Ui};
use leptos::prelude::*;

/// The label cell and the value cell of a field.
pub fn cells(ui: Ui, path: AnswerPath, field: &Field, placed: Placed) -> AnyView {
    match &field.kind {
        FieldKind::Rows(kind) => return super::rows::block(ui, path, field, kind).into_any(),
        FieldKind::Note(kind) => {
            let text = ui.words(&kind.text);
            return view! { <div class="cell note" style=span(placed.value)>{text}</div> }.into_any();
        }
        FieldKind::Seal(_) | FieldKind::Opinion(_) => return boxed(ui, field, placed).into_any(),
        _ => {}
    }
    let handle = AnswerHandle::new(ui, path.clone(), field);
    let label = label(ui, handle, field);
    if placed.label_on_top || placed.label == 0 {
        let label = placed.label_on_top.then_some(label);
        return view! { <ValueCell handle field=field.clone() columns=placed.value label=label.map(IntoAny::into_any) /> }
            .into_any();
    }
    view! {
        <div class="cell label" style=span(placed.label)>{label}</div>
        <ValueCell handle field=field.clone() columns=placed.value label=None />
    }
    .into_any()
}

/// `--span` is how many of the columns a cell takes.
pub fn span(columns: u32) -> String {
    format!("--span:{columns}")
}

fn label(ui: Ui, handle: AnswerHandle, field: &Field) -> impl IntoView + use<> {
    let star = match &field.required {
        Condition::Fixed(required) => Signal::derive({
            let required = *required;
            move || required
        }),
        Condition::When(_) => Signal::derive(move || ui.session.field(&handle.path()).required),
    };
    let words = ui.words(&field.label);
    let star_words = ui.t("field.required");
    view! {
        <label for=handle.control_id()>
            <span>{words}</span>
            {move || star.get().then(|| view! { <abbr class="star" title=star_words>"*"</abbr> })}
        </label>
    }
}

#[component]
fn ValueCell(handle: AnswerHandle, field: Field, columns: u32, label: Option<AnyView>) -> impl IntoView {
    let ui = handle.ui;
    let unit = ui.words(&field.unit);
    let hint = ui.words(&field.hint);
    let is_long = matches!(field.kind, FieldKind::Long(_));
    let is_computed = matches!(field.kind, FieldKind::Computed(_));
    let reserved = field.reserved_for.as_ref().map(|office| {
        let name = ui.session.peek(|table, _, _| {
            let office = table.definition.offices.iter().find(|it| it.id == *office);
            office.map(|it| ui.words(&it.label)).unwrap_or_default()
        });
        ui.fill("field.reserved", &[("office", &name)])
    });
    let control = match reserved {
        Some(words) => view! { <span class="reserved">{words}</span> }.into_any(),
        None => controls::control(handle, &field),
    };
    let none = field.none.0.as_ref().map(|words| none_button(handle, ui.words(words)));
    view! {
        <div class="cell value" class:long=is_long class:computed-cell=is_computed style=span(columns)
            data-path=handle.path().to_string()
            class:wrong=move || handle.is_wrong()
        >
            {label}
            <div class="control">
                {control}
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
                {none}
            </div>
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            {messages(handle)}
        </div>
    }
}

/// What is wrong with the cell, in words, once there is something to say.
pub fn messages(handle: AnswerHandle) -> impl IntoView {
    let ui = handle.ui;
    let path = handle.path();
    let list = move || {
        let session = ui.session;
        let missing = session.shows_missing(&path).then(|| {
            let words = handle.field(|field| ui.words(&field.label));
            let said = ui.fill("violation.ValueMissing", &[("label", &words)]);
            view! { <p class="message wrong">{said}</p> }
        });
        let violations = session.shown_violations(&path).into_iter();
        let said = violations
            .filter(|it| it.code != crate::engine::validation::ViolationCode::ValueMissing)
            // A condition of the notice speaks in its own strip.
            .filter(|it| !verdict::has_strip(ui, it))
            .map(|violation| {
                let class = match violation.severity {
                    Severity::Warning => "message warned",
                    _ if violation.overridden => "message warned",
                    _ => "message wrong",
                };
                let mend = violation.parameters.iter().find(|(name, _)| **name == *"mend");
                view! {
                    <p class=class>{ui.sentence(&violation)}{mend.map(|(_, text)| mend_button(handle, text.clone()))}</p>
                    {verdict::reason(ui, &violation)}
                }
            });
        view! { {missing} {said.collect_view()} }
    };
    view! { <div class="messages" id=format!("{}-messages", handle.control_id())>{list}</div> }
}

/// Writes the one text that is certain to be meant, as an edit that can be undone.
fn mend_button(handle: AnswerHandle, mended: String) -> impl IntoView {
    let words = handle.ui.fill("field.mend", &[("mend", &mended)]);
    let on_click = move |_| {
        handle.set(handle.decode(&mended));
        // The button goes with the message: the focus returns to the cell.
        handle.ui.focus_cell(&handle.path());
    };
    view! {
        <button type="button" class="button small mend" disabled=move || handle.is_read_only() on:click=on_click>{words}</button>
    }
}

/// Confirms that there is none: 无 counts as an answer.
fn none_button(handle: AnswerHandle, words: String) -> impl IntoView {
    let is_none = move || handle.answer() == Some(Answer::ConfirmedNone);
    let on_click = move |_| {
        let is_none = handle.answer_now() == Some(Answer::ConfirmedNone);
        handle.set((!is_none).then_some(Answer::ConfirmedNone));
    };
    view! {
        <button type="button" class="option none" aria-pressed=move || is_none().to_string()
            disabled=move || handle.is_read_only() on:click=on_click>{words}</button>
    }
}

/// A blank box for an opinion, a seal and a date: printed, never filled here.
fn boxed(ui: Ui, field: &Field, placed: Placed) -> impl IntoView + use<> {
    let label = ui.words(&field.label);
    let dated = match &field.kind {
        FieldKind::Seal(kind) | FieldKind::Opinion(kind) => kind.date_line,
        _ => false,
    };
    let is_opinion = matches!(field.kind, FieldKind::Opinion(_));
    let hint = if is_opinion { ui.t("field.opinion_hint") } else { ui.t("field.seal_hint") };
    let date = dated.then(|| view! { <span class="date-line">{ui.t("field.date_line")}</span> });
    view! {
        <div class="cell seal-box" class:opinion=is_opinion style=span(placed.label + placed.value)>
            <span class="seal-label">{label}</span>
            <span class="hint">{hint}</span>
            {date}
        </div>
    }
}
