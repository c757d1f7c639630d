//! A signed file, opened: its verdict, whose it is, what was signed, and how the conditions stand.

use super::app::{AppState, Mode, Screen};
use super::start::alert;
use super::dom::{Child, El, command, el, live};
use super::open;
use super::paper::{PaperMark, paper};
use super::review::{conditions, lifted};
use super::session::FillSession;
use super::signing::{self, PaperInfo};
use super::ui::Ui;
use super::{clock, files, random};
use crate::engine::answers::{AnswerPath, TableIdentity};
use crate::engine::bundle::paper as digests;
use crate::engine::definition::CheckedDefinition;
use crate::engine::drafts::payload::from_payload;
use crate::engine::value::json::{self, Json};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// The kinds of file a reader may expect; the name of a file never decides.
const KINDS: [&str; 2] = ["application", "part"];

/// The screen of a signed file.
pub fn verify(app: AppState) -> El {
    let Some(file) = app.to_verify.try_with_value(Clone::clone).flatten() else { return choose(app) };
    let found: RwSignal<Option<Json>> = RwSignal::new(None);
    let failed: RwSignal<Option<String>> = RwSignal::new(None);
    let typed = RwSignal::new(String::new());
    let expect = RwSignal::new(KINDS[0]);
    let (role, recipient) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let trust: RwSignal<Option<(String, Json)>> = RwSignal::new(None);
    let name = file.name();
    let file = StoredValue::new_local(file);
    let run = move || {
        found.set(None);
        failed.set(None);
        let mut policy = vec![("expect", Json::text(expect.get_untracked())), ("now", Json::Int((clock::now() / 1000.0) as i64))];
        let typed = typed.get_untracked();
        if !typed.trim().is_empty() {
            policy.push(("paper", Json::text(typed.trim())));
        }
        if let Some((_, list)) = trust.get_untracked() {
            policy.push(("trust", list));
        }
        let (role, recipient) = (role.get_untracked(), recipient.get_untracked());
        if !role.trim().is_empty() {
            policy.push(("required_roles", Json::List(vec![Json::text(role.trim())])));
        }
        if !recipient.trim().is_empty() {
            policy.push(("recipient", Json::text(recipient.trim())));
        }
        let policy = Json::object(policy);
        spawn_local(async move {
            let Some(file) = file.try_with_value(Clone::clone) else { return };
            match signing::verify(&file, &file.name(), &policy).await {
                Ok(report) => {
                    found.try_set(Some(report));
                }
                Err(error) => {
                    failed.try_set(Some(app.fill("verify.failed", &[("why", &error.0)])));
                }
            }
        });
    };
    run();
    let bar = el("header", "bar")
        .attr("part", "bar")
        .add(way_back(app))
        .add(el("span", "bar-title").text(app.t("verify.title")).text(" · ").text(&name));
    let digest = el("input", "boxed").attr("id", "verify-paper").attr("type", "text").live_value(move || typed.get());
    let input = digest.clone();
    let digest = digest.on("change", move |_| {
        typed.set(input.input().value());
        run();
    });
    let kind = el("select", "")
        .attr("id", "verify-kind")
        .add(el("option", "").attr("value", "application").text(app.t("verify.application")))
        .add(el("option", "").attr("value", "part").text(app.t("verify.part")));
    let select = kind.clone();
    let kind = kind.on("change", move |_| {
        let chosen = select.input().value();
        if let Some(kind) = KINDS.iter().find(|it| **it == chosen) {
            expect.set(kind);
            run();
        }
    });
    let asked = el("section", "panel")
        .add(el("label", "").attr("for", "verify-paper").text(app.t("verify.paper")))
        .add(digest)
        .add(el("p", "hint").text(app.t("verify.paper_hint")))
        .add(el("label", "").attr("for", "verify-kind").text(app.t("verify.kind")))
        .add(el("span", "select boxed-select").add(kind));
    let body = el("div", "review-body")
        .add(asked)
        .add(office_checks(app, Asked { trust, role, recipient, failed }, Callback::new(move |()| run())))
        .live(move || failed.get().map(|said| el("p", "banner bad").attr("role", "alert").text(&said)))
        .live(move || match found.get() {
            // What is read while the report is built does not build it anew.
            Some(found) => untrack(|| report(app, &found)),
            None if failed.get().is_none() => el("p", "").attr("role", "status").text(app.t("verify.busy")).into(),
            None => Child::none(),
        });
    el("div", "verify").add(bar).add(body)
}

/// Back to where files are chosen.
fn way_back(app: AppState) -> El {
    if app.mode.get_value() == Mode::Verify {
        return command("button", "open-file", app.t("start.open_file")).on_click(move || {
            app.to_verify.set_value(None);
            app.screen.set(Screen::Verify);
        });
    }
    let home = command("button plain home", "home", "‹ ").text(app.t("bar.home"));
    home.on_click(move || app.screen.set(Screen::Start))
}

/// Where no file is open yet.
fn choose(app: AppState) -> El {
    let picker = el("input", "picker").attr("type", "file").attr("data-input", "bundle").attr("accept", ".json,.zip");
    let input = picker.clone();
    let picker = picker.on("change", move |_| {
        if let Some(file) = files::chosen_files(input.input()).into_iter().next() {
            app.to_verify.set_value(Some(file));
            app.screen.set(Screen::Verify);
        }
    });
    let choose = el("label", "button primary").text(app.t("start.open_file")).add(picker);
    let panel = el("section", "panel").add(el("p", "").text(app.t("verify.choose"))).add(el("p", "").add(choose));
    let bar = el("header", "bar").attr("part", "bar").add(el("span", "bar-title").text(app.t("verify.title")));
    el("div", "verify").add(bar).add(el("div", "review-body").live(move || app.message.get().map(|said| alert(&said))).add(panel))
}

/// What an office may ask of a file beside that it is whole.
#[derive(Clone, Copy)]
struct Asked {
    trust: RwSignal<Option<(String, Json)>>,
    role: RwSignal<String>,
    recipient: RwSignal<String>,
    failed: RwSignal<Option<String>>,
}

/// Largest list of keys that is read, in bytes.
const TRUST_MAX: f64 = 1_048_576.0;

/// The list of known keys, the role that must have signed, the office that it must be addressed to.
fn office_checks(app: AppState, asked: Asked, run: Callback<()>) -> El {
    let picker = el("input", "picker").attr("type", "file").attr("data-input", "trust").attr("accept", ".json");
    let input = picker.clone();
    let picker = picker.on("change", move |_| {
        let Some(file) = files::chosen_files(input.input()).into_iter().next() else { return };
        spawn_local(async move {
            let bytes = files::read_bytes(&file, TRUST_MAX).await.unwrap_or_default();
            match json::parse(&bytes, 24) {
                Ok(list) => {
                    asked.trust.try_set(Some((file.name(), list)));
                    run.run(());
                }
                Err(_) => {
                    asked.failed.try_set(Some(app.fill("verify.bad_trust", &[("name", &file.name())])));
                }
            }
        });
    });
    let line = |id: &'static str, words: &str, typed: RwSignal<String>| {
        let it = el("input", "boxed").attr("id", id).attr("type", "text").live_value(move || typed.get());
        let input = it.clone();
        let it = it.on("change", move |_| {
            typed.set(input.input().value());
            run.run(());
        });
        vec![el("label", "").attr("for", id).text(app.t(words)), it]
    };
    el("details", "panel")
        .add(el("summary", "").text(app.t("verify.more")))
        .add(el("p", "").add(el("label", "button").text(app.t("verify.trust")).add(picker)).text(" ").add(
            el("span", "quiet").live_text(move || asked.trust.get().map(|it| it.0).unwrap_or_default()),
        ))
        .add(el("p", "hint").text(app.t("verify.trust_hint")))
        .add_all(line("verify-role", "verify.role", asked.role))
        .add_all(line("verify-recipient", "verify.recipient", asked.recipient))
}

fn text<'a>(json: &'a Json, path: &[&str]) -> &'a str {
    let found = path.iter().try_fold(json, |json, name| json.get(name));
    found.and_then(Json::as_text).unwrap_or_default()
}

/// What the verification found. Everything shown of the file comes from the verified bytes, as text.
fn report(app: AppState, report: &Json) -> Child {
    let verdict = text(report, &["verdict"]);
    let error = text(report, &["error"]);
    let name = if error.is_empty() { verdict } else { error };
    let class = match verdict {
        "" => "verdict fails",
        it if it.starts_with("AUTHENTIC") => "verdict holds",
        _ => "verdict open",
    };
    let warnings = report.get("warnings").and_then(Json::as_list).unwrap_or_default().iter();
    let warnings = warnings.map(|it| el("li", "").text(app.t(&format!("bundle.{}", text(it, &["warning"])))));
    // Nothing of a file that failed is shown as if it were true.
    let statements = match error.is_empty() {
        true => report.get("statements").and_then(Json::as_list).unwrap_or_default(),
        false => &[],
    };
    let words = el("section", class)
        .attr("role", "status")
        .attr("data-verdict", name)
        .add(el("p", "verdict-words").text(app.t(&format!("bundle.{name}"))))
        .add(el("p", "quiet").text(name).text(" ").text(text(report, &["place"])))
        .add((!error.is_empty()).then(|| el("p", "").text(app.t("verify.refused"))));
    let heads = el("ul", "statements").add_all(statements.iter().map(|it| head(app, it)));
    let parts: Vec<Child> = vec![
        words.into(),
        el("ul", "warnings").add_all(warnings).into(),
        el("section", "panel").add(heads).into(),
        statements.first().map(|statement| content(app, statement)).into(),
    ];
    parts.into()
}

/// Who signed a statement, when and with which keys.
fn head(app: AppState, statement: &Json) -> El {
    let digest = text(statement, &["payload_sha256"]);
    let groups = digests::read_digest(digest).map(|digest| digests::groups(&digest)).unwrap_or_default();
    let rev = statement.get("payload").and_then(|it| it.get("doc")?.get("rev")?.as_int()).unwrap_or_default();
    let created = match text(statement, &["payload", "doc", "created"]) {
        "" => text(statement, &["payload", "created"]),
        it => it,
    };
    let (org, role) = (text(statement, &["payload", "signer", "org"]), text(statement, &["payload", "signer", "role"]));
    el("li", "")
        .add(el("strong", "").text(&app.fill("verify.claims", &[("org", org), ("role", role)])))
        .add(el("p", "").text(&app.fill("verify.when", &[("rev", &rev.to_string()), ("time", created)])))
        .add(el("p", "").text(app.t("hand.digest")).add(el("br", "")).add(el("code", "digest").text(&groups)))
        .add(el("p", "quiet").text(app.t("verify.keys")).text(" ").text(&kids(statement).join(" ")))
}

/// Thumbprints of the keys that signed a statement.
fn kids(statement: &Json) -> Vec<String> {
    let keys = statement.get("keys").and_then(Json::as_list).unwrap_or_default().iter();
    keys.map(|key| text(key, &["kid"]).to_string()).collect()
}

/// The answers that were signed, with the conditions worked out anew.
fn content(app: AppState, statement: &Json) -> Child {
    let payload = statement.get("payload").cloned().unwrap_or(Json::Null);
    let form = |name: &str| text(&payload, &["form", name]).to_string();
    let identity = TableIdentity { id: form("id"), version: form("version"), sha256: form("sha256") };
    let (statement, id) = (statement.clone(), identity.id.clone());
    let table: RwSignal<Option<Option<Arc<CheckedDefinition>>>> = RwSignal::new(None);
    spawn_local(async move {
        table.try_set(Some(open::definition(app, &identity).await));
    });
    live(move || match table.get() {
        None => Child::none(),
        Some(None) => el("p", "banner").text(&app.fill("verify.no_table", &[("table", &id)])).into(),
        Some(Some(table)) => untrack(|| answers(app, table, &statement, &payload)),
    })
}

/// The answers on paper.
fn answers(app: AppState, table: Arc<CheckedDefinition>, statement: &Json, payload: &Json) -> Child {
    let Some(read) = from_payload(payload, &table.definition, &open::identity_of(&table)) else {
        return el("p", "banner bad").text(app.t("verify.unreadable")).into();
    };
    let rev = read.document.document.rev;
    let session = FillSession::new(table, read.document, Box::new(|| random::id().into()));
    session.judge();
    session.read_only().set(true);
    let ui = Ui {
        session,
        language: app.language.get_untracked(),
        place: RwSignal::new(AnswerPath::part("")),
        focus: RwSignal::new(None),
        notice: RwSignal::new(String::new()),
        root: app.root,
        store: app.store,
        uploads: RwSignal::new(Vec::new()),
        mail_limit: app.mail_limit,
        mail_to: app.mail_to,
    };
    let digest = digests::read_digest(text(statement, &["payload_sha256"]));
    let info = PaperInfo {
        groups: digest.as_ref().map(digests::groups).unwrap_or_default(),
        footer: digest.as_ref().map(digests::footer).unwrap_or_default(),
        kids: kids(statement),
        ..PaperInfo::default()
    };
    let mark = PaperMark::Signed { digest_groups: info.groups, footer: info.footer, qr_text: info.qr, rev, kids: info.kids };
    let parts: Vec<Child> = vec![lifted(ui).into(), conditions(ui).into(), paper(ui, mark).into()];
    parts.into()
}
