//! Keys: opening a key file, making one, and what a key's thumbprint is for.

use super::app::AppState;
use super::clock;
use super::dom::{Child, El, command, el, live};
use super::files;
use super::form::keys::is_composing;
use super::form::notice_line;
use super::host::{self, RootHandle};
use super::random;
use super::review::bar;
use super::signing::{self, SigningError, UnlockedKey};
use super::ui::Ui;
use crate::engine::exchange::file_name;
use crate::engine::locale;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// Fewest characters of a passphrase that the page takes.
const PASSPHRASE_LEAST: usize = 12;

/// What is needed to speak, and to give a file: the same beside a draft and without one.
#[derive(Clone, Copy)]
pub struct Desk {
    language: &'static str,
    root: RootHandle,
    notice: RwSignal<String>,
}

impl From<Ui> for Desk {
    fn from(ui: Ui) -> Self {
        Desk { language: ui.language, root: ui.root, notice: ui.notice }
    }
}

impl Desk {
    fn t(self, key: &str) -> &'static str {
        locale::word(self.language, key)
    }

    fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        locale::fill(self.t(key), values)
    }
}

/// The screen of keys alone: for an office that signs second, and has to tell the first its thumbprint before.
pub fn keys(app: AppState) -> El {
    let desk = Desk { language: app.tag(), root: app.root, notice: RwSignal::new(String::new()) };
    let org = RwSignal::new(String::new());
    let held = held();
    let home = Callback::new(move |()| host::leave(app));
    let panel = el("section", "panel")
        .add(el("p", "").text(desk.t("keys.about")))
        .add(list(desk, held))
        .add(open_key(desk, adding(held), held))
        .add(label("key-org", desk.t("sign.org")))
        .add(line("key-org", org).attr("type", "text"))
        .add(new_key(desk, Box::new(move || org.get_untracked().trim().to_string()), adding(held), held, RwSignal::new(String::new()), true));
    el("div", "signing")
        .attr("tabindex", "-1")
        .add(bar(Some((desk.t("bar.home"), home)), desk.t("keys.screen"), None))
        .add(el("div", "review-body").add(panel))
        .add(notice_line(desk.notice))
}

/// A list of unlocked keys. They are locked when the page that has it is left, whichever way.
pub fn held() -> RwSignal<Vec<UnlockedKey>> {
    let held: RwSignal<Vec<UnlockedKey>> = RwSignal::new(Vec::new());
    on_cleanup(move || signing::lock(held.try_get_untracked().unwrap_or_default()));
    held
}

/// Puts an unlocked key on a list, once.
pub fn adding(held: RwSignal<Vec<UnlockedKey>>) -> Callback<UnlockedKey> {
    Callback::new(move |key: UnlockedKey| {
        if held.with_untracked(|held| held.iter().any(|it| it.kid == key.kid)) {
            signing::lock(vec![key]);
        } else {
            held.update(|held| held.push(key));
        }
    })
}

/// Hands over a key that took a while to unlock; if whoever wanted it has left, it is locked.
fn give(on_key: Callback<UnlockedKey>, key: UnlockedKey) {
    if on_key.try_run(key.clone()).is_none() {
        signing::lock(vec![key]);
    }
}

/// The unlocked keys, each with its thumbprint to copy.
pub fn list(desk: Desk, held: RwSignal<Vec<UnlockedKey>>) -> El {
    let item = move |key: UnlockedKey| {
        let kid = el("input", "boxed kid").attr("readonly", "").attr("type", "text").attr("value", &key.kid);
        let kid = kid.attr("aria-label", desk.t("paper.keys"));
        let marked = kid.clone();
        let copy = command("button small", "copy-kid", desk.t("kept.copy")).on_click(move || {
            marked.input().select();
            // The clipboard of today's browsers needs a secure context; this works in all of them.
            let done = gloo::utils::document().unchecked_into::<web_sys::HtmlDocument>().exec_command("copy").unwrap_or(false);
            desk.notice.set(desk.t(if done { "kept.copied" } else { "kept.not_copied" }).into());
        });
        let name = el("p", "").add(el("strong", "").text(&key.label)).text(" ").add(el("span", "quiet").text(desk.t("paper.keys")));
        el("li", "key").attr("data-kid", &key.kid).add(name).add(kid).text(" ").add(copy)
    };
    el("ul", "keys").live(move || held.get().into_iter().map(item).collect::<Vec<El>>())
}

/// The name of a control.
pub fn label(of: &str, words: &str) -> El {
    el("label", "").attr("for", of).text(words)
}

/// A line to type in what a signal holds; the caller gives its type.
pub fn line(id: &str, typed: RwSignal<String>) -> El {
    let it = el("input", "boxed").attr("id", id).live_value(move || typed.get());
    let input = it.clone();
    it.on("input", move |_| typed.set(input.input().value()))
}

/// A line in which Enter presses a button.
fn pressing(line: El, button: &El) -> El {
    let button = button.clone();
    line.on("keydown", move |event| {
        let key: &web_sys::KeyboardEvent = event.unchecked_ref();
        if key.key() == "Enter" && !is_composing(key) {
            event.prevent_default();
            button.node().click();
        }
    })
}

/// A button that says what it does, and while that is under way, that it is.
pub fn working(class: &str, name: &str, desk: Desk, words: &'static str, busy: RwSignal<bool>) -> El {
    command(class, name, "").live_text(move || desk.t(if busy.get() { "sign.busy" } else { words }).to_string())
}

/// What went wrong, while something is.
pub fn alert(class: &'static str, error: RwSignal<Option<String>>) -> Child {
    live(move || error.get().map(|said| el("p", class).attr("role", "alert").text(&said)))
}

/// Opens a key file with its passphrase.
pub fn open_key(desk: Desk, on_key: Callback<UnlockedKey>, held: RwSignal<Vec<UnlockedKey>>) -> El {
    let picker = el("input", "picker").attr("type", "file").attr("data-input", "key-file").attr("accept", ".json");
    let passphrase = RwSignal::new(String::new());
    let chosen = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    // The input forgets its file once it is read, so that the same file can be chosen again.
    let file: StoredValue<Option<web_sys::File>, LocalStorage> = StoredValue::new_local(None);
    let on_open = move || {
        let Some(file) = file.get_value() else {
            error.set(Some(desk.t("sign.no_file").into()));
            return;
        };
        busy.set(true);
        error.set(None);
        let typed = passphrase.get_untracked();
        spawn_local(async move {
            let opened = match files::read_bytes(&file, 65536.0).await {
                Ok(bytes) => signing::open_key_file(&bytes, &typed).await,
                Err(_) => Err(SigningError("K_FORMAT".into())),
            };
            busy.try_set(false);
            match opened {
                Ok(key) => {
                    passphrase.try_set(String::new());
                    give(on_key, key);
                }
                Err(failed) => {
                    error.try_set(Some(failed.words(desk.language)));
                }
            }
        });
    };
    let named = picker.clone();
    let picker = picker.on("change", move |_| {
        let picked = files::chosen_files(named.input()).into_iter().next();
        chosen.set(picked.as_ref().map(web_sys::File::name).unwrap_or_default());
        file.set_value(picked);
    });
    let open = working("button", "open-key", desk, "sign.unlock", busy)
        .live_flag("disabled", move || busy.get())
        .on_click(on_open);
    el("details", "key-box")
        // With a key at hand the way to the next one is folded away.
        .live_flag("open", move || held.with(Vec::is_empty))
        .add(el("summary", "").text(desk.t("sign.open_key")))
        .add(el("label", "button").text(desk.t("sign.choose_key")).add(picker))
        .add(el("span", "quiet").live_text(move || chosen.get()))
        .add(label("key-pass", desk.t("sign.passphrase")))
        .add(pressing(line("key-pass", passphrase).attr("type", "password").attr("autocomplete", "off"), &open))
        .add(open)
        .add(alert("message wrong", error))
}

/// Makes a key, wraps it with a passphrase and gives the key file to keep. `owner` says whose it will be. `to_note` is a
/// passphrase that was made here: nobody knows it until it is written down. `is_first` is true where a key is most likely to be
/// made: then it lies open until there is one.
pub fn new_key(desk: Desk, owner: Box<dyn Fn() -> String>, on_key: Callback<UnlockedKey>, held: RwSignal<Vec<UnlockedKey>>, to_note: RwSignal<String>, is_first: bool) -> El {
    let offered = RwSignal::new(String::new());
    let passphrase = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let shown = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let strength = move || {
        let typed = passphrase.get();
        if typed.is_empty() {
            return String::new();
        }
        let key = match strength_of(&typed) {
            0 => "sign.weak",
            1 => "sign.fair",
            _ => "sign.strong",
        };
        desk.t(key).to_string()
    };
    let offer = move || {
        if let Some(generated) = generated_passphrase() {
            passphrase.set(generated.clone());
            offered.set(generated.clone());
            again.set(generated);
            shown.set(true);
            error.set(None);
        }
    };
    let on_make = move || {
        let typed = passphrase.get_untracked();
        if strength_of(&typed) == 0 {
            error.set(Some(desk.fill("sign.too_weak", &[("min", &PASSPHRASE_LEAST.to_string())])));
            return;
        }
        if typed != again.get_untracked() {
            error.set(Some(desk.t("sign.differs").into()));
            return;
        }
        if to_note.with_untracked(|it| !it.is_empty()) {
            error.set(Some(desk.t("sign.note_first").into()));
            return;
        }
        busy.set(true);
        error.set(None);
        let label = owner();
        let label = if label.is_empty() { desk.t("sign.key_label").to_string() } else { label };
        spawn_local(async move {
            match make_and_save(desk, &typed, &label).await {
                Ok(key) => {
                    if offered.try_get_untracked().as_ref() == Some(&typed) {
                        to_note.try_set(typed.clone());
                    }
                    passphrase.try_set(String::new());
                    again.try_set(String::new());
                    give(on_key, key);
                }
                Err(failed) => {
                    error.try_set(Some(failed.words(desk.language)));
                }
            }
            busy.try_set(false);
        });
    };
    let secret = |id: &str, typed: RwSignal<String>| {
        let kind = move || Some(if shown.get() { "text" } else { "password" }.to_owned());
        line(id, typed).live_attr("type", kind).attr("autocomplete", "off")
    };
    let show = el("input", "").attr("type", "checkbox").live_checked(move || shown.get());
    let input = show.clone();
    let show = show.on("change", move |_| shown.set(input.input().checked()));
    let buttons = el("p", "key-buttons")
        .add(command("button small", "offer-passphrase", desk.t("sign.offer")).on_click(offer))
        .add(el("label", "check").add(show).text(desk.t("sign.show")));
    let make = working("button", "make-key", desk, "sign.make", busy)
        .live_flag("disabled", move || busy.get())
        .on_click(on_make);
    let notes = live(move || {
        let passphrase = to_note.get();
        (!passphrase.is_empty()).then(|| {
            let note = el("p", "").text(desk.t("sign.note")).add(el("code", "passphrase").text(&passphrase));
            let noted = command("button", "noted", desk.t("sign.noted")).on_click(move || to_note.set(String::new()));
            el("aside", "banner warn").attr("role", "alert").add(note).add(noted)
        })
    });
    let make_one = el("details", "key-box")
        .live_flag("open", move || held.with(Vec::is_empty) && is_first)
        .add(el("summary", "").attr("data-command", "new-key").text(desk.t("sign.new_key")))
        .add(el("p", "hint").text(desk.t("sign.new_key_hint")))
        .add(label("new-pass", desk.t("sign.new_passphrase")))
        .add(secret("new-pass", passphrase))
        .add(el("span", "strength").attr("role", "status").live_text(strength))
        .add(label("new-pass-again", desk.t("sign.again")))
        .add(pressing(secret("new-pass-again", again), &make))
        .add(buttons)
        // Above the button, which may stand at the foot of the window.
        .add(alert("message wrong", error))
        .add(make)
        .add(el("p", "hint").text(desk.t("sign.lost")));
    el("div", "").add(notes).add(make_one)
}

async fn make_and_save(desk: Desk, passphrase: &str, label: &str) -> Result<UnlockedKey, SigningError> {
    let key = signing::make_key(label).await?;
    let text = signing::key_file(&key, passphrase, label, &clock::utc()).await?;
    // Two keys of one office and day are told apart by how their thumbprints begin.
    let kid: String = key.kid.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
    let name = file_name(&[desk.t("sign.key_file_name"), label, &kid, &clock::today()], ".sabkey.json");
    files::download(desk.root, text.as_bytes(), &name, "application/json");
    desk.notice.try_set(desk.fill("sign.key_saved", &[("name", &name)]));
    Ok(key)
}

/// How hard a passphrase is to guess, roughly: 0 too weak to take, 1 fair, 2 strong. It counts characters and
/// how many different ones there are; it knows no dictionary, so it says "fair" at most for short ones.
fn strength_of(passphrase: &str) -> u32 {
    let n_characters = passphrase.chars().count();
    let mut different: Vec<char> = passphrase.chars().collect();
    different.sort_unstable();
    different.dedup();
    match (n_characters, different.len()) {
        (PASSPHRASE_LEAST.., 6..) if n_characters >= 20 => 2,
        (PASSPHRASE_LEAST.., 5..) => 1,
        _ => 0,
    }
}

/// Twenty random digits in groups of four: 66 bits, easy to write on paper and to type with any input method.
fn generated_passphrase() -> Option<String> {
    let bytes = random::bytes::<64>()?;
    // Bytes from 250 up are left out, or some digits would come more often than others.
    let digits: Vec<char> = bytes.iter().filter(|byte| **byte < 250).map(|byte| char::from(b'0' + byte % 10)).take(20).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    (digits.len() == 20).then(|| groups.join("-"))
}
