//! Signing: who signs, with which keys, and whether another office signs later on its own computer.

use super::clock;
use super::dom::{El, el, live};
use super::form::notice_line;
use super::keys::{self, alert, label, line, new_key, open_key, working};
use super::review::bar;
use super::signing::{self, SigningError, UnlockedKey};
use super::ui::Ui;
use crate::engine::answers::{AnswersDocument, Edit, Signed};
use crate::engine::definition::CheckedDefinition;
use crate::engine::drafts::payload::{Signer, StatementHead, application_payload, signing_offices};
use crate::engine::validation::{Validation, signing_edits};
use crate::engine::value::json::Json;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// An office that signs later, on its own computer. Its key is named in what is signed now, so that nobody else's
/// signature can take its place.
#[derive(Clone, Copy)]
struct SecondOffice {
    is_asked: RwSignal<bool>,
    org: RwSignal<String>,
    kid: RwSignal<String>,
}

impl SecondOffice {
    /// The thumbprint as typed, without what a mail puts into long lines.
    fn kid(self) -> String {
        self.kid.get().split_whitespace().collect()
    }

    /// Whether everything is there that must be.
    fn is_ready(self) -> bool {
        !self.is_asked.get() || !(self.org.get().trim().is_empty() || self.kid().is_empty())
    }
}

/// The signing page.
pub fn sign(ui: Ui, back: Callback<()>, done: Callback<()>) -> El {
    let offices = ui.session.peek(|table, document| signing_offices(document, &table.definition));
    let offices = StoredValue::new(offices);
    // With as many keys as there are offices, all of them sign; with the first alone, the first does.
    let names = move |n_keys: usize| offices.with_value(|all| all.get(..n_keys.clamp(1, all.len().max(1))).unwrap_or_default().join("、"));
    let org = RwSignal::new(names(1));
    let to_note = RwSignal::new(String::new());
    let keys = keys::held();
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let second = SecondOffice { is_asked: RwSignal::new(false), org: RwSignal::new(String::new()), kid: RwSignal::new(String::new()) };
    let say = move |failed: &SigningError| {
        error.try_set(Some(failed.words(ui.language)));
        busy.try_set(false);
    };
    let on_sign = move || {
        // A button that says what is missing helps more than one that cannot be pressed.
        let missing = match (org.with_untracked(|it| it.trim().is_empty()), keys.with_untracked(Vec::is_empty)) {
            _ if ui.session.read_only().get_untracked() => Some("sign.barred"),
            (true, _) => Some("sign.no_org"),
            (_, true) => Some("sign.no_key"),
            _ if to_note.with_untracked(|it| !it.is_empty()) => Some("sign.note_first"),
            _ => None,
        };
        if let Some(missing) = missing {
            error.set(Some(ui.t(missing).into()));
            return;
        }
        error.set(None);
        let (keys, mut org) = (keys.get_untracked(), org.get_untracked().trim().to_string());
        let mut others = Vec::new();
        if second.is_asked.get_untracked() {
            let kid = untrack(|| second.kid());
            if !signing::is_thumbprint(&kid) || keys.iter().any(|it| it.kid == kid) {
                error.set(Some(ui.t("sign.bad_kid").into()));
                return;
            }
            others.push(kid);
            // Both are named, with the mark between them that the format knows.
            org = [&org, "、", second.org.get_untracked().trim()].concat();
        }
        busy.set(true);
        spawn_local(async move {
            match sign_document(ui, &org, &keys, &others).await {
                Ok(()) => drop(done.try_run(())),
                Err(failed) => say(&failed),
            }
        });
    };
    let add_key = Callback::new(move |key: UnlockedKey| {
        let before = keys.with_untracked(Vec::len);
        keys::adding(keys).run(key);
        error.set(None);
        // What the user wrote stays.
        if !second.is_asked.get_untracked() && org.get_untracked() == names(before) {
            org.set(names(keys.with_untracked(Vec::len)));
        }
    });
    // Whose the next key is, for its label and the name of its file.
    let owner = Box::new(move || {
        let org = org.get_untracked();
        let n_keys = keys.with_untracked(Vec::len);
        let next = offices.with_value(|all| all.get(n_keys).cloned());
        next.filter(|it| n_keys > 0 || org.contains(it.as_str())).unwrap_or_else(|| org.trim().to_string())
    });
    let who = el("section", "panel")
        .add(el("h2", "").text(ui.t("sign.who")))
        .add(label("sign-org", ui.t("sign.org")))
        .add(line("sign-org", org).attr("type", "text"))
        .add(el("p", "hint").text(ui.t("sign.org_hint")))
        .add(second_office(ui, second));
    let with = el("section", "panel")
        .add(el("h2", "").text(ui.t("sign.keys")))
        .add(el("p", "hint").text(ui.t("sign.keys_hint")))
        .add(keys::list(ui.into(), keys))
        .add(open_key(ui.into(), add_key, keys))
        .add(new_key(ui.into(), owner, add_key, keys, to_note, false));
    let now = working("button primary", "sign-now", ui.into(), "sign.now", busy)
        .live_flag("disabled", move || busy.get() || !second.is_ready())
        .on_click(on_sign);
    let body = el("div", "review-body")
        .add(who)
        .add(with)
        .add(alert("banner bad", error))
        .add(el("p", "sign-line").add(now).add(el("span", "hint").text(ui.t("sign.identity"))));
    // What was to be noted is noted.
    Effect::new(move |_| {
        if to_note.with(String::is_empty) && error.with_untracked(|it| it.as_deref() == Some(ui.t("sign.note_first"))) {
            error.set(None);
        }
    });
    let back = Callback::new(move |()| {
        if to_note.with_untracked(String::is_empty) {
            back.run(());
        } else {
            error.set(Some(ui.t("sign.note_first").into()));
        }
    });
    el("div", "signing").attr("tabindex", "-1").add(bar(Some((ui.t("sign.back"), back)), ui.t("sign.title"), Some(ui))).add(body).add(notice_line(ui.notice))
}

/// Whether a second office signs later, and which.
fn second_office(ui: Ui, second: SecondOffice) -> El {
    let tick = el("input", "").attr("type", "checkbox").attr("id", "sign-second").live_checked(move || second.is_asked.get());
    let input = tick.clone();
    let tick = tick.on("change", move |_| second.is_asked.set(input.input().checked()));
    let lines = live(move || {
        second.is_asked.get().then(|| {
            el("div", "second-office")
                .add(label("second-org", ui.t("sign.second_org")))
                .add(line("second-org", second.org).attr("type", "text"))
                .add(label("second-kid", ui.t("sign.second_kid")))
                .add(line("second-kid", second.kid).attr("type", "text").attr("autocomplete", "off").attr("spellcheck", "false"))
                .add(el("p", "hint").text(ui.t("sign.second_hint")))
        })
    });
    el("div", "").add(el("label", "check").add(tick).text(ui.t("sign.second"))).add(lines)
}

/// Cleans up, makes the payload, signs it, and keeps the statement with the draft. `others` are the keys that sign later.
async fn sign_document(ui: Ui, org: &str, keys: &[UnlockedKey], others: &[String]) -> Result<(), SigningError> {
    let (payload, signed) = payload(ui, org)?;
    keep(ui, &signed, signing::sign(&payload, keys, others).await?).await
}

/// The same with a signer of the page around the form: what it says of itself is its office, `org`.
pub async fn sign_with(ui: Ui, signer: &JsValue) -> Result<(), SigningError> {
    let org = js_sys::Reflect::get(signer, &"org".into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
    if org.trim().is_empty() {
        return Err(SigningError("E_SIGNER org".into()));
    }
    let (payload, signed) = payload(ui, &org)?;
    keep(ui, &signed, signing::sign_with(&payload, signer).await?).await
}

/// What is signed, after the clean-up, and the document that it was made of; the module that signs names the keys in it. The
/// draft itself keeps what is not signed: an answer that is not asked now may be asked again.
fn payload(ui: Ui, org: &str) -> Result<(Json, AnswersDocument), SigningError> {
    let session = ui.session;
    let head = session.peek(|table, _| {
        let definition = &table.definition;
        let role_of = |id: &str| {
            let office = definition.offices.iter().find(|it| *it.id == *id);
            office.map_or(id, |it| it.role()).to_string()
        };
        let filler = definition.offices.first().map(|it| it.id.to_string()).unwrap_or_default();
        StatementHead {
            signer: Signer { role: role_of(&filler), org: org.to_string(), kids: Vec::new() },
            to: definition.recipients.iter().map(|it| role_of(&it.office)).collect(),
            created: clock::utc(),
            lang: ui.language.to_string(),
        }
    });
    session.judged(|table: &CheckedDefinition, document: &AnswersDocument, _: &Validation| {
        let mut cleaned = document.clone();
        cleaned.apply(Edit::Batch(signing_edits(table, document)));
        let payload = application_payload(&cleaned, &table.definition, &cleaned.table, &head);
        let payload = payload.map_err(|path| SigningError(format!("E_ANSWER {path}")))?;
        Ok((payload, document.clone()))
    })
}

/// Keeps a statement with the draft, if that is what was signed: a signer of the page may take its time.
async fn keep(ui: Ui, signed: &AnswersDocument, statement: String) -> Result<(), SigningError> {
    let info = signing::paper(&statement).await?;
    let is_same = ui.session.try_peek(|_, document| document == signed).ok_or_else(|| SigningError("E_CLOSED".into()))?;
    if !is_same {
        return Err(SigningError("E_CHANGED".into()));
    }
    // Another window may have taken the draft over meanwhile: under one number there would be two files.
    if ui.is_barred.try_get_untracked() != Some(false) {
        return Err(SigningError("E_HELD".into()));
    }
    let rev = signed.document.rev;
    let awaits = info.signed.len() < info.kids.len();
    ui.session.keep_signed(Some(Signed { rev, payload: info.payload_sha256, statement, awaits }));
    Ok(())
}
