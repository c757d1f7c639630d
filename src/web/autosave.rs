//! Saves the draft within a second of every change, and at once when the page is hidden or closed.
//!
//! The view says that something changed ([`Autosave::edited`]) and how to get the text (the snapshot); when to
//! save, what to do when that fails, and what to show of it is decided here.

use super::clock;
use super::storage::{DraftRecord, Store, StoreError};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::Promise;
use leptos::prelude::{ArcRwSignal, GetUntracked, Set};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{PageTransitionEvent, VisibilityState};

/// A save starts when nothing was typed for this long.
const QUIET_MS: f64 = 400.0;
/// A save starts this long after the first change at the latest, which leaves time to have it on disk within
/// the second.
const LONGEST_MS: f64 = 700.0;

/// What is known about the saving of the draft; always shown.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveState {
    /// Nothing was changed since the draft was opened; when it was saved, in milliseconds since 1970, if it ever was.
    Clean(Option<f64>),
    /// There are changes that will be saved in a moment.
    Pending,
    /// Being saved now.
    Saving,
    /// Saved.
    Saved {
        /// When, in milliseconds since 1970.
        at: f64,
        /// True if what was kept before had vanished: the attached files may have gone with it.
        was_gone: bool,
    },
    /// Not saved. The next change tries again.
    Failed(StoreError),
}

/// How to get the draft as it is now. None while there is nothing worth saving.
pub type Snapshot = Box<dyn Fn() -> Option<DraftRecord>>;

struct Inner {
    store: Store,
    token: Option<String>,
    snapshot: Snapshot,
    state: ArcRwSignal<SaveState>,
    /// Changed since the last snapshot.
    is_dirty: Cell<bool>,
    first_edit: Cell<f64>,
    last_edit: Cell<f64>,
    timer: RefCell<Option<Timeout>>,
    running: RefCell<Option<Promise>>,
    /// The draft whose text is noted for the case that the page ends.
    noted: RefCell<Option<String>>,
    /// True once this draft is known to be kept.
    was_saved: Cell<bool>,
    is_stopped: Cell<bool>,
    /// True while the page is in the browser's cache.
    is_frozen: Cell<bool>,
    listeners: RefCell<Vec<EventListener>>,
}

/// Saves one draft as it changes. Handles are cheap to clone.
#[derive(Clone)]
pub struct Autosave(Rc<Inner>);

impl Autosave {
    /// Starts on an opened draft. `token` is that of its lock; `saved_at` says when, for a draft that came from
    /// the store.
    pub fn start(store: &Store, token: Option<&str>, saved_at: Option<f64>, snapshot: Snapshot) -> Autosave {
        let inner = Rc::new(Inner {
            store: store.clone(),
            token: token.map(str::to_owned),
            snapshot,
            state: ArcRwSignal::new(SaveState::Clean(saved_at)),
            is_dirty: Cell::new(false),
            first_edit: Cell::new(0.0),
            last_edit: Cell::new(0.0),
            timer: RefCell::default(),
            running: RefCell::default(),
            noted: RefCell::default(),
            was_saved: Cell::new(saved_at.is_some()),
            is_stopped: Cell::new(false),
            is_frozen: Cell::new(false),
            listeners: RefCell::default(),
        });
        inner.listen();
        Autosave(inner)
    }

    /// What is known about the saving.
    pub fn state(&self) -> ArcRwSignal<SaveState> {
        self.0.state.clone()
    }

    /// True if what is here could not be saved, and is no other window's by now.
    pub fn has_failed(&self) -> bool {
        matches!(self.0.state.get_untracked(), SaveState::Failed(error) if error != StoreError::Taken)
    }

    /// Something changed. Cheap enough for every keystroke.
    pub fn edited(&self) {
        self.0.edited();
    }

    /// Saves what is not saved yet, and waits until it is on disk.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.0.flush().await
    }

    /// Ends saving with the form. What is not saved yet is read now, since the answers go with the form, and kept.
    pub fn close(&self) {
        let this = self.0.clone();
        let record = this.is_dirty.get().then(|| this.record()).flatten();
        self.stop();
        let Some(record) = record else { return };
        spawn_local(async move {
            // One at a time: an older text must not come after a newer one.
            let running = this.running.borrow().clone();
            if let Some(running) = running {
                let _ = JsFuture::from(running).await;
            }
            match this.store.put_draft(&record, this.token.as_deref()).await {
                Ok(_) => this.forget_note(),
                Err(StoreError::Taken | StoreError::Begun) => drop(this.store.put_version(&record).await),
                Err(_) => this.note(&record),
            }
        });
    }

    /// Ends saving: the draft was closed, deleted, or belongs to another window now.
    pub fn stop(&self) {
        self.0.is_stopped.set(true);
        self.0.timer.borrow_mut().take();
        self.0.listeners.borrow_mut().clear();
    }
}

impl Inner {
    fn listen(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else { return };
        let Some(document) = window.document() else { return };
        let mut listeners = self.listeners.borrow_mut();
        let weak = Rc::downgrade(self);
        listeners.push(EventListener::new(&window, "pagehide", move |event| with(&weak, |it| if is_kept(event) { it.freeze() } else { it.hide() })));
        let weak = Rc::downgrade(self);
        listeners.push(EventListener::new(&window, "pageshow", move |_| with(&weak, |it| it.is_frozen.set(false))));
        let weak = Rc::downgrade(self);
        listeners.push(EventListener::new(&document.clone(), "visibilitychange", move |_| {
            if document.visibility_state() == VisibilityState::Hidden {
                with(&weak, Inner::hide);
            }
        }));
    }

    fn edited(self: &Rc<Self>) {
        if self.is_stopped.get() {
            return;
        }
        let now = clock::now();
        self.last_edit.set(now);
        if !self.is_dirty.replace(true) {
            self.first_edit.set(now);
        }
        // A failure stays in sight until a save succeeds.
        if matches!(self.state.get_untracked(), SaveState::Clean(_) | SaveState::Saved { .. }) {
            self.state.set(SaveState::Pending);
        }
        self.wait();
    }

    /// One timer that looks again when it rings costs less per keystroke than one that is set anew.
    fn wait(self: &Rc<Self>) {
        if self.timer.borrow().is_some() || !self.is_dirty.get() || self.is_stopped.get() {
            return;
        }
        let now = clock::now();
        let due = (self.last_edit.get() + QUIET_MS).min(self.first_edit.get() + LONGEST_MS);
        // A clock that is put back must not make this wait for hours.
        let ms = (due - now).clamp(0.0, QUIET_MS) as u32;
        let weak = Rc::downgrade(self);
        let timer = Timeout::new(ms, move || with(&weak, Inner::ring));
        *self.timer.borrow_mut() = Some(timer);
    }

    fn ring(self: &Rc<Self>) {
        self.timer.borrow_mut().take();
        let now = clock::now();
        let (last, first) = (self.last_edit.get(), self.first_edit.get());
        let is_typing = (last..last + QUIET_MS).contains(&now) && (first..first + LONGEST_MS).contains(&now);
        if is_typing {
            self.wait();
        } else {
            let _running = self.save();
        }
    }

    /// Starts a save unless one is running, and gives the running one.
    fn save(self: &Rc<Self>) -> Promise {
        let running = self.running.borrow().clone();
        running.unwrap_or_else(|| {
            let this = self.clone();
            let promise = future_to_promise(async move {
                this.save_once().await;
                this.running.borrow_mut().take();
                // Changes made while it ran.
                if !matches!(this.state.get_untracked(), SaveState::Failed(_)) {
                    this.wait();
                }
                Ok(JsValue::UNDEFINED)
            });
            *self.running.borrow_mut() = Some(promise.clone());
            promise
        })
    }

    async fn save_once(&self) {
        if !self.is_dirty.get() || self.is_stopped.get() {
            return;
        }
        let Some(record) = self.record() else {
            self.is_dirty.set(false);
            self.state.set(SaveState::Clean(None));
            return;
        };
        self.is_dirty.set(false);
        if !matches!(self.state.get_untracked(), SaveState::Failed(_)) {
            self.state.set(SaveState::Saving);
        }
        match self.store.put_draft(&record, self.token.as_deref()).await {
            Ok(saved) => {
                let was_gone = self.was_saved.replace(true) && !saved.was_there;
                if self.is_dirty.get() {
                    self.state.set(SaveState::Pending);
                } else {
                    self.forget_note();
                    self.state.set(SaveState::Saved { at: saved.at, was_gone });
                }
            }
            Err(error) => {
                if error == StoreError::Taken {
                    // A note, now or when the page ends, would come back over the other window's text; an older version
                    // does not.
                    let _ = self.store.put_version(&record).await;
                    self.forget_note();
                } else {
                    self.is_dirty.set(true);
                    // Nor may a note hide what another window has begun.
                    if error != StoreError::Begun {
                        self.note(&record);
                    }
                }
                self.state.set(SaveState::Failed(error));
            }
        }
    }

    fn record(&self) -> Option<DraftRecord> {
        let record = (self.snapshot)()?;
        Some(DraftRecord { saved_at: clock::now(), ..record })
    }

    fn note(&self, record: &DraftRecord) {
        if self.store.note(record) {
            *self.noted.borrow_mut() = Some(record.id.clone());
        }
    }

    fn forget_note(&self) {
        if let Some(draft) = self.noted.borrow_mut().take() {
            self.store.forget_note(&draft);
        }
    }

    /// Notes what is not saved; gives whether there is anything.
    fn note_unsaved(&self) -> bool {
        let is_unsaved = self.is_dirty.get() || self.running.borrow().is_some();
        if !is_unsaved || self.is_stopped.get() || self.state.get_untracked() == SaveState::Failed(StoreError::Begun) {
            return false;
        }
        if let Some(record) = self.record() {
            self.note(&record);
        }
        true
    }

    /// The page goes into the browser's cache. WebKit freezes it in the middle of a transaction, and no other page
    /// gets at the database then, so none is begun. Timers go on when the page comes back.
    fn freeze(&self) {
        self.is_frozen.set(true);
        self.note_unsaved();
    }

    fn hide(self: &Rc<Self>) {
        if self.is_frozen.get() || !self.note_unsaved() {
            return;
        }
        self.timer.borrow_mut().take();
        let _running = self.save();
    }

    async fn flush(self: &Rc<Self>) -> Result<(), StoreError> {
        loop {
            let running = self.running.borrow().clone();
            if let Some(running) = running {
                let _ = JsFuture::from(running).await;
            } else if self.is_dirty.get() && !self.is_stopped.get() {
                let _ = JsFuture::from(self.save()).await;
                if let SaveState::Failed(error) = self.state.get_untracked() {
                    return Err(error);
                }
            } else {
                return Ok(());
            }
        }
    }
}

fn is_kept(event: &web_sys::Event) -> bool {
    event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted)
}

fn with(weak: &Weak<Inner>, call: impl FnOnce(&Rc<Inner>)) {
    if let Some(it) = weak.upgrade() {
        call(&it);
    }
}
