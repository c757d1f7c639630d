//! One writer among several windows on one draft.
//!
//! Web Locks need a secure context, so the lock is a lease in the database: taking it is one transaction, of
//! which any number of windows can start one and exactly one sees the lease free. A window that wants a lease
//! that is taken asks for its holder. A holder answers from its event loop, which runs in hidden tabs too,
//! unlike timers; no answer within two seconds means a crashed window, and the lease passes on. There is no
//! heartbeat: it would write to the disk all day, and throttled timers would make hidden tabs look dead.
//!
//! Should a holder be judged dead wrongly (frozen, or busy for long), no text is overwritten: every save
//! carries the lease's token, and [`Store::put_draft`] refuses those of a former holder.

use super::channel::Channel;
use super::error::StoreError;
use super::journal::{self, local_storage};
use super::store::Store;
use crate::web::{clock, random};
use gloo::events::EventListener;
use js_sys::{Function, Promise};
use leptos::prelude::{ArcRwSignal, GetUntracked, Set};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::PageTransitionEvent;

/// How long a holder may take to answer.
const ANSWER_MS: i32 = 2_000;
/// How long a holder that answered may take to save its last changes and let go.
const HAND_OVER_MS: i32 = 8_000;

/// Whether this window may write the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockState {
    /// This window may write.
    Held,
    /// Another window writes; this one only shows.
    HeldElsewhere,
    /// The other window let go; [`Lock::take_over`] gets the draft at once.
    Freed,
    /// Another window deleted the draft, or cleared everything.
    Gone,
}

/// What is done before the draft is handed to another window: saving the last changes.
pub type BeforeLoss = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>>>;

/// A wait for a word of the holder.
struct Waiting {
    holder: String,
    kind: &'static str,
    resolve: Function,
}

struct Inner {
    store: Store,
    draft: String,
    token: String,
    state: ArcRwSignal<LockState>,
    before_loss: RefCell<Option<BeforeLoss>>,
    /// True while the lease is ours in the database, also while handing over, when `state` is no longer `Held`.
    owns: Cell<bool>,
    /// False as long as the draft was never saved.
    is_kept: Rc<Cell<bool>>,
    /// True from the end of the page until it comes back from the browser's cache.
    suspended: Cell<bool>,
    waiting: RefCell<Option<Waiting>>,
    channel: RefCell<Option<Channel>>,
    listeners: RefCell<Vec<EventListener>>,
}

/// A window's claim to write a draft. Handles are cheap to clone; the last one lets go.
#[derive(Clone)]
pub struct Lock(Rc<Inner>);

impl Lock {
    /// Claims a draft. Takes up to two seconds if another window had it and crashed.
    pub async fn acquire(store: &Store, draft: &str) -> Result<Lock, StoreError> {
        let lock = Lock::unclaimed(store, draft);
        lock.0.listen();
        lock.0.contend().await?;
        Ok(lock)
    }

    /// Claims a draft that was made just now. Nobody else can know its id, so this window may write at once; the first
    /// save takes the lease. A blank form that is left without a word leaves nothing behind.
    pub fn of_new(store: &Store, draft: &str) -> Lock {
        let lock = Lock::unclaimed(store, draft);
        lock.0.owns.set(true);
        lock.0.is_kept.set(false);
        lock.0.set(LockState::Held);
        let inner = Rc::downgrade(&lock.0);
        spawn_local(async move {
            clock::painted().await;
            with(&inner, Inner::listen);
        });
        lock
    }

    fn unclaimed(store: &Store, draft: &str) -> Lock {
        Lock(Rc::new(Inner {
            store: store.clone(),
            draft: draft.to_owned(),
            token: random::id(),
            state: ArcRwSignal::new(LockState::HeldElsewhere),
            before_loss: RefCell::default(),
            owns: Cell::new(false),
            is_kept: Rc::new(Cell::new(true)),
            suspended: Cell::new(false),
            waiting: RefCell::default(),
            channel: RefCell::default(),
            listeners: RefCell::default(),
        }))
    }

    /// Whether this window may write. Changes when another window takes over, lets go or deletes the draft.
    pub fn state(&self) -> ArcRwSignal<LockState> {
        self.0.state.clone()
    }

    /// The proof to save with.
    pub fn token(&self) -> &str {
        &self.0.token
    }

    /// To be set once the draft is saved.
    pub fn is_kept(&self) -> Rc<Cell<bool>> {
        self.0.is_kept.clone()
    }

    /// Sets what is done before the draft is handed to another window.
    pub fn before_loss(&self, save: BeforeLoss) {
        *self.0.before_loss.borrow_mut() = Some(save);
    }

    /// Makes this window the writer; the other one saves first and becomes read-only. Load the draft again
    /// before it is edited here. Gives what came of it: another window may have been faster.
    pub async fn take_over(&self) -> Result<LockState, StoreError> {
        self.0.take_over().await?;
        Ok(self.0.state.get_untracked())
    }
}

impl Inner {
    fn listen(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let on_message = {
            let weak = weak.clone();
            move |message: &str| with(&weak, |it| it.hear(message))
        };
        *self.channel.borrow_mut() = Some(Channel::join(self.store.name(), on_message));
        let Some(window) = web_sys::window() else { return };
        let mut listeners = self.listeners.borrow_mut();
        {
            let weak = weak.clone();
            listeners.push(EventListener::new(&window, "pagehide", move |event| {
                let is_kept = event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted);
                with(&weak, |it| it.suspend(is_kept));
            }));
        }
        {
            let weak = weak.clone();
            listeners.push(EventListener::new(&window, "pageshow", move |event| {
                if event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted) {
                    with(&weak, |it| it.resume());
                }
            }));
        }
        if let Some(document) = window.document() {
            listeners.push(EventListener::new(&document, "visibilitychange", move |_| with(&weak, |it| it.verify())));
        }
    }

    fn send(&self, kind: &str) {
        if let Some(channel) = &*self.channel.borrow() {
            channel.send(&format!("{kind} {} {}", self.draft, self.token));
        }
    }

    /// One message: what, about which draft, from whom. Each may come twice.
    fn hear(self: &Rc<Self>, message: &str) {
        let mut words = message.split(' ');
        let (Some(kind), Some(draft), Some(from)) = (words.next(), words.next(), words.next()) else { return };
        if (draft != self.draft && draft != "*") || from == self.token {
            return;
        }
        match kind {
            "ask" if self.owns.get() => self.send("held"),
            "give" if self.owns.get() => {
                self.send("held");
                if self.state.get_untracked() == LockState::Held {
                    self.set(LockState::HeldElsewhere);
                    let this = self.clone();
                    spawn_local(async move { this.hand_over().await });
                }
            }
            "held" => self.answer(from, kind),
            "freed" => {
                self.answer(from, kind);
                if !self.owns.get() && self.state.get_untracked() == LockState::HeldElsewhere {
                    self.set(LockState::Freed);
                }
            }
            "taken" => {
                self.answer(from, "held");
                self.verify();
                if self.state.get_untracked() == LockState::Freed {
                    self.set(LockState::HeldElsewhere);
                }
            }
            "gone" => {
                self.owns.set(false);
                self.set(LockState::Gone);
            }
            _ => {}
        }
    }

    fn set(&self, state: LockState) {
        if self.state.get_untracked() != state {
            self.state.set(state);
        }
    }

    /// Waits for a word of the holder; letting go answers every question.
    fn expect_answer(&self, holder: &str, kind: &'static str, ms: i32) -> Promise {
        let answer = Promise::new(&mut |resolve, _| {
            *self.waiting.borrow_mut() = Some(Waiting { holder: holder.to_owned(), kind, resolve });
        });
        Promise::race(&js_sys::Array::of2(&answer, &clock::timer(ms)))
    }

    fn answer(&self, from: &str, kind: &str) {
        let waiting = self.waiting.borrow();
        if let Some(it) = waiting.as_ref().filter(|it| it.holder == from && (it.kind == kind || kind == "freed")) {
            let _ = it.resolve.call1(&JsValue::UNDEFINED, &JsValue::from_str(kind));
        }
    }

    async fn heard(&self, answer: Promise) -> Option<String> {
        let answer = JsFuture::from(answer).await.ok()?.as_string();
        self.waiting.borrow_mut().take();
        answer
    }

    /// Gets the lease if nobody living has it.
    async fn contend(self: &Rc<Self>) -> Result<(), StoreError> {
        let holder = self.claim(&self.mark().into_iter().collect::<Vec<_>>()).await?;
        if holder == self.token {
            return Ok(());
        }
        let answer = self.expect_answer(&holder, "held", ANSWER_MS);
        self.send("ask");
        if self.heard(answer).await.as_deref() != Some("held") {
            self.claim(&[holder]).await?;
        }
        Ok(())
    }

    async fn take_over(self: &Rc<Self>) -> Result<(), StoreError> {
        let holder = match self.store.lease(&self.draft).await? {
            Some((holder, false)) if holder != self.token => holder,
            _ => return self.claim(&[]).await.map(drop),
        };
        let answer = self.expect_answer(&holder, "held", ANSWER_MS);
        self.send("give");
        if self.heard(answer).await.as_deref() == Some("held") {
            // It lives and saves.
            let freed = self.expect_answer(&holder, "freed", HAND_OVER_MS);
            self.heard(freed).await;
        }
        self.claim(&[holder]).await?;
        Ok(())
    }

    /// Tries the lease in one transaction, and says so if it is ours then. Gives who has it.
    async fn claim(self: &Rc<Self>, expected: &[String]) -> Result<String, StoreError> {
        let holder = self.store.claim(&self.draft, &self.token, expected).await?;
        let is_ours = holder == self.token;
        self.owns.set(is_ours);
        if is_ours {
            self.send("taken");
            self.set_mark(false);
            // The window that had the draft before may have left text that it could not save.
            self.store.replay_journal().await;
        }
        self.set(if is_ours { LockState::Held } else { LockState::HeldElsewhere });
        Ok(holder)
    }

    /// Saves the last changes, then frees the lease.
    async fn hand_over(self: &Rc<Self>) {
        let saving = self.before_loss.borrow().as_ref().map(|save| save());
        if let Some(saving) = saving {
            saving.await;
        }
        self.owns.set(false);
        // If freeing fails, the other window stops waiting after a while and takes the lease anyway.
        let _ = self.store.free(&self.draft, &self.token).await;
        self.send("freed");
    }

    /// Looks whether the lease is still ours, after a time in which this window may have been frozen.
    fn verify(self: &Rc<Self>) {
        if !self.owns.get() {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            if let Ok(Some((holder, _))) = this.store.lease(&this.draft).await
                && holder != this.token
            {
                this.owns.set(false);
                this.set(LockState::HeldElsewhere);
            }
        });
    }

    /// Lets go without waiting for anything.
    fn let_go(&self) {
        if self.owns.replace(false) {
            if self.is_kept.get() {
                self.set_mark(true);
            }
            self.send("freed");
            self.set(LockState::Freed);
        }
    }

    /// The page ends, or goes into the browser's cache if `is_kept`.
    fn suspend(self: &Rc<Self>, is_kept: bool) {
        if self.owns.get() {
            self.suspended.set(true);
            self.let_go();
            // WebKit freezes such a page in the middle of a transaction, and no other page gets at the database then.
            // The mark says that the lease is free.
            if !is_kept {
                self.free_later();
            }
        }
    }

    /// The page came back. If nobody had the lease meanwhile, the draft is as this window left it.
    fn resume(self: &Rc<Self>) {
        if self.suspended.replace(false) {
            let this = self.clone();
            spawn_local(async move {
                let last = this.store.lease(&this.draft).await;
                let is_ours = match last {
                    Ok(Some((holder, _))) => holder == this.token,
                    // Never saved: at most noted, when the page went away.
                    Ok(None) => !this.is_kept.get() || this.is_noted(),
                    Err(_) => false,
                };
                if is_ours {
                    let _ = this.claim(&[]).await;
                } else {
                    this.set(LockState::HeldElsewhere);
                }
            });
        }
    }

    fn is_noted(&self) -> bool {
        journal::entries(self.store.name()).iter().any(|it| it.id == self.draft)
    }

    fn free_later(&self) {
        let (store, draft, token) = (self.store.clone(), self.draft.clone(), self.token.clone());
        let mark = self.mark_key();
        spawn_local(async move {
            // The database says it then, and the mark need not.
            if store.free(&draft, &token).await.is_ok()
                && let Some(storage) = local_storage()
                && storage.get_item(&mark).ok().flatten().as_ref() == Some(&token)
            {
                let _ = storage.remove_item(&mark);
            }
        });
    }

    fn mark_key(&self) -> String {
        mark_key(self.store.name(), &self.draft)
    }

    /// Who let go while its page ended, when its transaction may not have finished.
    fn mark(&self) -> Option<String> {
        local_storage()?.get_item(&self.mark_key()).ok()?
    }

    fn set_mark(&self, is_freed: bool) {
        let Some(storage) = local_storage() else { return };
        let key = self.mark_key();
        // Where nothing may be noted the next window asks, and waits.
        let _ = if is_freed { storage.set_item(&key, &self.token) } else { storage.remove_item(&key) };
    }
}

/// Where the mark of a draft stands: who let go of it while its page ended.
fn mark_key(database: &str, draft: &str) -> String {
    format!("{database}/freed/{draft}")
}

/// Forgets the mark of a draft that is deleted.
pub(super) fn forget_mark(database: &str, draft: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.remove_item(&mark_key(database, draft));
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.owns.get() {
            self.let_go();
            self.free_later();
        }
    }
}

fn with(weak: &Weak<Inner>, call: impl FnOnce(&Rc<Inner>)) {
    if let Some(it) = weak.upgrade() {
        call(&it);
    }
}
