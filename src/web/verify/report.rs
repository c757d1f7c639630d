//! What the verification of a signed file found: its verdict, who says what, and what was signed.

use super::Shown;
use crate::engine::answers::{AnswerPath, Attachment, Kept, Signed, TableIdentity};
use crate::engine::bundle::attachment;
use crate::engine::bundle::paper as digests;
use crate::engine::definition::CheckedDefinition;
use crate::engine::drafts::payload::from_payload;
use crate::engine::value::json::Json;
use crate::engine::value::text::visible;
use crate::web::app::AppState;
use crate::web::attach::file_words;
use crate::web::countersign::{Joined, Waiting, countersign};
use crate::web::dom::{Child, El, command, el, live};
use crate::web::form::notice_line;
use crate::web::hand_over::{Steps, signed_name, steps};
use crate::web::paper::{PaperMark, paper, qr_text};
use crate::web::review::{self, conditions, lifted};
use crate::web::session::FillSession;
use crate::web::signing::{self, texts};
use crate::web::ui::{Ui, is_error, print};
use crate::web::{files, open, random};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// The table of a file: not looked for yet, not had, or had.
type Table = RwSignal<Option<Option<Arc<CheckedDefinition>>>>;

fn text<'a>(json: &'a Json, path: &[&str]) -> &'a str {
    let found = path.iter().try_fold(json, |json, name| json.get(name));
    found.and_then(Json::as_text).unwrap_or_default()
}

/// The error of a key that the list does not have yet. That is the rule with a city that writes for the first time: what
/// the file says of itself is shown, to be compared with the sealed paper.
const NEW_KEY: &str = "E_KEY_UNTRUSTED";

/// One signature of two: in order but for what another office has yet to do, or has been deprived of.
fn awaited(report: &Json) -> Option<&Json> {
    report.get("awaited").filter(|it| it.as_object().is_some())
}

/// The verdict in a sentence, and what else should be looked at.
pub fn verdict(app: AppState, report: &Json) -> Child {
    let (verdict, error) = (text(report, &["verdict"]), text(report, &["error"]));
    let name = if error.is_empty() { verdict } else { error };
    let said = match awaited(report) {
        Some(awaited) => awaits_words(app, awaited),
        None => app.t(&format!("bundle.{name}")).to_string(),
    };
    let is_open = awaited(report).is_some() || error == NEW_KEY;
    let class = match verdict {
        "" if !is_open => "verdict fails",
        it if it.starts_with("AUTHENTIC") => "verdict holds",
        _ => "verdict open",
    };
    let warnings = report.get("warnings").and_then(Json::as_list).unwrap_or_default().iter();
    let warnings = warnings.map(|it| el("li", "").text(app.t(&format!("bundle.{}", text(it, &["warning"])))));
    let words = el("section", class)
        .attr("role", "status")
        .attr("data-verdict", name)
        .add(el("p", "verdict-words").text(&said))
        .add(el("p", "quiet").text(name).text(" ").text(&visible(text(report, &["place"]))))
        .add((!error.is_empty() && !is_open).then(|| el("p", "").text(app.t("verify.refused"))));
    vec![words, el("ul", "warnings").add_all(warnings)].into()
}

/// Who says what, and what was signed. Everything shown of the file comes from the verified bytes, as text.
pub fn report(shown: &Rc<Shown>, report: &Json) -> Child {
    let app = shown.app;
    let error = text(report, &["error"]);
    let all = report.get("statements").and_then(Json::as_list).unwrap_or_default();
    let awaited = awaited(report);
    // Nothing of a file that failed is shown as if it were true.
    let statements = match awaited.and_then(|it| it.get("statement")) {
        Some(statement) => std::slice::from_ref(statement),
        None if error.is_empty() => all,
        None => &[],
    };
    let claims = if error == NEW_KEY { all } else { &[] };
    let claimed = (!claims.is_empty()).then(|| el("p", "hint").text(app.t("verify.claimed")));
    // The table they were made with, once that is known.
    let table: Table = RwSignal::new(None);
    let mut heads = statements.iter().chain(claims).map(|it| head(app, it, table)).peekable();
    let has_heads = heads.peek().is_some();
    let heads = el("ul", "statements").add_all(heads);
    vec![
        has_heads.then(|| el("section", "panel").add(claimed).add(heads)).into(),
        content(shown, statements, table, awaited.map(|it| texts(it, "kids"))),
    ]
    .into()
}

/// How many of the named keys have signed.
fn awaits_words(app: AppState, awaited: &Json) -> String {
    let n_missing = texts(awaited, "kids").len();
    let n_signed = awaited.get("statement").map(kids).unwrap_or_default().len();
    app.fill("verify.awaits", &[("signed", &n_signed.to_string()), ("n", &(n_signed + n_missing).to_string())])
}

/// Who signed a statement, when and with which keys.
fn head(app: AppState, statement: &Json, table: Table) -> El {
    let digest = text(statement, &["payload_sha256"]);
    let groups = digests::read_digest(digest).map(|digest| digests::groups(&digest)).unwrap_or_default();
    let payload = statement.get("payload").unwrap_or(&Json::Null);
    let rev = |of: &str| payload.get(of).and_then(|it| it.get("rev")?.as_int());
    // An opinion has no revision of its own.
    let when = if rev("doc").is_some() { "verify.when" } else { "verify.when_subject" };
    let rev = rev("doc").or_else(|| rev("subject")).unwrap_or_default();
    let created = match text(statement, &["payload", "doc", "created"]) {
        "" => text(statement, &["payload", "created"]),
        it => it,
    };
    // Like every other time that is shown, by this computer's clock and time zone.
    let ms = js_sys::Date::parse(created);
    let created = if ms.is_nan() { created.to_string() } else { app.moment(ms) };
    let signer = |name: &str| visible(text(statement, &["payload", "signer", name]));
    let (mut org, role) = (signer("org"), signer("role"));
    if org.trim().is_empty() {
        org = app.t("verify.no_org").into();
    }
    let claims = move || {
        let table = table.get().flatten();
        let office = table.as_ref().and_then(|it| it.definition.office(&role));
        let role = office.map_or(role.as_str(), |it| it.label.get(app.tag()));
        app.fill("verify.claims", &[("org", &org), ("role", role)])
    };
    let keys = statement.get("keys").and_then(Json::as_list).unwrap_or_default();
    let n_keys = keys.len();
    // Whose a key is stands in the list of known keys alone: the statement does not say which office has which.
    let key = |it: &Json| {
        let known = text(it, &["trusted_org"]);
        el("li", "").add(el("code", "").text(text(it, &["kid"]))).text(" ").text(known)
    };
    el("li", "")
        .add(el("strong", "").live_text(claims))
        .add_all(opinion(app, statement))
        .add(el("p", "").text(&app.fill(when, &[("rev", &rev.to_string()), ("time", &created)])))
        .add(el("p", "").text(app.t("hand.digest")).add(el("br", "")).add(el("code", "digest").text(&groups)))
        .add((n_keys > 1).then(|| el("p", "").text(&app.fill("verify.joint", &[("n", &n_keys.to_string())]))))
        .add(el("p", "quiet").text(app.t("verify.keys")))
        .add(el("ul", "kids").add_all(keys.iter().map(key)))
}

/// What an office says of the application that it was sent: its decision comes first.
fn opinion(app: AppState, statement: &Json) -> Vec<El> {
    let payload = |name: &str| text(statement, &["payload", name]);
    let (words, class) = match payload("decision") {
        "recommend" => ("verify.recommend", "decision holds"),
        "return" => ("verify.return", "decision fails"),
        "reject" => ("verify.reject", "decision fails"),
        _ => return Vec::new(),
    };
    let mut said = vec![el("p", class).attr("data-decision", payload("decision")).text(app.t(words))];
    let opinion = visible(payload("opinion"));
    if !opinion.trim().is_empty() {
        said.push(el("p", "opinion").text(app.t("verify.opinion")).text(&opinion));
    }
    let remarks = statement.get("payload").and_then(|it| it.get("remarks")?.as_list()).unwrap_or_default();
    let remarks = remarks.iter().map(|it| {
        el("li", "").add(el("span", "quiet").text(&visible(text(it, &["path"])))).text(" ").text(&visible(text(it, &["text"])))
    });
    said.push(el("ul", "remarks").add_all(remarks));
    said
}

/// Thumbprints of the keys that signed a statement.
fn kids(statement: &Json) -> Vec<String> {
    let keys = statement.get("keys").and_then(Json::as_list).unwrap_or_default().iter();
    keys.map(|key| text(key, &["kid"]).to_string()).collect()
}

/// The answers that were signed, with the conditions worked out anew, and the files. `awaited` are the keys that have yet
/// to sign.
fn content(shown: &Rc<Shown>, statements: &[Json], table: Table, awaited: Option<Vec<String>>) -> Child {
    let (app, shown) = (shown.app, shown.clone());
    let Some(statement) = statements.first().cloned() else { return Child::none() };
    let payload = statement.get("payload").cloned().unwrap_or(Json::Null);
    let form = |name: &str| text(&payload, &["form", name]).to_string();
    let identity = TableIdentity { id: form("id"), version: form("version"), sha256: form("sha256") };
    let id = identity.id.clone();
    spawn_local(async move {
        table.try_set(Some(open::definition(app, &identity).await));
    });
    let notice = RwSignal::new(String::new());
    // An opinion may bring files as well.
    let declared = statements.iter().filter_map(|it| it.get("payload")).flat_map(signing::declared_in).collect();
    let files = attached(&shown, notice, declared);
    let answers = live(move || match table.get() {
        None => Child::from(files.clone()),
        Some(None) => vec![el("p", "banner").text(&app.fill("verify.no_table", &[("table", &id)])).into(), Child::from(files.clone())].into(),
        Some(Some(table)) => untrack(|| answers(&shown, notice, table, &statement, &payload, awaited.as_deref(), files.clone())),
    });
    vec![answers, notice_line(notice).into()].into()
}

/// How the conditions stand, the files, the answers on paper, and what is to be done with them: add a signature, hand the
/// file on, or print.
fn answers(
    shown: &Rc<Shown>,
    notice: RwSignal<String>,
    table: Arc<CheckedDefinition>,
    statement: &Json,
    payload: &Json,
    awaited: Option<&[String]>,
    files: Option<El>,
) -> Child {
    let app = shown.app;
    let Some(read) = from_payload(payload, &table.definition, &open::identity_of(&table)) else {
        return vec![el("p", "banner bad").text(app.t("verify.unreadable")).into(), Child::from(files)].into();
    };
    let (n_unread, kept) = (read.problems.len(), read.document.kept.clone());
    let rev = read.document.document.rev;
    let session = FillSession::new(table, read.document, Box::new(|| random::id().into()));
    session.judge();
    session.read_only().set(true);
    let ui = Ui {
        session,
        language: app.tag(),
        place: RwSignal::new(AnswerPath::part("")),
        focus: RwSignal::new(None),
        notice,
        root: app.root,
        store: app.store,
        uploads: RwSignal::new(Vec::new()),
        mail_limit: app.mail_limit,
        mail_to: app.mail_to,
        saving: Signal::derive(|| (String::new(), true)),
        is_barred: Signal::derive(|| false),
    };
    let digest = digests::read_digest(text(statement, &["payload_sha256"]));
    let mark = PaperMark::Signed {
        digest_groups: digest.as_ref().map(digests::groups).unwrap_or_default(),
        footer: digest.as_ref().map(digests::footer).unwrap_or_default(),
        // As it did on those that were printed when it was signed.
        qr_text: kids(statement).first().and_then(|kid| qr_text(payload, text(statement, &["payload_sha256"]), kid)).unwrap_or_default(),
        rev,
        kids: kids(statement),
    };
    let joined = shown.joined.borrow().clone();
    let (head, sheets): (Child, Child) = match (awaited, joined) {
        (Some(awaited), _) => {
            let (file, policy) = (shown.opened)();
            let waiting = Waiting { file, policy, signed: kids(statement), awaited: awaited.to_vec() };
            let shown = shown.clone();
            let on_joined = move |it: Joined| {
                // Nobody waits for it any more.
                if ui.session.is_gone() {
                    return;
                }
                let name = signed_name(ui, rev, false)(it.extension);
                if let Ok(whole) = web_sys::File::new_with_blob_sequence(&js_sys::Array::of1(&it.file), &name) {
                    shown.joined.replace(Some(it));
                    (shown.go_on)(whole);
                }
            };
            (countersign(ui, waiting, Rc::new(on_joined)).into(), paper(ui, mark).into())
        }
        (None, Some(joined)) => {
            let payload = text(statement, &["payload_sha256"]).to_string();
            let signed = Signed { rev, payload, statement: joined.statement, awaits: false };
            let Steps { panel, sheets } = steps(ui, signed, Some((joined.file, signed_name(ui, rev, false)(joined.extension))));
            (panel.into(), sheets)
        }
        (None, None) => {
            let print = command("button", "print", app.t("bar.print_now")).on_click(move || print(app.root));
            (el("p", "sign-line").add(print).into(), paper(ui, mark).into())
        }
    };
    // What the table has no room for is not judged, and what is judged without it would not be what was signed.
    let judged: Vec<Child> = if n_unread > 0 {
        vec![unread(app, n_unread, &kept).into()]
    } else {
        let (wrong, warnings): (Vec<_>, Vec<_>) = ui.session.violations().into_iter().filter(|it| !it.overridden).partition(is_error);
        let n_wrong = wrong.len();
        vec![
            lifted(ui).into(),
            review::list(ui, None, &app.fill("verify.wrong", &[("n", &n_wrong.to_string())]), "review-list bad", wrong).into(),
            review::list(ui, None, &app.fill("verify.warned", &[("n", &warnings.len().to_string())]), "review-list", warnings).into(),
            review::limits(ui).into(),
            conditions(ui).flag("open", n_wrong > 0).into(),
        ]
    };
    // Conditions that are met by a reason come before everything else.
    let parts: Vec<Child> = vec![judged.into(), files.into(), head, sheets];
    parts.into()
}

/// Signed content that the table has no room for.
fn unread(app: AppState, n: usize, kept: &[Kept]) -> El {
    /// More are only counted.
    const SHOWN: usize = 50;
    let items = kept.iter().take(SHOWN).map(|it| {
        let shown: String = visible(&it.shown).chars().take(500).collect();
        el("li", "").add(el("strong", "").text(&visible(&it.label))).text(" ").text(&shown)
    });
    el("section", "banner bad unread")
        .add(el("p", "").text(&app.fill("verify.unread", &[("n", &n.to_string())])))
        .add(el("ul", "").add_all(items))
}

/// The files that were signed, to be saved one by one.
fn attached(shown: &Rc<Shown>, notice: RwSignal<String>, files: Vec<Attachment>) -> Option<El> {
    let app = shown.app;
    let items = files.iter().map(|file| {
        let (shown, file, busy) = (shown.clone(), file.clone(), RwSignal::new(false));
        let words = visible(&file_words(&file));
        let save = command("button link", "save-file", &words).attr("title", app.t("files.save")).live_flag("disabled", move || busy.get());
        el("li", "").add(save.on_click(move || {
            let (shown, file) = (shown.clone(), file.clone());
            busy.set(true);
            spawn_local(async move {
                let (bundle, policy) = (shown.opened)();
                match signing::attached(&bundle, &bundle.name(), &policy, &file.sha256).await {
                    Ok(blob) => {
                        // Macros in these are not seen by this program.
                        if attachment::media_type(&file.name).is_some_and(|it| it.first_bytes == attachment::OLE2) {
                            notice.try_set(app.fill("verify.macros", &[("name", &visible(&file.name))]));
                        }
                        files::download_file(app.root, &blob, &file.name);
                    }
                    Err(error) => drop(notice.try_set(app.fill("verify.failed", &[("why", &error.words(app.tag()))]))),
                }
                busy.try_set(false);
            });
        }))
    });
    let list = el("ul", "statements").add_all(items);
    (!files.is_empty()).then(|| el("section", "panel attached").add(el("h2", "").text(app.t("verify.files"))).add(list))
}
