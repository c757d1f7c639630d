//! A draft that is open: its session, its saving, its lock, and which of its screens is shown.

use super::app::{AppState, Mode};
use super::autosave::{Autosave, SaveState};
use super::dom::{Child, El, el};
use super::form::{bar::{Actions, held}, form};
use super::host::{self, Current};
use super::later;
use super::open::new_id;
use super::paper::PaperMark;
use super::review::ReviewActions;
use super::session::FillSession;
use super::start::{messages, storage_words};
use super::storage::{DraftRecord, Lock, LockState, ask_to_keep};
use super::ui::{Ui, print};
use super::{clock, files};
use crate::engine::answers::{AnswerPath, AnswersDocument};
use crate::engine::definition::CheckedDefinition;
use crate::engine::drafts::draft;
use crate::engine::exchange::file_name;
use crate::engine::kinds;
use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The text that stands for a draft in lists: the first answer of the table.
pub fn title_of(table: &CheckedDefinition, document: &AnswersDocument) -> String {
    let Some(part) = table.definition.parts.first() else { return String::new() };
    let Some(field) = part.fields().next() else { return String::new() };
    let path = AnswerPath::part(part.id.clone()).field(field.id.clone());
    let answer = document.answer(&path);
    let language = table.definition.languages.first().map_or("", |it| it);
    answer.map(|answer| kinds::shown(&table.definition, field, answer, language)).unwrap_or_default()
}

fn record_of(key: &str, is_new: bool, table: &CheckedDefinition, document: &AnswersDocument) -> DraftRecord {
    DraftRecord {
        id: document.document.id.clone(),
        key: key.to_string(),
        table_id: document.table.id.clone(),
        table_version: document.table.version.clone(),
        definition: document.table.sha256.clone(),
        title: title_of(table, document),
        saved_at: clock::now(),
        rev: document.document.rev,
        signed: document.whole_signature().is_some(),
        uses: document.attachments.iter().map(|it| it.sha256.clone()).collect(),
        bytes: draft::write(document, &clock::utc(), &[]).into_bytes(),
        is_alone: is_new && !key.is_empty(),
    }
}

/// Saves the draft with its attached files as one file the user keeps; false if the page around the form took it.
pub async fn save_draft_file(app: AppState, table: &CheckedDefinition, document: &AnswersDocument) -> bool {
    let mut pieces = files::Pieces::new();
    pieces.text(&draft::head(document, &clock::utc()));
    let mut written: Vec<&str> = Vec::new();
    if let Some(store) = app.store() {
        for attachment in &document.attachments {
            let digest = attachment.sha256.as_str();
            if !written.contains(&digest)
                && let Ok(Some(blob)) = store.get_blob(digest).await
                && let Ok(encoded) = files::in_base64(&blob).await
            {
                pieces.text(&draft::before_file(written.is_empty(), digest));
                pieces.file(&encoded);
                written.push(digest);
            }
        }
    }
    pieces.text(draft::end(!written.is_empty()));
    let file = pieces.finish("application/json");
    file.is_some_and(|file| files::download_file(app.root, &file, &draft_name(app, table, document)))
}

/// That the draft is kept, and from when.
fn saved(app: AppState, at: f64) -> String {
    app.fill("saving.saved", &[("time", &clock::short_words(at))])
}

/// The name of a draft file.
pub fn draft_name(app: AppState, table: &CheckedDefinition, document: &AnswersDocument) -> String {
    let title = table.definition.title.get(app.tag());
    file_name(&[app.t("draft.name"), title, &title_of(table, document), &clock::today()], draft::EXTENSION)
}

/// The screens of one draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The table to fill in.
    Form,
    /// What is still open, and the whole table on paper.
    Review,
    /// Who signs, with which keys.
    Sign,
    /// What was signed, to print and send.
    HandOver,
    /// The table on paper alone, for a page that wants no more.
    Paper,
}

impl View {
    /// What stands behind the id of the draft where the page around the form is told the place.
    pub fn place(self) -> &'static str {
        match self {
            View::Form | View::Paper => "",
            View::Review => "/review",
            View::Sign => "/sign",
            View::HandOver => "/hand-over",
        }
    }
}

/// The screens of a draft, for the focus.
pub const SCREENS: &str = ".form, .review, .signing, .hand-over";

/// A draft that is open. The language may change while it is: its words are made anew, and it stays as it is.
pub fn filling(app: AppState) -> El {
    let Some(opened) = app.opened.try_update_value(Option::take).flatten() else { return el("p", "") };
    let session = FillSession::new(opened.table.clone(), opened.document, Box::new(new_id));
    let lock_state = opened.lock.as_ref().map(Lock::state);
    let held_elsewhere = Signal::derive(move || {
        lock_state.as_ref().map(|state| state.get()).filter(|state| *state != LockState::Held)
    });
    // Between taking a draft over and having read it anew, what is typed would be lost.
    let rereads = RwSignal::new(false);
    let is_barred = Signal::derive(move || held_elsewhere.get().is_some() || rereads.get() || app.is_damaged.get());
    let mode = app.mode.get_value();
    // Neither kept here nor brought along.
    let is_new = opened.saved_at.is_none() && !opened.is_unsaved;
    let saver = match mode {
        Mode::Blank => None,
        _ => start_saving(app, session, opened.key, is_new, opened.lock.clone(), opened.saved_at),
    };
    let state = saver.as_ref().map(Autosave::state);
    let shown_state = state.clone();
    let saving = Signal::derive(move || saving_words(app, shown_state.as_ref(), held_elsewhere.get().is_some()));
    let first = opened.table.definition.parts.first().map(|part| part.id.clone()).unwrap_or_default();
    let ui = Ui {
        session,
        language: app.tag(),
        place: RwSignal::new(AnswerPath::part(first)),
        focus: RwSignal::new(None),
        notice: RwSignal::new(opened.said.clone()),
        root: app.root,
        store: app.store,
        uploads: RwSignal::new(Vec::new()),
        mail_limit: app.mail_limit,
        mail_to: app.mail_to,
        saving,
        is_barred,
    };
    if !is_new {
        session.reopened();
    }
    if let (Mode::Fill, Some(later)) = (mode, later::here()) {
        (later.come_back)(ui);
    }
    if mode != Mode::Fill {
        // Paper is made once, of what is known then.
        session.judge();
    }
    let saver = StoredValue::new_local(saver);
    let save_soon = move || {
        if app.autosaves.get_untracked() {
            saver.try_with_value(|saver| saver.as_ref().map(Autosave::edited));
        }
    };
    session.on_edit(move || {
        // What was said of a step before is no longer news.
        ui.hush();
        save_soon();
        host::tell(app.root, "change", "", None);
    });
    if opened.is_unsaved {
        save_soon();
    }
    // Nothing was kept while the page had it off.
    Effect::new(move |before: Option<bool>| {
        let is_on = app.autosaves.get();
        if is_on && before == Some(false) && untrack(|| session.history()).0 > 0 {
            save_soon();
        }
        is_on
    });
    // What was said in one language is not said on in another.
    Effect::new(move |before: Option<&str>| {
        let language = app.language.get();
        if before.is_some_and(|before| before != language) {
            ui.hush();
        }
        language
    });
    let lock = StoredValue::new_local(opened.lock);
    // Whoever may not write sees a form that cannot be changed.
    let is_held = move || is_barred.get() || app.is_frozen.get();
    session.read_only().set(untrack(is_held));
    Effect::new(move |_| {
        let is_held = is_held();
        if session.read_only().get_untracked() != is_held {
            session.read_only().set(is_held);
        }
    });
    // The page hears of each saving, and why one failed.
    let told = state.clone();
    Effect::new(move |_| match told.as_ref().map(|state| state.get()) {
        Some(SaveState::Saved { at, .. }) => {
            // A page around the form asks for its own storage itself.
            if !app.is_bound.get_untracked() {
                ask_to_keep();
            }
            host::tell(app.root, "draft-saved", &(at as i64).to_string(), None);
        }
        Some(SaveState::Failed(error)) => drop(host::tell(app.root, "draft-error", &storage_words(app, &error), None)),
        _ => {}
    });
    let is_signed = move || session.document(AnswersDocument::is_signed);
    let screen = RwSignal::new(match mode {
        Mode::Print if is_signed() => View::HandOver,
        Mode::Print | Mode::Blank => View::Paper,
        Mode::Fill | Mode::Verify => View::Form,
    });
    let kept = StoredValue::new_local((lock.get_value(), saver.get_value()));
    let current = Current { ui, screen, kept };
    app.current.set_value(Some(current));
    // Whoever leaves the page with what is not kept is asked.
    let options = EventListenerOptions::enable_prevent_default();
    let guard = EventListener::new_with_options(&window(), "beforeunload", options, move |event| {
        if current.is_at_risk(app) || untrack(|| ui.is_attaching()) {
            event.prevent_default();
            // Browsers before Chromium 119 look at this alone.
            let _ = js_sys::Reflect::set(event, &"returnValue".into(), &"".into());
        }
        if let Some(later) = later::here() {
            (later.note_sheet)(ui);
        }
    });
    StoredValue::new_local(guard);
    let id = session.peek(|_, document| document.document.id.clone());
    Effect::new(move |_| {
        host::tell(app.root, "place", &[&id, screen.get().place()].concat(), None);
    });
    if session.is_judged() {
        host::tell(app.root, "shown", "", None);
    } else {
        spawn_local(async move {
            // What was typed before the program was here comes in now.
            host::tell(app.root, "drawn", "", None);
            ui.judge_soon().await;
            host::tell(app.root, "shown", "", None);
        });
    }
    let show = move |view: View| current.show(view);
    // On the form's own page the button that opened it is gone as well.
    if !app.is_bound.get_untracked() {
        spawn_local(async move {
            if !ui.has_focus() {
                ui.focus_block(SCREENS);
            }
        });
    }
    if mode == Mode::Fill && !app.is_bound.get_untracked() {
        print_on_paper(ui, screen);
    }
    // All screens but the form are in the second part.
    let go = move |view: View| app.later(move |_| show(view));
    let actions = Actions {
        review: Callback::new(move |()| go(View::Review)),
        hand_over: Callback::new(move |()| go(View::HandOver)),
        save_draft: Callback::new(move |()| {
            let (table, document) = session.peek(|_, document| (session.table(), document.clone()));
            spawn_local(async move {
                if save_draft_file(app, &table, &document).await {
                    ui.notice.try_set(app.t("draft.saved_file").into());
                }
            });
        }),
        home: (!app.is_bound.get_untracked()).then(|| Callback::new(move |()| app.later(move |it| (it.leave)(app)))),
        print: Callback::new(move |()| {
            // The paper is on the review page; printing starts once it is there.
            app.later(move |_| {
                show(View::Review);
                request_animation_frame(move || print(ui.root));
            });
        }),
        app,
        take_over: Callback::new(move |()| {
            let Some(lock) = lock.try_with_value(Clone::clone).flatten() else { return };
            let id = session.document(|document| document.document.id.clone());
            let was_gone = held_elsewhere.get_untracked() == Some(LockState::Gone);
            rereads.set(!was_gone);
            let asked = app.asks();
            spawn_local(async move {
                match lock.take_over().await {
                    // Nobody has it any more: what is on screen is all there is.
                    Ok(LockState::Held) if was_gone => save_soon(),
                    // The other window saved its last changes first: what is on screen is older.
                    // Whoever has left meanwhile stays where they are.
                    Ok(LockState::Held) if asked.is_late() => {}
                    Ok(LockState::Held) => app.later(move |it| (it.open_draft)(asked, id, Some(lock))),
                    _ => {
                        rereads.try_set(false);
                    }
                }
            });
        }),
        held_elsewhere,
    };
    on_cleanup(move || {
        if let Some(later) = later::here() {
            (later.keep_steps)(ui);
        }
        app.current.try_set_value(None);
        host::tell(app.root, "shown", "", None);
        if let Some(Some(saver)) = saver.try_with_value(Clone::clone) {
            saver.close();
        }
    });
    let shown = move |view, ui: Ui| match (view, later::here()) {
        (View::Review, Some(later)) => {
            let signed = is_signed();
            let actions = ReviewActions {
                back: Callback::new(move |()| go(View::Form)),
                sign: Callback::new(move |()| go(if signed { View::HandOver } else { View::Sign })),
                print: Callback::new(move |()| print(ui.root)),
            };
            (later.review)(ui, actions)
        }
        (View::Sign, Some(later)) => {
            let back = Callback::new(move |()| go(View::Review));
            let done = Callback::new(move |()| go(View::HandOver));
            (later.sign)(ui, back, done)
        }
        (View::Paper, Some(later)) => (later.paper)(ui, if mode == Mode::Blank { PaperMark::Blank } else { PaperMark::Draft }),
        (View::HandOver, Some(later)) => {
            let back = (mode == Mode::Fill).then(|| Callback::new(move |()| go(View::Form)));
            (later.hand_over)(ui, back)
        }
        // No other screen is asked for before the second part is here.
        _ => form(ui, actions),
    };
    el("div", "filling").add_all(messages(app)).live(move || {
        let view = screen.get();
        // A page around the form may change the language while somebody signs: passphrases that are typed and keys that
        // are open would be lost, so that page keeps its words until it is left.
        let language = if view == View::Sign { app.tag() } else { app.language.get() };
        let ui = Ui { language, ..ui };
        // The form says itself, below its bar, that another window writes the draft.
        let held = (view != View::Form).then(|| held(ui, actions));
        // Whatever a screen reads while it is built does not build it anew.
        vec![Child::from(held), untrack(|| shown(view, ui)).into()]
    })
}

/// Whether what is filled in is kept, in words, and whether that is as it should be.
fn saving_words(app: AppState, state: Option<&ArcRwSignal<SaveState>>, is_held_elsewhere: bool) -> (String, bool) {
    // The words are those of the language that is shown.
    app.language.track();
    let is_refused = matches!(app.storage.get(), Some(Err(_)));
    match state.filter(|_| !is_refused).map(|state| state.get()) {
        _ if is_held_elsewhere => (app.t("saving.read_only").to_string(), false),
        _ if !app.autosaves.get() => (app.t("saving.off").to_string(), true),
        None => (app.t("saving.none").to_string(), false),
        Some(SaveState::Clean(Some(at))) => (saved(app, at), true),
        Some(SaveState::Clean(None)) => (app.t("saving.clean").to_string(), true),
        Some(SaveState::Pending | SaveState::Saving) => (app.t("saving.pending").to_string(), true),
        Some(SaveState::Saved { at, was_gone }) => {
            let said = saved(app, at);
            (if was_gone { format!("{said} · {}", app.t("saving.was_gone")) } else { said }, true)
        }
        Some(SaveState::Failed(error)) => (app.fill("saving.failed", &[("why", &storage_words(app, &error))]), false),
    }
}

/// The browser's own command prints the table on paper as well, and leaves the form as it was. A page around the form
/// prints itself.
fn print_on_paper(ui: Ui, screen: RwSignal<View>) {
    let left_at: StoredValue<Option<Option<String>>> = StoredValue::new(None);
    let before = EventListener::new(&window(), "beforeprint", move |_| {
        if screen.try_get_untracked() == Some(View::Form) && later::here().is_some() {
            left_at.set_value(Some(ui.focused_path()));
            screen.set(View::Paper);
        }
    });
    let after = EventListener::new(&window(), "afterprint", move |_| {
        let Some(focused) = left_at.try_update_value(Option::take).flatten() else { return };
        screen.set(View::Form);
        let path = focused.and_then(|it| ui.session.peek(|table, _| AnswerPath::parse(&it, &table.definition)));
        ui.focus.set(path);
    });
    // They are heard as long as the draft is open.
    StoredValue::new_local([before, after]);
}

fn start_saving(app: AppState, session: FillSession, key: String, is_new: bool, lock: Option<Lock>, saved_at: Option<f64>) -> Option<Autosave> {
    let store = app.store()?;
    let is_kept = lock.as_ref().map(Lock::is_kept);
    let snapshot = move || {
        if let Some(is_kept) = &is_kept {
            is_kept.set(true);
        }
        // The session may be gone when a late timer asks.
        session.try_peek(|table, document| record_of(&key, is_new, table, document))
    };
    let saver = Autosave::start(&store, lock.as_ref().map(Lock::token), saved_at, Box::new(snapshot));
    if let Some(lock) = lock {
        let saver = saver.clone();
        lock.before_loss(Box::new(move || {
            let saver = saver.clone();
            Box::pin(async move {
                let _ = saver.flush().await;
            })
        }));
    }
    Some(saver)
}
