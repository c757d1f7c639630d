//! Nothing is lost: saved within a second, at once when the page goes, and said plainly when it fails.

use super::support::{draft, fresh_store, js, mend_browser, opened, saved_text, until};
use leptos::prelude::GetUntracked;
use shenbao::web::autosave::{Autosave, SaveState};
use shenbao::web::clock;
use shenbao::web::storage::{Lock, Store, StoreError};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

struct Page {
    store: Store,
    text: Rc<RefCell<String>>,
    autosave: Autosave,
}

impl Page {
    async fn open(purpose: &str) -> Page {
        let store = fresh_store(purpose).await;
        Page::start(store, None)
    }

    fn start(store: Store, token: Option<&str>) -> Page {
        let text = Rc::new(RefCell::new(String::new()));
        let read = text.clone();
        let snapshot = Box::new(move || Some(draft("a", 0.0, &read.borrow())));
        let autosave = Autosave::start(&store, token, None, snapshot);
        Page { store, text, autosave }
    }

    fn type_text(&self, text: &str) {
        *self.text.borrow_mut() = text.to_owned();
        self.autosave.edited();
    }

    fn state(&self) -> SaveState {
        self.autosave.state().get_untracked()
    }

    async fn until_saved(&self) {
        until("saved", || matches!(self.state(), SaveState::Saved { .. })).await;
    }
}

/// Lets every write fail until [`mend_browser`].
fn fill_disk() {
    js("IDBObjectStore.prototype.put = function () { throw new DOMException('no room', 'QuotaExceededError'); }");
}

fn note_of(purpose: &str) -> Option<String> {
    let local = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    local.get_item(&format!("shenbao-{purpose}/journal/a")).unwrap()
}

fn hide_page() {
    js("Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
        document.dispatchEvent(new Event('visibilitychange'));
        delete document.visibilityState");
}

#[wasm_bindgen_test]
async fn a_change_is_saved_within_a_second() {
    let page = Page::open("test-save-second").await;
    assert_eq!(page.state(), SaveState::Clean(None));
    let start = clock::now();
    page.type_text("云州");
    assert_eq!(page.state(), SaveState::Pending);
    page.until_saved().await;
    assert!(clock::now() - start < 1000.0, "{} ms", clock::now() - start);
    assert_eq!(saved_text(&page.store, "a").await.as_deref(), Some("云州"));
    let at = page.store.list_drafts().await.unwrap().first().unwrap().saved_at;
    assert!(at >= start, "autosave stamps the time");
    assert_eq!(page.state(), SaveState::Saved { at, was_gone: false });
}

#[wasm_bindgen_test]
fn a_moment_of_today_is_told_by_its_time_and_an_older_one_with_its_day() {
    let form = |ms: f64| clock::short_words(ms).chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect::<String>();
    assert_eq!(form(clock::now()), "00:00:00");
    assert_eq!(form(clock::now() - 2.0 * 86_400_000.0), "00-00 00:00");
}

#[wasm_bindgen_test]
async fn typing_without_a_pause_is_saved_every_second_and_not_at_every_key() {
    let page = Page::open("test-save-typing").await;
    js("self.puts = [Date.now()];
        IDBObjectStore.prototype.put = function (value) {
            if (this.name === 'drafts') self.puts.push(Date.now());
            return self.pristine.put.call(this, value);
        }");
    let start = clock::now();
    let mut key = 0;
    while clock::now() - start < 3000.0 {
        key += 1;
        page.type_text(&format!("{key}"));
        clock::pause(50).await;
    }
    mend_browser();
    let gaps = js_sys::eval("self.puts.slice(1).map((it, idx) => it - self.puts[idx])").unwrap();
    let gaps: Vec<f64> = js_sys::Array::from(&gaps).iter().filter_map(|it| it.as_f64()).collect();
    assert!((3..=5).contains(&gaps.len()), "{gaps:?} ms between saves in three seconds");
    assert!(gaps.iter().all(|it| *it < 1000.0), "{gaps:?} ms between saves");
}

#[wasm_bindgen_test]
async fn hiding_the_page_saves_at_once_and_notes_the_text_until_it_is_saved() {
    let page = Page::open("test-save-hide").await;
    page.type_text("half a sentence");
    hide_page();
    assert!(note_of("test-save-hide").is_some_and(|it| it.ends_with("\nhalf a sentence")));
    let start = clock::now();
    page.until_saved().await;
    assert!(clock::now() - start < 300.0, "no waiting for a pause in typing");
    assert_eq!(note_of("test-save-hide"), None);
    assert_eq!(saved_text(&page.store, "a").await.as_deref(), Some("half a sentence"));
}

#[wasm_bindgen_test]
async fn what_a_closed_page_could_not_save_is_there_at_the_next_start() {
    let page = Page::open("test-save-close").await;
    page.type_text("first");
    page.until_saved().await;
    fill_disk();
    page.type_text("last words\n第二行");
    js("dispatchEvent(new PageTransitionEvent('pagehide'))");
    until("the save failed", || page.state() == SaveState::Failed(StoreError::Full)).await;
    page.autosave.stop();
    mend_browser();
    assert_eq!(saved_text(&page.store, "a").await.as_deref(), Some("first"));

    let next = opened("test-save-close").await.unwrap();
    assert_eq!(saved_text(&next, "a").await.as_deref(), Some("last words\n第二行"));
    assert_eq!(note_of("test-save-close"), None);
    let drafts = next.list_drafts().await.unwrap();
    assert_eq!(drafts.first().map(|it| it.title.as_str()), Some("云州市"));
}

#[wasm_bindgen_test]
async fn a_note_older_than_what_another_window_saved_becomes_an_older_version() {
    let page = Page::open("test-save-older").await;
    fill_disk();
    page.type_text("noted");
    js("dispatchEvent(new PageTransitionEvent('pagehide'))");
    until("the save failed", || page.state() == SaveState::Failed(StoreError::Full)).await;
    page.autosave.stop();
    mend_browser();
    page.store.put_draft(&draft("a", clock::now() + 1000.0, "newer"), None).await.unwrap();

    let next = opened("test-save-older").await.unwrap();
    assert_eq!(saved_text(&next, "a").await.as_deref(), Some("newer"));
    let times = next.list_versions("a").await.unwrap();
    let older = next.get_version("a", *times.last().unwrap()).await.unwrap().unwrap();
    assert_eq!(older.bytes, b"noted");
}

#[wasm_bindgen_test]
async fn a_failed_save_is_said_and_the_next_change_tries_again() {
    let page = Page::open("test-save-fail").await;
    fill_disk();
    page.type_text("one");
    until("the failure shows", || page.state() == SaveState::Failed(StoreError::Full)).await;
    assert_eq!(page.autosave.flush().await, Err(StoreError::Full));
    mend_browser();
    page.type_text("two");
    assert_eq!(page.state(), SaveState::Failed(StoreError::Full), "it stays in sight until a save succeeds");
    page.until_saved().await;
    assert_eq!(saved_text(&page.store, "a").await.as_deref(), Some("two"));
}

#[wasm_bindgen_test]
async fn flush_waits_until_the_last_change_is_on_disk() {
    let page = Page::open("test-save-flush").await;
    page.type_text("one");
    let first = page.autosave.clone();
    wasm_bindgen_futures::spawn_local(async move { first.flush().await.unwrap() });
    clock::pause(0).await;
    page.type_text("two");
    page.autosave.flush().await.unwrap();
    assert_eq!(saved_text(&page.store, "a").await.as_deref(), Some("two"));
    assert_eq!(page.autosave.flush().await, Ok(()), "nothing to save is no failure");
}

#[wasm_bindgen_test]
async fn storage_emptied_under_the_page_is_filled_again_and_said() {
    let page = Page::open("test-save-gone").await;
    page.type_text("one");
    page.until_saved().await;
    page.store.clear_all().await.unwrap();
    page.type_text("two");
    until("saved again", || matches!(page.state(), SaveState::Saved { was_gone: true, .. })).await;
    assert_eq!(saved_text(&page.store, "a").await.as_deref(), Some("two"));
}

#[wasm_bindgen_test]
async fn a_window_that_lost_the_draft_saves_no_more() {
    let store = fresh_store("test-save-lost").await;
    let lock = Lock::acquire(&store, "a").await.unwrap();
    let page = Page::start(store.clone(), Some(lock.token()));
    page.type_text("one");
    let saving = page.autosave.clone();
    lock.before_loss(Box::new(move || {
        let saving = saving.clone();
        Box::pin(async move {
            let _ = saving.flush().await;
        })
    }));
    let other = Lock::acquire(&store, "a").await.unwrap();
    other.take_over().await.unwrap();
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some("one"), "its last change was saved first");
    page.type_text("two");
    until("the loss shows", || page.state() == SaveState::Failed(StoreError::Taken)).await;
    assert_eq!(saved_text(&store, "a").await.as_deref(), Some("one"));
    assert_eq!(note_of("test-save-lost"), None);
    let times = store.list_versions("a").await.unwrap();
    let beside = store.get_version("a", *times.first().unwrap()).await.unwrap().unwrap();
    assert_eq!(beside.bytes, b"two", "what it could not save is kept beside, not over, the other's text");
    page.autosave.stop();
    page.type_text("three");
    assert_eq!(page.autosave.flush().await, Ok(()));
}
