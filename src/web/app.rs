//! The application inside the element: which screen is shown, and what all screens share.

use super::{clock, language, tables};
use super::dom::{Child, live};
use super::filling::filling;
use super::open::{Opened, Question};
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
    /// What is kept on this computer; none once the browser has refused it.
    pub store: StoredValue<Option<Store>, LocalStorage>,
    /// Whether storage is open (true), not yet (none) or refused (an error).
    pub storage: RwSignal<Option<Result<(), StoreError>>>,
    /// The draft that is open.
    pub opened: StoredValue<Option<Opened>, LocalStorage>,
    /// The signed file that is looked at.
    pub to_verify: StoredValue<Option<web_sys::File>, LocalStorage>,
    /// A message at the top of the start page, for what could not be opened.
    pub message: RwSignal<Option<String>>,
    /// A draft of another version of its table, and what to do with it.
    pub question: RwSignal<Option<Question>>,
    /// Largest e-mail that whoever gives out the form expects to arrive, in bytes.
    pub mail_limit: u64,
}

/// What many mail servers of offices take, in megabytes; the attribute `mail-limit` says otherwise.
const MAIL_LIMIT: u64 = 20;

impl AppState {
    /// The words of a key.
    pub fn t(self, key: &str) -> &'static str {
        locale::word(self.language.get_untracked(), key)
    }

    /// The words of a key with `{name}` replaced.
    pub fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        locale::fill(self.t(key), values)
    }

    /// A moment in words, from milliseconds since 1970.
    pub fn moment(self, ms: f64) -> String {
        clock::words(self.language.get_untracked(), ms)
    }

    /// What is kept on this computer, unless the browser has refused it. It may not be open yet: a call waits.
    pub fn store(self) -> Option<Store> {
        self.store.try_with_value(Clone::clone).flatten()
    }

    /// What is kept on this computer, once it is known whether the browser allows it.
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
        self.question.set(None);
        let number = match self.screen.get_untracked() {
            Screen::Filling(number) => number + 1,
            Screen::Start | Screen::Verify => 1,
        };
        self.screen.set(Screen::Filling(number));
    }

    /// Shows the next language, once its words are here.
    pub fn next_language(self) {
        let tags = locale::LANGUAGES;
        let shown = self.language.get_untracked();
        let at = tags.iter().position(|it| it.tag == shown).unwrap_or_default();
        if let Some(next) = tags.get((at + 1) % tags.len()) {
            self.speak(next.tag);
        }
    }

    /// Shows a language, once its words are here.
    fn speak(self, tag: &'static str) {
        let shown = self.language.get_untracked();
        spawn_local(async move {
            match language::load(tag).await {
                Ok(()) => {
                    self.language.try_set(tag);
                }
                Err(error) => {
                    self.message.try_set(Some(language::failure(&error, shown, tag)));
                }
            }
        });
    }
}

/// What one element shows.
pub fn app(host: &web_sys::HtmlElement, root: web_sys::HtmlElement) -> Child {
    // Chinese is always at hand; the words of another language come first, then the view changes to it.
    let first = locale::LANGUAGES.first().map_or("", |it| it.tag);
    let language = RwSignal::new(first);
    let wanted = locale::nearest(&host.lang());
    let app = AppState {
        screen: RwSignal::new(Screen::Start),
        language,
        root: StoredValue::new_local(root.clone()),
        store: StoredValue::new_local(Some(Store::new("drafts"))),
        storage: RwSignal::new(None),
        opened: StoredValue::new_local(None),
        to_verify: StoredValue::new_local(None),
        message: RwSignal::new(None),
        question: RwSignal::new(None),
        mail_limit: host.get_attribute("mail-limit").and_then(|it| it.trim().parse().ok()).unwrap_or(MAIL_LIMIT) * 1_000_000,
    };
    spawn_local(async move {
        let Some(store) = app.store() else { return };
        let outcome = store.open().await;
        if outcome.is_err() {
            app.store.try_set_value(None);
        }
        app.storage.try_set(Some(outcome));
    });
    if wanted != first {
        app.speak(wanted);
    }
    tables::warm();
    Effect::new(move |_| {
        let _ = root.set_attribute("lang", language.get());
    });
    live(move || {
        let screen = app.screen.get();
        // The words change only with the language, so a screen is built anew for it. An open draft sees to its
        // own words: it stays open, with its place and what can be undone.
        if !matches!(screen, Screen::Filling(_)) {
            language.track();
        }
        untrack(|| match screen {
            Screen::Start => start(app),
            Screen::Filling(_) => filling(app),
            Screen::Verify => verify(app),
        })
    })
}
