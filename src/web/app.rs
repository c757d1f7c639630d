//! The application inside the element: which screen is shown, and what all screens share.

use super::clock;
use super::dom::{Child, live};
use super::filling::{Opened, filling};
use super::start::start;
use super::storage::{Store, StoreError};
use super::verify::verify;
use crate::engine::locale;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Which screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Tables and drafts.
    Start,
    /// A draft; the number tells one opening from the next.
    Filling(u32),
    /// A signed file.
    Verify,
}

/// What all screens share. Copyable: everything in it is a handle.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Which screen is shown.
    pub screen: RwSignal<Screen>,
    /// The language of the words.
    pub language: RwSignal<&'static str>,
    /// The root element inside the shadow root.
    pub root: StoredValue<web_sys::HtmlElement, LocalStorage>,
    /// What is kept on this computer, once it is open.
    pub store: StoredValue<Option<Store>, LocalStorage>,
    /// Whether storage is open (true), not yet (none) or refused (an error).
    pub storage: RwSignal<Option<Result<(), StoreError>>>,
    /// The draft that is open.
    pub opened: StoredValue<Option<Opened>, LocalStorage>,
    /// The signed file that is looked at.
    pub to_verify: StoredValue<Option<web_sys::File>, LocalStorage>,
    /// A message at the top of the start page, for what could not be opened.
    pub message: RwSignal<Option<String>>,
}

impl AppState {
    /// The words of a key.
    pub fn t(self, key: &str) -> &'static str {
        locale::word(self.language.get_untracked(), key)
    }

    /// The words of a key with `{name}` replaced.
    pub fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        locale::fill(self.t(key), values)
    }

    /// What is kept on this computer, if it is open.
    pub fn store(self) -> Option<Store> {
        self.store.try_with_value(Clone::clone).flatten()
    }

    /// What is kept on this computer, once it is known whether the browser allows it. A draft opened before
    /// that would never be saved.
    pub async fn settled_store(self) -> Option<Store> {
        while self.storage.try_get_untracked()?.is_none() {
            clock::pause(20).await;
        }
        self.store()
    }

    /// Shows an opened draft.
    pub fn show(self, opened: Opened) {
        self.opened.set_value(Some(opened));
        self.message.set(None);
        let number = match self.screen.get_untracked() {
            Screen::Filling(number) => number + 1,
            Screen::Start | Screen::Verify => 1,
        };
        self.screen.set(Screen::Filling(number));
    }

    /// Shows the next language.
    pub fn next_language(self) {
        let tags = locale::LANGUAGES;
        let at = tags.iter().position(|it| it.tag == self.language.get_untracked()).unwrap_or_default();
        if let Some(next) = tags.get((at + 1) % tags.len()) {
            self.language.set(next.tag);
        }
    }
}

/// What one element shows.
pub fn app(host: &web_sys::HtmlElement, root: web_sys::HtmlElement) -> Child {
    let language = RwSignal::new(locale::nearest(&host.lang()));
    let app = AppState {
        screen: RwSignal::new(Screen::Start),
        language,
        root: StoredValue::new_local(root.clone()),
        store: StoredValue::new_local(None),
        storage: RwSignal::new(None),
        opened: StoredValue::new_local(None),
        to_verify: StoredValue::new_local(None),
        message: RwSignal::new(None),
    };
    spawn_local(async move {
        let result = Store::open("drafts").await;
        let outcome = result.map(|store| {
            app.store.try_set_value(Some(store));
        });
        app.storage.try_set(Some(outcome));
    });
    live(move || {
        let tag = language.get();
        let _ = root.set_attribute("lang", tag);
        // The words change only with the language, so the screen is built anew for it, and for nothing else
        // that it reads while it is built.
        let screen = app.screen.get();
        untrack(|| match screen {
            Screen::Start => start(app),
            Screen::Filling(_) => filling(app),
            Screen::Verify => verify(app),
        })
    })
}
