//! A draft that is open: its session, its saving, its lock, and which of its screens is shown.

use super::app::{AppState, Screen};
use super::autosave::{Autosave, SaveState};
use super::dom::{El, el};
use super::form::{bar::Actions, form};
use super::review::{ReviewActions, review};
use super::session::FillSession;
use super::sign::{self, hand_over, sign};
use super::start::storage_words;
use super::storage::{DraftRecord, Lock, LockState};
use super::ui::Ui;
use super::{clock, files, random};
use crate::engine::answers::{AnswerPath, AnswersDocument, DocumentIdentity, TableIdentity};
use crate::engine::drafts::draft::{self, Draft};
use crate::engine::definition::{CheckedDefinition, Provenance};
use crate::engine::kinds;
use crate::engine::tables;
use leptos::prelude::*;
use std::cell::RefCell;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// A draft on its way to the screen.
pub struct Opened {
    /// Its table.
    pub table: Arc<CheckedDefinition>,
    /// Its answers.
    pub document: AnswersDocument,
    /// When it was last saved on this computer, in milliseconds since 1970.
    pub saved_at: Option<f64>,
    /// The claim to write it, if there is storage.
    pub lock: Option<Lock>,
    /// What is to be said about the opening.
    pub said: String,
}

/// What the start page says of a table.
pub struct TableHead {
    /// Its title.
    pub title: String,
    /// The notice it answers.
    pub about: String,
    /// Official or reconstructed.
    pub provenance: String,
}

thread_local! {
    /// Definitions are checked once for a page.
    static LOADED: RefCell<Vec<(&'static str, Arc<CheckedDefinition>)>> = const { RefCell::new(Vec::new()) };
}

/// A bundled table, checked.
pub fn table(id: &str) -> Option<Arc<CheckedDefinition>> {
    let bundled = tables::table(id)?;
    if let Some(found) = LOADED.with_borrow(|loaded| loaded.iter().find(|(it, _)| *it == id).map(|it| it.1.clone())) {
        return Some(found);
    }
    let (checked, problems) = CheckedDefinition::load(bundled.text.as_bytes());
    for problem in &problems {
        leptos::logging::warn!("{id}: {problem}");
    }
    let checked = Arc::new(checked?);
    LOADED.with_borrow_mut(|loaded| loaded.push((bundled.id, checked.clone())));
    Some(checked)
}

/// What the start page says of a table; blanks if it is not bundled.
pub fn table_head(id: &str, language: &str) -> TableHead {
    let t = |key: &str| crate::engine::locale::word(language, key);
    let Some(table) = table(id) else {
        return TableHead { title: id.to_string(), about: String::new(), provenance: String::new() };
    };
    let definition = &table.definition;
    let kind = match definition.provenance {
        Provenance::Official => t("provenance.official"),
        Provenance::Reconstructed => t("provenance.reconstructed"),
    };
    TableHead {
        title: definition.title.get(language).to_string(),
        about: format!("{} {}", definition.notice.number, definition.notice.title.get(language)),
        provenance: kind.to_string(),
    }
}

/// Which definition a document of this table is filled for.
pub fn identity_of(table: &CheckedDefinition) -> TableIdentity {
    let definition = &table.definition;
    TableIdentity { id: definition.id.to_string(), version: definition.version.clone(), sha256: table.digest.clone() }
}

fn new_id() -> crate::engine::definition::Id {
    let id = random::id();
    id.get(..8).unwrap_or(&id).into()
}

/// Opens a blank document of a table.
pub fn open_new(app: AppState, id: &str) {
    let Some(table) = table(id) else {
        app.message.set(Some(app.t("open.no_table").into()));
        return;
    };
    let identity = DocumentIdentity { id: random::document_id(), rev: 1, prev: None };
    let document = AnswersDocument::new(&table.definition, identity_of(&table), identity, &mut new_id);
    claim_and_show(app, table, document, None, String::new());
}

/// Opens a draft kept on this computer.
pub fn open_draft(app: AppState, id: String) {
    spawn_local(open_kept(app, id, None));
}

/// Claims a draft before it is read: claiming may bring in the last words of a window that closed.
async fn open_kept(app: AppState, id: String, lock: Option<Lock>) {
    let Some(store) = app.settled_store().await else { return };
    let lock = match lock {
        Some(lock) => Some(lock),
        None => Lock::acquire(&store, &id).await.ok(),
    };
    match store.get_draft(&id).await {
        Ok(Some(record)) => {
            if let Some((table, document)) = read_bytes(app, &record.bytes).await {
                let said = app.fill("open.restored", &[("time", &clock::words(record.saved_at))]);
                app.show(Opened { table, document, saved_at: Some(record.saved_at), lock, said });
            }
        }
        Ok(None) => {
            app.message.try_set(Some(app.t("open.gone").into()));
        }
        Err(error) => {
            app.message.try_set(Some(storage_words(app, &error)));
        }
    }
}

/// Starts a new application with an id of its own from the answers of a draft.
pub fn open_copy(app: AppState, id: String) {
    let Some(store) = app.store() else { return };
    spawn_local(async move {
        let Ok(Some(record)) = store.get_draft(&id).await else {
            app.message.try_set(Some(app.t("open.gone").into()));
            return;
        };
        if let Some((table, document)) = read_bytes(app, &record.bytes).await {
            let document = document.renewed(random::document_id());
            claim_and_show(app, table, document, None, app.t("open.copied").into());
        }
    });
}

/// Saves a draft kept on this computer as a file.
pub fn export_draft(app: AppState, id: String) {
    let Some(store) = app.store() else { return };
    spawn_local(async move {
        if let Ok(Some(record)) = store.get_draft(&id).await
            && let Some((table, document)) = read_bytes(app, &record.bytes).await
        {
            save_draft_file(app, &table, &document).await;
        }
    });
}

/// Opens a file the user chose: a draft file to fill in, or a signed file to look at.
pub fn open_file(app: AppState, file: web_sys::File) {
    spawn_local(async move {
        match files::read_bytes(&file, draft::MAX_SIZE as f64).await {
            Ok(bytes) if is_signed(&bytes) => {
                app.to_verify.try_set_value(Some(file));
                app.screen.try_set(Screen::Verify);
            }
            Ok(bytes) => open_bytes(app, &bytes, None, app.fill("open.from_file", &[("name", &file.name())])).await,
            Err(error) => {
                app.message.try_set(Some(app.fill("open.unreadable", &[("name", &file.name()), ("why", app.t(error.key()))])));
            }
        }
    });
}

/// True for a signed file, by what it holds: the name of a file never decides what it is.
fn is_signed(bytes: &[u8]) -> bool {
    matches!(Draft::parse(bytes), Err(error) if error.kind == draft::DraftErrorKind::Bundle)
}

/// Reads a draft; files that travel with it are kept, and what could not be taken is said.
async fn read_bytes(app: AppState, bytes: &[u8]) -> Option<(Arc<CheckedDefinition>, AnswersDocument)> {
    let say = |said: String| {
        app.message.try_set(Some(said));
    };
    let draft = match Draft::parse(bytes) {
        Ok(draft) => draft,
        Err(error) => {
            say(app.fill("open.not_draft", &[("why", &draft_words(app, &error))]));
            return None;
        }
    };
    let Some(table) = table(&draft.table.id) else {
        say(app.fill("open.unknown_table", &[("table", &draft.table.id)]));
        return None;
    };
    let opened = match draft.open(&table.definition, &identity_of(&table), None) {
        Ok(opened) => opened,
        Err(error) => {
            say(app.fill("open.not_draft", &[("why", &draft_words(app, &error))]));
            return None;
        }
    };
    if let Some(store) = app.store() {
        for (digest, bytes) in &draft.files {
            let mut pieces = files::Pieces::new();
            pieces.bytes(bytes);
            if let Some(blob) = pieces.finish("application/octet-stream") {
                let _ = store.put_blob(digest, &blob).await;
            }
        }
    }
    Some((table, opened.document))
}

/// Why a draft cannot be opened, in words.
fn draft_words(app: AppState, error: &draft::DraftError) -> String {
    crate::engine::locale::draft_error(app.language.get_untracked(), error)
}

async fn open_bytes(app: AppState, bytes: &[u8], saved_at: Option<f64>, said: String) {
    if let Some((table, document)) = read_bytes(app, bytes).await {
        claim_and_show(app, table, document, saved_at, said);
    }
}

fn claim_and_show(app: AppState, table: Arc<CheckedDefinition>, document: AnswersDocument, saved_at: Option<f64>, said: String) {
    spawn_local(async move {
        let lock = match app.settled_store().await {
            Some(store) => Lock::acquire(&store, &document.document.id).await.ok(),
            None => None,
        };
        app.show(Opened { table, document, saved_at, lock, said });
    });
}

/// The text that stands for a draft in lists: the first answer of the table.
pub fn title_of(table: &CheckedDefinition, document: &AnswersDocument) -> String {
    let Some(part) = table.definition.parts.first() else { return String::new() };
    let Some(field) = part.fields().next() else { return String::new() };
    let path = AnswerPath::part(part.id.clone()).field(field.id.clone());
    let answer = document.answer(&path);
    let language = table.definition.languages.first().map_or("", |it| it);
    answer.map(|answer| kinds::shown(&table.definition, field, answer, language)).unwrap_or_default()
}

fn record_of(table: &CheckedDefinition, document: &AnswersDocument) -> DraftRecord {
    DraftRecord {
        id: document.document.id.clone(),
        table_id: document.table.id.clone(),
        table_version: document.table.version.clone(),
        definition: document.table.sha256.clone(),
        title: title_of(table, document),
        saved_at: clock::now(),
        rev: document.document.rev,
        uses: document.attachments.iter().map(|it| it.sha256.clone()).collect(),
        bytes: draft::write(document, &clock::utc(), &[]).into_bytes(),
    }
}

/// Saves the draft with its attached files as one file the user keeps.
pub async fn save_draft_file(app: AppState, table: &CheckedDefinition, document: &AnswersDocument) {
    let mut kept: Vec<(String, Vec<u8>)> = Vec::new();
    if let Some(store) = app.store() {
        for attachment in &document.attachments {
            let is_new = kept.iter().all(|(digest, _)| *digest != attachment.sha256);
            if is_new
                && let Ok(Some(blob)) = store.get_blob(&attachment.sha256).await
                && let Ok(bytes) = files::read_bytes(&blob, draft::MAX_SIZE as f64).await
            {
                kept.push((attachment.sha256.clone(), bytes));
            }
        }
    }
    let kept: Vec<(&str, &[u8])> = kept.iter().map(|(digest, bytes)| (digest.as_str(), bytes.as_slice())).collect();
    let text = draft::write(document, &clock::utc(), &kept);
    let language = app.language.get_untracked();
    let title = table.definition.title.get(language);
    let name = format!("{}-{title}-{}-{}{}", app.t("draft.name"), title_of(table, document), clock::today(), draft::EXTENSION);
    files::download(text.as_bytes(), &safe_name(&name), "application/json");
}

/// A file name without the characters that some file system refuses.
fn safe_name(name: &str) -> String {
    name.chars().map(|it| if matches!(it, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '-' } else { it }).collect()
}

/// The screens of one draft.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Form,
    Review,
    Sign,
    HandOver,
}

/// A draft that is open.
pub fn filling(app: AppState) -> El {
    let language = app.language.get_untracked();
    let Some(opened) = app.opened.try_update_value(Option::take).flatten() else { return el("p", "") };
    let session = FillSession::new(opened.table.clone(), opened.document, Box::new(new_id));
    let first = opened.table.definition.parts.first().map(|part| part.id.clone()).unwrap_or_default();
    let ui = Ui {
        session,
        language,
        place: RwSignal::new(AnswerPath::part(first)),
        focus: RwSignal::new(None),
        notice: RwSignal::new(opened.said.clone()),
        root: app.root,
        store: app.store,
        uploads: RwSignal::new(Vec::new()),
    };
    let saver = start_saving(app, session, opened.lock.clone(), opened.saved_at.is_some());
    let state = saver.as_ref().map(Autosave::state);
    let saver = StoredValue::new_local(saver);
    session.on_edit(move || {
        saver.try_with_value(|saver| saver.as_ref().map(Autosave::edited));
    });
    let lock_state = opened.lock.as_ref().map(Lock::state);
    let held_elsewhere = Signal::derive(move || {
        lock_state.as_ref().is_some_and(|state| state.get() != LockState::Held)
    });
    // Whoever may not write sees a form that cannot be changed.
    Effect::new(move |_| session.read_only().set(held_elsewhere.get()));
    let lock = StoredValue::new_local(opened.lock);
    let saving = Signal::derive(move || match state.as_ref().map(|state| state.get()) {
        None => (ui.t("saving.none").to_string(), false),
        Some(SaveState::Clean) => (ui.t("saving.clean").to_string(), true),
        Some(SaveState::Pending | SaveState::Saving) => (ui.t("saving.pending").to_string(), true),
        Some(SaveState::Saved { at, .. }) => (ui.fill("saving.saved", &[("time", &clock::time_words(at))]), true),
        Some(SaveState::Failed(error)) => (ui.fill("saving.failed", &[("why", &storage_words(app, &error))]), false),
    });
    let flush_then = move |then: Box<dyn FnOnce()>| {
        spawn_local(async move {
            let saver = saver.try_with_value(Clone::clone).flatten();
            if let Some(saver) = saver {
                let _ = saver.flush().await;
            }
            then();
        });
    };
    let screen = RwSignal::new(View::Form);
    let go = move |view: View| {
        screen.try_set(view);
        // A new screen starts at its head.
        ui.root.try_with_value(|root| root.scroll_into_view_with_bool(true));
    };
    let actions = Actions {
        review: Callback::new(move |()| go(View::Review)),
        save_draft: Callback::new(move |()| {
            let (table, document) = session.peek(|_, document, _| (session.table(), document.clone()));
            spawn_local(async move {
                save_draft_file(app, &table, &document).await;
                ui.notice.try_set(ui.t("draft.saved_file").into());
            });
        }),
        home: Callback::new(move |()| {
            flush_then(Box::new(move || {
                app.screen.try_set(Screen::Start);
            }));
        }),
        print: Callback::new(move |()| {
            // The paper is on the review page; printing starts once it is there.
            go(View::Review);
            request_animation_frame(sign::print);
        }),
        saving,
        language: Callback::new(move |()| {
            let document = session.document(Clone::clone);
            let lock = lock.try_with_value(Clone::clone).flatten();
            app.next_language();
            app.show(Opened { table: session.table(), document, saved_at: Some(0.0), lock, said: String::new() });
        }),
        take_over: Callback::new(move |()| {
            let Some(lock) = lock.try_with_value(Clone::clone).flatten() else { return };
            let id = session.document(|document| document.document.id.clone());
            spawn_local(async move {
                if lock.take_over().await == Ok(LockState::Held) {
                    // The other window saved its last changes first: what is on screen is older.
                    open_kept(app, id, Some(lock)).await;
                }
            });
        }),
        held_elsewhere,
    };
    on_cleanup(move || {
        if let Some(Some(saver)) = saver.try_with_value(Clone::clone) {
            spawn_local(async move {
                let _ = saver.flush().await;
                saver.stop();
            });
        }
    });
    let shown = move |view| match view {
        View::Form => form(ui, actions),
        View::Review => {
            let signed = session.document(|it| it.signed.as_ref().is_some_and(|signed| signed.rev == it.document.rev));
            let actions = ReviewActions {
                back: Callback::new(move |()| go(View::Form)),
                sign: Callback::new(move |()| go(if signed { View::HandOver } else { View::Sign })),
                print: Callback::new(move |()| sign::print()),
            };
            review(ui, actions)
        }
        View::Sign => {
            let back = Callback::new(move |()| go(View::Review));
            let done = Callback::new(move |()| go(View::HandOver));
            sign(ui, back, done)
        }
        View::HandOver => {
            let back = Callback::new(move |()| go(View::Form));
            hand_over(ui, app, back)
        }
    };
    el("div", "filling").live(move || {
        let view = screen.get();
        // Whatever a screen reads while it is built does not build it anew.
        untrack(|| shown(view))
    })
}

fn start_saving(app: AppState, session: FillSession, lock: Option<Lock>, is_kept: bool) -> Option<Autosave> {
    let store = app.store()?;
    let snapshot = move || {
        // The session may be gone when a late timer asks.
        session.try_peek(|table, document| record_of(table, document))
    };
    let saver = Autosave::start(&store, lock.as_ref().map(Lock::token), is_kept, Box::new(snapshot));
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
