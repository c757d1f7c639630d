//! One writer among several windows. Two handles with connections of their own stand for two windows: what
//! decides is the database. An `<iframe>` is another realm of the same origin, for messages.

use super::support::{draft, fresh_store, js, opened, saved_text, until};
use leptos::prelude::GetUntracked;
use shenbao::web::clock;
use shenbao::web::storage::{Lock, LockState, Store, StoreError};
use wasm_bindgen_test::wasm_bindgen_test;

async fn two_stores(purpose: &str) -> (Store, Store) {
    let first = fresh_store(purpose).await;
    let second = opened(purpose).await.unwrap();
    (first, second)
}

fn state(lock: &Lock) -> LockState {
    lock.state().get_untracked()
}

/// Runs in a same-origin frame, as another window's script would.
fn in_frame(script: &str) {
    js(&format!(
        "{{ const frame = document.createElement('iframe');
            document.body.append(frame);
            frame.contentWindow.eval(`{script}`);
            setTimeout(() => frame.remove(), 1000); }}"
    ));
}

#[wasm_bindgen_test]
async fn of_windows_that_open_a_draft_at_once_exactly_one_writes() {
    let (first, second) = two_stores("test-lock-race").await;
    for round in 0..10 {
        let id = format!("draft-{round}");
        let (a, b, c) = futures_join(
            Lock::acquire(&first, &id),
            Lock::acquire(&second, &id),
            Lock::acquire(&first, &id),
        )
        .await;
        let states = [state(&a), state(&b), state(&c)];
        let held = states.iter().filter(|it| **it == LockState::Held).count();
        assert_eq!(held, 1, "round {round}: {states:?}");
    }
}

#[wasm_bindgen_test]
async fn a_draft_made_here_is_written_before_the_database_has_opened_and_is_nobody_elses() {
    let (first, second) = two_stores("test-lock-new").await;
    let unopened = Store::new("test-lock-new");
    let lock = Lock::of_new(&unopened, "new");
    assert_eq!(state(&lock), LockState::Held, "without waiting");
    unopened.put_draft(&draft("new", 1.0, "the first words"), Some(lock.token())).await.unwrap();
    assert_eq!(saved_text(&first, "new").await.as_deref(), Some("the first words"));
    let other = Lock::acquire(&second, "new").await.unwrap();
    assert_eq!((state(&lock), state(&other)), (LockState::Held, LockState::HeldElsewhere));
}

/// Polls three futures together.
async fn futures_join<F>(a: F, b: impl Future<Output = F::Output>, c: impl Future<Output = F::Output>) -> (Lock, Lock, Lock)
where
    F: Future<Output = Result<Lock, StoreError>>,
{
    let (mut a, mut b, mut c) = (Box::pin(a), Box::pin(b), Box::pin(c));
    let (mut x, mut y, mut z) = (None, None, None);
    std::future::poll_fn(move |context| {
        use std::task::Poll;
        if x.is_none() && let Poll::Ready(it) = a.as_mut().poll(context) {
            x = Some(it.unwrap());
        }
        if y.is_none() && let Poll::Ready(it) = b.as_mut().poll(context) {
            y = Some(it.unwrap());
        }
        if z.is_none() && let Poll::Ready(it) = c.as_mut().poll(context) {
            z = Some(it.unwrap());
        }
        match (x.take(), y.take(), z.take()) {
            (Some(a), Some(b), Some(c)) => Poll::Ready((a, b, c)),
            (a, b, c) => {
                (x, y, z) = (a, b, c);
                Poll::Pending
            }
        }
    })
    .await
}

#[wasm_bindgen_test]
async fn a_living_holder_keeps_the_draft_and_drafts_are_locked_apart() {
    let (first, second) = two_stores("test-lock-living").await;
    let a = Lock::acquire(&first, "one").await.unwrap();
    let b = Lock::acquire(&second, "one").await.unwrap();
    let other = Lock::acquire(&second, "two").await.unwrap();
    assert_eq!((state(&a), state(&b), state(&other)), (LockState::Held, LockState::HeldElsewhere, LockState::Held));
}

#[wasm_bindgen_test]
async fn taking_over_lets_the_holder_save_first_and_makes_it_read_only() {
    let (first, second) = two_stores("test-lock-take").await;
    let a = Lock::acquire(&first, "one").await.unwrap();
    let b = Lock::acquire(&second, "one").await.unwrap();
    let (store, token) = (first.clone(), a.token().to_owned());
    a.before_loss(Box::new(move || {
        let (store, token) = (store.clone(), token.clone());
        Box::pin(async move {
            clock::pause(300).await;
            store.put_draft(&draft("one", 1000.0, "last words"), Some(&token)).await.expect("still the holder");
        })
    }));
    assert_eq!(b.take_over().await.unwrap(), LockState::Held);
    assert_eq!(state(&a), LockState::HeldElsewhere);
    assert_eq!(saved_text(&second, "one").await.as_deref(), Some("last words"));

    let late = first.put_draft(&draft("one", 2000.0, "too late"), Some(a.token())).await;
    assert_eq!(late, Err(StoreError::Taken));
    second.put_draft(&draft("one", 3000.0, "mine"), Some(b.token())).await.unwrap();
    assert_eq!(saved_text(&first, "one").await.as_deref(), Some("mine"));
}

#[wasm_bindgen_test]
async fn letting_go_is_told_and_the_next_window_does_not_wait() {
    let (first, second) = two_stores("test-lock-release").await;
    let a = Lock::acquire(&first, "one").await.unwrap();
    let b = Lock::acquire(&second, "one").await.unwrap();
    drop(a);
    until("the other window hears of it", || state(&b) == LockState::Freed).await;
    let start = clock::now();
    assert_eq!(b.take_over().await.unwrap(), LockState::Held);
    let c = Lock::acquire(&first, "two").await.unwrap();
    drop(c);
    let d = Lock::acquire(&second, "two").await.unwrap();
    assert_eq!(state(&d), LockState::Held);
    assert!(clock::now() - start < 1500.0, "nobody had to be asked");
}

#[wasm_bindgen_test]
async fn the_lease_of_a_crashed_window_passes_on_after_seconds() {
    let store = fresh_store("test-lock-crash").await;
    let write = "new Promise((resolve, reject) => {
        const open = indexedDB.open('shenbao-test-lock-crash');
        open.onerror = reject;
        open.onsuccess = () => {
            const tx = open.result.transaction('leases', 'readwrite');
            tx.objectStore('leases').put({ id: 'one', token: 'crashed', free: false });
            tx.oncomplete = () => { open.result.close(); resolve(); };
        };
    })";
    let promise: js_sys::Promise = js_sys::eval(write).unwrap().into();
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
    let start = clock::now();
    let (a, b, _) = futures_join(
        Lock::acquire(&store, "one"),
        Lock::acquire(&store, "one"),
        Lock::acquire(&store, "two"),
    )
    .await;
    let seconds = (clock::now() - start) / 1000.0;
    assert!(seconds < 5.0, "{seconds} s");
    let mut states = [state(&a), state(&b)];
    states.sort_by_key(|it| *it != LockState::Held);
    assert_eq!(states, [LockState::Held, LockState::HeldElsewhere]);
}

#[wasm_bindgen_test]
async fn a_page_that_ends_frees_its_draft_at_once() {
    let (first, second) = two_stores("test-lock-end").await;
    let a = Lock::acquire(&first, "one").await.unwrap();
    js("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    let start = clock::now();
    let b = Lock::acquire(&second, "one").await.unwrap();
    assert_eq!(state(&b), LockState::Held);
    assert!(clock::now() - start < 1500.0);
    // It comes back from the browser's cache and finds the draft taken.
    js("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    until("the page knows that it lost the draft", || state(&a) == LockState::HeldElsewhere).await;
    assert_eq!(state(&b), LockState::Held);
}

#[wasm_bindgen_test]
async fn a_page_back_from_the_cache_goes_on_if_nobody_took_its_draft() {
    let store = fresh_store("test-lock-back").await;
    let a = Lock::acquire(&store, "one").await.unwrap();
    js("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    assert_eq!(state(&a), LockState::Freed);
    js("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    until("it holds its draft again", || state(&a) == LockState::Held).await;
}

#[wasm_bindgen_test]
async fn without_broadcast_channels_the_windows_talk_through_local_storage() {
    let store = fresh_store("test-lock-storage").await;
    let lock = Lock::acquire(&store, "one").await.unwrap();
    in_frame("localStorage.setItem(\"shenbao-test-lock-storage/message\", \"1 give one other\")");
    until("the holder gives way", || state(&lock) == LockState::HeldElsewhere).await;
}

#[wasm_bindgen_test]
async fn a_window_hears_that_its_draft_was_deleted_elsewhere() {
    let (first, second) = two_stores("test-lock-gone").await;
    let a = Lock::acquire(&first, "one").await.unwrap();
    let b = Lock::acquire(&first, "two").await.unwrap();
    second.delete_draft("one").await.unwrap();
    until("the window hears of it", || state(&a) == LockState::Gone).await;
    assert_eq!(state(&b), LockState::Held);
    second.clear_all().await.unwrap();
    until("the other one too", || state(&b) == LockState::Gone).await;
}
