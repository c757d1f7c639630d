//! Signing: who signs, with which keys; then what was signed, to print, seal and send.

use super::app::AppState;
use super::attach::size_words;
use super::paper::{Paper, PaperMark};
use super::signing::{self, PaperInfo, SigningError, UnlockedKey};
use super::ui::Ui;
use super::{clock, files, random};
use crate::engine::answers::{Attachment, Edit, Signed};
use crate::engine::drafts::payload::{Signer, StatementHead, application_payload};
use crate::engine::exchange::{eml, file_name};
use crate::engine::validation::signing_edits;
use crate::engine::value::json::{self, Json};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Fewest characters of a passphrase that the page takes.
const PASSPHRASE_LEAST: usize = 12;

/// The signing page.
#[component]
pub fn Sign(ui: Ui, back: Callback<()>, done: Callback<()>) -> impl IntoView {
    let org = RwSignal::new(String::new());
    let keys: RwSignal<Vec<UnlockedKey>> = RwSignal::new(Vec::new());
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let say = move |failed: &SigningError| {
        error.try_set(Some(ui.signing_words(failed)));
        busy.try_set(false);
    };
    let can_sign = move || !busy.get() && !keys.get().is_empty() && !org.get().trim().is_empty();
    let on_sign = move |_| {
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
    let add_key = move |key: UnlockedKey| {
        keys.update(|keys| {
            if keys.iter().all(|it| it.kid != key.kid) {
                keys.push(key);
            }
        });
    };
    let list = move || {
        keys.get()
            .into_iter()
            .map(|key| view! { <li class="key"><strong>{key.label}</strong>" "<code>{key.kid}</code></li> })
            .collect_view()
    };
    view! {
        <div class="signing">
            <header class="bar">
                <button type="button" class="button" data-command="back" on:click=move |_| back.run(())>{ui.t("sign.back")}</button>
                <span class="bar-title">{ui.t("sign.title")}</span>
            </header>
            <div class="review-body">
                <section class="panel">
                    <h2>{ui.t("sign.who")}</h2>
                    <label for="sign-org">{ui.t("sign.org")}</label>
                    <input id="sign-org" type="text" class="boxed" prop:value=org on:input=move |event| org.set(event_target_value(&event)) />
                    <p class="hint">{ui.t("sign.org_hint")}</p>
                </section>
                <section class="panel">
                    <h2>{ui.t("sign.keys")}</h2>
                    <p class="hint">{ui.t("sign.keys_hint")}</p>
                    <ul class="keys">{list}</ul>
                    <OpenKey ui on_key=Callback::new(add_key) />
                    <NewKey ui org on_key=Callback::new(add_key) />
                </section>
                {move || error.get().map(|said| view! { <p class="banner bad" role="alert">{said}</p> })}
                <p class="sign-line">
                    <button type="button" class="button primary" data-command="sign-now" disabled=move || !can_sign() on:click=on_sign>
                        {move || if busy.get() { ui.t("sign.busy") } else { ui.t("sign.now") }}
                    </button>
                    <span class="hint">{ui.t("sign.identity")}</span>
                </p>
            </div>
        </div>
    }
}

/// Opens a key file with its passphrase.
#[component]
fn OpenKey(ui: Ui, on_key: Callback<UnlockedKey>) -> impl IntoView {
    let picker = NodeRef::<html::Input>::new();
    let passphrase = RwSignal::new(String::new());
    let chosen = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let on_open = move |_| {
        let Some(file) = picker.get_untracked().and_then(|input| files::chosen_files(&input).into_iter().next()) else {
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
    view! {
        <details class="key-box" open>
            <summary>{ui.t("sign.open_key")}</summary>
            <label class="button">
                {ui.t("sign.choose_key")}
                <input node_ref=picker type="file" class="picker" data-input="key-file" accept=".json"
                    on:change=move |_| chosen.set(picker.get_untracked().and_then(|input| files::chosen_files(&input).first().map(|it| it.name())).unwrap_or_default()) />
            </label>
            <span class="quiet">{chosen}</span>
            <label for="key-pass">{ui.t("sign.passphrase")}</label>
            <input id="key-pass" type="password" class="boxed" autocomplete="off" prop:value=passphrase on:input=move |event| passphrase.set(event_target_value(&event)) />
            <button type="button" class="button" data-command="open-key" disabled=busy on:click=on_open>
                {move || if busy.get() { ui.t("sign.busy") } else { ui.t("sign.unlock") }}
            </button>
            {move || error.get().map(|said| view! { <p class="message wrong" role="alert">{said}</p> })}
        </details>
    }
}

/// Makes a key, wraps it with a passphrase and gives the key file to keep.
#[component]
fn NewKey(ui: Ui, org: RwSignal<String>, on_key: Callback<UnlockedKey>) -> impl IntoView {
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
    let offer = move |_| {
        if let Some(generated) = generated_passphrase() {
            passphrase.set(generated.clone());
            again.set(generated);
            shown.set(true);
        }
    };
    let on_make = move |_| {
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
    let kind = move || if shown.get() { "text" } else { "password" };
    view! {
        <details class="key-box">
            <summary data-command="new-key">{ui.t("sign.new_key")}</summary>
            <p class="hint">{ui.t("sign.new_key_hint")}</p>
            <label for="new-pass">{ui.t("sign.new_passphrase")}</label>
            <input id="new-pass" type=kind class="boxed" autocomplete="off" prop:value=passphrase on:input=move |event| passphrase.set(event_target_value(&event)) />
            <span class="strength" role="status">{strength}</span>
            <label for="new-pass-again">{ui.t("sign.again")}</label>
            <input id="new-pass-again" type=kind class="boxed" autocomplete="off" prop:value=again on:input=move |event| again.set(event_target_value(&event)) />
            <p class="key-buttons">
                <button type="button" class="button small" data-command="offer-passphrase" on:click=offer>{ui.t("sign.offer")}</button>
                <label class="check"><input type="checkbox" prop:checked=shown on:change=move |event| shown.set(event_target_checked(&event)) />{ui.t("sign.show")}</label>
            </p>
            <button type="button" class="button" data-command="make-key" disabled=busy on:click=on_make>
                {move || if busy.get() { ui.t("sign.busy") } else { ui.t("sign.make") }}
            </button>
            <p class="hint">{ui.t("sign.lost")}</p>
            {move || error.get().map(|said| view! { <p class="message wrong" role="alert">{said}</p> })}
        </details>
    }
}

async fn make_and_save(ui: Ui, passphrase: &str, label: &str) -> Result<UnlockedKey, SigningError> {
    let key = signing::make_key(label).await?;
    let text = signing::key_file(&key, passphrase, label, &clock::utc()).await?;
    let name = file_name(&[ui.t("sign.key_file_name"), label, &clock::today()], ".sabkey.json");
    files::download(text.as_bytes(), &name, "application/json");
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
    let session = ui.session;
    let edits = session.peek(signing_edits_of);
    if !edits.is_empty() {
        session.apply(Edit::Batch(edits));
    }
    let head = session.peek(|table, _, _| {
        let definition = &table.definition;
        let role_of = |id: &str| {
            let office = definition.offices.iter().find(|it| *it.id == *id);
            office.map_or(id.to_string(), |it| it.role.as_ref().unwrap_or(&it.id).to_string())
        };
        let filler = definition.offices.first().map(|it| it.id.to_string()).unwrap_or_default();
        StatementHead {
            signer: Signer { role: role_of(&filler), org: org.to_string(), kids: keys.iter().map(|key| key.kid.clone()).collect() },
            to: definition.recipients.iter().map(|it| role_of(&it.office)).collect(),
            created: clock::utc(),
            lang: ui.language.to_string(),
        }
    });
    let payload = session.peek(|table, document, _| application_payload(document, &table.definition, &document.table, &head));
    let payload = payload.map_err(|path| SigningError(format!("E_ANSWER {path}")))?;
    let statement = signing::sign(&payload, keys).await?;
    let info = signing::paper(&statement).await?;
    let rev = session.document(|document| document.document.rev);
    session.keep_signed(Signed { rev, payload: info.payload_sha256, statement });
    Ok(())
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
#[component]
pub fn HandOver(ui: Ui, app: AppState, back: Callback<()>) -> impl IntoView {
    let Some(signed) = ui.session.document(|document| document.signed.clone()) else {
        return view! { <p></p> }.into_any();
    };
    let info: RwSignal<Option<PaperInfo>> = RwSignal::new(None);
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let progress: RwSignal<Option<u32>> = RwSignal::new(None);
    let recipients = RwSignal::new(String::new());
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
    let title = ui.session.peek(|table, _, _| ui.words(&table.definition.title));
    let who = ui.session.peek(|table, document, _| super::filling::title_of(table, document));
    let base = StoredValue::new((title, who));
    let name_of = move |extension: &str| {
        let rev = ui.fill("start.rev", &[("rev", &rev.to_string())]);
        base.with_value(|(title, who)| file_name(&[title, who, &rev], extension))
    };
    let make = move || async move {
        progress.try_set(Some(0));
        let store = app.store();
        let statement = statement.get_value();
        let made = signing::bundle(store.as_ref(), &[&statement], &attachments.get_value(), &|percent| {
            progress.try_set(Some(percent));
        })
        .await;
        progress.try_set(None);
        made.map_err(|failed| {
            error.try_set(Some(ui.signing_words(&failed)));
        })
        .ok()
    };
    let on_save = move |_| {
        spawn_local(async move {
            if let Some((blob, extension)) = make().await {
                files::download_file(&blob, &name_of(extension));
                ui.notice.try_set(ui.t("hand.saved").into());
            }
        });
    };
    let on_mail = move |_| {
        let to = match eml::parse_recipients(&recipients.get_untracked()) {
            Ok(to) => to,
            Err(entry) => {
                error.set(Some(ui.fill("hand.bad_recipient", &[("entry", &entry)])));
                return;
            }
        };
        spawn_local(async move {
            let Some((blob, extension)) = make().await else { return };
            let Ok(bytes) = files::read_bytes(&blob, f64::from(u32::MAX)).await else { return };
            let name = name_of(extension);
            let digest = info.get_untracked().map(|it| it.groups).unwrap_or_default();
            let rev = rev.to_string();
            let (title, who) = base.get_value();
            let values = [("title", title.as_str()), ("who", who.as_str()), ("rev", rev.as_str()), ("digest", digest.as_str()), ("file", name.as_str())];
            let (subject, body) = (ui.fill("hand.subject", &values), ui.fill("hand.body", &values));
            let media_type = if extension.ends_with("zip") { "application/zip" } else { "application/json" };
            let file = eml::File { name: &name, media_type, bytes: &bytes };
            let mail = eml::Mail { to: &to, cc: &[], subject: &subject, body: &body, date: &clock::utc(), files: &[file] };
            files::download(eml::write(&mail).as_bytes(), &name_of(".eml"), "message/rfc822");
            ui.notice.try_set(ui.t("hand.mail_saved").into());
        });
    };
    let total: u64 = attachments.with_value(|all| all.iter().map(|it| it.size).sum());
    let paper = move || {
        let info = info.get()?;
        let mark = PaperMark::Signed { digest_groups: info.groups, footer: info.footer, qr_text: info.qr, rev, kids: info.kids };
        Some(view! { <Paper ui mark /> })
    };
    view! {
        <div class="hand-over">
            <header class="bar">
                <button type="button" class="button" data-command="back" on:click=move |_| back.run(())>{ui.t("review.back")}</button>
                <span class="bar-title">{ui.t("hand.title")}</span>
            </header>
            <div class="review-body">
                {move || error.get().map(|said| view! { <p class="banner bad" role="alert">{said}</p> })}
                <section class="panel steps">
                    <p class="review-state" role="status">{ui.fill("hand.done", &[("rev", &rev.to_string())])}</p>
                    <p>{ui.t("hand.digest")}<br /><code class="digest">{move || info.get().map(|it| it.groups)}</code></p>
                    <ol>
                        <li>
                            <button type="button" class="button primary" data-command="save-bundle" on:click=on_save>{ui.t("hand.save")}</button>
                            <span class="hint">{ui.fill("hand.save_hint", &[("size", &size_words(total))])}</span>
                            {move || progress.get().map(|percent| view! { <progress max="100" value=percent.to_string()></progress> })}
                        </li>
                        <li>
                            <button type="button" class="button" data-command="print-signed" on:click=move |_| print()>{ui.t("hand.print")}</button>
                            <span class="hint">{ui.t("hand.print_hint")}</span>
                        </li>
                        <li>
                            <label for="recipients">{ui.t("hand.recipients")}</label>
                            <input id="recipients" type="text" class="boxed" prop:value=recipients on:input=move |event| recipients.set(event_target_value(&event)) />
                            <button type="button" class="button" data-command="mail" on:click=on_mail>{ui.t("hand.mail")}</button>
                            <span class="hint">{ui.t("hand.mail_hint")}</span>
                        </li>
                    </ol>
                    <p class="hint">{ui.t("hand.next")}</p>
                </section>
                {paper}
            </div>
        </div>
    }
    .into_any()
}

/// Opens the browser's print dialog; the style sheet leaves only the paper.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

impl Ui {
    /// Why signing did not work, in words; the name of an unknown fault behind them.
    pub fn signing_words(self, error: &SigningError) -> String {
        let said = self.t(&error.key());
        if said == "?" { format!("{} ({})", self.t("signing.failed"), error.0) } else { self.fill(&error.key(), &[("detail", &error.0)]) }
    }
}
