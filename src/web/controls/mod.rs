//! One file per family of field kinds: the part of a field that takes input. Controls know one field and
//! one answer, not tables or documents.

pub mod boolean;
pub mod choice;
pub mod date;
pub mod division;
pub mod files;
pub mod reference;
pub mod text;

use super::ui::AnswerHandle;
use crate::engine::definition::{Field, FieldKind, Format};
use leptos::prelude::*;

/// The control of a field. The one place where kinds meet controls, and so the one `into_any`.
pub fn control(handle: AnswerHandle, field: &Field) -> AnyView {
    match &field.kind {
        FieldKind::Long(kind) => text::area(handle, kind).into_any(),
        FieldKind::Boolean(kind) => boolean::buttons(handle, kind).into_any(),
        FieldKind::Choice(kind) => choice::one(handle, kind).into_any(),
        FieldKind::Choices(kind) => choice::several(handle, kind).into_any(),
        FieldKind::Reference(kind) => reference::select(handle, kind).into_any(),
        FieldKind::Files(_) => files::list(handle).into_any(),
        FieldKind::Text(kind) if kind.format == Some(Format::DivisionCode) => division::line(handle).into_any(),
        FieldKind::Text(_)
        | FieldKind::Integer(_)
        | FieldKind::Decimal(_)
        | FieldKind::Year(_)
        | FieldKind::Month(_)
        | FieldKind::Date(_)
        | FieldKind::Texts(_) => text::line(handle).into_any(),
        FieldKind::Computed(_) => computed(handle).into_any(),
        // A sub-table, words and boxes are blocks of their own, drawn by the section.
        FieldKind::Rows(_) | FieldKind::Note(_) | FieldKind::Seal(_) | FieldKind::Opinion(_) => ().into_any(),
    }
}

/// What is worked out, never typed.
fn computed(handle: AnswerHandle) -> impl IntoView {
    let shown = move || {
        let state = handle.ui.session.field(&handle.path());
        state.shown.unwrap_or_default()
    };
    view! { <output class="computed" id=handle.control_id() aria-live="off">{shown}</output> }
}
