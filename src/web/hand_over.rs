//! What was signed, to save, print and send; and what to do while a second office has yet to sign.

use super::attach::mail_size;
use super::dom::{Child, El, command, el, live};
use super::form::notice_line;
use super::keys::{alert, label, line};
use super::paper::{PaperMark, signed_mark, signed_paper};
use super::review::bar;
use super::signing::{self, Files, SigningError};
use super::ui::{Ui, print};
use super::{clock, files};
use crate::engine::answers::Signed;
use crate::engine::definition::RecipientKind;
use crate::engine::exchange::{eml, file_name};
use crate::engine::locale;
use crate::engine::value::date::Date;
use crate::engine::value::json::Json;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

/// A signed file of this draft, and its name.
pub async fn signed_file(ui: Ui, on_progress: &dyn Fn(u32)) -> Result<(Blob, String), SigningError> {
    let Some(signed) = ui.session.document(|document| document.signed.clone()) else { return Err(SigningError("E_NO_SIGNATURE".into())) };
    let attachments = signing::declared(&signed.statement);
    let store = ui.store();
    // Whoever waits may have left the draft before the file is made.
    let name = signed_name(ui, signed.rev, signed.awaits);
    let (blob, extension) = signing::bundle(Files::Kept(store.as_ref()), &[&signed.statement], &attachments, on_progress).await?;
    Ok((blob, name(extension)))
}

impl Ui {
    /// The same in the language that the table itself is in: what goes to the offices speaks that, whatever the screen does.
    pub fn official(self) -> Ui {
        let first = self.session.peek(|table, _| table.language().and_then(|first| locale::LANGUAGES.iter().find(|it| *it.tag == **first)));
        Ui { language: first.filter(|it| locale::has(it.tag)).map_or(self.language, |it| it.tag), ..self }
    }
}

/// The name of a file of a signed revision, by its extension: one that is not whole yet says so.
pub fn signed_name(ui: Ui, rev: u32, awaits: bool) -> impl Fn(&str) -> String {
    let ui = ui.official();
    let rev = ui.fill("start.rev", &[("rev", &rev.to_string())]);
    let (title, who) = title_and_who(ui);
    move |extension| {
        let parts = [title.as_str(), &who, &rev, ui.t("hand.awaits_name")];
        file_name(parts.get(..if awaits { 4 } else { 3 }).unwrap_or_default(), extension)
    }
}

/// The title of the table, and whose it is.
fn title_and_who(ui: Ui) -> (String, String) {
    ui.session.peek(|table, document| (ui.words(&table.definition.title), super::filling::title_of(table, document)))
}

/// "Signed: now print, seal and send", or "signed: now the other office".
pub fn hand_over(ui: Ui, back: Option<Callback<()>>) -> El {
    let changed = RwSignal::new(false);
    let inside = live(move || {
        changed.track();
        untrack(|| {
            let signed = ui.session.document(|document| document.signed.clone())?;
            let title = ui.t(if signed.awaits { "hand.awaits_title" } else { "hand.title" });
            let bar = bar(back.map(|back| (ui.t("review.back"), back)), title, Some(ui));
            let awaits = signed.awaits;
            let steps = steps(ui, signed, None);
            let body = el("div", "review-body");
            let body = if awaits { body.add(steps.panel.add_all(second_office(ui, changed, back))) } else { body.add(steps.panel).add(steps.sheets) };
            Some(vec![bar, body])
        })
    });
    el("div", "hand-over").attr("tabindex", "-1").add(inside).add(notice_line(ui.notice))
}

/// What is to be done with a signed file, and its sheets.
pub struct Steps {
    /// Save, print, send.
    pub panel: El,
    /// The sheets to print.
    pub sheets: Child,
}

/// What is to be done with what was signed. `made` is its file, with its name; without one it is made of what is kept
/// with the draft.
pub fn steps(ui: Ui, signed: Signed, made: Option<(Blob, String)>) -> Steps {
    let mark = signed_mark(&signed);
    let groups = match &mark {
        Some((_, PaperMark::Signed { digest_groups, .. })) => digest_groups.clone(),
        _ => String::new(),
    };
    let error = RwSignal::new(mark.is_none().then(|| ui.t("verify.unreadable").to_string()));
    let progress: RwSignal<Option<u32>> = RwSignal::new(None);
    let recipients = RwSignal::new(if signed.awaits { String::new() } else { ui.mail_to.get_value() });
    let bad_recipient: RwSignal<Option<String>> = RwSignal::new(None);
    let Signed { rev, statement, awaits, .. } = signed;
    // Whoever adds a signature to another office's file has no draft to change.
    let is_ours = !awaits && made.is_none();
    let total: u64 = signing::declared(&statement).iter().map(|it| it.size).sum();
    // One copy for both buttons.
    let make = move || -> Pin<Box<dyn Future<Output = Option<(Blob, String)>>>> {
        let made = made.clone();
        Box::pin(async move {
            if made.is_some() {
                return made;
            }
            progress.try_set(Some(0));
            let made = signed_file(ui, &|percent| {
                progress.try_set(Some(percent));
            })
            .await;
            progress.try_set(None);
            made.map_err(|failed| {
                error.try_set(Some(failed.words(ui.language)));
            })
            .ok()
        })
    };
    let make_mail = make.clone();
    let on_save = move || {
        let made = make();
        spawn_local(async move {
            if let Some((blob, name)) = made.await {
                files::download_file(ui.root, &blob, &name);
                ui.notice.try_set(ui.t("hand.saved").into());
            }
        });
    };
    let digest = el("code", "digest").text(&groups);
    let on_mail = move || {
        let to = match eml::parse_recipients(&recipients.get_untracked()) {
            Ok(to) => to,
            Err(entry) => {
                bad_recipient.set(Some(ui.fill("hand.bad_recipient", &[("entry", &entry)])));
                return;
            }
        };
        let made = make_mail();
        let (official, groups) = (ui.official(), groups.clone());
        let (title, who) = title_and_who(official);
        let mail_name = signed_name(ui, rev, awaits)(".eml");
        spawn_local(async move {
            let Some((blob, name)) = made.await else { return };
            let Ok(bytes) = files::read_bytes(&blob, f64::from(u32::MAX)).await else { return };
            let values = [("title", title.as_str()), ("who", who.as_str()), ("rev", &rev.to_string()), ("digest", groups.as_str()), ("file", name.as_str())];
            let (subject, body) = if awaits { ("hand.awaits_subject", "hand.awaits_body") } else { ("hand.subject", "hand.body") };
            let (subject, body) = (official.fill(subject, &values), official.fill(body, &values));
            let media_type = if name.ends_with("zip") { "application/zip" } else { "application/json" };
            let file = eml::File { name: &name, media_type, bytes: &bytes };
            let mail = eml::Mail { to: &to, cc: &[], subject: &subject, body: &body, date: &clock::utc(), files: &[file] };
            files::download(ui.root, eml::write(&mail).as_bytes(), &mail_name, "message/rfc822");
            ui.notice.try_set(ui.t("hand.mail_saved").into());
        });
    };
    let hint = |words: &str| el("span", "hint").text(words);
    let save_hint = if awaits { "hand.awaits_save" } else { "hand.save_hint" };
    let save = el("li", "")
        .add(command("button primary", "save-bundle", ui.t("hand.save")).on_click(on_save))
        .add(hint(ui.t(save_hint)))
        .add(el("span", "hint").class_if("over", mail_size(total) > ui.mail_limit.get_untracked()).text(&ui.mail_words(total)))
        .live(move || {
            progress.get().map(|percent| el("progress", "").attr("max", "100").attr("value", &percent.to_string()))
        });
    // Sheets of one signature of two would be sealed too early.
    let print = (!awaits).then(|| {
        el("li", "").add(command("button", "print-signed", ui.t("hand.print")).on_click(move || print(ui.root))).add(hint(ui.t("hand.print_hint")))
    });
    let mail = el("li", "")
        .add(label("recipients", ui.t("hand.recipients")))
        .add(line("recipients", recipients).attr("type", "text").on("input", move |_| bad_recipient.set(None)))
        .add(alert("message wrong", bad_recipient))
        .add(command("button", "mail", ui.t("hand.mail")).on_click(on_mail))
        .add(hint(ui.t("hand.mail_hint")));
    let done = ui.fill(if awaits { "hand.awaits_done" } else { "hand.done" }, &[("rev", &rev.to_string())]);
    let panel = el("section", "panel steps")
        .add(alert("banner bad", error))
        .add(el("p", "review-state").class_if("warned", awaits).attr("role", "status").text(&done))
        .add(el("p", "").text(ui.t("hand.digest")).add(el("br", "")).add(digest))
        .add(el("ol", "").add(save).add(print).add(mail))
        .add(is_ours.then(|| el("p", "hint").text(ui.t("hand.next"))))
        .add_all(if awaits { Vec::new() } else { addressed(ui) });
    let sheets = mark.filter(|_| !awaits).and_then(|(payload, mark)| signed_paper(ui, &payload, mark)).into();
    Steps { panel, sheets }
}

/// Who gets it, and what is due when, as the notice has it.
fn addressed(ui: Ui) -> Vec<Child> {
    let (to, due) = ui.session.peek(|table, document| {
        let definition = &table.definition;
        let label = |id: &str| definition.offices.iter().find(|it| *it.id == *id).map_or_else(|| id.to_string(), |it| ui.words(&it.label));
        let to: Vec<String> = definition.recipients.iter().map(|it| {
            let key = if it.kind == RecipientKind::Copy { "hand.copy_to" } else { "hand.to" };
            ui.fill(key, &[("office", &label(&it.office)), ("note", &ui.words(&it.note))])
        }).collect();
        let day = |text: &str| Date::parse_iso_day(text).map_or_else(|| text.to_string(), |it| it.to_words(ui.language));
        let due: Vec<String> = definition.reminders.iter().filter_map(|it| {
            let member = |name: &str| it.due.get(name).and_then(Json::as_text);
            let year = |name: &str| it.due.get(name).and_then(Json::as_int).unwrap_or_default().to_string();
            let when = match (member("on"), member("yearly")) {
                (Some(on), _) => {
                    let set = document.profile.get(on).map(String::as_str);
                    let own = definition.profile.iter().find(|value| *value.id == *on).map(|value| value.value.0.as_str());
                    day(set.or(own).unwrap_or(on))
                }
                (None, Some(at)) => {
                    let at = Date::parse_iso_day(&format!("{}-{at}", year("from")))?;
                    ui.fill("hand.yearly", &[("month", &at.month().to_string()), ("day", &at.day().to_string()), ("from", &year("from")), ("until", &year("until"))])
                }
                _ => return None,
            };
            Some(ui.fill("hand.due", &[("what", &ui.words(&it.label)), ("when", &when)]))
        }).collect();
        (to, due)
    });
    let list = |heading: &str, lines: Vec<String>| -> Child {
        let items = lines.iter().map(|it| el("li", "").text(it));
        (!lines.is_empty()).then(|| el("div", "addressed").add(el("h2", "").text(ui.t(heading))).add(el("ul", "").add_all(items))).into()
    };
    vec![list("hand.recipients_are", to), list("hand.reminders", due)]
}

/// What the first office waits for: the file with both signatures; or it takes its own back.
fn second_office(ui: Ui, changed: RwSignal<bool>, back: Option<Callback<()>>) -> Vec<Child> {
    let error: RwSignal<Option<String>> = RwSignal::new(None);
    let picker = el("input", "picker").attr("type", "file").attr("data-input", "joined").attr("accept", ".json,.zip");
    let input = picker.clone();
    let picker = picker.on("change", move |_| {
        let Some(file) = files::chosen_files(input.input()).into_iter().next() else { return };
        let Some(signed) = ui.session.document(|document| document.signed.clone()) else { return };
        error.set(None);
        spawn_local(async move {
            match signing::joined(&file, &file.name(), &signed.payload).await {
                Ok(_) if ui.session.is_gone() => {}
                Ok(statement) => {
                    ui.session.keep_signed(Some(Signed { statement, awaits: false, ..signed }));
                    changed.try_set(true);
                }
                Err(failed) => {
                    error.try_set(Some(failed.words(ui.language)));
                }
            }
        });
    });
    let take_back = command("button link", "take-back", ui.t("hand.take_back")).on_click(move || {
        ui.session.keep_signed(None);
        if let Some(back) = back {
            back.run(());
        }
    });
    let whole = el("p", "").add(el("label", "button").text(ui.t("hand.joined")).add(picker)).text(" ");
    vec![
        alert("banner bad", error),
        whole.add(el("span", "hint").text(ui.t("hand.joined_hint"))).into(),
        back.map(|_| el("p", "").add(take_back).add(el("span", "hint").text(ui.t("hand.take_back_hint")))).into(),
    ]
}
