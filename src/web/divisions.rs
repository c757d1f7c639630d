//! The list of administrative divisions: fetched once for a page, when a cell first needs it.

use super::assets;
use crate::engine::divisions::{Divisions, FILE, learn};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// How far the list is.
#[derive(Clone)]
pub enum List {
    /// Nobody asked for it yet.
    Unasked,
    /// On its way.
    Loading,
    /// Here.
    Here(Arc<Divisions>),
    /// It could not be had; it may be asked for again.
    Failed,
}

thread_local! {
    /// One list for all forms of a page; it outlives each of them.
    static LIST: ArcRwSignal<List> = ArcRwSignal::new(List::Unasked);
}

/// The list, watched.
pub fn list() -> List {
    LIST.with(ArcRwSignal::clone).get()
}

/// Fetches the list if nobody did. A failure is kept: only [`fetch`] tries again.
pub fn want() {
    if matches!(LIST.with(ArcRwSignal::clone).get_untracked(), List::Unasked) {
        fetch();
    }
}

/// Fetches the list, again if it failed before.
pub fn fetch() {
    let list = LIST.with(ArcRwSignal::clone);
    if matches!(list.get_untracked(), List::Loading | List::Here(_)) {
        return;
    }
    list.set(List::Loading);
    spawn_local(async move {
        let divisions = Divisions::read(&assets::text(FILE).await.unwrap_or_default());
        // What came may be cut short, or another file.
        let found = divisions.provinces().next().is_some();
        let divisions = Arc::new(divisions);
        if found {
            learn(divisions.clone());
        }
        list.set(if found { List::Here(divisions) } else { List::Failed });
    });
}
