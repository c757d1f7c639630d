//! What the in-browser tests share.

use shenbao::web::clock;
use shenbao::web::storage::{DraftRecord, Store, StoreError};

/// Waits until something holds, and fails after ten seconds: a condition instead of a guessed sleep.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    let start = clock::now();
    while !holds() {
        assert!(clock::now() - start < 10_000.0, "waited in vain: {what}");
        clock::pause(5).await;
    }
}

/// Undoes what a test before this one did to the browser. A test that fails cannot tidy up after itself.
pub fn mend_browser() {
    js("if (!self.pristine) self.pristine = {
            put: IDBObjectStore.prototype.put,
            transaction: IDBDatabase.prototype.transaction,
            indexedDB: Object.getOwnPropertyDescriptor(self, 'indexedDB'),
        };
        IDBObjectStore.prototype.put = self.pristine.put;
        IDBDatabase.prototype.transaction = self.pristine.transaction;
        Object.defineProperty(self, 'indexedDB', self.pristine.indexedDB)");
}

/// A store that is open.
pub async fn opened(purpose: &str) -> Result<Store, StoreError> {
    let store = Store::new(purpose);
    store.open().await.map(|()| store)
}

/// A store of the test's own, empty.
pub async fn fresh_store(purpose: &str) -> Store {
    mend_browser();
    let store = opened(purpose).await.expect("storage opens");
    store.clear_all().await.expect("storage clears");
    store
}

/// A draft whose text is `text`.
pub fn draft(id: &str, saved_at: f64, text: &str) -> DraftRecord {
    DraftRecord {
        id: id.to_owned(),
        key: String::new(),
        table_id: "pilot-city-2017".to_owned(),
        table_version: "2017.1".to_owned(),
        definition: "d0".repeat(32),
        title: "云州市".to_owned(),
        saved_at,
        rev: 1,
        signed: false,
        uses: Vec::new(),
        bytes: text.as_bytes().to_vec(),
        is_alone: false,
    }
}

/// The text of a draft as saved last.
pub async fn saved_text(store: &Store, id: &str) -> Option<String> {
    let record = store.get_draft(id).await.expect("storage reads")?;
    Some(String::from_utf8(record.bytes).expect("text"))
}

/// Runs a line of JavaScript: how the tests stand in for another window or a hostile browser.
pub fn js(line: &str) {
    js_sys::eval(line).expect("the test's own script runs");
}
