//! What the page around the form may ask of it, each by its name, and what that page is told.
//!
//! `element.js` has the names a page knows; it turns them into the ones here. An answer is a value, or a promise
//! whose error is a sentence that was shown and told already.

use super::app::{AppState, MAIL_LIMIT, Mode, Screen};
use super::autosave::Autosave;
use super::filling::{SCREENS, View, draft_name};
use super::open::{self, Wanted, identity_of};
use super::storage::{Lock, LockState};
use super::ui::{Ui, print};
use super::{clock, files, hand_over, language, later, sign, signing};
use crate::engine::answers::{AnswerPath, AnswersDocument, DocumentIdentity, Edit, PartInstance, json as answers_json};
use crate::engine::definition::{CheckedDefinition, Id, ProblemCode};
use crate::engine::drafts::read::{AnswerProblemCode, read_answers};
use crate::engine::drafts::{draft, prefill};
use crate::engine::locale;
use crate::engine::value::json::{self, Json, write_text};
use js_sys::{Array, Function};
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, spawn_local};
use web_sys::{Blob, HtmlElement};

#[wasm_bindgen]
extern "C" {
    type Root;
    #[wasm_bindgen(method, catch, structural)]
    fn tell(this: &Root, name: &str, said: &str, file: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/web/outside.js")]
extern "C" {
    fn hold_focus(root: &HtmlElement) -> Function;
}

/// How deep what a page gives may nest, as in a draft.
const DEPTH: usize = 24;

/// The root element that the view has, shared by all of it.
pub type RootHandle = StoredValue<HtmlElement, LocalStorage>;

/// The first element of the form that fits.
pub fn find(root: RootHandle, selector: &str) -> Option<HtmlElement> {
    root.try_with_value(|root| root.query_selector(selector).ok().flatten())??.dyn_into().ok()
}

/// Tells the page; false if it does not want that to happen. A root that no element made has nobody to tell.
pub fn tell(root: RootHandle, name: &str, said: &str, file: Option<&Blob>) -> bool {
    let file = file.map_or(JsValue::UNDEFINED, |it| it.into());
    let answer = root.try_with_value(|root| root.unchecked_ref::<Root>().tell(name, said, &file));
    !matches!(answer, Some(Ok(answer)) if answer == JsValue::FALSE)
}

/// The filling that is open, for what the page asks of it.
#[derive(Clone, Copy)]
pub struct Current {
    /// Its handles.
    pub ui: Ui,
    /// Which of its screens is shown.
    pub screen: RwSignal<View>,
    /// The claim to write its draft, and what saves it.
    pub kept: StoredValue<(Option<Lock>, Option<Autosave>), LocalStorage>,
}

impl Current {
    /// Shows another screen of the draft.
    pub fn show(self, view: View) {
        let ui = self.ui;
        self.screen.try_set(view);
        // A new screen starts at its head, without what was said of the one before.
        ui.hush();
        ui.root.try_with_value(|root| root.scroll_into_view_with_bool(true));
        // The button that was pressed is gone, and keys are heard where the focus is. Whoever goes to a cell has it there.
        spawn_local(async move {
            if ui.focused_path().is_none() {
                ui.focus_block(SCREENS);
            }
        });
    }

    /// True if this is the draft of that document.
    pub fn is_of(self, id: &str) -> bool {
        self.ui.session.try_peek(|_, document| document.document.id == *id) == Some(true)
    }

    /// True if something is kept nowhere but here, and saving it did not help. What another window has taken over is no loss.
    pub fn is_at_risk(self, app: AppState) -> bool {
        let is_at_risk = self.kept.try_with_value(|kept| match &kept.1 {
            Some(saver) => saver.has_failed(),
            None => app.mode.get_value() == Mode::Fill && untrack(|| self.ui.session.history()).0 > 0,
        });
        is_at_risk == Some(true)
    }

    /// Shows the form, unless all that is wanted is to look at the paper.
    fn to_form(self, app: AppState) {
        if app.mode.get_value() == Mode::Fill {
            self.screen.set(View::Form);
        }
    }
}

/// Does what the page asks, and gives the answer: at once what opens a form, sets something about it, or is read in the
/// same line; the second part does the rest, and gives a promise.
pub fn call(app: AppState, name: &str, given: JsValue) -> JsValue {
    let text = given.as_string().unwrap_or_default();
    let current = app.current.try_get_value().flatten();
    match (name, current) {
        ("settings", _) => settings(app, &text),
        ("open", _) => return promise(app, Box::pin(async move { open(app, &parsed(&text)).await.map(|()| JsValue::UNDEFINED) })),
        ("say", _) => {
            let said = app.fill("element.not_had", &[("why", &text)]);
            app.say(said.clone());
            return said.into();
        }
        ("messages", _) => {
            locale::reword(&text);
            say_anew(app, app.tag());
        }
        ("storage", _) => app.open_store(given),
        ("state", Some(Current { ui, .. })) => return state(app, ui).into(),
        ("table", Some(Current { ui, .. })) => return ui.session.table().definition.id.as_ref().into(),
        ("data", Some(Current { ui, .. })) => {
            let mut out = String::new();
            ui.session.document(|document| answers_json::write_answers(document, &mut out));
            return out.into();
        }
        ("draft", Some(Current { ui, .. })) => {
            let draft = ui.session.document(|document| draft::write(document, &clock::utc(), &[]));
            let name = ui.session.peek(|table, document| draft_name(app, table, document));
            return Array::of2(&draft.into(), &name.into()).into();
        }
        // Without a form there is nothing to read.
        ("state" | "table" | "data" | "draft", None) => {}
        _ => {
            // At once where it can be: who sets data reads them in the next line.
            if let Some(later) = later::here() {
                return promise(app, (later.answer)(app, name, given));
            }
            let name = name.to_string();
            return promise(app, Box::pin(async move { (app.need_later().await?.answer)(app, &name, given).await }));
        }
    }
    JsValue::UNDEFINED
}

/// Shows what is still open, and says so, unless everything is settled.
fn all_settled(app: AppState, current: Current) -> Result<(), String> {
    let ui = current.ui;
    if ui.session.judged(|_, _, validation| validation.is_complete()) {
        return Ok(());
    }
    report(app, current);
    Err(open_words(ui))
}

/// Lists what is wrong.
fn report(app: AppState, current: Current) {
    current.to_form(app);
    // The form is on screen then.
    request_animation_frame(move || current.ui.press("check"));
}

/// Answers what takes the second part.
pub fn answer(app: AppState, name: &str, given: JsValue) -> Answer {
    let (text, current) = (given.as_string().unwrap_or_default(), app.current.try_get_value().flatten());
    let done = |outcome: Result<(), String>| -> Answer { Box::pin(async move { outcome.map(|()| JsValue::UNDEFINED) }) };
    match (name, given.dyn_into::<Blob>(), current) {
        ("import", Ok(file), _) => {
            let (app, key) = (app.asks(), app.key.get_value());
            Box::pin(async move { open::import(app, &file, key).await.map(|()| JsValue::UNDEFINED) })
        }
        ("verify", Ok(file), _) => Box::pin(verify(app, file)),
        ("go", ..) => Box::pin(go(app, text)),
        ("piece", _, Some(_)) => Box::pin(piece(app, text)),
        ("set-data", _, Some(current)) => {
            let table = current.ui.session.table();
            done(answers_of(app, &table, &text).and_then(|document| replace(app, current, &document)))
        }
        ("reset", _, Some(current)) => {
            let session = current.ui.session;
            let table = session.table();
            let mut document = blank(&table);
            prefill(&mut document, &table.definition, &texts_of(&parsed(&text)));
            let outcome = replace(app, current, &document);
            session.forget_check();
            done(outcome)
        }
        ("undo" | "redo", _, Some(current @ Current { ui, .. })) => {
            let mut place = None;
            let stepped = by_page(app, current, || place = if name == "undo" { ui.session.undo() } else { ui.session.redo() });
            if let Some(place) = place {
                current.to_form(app);
                ui.show(&place);
            }
            done(stepped)
        }
        ("report", _, Some(current)) => {
            report(app, current);
            done(Ok(()))
        }
        ("first-error", _, Some(current @ Current { ui, .. })) => {
            let first = ui.session.check().into_iter().find(|it| super::ui::is_error(it));
            let found = first.is_some();
            if let Some(violation) = first {
                current.to_form(app);
                ui.go_to(&violation.path);
            }
            Box::pin(async move { Ok(found.into()) })
        }
        ("print", _, Some(Current { ui, screen, .. })) => {
            if matches!(screen.try_get_untracked(), Some(View::Form | View::Sign)) {
                screen.set(View::Review);
            }
            request_animation_frame(move || print(ui.root));
            done(Ok(()))
        }
        // Without a signer the user signs.
        ("sign", Err(signer), Some(current @ Current { screen, .. })) if signer.is_falsy() => {
            let settled = all_settled(app, current);
            if settled.is_ok() {
                screen.try_set(View::Review);
            }
            done(settled)
        }
        // What is signed as it stands is not signed once more: under one number there would be two files.
        ("sign", Err(_), Some(Current { ui, .. })) if ui.session.document(|it| it.whole_signature().is_some()) => done(Ok(())),
        ("sign", Err(signer), Some(current @ Current { ui, screen, .. })) => match all_settled(app, current) {
            // The signer may cost a person something: it is not asked in vain.
            Ok(()) if ui.is_barred.get_untracked() => done(Err(ui.t("signing.E_HELD").into())),
            Ok(()) => Box::pin(async move {
                sign::sign_with(ui, &signer).await.map_err(|failed| failed.words(ui.language))?;
                screen.try_set(View::HandOver);
                Ok(JsValue::UNDEFINED)
            }),
            Err(said) => done(Err(said)),
        },
        ("bundle", _, Some(Current { ui, .. })) => Box::pin(async move {
            let made = hand_over::signed_file(ui, &|_| {}).await.map_err(|failed| failed.words(ui.language))?;
            Ok(Array::of2(&made.0, &made.1.into()).into())
        }),
        _ => done(Ok(())),
    }
}

/// Goes to a place that was told before: a screen without a draft, or a draft that is kept here and one of its screens.
/// False if it is there no more, or something keeps what is open from being left.
async fn go(app: AppState, place: String) -> Result<JsValue, String> {
    let (id, view) = place.split_once('/').unwrap_or((&place, ""));
    let of_draft = move |id: &str| app.current.try_get_value().flatten().filter(|it| it.is_of(id));
    // A page that says which table it is has no other screens.
    let is_elsewhere = app.is_bound.get_untracked() && matches!(id, "" | "verify" | "keys");
    if is_elsewhere || is_to_be_noted(app) {
        return Ok(JsValue::FALSE);
    }
    if let Some(current) = of_draft(id) {
        go_within(current, view);
        return Ok(JsValue::TRUE);
    }
    if let Some(current) = open::flushed(app).await
        && !may_leave(app, current)
    {
        return Ok(JsValue::FALSE);
    }
    let screen = match id {
        "" => Some(Screen::Start),
        "verify" => Some(Screen::Verify),
        "keys" => Some(Screen::Keys),
        _ => None,
    };
    let app = app.asks();
    if let Some(screen) = screen {
        app.screen.try_set(screen);
        return Ok(JsValue::TRUE);
    }
    let Some(store) = app.settled_store().await else { return Ok(JsValue::FALSE) };
    if matches!(store.get_draft(id).await, Ok(None)) {
        if !app.is_bound.get_untracked() {
            app.message.try_set(Some(app.t("open.no_such").into()));
        }
        return Ok(JsValue::FALSE);
    }
    open::open_kept(app, id.to_string(), None).await?;
    // It is on screen in a moment, unless something is asked first.
    while !app.is_late() && app.question.try_get_untracked().flatten().is_none() {
        if let Some(current) = of_draft(id) {
            if !view.is_empty() {
                go_within(current, view);
            }
            break;
        }
        clock::pause(4).await;
    }
    Ok(JsValue::TRUE)
}

/// Goes to the list of drafts, unless something is in the way.
pub fn leave(app: AppState) {
    spawn_local(async move { drop(go(app, String::new()).await) });
}

/// True while a passphrase that was made here is on screen: nobody knows it until it is written down. Then that is shown.
fn is_to_be_noted(app: AppState) -> bool {
    let noted = find(app.root, "[data-command=noted]");
    if let Some(noted) = &noted {
        noted.scroll_into_view_with_bool(false);
        let _ = noted.focus();
    }
    noted.is_some()
}

/// False, with a reason on screen, if something would be lost with the screen. What cannot be saved is left by whoever asks
/// once more.
fn may_leave(app: AppState, current: Current) -> bool {
    let ui = current.ui;
    let is_at_risk = current.is_at_risk(app);
    // A file that is still being read would not be attached.
    let why = match (untrack(|| ui.is_attaching()), is_at_risk) {
        (true, _) => "review.waits",
        (_, true) => "leave.unsaved",
        _ => return true,
    };
    let said = ui.t(why);
    let is_said = ui.notice.try_with_untracked(|it| it == said) == Some(true);
    ui.notice.try_set(said.into());
    is_said && is_at_risk
}

/// Shows a screen of the draft that is open. Nobody comes to the signing page but by the review.
fn go_within(current: Current, view: &str) {
    let is_signed = current.ui.session.document(AnswersDocument::is_signed);
    current.show(match view {
        "" => View::Form,
        "hand-over" if is_signed => View::HandOver,
        _ => View::Review,
    });
}

/// An answer under way. Boxed, or the page would carry a copy of what follows for each.
pub type Answer = Pin<Box<dyn Future<Output = Result<JsValue, String>>>>;

/// A promise of an answer; an error is shown and told before the promise breaks.
fn promise(app: AppState, answer: Answer) -> JsValue {
    let outcome = async move {
        answer.await.map_err(|said| {
            app.say(said.clone());
            said.into()
        })
    };
    future_to_promise(outcome).into()
}

fn parsed(text: &str) -> Json {
    json::parse(text.as_bytes(), DEPTH).unwrap_or(Json::Null)
}

fn member<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_text).filter(|it| !it.is_empty())
}

fn texts_of(json: &Json) -> Vec<(String, String)> {
    let members = json.as_object().unwrap_or_default().iter();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_text()?.to_string()))).collect()
}

/// What only sets something about the form.
fn settings(app: AppState, text: &str) {
    let json = parsed(text);
    let is_on = |name: &str| json.get(name).and_then(Json::as_bool).unwrap_or_default();
    app.is_frozen.set(is_on("readonly"));
    app.autosaves.set(is_on("autosave"));
    // The start page is not made anew for what it was before: that would lose a press on it.
    if app.is_bound.get_untracked() != is_on("bound") {
        app.is_bound.set(is_on("bound"));
    }
    let limit = json.get("mail").and_then(Json::as_int).filter(|it| *it > 0);
    app.mail_limit.set(limit.map_or(MAIL_LIMIT, |it| it as u64));
    app.mail_to.set_value(member(&json, "mail_to").unwrap_or_default().to_string());
    let wanted = locale::nearest(member(&json, "lang").unwrap_or_default());
    // A language that the user chose stays until the page asks for another.
    if app.wanted_language.get_value() != wanted {
        app.wanted_language.set_value(wanted);
        speak(app, wanted);
    }
}

/// Opens what the page asks for.
async fn open(app: AppState, request: &Json) -> Result<(), String> {
    let app = app.asks();
    let mode = match member(request, "mode") {
        Some("verify") => Mode::Verify,
        Some("print") => Mode::Print,
        Some("blank") => Mode::Blank,
        _ => Mode::Fill,
    };
    if mode != Mode::Fill {
        app.need_later().await?;
    }
    if app.is_late() {
        return Ok(());
    }
    if mode == Mode::Verify {
        app.mode.set_value(mode);
        app.to_verify.set_value(None);
        app.screen.set(Screen::Verify);
        return Ok(());
    }
    let table = match (member(request, "definition"), member(request, "table")) {
        (Some(text), _) => Some((app.need_later().await?.own_table)(app, text)?),
        (None, Some(id)) => Some(open::table(app, id).await.map_err(|error| error.words(app.tag()))?),
        (None, None) => None,
    };
    if app.is_late() {
        return Ok(());
    }
    // Only now: what could not be had must not change what is shown.
    app.mode.set_value(mode);
    let key = member(request, "key").unwrap_or_default().to_string();
    app.key.set_value(key.clone());
    let text = |name: &str| member(request, name).map(str::to_string);
    let (mut begin, mut wrong) = (None, None);
    if let (Some(table), Some(data)) = (&table, text("data")) {
        match (app.need_later().await?.answers_of)(app, table, &data) {
            Ok(document) => begin = Some(document),
            Err(said) => wrong = Some(said),
        }
    }
    let texts = |name: &str| member(request, name).map(|it| texts_of(&parsed(it))).unwrap_or_default();
    let (prefill, profile) = (texts("prefill"), texts("profile"));
    let is_first = table.as_ref().is_some_and(|it| !it.has_scheme());
    let wanted = Wanted { table, begin, prefill, profile, key, resume: text("resume"), restore: text("restore") };
    open::open(app, wanted, mode).await?;
    // Whoever waits for the form may ask at once what is still open in it.
    while is_first {
        clock::pause(20).await;
        if app.current.try_get_value().flatten().is_none_or(|it| it.ui.session.is_told()) {
            break;
        }
    }
    if let Some(said) = wrong {
        app.say(said);
    }
    Ok(())
}

/// A definition that the page brings along.
pub fn own_table(app: AppState, text: &str) -> Result<Arc<CheckedDefinition>, String> {
    let known = app.own_table.with_value(|own| own.as_ref().filter(|(_, known)| known == text).map(|own| own.0.clone()));
    if let Some(known) = known {
        return Ok(known);
    }
    let (checked, problems) = CheckedDefinition::load(text.as_bytes());
    let Some(checked) = checked else {
        let faults: Vec<_> = problems.iter().filter(|it| !it.code.is_warning()).collect();
        let Some(first) = faults.first() else { return Err(String::new()) };
        let place = if first.pointer.is_empty() { app.t("element.top") } else { &first.pointer };
        let how = match first.code {
            ProblemCode::NotJson => "element.fault_json",
            ProblemCode::MissingMember => "element.fault_missing",
            ProblemCode::UnknownMember | ProblemCode::UnknownName => "element.fault_unknown",
            ProblemCode::WrongType | ProblemCode::UnknownWord | ProblemCode::Limit => "element.fault_wanted",
            _ => "element.fault",
        };
        let (line, column) = json::line_and_column(text.as_bytes(), first.offset.unwrap_or_default());
        let what = app.fill(how, &[("what", &first.detail), ("line", &line.to_string()), ("column", &column.to_string())]);
        return Err(app.fill("element.definition", &[("n", &faults.len().to_string()), ("place", place), ("what", &what)]));
    };
    let checked = Arc::new(checked);
    app.own_table.set_value(Some((checked.clone(), text.to_string())));
    Ok(checked)
}

/// A document without answers.
pub fn blank(table: &CheckedDefinition) -> AnswersDocument {
    let identity = DocumentIdentity { id: super::random::document_id(), rev: 1, prev: None };
    AnswersDocument::new(&table.definition, identity_of(table), identity, &mut open::new_id)
}

/// The answers that a page gives, or what is wrong with them and where.
pub fn answers_of(app: AppState, table: &CheckedDefinition, text: &str) -> Result<AnswersDocument, String> {
    let refuse = |place: &str, why: &str| Err(app.fill("element.data", &[("place", place), ("why", app.t(why))]));
    let answers = match json::parse(text.as_bytes(), DEPTH) {
        Ok(answers) => answers,
        Err(error) => return refuse(&app.fill("element.at", &[("offset", &error.offset.to_string())]), "element.syntax"),
    };
    let read = read_answers(&table.definition, &answers);
    for problem in &read.problems {
        let why = match problem.code {
            // A row or park without an id of its own gets one.
            AnswerProblemCode::BadId => continue,
            AnswerProblemCode::UnknownPlace => "element.no_place",
            AnswerProblemCode::WrongType => "element.wrong_type",
            AnswerProblemCode::DuplicateId => "element.twice",
            AnswerProblemCode::TooMany => "element.too_many",
        };
        let place = if problem.path.is_empty() { "/" } else { &problem.path };
        return refuse(place, why);
    }
    Ok(read.document)
}

/// Lets the page change something. A page that keeps its users from that may do so itself; another window that writes the
/// draft is in the way.
fn by_page(app: AppState, current: Current, change: impl FnOnce()) -> Result<(), String> {
    let Current { ui, kept, .. } = current;
    let read_only = ui.session.read_only();
    let was_read_only = read_only.get_untracked();
    let is_ours = kept.with_value(|it| it.0.as_ref().is_none_or(|lock| lock.state().get_untracked() == LockState::Held));
    if was_read_only && !(is_ours && app.is_frozen.get_untracked()) {
        return Err(ui.t("lock.held").to_string());
    }
    if was_read_only {
        read_only.set(false);
    }
    change();
    if was_read_only {
        read_only.set(true);
    }
    Ok(())
}

/// Puts these answers in the place of all there are, as one step of undo.
fn replace(app: AppState, current: Current, with: &AnswersDocument) -> Result<(), String> {
    let Current { ui, screen, .. } = current;
    let table = ui.session.table();
    let edits = ui.session.document(|now| edits_to(&table, now, with));
    if !edits.is_empty() {
        by_page(app, current, || ui.session.apply(Edit::Batch(edits)))?;
        // The park on screen may be one of those that went.
        ui.stay();
        // Nobody signs or prints what was on screen before. The form follows by itself.
        match screen.get_untracked() {
            View::Form => {}
            View::Paper => screen.set(View::Paper),
            View::Review | View::Sign | View::HandOver => screen.set(View::Review),
        }
    }
    Ok(())
}

fn edits_to(table: &CheckedDefinition, now: &AnswersDocument, with: &AnswersDocument) -> Vec<Edit> {
    let mut edits = Vec::new();
    for part in table.parts() {
        let (old, new) = (now.instances(&part.id), with.instances(&part.id));
        if old == new {
            continue;
        }
        // What stays is answered anew cell by cell: what shows it looks again at those alone.
        let mut answers = |instance: AnswerPath| {
            for field in part.fields() {
                let path = instance.field(field.id.clone());
                let answer = with.answer(&path).cloned();
                if now.answer(&path) != answer.as_ref() {
                    edits.push(Edit::SetAnswer { path, answer });
                }
            }
        };
        if part.repeat.is_none() {
            answers(AnswerPath::part(part.id.clone()));
            continue;
        }
        let stays = |it: &&PartInstance| new.iter().any(|other| other.id == it.id);
        old.iter().filter(stays).for_each(|it| answers(AnswerPath::instance(part.id.clone(), it.id.clone())));
        edits.extend(old.iter().filter(|it| !stays(it)).map(|it| Edit::RemoveInstance { part: part.id.clone(), instance: it.id.clone() }));
        let mut order: Vec<&Id> = old.iter().filter(stays).map(|it| &it.id).collect();
        for (at, it) in new.iter().enumerate() {
            match order.iter().position(|id| **id == it.id) {
                Some(from) if from != at => {
                    edits.push(Edit::MoveInstance { part: part.id.clone(), instance: it.id.clone(), to: at });
                    order.remove(from);
                }
                Some(_) => continue,
                None => edits.push(Edit::InsertInstance { part: part.id.clone(), at, instance: it.clone() }),
            }
            order.insert(at.min(order.len()), &it.id);
        }
    }
    edits
}

/// What is still open, in a sentence.
fn open_words(ui: Ui) -> String {
    let total = ui.session.judged(|_, _, validation| validation.total());
    ui.fill("review.open", &[("n", &(total.required - total.filled + total.errors).to_string())])
}

/// What the element watches: counts, which document and revision, what is attached.
fn state(app: AppState, ui: Ui) -> String {
    let (total, is_complete) = ui.session.judged(|_, _, validation| (validation.total(), validation.is_complete()));
    // What is only there to be looked at keeps no form of the page from being sent.
    let is_valid = is_complete || app.mode.get_value() != Mode::Fill;
    let message = if is_valid { String::new() } else { open_words(ui) };
    ui.session.document(|document| {
        let signed = document.whole_signature();
        let missing = total.required - total.filled;
        let mut out = format!(
            "{{\"valid\":{is_valid},\"missing\":{missing},\"errors\":{},\"warnings\":{},\"rev\":{}",
            total.errors, total.warnings, document.document.rev
        );
        answers_json::member("id", &document.document.id, &mut out);
        answers_json::member("signed", signed.map_or("", |it| &it.payload), &mut out);
        answers_json::member("message", &message, &mut out);
        out.push_str(",\"files\":");
        answers_json::list(&document.attachments, &mut out, |it, out| write_text(&it.sha256, out));
        out.push('}');
        out
    })
}

/// An attached file as text in base64, as a draft file carries it.
async fn piece(app: AppState, digest: String) -> Result<JsValue, String> {
    let Some(store) = app.store() else { return Ok(JsValue::UNDEFINED) };
    let Ok(Some(blob)) = store.get_blob(&digest).await else { return Ok(JsValue::UNDEFINED) };
    Ok(files::in_base64(&blob).await.map_or(JsValue::UNDEFINED, Into::into))
}

/// Verifies a signed file; where the element is there for that, its screen shows it too.
async fn verify(app: AppState, file: Blob) -> Result<JsValue, String> {
    let named = file.dyn_ref::<web_sys::File>().cloned();
    let name = named.as_ref().map(web_sys::File::name).unwrap_or_default();
    if app.mode.try_get_value() == Some(Mode::Verify) {
        app.to_verify.try_set_value(named);
        app.screen.try_set(Screen::Verify);
    }
    let policy = Json::object([("expect", Json::text("application")), ("now", Json::Int((clock::now() / 1000.0) as i64))]);
    let report = signing::verify(&file, &name, &policy).await;
    report.map(|it| it.to_canonical().into()).map_err(|error| app.fill("verify.failed", &[("why", &error.0)]))
}

/// Shows a language, once its words are here.
pub fn speak(app: AppState, tag: &'static str) {
    let shown = app.tag();
    if tag == shown {
        return;
    }
    spawn_local(async move {
        match language::load(tag).await {
            Ok(()) => say_anew(app, tag),
            Err(error) => app.say(language::failure(&error, shown, tag)),
        }
    });
}

/// Says everything anew, for which the screen is made anew: whoever types goes on where they were.
fn say_anew(app: AppState, tag: &'static str) {
    let Some(back) = app.root.try_with_value(hold_focus) else { return };
    app.language.try_set(tag);
    spawn_local(async move { drop(back.call0(&JsValue::UNDEFINED)) });
}

impl Ui {
    /// Presses a button of the form by the name of its command, if it is on screen.
    fn press(self, name: &str) {
        if let Some(button) = find(self.root, &["[data-command=", name, "]"].concat()) {
            button.click();
        }
    }
}
