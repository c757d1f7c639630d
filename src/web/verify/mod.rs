//! A signed file, opened: its verdict, whose it is, what was signed, and how the conditions stand.

mod report;

use super::app::{AppState, Mode, Screen};
use super::countersign::Joined;
use super::dom::{Child, El, command, el, live};
use super::start::alert;
use super::tables::load;
use super::{clock, files, signing};
use crate::engine::bundle::paper as digests;
use crate::engine::tables;
use crate::engine::value::json::{self, Json};
use leptos::prelude::*;
use report::report;
use std::cell::RefCell;
use std::rc::Rc;
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
    // An office asks the same of every file.
    let Known { trust, role, recipient } = app.known;
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
    let paper = el("div", "")
        .add(el("label", "").attr("for", "verify-paper").text(app.t("verify.paper")))
        .add(digest)
        .add(el("p", "hint").text(app.t("verify.paper_hint")));
    let kind = el("div", "")
        .add(el("label", "").attr("for", "verify-kind").text(app.t("verify.kind")))
        .add(el("span", "select boxed-select").add(kind));
    let asked = el("section", "panel asked").add(paper).add(kind);
    let body = el("div", "review-body")
        .live(move || match found.get() {
            Some(found) => untrack(|| report::verdict(app, &found)),
            None if failed.get().is_none() => el("p", "").attr("role", "status").text(app.t("verify.busy")).into(),
            None => Child::none(),
        })
        .add(asked)
        .add(office_checks(app, list_trouble, Callback::new(move |()| run())))
        .live(move || half.get().map(|said| el("p", "message wrong").attr("role", "status").text(&said)))
        .live(move || failed.get().map(|said| el("p", "banner bad").attr("role", "alert").text(&said)))
        // What is read while the report is built does not build it anew.
        .live(move || found.get().map(|found| untrack(|| report(&shown, &found))));
    el("div", "verify").attr("tabindex", "-1").add(bar).add(body)
}

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
    let home = (app.mode.get_value() != Mode::Verify).then(|| way_back(app));
    let bar = el("header", "bar").attr("part", "bar").add(home).add(el("span", "bar-title").text(app.t("verify.title")));
    el("div", "verify").attr("tabindex", "-1").add(bar).add(el("div", "review-body").live(move || app.message.get().map(|said| alert(&said))).add(panel))
}

/// What an office may ask of a file beside that it is whole. It stays while the page is open.
#[derive(Clone, Copy)]
pub struct Known {
    /// Its list of known keys, with the name of the file.
    trust: RwSignal<Option<(String, Json)>>,
    /// The office that must have signed.
    role: RwSignal<String>,
    /// The office that it must be addressed to.
    recipient: RwSignal<String>,
}

impl Known {
    /// Nothing asked yet.
    pub fn new() -> Known {
        Known { trust: RwSignal::new(None), role: RwSignal::new(String::new()), recipient: RwSignal::new(String::new()) }
    }

    /// Whether anything is asked.
    fn is_any(self) -> bool {
        untrack(|| self.trust.with(Option::is_some) || self.role.with(|it| !it.is_empty()) || self.recipient.with(|it| !it.is_empty()))
    }
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
fn office_checks(app: AppState, list_trouble: RwSignal<Option<String>>, run: Callback<()>) -> El {
    let Known { trust, role, recipient } = app.known;
    let picker = el("input", "picker").attr("type", "file").attr("data-input", "trust").attr("accept", ".json");
    let input = picker.clone();
    let picker = picker.on("change", move |_| {
        let Some(file) = files::chosen_files(input.input()).into_iter().next() else { return };
        spawn_local(async move {
            let bytes = files::read_bytes(&file, TRUST_MAX).await.unwrap_or_default();
            let list = json::parse(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes), 24).ok();
            let is_empty = |list: &Json| ["keys", "register"].iter().all(|it| list.get(it).and_then(Json::as_object).is_none_or(<[_]>::is_empty));
            let trouble = match &list {
                None => Some(app.fill("verify.bad_trust", &[("name", &file.name())])),
                // It would be compared with nothing.
                Some(list) if is_empty(list) => Some(app.fill("verify.bad_trust_at", &[("name", &file.name()), ("place", "keys")])),
                Some(_) => None,
            };
            let list = list.filter(|_| trouble.is_none());
            list_trouble.try_set(trouble);
            trust.try_set(list.map(|it| (file.name(), it)));
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
    let used = live(move || {
        let (name, _) = trust.get()?;
        let without = command("button small", "without-trust", app.t("verify.without_trust")).on_click(move || {
            trust.set(None);
            run.run(());
        });
        Some(el("span", "quiet").text(&name).text(" ").add(without))
    });
    el("details", "panel")
        .flag("open", app.known.is_any())
        .add(el("summary", "").text(app.t("verify.more")))
        .add(el("p", "").add(el("label", "button").text(app.t("verify.trust")).add(picker)).text(" ").add(used))
        .live(move || list_trouble.get().map(|said| el("p", "message wrong").attr("role", "alert").text(&said)))
        .add(el("p", "hint").text(app.t("verify.trust_hint")))
        .add_all(line("verify-role", "verify.role", role))
        .add_all(line("verify-recipient", "verify.recipient", recipient))
}
