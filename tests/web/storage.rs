//! What is kept comes back: drafts, their versions, files, definitions; and what is said when it cannot be kept.

use super::support::{draft, fresh_store, js, mend_browser, opened, saved_text};
use shenbao::web::storage::{DraftRecord, StoreError};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const MINUTE: f64 = 60_000.0;

fn blob(text: &str) -> web_sys::Blob {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    web_sys::Blob::new_with_str_sequence(&parts).expect("a blob")
}

async fn text_of(blob: &web_sys::Blob) -> String {
    let text = wasm_bindgen_futures::JsFuture::from(blob.text()).await.expect("the blob reads");
    text.as_string().expect("text")
}

#[wasm_bindgen_test]
async fn a_draft_comes_back_as_it_was_saved_also_through_another_connection() {
    let store = fresh_store("test-round-trip").await;
    let mut record = draft("urn:uuid:1", 1000.0, "{\"城市\":\"云州\"}");
    record.rev = 3;
    record.uses = vec!["ab".repeat(32)];
    let saved = store.put_draft(&record, None).await.unwrap();
    assert_eq!((saved.at, saved.was_there), (1000.0, false));

    let other = opened("test-round-trip").await.unwrap();
    assert_eq!(other.get_draft("urn:uuid:1").await.unwrap(), Some(record.clone()));
    assert_eq!(other.get_draft("urn:uuid:2").await.unwrap(), None);
    let list = other.list_drafts().await.unwrap();
    let it = list.first().expect("one draft");
    assert_eq!((it.title.as_str(), it.rev, it.size, it.uses.len()), ("云州市", 3, record.bytes.len() as f64, 1));
}

#[wasm_bindgen_test]
async fn drafts_are_listed_with_the_last_saved_first() {
    let store = fresh_store("test-order").await;
    for (id, at) in [("a", 2000.0), ("b", 3000.0), ("c", 1000.0)] {
        store.put_draft(&draft(id, at, "{}"), None).await.unwrap();
    }
    let ids = |list: Vec<shenbao::web::storage::DraftSummary>| list.into_iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids(store.list_drafts().await.unwrap()), ["b", "a", "c"]);
    store.delete_draft("b").await.unwrap();
    assert_eq!(ids(store.list_drafts().await.unwrap()), ["a", "c"]);
    assert_eq!(store.list_versions("b").await.unwrap(), Vec::<f64>::new());
}

#[wasm_bindgen_test]
async fn of_many_saves_a_few_versions_stay_spread_over_time() {
    let store = fresh_store("test-versions").await;
    let mut at = 0.0;
    for minute in 0..100 {
        at = f64::from(minute) * MINUTE + 1.0;
        store.put_draft(&draft("a", at, &format!("minute {minute}")), None).await.unwrap();
    }
    let times = store.list_versions("a").await.unwrap();
    assert!((4..=6).contains(&times.len()), "{times:?}");
    assert_eq!(times.first(), Some(&at));
    assert!(times.contains(&(at - MINUTE)), "the one before the last stays: {times:?}");
    assert!(times.iter().any(|it| at - it > 60.0 * MINUTE), "one of an hour ago stays: {times:?}");
    let oldest = *times.last().unwrap();
    let version = store.get_version("a", oldest).await.unwrap().expect("listed versions can be read");
    assert_eq!(version.saved_at, oldest);
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some("minute 99"));
}

#[wasm_bindgen_test]
async fn a_clock_put_back_does_not_make_the_newest_text_the_older_one() {
    let store = fresh_store("test-clock").await;
    store.put_draft(&draft("a", 5000.0, "first"), None).await.unwrap();
    let saved = store.put_draft(&draft("a", 1000.0, "second"), None).await.unwrap();
    assert!(saved.at > 5000.0 && saved.was_there);
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some("second"));
    assert_eq!(store.list_versions("a").await.unwrap().len(), 2);
}

#[wasm_bindgen_test]
async fn a_file_is_kept_once_and_as_long_as_a_version_uses_it() {
    let store = fresh_store("test-blobs").await;
    let (used, spare, undoable) = ("aa".repeat(32), "bb".repeat(32), "cc".repeat(32));
    for digest in [&used, &used, &spare, &undoable] {
        store.put_blob(digest, &blob("附件")).await.unwrap();
    }
    let mut record = draft("a", 1000.0, "{}");
    record.uses = vec![used.clone()];
    store.put_draft(&record, None).await.unwrap();

    let lately = store.collect_blobs(&[], 0.0).await.unwrap();
    assert_eq!(lately, 0, "what was put lately may belong to a draft not saved yet");
    let dropped = store.collect_blobs(std::slice::from_ref(&undoable), f64::MAX).await.unwrap();
    assert_eq!(dropped, 1);
    assert_eq!(text_of(&store.get_blob(&used).await.unwrap().expect("kept")).await, "附件");
    assert!(store.get_blob(&spare).await.unwrap().is_none());

    store.delete_draft("a").await.unwrap();
    assert_eq!(store.collect_blobs(&[], f64::MAX).await.unwrap(), 2);
}

#[wasm_bindgen_test]
async fn a_definition_is_found_by_its_digest() {
    let store = fresh_store("test-definitions").await;
    store.put_definition("d1", "{\"id\":\"x\"}").await.unwrap();
    assert_eq!(store.get_definition("d1").await.unwrap().as_deref(), Some("{\"id\":\"x\"}"));
    assert_eq!(store.get_definition("d2").await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn clearing_leaves_nothing_and_takes_nothing_of_others() {
    let store = fresh_store("test-clear").await;
    store.put_draft(&draft("a", 1000.0, "{}"), None).await.unwrap();
    store.put_blob("aa", &blob("x")).await.unwrap();
    store.put_definition("d1", "{}").await.unwrap();
    js("localStorage.setItem('shenbao-language', 'en'); localStorage.setItem('portal', 'kept')");
    store.clear_all().await.unwrap();
    assert!(store.list_drafts().await.unwrap().is_empty());
    assert!(store.list_versions("a").await.unwrap().is_empty());
    assert!(store.get_blob("aa").await.unwrap().is_none());
    assert_eq!(store.get_definition("d1").await.unwrap(), None);
    let local = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    assert_eq!(local.get_item("shenbao-language").unwrap(), None);
    assert_eq!(local.get_item("portal").unwrap().as_deref(), Some("kept"));
}

#[wasm_bindgen_test]
async fn a_connection_that_the_browser_closed_is_opened_again() {
    let store = fresh_store("test-reopen").await;
    js("IDBDatabase.prototype.transaction = function () {
            IDBDatabase.prototype.transaction = self.pristine.transaction;
            throw new DOMException('closing', 'InvalidStateError');
        }");
    store.put_draft(&draft("a", 1000.0, "after"), None).await.unwrap();
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some("after"));
    store.close();
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some("after"));
}

#[wasm_bindgen_test]
async fn refused_storage_is_called_refused() {
    mend_browser();
    js("Object.defineProperty(self, 'indexedDB', {
            configurable: true,
            get() { throw new DOMException('denied', 'SecurityError'); },
        })");
    let denied = opened("test-refused").await.err();
    js("Object.defineProperty(self, 'indexedDB', { configurable: true, get() { return null; } })");
    let missing = opened("test-refused").await.err();
    js("Object.defineProperty(self, 'indexedDB', { configurable: true, get() {
            return { open() { throw new DOMException('private window', 'InvalidStateError'); } };
        } })");
    let private = opened("test-refused").await.err();
    mend_browser();
    assert_eq!(denied, Some(StoreError::Refused));
    assert_eq!(missing, Some(StoreError::Refused));
    assert_eq!(private, Some(StoreError::Refused));
    assert!(opened("test-refused").await.is_ok(), "the stub is gone again");
}

#[wasm_bindgen_test]
async fn a_full_disk_is_called_full_and_leaves_the_version_before() {
    let store = fresh_store("test-full").await;
    store.put_draft(&draft("a", 1000.0, "before"), None).await.unwrap();
    js("IDBObjectStore.prototype.put = function () {
            throw new DOMException('no room', 'QuotaExceededError');
        }");
    let draft_error = store.put_draft(&draft("a", 2000.0, "after"), None).await.err();
    let blob_error = store.put_blob("aa", &blob("x")).await.err();
    mend_browser();
    assert_eq!(draft_error, Some(StoreError::Full));
    assert_eq!(blob_error, Some(StoreError::Full));
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some("before"));
}

#[wasm_bindgen_test]
async fn a_browser_that_keeps_no_blob_keeps_its_bytes() {
    let store = fresh_store("test-no-blob").await;
    js("IDBObjectStore.prototype.put = function (value) {
            if (value.data instanceof Blob) throw new DOMException('no blobs', 'DataCloneError');
            return self.pristine.put.call(this, value);
        }");
    let put = store.put_blob("aa", &blob("附件")).await;
    mend_browser();
    assert_eq!(put, Ok(()));
    assert_eq!(text_of(&store.get_blob("aa").await.unwrap().expect("kept")).await, "附件");
}

#[wasm_bindgen_test]
async fn what_another_page_wrote_into_our_database_does_not_stop_the_program() {
    let store = fresh_store("test-garbage").await;
    let write = "new Promise((resolve, reject) => {
        const open = indexedDB.open('shenbao-test-garbage');
        open.onerror = reject;
        open.onsuccess = () => {
            const tx = open.result.transaction(['drafts', 'versions'], 'readwrite');
            tx.objectStore('drafts').put({ id: 'a', saved_at: 1, title: 7, uses: 'no list', rev: -1 });
            tx.objectStore('versions').put({ id: 'a', saved_at: 1, bytes: 1e300 });
            tx.oncomplete = () => { open.result.close(); resolve(); };
        };
    })";
    let promise: js_sys::Promise = js_sys::eval(write).unwrap().into();
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
    assert_eq!(store.list_drafts().await.unwrap().len(), 1);
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some(""));
}

#[wasm_bindgen_test]
async fn what_was_begun_blank_under_a_key_that_is_taken_is_not_saved() {
    let store = fresh_store("test-storage-alone").await;
    let begun = |id: &str| DraftRecord { key: "k".into(), is_alone: true, ..draft(id, 1000.0, "{}") };
    store.put_draft(&begun("a"), None).await.unwrap();
    assert_eq!(store.put_draft(&begun("b"), None).await.err(), Some(StoreError::Begun));
    assert_eq!(store.list_drafts().await.unwrap().len(), 1);
    // It goes on being saved itself, and so do another key and what a person brings under this one.
    store.put_draft(&begun("a"), None).await.unwrap();
    store.put_draft(&DraftRecord { key: "other".into(), ..begun("c") }, None).await.unwrap();
    store.put_draft(&DraftRecord { is_alone: false, ..begun("d") }, None).await.unwrap();
}
