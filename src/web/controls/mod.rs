//! One file per family of field kinds: the part of a field that takes input. Controls know one field and
//! one answer, not tables or documents.

pub mod boolean;
pub mod choice;
pub mod date;
pub mod division;
pub mod files;
pub mod reference;
pub mod text;

use super::dom::{Child, El, el};
use super::ui::AnswerHandle;
use crate::engine::definition::{Condition, Field, FieldKind, Format};

/// The control of a field. The one place where kinds meet controls.
pub fn control(handle: AnswerHandle, field: &Field) -> Child {
    match &field.kind {
        FieldKind::Long(kind) => text::area(handle, kind),
        FieldKind::Boolean(kind) => boolean::buttons(handle, kind).into(),
        FieldKind::Choice(kind) => choice::one(handle, kind),
        FieldKind::Choices(kind) => choice::several(handle, kind).into(),
        FieldKind::Reference(kind) => reference::select(handle, kind).into(),
        FieldKind::Files(_) => files::list(handle).into(),
        FieldKind::Text(kind) if kind.format == Some(Format::DivisionCode) => division::line(handle),
        FieldKind::Text(kind) if kind.format == Some(Format::DivisionName) => division::named(handle),
        FieldKind::Text(_)
        | FieldKind::Integer(_)
        | FieldKind::Decimal(_)
        | FieldKind::Year(_)
        | FieldKind::Month(_)
        | FieldKind::Date(_)
        | FieldKind::Texts(_) => text::line(handle),
        FieldKind::Computed(_) => computed(handle).into(),
        // A sub-table, words and boxes are blocks of their own, drawn by the section.
        FieldKind::Rows(_) | FieldKind::Note(_) | FieldKind::Seal(_) | FieldKind::Opinion(_) => Child::none(),
    }
}

/// What is worked out, never typed.
fn computed(handle: AnswerHandle) -> El {
    let shown = move || handle.ui.session.field(&handle.path()).shown.unwrap_or_default();
    el("output", "computed").attr("id", &handle.control_id()).attr("aria-live", "off").live_text(shown)
}

/// Several controls that are one answer together: named by the label of the cell, since that can point at one only.
fn group(element: El, handle: AnswerHandle) -> El {
    let id = handle.control_id();
    element
        .attr("role", "group")
        .attr("id", &id)
        .attr("aria-labelledby", &label_id(&id))
        .attr("aria-describedby", &format!("{id}-messages"))
}

/// Makes an element the label of a control.
pub fn labels(label: El, handle: AnswerHandle) -> El {
    let id = handle.control_id();
    let is_group = handle.field(|field| matches!(field.kind, FieldKind::Boolean(_) | FieldKind::Choices(_) | FieldKind::Files(_)));
    if is_group { label.attr("id", &label_id(&id)) } else { label.attr("for", &id) }
}

fn label_id(control: &str) -> String {
    [control, "-label"].concat()
}

/// What every control that takes text or a choice says about itself.
fn described(control: El, handle: AnswerHandle) -> El {
    let id = handle.control_id();
    let is_required = handle.field(|field| matches!(field.required, Condition::Fixed(true)));
    let control = if is_required { control.attr("aria-required", "true") } else { control };
    control
        .attr("id", &id)
        .attr("aria-describedby", &format!("{id}-messages"))
        .live_state("aria-invalid", move || handle.is_wrong())
}
