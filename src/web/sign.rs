//! Signing: who signs, with which keys; then what was signed, to print, seal and send.

use super::attach::{mail_size, size_words};
use super::dom::{Child, El, command, el, live};
use super::paper::{PaperMark, paper};
use super::review::bar;
use super::signing::{self, PaperInfo, SigningError, UnlockedKey};
use super::ui::{Ui, print};
use super::{clock, files, random};
use crate::engine::answers::{Attachment, Edit, Signed};
use crate::engine::drafts::payload::{Signer, StatementHead, application_payload};
use crate::engine::exchange::{eml, file_name};
use crate::engine::validation::signing_edits;
use crate::engine::value::json::{self, Json};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Fewest characters of a passphrase that the page takes.
const PASSPHRASE_LEAST: usize = 12;

/// The signing page.
pub fn sign(ui: Ui, back: Callback<()>, done: Callback<()>) -> El {
    let org = RwSignal::new(String::new());
    let keys: RwSignal<Vec<UnlockedKey>> = RwSignal::new(Vec::new());
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let say = move |failed: &SigningError| {
        error.try_set(Some(ui.signing_words(failed)));
        busy.try_set(false);
    };
    let can_sign = move || !busy.get() && !keys.get().is_empty() && !org.get().trim().is_empty();
    let on_sign = move || {
        busy.set(true);
        error.set(None);
        let (keys, org) = (keys.get_untracked(), org.get_untracked().trim().to_string());
        spawn_local(async move {
            match sign_document(ui, &org, &keys).await {
                Ok(()) => {
                    signing::lock_all().await;
                    done.run(());
                }
                Err(failed) => say(&failed),
            }
        });
    };
    let add_key = Callback::new(move |key: UnlockedKey| {
        keys.update(|keys| {
            if keys.iter().all(|it| it.kid != key.kid) {
                keys.push(key);
            }
        });
    });
    let who = el("section", "panel")
        .add(el("h2", "").text(ui.t("sign.who")))
        .add(label("sign-org", ui.t("sign.org")))
        .add(line("sign-org", org).attr("type", "text"))
        .add(el("p", "hint").text(ui.t("sign.org_hint")));
    let list = move || {
        let item = |key: UnlockedKey| {
            let name = el("strong", "").text(&key.label);
            el("li", "key").add(name).text(" ").add(el("code", "").text(&key.kid))
        };
        keys.get().into_iter().map(item).collect::<Vec<El>>()
    };
    let with = el("section", "panel")
        .add(el("h2", "").text(ui.t("sign.keys")))
        .add(el("p", "hint").text(ui.t("sign.keys_hint")))
        .add(el("ul", "keys").live(list))
        .add(open_key(ui, add_key))
        .add(new_key(ui, org, add_key));
    let now = working("button primary", "sign-now", ui, "sign.now", busy)
        .live_flag("disabled", move || !can_sign())
        .on_click(on_sign);
    let body = el("div", "review-body")
        .add(who)
        .add(with)
        .add(alert("banner bad", error))
        .add(el("p", "sign-line").add(now).add(el("span", "hint").text(ui.t("sign.identity"))));
    el("div", "signing").add(bar(Some((ui.t("sign.back"), back)), ui.t("sign.title"))).add(body)
}

fn label(of: &str, words: &str) -> El {
    el("label", "").attr("for", of).text(words)
}

/// A line to type in what a signal holds; the caller gives its type.
fn line(id: &str, typed: RwSignal<String>) -> El {
    let it = el("input", "boxed").attr("id", id).live_value(move || typed.get());
    let input = it.clone();
    it.on("input", move |_| typed.set(input.input().value()))
}

/// A button that says what it does, and while that is under way, that it is.
fn working(class: &str, name: &str, ui: Ui, words: &'static str, busy: RwSignal<bool>) -> El {
    command(class, name, "").live_text(move || ui.t(if busy.get() { "sign.busy" } else { words }).to_string())
}

/// What went wrong, while something is.
fn alert(class: &'static str, error: RwSignal<Option<String>>) -> Child {
    live(move || error.get().map(|said| el("p", class).attr("role", "alert").text(&said)))
}

/// Opens a key file with its passphrase.
fn open_key(ui: Ui, on_key: Callback<UnlockedKey>) -> El {
    let picker = el("input", "picker").attr("type", "file").attr("data-input", "key-file").attr("accept", ".json");
    let passphrase = RwSignal::new(String::new());
    let chosen = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    // The input forgets its file once it is read, so that the same file can be chosen again.
    let file: StoredValue<Option<web_sys::File>, LocalStorage> = StoredValue::new_local(None);
    let on_open = move || {
        let Some(file) = file.get_value() else {
            error.set(Some(ui.t("sign.no_file").into()));
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
                    on_key.run(key);
                }
                Err(failed) => {
                    error.try_set(Some(ui.signing_words(&failed)));
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
    let open = working("button", "open-key", ui, "sign.unlock", busy)
        .live_flag("disabled", move || busy.get())
        .on_click(on_open);
    el("details", "key-box")
        .flag("open", true)
        .add(el("summary", "").text(ui.t("sign.open_key")))
        .add(el("label", "button").text(ui.t("sign.choose_key")).add(picker))
        .add(el("span", "quiet").live_text(move || chosen.get()))
        .add(label("key-pass", ui.t("sign.passphrase")))
        .add(line("key-pass", passphrase).attr("type", "password").attr("autocomplete", "off"))
        .add(open)
        .add(alert("message wrong", error))
}

/// Makes a key, wraps it with a passphrase and gives the key file to keep.
fn new_key(ui: Ui, org: RwSignal<String>, on_key: Callback<UnlockedKey>) -> El {
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
        ui.t(key).to_string()
    };
    let offer = move || {
        if let Some(generated) = generated_passphrase() {
            passphrase.set(generated.clone());
            again.set(generated);
            shown.set(true);
        }
    };
    let on_make = move || {
        let typed = passphrase.get_untracked();
        if strength_of(&typed) == 0 {
            error.set(Some(ui.fill("sign.too_weak", &[("min", &PASSPHRASE_LEAST.to_string())])));
            return;
        }
        if typed != again.get_untracked() {
            error.set(Some(ui.t("sign.differs").into()));
            return;
        }
        busy.set(true);
        error.set(None);
        let label = org.get_untracked().trim().to_string();
        let label = if label.is_empty() { ui.t("sign.key_label").to_string() } else { label };
        spawn_local(async move {
            match make_and_save(ui, &typed, &label).await {
                Ok(key) => {
                    passphrase.try_set(String::new());
                    again.try_set(String::new());
                    on_key.run(key);
                }
                Err(failed) => {
                    error.try_set(Some(ui.signing_words(&failed)));
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
        .add(command("button small", "offer-passphrase", ui.t("sign.offer")).on_click(offer))
        .add(el("label", "check").add(show).text(ui.t("sign.show")));
    let make = working("button", "make-key", ui, "sign.make", busy)
        .live_flag("disabled", move || busy.get())
        .on_click(on_make);
    el("details", "key-box")
        .add(el("summary", "").attr("data-command", "new-key").text(ui.t("sign.new_key")))
        .add(el("p", "hint").text(ui.t("sign.new_key_hint")))
        .add(label("new-pass", ui.t("sign.new_passphrase")))
        .add(secret("new-pass", passphrase))
        .add(el("span", "strength").attr("role", "status").live_text(strength))
        .add(label("new-pass-again", ui.t("sign.again")))
        .add(secret("new-pass-again", again))
        .add(buttons)
        .add(make)
        .add(el("p", "hint").text(ui.t("sign.lost")))
        .add(alert("message wrong", error))
}

async fn make_and_save(ui: Ui, passphrase: &str, label: &str) -> Result<UnlockedKey, SigningError> {
    let key = signing::make_key(label).await?;
    let text = signing::key_file(&key, passphrase, label, &clock::utc()).await?;
    let name = file_name(&[ui.t("sign.key_file_name"), label, &clock::today()], ".sabkey.json");
    files::download(ui.root, text.as_bytes(), &name, "application/json");
    ui.notice.try_set(ui.fill("sign.key_saved", &[("name", &name)]));
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

/// Cleans up, makes the payload, signs it, and keeps the statement with the draft.
async fn sign_document(ui: Ui, org: &str, keys: &[UnlockedKey]) -> Result<(), SigningError> {
    let payload = payload(ui, org, keys.iter().map(|key| key.kid.clone()).collect())?;
    keep(ui, signing::sign(&payload, keys).await?).await
}

/// The same with a signer of the page around the form: what it says of itself is its office, `org`.
pub async fn sign_with(ui: Ui, signer: &JsValue) -> Result<(), SigningError> {
    let org = js_sys::Reflect::get(signer, &"org".into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
    let payload = payload(ui, &org, Vec::new())?;
    keep(ui, signing::sign_with(&payload, signer).await?).await
}

/// What is signed, after the clean-up. The keys may be named later.
fn payload(ui: Ui, org: &str, kids: Vec<String>) -> Result<Json, SigningError> {
    let session = ui.session;
    let edits = session.judged(signing_edits_of);
    if !edits.is_empty() {
        session.apply(Edit::Batch(edits));
    }
    let head = session.peek(|table, _| {
        let definition = &table.definition;
        let role_of = |id: &str| {
            let office = definition.offices.iter().find(|it| *it.id == *id);
            office.map_or(id.to_string(), |it| it.role.as_ref().unwrap_or(&it.id).to_string())
        };
        let filler = definition.offices.first().map(|it| it.id.to_string()).unwrap_or_default();
        StatementHead {
            signer: Signer { role: role_of(&filler), org: org.to_string(), kids },
            to: definition.recipients.iter().map(|it| role_of(&it.office)).collect(),
            created: clock::utc(),
            lang: ui.language.to_string(),
        }
    });
    let payload = session.peek(|table, document| application_payload(document, &table.definition, &document.table, &head));
    payload.map_err(|path| SigningError(format!("E_ANSWER {path}")))
}

/// Keeps a statement with the draft.
async fn keep(ui: Ui, statement: String) -> Result<(), SigningError> {
    let info = signing::paper(&statement).await?;
    let rev = ui.session.document(|document| document.document.rev);
    ui.session.keep_signed(Signed { rev, payload: info.payload_sha256, statement });
    Ok(())
}

/// The signed file of what was signed last, and its name.
pub async fn signed_file(ui: Ui, on_progress: &dyn Fn(u32)) -> Result<(web_sys::Blob, String), SigningError> {
    let Some(signed) = ui.session.document(|document| document.signed.clone()) else { return Err(SigningError("E_NO_SIGNATURE".into())) };
    let attachments = declared(&payload_of(&signed.statement).unwrap_or(Json::Null));
    let store = ui.store.try_with_value(Clone::clone).flatten();
    let (blob, extension) = signing::bundle(store.as_ref(), &[&signed.statement], &attachments, on_progress).await?;
    Ok((blob, signed_name(ui, signed.rev, extension)))
}

/// The name of a file of a signed revision.
fn signed_name(ui: Ui, rev: u32, extension: &str) -> String {
    let rev = ui.fill("start.rev", &[("rev", &rev.to_string())]);
    let (title, who) = title_and_who(ui);
    file_name(&[&title, &who, &rev], extension)
}

/// The title of the table, and whose it is.
fn title_and_who(ui: Ui) -> (String, String) {
    ui.session.peek(|table, document| (ui.words(&table.definition.title), super::filling::title_of(table, document)))
}

fn signing_edits_of(
    table: &crate::engine::definition::CheckedDefinition,
    document: &crate::engine::answers::AnswersDocument,
    _: &crate::engine::validation::Validation,
) -> Vec<Edit> {
    signing_edits(table, document)
}

/// The payload of a statement.
fn payload_of(statement: &str) -> Option<Json> {
    let statement = json::parse(statement.as_bytes(), 24).ok()?;
    let bytes = crate::engine::value::base64::decode_url(statement.get("payload")?.as_text()?)?;
    json::parse(&bytes, 24).ok()
}

/// The files that a payload declares.
fn declared(payload: &Json) -> Vec<Attachment> {
    let list = payload.get("attachments").and_then(Json::as_list).unwrap_or_default();
    let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_text).unwrap_or_default().to_string();
    list.iter()
        .map(|it| Attachment {
            id: text(it, "id").into(),
            name: text(it, "name"),
            media_type: text(it, "type"),
            size: it.get("size").and_then(Json::as_int).and_then(|it| u64::try_from(it).ok()).unwrap_or_default(),
            sha256: text(it, "sha256"),
        })
        .collect()
}

/// "Signed: now print, seal and send".
pub fn hand_over(ui: Ui, back: Option<Callback<()>>) -> El {
    let Some(signed) = ui.session.document(|document| document.signed.clone()) else { return el("p", "") };
    let info: RwSignal<Option<PaperInfo>> = RwSignal::new(None);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let progress: RwSignal<Option<u32>> = RwSignal::new(None);
    let recipients = RwSignal::new(ui.mail_to.get_value());
    let statement = StoredValue::new(signed.statement.clone());
    let payload = payload_of(&signed.statement).unwrap_or(Json::Null);
    let attachments = StoredValue::new(declared(&payload));
    let rev = signed.rev;
    spawn_local(async move {
        match signing::paper(&statement.get_value()).await {
            Ok(found) => {
                info.try_set(Some(found));
            }
            Err(failed) => {
                error.try_set(Some(ui.signing_words(&failed)));
            }
        }
    });
    let make = move || async move {
        progress.try_set(Some(0));
        let made = signed_file(ui, &|percent| {
            progress.try_set(Some(percent));
        })
        .await;
        progress.try_set(None);
        made.map_err(|failed| {
            error.try_set(Some(ui.signing_words(&failed)));
        })
        .ok()
    };
    let on_save = move || {
        spawn_local(async move {
            if let Some((blob, name)) = make().await {
                files::download_file(ui.root, &blob, &name);
                ui.notice.try_set(ui.t("hand.saved").into());
            }
        });
    };
    let on_mail = move || {
        let to = match eml::parse_recipients(&recipients.get_untracked()) {
            Ok(to) => to,
            Err(entry) => {
                error.set(Some(ui.fill("hand.bad_recipient", &[("entry", &entry)])));
                return;
            }
        };
        spawn_local(async move {
            let Some((blob, name)) = make().await else { return };
            let Ok(bytes) = files::read_bytes(&blob, f64::from(u32::MAX)).await else { return };
            let digest = info.get_untracked().map(|it| it.groups).unwrap_or_default();
            let (title, who) = title_and_who(ui);
            let values = [("title", title.as_str()), ("who", who.as_str()), ("rev", &rev.to_string()), ("digest", digest.as_str()), ("file", name.as_str())];
            let (subject, body) = (ui.fill("hand.subject", &values), ui.fill("hand.body", &values));
            let media_type = if name.ends_with("zip") { "application/zip" } else { "application/json" };
            let file = eml::File { name: &name, media_type, bytes: &bytes };
            let mail = eml::Mail { to: &to, cc: &[], subject: &subject, body: &body, date: &clock::utc(), files: &[file] };
            files::download(ui.root, eml::write(&mail).as_bytes(), &signed_name(ui, rev, ".eml"), "message/rfc822");
            ui.notice.try_set(ui.t("hand.mail_saved").into());
        });
    };
    let total: u64 = attachments.with_value(|all| all.iter().map(|it| it.size).sum());
    let digest = el("code", "digest").live_text(move || info.get().map(|it| it.groups).unwrap_or_default());
    let hint = |words: &str| el("span", "hint").text(words);
    let save = el("li", "")
        .add(command("button primary", "save-bundle", ui.t("hand.save")).on_click(on_save))
        .add(hint(&ui.fill("hand.save_hint", &[("size", &size_words(total))])))
        .add(el("span", "hint").class_if("over", mail_size(total) > ui.mail_limit.get_untracked()).text(&ui.mail_words(total)))
        .live(move || {
            progress.get().map(|percent| el("progress", "").attr("max", "100").attr("value", &percent.to_string()))
        });
    let print = el("li", "")
        .add(command("button", "print-signed", ui.t("hand.print")).on_click(print))
        .add(hint(ui.t("hand.print_hint")));
    let mail = el("li", "")
        .add(label("recipients", ui.t("hand.recipients")))
        .add(line("recipients", recipients).attr("type", "text"))
        .add(command("button", "mail", ui.t("hand.mail")).on_click(on_mail))
        .add(hint(ui.t("hand.mail_hint")));
    let done = ui.fill("hand.done", &[("rev", &rev.to_string())]);
    let steps = el("section", "panel steps")
        .add(el("p", "review-state").attr("role", "status").text(&done))
        .add(el("p", "").text(ui.t("hand.digest")).add(el("br", "")).add(digest))
        .add(el("ol", "").add(save).add(print).add(mail))
        .add(el("p", "hint").text(ui.t("hand.next")));
    let sheets = move || {
        let info = info.get()?;
        let mark = PaperMark::Signed { digest_groups: info.groups, footer: info.footer, qr_text: info.qr, rev, kids: info.kids };
        // The paper is a snapshot: it follows nothing that it reads.
        Some(untrack(|| paper(ui, mark)))
    };
    let body = el("div", "review-body").add(alert("banner bad", error)).add(steps).live(sheets);
    el("div", "hand-over").add(bar(back.map(|back| (ui.t("review.back"), back)), ui.t("hand.title"))).add(body)
}

impl Ui {
    /// Why signing did not work, in words; the name of an unknown fault behind them.
    pub fn signing_words(self, error: &SigningError) -> String {
        let said = self.t(&error.key());
        if said == "?" { format!("{} ({})", self.t("signing.failed"), error.0) } else { self.fill(&error.key(), &[("detail", &error.0)]) }
    }
}
