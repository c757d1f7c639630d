//! From one problem of the form to the next.

use crate::engine::answers::AnswerPath;
use crate::web::ui::Ui;
use leptos::prelude::*;
use std::cmp::Ordering;
use web_sys::{Element, HtmlElement, Node};

/// Puts the focus on the next, or the previous, cell with a problem.
pub fn next_problem(ui: Ui, backwards: bool) {
    let violations = ui.session.check();
    let mut places: Vec<AnswerPath> = violations.into_iter().map(|it| it.path).collect();
    places.dedup();
    if places.is_empty() {
        ui.notice.set(ui.t("summary.none").into());
        return;
    }
    let focused = ui.focused_path();
    let here = focused.as_ref().and_then(|text| places.iter().position(|path| path.to_string() == *text));
    // A cell where nothing is wrong has its place among the others all the same.
    let behind = focused.and_then(|_| places.iter().position(|path| is_behind(ui, path)));
    let n = places.len();
    let next = match (here, behind, backwards) {
        (Some(at), _, false) => at + 1,
        (None, at, false) => at.unwrap_or_default(),
        (Some(at), _, true) | (None, Some(at), true) => at + n - 1,
        (None, None, true) => n - 1,
    };
    if let Some(path) = places.get(next % n) {
        ui.go_to(path);
    }
}

/// True if a place comes after the control that has the focus.
fn is_behind(ui: Ui, path: &AnswerPath) -> bool {
    let sheets = untrack(|| ui.places());
    let at = |sheet: &AnswerPath| sheets.iter().position(|it| it == sheet);
    match at(&path.to_instance()).cmp(&at(&ui.place.get_untracked())) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => {
            let follows = |(here, it): (Element, HtmlElement)| here.compare_document_position(&it) & Node::DOCUMENT_POSITION_FOLLOWING != 0;
            ui.focused().zip(ui.element(path)).is_some_and(follows)
        }
    }
}
