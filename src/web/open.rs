//! Opening: a new document, a draft kept here or one of its earlier versions, a copy, a file.
//!
//! A draft of another version of its table is not changed behind anybody's back: the person is asked first.

use super::app::{AppState, Mode, Screen};
use super::filling::save_draft_file;
use super::host::Current;
use super::start::storage_words;
use super::storage::{DraftRecord, Lock};
use super::tables::TableError;
use super::{clock, files, host, later, random, tables};
use crate::engine::answers::{AnswersDocument, TableIdentity};
use crate::engine::definition::check::profile_value;
use crate::engine::definition::{CheckedDefinition, Id};
use crate::engine::drafts::draft::{self, Draft};
use crate::engine::drafts::prefill;
use crate::engine::locale;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// A draft on its way to the screen.
pub struct Opened {
    /// Its table.
    pub table: Arc<CheckedDefinition>,
    /// Its answers.
    pub document: AnswersDocument,
    /// When it was last saved on this computer, in milliseconds since 1970.
    pub saved_at: Option<f64>,
    /// True if what is shown is not what is kept here, and is to be kept at once.
    pub is_unsaved: bool,
    /// The claim to write it, if there is storage.
    pub lock: Option<Lock>,
    /// What is to be said about the opening.
    pub said: String,
    /// The name under which the page around the form finds it again.
    pub key: String,
}

/// What the page around the form asks to be opened.
#[derive(Default)]
pub struct Wanted {
    /// The table; none where only a draft is named.
    pub table: Option<Arc<CheckedDefinition>>,
    /// The answers that a new document begins with.
    pub begin: Option<AnswersDocument>,
    /// Values for blank fields of a new document that ask for them.
    pub prefill: Vec<(String, String)>,
    /// Deadlines and limits of a new document, by their ids.
    pub profile: Vec<(String, String)>,
    /// The name of the draft to go on with.
    pub key: String,
    /// The text of the draft that the form had before it left the page.
    pub resume: Option<String>,
    /// The id of the draft that the form had before the browser left the page.
    pub restore: Option<String>,
}

/// Where a draft comes from, and how it goes on.
struct Origin {
    saved_at: Option<f64>,
    is_unsaved: bool,
    lock: Option<Lock>,
    said: String,
    key: String,
    /// The id of the new application that the answers are for, if they are copied.
    copy_as: Option<String>,
    /// What is kept of the same draft, if an earlier text of it may be on its way.
    newest: Option<Draft>,
}

/// A draft of another version of its table: go on with that version, or move to this one.
#[derive(Clone, Copy)]
pub struct Question(StoredValue<Asked, LocalStorage>);

struct Asked {
    draft: Draft,
    table: Arc<CheckedDefinition>,
    moved: AnswersDocument,
    old: Option<Arc<CheckedDefinition>>,
    origin: Option<Origin>,
}

impl Question {
    /// The versions: the draft's, and the one of this page.
    pub fn versions(self) -> (String, String) {
        self.0.with_value(|it| (it.draft.table.version.clone(), it.table.definition.version.clone()))
    }

    /// The labels of the answers that have no place in this version.
    pub fn without_place(self) -> Vec<String> {
        self.0.with_value(|it| it.moved.kept.iter().map(|kept| kept.label.clone()).collect())
    }

    /// The labels of the cells that are new in this version; none if the old one is not at hand.
    pub fn new_cells(self, language: &str) -> Vec<String> {
        self.0.with_value(|it| {
            let Some(old) = &it.old else { return Vec::new() };
            let fields = it.table.definition.parts.iter().flat_map(|part| part.fields().map(move |field| (part, field)));
            let is_new = |part: &str, was: &[Id], id: &str| {
                let known = old.part(part);
                known.is_none_or(|part| part.field(id).is_none() && was.iter().all(|was| part.field(was).is_none()))
            };
            let new = fields.filter(|(part, field)| is_new(&part.id, &field.was, &field.id));
            new.map(|(_, field)| field.label.get(language).to_string()).collect()
        })
    }

    /// True if the version of the draft is at hand.
    pub fn has_old(self) -> bool {
        self.0.with_value(|it| it.old.is_some())
    }

    /// Goes on with the version of the draft.
    pub fn stay(self, app: AppState) {
        let Some((draft, table, origin)) = self.0.try_update_value(|it| Some((it.draft.clone(), it.old.clone()?, it.origin.take()?))).flatten() else { return };
        app.ask(None);
        if let Ok(opened) = draft.open(&table.definition, &identity_of(&table), None) {
            show(app, table, opened.document, origin);
        }
    }

    /// Moves the answers to the version of this page. The draft as it was stays among its earlier versions.
    pub fn go_over(self, app: AppState) {
        let taken = self.0.try_update_value(|it| Some((it.table.clone(), std::mem::take(&mut it.moved), it.origin.take()?)));
        let Some((table, moved, origin)) = taken.flatten() else { return };
        app.ask(None);
        let values = [("version", table.definition.version.clone()), ("n", moved.kept.len().to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let said = app.fill("open.moved", &values);
        show(app, table, moved, Origin { is_unsaved: true, said, ..origin });
    }

    /// Leaves the draft as it is.
    pub fn cancel(self, app: AppState) {
        app.ask(None);
    }

    /// Forgets the draft, and lets another window write it.
    pub fn let_go(self) {
        self.0.dispose();
    }
}

/// Which definition a document of this table is filled for.
pub fn identity_of(table: &CheckedDefinition) -> TableIdentity {
    let definition = &table.definition;
    TableIdentity { id: definition.id.to_string(), version: definition.version.clone(), sha256: table.digest.clone() }
}

/// A random id for an instance or a row.
pub fn new_id() -> Id {
    let id = random::id();
    id.get(..8).unwrap_or(&id).into()
}

/// A table by its id: the one that the page around the form brought along, or one that comes with the program.
pub async fn table(app: AppState, id: &str) -> Result<Arc<CheckedDefinition>, TableError> {
    let own = app.own_table.try_get_value().flatten().map(|it| it.0);
    match own.filter(|it| &*it.definition.id == id) {
        Some(own) => Ok(own),
        None => tables::load(id).await,
    }
}

/// The definition of that digest: of this page, or kept here since a draft was filled with it.
pub async fn definition(app: AppState, table: &TableIdentity) -> Option<Arc<CheckedDefinition>> {
    if let Ok(found) = self::table(app, &table.id).await
        && found.digest == table.sha256
    {
        return Some(found);
    }
    let text = app.store()?.get_definition(&table.sha256).await.ok()??;
    let (checked, _) = CheckedDefinition::load(text.as_bytes());
    checked.filter(|it| it.digest == table.sha256).map(Arc::new)
}

/// Opens a blank document of a table.
pub fn open_new(app: AppState, id: String) {
    spawn_local(async move {
        match tables::load(&id).await {
            Ok(table) => {
                open_blank(app, table, Wanted::default(), Mode::Fill);
                app.settled();
            }
            Err(error) => app.say(error.words(app.tag())),
        }
    });
}

/// Opens what the page around the form asks for: the draft it goes on with, or a new document.
pub async fn open(app: AppState, wanted: Wanted, mode: Mode) -> Result<(), String> {
    if mode != Mode::Blank {
        if let Some(text) = &wanted.resume {
            let later = app.need_later().await?;
            if let Some(opening) = (later.resume)(app, &wanted, text) {
                return opening.await;
            }
        }
        if let Some(id) = kept_for(app, &wanted).await? {
            return (app.need_later().await?.open_kept)(app, id, None).await;
        }
    }
    match &wanted.table {
        Some(table) => open_blank(app, table.clone(), wanted, mode),
        // The start page is not made anew: that would lose a press on it.
        None if app.is_late() || app.screen.try_get_untracked() == Some(Screen::Start) => {}
        None => drop(app.screen.try_set(Screen::Start)),
    }
    Ok(())
}

/// Goes on with the text of a draft that the form had before, if it is one of the table that is wanted.
pub fn resume(app: AppState, wanted: &Wanted, text: &str) -> Option<Opening> {
    let draft = Draft::parse(text.as_bytes()).ok()?;
    if wanted.table.as_ref().is_some_and(|table| *table.definition.id != *draft.table.id) {
        return None;
    }
    let key = wanted.key.clone();
    Some(Box::pin(async move {
        let lock = claim(app, &draft.document.id).await;
        choose(app, draft, Origin { saved_at: None, is_unsaved: true, lock, said: String::new(), key, copy_as: None, newest: None }).await
    }))
}

/// The kept draft that the page around the form goes on with, if there is one.
async fn kept_for(app: AppState, wanted: &Wanted) -> Result<Option<String>, String> {
    if wanted.key.is_empty() && wanted.restore.is_none() {
        return Ok(None);
    }
    let table = wanted.table.as_ref().map(|it| it.definition.id.to_string());
    let Some(store) = app.settled_store().await else { return Ok(None) };
    // What is on screen may be the draft that is looked for.
    flushed(app).await;
    // A blank form in the place of a draft that could not be read would hide it.
    let drafts = store.list_drafts().await.map_err(|error| storage_words(app, &error))?;
    let of_table = || drafts.iter().filter(|it| table.as_ref().is_none_or(|table| it.table_id == *table));
    // What the browser brings back may never have been written in; then the key counts.
    let restored = of_table().find(|it| wanted.restore.as_ref() == Some(&it.id));
    let of_key = || of_table().find(|it| !wanted.key.is_empty() && it.key == wanted.key);
    Ok(restored.or_else(of_key).map(|it| it.id.clone()))
}

fn open_blank(app: AppState, table: Arc<CheckedDefinition>, wanted: Wanted, mode: Mode) {
    let mut document = host::blank(&table);
    if let Some(begin) = wanted.begin {
        document = AnswersDocument { table: document.table, document: document.document, ..begin };
    }
    prefill(&mut document, &table.definition, &wanted.prefill);
    let mut unknown = Vec::new();
    for (id, value) in wanted.profile {
        match table.definition.profile.iter().find(|it| *it.id == *id && profile_value(it.kind, &value).is_some()) {
            Some(it) => drop(document.profile.insert(it.id.clone(), value)),
            None => unknown.push(id),
        }
    }
    // A blank document is shown at once, and kept once something is written in it.
    let store = app.store().filter(|_| mode != Mode::Blank);
    let lock = store.map(|store| Lock::of_new(&store, &document.document.id));
    let origin = Origin { saved_at: None, is_unsaved: false, lock, said: String::new(), key: wanted.key, copy_as: None, newest: None };
    show(app, table, document, origin);
    if !unknown.is_empty() {
        app.say(app.fill("element.profile", &[("names", &unknown.join("、"))]));
    }
}

/// Opens a draft kept on this computer; with its lock, if this window has it already.
pub fn open_draft(app: AppState, id: String, lock: Option<Lock>) {
    run(app, open_kept(app, id, lock));
}

/// An opening that is under way; the error is a sentence. Boxed, or the page would carry a copy of it for each way
/// to open something.
pub type Opening = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// Opens, and says what went wrong if anything did.
fn run(app: AppState, opening: Opening) {
    spawn_local(async move {
        match opening.await {
            Err(said) => app.say(said),
            Ok(()) if !app.is_late() => app.settled(),
            Ok(()) => {}
        }
    });
}

/// Claims a draft before it is read: claiming may bring in the last words of a window that closed.
pub fn open_kept(app: AppState, id: String, lock: Option<Lock>) -> Opening {
    Box::pin(async move {
        let Some(store) = app.settled_store().await else { return Ok(()) };
        let lock = match lock {
            Some(lock) => Some(lock),
            None => claim(app, &id).await,
        };
        let record = kept_record(app, store.get_draft(&id).await)?;
        let said = app.fill("open.restored", &[("time", &app.moment(record.saved_at))]);
        let origin = Origin { saved_at: Some(record.saved_at), is_unsaved: false, lock, said, key: record.key, copy_as: None, newest: None };
        choose(app, parse(app, &record.bytes)?, origin).await
    })
}

/// Opens an earlier version of a draft. It becomes the newest one once it is changed; none is overwritten.
pub fn open_version(app: AppState, id: String, saved_at: f64) {
    run(app, Box::pin(async move {
        let Some(store) = app.settled_store().await else { return Ok(()) };
        let lock = claim(app, &id).await;
        let record = kept_record(app, store.get_version(&id, saved_at).await)?;
        let said = app.fill("open.version", &[("time", &app.moment(saved_at))]);
        let newest = store.get_draft(&id).await.ok().flatten().and_then(|it| Draft::parse(&it.bytes).ok());
        let origin = Origin { saved_at: Some(saved_at), is_unsaved: false, lock, said, key: record.key, copy_as: None, newest };
        choose(app, parse(app, &record.bytes)?, origin).await
    }));
}

/// Starts a new application with an id of its own from the answers of a draft.
pub fn open_copy(app: AppState, id: String) {
    run(app, Box::pin(async move {
        let Some(store) = app.settled_store().await else { return Ok(()) };
        let record = kept_record(app, store.get_draft(&id).await)?;
        let id = random::document_id();
        let lock = claim(app, &id).await;
        let said = app.t("open.copied").into();
        let origin = Origin { saved_at: None, is_unsaved: true, lock, said, key: String::new(), copy_as: Some(id), newest: None };
        choose(app, parse(app, &record.bytes)?, origin).await
    }));
}

/// Saves a draft kept on this computer as a file.
pub fn export_draft(app: AppState, id: String) {
    run(app, Box::pin(async move {
        let Some(store) = app.settled_store().await else { return Ok(()) };
        let record = kept_record(app, store.get_draft(&id).await)?;
        let draft = parse(app, &record.bytes)?;
        match definition(app, &draft.table).await {
            Some(table) => {
                if let Ok(opened) = draft.open(&table.definition, &identity_of(&table), None) {
                    save_draft_file(app, &table, &opened.document).await;
                }
            }
            // Without its table the draft goes out as it is kept; its files stay here.
            None => drop(files::download(app.root, &record.bytes, &format!("{}{}", draft.table.id, draft::EXTENSION), "application/json")),
        }
        Ok(())
    }));
}

/// Opens a file the user chose: a draft file to fill in, or a signed file to look at.
pub fn open_file(app: AppState, file: web_sys::File) {
    run(app, Box::pin(open_chosen(app, file)));
}

async fn open_chosen(app: AppState, file: web_sys::File) -> Result<(), String> {
    let bytes = file_bytes(app, &file, &file.name()).await?;
    let parsed = Draft::parse(&bytes);
    drop(bytes);
    // What a file holds decides what it is, never its name.
    if matches!(&parsed, Err(error) if error.kind == draft::DraftErrorKind::Bundle) {
        if !app.is_late() {
            app.to_verify.try_set_value(Some(file));
            app.screen.try_set(Screen::Verify);
        }
        return Ok(());
    }
    open_draft_file(app, parsed, file.name(), String::new()).await
}

/// Opens a draft file that the page around the form gives.
pub async fn import(app: AppState, file: &web_sys::Blob, key: String) -> Result<(), String> {
    let name = file.dyn_ref::<web_sys::File>().map(web_sys::File::name).unwrap_or_default();
    let bytes = file_bytes(app, file, &name).await?;
    open_draft_file(app, Draft::parse(&bytes), name, key).await
}

async fn file_bytes(app: AppState, file: &web_sys::Blob, name: &str) -> Result<Vec<u8>, String> {
    let bytes = files::read_bytes(file, draft::MAX_SIZE as f64).await;
    bytes.map_err(|error| app.fill("open.unreadable", &[("name", name), ("why", app.t(error.key()))]))
}

fn open_draft_file(app: AppState, parsed: Result<Draft, draft::DraftError>, name: String, key: String) -> Opening {
    Box::pin(async move {
        let called = if name.is_empty() { app.t("draft.name") } else { &name };
        let draft = parsed.map_err(|error| not_draft(app, called, &error))?;
        // A page that says which table it is gets no other.
        let current = app.current.try_get_value().flatten().filter(|_| app.is_bound.try_get_untracked() == Some(true));
        let is_other = current.and_then(|it| it.ui.session.try_peek(|table, _| *table.definition.id != *draft.table.id));
        if is_other == Some(true) {
            let error = draft::DraftError { kind: draft::DraftErrorKind::OtherTable, place: String::new() };
            return Err(not_draft(app, called, &error));
        }
        let mut lock = claim(app, &draft.document.id).await;
        let kept = match app.store() {
            Some(store) => store.get_draft(&draft.document.id).await.ok().flatten(),
            None => None,
        };
        let (mut copy_as, mut newest) = (None, None);
        let is_of_another = |kept: &DraftRecord| !key.is_empty() && !kept.key.is_empty() && kept.key != key;
        let mut said = if kept.as_ref().is_some_and(is_of_another) {
            // Under another key it goes on as an application of its own: the draft under that one stays.
            let id = random::document_id();
            lock = claim(app, &id).await;
            copy_as = Some(id);
            app.t("open.copied").into()
        } else {
            app.fill("open.from_file", &[("name", &name)])
        };
        if !draft.damaged.is_empty() {
            said.push_str(&app.fill("open.damaged", &[("names", &draft.damaged.join("、"))]));
        }
        // The file may be older than what is kept of the same draft: that stays among the earlier versions.
        if let Some(kept) = kept.filter(|_| copy_as.is_none())
            && !holds_the_same(app, &kept.bytes, &draft).await
        {
            said.push_str(&app.fill("open.replaced", &[("time", &app.moment(kept.saved_at))]));
            newest = Draft::parse(&kept.bytes).ok();
        }
        choose(app, draft, Origin { saved_at: None, is_unsaved: true, lock, said, key, copy_as, newest }).await
    })
}

/// True if what is kept has the same answers as a draft from a file, however they are written.
async fn holds_the_same(app: AppState, kept: &[u8], draft: &Draft) -> bool {
    let (Ok(kept), Some(table)) = (Draft::parse(kept), definition(app, &draft.table).await) else { return false };
    let [kept, new] = [&kept, draft].map(|it| it.open(&table.definition, &identity_of(&table), None).map(|it| it.document));
    matches!((kept, new), (Ok(kept), Ok(new)) if kept == new)
}

/// Shows a draft of this version, or asks what to do with one of another.
fn choose(app: AppState, draft: Draft, origin: Origin) -> Opening {
    Box::pin(async move {
        keep_files(app, &draft).await;
        let current = table(app, &draft.table.id).await;
        let (table, old) = match current {
            Ok(table) if draft.is_for(&identity_of(&table)) => (table, None),
            Ok(table) => (table, Some(definition(app, &draft.table).await)),
            // The page does not have the table any more, but it was kept when the draft was filled.
            Err(error) => match definition(app, &draft.table).await {
                Some(table) => (table, None),
                None => return Err(error.words(app.tag())),
            },
        };
        let known = old.as_ref().and_then(|it| it.as_ref()).map(|it| &it.definition);
        let opened = draft.open(&table.definition, &identity_of(&table), known).map_err(|error| not_draft(app, app.t("draft.name"), &error))?;
        match old {
            None => show(app, table, opened.document, origin),
            Some(_) if app.is_late() => {}
            Some(old) => {
                let asked = Asked { draft, table, moved: opened.document, old, origin: Some(origin) };
                app.message.try_set(None);
                app.ask(Some(Question(StoredValue::new_local(asked))));
                // What is open stays so until the answer; the question stands above it.
                if !matches!(app.screen.try_get_untracked(), Some(Screen::Filling(_))) {
                    app.screen.try_set(Screen::Start);
                }
            }
        }
        Ok(())
    })
}

fn show(app: AppState, table: Arc<CheckedDefinition>, mut document: AnswersDocument, origin: Origin) {
    let shown = table.clone();
    spawn_local(async move {
        // The form comes first.
        clock::pause(1_000).await;
        if let Ok(later) = later::load().await {
            (later.keep_table)(app, shown).await;
        }
    });
    let Origin { saved_at, is_unsaved, lock, said, key, copy_as, newest } = origin;
    if let Some(newest) = newest {
        newest.carry_on(&mut document);
    }
    if let Some(id) = copy_as {
        document = document.renewed(id);
    }
    app.show(Opened { table, document, saved_at, is_unsaved, lock, said, key });
}

/// Makes sure that the file of a table is what it is taken for, and keeps the definition that a draft is filled with, so
/// that the draft can go on with it when the page has a newer.
pub fn keep_table(app: AppState, table: Arc<CheckedDefinition>) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        if app.is_damaged.try_get_untracked().is_none() {
            // The form is gone.
            return;
        }
        if !tables::is_itself(&table) {
            // A server gave the file of another version of this program. What would be signed were not what is shown.
            app.is_damaged.try_set(true);
            return app.say(TableError::damaged(&table.definition.id).words(app.tag()));
        }
        let Some(store) = app.store() else { return };
        if let Ok(None) = store.get_definition(&table.digest).await {
            let own = app.own_table.try_get_value().flatten().filter(|it| it.0.digest == table.digest);
            if let Some(text) = own.map(|it| it.1).or_else(|| tables::text_of(&table)) {
                let _ = store.put_definition(&table.digest, &text).await;
            }
        }
    })
}

/// Keeps the files that travel with a draft.
async fn keep_files(app: AppState, draft: &Draft) {
    let Some(store) = app.store() else { return };
    for (digest, bytes) in &draft.files {
        let mut pieces = files::Pieces::new();
        pieces.bytes(bytes);
        if let Some(blob) = pieces.finish("application/octet-stream") {
            let _ = store.put_blob(digest, &blob).await;
        }
    }
}

/// The claim to write a draft, if there is storage. Where the draft is on screen it is claimed already; what was typed
/// there is saved first.
async fn claim(app: AppState, id: &str) -> Option<Lock> {
    if let Some(current) = flushed(app).await
        && current.is_of(id)
        && let Some((Some(lock), _)) = current.kept.try_get_value()
    {
        return Some(lock);
    }
    let store = app.settled_store().await?;
    Lock::acquire(&store, id).await.ok()
}

/// The filling on screen, with everything typed there saved.
pub async fn flushed(app: AppState) -> Option<Current> {
    let current = app.current.try_get_value().flatten()?;
    if let Some((_, Some(saver))) = current.kept.try_get_value() {
        let _ = saver.flush().await;
    }
    Some(current)
}

/// A record that was read, or why there is none.
fn kept_record(app: AppState, found: Result<Option<DraftRecord>, super::storage::StoreError>) -> Result<DraftRecord, String> {
    match found {
        Ok(Some(record)) => Ok(record),
        Ok(None) => Err(app.t("open.gone").into()),
        Err(error) => Err(storage_words(app, &error)),
    }
}

/// A draft that is kept here.
fn parse(app: AppState, bytes: &[u8]) -> Result<Draft, String> {
    Draft::parse(bytes).map_err(|error| not_draft(app, app.t("draft.name"), &error))
}

/// Why a draft cannot be opened, in words.
fn not_draft(app: AppState, name: &str, error: &draft::DraftError) -> String {
    app.fill("open.not_draft", &[("name", name), ("why", &locale::draft_error(app.tag(), error))])
}
