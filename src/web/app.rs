//! The application inside the element: which screen is shown, and what all screens share.

use super::{clock, host, later, tables};
use super::dom::{Child, El, el, live};
use super::filling::filling;
use super::host::{Current, RootHandle};
use super::open::{Opened, Question};
use super::start::start;
use super::storage::{Store, StoreError, local_storage};
use super::verify::Known;
use crate::engine::definition::CheckedDefinition;
use crate::engine::locale;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsValue;
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
    /// Keys without a draft.
    Keys,
}

/// What the page around the form wants it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Filling in.
    Fill,
    /// Looking at signed files.
    Verify,
    /// The table as it will stand on paper, and nothing else.
    Print,
    /// The same without answers.
    Blank,
}

/// What all screens share. Copyable: everything in it is a handle.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Which screen is shown.
    pub screen: RwSignal<Screen>,
    /// The language of the words.
    pub language: RwSignal<&'static str>,
    /// The root element inside the shadow root.
    pub root: RootHandle,
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
    /// What the office asks of every signed file.
    pub known: Known,
    /// Largest e-mail that whoever gives out the form expects to arrive, in bytes.
    pub mail_limit: RwSignal<u64>,
    /// The addresses that whoever gives out the form expects the e-mail at.
    pub mail_to: StoredValue<String>,
    /// What the page wants the form for.
    pub mode: StoredValue<Mode>,
    /// True if the page says which table it is: then there is no start page to go to.
    pub is_bound: RwSignal<bool>,
    /// True if the page wants nothing to be changed.
    pub is_frozen: RwSignal<bool>,
    /// True if the file of the table on screen is not what it was taken for: nothing may be signed with it.
    pub is_damaged: RwSignal<bool>,
    /// False if the page wants nothing to be kept on this computer by itself.
    pub autosaves: RwSignal<bool>,
    /// The language that the page asked for last.
    pub wanted_language: StoredValue<&'static str>,
    /// A definition that the page brought along, with its text.
    pub own_table: StoredValue<Option<(Arc<CheckedDefinition>, String)>>,
    /// The name under which the page finds its draft again.
    pub key: StoredValue<String>,
    /// The filling that is on screen.
    pub current: StoredValue<Option<Current>, LocalStorage>,
    /// How often something was asked to be opened.
    asked: StoredValue<u32>,
    /// The name of what a press asked for and is still on its way; empty if nothing is.
    awaited: StoredValue<String>,
    /// Which of these this handle stands for.
    turn: u32,
}

/// What many mail servers of offices take, in bytes; the attribute `mail-limit` says otherwise.
pub const MAIL_LIMIT: u64 = 20_000_000;

impl AppState {
    /// What a form starts with in this root.
    pub fn new(root: web_sys::HtmlElement) -> Self {
        // Chinese is always at hand; the words of another language come first, then the view changes to it.
        let language = locale::LANGUAGES.first().map_or("", |it| it.tag);
        AppState {
            screen: RwSignal::new(Screen::Start),
            language: RwSignal::new(language),
            root: StoredValue::new_local(root),
            store: StoredValue::new_local(None),
            storage: RwSignal::new(None),
            opened: StoredValue::new_local(None),
            to_verify: StoredValue::new_local(None),
            message: RwSignal::new(None),
            question: RwSignal::new(None),
            known: Known::new(),
            mail_limit: RwSignal::new(MAIL_LIMIT),
            mail_to: StoredValue::new(String::new()),
            mode: StoredValue::new(Mode::Fill),
            is_bound: RwSignal::new(false),
            is_frozen: RwSignal::new(false),
            is_damaged: RwSignal::new(false),
            autosaves: RwSignal::new(true),
            wanted_language: StoredValue::new(language),
            own_table: StoredValue::new(None),
            key: StoredValue::new(String::new()),
            current: StoredValue::new_local(None),
            asked: StoredValue::new(0),
            awaited: StoredValue::new(String::new()),
            turn: 0,
        }
    }

    /// The handle of whoever asks for something to be opened, taken when it is asked for: what was asked for before and
    /// is still on its way is not shown any more.
    pub fn asks(self) -> Self {
        self.settled();
        let turn = self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        AppState { turn: turn.unwrap_or_default(), ..self }
    }

    /// The same for a press, unless it asks again for what is on its way: two claims to one draft would be in each
    /// other's way.
    pub fn presses(self, name: String) -> Option<Self> {
        if self.awaited.try_with_value(|awaited| *awaited == name)? {
            return None;
        }
        let asked = self.asks();
        self.awaited.try_set_value(name);
        Some(asked)
    }

    /// What was awaited has come, or could not be had.
    pub fn settled(self) {
        self.awaited.try_set_value(String::new());
    }

    /// True if something else was asked for since.
    pub fn is_late(self) -> bool {
        self.asked.try_get_value() != Some(self.turn)
    }

    /// Opens what is kept on this computer, or the storage of the page in its place.
    pub fn open_store(self, storage: JsValue) {
        let store = if storage.is_object() { Store::of_page(&storage) } else { Store::new("drafts") };
        self.store.set_value(Some(store.clone()));
        self.storage.set(None);
        spawn_local(async move {
            let outcome = store.open().await;
            if outcome.is_err() {
                self.store.try_set_value(None);
            }
            self.storage.try_set(Some(outcome));
        });
    }

    /// Asks about a draft of another version, or no more. What was asked before lets go of its draft.
    pub fn ask(self, question: Option<Question>) {
        if let Some(before) = self.question.try_update(|it| std::mem::replace(it, question)).flatten() {
            before.let_go();
        }
    }

    /// Says what went wrong, on the screen and to the page. What is open stays as it is.
    pub fn say(self, said: String) {
        self.settled();
        host::tell(self.root, "error", &said, None);
        self.message.try_set(Some(said));
    }

    /// The language that is spoken now. Whoever waited for something may ask after the form is gone.
    pub fn tag(self) -> &'static str {
        self.language.try_get_untracked().unwrap_or_default()
    }

    /// The words of a key.
    pub fn t(self, key: &str) -> &'static str {
        locale::word(self.tag(), key)
    }

    /// The words of a key with `{name}` replaced.
    pub fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        locale::fill(self.t(key), values)
    }

    /// A moment in words, from milliseconds since 1970.
    pub fn moment(self, ms: f64) -> String {
        clock::words(self.tag(), ms)
    }

    /// What is kept on this computer, unless the browser has refused it. It may not be open yet: a call waits.
    pub fn store(self) -> Option<Store> {
        self.store.try_with_value(Clone::clone).flatten()
    }

    /// What is kept on this computer, once it is known whether the browser allows it.
    pub async fn settled_store(self) -> Option<Store> {
        while self.storage.try_get_untracked()?.is_none() {
            clock::pause(4).await;
        }
        self.store()
    }

    /// Shows an opened draft, unless something else was asked for since.
    pub fn show(self, opened: Opened) {
        if self.is_late() {
            return;
        }
        self.opened.set_value(Some(opened));
        self.message.set(None);
        self.is_damaged.set(false);
        self.ask(None);
        let number = match self.screen.get_untracked() {
            Screen::Filling(number) => number + 1,
            Screen::Start | Screen::Verify | Screen::Keys => 1,
        };
        self.screen.set(Screen::Filling(number));
        // A form starts at its head, however far down the list its button was; a page of its own scrolls as it likes.
        if !self.is_bound.get_untracked() {
            self.root.try_with_value(|root| root.scroll_into_view_with_bool(true));
        }
    }
}

/// The languages by their own names. One that is chosen is shown once its words are here; until then the list stays at
/// the one that is.
pub fn language_menu(app: AppState, class: &str) -> El {
    let shown = app.language.get_untracked();
    let menu = el("select", class).attr("data-command", "language").attr("aria-label", app.t("bar.language"));
    let menu = menu.add_all(locale::LANGUAGES.iter().map(|it| {
        el("option", "").attr("value", it.tag).attr("lang", it.tag).flag("selected", it.tag == shown).text(it.name)
    }));
    let input = menu.clone();
    menu.on("change", move |_| {
        let chosen = input.input().value();
        input.input().set_value(shown);
        if let Some(it) = locale::LANGUAGES.iter().find(|it| it.tag == chosen) {
            host::speak(app, it.tag);
            if let Some(storage) = settings_of(app) {
                let _ = storage.set_item(LANGUAGE, it.tag);
            }
        }
    })
}

/// Where the language that was chosen is kept.
const LANGUAGE: &str = "shenbao-language";

/// What the browser remembers of the form's own page. A page around the form says itself how it speaks.
fn settings_of(app: AppState) -> Option<web_sys::Storage> {
    if app.is_bound.get_untracked() { None } else { local_storage() }
}

/// What one element shows.
pub fn app(app: AppState) -> Child {
    let (language, root) = (app.language, app.root);
    on_cleanup(move || app.ask(None));
    later::warm();
    // A page of one table needs no other; the element says which it is before anything else is done.
    if !app.is_bound.get_untracked() {
        tables::warm();
    }
    let chosen = settings_of(app).and_then(|it| it.get_item(LANGUAGE).ok().flatten());
    if let Some(tag) = chosen {
        host::speak(app, locale::nearest(&tag));
    }
    Effect::new(move |_| {
        let tag = language.get();
        root.with_value(|root| drop(root.set_attribute("lang", tag)));
    });
    // A draft tells its place itself.
    Effect::new(move |before: Option<()>| {
        let place = match app.screen.get() {
            // Not a place to go to, where the page says which table it is.
            Screen::Start if app.is_bound.get_untracked() => return,
            Screen::Start => "",
            Screen::Filling(_) => return,
            Screen::Verify => "verify",
            Screen::Keys => "keys",
        };
        host::tell(root, "place", place, None);
        // The button that was pressed is gone with the screen before.
        if before.is_some() && !app.is_bound.get_untracked() {
            spawn_local(async move {
                if let Some(screen) = host::find(root, ".start, .verify, .signing") {
                    let _ = screen.focus();
                }
            });
        }
    });
    live(move || {
        let screen = app.screen.get();
        // The words change only with the language, so a screen is built anew for it. An open draft sees to its
        // own words: it stays open, with its place and what can be undone.
        if !matches!(screen, Screen::Filling(_)) {
            language.track();
            app.is_bound.track();
        }
        untrack(|| match screen {
            Screen::Start => start(app).into(),
            Screen::Filling(_) => filling(app).into(),
            // Only the second part shows these screens.
            Screen::Verify => Child::from(later::here().map(|it| (it.verify)(app))),
            Screen::Keys => Child::from(later::here().map(|it| (it.keys)(app))),
        })
    })
}
