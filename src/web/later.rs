//! What nobody needs to start filling: a second part of the same program, fetched once there is time, or when it is
//! first asked for. It shares the memory and the functions of the first part.
//!
//! [`Later`] is the only way into it. What is reached through it alone goes into the second part; what the first part
//! names as well stays there. `cargo xtask build` divides the program after it is linked (`divided`); in any other
//! build both parts are one, and nothing is fetched.

use super::app::AppState;
use super::dom::El;
use super::form::rows::Rows;
use super::host::{self, Answer};
use super::open::{self, Opening, Question, Wanted};
use super::paper::PaperMark;
use super::review::{self, ReviewActions};
use super::storage::Lock;
use super::ui::{AnswerHandle, Ui};
use super::{assets, attach, clock, controls, form, hand_over, keys, left, sign, verify, versions};
use crate::engine::answers::{AnswerPath, AnswersDocument, Kept};
use crate::engine::definition::{CheckedDefinition, Id};
use crate::engine::locale;
use crate::engine::validation::Violation;
use leptos::prelude::*;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

/// The ways into the second part. Each is told in full where it is defined.
pub struct Later {
    /// The review page.
    pub review: fn(Ui, ReviewActions) -> El,
    /// The signing page.
    pub sign: fn(Ui, Callback<()>, Callback<()>) -> El,
    /// What was signed, to save, print and send.
    pub hand_over: fn(Ui, Option<Callback<()>>) -> El,
    /// The table on paper alone.
    pub paper: fn(Ui, PaperMark) -> El,
    /// The screen of keys alone.
    pub keys: fn(AppState) -> El,
    /// The screen of a signed file.
    pub verify: fn(AppState) -> El,
    /// Opens a draft kept on this computer.
    pub open_draft: fn(AppState, String, Option<Lock>),
    /// The same, for whoever waits for it.
    pub open_kept: fn(AppState, String, Option<Lock>) -> Opening,
    /// Goes on with the text of a draft.
    pub resume: fn(AppState, &Wanted, &str) -> Option<Opening>,
    /// Opens an earlier version of a draft.
    pub open_version: fn(AppState, String, f64),
    /// Starts a new application from a draft.
    pub open_copy: fn(AppState, String),
    /// Saves a draft kept on this computer as a file.
    pub export_draft: fn(AppState, String),
    /// Opens a file the user chose.
    pub open_file: fn(AppState, web_sys::File),
    /// Asks what to do with a draft of another version of its table.
    pub version_question: fn(AppState, Question) -> El,
    /// The list of what a check found.
    pub summary: fn(Ui, Vec<Violation>, RwSignal<Option<Vec<Violation>>>) -> El,
    /// The list of keys.
    pub help: fn(Ui, RwSignal<bool>) -> El,
    /// The answers that have no place in the table.
    pub kept: fn(Ui, Vec<Kept>) -> El,
    /// The picker of a division.
    pub divisions: fn(AnswerHandle, RwSignal<bool>) -> El,
    /// Takes up what a window has of a draft beside its text.
    pub come_back: fn(Ui),
    /// Keeps the steps of a filling that ends.
    pub keep_steps: fn(Ui),
    /// Forgets the steps of all of them.
    pub forget_steps: fn(),
    /// Notes the sheet on screen.
    pub note_sheet: fn(Ui),
    /// Goes to the next problem, or to the one before.
    pub next_problem: fn(Ui, bool),
    /// The earlier versions of a draft.
    pub versions: fn(AppState, String) -> El,
    /// Writes a block of cells that was pasted.
    pub paste: fn(Rows, &AnswerPath, &str),
    /// Takes files in.
    pub attach: fn(Ui, AnswerPath, Vec<web_sys::File>),
    /// Gives the user a file that is attached.
    pub save_attached: fn(Ui, Id),
    /// What the page around the form waits for.
    pub answer: fn(AppState, &str, JsValue) -> Answer,
    /// The table that the page around the form brings along.
    pub own_table: fn(AppState, &str) -> Result<Arc<CheckedDefinition>, String>,
    /// Makes sure of a table's file, and keeps it.
    pub keep_table: fn(AppState, Arc<CheckedDefinition>) -> Pin<Box<dyn Future<Output = ()>>>,
    /// Goes to the list of drafts, unless something is in the way.
    pub leave: fn(AppState),
    /// The document that the page around the form begins with.
    pub answers_of: fn(AppState, &CheckedDefinition, &str) -> Result<AnswersDocument, String>,
}

static LATER: Later = Later {
    review: review::review,
    sign: sign::sign,
    hand_over: hand_over::hand_over,
    paper: review::paper_page,
    keys: keys::keys,
    verify: verify::verify,
    open_draft: open::open_draft,
    open_kept: open::open_kept,
    resume: open::resume,
    open_version: open::open_version,
    open_copy: open::open_copy,
    export_draft: open::export_draft,
    open_file: open::open_file,
    version_question: versions::version_question,
    summary: form::summary::list,
    help: form::help::list,
    kept: form::kept::list,
    divisions: controls::division::picker,
    come_back: left::come_back,
    keep_steps: left::keep_steps,
    forget_steps: left::forget_steps,
    note_sheet: left::note_sheet,
    next_problem: form::problems::next_problem,
    versions: versions::versions,
    paste: form::paste::paste,
    attach: attach::attach,
    save_attached: attach::save,
    answer: host::answer,
    own_table: host::own_table,
    keep_table: open::keep_table,
    leave: host::leave,
    answers_of: host::answers_of,
};

/// How long the page is up before the second part is fetched: the form comes first.
const SPARE_MS: i32 = 500;

/// What it says in the first language: the words of the other languages come in one file each.
const WORDS: &str = "locale/zh-CN-later.json";

/// The second part could not be fetched.
pub struct Missing;

impl From<leptos::wasm_split::SplitLoaderError> for Missing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Missing
    }
}

thread_local! {
    static HERE: Cell<Option<&'static Later>> = const { Cell::new(None) };
}

#[cfg(divided)]
#[leptos::wasm_split::wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
fn fetch() -> Result<&'static Later, Missing> {
    Ok(&LATER)
}

#[cfg(not(divided))]
async fn fetch() -> Result<&'static Later, Missing> {
    Ok(&LATER)
}

/// The second part, once it is here. A failure is not kept: the next call tries again.
pub async fn load() -> Result<&'static Later, Missing> {
    // What it says comes with it, at the same time.
    let words = (!locale::has_later()).then(|| future_to_promise(async { assets::text(WORDS).await.map(Into::into).map_err(|_| JsValue::NULL) }));
    let later = fetch().await?;
    if let Some(words) = words {
        let text = JsFuture::from(words).await.ok().and_then(|it| it.as_string()).ok_or(Missing)?;
        if !locale::install_later(&text) {
            return Err(Missing);
        }
    }
    HERE.set(Some(later));
    Ok(later)
}

/// The second part if it is here: for what is shown only after it was loaded.
pub fn here() -> Option<&'static Later> {
    if cfg!(divided) { HERE.get() } else { Some(&LATER) }
}

/// Fetches the second part in the background, so that a network that goes away later keeps nobody from signing.
pub fn warm() {
    spawn_local(async {
        clock::pause(SPARE_MS).await;
        // Whoever needs it asks again, and is told then.
        let _ = load().await;
    });
}

impl AppState {
    /// The second part, for whoever waits for it; the error is a sentence.
    pub async fn need_later(self) -> Result<&'static Later, String> {
        load().await.map_err(|Missing| self.t("later.missing").into())
    }

    /// Goes on with the second part, at once if it is here; or says why that cannot be.
    pub fn later(self, go_on: impl FnOnce(&'static Later) + 'static) {
        let go_on = move |later| {
            // The page may have taken the form away meanwhile.
            if self.screen.try_get_untracked().is_some() {
                go_on(later);
            }
        };
        go(Box::new(go_on), move || {
            self.say(self.t("later.missing").into());
        });
    }
}

impl Ui {
    /// Goes on with the second part, at once if it is here; or says why that cannot be.
    pub fn later(self, go_on: impl FnOnce(&'static Later) + 'static) {
        let go_on = move |later| {
            // Whoever pressed may have left the draft meanwhile.
            if !self.session.is_gone() {
                go_on(later);
            }
        };
        go(Box::new(go_on), move || {
            self.notice.try_set(self.t("later.missing").into());
        });
    }
}

fn go(go_on: Box<dyn FnOnce(&'static Later)>, say: impl FnOnce() + 'static) {
    if let Some(later) = here() {
        return go_on(later);
    }
    spawn_local(async move {
        match load().await {
            Ok(later) => go_on(later),
            Err(Missing) => say(),
        }
    });
}
