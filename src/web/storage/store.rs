//! Drafts, attached files and definitions in the browser's database.

use super::channel::Channel;
use super::error::{StoreError, member, number, text};
use super::{journal, lock, versions};
use crate::web::clock;
use js_sys::{Array, Object, Reflect, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

#[wasm_bindgen(module = "/src/web/storage/store.js")]
extern "C" {
    type Database;
    #[wasm_bindgen(constructor)]
    fn new(name: &str) -> Database;
    #[wasm_bindgen(method, catch)]
    async fn connect(this: &Database) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Database);
    #[wasm_bindgen(method, catch)]
    async fn put_draft(this: &Database, record: &JsValue, token: Option<&str>) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn put_version(this: &Database, record: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn drop_versions(this: &Database, id: &str, times: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn list_drafts(this: &Database) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn list_versions(this: &Database, id: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn get_draft(this: &Database, id: &str, saved_at: Option<f64>) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn delete_draft(this: &Database, id: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn put_blob(this: &Database, sha256: &str, blob: &Blob, at: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn get_blob(this: &Database, sha256: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn collect_blobs(this: &Database, used: &Array, put_before: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn put_definition(this: &Database, sha256: &str, text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn get_definition(this: &Database, sha256: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn claim(this: &Database, id: &str, token: &str, expected: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn free(this: &Database, id: &str, token: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn lease(this: &Database, id: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn clear(this: &Database) -> Result<JsValue, JsValue>;

    fn page_database(storage: &JsValue) -> Database;

    /// Asks the browser not to evict what is kept here. It may ask the user in turn; nobody waits for the answer.
    pub fn ask_to_keep();
}

/// The name of the page's own storage, for the lock among windows.
const PAGE: &str = "shenbao-page";

/// A draft as it is saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftRecord {
    /// Document id; the draft's name here.
    pub id: String,
    /// The name under which the page around the form finds it again; mostly none.
    pub key: String,
    /// Definition id.
    pub table_id: String,
    /// Definition version.
    pub table_version: String,
    /// SHA-256 of the definition, lower-case hex.
    pub definition: String,
    /// What tells it from other drafts of the table, such as the city.
    pub title: String,
    /// Milliseconds since 1970. Autosave sets it.
    pub saved_at: f64,
    /// Revision being filled.
    pub rev: u32,
    /// True if this revision is signed as it stands.
    pub signed: bool,
    /// SHA-256 of each attached file, lower-case hex: these files are kept as long as a version uses them.
    pub uses: Vec<String>,
    /// The draft's JSON text.
    pub bytes: Vec<u8>,
    /// True for what was begun blank: if another draft of the table has come under its key meanwhile, it is not saved.
    pub is_alone: bool,
}

/// A draft as the start page lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftSummary {
    /// Document id.
    pub id: String,
    /// The name under which the page around the form finds it again; mostly none.
    pub key: String,
    /// Definition id.
    pub table_id: String,
    /// Definition version.
    pub table_version: String,
    /// SHA-256 of the definition, lower-case hex.
    pub definition: String,
    /// What tells it from other drafts of the table.
    pub title: String,
    /// Milliseconds since 1970.
    pub saved_at: f64,
    /// Revision being filled.
    pub rev: u32,
    /// True if this revision is signed as it stands.
    pub signed: bool,
    /// SHA-256 of each attached file.
    pub uses: Vec<String>,
    /// Bytes of the draft's text.
    pub size: f64,
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saved {
    /// The time it was filed under; a little later than asked if the clock was put back.
    pub at: f64,
    /// True if the draft was kept here before this save.
    pub was_there: bool,
}

struct Inner {
    database: Database,
    name: String,
    channel: Channel,
}

/// What is kept on this computer. Handles are cheap to clone.
#[derive(Clone)]
pub struct Store(Rc<Inner>);

impl Store {
    /// The database `shenbao-<purpose>`. It is opened by the first call that needs it, which waits for that.
    ///
    /// On a local disk all HTML files share one storage: hence the name.
    pub fn new(purpose: &str) -> Store {
        let name = format!("shenbao-{purpose}");
        Store::named(Database::new(&name), name)
    }

    /// Opens it, and brings in what a page that was closed could not save.
    pub async fn open(&self) -> Result<(), StoreError> {
        self.0.database.connect().await.map_err(|error| StoreError::from(error).while_opening())?;
        self.replay_journal().await;
        Ok(())
    }

    /// A storage of the page around the form in place of the browser's database. What cannot be saved when the page
    /// ends is not noted: the page said where things are kept.
    pub fn of_page(storage: &JsValue) -> Store {
        Store::named(page_database(storage), PAGE.to_string())
    }

    fn named(database: Database, name: String) -> Store {
        let channel = Channel::join(&name, |_| {});
        Store(Rc::new(Inner { database, name, channel }))
    }

    /// Saves a draft, and keeps some of its last versions. With a lock's token, saves only if no other window
    /// has the lock: the check and the write are one transaction, so no delay can come between them.
    pub async fn put_draft(&self, record: &DraftRecord, token: Option<&str>) -> Result<Saved, StoreError> {
        let database = &self.0.database;
        let result = list_of(&database.put_draft(&to_object(record), token).await?);
        let at = result.get(0).as_f64().unwrap_or(record.saved_at);
        let was_there = result.get(1).is_truthy();
        let drop = versions::to_drop(&numbers(&result.get(2)));
        if !drop.is_empty() {
            // The draft is saved; a version too many does no harm and goes next time.
            let times = drop.into_iter().map(JsValue::from_f64).collect();
            let _ = database.drop_versions(&record.id, &times).await;
        }
        Ok(Saved { at, was_there })
    }

    /// All drafts, the one saved last first.
    pub async fn list_drafts(&self) -> Result<Vec<DraftSummary>, StoreError> {
        let list = list_of(&self.0.database.list_drafts().await?);
        let mut drafts: Vec<DraftSummary> = list.iter().map(|it| summary_of(&it)).collect();
        drafts.sort_by(|a, b| b.saved_at.total_cmp(&a.saved_at));
        Ok(drafts)
    }

    /// A draft as saved last.
    pub async fn get_draft(&self, id: &str) -> Result<Option<DraftRecord>, StoreError> {
        Ok(record_of(&self.0.database.get_draft(id, None).await?))
    }

    /// When the kept versions of a draft were saved, the last one first.
    pub async fn list_versions(&self, id: &str) -> Result<Vec<f64>, StoreError> {
        let mut times = numbers(&self.0.database.list_versions(id).await?);
        times.reverse();
        Ok(times)
    }

    /// A draft as saved at one of the times of [`Store::list_versions`].
    pub async fn get_version(&self, id: &str, saved_at: f64) -> Result<Option<DraftRecord>, StoreError> {
        Ok(record_of(&self.0.database.get_draft(id, Some(saved_at)).await?))
    }

    /// Deletes a draft with all its versions. A window that has it open is told.
    pub async fn delete_draft(&self, id: &str) -> Result<(), StoreError> {
        self.0.database.delete_draft(id).await?;
        journal::remove(&self.0.name, id);
        lock::forget_mark(&self.0.name, id);
        self.0.channel.send(&format!("gone {id} -"));
        Ok(())
    }

    /// Keeps an attached file under its digest. The same file twice is kept once.
    pub async fn put_blob(&self, sha256: &str, blob: &Blob) -> Result<(), StoreError> {
        self.0.database.put_blob(sha256, blob, clock::now()).await?;
        Ok(())
    }

    /// An attached file. Reading it may still fail if the browser lost its bytes: check the digest.
    pub async fn get_blob(&self, sha256: &str) -> Result<Option<Blob>, StoreError> {
        Ok(self.0.database.get_blob(sha256).await?.dyn_into().ok())
    }

    /// Drops files that no version of any draft uses, nor `used` (what undo may bring back). Files put after
    /// `put_before` stay: another window may have attached them and not saved yet. Gives how many went.
    pub async fn collect_blobs(&self, used: &[String], put_before: f64) -> Result<usize, StoreError> {
        let used = used.iter().map(JsValue::from).collect();
        let dropped = self.0.database.collect_blobs(&used, put_before).await?;
        Ok(dropped.as_f64().unwrap_or_default() as usize)
    }

    /// Keeps a definition, so that a draft of it can be opened when the page brings only a newer one.
    pub async fn put_definition(&self, sha256: &str, text: &str) -> Result<(), StoreError> {
        self.0.database.put_definition(sha256, text).await?;
        Ok(())
    }

    /// A definition by digest.
    pub async fn get_definition(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        Ok(self.0.database.get_definition(sha256).await?.as_string())
    }

    /// Deletes everything that this program keeps on this computer. Windows that have a draft open are told.
    pub async fn clear_all(&self) -> Result<(), StoreError> {
        self.0.database.clear().await?;
        if let Some(storage) = journal::local_storage() {
            for key in journal::keys(&storage).iter().filter(|it| it.starts_with("shenbao")) {
                let _ = storage.remove_item(key);
            }
        }
        self.0.channel.send("gone * -");
        Ok(())
    }

    /// Closes the connection; the next call opens it again.
    pub fn close(&self) {
        self.0.database.close();
    }

    /// Keeps a text beside the versions of a draft, without making it the current one.
    pub(in crate::web) async fn put_version(&self, record: &DraftRecord) -> Result<(), StoreError> {
        self.0.database.put_version(&to_object(record)).await?;
        Ok(())
    }

    /// Notes a draft where it survives the end of the page. False if it does not fit.
    pub(in crate::web) fn note(&self, record: &DraftRecord) -> bool {
        self.0.name != PAGE && journal::write(&self.0.name, record)
    }

    /// Forgets the note, once the draft is saved.
    pub(in crate::web) fn forget_note(&self, draft: &str) {
        journal::remove(&self.0.name, draft);
    }

    /// Saves what pages that were closed had noted. What another window has saved since is not overwritten:
    /// then the noted text becomes an older version.
    pub(super) async fn replay_journal(&self) {
        for record in journal::entries(&self.0.name) {
            let done = match self.get_draft(&record.id).await {
                Ok(Some(draft)) if draft.bytes == record.bytes => true,
                Ok(Some(draft)) if draft.saved_at >= record.saved_at => {
                    self.put_version(&record).await.is_ok()
                }
                Ok(_) => self.put_draft(&record, None).await.is_ok(),
                Err(_) => false,
            };
            if done {
                journal::remove(&self.0.name, &record.id);
            }
        }
    }

    /// The database's name; keys in `localStorage` and the channel are named after it.
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    /// Takes the lease of a draft if it is free or one of `expected` has it. Gives who has it then.
    pub(super) async fn claim(&self, draft: &str, token: &str, expected: &[String]) -> Result<String, StoreError> {
        let expected = expected.iter().map(JsValue::from).collect();
        let holder = self.0.database.claim(draft, token, &expected).await?;
        Ok(holder.as_string().unwrap_or_default())
    }

    /// Frees the lease of a draft, if `token` has it.
    pub(super) async fn free(&self, draft: &str, token: &str) -> Result<bool, StoreError> {
        Ok(self.0.database.free(draft, token).await?.is_truthy())
    }

    /// Who has or last had the lease of a draft, and whether it is free.
    pub(super) async fn lease(&self, draft: &str) -> Result<Option<(String, bool)>, StoreError> {
        let lease = self.0.database.lease(draft).await?;
        if lease.is_undefined() {
            return Ok(None);
        }
        let lease = list_of(&lease);
        Ok(lease.get(0).as_string().map(|token| (token, lease.get(1).is_truthy())))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.database.close();
    }
}

fn to_object(record: &DraftRecord) -> JsValue {
    let object = Object::new();
    let set = |name: &str, value: JsValue| {
        // A new plain object takes any member.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &value);
    };
    set("id", (&record.id).into());
    set("key", (&record.key).into());
    set("table_id", (&record.table_id).into());
    set("table_version", (&record.table_version).into());
    set("definition", (&record.definition).into());
    set("title", (&record.title).into());
    set("saved_at", record.saved_at.into());
    set("rev", record.rev.into());
    set("signed", record.signed.into());
    set("uses", record.uses.iter().map(JsValue::from).collect::<Array>().into());
    set("bytes", Uint8Array::from(record.bytes.as_slice()).into());
    if record.is_alone {
        set("alone", true.into());
    }
    object.into()
}

fn summary_of(object: &JsValue) -> DraftSummary {
    DraftSummary {
        id: text(object, "id"),
        key: text(object, "key"),
        table_id: text(object, "table_id"),
        table_version: text(object, "table_version"),
        definition: text(object, "definition"),
        title: text(object, "title"),
        saved_at: number(object, "saved_at"),
        rev: number(object, "rev") as u32,
        signed: member(object, "signed").is_truthy(),
        uses: texts(&member(object, "uses")),
        size: number(object, "size"),
    }
}

fn record_of(object: &JsValue) -> Option<DraftRecord> {
    if !object.is_object() {
        return None;
    }
    let DraftSummary { id, key, table_id, table_version, definition, title, saved_at, rev, signed, uses, .. } = summary_of(object);
    let bytes = member(object, "bytes").dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default();
    Some(DraftRecord { id, key, table_id, table_version, definition, title, saved_at, rev, signed, uses, bytes, is_alone: false })
}

/// The value as a list; empty if it is none. On a local disk other pages can write to our database.
fn list_of(value: &JsValue) -> Array {
    value.dyn_ref::<Array>().cloned().unwrap_or_default()
}

fn texts(list: &JsValue) -> Vec<String> {
    list_of(list).iter().filter_map(|it| it.as_string()).collect()
}

fn numbers(list: &JsValue) -> Vec<f64> {
    list_of(list).iter().filter_map(|it| it.as_f64()).collect()
}
