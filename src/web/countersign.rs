//! The second office of a statement that two offices sign: it reads what the first has signed, and adds its signature
//! to the same bytes.

use super::dom::{El, el};
use super::keys::{self, Desk, alert, open_key, working};
use super::signing::{self, UnlockedKey};
use super::ui::Ui;
use crate::engine::value::json::Json;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File};

/// A file with both signatures.
#[derive(Clone)]
pub struct Joined {
    /// Its one statement.
    pub statement: String,
    /// The file itself.
    pub file: Blob,
    /// The extension of its name.
    pub extension: &'static str,
}

/// The file that waits for a signature, and what the office asks of it.
pub struct Waiting {
    /// The file.
    pub file: File,
    /// What it is verified by, once more before the signature is added.
    pub policy: Json,
    /// Thumbprints of the keys that have signed.
    pub signed: Vec<String>,
    /// Thumbprints of the keys that have yet to sign.
    pub awaited: Vec<String>,
}

/// Opens the key that the statement names, and adds its signature.
pub fn countersign(ui: Ui, waiting: Waiting, on_joined: Rc<dyn Fn(Joined)>) -> El {
    // One key at most: the one that is named.
    let keys = keys::held();
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let awaited = el("ul", "kids").add_all(waiting.awaited.iter().map(|kid| el("li", "").add(el("code", "").text(kid))));
    let Waiting { file, policy, signed, awaited: named } = waiting;
    let take_key = Callback::new(move |opened: UnlockedKey| {
        error.set(None);
        signing::lock(keys.try_update(std::mem::take).unwrap_or_default());
        if named.contains(&opened.kid) {
            keys.set(vec![opened]);
            return;
        }
        let why = if signed.contains(&opened.kid) { "countersign.has_signed" } else { "countersign.not_named" };
        error.set(Some(ui.fill(why, &[("kid", &opened.kid)])));
        signing::lock(vec![opened]);
    });
    let on_add = move || {
        let Some(key) = keys.get_untracked().pop() else { return };
        let (file, policy, on_joined) = (file.clone(), policy.clone(), on_joined.clone());
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let added = signing::add_signature(&file, &file.name(), &policy, &key).await;
            busy.try_set(false);
            match added {
                Ok((statement, file, extension)) => on_joined(Joined { statement, file, extension }),
                Err(failed) => {
                    error.try_set(Some(failed.words(ui.language)));
                }
            }
        });
    };
    let desk = Desk::from(ui);
    let add = working("button primary", "add-signature", desk, "countersign.add", busy)
        .live_flag("disabled", move || busy.get() || keys.with(Vec::is_empty))
        .on_click(on_add);
    el("section", "panel countersign")
        .add(el("h2", "").text(ui.t("countersign.title")))
        .add(el("p", "").text(ui.t("countersign.about")))
        .add(el("p", "hint").text(ui.t("countersign.named")))
        .add(awaited)
        .add(open_key(desk, take_key, keys))
        .add(keys::list(desk, keys))
        .add(alert("banner bad", error))
        .add(el("p", "sign-line").add(add).add(el("span", "hint").text(ui.t("sign.identity"))))
}
