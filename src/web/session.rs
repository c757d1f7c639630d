//! One filling of one table: the only writer of answers, and what may be watched of them.
//!
//! The answers are plain data behind one lock. Each answer path has a trigger of its own, made on first
//! read, so that an edit wakes exactly what shows the paths it touched. Thousands of observers of one signal,
//! or one observer of thousands, would make a keystroke's work grow with the form.

use crate::engine::answers::{Answer, AnswerPath, AnswersDocument, Changes, DocumentIdentity, Edit, Kept, Override, PartInstance, Row, Signed};
use crate::engine::definition::{CheckedDefinition, Id};
use crate::engine::validation::marks::marks;
use crate::engine::validation::{FieldState, Notices, RuleState, Tally, Validation, Violation};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What can be watched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// The answer at a path.
    Answer(AnswerPath),
    /// Whether a cell is asked, required, missing or wrong, and what a computed one shows.
    State(AnswerPath),
    /// Which instances a part has, or which rows a field has, in which order.
    List(AnswerPath),
    /// The counts of an instance.
    Tally(AnswerPath),
    /// The counts of the whole document.
    Total,
    /// The state of a rule at a place.
    Rule(Id, AnswerPath),
    /// The reason given for a rule at a place.
    Reason(Id, String),
    /// Attachments, profile, kept answers, document identity.
    Header,
    /// What can be undone and redone.
    History,
}

/// A step of undo, and whether further typing in the same control joins it.
struct Step {
    inverse: Edit,
    typing: Option<Watched>,
    place: AnswerPath,
    /// The signed revision that the step ended: without the step the document is that again.
    ended: Option<DocumentIdentity>,
}

/// What can be undone and redone.
pub struct Steps(Vec<Step>, Vec<Step>);

impl Steps {
    /// True if there is nothing to undo or redo.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty() && self.1.is_empty()
    }
}

struct State {
    document: AnswersDocument,
    validation: Validation,
    /// Whether `validation` is of this document yet.
    is_judged: bool,
    /// Whether those who watch have heard of that.
    is_told: bool,
    undo: Vec<Step>,
    redo: Vec<Step>,
    touched: HashSet<AnswerPath>,
    checked: bool,
    /// The cells that were blank when a check was asked for.
    asked: HashSet<AnswerPath>,
    /// True if somebody filled it in before.
    is_reopened: bool,
    /// True until it is said again what is wrong with what was filled in then.
    is_to_be_said: bool,
}

impl State {
    /// Looks at the whole document if that was not done.
    fn look(&mut self, table: &CheckedDefinition) {
        if !std::mem::replace(&mut self.is_judged, true) {
            self.validation = Validation::new(table, &self.document);
        }
        if std::mem::take(&mut self.is_to_be_said) {
            let wrong = self.validation.violations().into_iter().filter(|it| !it.is_blank());
            self.touched.extend(wrong.map(|it| it.path));
        }
    }
}

struct Inner {
    table: Arc<CheckedDefinition>,
    state: RefCell<State>,
    triggers: RefCell<HashMap<Watched, ArcTrigger>>,
    on_edit: RefCell<Option<Box<dyn Fn()>>>,
    id_source: Box<dyn Fn() -> Id>,
    read_only: RwSignal<bool>,
}

/// One filling of one table. A copyable handle; the state lives as long as the owner it was made under.
#[derive(Clone, Copy)]
pub struct FillSession(StoredValue<Inner, LocalStorage>);

/// Steps of undo that are kept.
const UNDO_DEPTH: usize = 500;

impl FillSession {
    /// Starts on a document. `id_source` gives random ids for new instances and rows. The first document of a table is
    /// shown before it is judged; see [`Self::judge`].
    pub fn new(table: Arc<CheckedDefinition>, document: AnswersDocument, id_source: Box<dyn Fn() -> Id>) -> Self {
        let is_judged = table.has_scheme();
        let validation = if is_judged { Validation::new(&table, &document) } else { Validation::default() };
        let (undo, redo, touched) = (Vec::new(), Vec::new(), HashSet::new());
        let state = State { document, validation, is_judged, is_told: is_judged, undo, redo, touched, checked: false, asked: HashSet::new(), is_reopened: false, is_to_be_said: false };
        FillSession(StoredValue::new_local(Inner {
            table,
            state: RefCell::new(state),
            triggers: RefCell::default(),
            on_edit: RefCell::default(),
            id_source,
            read_only: RwSignal::new(false),
        }))
    }

    /// Says at once what is wrong with what is filled in already, as somebody left it before.
    pub fn reopened(self) {
        self.0.with_value(|it| {
            let mut state = it.state.borrow_mut();
            state.is_reopened = true;
            state.is_to_be_said = true;
            if state.is_judged {
                state.look(&it.table);
            }
        });
    }

    /// True once the draft is no longer open: to be asked after every wait, before anything else here.
    pub fn is_gone(self) -> bool {
        self.0.try_with_value(|_| ()).is_none()
    }

    /// Whether answers can be changed now: not in a second tab, nor where the page around the form forbids it.
    pub fn read_only(self) -> RwSignal<bool> {
        self.0.with_value(|it| it.read_only)
    }

    /// Called after every edit, for saving.
    pub fn on_edit(self, call: impl Fn() + 'static) {
        self.0.with_value(|it| *it.on_edit.borrow_mut() = Some(Box::new(call)));
    }

    /// The table.
    pub fn table(self) -> Arc<CheckedDefinition> {
        self.0.with_value(|it| it.table.clone())
    }

    /// A new random id.
    pub fn new_id(self) -> Id {
        self.0.with_value(|it| (it.id_source)())
    }

    /// Reads the document without watching it.
    pub fn document<T>(self, read: impl FnOnce(&AnswersDocument) -> T) -> T {
        self.0.with_value(|it| read(&it.state.borrow().document))
    }

    /// Reads table and document together without watching them.
    pub fn peek<T>(self, read: impl FnOnce(&CheckedDefinition, &AnswersDocument) -> T) -> T {
        self.0.with_value(|it| read(&it.table, &it.state.borrow().document))
    }

    /// Reads table, document and what is known about it without watching them.
    pub fn judged<T>(self, read: impl FnOnce(&CheckedDefinition, &AnswersDocument, &Validation) -> T) -> T {
        self.0.with_value(|it| {
            it.state.borrow_mut().look(&it.table);
            let state = it.state.borrow();
            read(&it.table, &state.document, &state.validation)
        })
    }

    /// Looks at the whole document for the first time, and tells everybody who watches it, unless that was done. The
    /// form comes first: until then it shows every cell that is asked in any case, and says nothing about any.
    pub fn judge(self) {
        let was_told = self.0.try_with_value(|it| {
            let mut state = it.state.borrow_mut();
            state.look(&it.table);
            std::mem::replace(&mut state.is_told, true)
        });
        if was_told == Some(false) {
            self.notify_states();
        }
    }

    /// True once what is shown of the document's state is known.
    pub fn is_judged(self) -> bool {
        self.0.with_value(|it| it.state.borrow().is_judged)
    }

    /// True once those who watch have heard of it, or nobody does any more.
    pub fn is_told(self) -> bool {
        self.0.try_with_value(|it| it.state.borrow().is_told).unwrap_or(true)
    }

    /// Tells everybody who watches what is known about answers, and not the answers themselves.
    fn notify_states(self) {
        let is_state = |it: &&Watched| matches!(it, Watched::State(_) | Watched::Tally(_) | Watched::Total | Watched::Rule(..));
        let triggers: Vec<ArcTrigger> = self.0.with_value(|it| {
            let triggers = it.triggers.borrow();
            triggers.iter().filter(|(watched, _)| is_state(watched)).map(|(_, trigger)| trigger.clone()).collect()
        });
        for trigger in triggers {
            trigger.notify();
        }
    }

    /// What the screen shows of the document's state, or what it shows before that is known.
    fn seen<T>(self, read: impl FnOnce(&Validation) -> T, unknown: impl FnOnce() -> T) -> T {
        self.0.with_value(|it| {
            let state = it.state.borrow();
            if state.is_judged { read(&state.validation) } else { unknown() }
        })
    }

    /// Reads table and document if the session is still there.
    pub fn try_peek<T>(self, read: impl FnOnce(&CheckedDefinition, &AnswersDocument) -> T) -> Option<T> {
        self.0.try_with_value(|it| read(&it.table, &it.state.borrow().document))
    }

    /// Watches one thing.
    pub fn watch(self, watched: Watched) {
        let trigger = self.0.try_with_value(|it| it.triggers.borrow_mut().entry(watched).or_default().clone());
        if let Some(trigger) = trigger {
            trigger.track();
        }
    }

    fn notify(self, watched: &Watched) {
        let trigger = self.0.try_with_value(|it| it.triggers.borrow().get(watched).cloned()).flatten();
        if let Some(trigger) = trigger {
            trigger.notify();
        }
    }

    /// The answer at a path, watched.
    pub fn answer(self, path: &AnswerPath) -> Option<Answer> {
        self.watch(Watched::Answer(path.clone()));
        self.document(|document| document.answer(path).cloned())
    }

    /// Whether the cell is asked, required, missing or wrong, watched.
    pub fn field(self, path: &AnswerPath) -> FieldState {
        self.watch(Watched::State(path.clone()));
        self.seen(|validation| validation.field(path), || FieldState { relevant: false, ..FieldState::default() })
    }

    /// The ids of a part's instances in order, watched.
    pub fn instance_ids(self, part: &Id) -> Vec<Id> {
        self.watch(Watched::List(AnswerPath::part(part.clone())));
        self.document(|document| document.instances(part).iter().map(|it| it.id.clone()).collect())
    }

    /// The ids of a field's rows in order, watched.
    pub fn row_ids(self, field: &AnswerPath) -> Vec<Id> {
        self.watch(Watched::List(field.clone()));
        self.document(|document| document.rows(field).iter().map(|it| it.id.clone()).collect())
    }

    /// The counts of an instance, watched; none before they are known.
    pub fn tally(self, instance: &AnswerPath) -> Option<Tally> {
        self.watch(Watched::Tally(instance.clone()));
        self.seen(|validation| Some(validation.tally(instance)), || None)
    }

    /// The counts of the whole document, watched; none before they are known.
    pub fn total(self) -> Option<Tally> {
        self.watch(Watched::Total);
        self.seen(|validation| Some(validation.total()), || None)
    }

    /// The state of a rule at a place, watched.
    pub fn rule(self, rule: &Id, at: &AnswerPath) -> Option<RuleState> {
        self.watch(Watched::Rule(rule.clone(), at.clone()));
        self.seen(|validation| validation.rule(rule, at), || None)
    }

    /// The violations to show at a cell now, watched: nothing is said about a cell that nobody has left yet, and of a
    /// blank only after a check was asked for.
    pub fn shown_violations(self, path: &AnswerPath) -> Vec<Violation> {
        let state = self.field(path);
        self.0.with_value(|it| {
            let inner = it.state.borrow();
            let speaks = |violation: &Violation| {
                inner.checked
                    || inner.touched.contains(path)
                    || marked_with(&it.table, &inner.document, violation)
                        .iter()
                        .any(|marked| inner.touched.contains(marked))
            };
            // A check asks for what was blank then; of what came since, for what was left blank.
            let is_asked = inner.asked.contains(path) || (inner.checked && inner.touched.contains(path));
            state.violations.into_iter().filter(|it| if it.is_blank() { is_asked } else { speaks(it) }).collect()
        })
    }

    /// True if a rule may say that it fails: one of its cells was answered or left, or a check was asked for.
    /// Rules over counts of instances always may.
    pub fn rule_speaks(self, rule: &Id, at: &AnswerPath) -> bool {
        self.0.with_value(|it| {
            let state = it.state.borrow();
            let Some(rule) = it.table.rule(rule) else { return false };
            let marked = marks(&it.table, &state.document, rule, &at.to_string());
            state.checked
                || marked.iter().any(|path| {
                    path.field.is_none() || state.touched.contains(path) || state.document.answer(path).is_some()
                })
        })
    }

    /// True once the user asked for a check.
    pub fn is_checked(self) -> bool {
        self.0.with_value(|it| it.state.borrow().checked)
    }

    /// Answers of another version that have no place in this one, watched.
    pub fn kept(self) -> Vec<Kept> {
        self.watch(Watched::Header);
        self.document(|document| document.kept.clone())
    }

    /// The revision, if it is signed as it stands, and whether another office has yet to sign it; watched.
    pub fn signed_rev(self) -> Option<(u32, bool)> {
        self.watch(Watched::Header);
        self.document(|document| document.is_signed().then(|| (document.document.rev, document.whole_signature().is_none())))
    }

    /// Every violation in document order, for the error summary. Not watched.
    pub fn violations(self) -> Vec<Violation> {
        self.judged(|_, _, validation| validation.violations())
    }

    /// The user asked for a check: from now on missing answers and untouched errors show.
    pub fn check(self) -> Vec<Violation> {
        self.0.with_value(|it| it.state.borrow_mut().checked = true);
        let violations = self.violations();
        self.0.with_value(|it| it.state.borrow_mut().asked.extend(violations.iter().filter(|it| it.is_blank()).map(|it| it.path.clone())));
        for violation in &violations {
            self.notify(&Watched::State(violation.path.clone()));
            self.notify(&Watched::Tally(violation.path.to_instance()));
        }
        let rules = self.judged(|_, _, validation| validation.rules());
        for state in rules {
            self.notify(&Watched::Rule(state.rule, state.at));
        }
        self.notify(&Watched::Total);
        violations
    }

    /// Forgets that a check was asked for and which cells were left: nothing is said until it is so again.
    pub fn forget_check(self) {
        self.0.with_value(|it| {
            let mut state = it.state.borrow_mut();
            state.checked = false;
            state.asked.clear();
            state.touched.clear();
        });
        self.notify_states();
    }

    /// The user left or changed a cell: its messages may show from now on. Gives what has to look again.
    pub fn touch(self, path: &AnswerPath) -> Vec<Watched> {
        let is_new = self.0.with_value(|it| {
            let mut state = it.state.borrow_mut();
            if let Some(step) = state.undo.last_mut() {
                step.typing = None;
            }
            state.touched.insert(path.clone())
        });
        if !is_new {
            return Vec::new();
        }
        // Rules that mark this cell may now speak at the other cells they mark.
        let mut stale = vec![Watched::State(path.clone())];
        self.judged(|table, document, validation| {
            for violation in validation.field(path).violations {
                for other in marked_with(table, document, &violation) {
                    if other != *path {
                        stale.push(Watched::State(other));
                    }
                }
            }
        });
        stale
    }

    /// Lets whatever watches one of these look again.
    pub fn look_again(self, stale: &[Watched]) {
        stale.iter().for_each(|it| self.notify(it));
    }

    /// Does an edit as one step of undo. `typing` joins it with the step before if that typed in the same cell.
    pub fn apply(self, edit: Edit) {
        self.apply_step(edit, None);
    }

    /// Writes an answer while it is typed.
    pub fn type_answer(self, path: AnswerPath, answer: Option<Answer>) {
        let same = self.document(|document| document.answer(&path) == answer.as_ref());
        if !same {
            self.apply_step(Edit::SetAnswer { path: path.clone(), answer }, Some(Watched::Answer(path)));
        }
    }

    fn apply_step(self, edit: Edit, typing: Option<Watched>) {
        if self.read_only().get_untracked() {
            return;
        }
        let Some((changes, inverse, ended)) = self.write(edit) else { return };
        self.0.with_value(|it| {
            let mut state = it.state.borrow_mut();
            state.redo.clear();
            let joins = typing.is_some() && ended.is_none() && state.undo.last().is_some_and(|step| step.typing == typing);
            if !joins {
                let place = place_of(&changes);
                state.undo.push(Step { inverse, typing, place, ended });
                if state.undo.len() > UNDO_DEPTH {
                    state.undo.remove(0);
                }
            }
        });
        self.notify(&Watched::History);
        self.edited();
    }

    /// Takes the last step back; gives the place to show.
    pub fn undo(self) -> Option<AnswerPath> {
        self.step_back(|state| &mut state.undo, |state| &mut state.redo)
    }

    /// Does the step last taken back again; gives the place to show.
    pub fn redo(self) -> Option<AnswerPath> {
        self.step_back(|state| &mut state.redo, |state| &mut state.undo)
    }

    fn step_back(
        self,
        from: impl Fn(&mut State) -> &mut Vec<Step>,
        to: impl Fn(&mut State) -> &mut Vec<Step>,
    ) -> Option<AnswerPath> {
        if self.read_only().get_untracked() {
            return None;
        }
        let step = self.0.with_value(|it| from(&mut it.state.borrow_mut()).pop())?;
        // What comes back is shown.
        let place = match &step.inverse {
            Edit::InsertInstance { part, instance, .. } => AnswerPath::instance(part.clone(), instance.id.clone()),
            _ => step.place.clone(),
        };
        let (_, inverse, ended) = self.write(step.inverse)?;
        let is_signed_again = self.0.with_value(|it| {
            let mut state = it.state.borrow_mut();
            to(&mut state).push(Step { inverse, typing: None, place: step.place, ended });
            let signed = state.document.signed.as_ref().map(|it| it.rev);
            let again = step.ended.filter(|it| Some(it.rev) == signed);
            again.map(|it| state.document.document = it).is_some()
        });
        if is_signed_again {
            self.notify(&Watched::Header);
        }
        self.notify(&Watched::History);
        self.edited();
        Some(place)
    }

    /// The steps that can be undone and redone, taken out.
    pub fn take_steps(self) -> Option<Steps> {
        self.0.try_with_value(|it| {
            let mut state = it.state.borrow_mut();
            Steps(std::mem::take(&mut state.undo), std::mem::take(&mut state.redo))
        })
    }

    /// Goes on with steps that were taken from the same document.
    pub fn put_steps(self, steps: Steps) {
        self.0.with_value(|it| {
            let mut state = it.state.borrow_mut();
            (state.undo, state.redo) = (steps.0, steps.1);
        });
        self.notify(&Watched::History);
    }

    /// Keeps what was just signed; nothing if it is taken back.
    pub fn keep_signed(self, signed: Option<Signed>) {
        self.0.with_value(|it| it.state.borrow_mut().document.signed = signed);
        self.notify(&Watched::Header);
        self.edited();
    }

    /// How many steps can be undone and redone, watched.
    pub fn history(self) -> (usize, usize) {
        self.watch(Watched::History);
        self.0.with_value(|it| {
            let state = it.state.borrow();
            (state.undo.len(), state.redo.len())
        })
    }

    /// The one write path: document, then checks, then exactly the watchers of what changed. Gives what was changed,
    /// what takes it back, and the signed revision that it ended.
    fn write(self, edit: Edit) -> Option<(Changes, Edit, Option<DocumentIdentity>)> {
        let (changes, inverse, notices, ended) = self.0.try_with_value(|it| {
            let mut state = it.state.borrow_mut();
            let state = &mut *state;
            state.look(&it.table);
            let (changes, inverse) = state.document.apply(edit);
            let signed = state.document.is_signed().then(|| state.document.document.clone());
            if !changes.is_empty() {
                state.document.start_next_revision();
            }
            let notices = state.validation.update(&it.table, &state.document, &changes);
            (changes, inverse, notices, signed.filter(|_| !state.document.is_signed()))
        })?;
        if changes.is_empty() {
            return None;
        }
        for path in &changes.answers {
            self.notify(&Watched::Answer(path.clone()));
        }
        for path in &changes.lists {
            self.notify(&Watched::List(path.clone()));
        }
        self.spread(notices);
        for (rule, at) in &changes.overrides {
            self.notify(&Watched::Reason(rule.clone(), at.clone()));
        }
        if changes.header || ended.is_some() {
            self.notify(&Watched::Header);
        }
        for path in &changes.lists {
            self.forget_gone(path);
        }
        Some((changes, inverse, ended))
    }

    /// Checks a cell once more: what it is checked by has come meanwhile.
    pub fn check_again(self, path: &AnswerPath) {
        let changes = Changes { answers: vec![path.clone()], ..Changes::default() };
        let notices = self.0.with_value(|it| {
            let mut state = it.state.borrow_mut();
            let state = &mut *state;
            // What is said of an answer from before is said as soon as it is known.
            if state.is_reopened && state.undo.is_empty() {
                state.touched.insert(path.clone());
            }
            // Whoever looks for the first time has it at hand.
            state.is_judged.then(|| state.validation.update(&it.table, &state.document, &changes))
        });
        if let Some(notices) = notices {
            self.spread(notices);
        }
    }

    /// Tells exactly the watchers of what came out otherwise.
    fn spread(self, notices: Notices) {
        for path in notices.fields {
            self.notify(&Watched::State(path));
        }
        for (rule, at) in notices.rules {
            self.notify(&Watched::Rule(rule, at));
        }
        let counts_changed = !notices.instances.is_empty();
        for instance in notices.instances {
            self.notify(&Watched::Tally(instance));
        }
        if counts_changed {
            self.notify(&Watched::Total);
        }
    }

    /// Drops the triggers of rows and instances that are gone.
    fn forget_gone(self, list: &AnswerPath) {
        self.0.with_value(|it| {
            let state = it.state.borrow();
            it.triggers.borrow_mut().retain(|watched, _| match watched {
                Watched::Answer(path) | Watched::State(path) if list.field.is_some() => {
                    path.row.is_none()
                        || path.to_field() != *list
                        || state.document.rows(list).iter().any(|row| Some(&row.id) == path.row.as_ref())
                        || path.fixed_row_in(&it.table).is_some()
                }
                Watched::Answer(path) | Watched::State(path) | Watched::Tally(path) => {
                    path.part != list.part
                        || path.instance.is_empty()
                        || state.document.instance(&path.part, &path.instance).is_some()
                }
                _ => true,
            });
        });
    }

    fn edited(self) {
        self.0.with_value(|it| {
            if let Some(call) = &*it.on_edit.borrow() {
                call();
            }
        });
    }

    /// The reason given for an overridable rule, watched.
    pub fn reason(self, rule: &Id, at: &str) -> String {
        self.watch(Watched::Reason(rule.clone(), at.to_string()));
        self.document(|document| document.reason(rule, at).unwrap_or_default().to_string())
    }

    /// Records or withdraws the reason for an overridable rule while it is typed.
    pub fn type_reason(self, rule: &Id, at: &str, reason: String) {
        if untrack(|| self.reason(rule, at)) != reason {
            let given = Override { rule: rule.clone(), at: at.to_string(), reason };
            self.apply_step(Edit::SetOverride(given), Some(Watched::Reason(rule.clone(), at.to_string())));
        }
    }

    /// Adds a blank row at the end, or before position `at`.
    pub fn add_row(self, field: &AnswerPath, at: Option<usize>, row: Row) {
        let at = at.unwrap_or(usize::MAX);
        self.apply(Edit::InsertRow { field: field.clone(), at, row });
    }

    /// Adds an instance at the end, or before position `at`.
    pub fn add_instance(self, part: Id, at: Option<usize>, instance: PartInstance) {
        self.apply(Edit::InsertInstance { part, at: at.unwrap_or(usize::MAX), instance });
    }
}

/// The cells that a rule's violation marks; none for a field's own conditions.
fn marked_with(table: &CheckedDefinition, document: &AnswersDocument, violation: &Violation) -> Vec<AnswerPath> {
    let rule = violation.rule.as_ref().and_then(|id| table.rule(id));
    rule.map(|rule| marks(table, document, rule, &violation.at)).unwrap_or_default()
}

/// The place that an undo should bring into view.
fn place_of(changes: &Changes) -> AnswerPath {
    let first = changes.answers.first().or(changes.lists.first()).cloned();
    first.unwrap_or_else(|| AnswerPath::part(""))
}
