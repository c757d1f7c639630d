//! A signed file, opened: its verdict, whose it is, what was signed, and how the conditions stand.

use super::app::{AppState, Screen};
use super::filling;
use super::paper::{Paper, PaperMark};
use super::review::{conditions, lifted};
use super::session::FillSession;
use super::signing::{self, PaperInfo};
use super::ui::Ui;
use super::{clock, random};
use crate::engine::answers::AnswerPath;
use crate::engine::bundle::paper as digests;
use crate::engine::drafts::payload::from_payload;
use crate::engine::value::json::Json;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The kinds of file a reader may expect; the name of a file never decides.
const KINDS: [&str; 2] = ["application", "part"];

/// The screen of a signed file.
#[component]
pub fn Verify(app: AppState) -> impl IntoView {
    let Some(file) = app.to_verify.try_with_value(Clone::clone).flatten() else {
        return view! { <p></p> }.into_any();
    };
    let report: RwSignal<Option<Json>> = RwSignal::new(None);
    let failed: RwSignal<Option<String>> = RwSignal::new(None);
    let paper = RwSignal::new(String::new());
    let expect = RwSignal::new(KINDS[0]);
    let name = file.name();
    let file = StoredValue::new_local(file);
    let run = move || {
        report.set(None);
        failed.set(None);
        let mut policy = vec![("expect", Json::text(expect.get_untracked())), ("now", Json::Int((clock::now() / 1000.0) as i64))];
        let typed = paper.get_untracked();
        if !typed.trim().is_empty() {
            policy.push(("paper", Json::text(typed.trim())));
        }
        let policy = Json::object(policy);
        spawn_local(async move {
            let Some(file) = file.try_with_value(Clone::clone) else { return };
            match signing::verify(&file, &file.name(), &policy).await {
                Ok(found) => {
                    report.try_set(Some(found));
                }
                Err(error) => {
                    failed.try_set(Some(app.fill("verify.failed", &[("why", &error.0)])));
                }
            }
        });
    };
    run();
    let shown = move || match report.get() {
        Some(report) => view! { <Report app report /> }.into_any(),
        None if failed.get().is_none() => view! { <p role="status">{app.t("verify.busy")}</p> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <div class="verify">
            <header class="bar">
                <button type="button" class="button plain home" data-command="home" on:click=move |_| app.screen.set(Screen::Start)>"‹ "{app.t("bar.home")}</button>
                <span class="bar-title">{app.t("verify.title")}" · "{name}</span>
            </header>
            <div class="review-body">
                <section class="panel">
                    <label for="verify-paper">{app.t("verify.paper")}</label>
                    <input id="verify-paper" type="text" class="boxed" prop:value=paper on:change=move |event| {
                        paper.set(event_target_value(&event));
                        run();
                    } />
                    <p class="hint">{app.t("verify.paper_hint")}</p>
                    <label for="verify-kind">{app.t("verify.kind")}</label>
                    <span class="select boxed-select">
                        <select id="verify-kind" on:change=move |event| {
                            let chosen = event_target_value(&event);
                            if let Some(kind) = KINDS.iter().find(|it| **it == chosen) {
                                expect.set(kind);
                                run();
                            }
                        }>
                            <option value="application">{app.t("verify.application")}</option>
                            <option value="part">{app.t("verify.part")}</option>
                        </select>
                    </span>
                </section>
                {move || failed.get().map(|said| view! { <p class="banner bad" role="alert">{said}</p> })}
                {shown}
            </div>
        </div>
    }
    .into_any()
}

fn text<'a>(json: &'a Json, path: &[&str]) -> &'a str {
    let found = path.iter().try_fold(json, |json, name| json.get(name));
    found.and_then(Json::as_text).unwrap_or_default()
}

/// What the verification found. Everything shown of the file comes from the verified bytes, as text.
#[component]
fn Report(app: AppState, report: Json) -> impl IntoView {
    let verdict = text(&report, &["verdict"]).to_string();
    let error = text(&report, &["error"]).to_string();
    let name = if error.is_empty() { &verdict } else { &error };
    let said = app.t(&format!("bundle.{name}"));
    let place = text(&report, &["place"]).to_string();
    let class = match verdict.as_str() {
        "" => "verdict fails",
        it if it.starts_with("AUTHENTIC") => "verdict holds",
        _ => "verdict open",
    };
    let name = name.clone();
    let code = name.clone();
    let warnings = report.get("warnings").and_then(Json::as_list).unwrap_or_default().iter().map(|it| {
        view! { <li>{app.t(&format!("bundle.{}", text(it, &["warning"])))}</li> }
    });
    let warnings = warnings.collect_view();
    // Nothing of a file that failed is shown as if it were true.
    let statements: Vec<Json> = match error.is_empty() {
        true => report.get("statements").and_then(Json::as_list).unwrap_or_default().to_vec(),
        false => Vec::new(),
    };
    let heads = statements.iter().map(|it| {
        let digest = text(it, &["payload_sha256"]);
        let groups = digests::read_digest(digest).map(|digest| digests::groups(&digest)).unwrap_or_default();
        let keys = it.get("keys").and_then(Json::as_list).unwrap_or_default().iter();
        let kids: Vec<String> = keys.map(|key| text(key, &["kid"]).to_string()).collect();
        let rev = it.get("payload").and_then(|it| it.get("doc")?.get("rev")?.as_int()).unwrap_or_default();
        let created = match text(it, &["payload", "doc", "created"]) {
            "" => text(it, &["payload", "created"]),
            it => it,
        };
        view! {
            <li>
                <strong>{app.fill("verify.claims", &[("org", text(it, &["payload", "signer", "org"])), ("role", text(it, &["payload", "signer", "role"]))])}</strong>
                <p>{app.fill("verify.when", &[("rev", &rev.to_string()), ("time", created)])}</p>
                <p>{app.t("hand.digest")}<br /><code class="digest">{groups}</code></p>
                <p class="quiet">{app.t("verify.keys")}" "{kids.join(" ")}</p>
            </li>
        }
    });
    let heads = heads.collect_view();
    let content = statements.first().cloned().map(|statement| view! { <Content app statement /> });
    view! {
        <section class=class role="status" data-verdict=name>
            <p class="verdict-words">{said}</p>
            <p class="quiet">{code}" "{place}</p>
            {(!error.is_empty()).then(|| view! { <p>{app.t("verify.refused")}</p> })}
        </section>
        <ul class="warnings">{warnings}</ul>
        <section class="panel"><ul class="statements">{heads}</ul></section>
        {content}
    }
}

/// The answers that were signed, with the conditions worked out anew.
#[component]
fn Content(app: AppState, statement: Json) -> impl IntoView {
    let payload = statement.get("payload").cloned().unwrap_or(Json::Null);
    let (id, digest) = (text(&payload, &["form", "id"]), text(&payload, &["form", "sha256"]));
    let table = filling::table(id).filter(|table| table.digest == digest);
    let Some(table) = table else {
        return view! { <p class="banner">{app.fill("verify.no_table", &[("table", id)])}</p> }.into_any();
    };
    let Some(read) = from_payload(&payload, &table.definition, &filling::identity_of(&table)) else {
        return view! { <p class="banner bad">{app.t("verify.unreadable")}</p> }.into_any();
    };
    let rev = read.document.document.rev;
    let session = FillSession::new(table, read.document, Box::new(|| random::id().into()));
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
    };
    let digest = digests::read_digest(text(&statement, &["payload_sha256"]));
    let keys = statement.get("keys").and_then(Json::as_list).unwrap_or_default().iter();
    let info = PaperInfo {
        groups: digest.as_ref().map(digests::groups).unwrap_or_default(),
        footer: digest.as_ref().map(digests::footer).unwrap_or_default(),
        kids: keys.map(|key| text(key, &["kid"]).to_string()).collect(),
        ..PaperInfo::default()
    };
    let mark = PaperMark::Signed { digest_groups: info.groups, footer: info.footer, qr_text: info.qr, rev, kids: info.kids };
    view! {
        {lifted(ui)}
        {conditions(ui)}
        <Paper ui mark />
    }
    .into_any()
}
