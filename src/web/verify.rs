//! A signed file, opened: its verdict, whose it is, what was signed, and how the conditions stand.

use super::app::{AppState, Mode, Screen};
use super::attach::file_words;
use super::countersign::{Joined, Waiting, countersign};
use super::dom::{Child, El, command, el, live};
use super::form::notice_line;
use super::hand_over::{Steps, signed_name, steps};
use super::paper::{PaperMark, paper};
use super::review::{conditions, lifted};
use super::session::FillSession;
use super::signing::{self, texts};
use super::start::alert;
use super::tables::load;
use super::ui::{Ui, print};
use super::{clock, files, open, random};
use crate::engine::answers::{AnswerPath, Signed, TableIdentity};
use crate::engine::bundle::paper as digests;
use crate::engine::definition::CheckedDefinition;
use crate::engine::drafts::payload::from_payload;
use crate::engine::tables;
use crate::engine::value::json::{self, Json};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// The kinds of file a reader may expect; the name of a file never decides.
const KINDS: [&str; 2] = ["application", "part"];

/// Why what is typed is no fingerprint yet.
fn digest_trouble(app: AppState, typed: &str) -> Option<String> {
    if typed.is_empty() || digests::read_digest(typed).is_some() {
        return None;
    }
    let digits = digests::typed_digits(typed);
    Some(match digits.chars().enumerate().find(|(_, it)| !it.is_ascii_hexdigit()) {
        Some((at, it)) => app.fill("verify.no_digit", &[("at", &(at + 1).to_string()), ("char", &it.to_string())]),
        None => app.fill("verify.half", &[("n", &digits.len().to_string())]),
    })
}

/// The screen of a signed file.
pub fn verify(app: AppState) -> El {
    let Some(file) = app.to_verify.try_with_value(Clone::clone).flatten() else { return choose(app) };
    let found: RwSignal<Option<Json>> = RwSignal::new(None);
    let failed: RwSignal<Option<String>> = RwSignal::new(None);
    let typed = RwSignal::new(String::new());
    let half: RwSignal<Option<String>> = RwSignal::new(None);
    let expect = RwSignal::new(KINDS[0]);
    let (role, recipient) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let trust: RwSignal<Option<(String, Json)>> = RwSignal::new(None);
    let list_trouble: RwSignal<Option<String>> = RwSignal::new(None);
    // What the file was judged by, and how often: what was asked before the last change is not shown.
    let judged_by = StoredValue::new(Json::Null);
    let turn = StoredValue::new(0_u32);
    let name = RwSignal::new(file.name());
    let file = StoredValue::new_local(file);
    let policy = move || async move {
        let mut policy = vec![("expect", Json::text(expect.get_untracked())), ("now", Json::Int((clock::now() / 1000.0) as i64))];
        let typed = typed.get_untracked();
        // What is no fingerprint is compared with nothing, and the verdict says nothing of the paper.
        if digests::read_digest(typed.trim()).is_some() {
            policy.push(("paper", Json::text(typed.trim())));
        }
        if let Some((_, list)) = trust.get_untracked() {
            policy.push(("trust", list));
        }
        if let Some(role) = role_called(app, &role.get_untracked()).await {
            policy.push(("required_roles", Json::List(vec![Json::text(role)])));
        }
        if let Some(recipient) = role_called(app, &recipient.get_untracked()).await {
            policy.push(("recipient", Json::text(recipient)));
        }
        Json::object(policy)
    };
    let run = move || {
        half.set(digest_trouble(app, typed.get_untracked().trim()));
        found.set(None);
        failed.set(None);
        turn.update_value(|it| *it += 1);
        let this_turn = turn.get_value();
        spawn_local(async move {
            let Some(file) = file.try_with_value(Clone::clone) else { return };
            let mut asked = policy().await;
            let mut judged = signing::verify(&file, &file.name(), &asked).await;
            // A list that is wrong says so, and the file is judged without it.
            let wrong = judged.as_ref().err().and_then(|it| it.0.strip_prefix("BAD_CALL trust")).map(str::to_string);
            if let Some(place) = wrong {
                if let Some(Some((name, _))) = trust.try_update(Option::take) {
                    list_trouble.try_set(Some(app.fill("verify.bad_trust_at", &[("name", &name), ("place", place.trim_start_matches('/'))])));
                }
                asked = policy().await;
                judged = signing::verify(&file, &file.name(), &asked).await;
            }
            if turn.try_get_value() != Some(this_turn) {
                return;
            }
            judged_by.try_set_value(asked);
            match judged {
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
    // The file with both signatures is judged like any other before it goes out.
    let go_on = move |whole: web_sys::File| {
        name.set(whole.name());
        app.to_verify.set_value(Some(whole.clone()));
        file.set_value(whole);
        run();
    };
    let joined = RefCell::new(None);
    let shown = Rc::new(Shown { app, opened: Box::new(move || (file.get_value(), judged_by.get_value())), joined, go_on: Box::new(go_on) });
    let bar = el("header", "bar")
        .attr("part", "bar")
        .add(way_back(app))
        .add(el("span", "bar-title").text(app.t("verify.title")).text(" · ").live_text(move || name.get()));
    let digest = el("input", "boxed").attr("id", "verify-paper").attr("type", "text").live_value(move || typed.get());
    let input = digest.clone();
    let take = move |typed_now: String| {
        typed.set(typed_now);
        run();
    };
    let whole = input.clone();
    let digest = digest.on("change", move |_| take(input.input().value())).on("input", move |_| {
        // All of it is there: no need to leave the cell first.
        let now = whole.input().value();
        if digests::read_digest(now.trim()).is_some() {
            take(now);
        }
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
        .add(office_checks(app, Asked { trust, role, recipient, list_trouble }, Callback::new(move |()| run())))
        .live(move || half.get().map(|said| el("p", "message wrong").attr("role", "status").text(&said)))
        .live(move || failed.get().map(|said| el("p", "banner bad").attr("role", "alert").text(&said)))
        .live(move || match found.get() {
            // What is read while the report is built does not build it anew.
            Some(found) => untrack(|| report(&shown, &found)),
            None if failed.get().is_none() => el("p", "").attr("role", "status").text(app.t("verify.busy")).into(),
            None => Child::none(),
        });
    el("div", "verify").add(bar).add(body)
}

/// The table of a file: not looked for yet, not had, or had.
type Table = RwSignal<Option<Option<Arc<CheckedDefinition>>>>;

/// What the pieces of the report are given.
struct Shown {
    app: AppState,
    /// The file that is looked at, and what it was judged by.
    opened: Box<dyn Fn() -> (web_sys::File, Json)>,
    /// What came of it, if this office has just added its signature.
    joined: RefCell<Option<Joined>>,
    /// Goes on with the file that has both signatures.
    go_on: Box<dyn Fn(web_sys::File)>,
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
    /// Why a list that was chosen is not used.
    list_trouble: RwSignal<Option<String>>,
}

/// The role of an office that was typed by its name or its code; what no table knows is taken as it is.
async fn role_called(app: AppState, typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let own = app.own_table.try_get_value().flatten().map(|it| it.0);
    let mut role = own.and_then(|it| it.definition.role_called(typed).cloned());
    for it in tables::index() {
        if role.is_none() {
            role = load(&it.id).await.ok().and_then(|it| it.definition.role_called(typed).cloned());
        }
    }
    Some(role.map_or_else(|| typed.into(), |it| it.to_string()))
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
            let list = json::parse(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes), 24).ok();
            let trouble = list.is_none().then(|| app.fill("verify.bad_trust", &[("name", &file.name())]));
            asked.list_trouble.try_set(trouble);
            asked.trust.try_set(list.map(|it| (file.name(), it)));
            run.run(());
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
        .live(move || asked.list_trouble.get().map(|said| el("p", "message wrong").attr("role", "alert").text(&said)))
        .add(el("p", "hint").text(app.t("verify.trust_hint")))
        .add_all(line("verify-role", "verify.role", asked.role))
        .add_all(line("verify-recipient", "verify.recipient", asked.recipient))
}

fn text<'a>(json: &'a Json, path: &[&str]) -> &'a str {
    let found = path.iter().try_fold(json, |json, name| json.get(name));
    found.and_then(Json::as_text).unwrap_or_default()
}

/// What the verification found. Everything shown of the file comes from the verified bytes, as text.
fn report(shown: &Rc<Shown>, report: &Json) -> Child {
    let app = shown.app;
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
    // One signature of two: in order but for what another office has yet to do, or has been deprived of.
    let awaited = report.get("awaited").filter(|it| it.as_object().is_some());
    let statements = match awaited.and_then(|it| it.get("statement")) {
        Some(statement) => std::slice::from_ref(statement),
        None => statements,
    };
    let (class, said) = match awaited {
        Some(awaited) => ("verdict open", awaits_words(app, awaited)),
        None => (class, app.t(&format!("bundle.{name}")).to_string()),
    };
    let is_refused = !error.is_empty() && awaited.is_none();
    let words = el("section", class)
        .attr("role", "status")
        .attr("data-verdict", name)
        .add(el("p", "verdict-words").text(&said))
        .add(el("p", "quiet").text(name).text(" ").text(text(report, &["place"])))
        .add(is_refused.then(|| el("p", "").text(app.t("verify.refused"))));
    // The table they were made with, once that is known.
    let table: Table = RwSignal::new(None);
    let heads = el("ul", "statements").add_all(statements.iter().map(|it| head(app, it, table)));
    let parts: Vec<Child> = vec![
        words.into(),
        el("ul", "warnings").add_all(warnings).into(),
        (!statements.is_empty()).then(|| el("section", "panel").add(heads)).into(),
        statements.first().map(|statement| content(shown, statement, table, awaited.map(|it| texts(it, "kids")))).into(),
    ];
    parts.into()
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
    let rev = statement.get("payload").and_then(|it| it.get("doc")?.get("rev")?.as_int()).unwrap_or_default();
    let created = match text(statement, &["payload", "doc", "created"]) {
        "" => text(statement, &["payload", "created"]),
        it => it,
    };
    // Like every other time that is shown, by this computer's clock and time zone.
    let ms = js_sys::Date::parse(created);
    let created = if ms.is_nan() { created.to_string() } else { app.moment(ms) };
    let signer = |name: &str| text(statement, &["payload", "signer", name]).to_string();
    let (org, role) = (signer("org"), signer("role"));
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
        .add(el("p", "").text(&app.fill("verify.when", &[("rev", &rev.to_string()), ("time", &created)])))
        .add(el("p", "").text(app.t("hand.digest")).add(el("br", "")).add(el("code", "digest").text(&groups)))
        .add((n_keys > 1).then(|| el("p", "").text(&app.fill("verify.joint", &[("n", &n_keys.to_string())]))))
        .add(el("p", "quiet").text(app.t("verify.keys")))
        .add(el("ul", "kids").add_all(keys.iter().map(key)))
}

/// Thumbprints of the keys that signed a statement.
fn kids(statement: &Json) -> Vec<String> {
    let keys = statement.get("keys").and_then(Json::as_list).unwrap_or_default().iter();
    keys.map(|key| text(key, &["kid"]).to_string()).collect()
}

/// The answers that were signed, with the conditions worked out anew. `awaited` are the keys that have yet to sign.
fn content(shown: &Rc<Shown>, statement: &Json, table: Table, awaited: Option<Vec<String>>) -> Child {
    let (app, shown) = (shown.app, shown.clone());
    let payload = statement.get("payload").cloned().unwrap_or(Json::Null);
    let form = |name: &str| text(&payload, &["form", name]).to_string();
    let identity = TableIdentity { id: form("id"), version: form("version"), sha256: form("sha256") };
    let (statement, id) = (statement.clone(), identity.id.clone());
    spawn_local(async move {
        table.try_set(Some(open::definition(app, &identity).await));
    });
    live(move || match table.get() {
        None => Child::none(),
        Some(None) => el("p", "banner").text(&app.fill("verify.no_table", &[("table", &id)])).into(),
        Some(Some(table)) => untrack(|| answers(&shown, table, &statement, &payload, awaited.as_deref())),
    })
}

/// The answers on paper, and what is to be done with them: add a signature, hand the file on, or print.
fn answers(
    shown: &Rc<Shown>,
    table: Arc<CheckedDefinition>,
    statement: &Json,
    payload: &Json,
    awaited: Option<&[String]>,
) -> Child {
    let app = shown.app;
    let Some(read) = from_payload(payload, &table.definition, &open::identity_of(&table)) else {
        return el("p", "banner bad").text(app.t("verify.unreadable")).into();
    };
    let rev = read.document.document.rev;
    let session = FillSession::new(table, read.document, Box::new(|| random::id().into()));
    session.judge();
    session.read_only().set(true);
    let ui = Ui {
        session,
        language: app.tag(),
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
    let mark = PaperMark::Signed {
        digest_groups: digest.as_ref().map(digests::groups).unwrap_or_default(),
        footer: digest.as_ref().map(digests::footer).unwrap_or_default(),
        qr_text: String::new(),
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
            let print = command("button", "print", app.t("bar.print_now")).on_click(print);
            (el("p", "sign-line").add(print).into(), paper(ui, mark).into())
        }
    };
    let parts: Vec<Child> = vec![head, attached(shown, ui, payload).into(), lifted(ui).into(), conditions(ui).into(), sheets, notice_line(ui.notice).into()];
    parts.into()
}

/// The files that were signed with the answers, to be saved one by one.
fn attached(shown: &Rc<Shown>, ui: Ui, payload: &Json) -> Option<El> {
    let files = signing::declared_in(payload);
    let items = files.iter().map(|file| {
        let (shown, file, busy) = (shown.clone(), file.clone(), RwSignal::new(false));
        let save = command("button link", "save-file", &file_words(&file)).attr("title", ui.t("files.save")).live_flag("disabled", move || busy.get());
        el("li", "").add(save.on_click(move || {
            let (shown, file) = (shown.clone(), file.clone());
            busy.set(true);
            spawn_local(async move {
                let (bundle, policy) = (shown.opened)();
                match signing::attached(&bundle, &bundle.name(), &policy, &file.sha256).await {
                    Ok(blob) => drop(files::download_file(ui.root, &blob, &file.name)),
                    Err(error) => drop(ui.notice.try_set(ui.fill("verify.failed", &[("why", &error.words(ui.language))]))),
                }
                busy.try_set(false);
            });
        }))
    });
    let list = el("ul", "statements").add_all(items);
    (!files.is_empty()).then(|| el("section", "panel attached").add(el("h2", "").text(ui.t("verify.files"))).add(list))
}
