//! What every piece of the view is given: the filling, the language, the place shown.

use super::attach::Upload;
use super::clock;
use super::host::{self, RootHandle};
use super::session::{FillSession, Watched};
use super::storage::Store;
use crate::engine::answers::{Answer, AnswerPath, Edit};
use crate::engine::definition::{Field, Id, Part, RowsKind, Severity, Words};
use crate::engine::kinds;
use crate::engine::locale::{self, table};
use crate::engine::validation::Violation;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[wasm_bindgen(module = "/src/web/outside.js")]
extern "C" {
    fn is_pressed() -> bool;
}

/// Handles that the view passes down. Copyable: everything in it is a handle.
#[derive(Clone, Copy)]
pub struct Ui {
    /// The filling.
    pub session: FillSession,
    /// The language of the words; the view is built anew when it changes.
    pub language: &'static str,
    /// The part or instance on screen.
    pub place: RwSignal<AnswerPath>,
    /// Where to put the focus once the place is on screen.
    pub focus: RwSignal<Option<AnswerPath>>,
    /// A short message at the foot of the screen, for what just happened.
    pub notice: RwSignal<String>,
    /// The root element inside the shadow root.
    pub root: StoredValue<web_sys::HtmlElement, LocalStorage>,
    /// What is kept on this computer.
    pub store: StoredValue<Option<Store>, LocalStorage>,
    /// Files on their way in, and those refused.
    pub uploads: RwSignal<Vec<Upload>>,
    /// Largest e-mail that is expected to arrive, in bytes.
    pub mail_limit: RwSignal<u64>,
    /// Where the e-mail goes, if whoever gives out the form says so.
    pub mail_to: StoredValue<String>,
    /// The state of saving, in words, and whether it is good.
    pub saving: Signal<(String, bool)>,
    /// True while nothing may be signed here: another window writes the draft, or the table is not what it was taken for.
    pub is_barred: Signal<bool>,
}

impl Ui {
    /// The words of a key.
    pub fn t(self, key: &str) -> &'static str {
        locale::word(self.language, key)
    }

    /// The words of a key with `{name}` replaced.
    pub fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        locale::fill(self.t(key), values)
    }

    /// The definition's words in this language.
    pub fn words(self, words: &Words) -> String {
        words.get(self.language).to_string()
    }

    /// What is kept on this computer, if the browser allows it.
    pub fn store(self) -> Option<Store> {
        self.store.try_with_value(Clone::clone).flatten()
    }

    /// Takes the notice away, if there is one.
    pub fn hush(self) {
        if self.notice.try_with_untracked(|said| !said.is_empty()) == Some(true) {
            self.notice.try_set(String::new());
        }
    }

    /// Shows the sheet of a path, and puts the focus there.
    pub fn go_to(self, path: &AnswerPath) {
        self.place.set(self.sheet_of(path));
        self.focus.set(Some(path.clone()));
    }

    /// Leaves a sheet that is no longer there.
    pub fn stay(self) {
        let here = self.place.get_untracked();
        let place = self.sheet_of(&here);
        if place != here {
            self.place.set(place);
        }
    }

    /// The sheet that shows a path. What is wrong with a part as a whole is said at the head of each of its sheets.
    fn sheet_of(self, path: &AnswerPath) -> AnswerPath {
        let (sheet, here) = (path.to_instance(), self.place.get_untracked());
        let places = untrack(|| self.places());
        if places.contains(&sheet) {
            return sheet;
        }
        let of_part = |it: &&AnswerPath| it.part == sheet.part;
        let near = Some(&here).filter(of_part).filter(|it| places.contains(it)).or_else(|| places.iter().find(of_part));
        near.or(places.first()).cloned().unwrap_or(sheet)
    }

    /// The element that carries a path, if it is on screen.
    pub fn element(self, path: &AnswerPath) -> Option<web_sys::HtmlElement> {
        host::find(self.root, &format!("[data-path=\"{path}\"]"))
    }

    /// The control to go to inside the element of a path, or that element: the first, or the words of an option that
    /// asks for them.
    pub fn control(self, path: &AnswerPath) -> Option<web_sys::HtmlElement> {
        let element = self.element(path)?;
        let find = |selector| element.query_selector(selector).ok().flatten();
        let inside = find(".other:placeholder-shown").or_else(|| find("input:not(.picker), textarea, select, button"));
        inside.map_or(Some(element), |it| it.dyn_into().ok())
    }

    /// Brings a block into view and puts the focus on it, so that it is read out.
    pub fn focus_block(self, selector: &str) {
        self.focus_on(selector, true);
    }

    /// Puts the focus on a button by the name of its command, where the one that was pressed is gone.
    pub fn focus_command(self, name: &str) {
        self.focus_on(&["[data-command=", name, "]"].concat(), false);
    }

    fn focus_on(self, selector: &str, is_shown: bool) {
        if let Some(element) = host::find(self.root, selector) {
            if is_shown {
                element.scroll_into_view_with_bool(true);
            }
            let _ = element.focus();
        }
    }

    /// The user left or changed a cell. While a button is pressed nothing is shown yet: a message under the cell would
    /// move what lies below it away from the pointer, and the press would be lost.
    pub fn touch(self, path: &AnswerPath) {
        let stale = self.session.touch(path);
        if stale.is_empty() || !is_pressed() {
            return self.session.look_again(&stale);
        }
        spawn_local(async move {
            released().await;
            self.session.look_again(&stale);
        });
    }

    /// Judges a form that was shown before: once it is painted, and nobody presses anything that what is said then would
    /// move away from under the pointer.
    pub async fn judge_soon(self) {
        clock::painted().await;
        released().await;
        self.session.judge();
    }

    /// The heading of a part.
    pub fn part_name(self, part: &Part) -> String {
        table::part_name(part, self.language)
    }

    /// The shown name of an instance, watched.
    pub fn instance_name(self, part: &Part, instance: &Id) -> String {
        if let Some(name) = part.repeat.as_ref().and_then(|it| it.name_from.as_ref()) {
            let path = AnswerPath::instance(part.id.clone(), instance.clone());
            self.session.watch(Watched::Answer(path.field(name.clone())));
        }
        self.session.watch(Watched::List(AnswerPath::part(part.id.clone())));
        self.session.document(|document| table::instance_name(document, part, instance, self.language))
    }
}

/// Waits until nobody presses anything.
async fn released() {
    while is_pressed() {
        clock::pause(20).await;
    }
}

/// True if a violation must be settled before signing.
pub fn is_error(violation: &Violation) -> bool {
    violation.severity != Severity::Warning && !violation.overridden
}

/// One answer on screen: what a control knows.
#[derive(Clone, Copy)]
pub struct AnswerHandle {
    /// The view's handles.
    pub ui: Ui,
    path: StoredValue<AnswerPath>,
    field: StoredValue<Field>,
}

impl AnswerHandle {
    /// The handle of a field's or cell's answer.
    pub fn new(ui: Ui, path: AnswerPath, field: &Field) -> Self {
        AnswerHandle { ui, path: StoredValue::new(path), field: StoredValue::new(field.clone()) }
    }

    /// The answer's place.
    pub fn path(self) -> AnswerPath {
        self.path.get_value()
    }

    /// The field's definition.
    pub fn field<T>(self, read: impl FnOnce(&Field) -> T) -> T {
        self.field.with_value(read)
    }

    /// The answer, watched.
    pub fn answer(self) -> Option<Answer> {
        self.path.with_value(|path| self.ui.session.answer(path))
    }

    /// The answer, not watched.
    pub fn answer_now(self) -> Option<Answer> {
        self.path.with_value(|path| self.ui.session.document(|document| document.answer(path).cloned()))
    }

    /// What a typed text means here.
    pub fn decode(self, typed: &str) -> Option<Answer> {
        self.field(|field| self.ui.session.peek(|table, _| kinds::decode(&table.definition, field, typed)))
    }

    /// The answer as it is printed.
    pub fn shown(self, answer: &Answer) -> String {
        self.field(|field| self.ui.session.peek(|table, _| kinds::shown(&table.definition, field, answer, self.ui.language)))
    }

    /// Writes an answer as a step of its own.
    pub fn set(self, answer: Option<Answer>) {
        if self.answer_now() != answer {
            self.ui.session.apply(Edit::SetAnswer { path: self.path(), answer });
        }
        self.touch();
    }

    /// Writes an answer while it is typed.
    pub fn typing(self, answer: Option<Answer>) {
        self.ui.session.type_answer(self.path(), answer);
    }

    /// True once the control is off the screen. A browser still tells a control that had the focus that it
    /// lost it, after everything behind it is disposed.
    pub fn is_gone(self) -> bool {
        self.path.try_with_value(|_| ()).is_none()
    }

    /// The user left the control.
    pub fn touch(self) {
        self.path.try_with_value(|path| self.ui.touch(path));
    }

    /// An id for the control, unique in the shadow root.
    pub fn control_id(self) -> String {
        self.path.with_value(|path| path.to_string().replace('/', "-"))
    }

    /// True if nothing can be changed here now.
    pub fn is_read_only(self) -> bool {
        self.ui.session.read_only().get() || self.field(|field| field.reserved_for.is_some())
    }

    /// True if the cell has something wrong to show.
    pub fn is_wrong(self) -> bool {
        self.path.with_value(|path| {
            self.ui.session.shown_violations(path).iter().any(is_error)
        })
    }
}

impl AnswerHandle {
    /// [`Self::is_read_only`], not watched.
    pub fn is_read_only_now(self) -> bool {
        untrack(|| self.is_read_only())
    }
}

#[wasm_bindgen(module = "/src/web/paper/page.js")]
extern "C" {
    fn print_paper(root: &web_sys::HtmlElement);
}

/// Opens the browser's print dialog; the style sheet leaves only the paper of this form.
pub fn print(root: RootHandle) {
    root.try_with_value(print_paper);
}

impl Ui {
    /// The name of a place in words. Not watched.
    pub fn place_name(self, path: &AnswerPath) -> String {
        self.session.peek(|table, document| table::place_name(table, document, path, self.language))
    }

    /// The label of a column, with that of the columns it stands under with others.
    pub fn column_name(self, kind: &RowsKind, column: &Field) -> String {
        table::column_name(kind, column, self.language)
    }

    /// What is wrong and how to mend it, in words.
    pub fn sentence(self, violation: &Violation) -> String {
        self.session.peek(|table, _| table::sentence(table, violation, self.language))
    }
}
