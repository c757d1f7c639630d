//! A definition becomes fillable here, once: read, and checked in every point that running it depends on.
//!
//! What only its author needs to know (words, sources, layout, holes, cases) is left to `validation::lint`,
//! so that a page does not pay for it.

use super::dependencies;
use super::digest::digest;
use super::expression::tree::{Base, Node, Type};
use super::expression::{self, Program, RESERVED, Scope};
use super::problem::{Problem, ProblemCode, Problems};
use super::record::Decode;
use super::scheme::{self, CheckedRule, Formula, FormulaIdx, Mark, Required, Scheme, Show, SlotIdx, TableIdx};
use super::{
    Choice, Condition, Definition, Expr, Field, FieldKind, Id, Parameter, Part, ProfileKind, ResultKind, Rounding,
    Rule,
};
use crate::engine::definition::expression::tree::Reach;
use crate::engine::value::date::Date;
use crate::engine::value::json;
use crate::engine::value::number::{Number, Rounded};
use crate::engine::value::pattern::Pattern;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

/// Greatest size of a definition file.
pub const MAX_BYTES: usize = 1 << 20;
/// Most brackets that may be open at once in a definition file.
const DEPTH: usize = 24;
/// Most rules.
pub const MAX_RULES: usize = 1000;
/// Most instances of a part.
pub const MAX_INSTANCES: u32 = 1000;
/// Most rows of a field.
pub const MAX_ROWS: u32 = 5000;
/// Most entries of all lists together.
pub const MAX_ENTRIES: usize = 5000;
/// Most digits after the point.
pub const MAX_DIGITS: u32 = 6;

/// A definition that is safe to run. Only [`CheckedDefinition::load`] makes one.
#[derive(Clone, Debug)]
pub struct CheckedDefinition {
    /// What the file says.
    pub definition: Definition,
    /// SHA-256 of the canonical bytes, lower-case hex.
    pub digest: String,
    /// The materials as a part filled once, whose fields are of the kind `files`; absent without materials.
    pub materials: Option<Part>,
    /// The cells numbered, with every expression checked; see [`CheckedDefinition::scheme`].
    scheme: OnceLock<Arc<Scheme>>,
}

impl CheckedDefinition {
    /// Reads and checks a file. `None` if a problem stands that is not a warning; the problems are complete
    /// either way.
    pub fn load(bytes: &[u8]) -> (Option<CheckedDefinition>, Vec<Problem>) {
        let mut problems = Problems::default();
        let checked = CheckedDefinition::read_checked(bytes, &mut problems).filter(|_| problems.is_sound());
        (checked, problems.into_list())
    }

    /// Reads and checks a file for its author, who wants to know of the rest of a faulty one too. What it
    /// gives may be run only if no problem stands that is not a warning.
    pub(crate) fn read_checked(bytes: &[u8], problems: &mut Problems) -> Option<CheckedDefinition> {
        let (definition, digest) = read(bytes, problems)?;
        let materials = scheme::materials_part(&definition);
        check_ids(&definition, problems);
        check_values(&definition, problems);
        let scheme = Arc::new(check_expressions(&definition, materials.as_ref(), problems));
        Some(CheckedDefinition { definition, digest, materials, scheme: scheme.into() })
    }

    /// Reads a file that is known to be sound and to have this digest: a table that comes with the program. Its
    /// expressions are read when they are first needed, for a form can be shown without them. `None` if it cannot
    /// be read; what else may be wrong with another file of that name is not looked at: see [`Self::is_of`].
    pub fn known(bytes: &[u8], digest: &str) -> Option<CheckedDefinition> {
        let json = json::parse(bytes, DEPTH).ok()?;
        let mut problems = Problems::unplaced();
        let definition = Definition::decode(&json, &mut problems).filter(|_| problems.is_sound())?;
        let materials = scheme::materials_part(&definition);
        Some(CheckedDefinition { definition, digest: digest.to_string(), materials, scheme: OnceLock::new() })
    }

    /// True if these are the bytes of the file that this definition is taken for, wherever their lines end.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        json::parse(bytes, DEPTH).is_ok_and(|json| digest(&json) == self.digest)
    }

    /// The cells numbered, with every expression checked.
    pub fn scheme(&self) -> &Arc<Scheme> {
        self.scheme.get_or_init(|| {
            let problems = &mut Problems::unplaced();
            Arc::new(check_expressions(&self.definition, self.materials.as_ref(), problems))
        })
    }

    /// True if the expressions have been read.
    pub fn has_scheme(&self) -> bool {
        self.scheme.get().is_some()
    }

    /// The parts in order, materials last.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.definition.parts.iter().chain(&self.materials)
    }

    /// The part of that id, also `materials`.
    pub fn part(&self, id: &str) -> Option<&Part> {
        self.parts().find(|part| &*part.id == id)
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.definition.rules.iter().find(|rule| &*rule.id == id)
    }

    /// The language that words fall back to.
    pub fn language(&self) -> Option<&Id> {
        self.definition.languages.first()
    }
}

impl Definition {
    /// Reads a file for a preview, however faulty; problems come beside it.
    pub fn read(bytes: &[u8]) -> (Option<Definition>, Vec<Problem>) {
        let mut problems = Problems::default();
        let read = read(bytes, &mut problems);
        (read.map(|(definition, _)| definition), problems.into_list())
    }
}

fn read(bytes: &[u8], problems: &mut Problems) -> Option<(Definition, String)> {
    if bytes.len() > MAX_BYTES {
        problems.add(ProblemCode::Limit, "a definition has at most 1 MiB");
        return None;
    }
    match json::parse(bytes, DEPTH) {
        Ok(json) => {
            // Told by name before anything else: the rest of another format would be noise.
            let format = json.get("format").and_then(|it| it.as_text()).filter(|it| *it != "1");
            if let Some(format) = format {
                problems.within("format", |problems| problems.add(ProblemCode::UnknownWord, format));
                return None;
            }
            Definition::decode(&json, problems).map(|definition| (definition, digest(&json)))
        }
        Err(error) => {
            problems.add_at(ProblemCode::NotJson, Some(error.offset), &error.to_string());
            None
        }
    }
}

/// Calls for each element, at its place.
pub fn for_items<T>(problems: &mut Problems, name: &str, items: &[T], mut look: impl FnMut(&T, &mut Problems)) {
    problems.within(name, |problems| {
        for (idx, item) in items.iter().enumerate() {
            problems.within_item(idx, |problems| look(item, problems));
        }
    });
}

/// Calls for each field of a part, at its place, with the number of its section.
fn for_fields(problems: &mut Problems, part: &Part, mut look: impl FnMut(&Field, usize, &mut Problems)) {
    let mut section_idx = 0;
    for_items(problems, "sections", &part.sections, |section, problems| {
        for_items(problems, "fields", &section.fields, |field, problems| look(field, section_idx, problems));
        section_idx += 1;
    });
}

/// What ids may consist of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IdForm {
    /// `[a-z][a-z0-9_]{0,39}`, not reserved: a name in expressions.
    Name,
    /// The same with `-` inside.
    Dashed,
    /// `-`, `.` and capitals too.
    Loose,
    /// The key of a fixed row.
    Key,
}

/// Reports malformed, reserved and repeated ids.
struct Ids(HashSet<String>);

impl Ids {
    #[inline(never)]
    fn new() -> Self {
        Ids(HashSet::new())
    }

    #[inline(never)]
    fn see(&mut self, id: &Id, form: IdForm, problems: &mut Problems) {
        let starts = match form {
            IdForm::Loose | IdForm::Key => id.starts_with(|c: char| c.is_ascii_alphanumeric()),
            _ => id.starts_with(|c: char| c.is_ascii_lowercase()),
        };
        let is_fit = starts
            && id.len() <= 40
            && id.chars().all(|c| match c {
                'a'..='z' | '0'..='9' | '_' => true,
                '-' => form == IdForm::Dashed || form == IdForm::Loose,
                'A'..='Z' | '.' | ' ' => form == IdForm::Loose,
                _ => false,
            });
        if !is_fit || form == IdForm::Name && RESERVED.contains(&&**id) {
            problems.add(ProblemCode::BadId, &**id);
        }
        if !self.0.insert(id.to_string()) {
            problems.add(ProblemCode::DuplicateId, &**id);
        }
    }
}

/// Reports malformed and repeated ids of one list. The list comes as a function that gives the id at a position,
/// so that this stands once for lists of all types.
#[inline(never)]
fn see_all<'a>(problems: &mut Problems, name: &str, form: IdForm, id: &dyn Fn(usize) -> Option<&'a Id>) {
    let mut ids = Ids::new();
    let mut at = 0;
    problems.enter(name);
    while let Some(id) = id(at) {
        problems.within_item(at, |problems| ids.see(id, form, problems));
        at += 1;
    }
    problems.leave();
}

fn check_ids(definition: &Definition, problems: &mut Problems) {
    problems.within("id", |problems| Ids::new().see(&definition.id, IdForm::Dashed, problems));
    let is_version = definition.version.split_once('.').is_some_and(|(year, number)| {
        year.len() == 4
            && (1..=6).contains(&number.len())
            && year.bytes().chain(number.bytes()).all(|it| it.is_ascii_digit())
    });
    if !is_version {
        problems.within("version", |problems| problems.add(ProblemCode::BadId, definition.version.as_str()));
    }
    if definition.languages.is_empty() || definition.languages.len() > 8 {
        problems.within("languages", |problems| problems.add(ProblemCode::Limit, "1 to 8 languages"));
    }
    use IdForm::{Key, Loose, Name};
    let it = definition;
    see_all(problems, "languages", Loose, &|at| it.languages.get(at));
    see_all(problems, "offices", Name, &|at| it.offices.get(at).map(|it| &it.id));
    see_all(problems, "profile", Name, &|at| it.profile.get(at).map(|it| &it.id));
    see_all(problems, "references", Loose, &|at| it.references.get(at).map(|it| &it.id));
    see_all(problems, "reminders", Loose, &|at| it.reminders.get(at).map(|it| &it.id));
    see_all(problems, "materials", Name, &|at| it.materials.get(at).map(|it| &it.id));
    see_all(problems, "rules", Loose, &|at| it.rules.get(at).map(|it| &it.id));
    problems.within("lists", |problems| {
        let mut ids = Ids::new();
        for (id, list) in &definition.lists {
            problems.within(id, |problems| {
                ids.see(id, IdForm::Name, problems);
                check_codes(&list.0, problems);
            });
        }
    });
    let mut ids = Ids::new();
    for_items(problems, "parts", &definition.parts, |part, problems| {
        ids.see(&part.id, IdForm::Name, problems);
        let mut ids = Ids::new();
        for_fields(problems, part, |field, _, problems| {
            ids.see(&field.id, IdForm::Name, problems);
            let FieldKind::Rows(rows) = &field.kind else { return };
            see_all(problems, "columns", Name, &|at| rows.columns.get(at).map(|it| &it.id));
            see_all(problems, "fixed", Key, &|at| rows.fixed.get(at).map(|it| &it.key));
        });
    });
}

/// Codes are unique and not blank; one option at most asks for words.
fn check_codes(options: &[Choice], problems: &mut Problems) {
    let mut seen = HashSet::new();
    let mut n_other = 0;
    for (idx, option) in options.iter().enumerate() {
        n_other += usize::from(option.other.is_some());
        problems.within_item(idx, |problems| {
            if option.code.is_empty() || option.code.chars().count() > 200 {
                problems.add(ProblemCode::BadId, &*option.code);
            }
            if !seen.insert(option.code.to_string()) {
                problems.add(ProblemCode::DuplicateId, &*option.code);
            }
            if option.other.is_some() && n_other > 1 {
                problems.add(ProblemCode::Limit, "one option asks for words");
            }
        });
    }
}

/// Limits, and names that are not in expressions.
fn check_values(definition: &Definition, problems: &mut Problems) {
    let limit = |problems: &mut Problems, is_fit: bool, what: &str| {
        if !is_fit {
            problems.add(ProblemCode::Limit, what);
        }
    };
    limit(problems, definition.rules.len() <= MAX_RULES, "at most 1000 rules");
    limit(problems, definition.profile.len() <= MAX_RULES, "at most 1000 profile values");
    let n_entries: usize = definition.lists.iter().map(|(_, list)| list.0.len()).sum();
    limit(problems, n_entries <= MAX_ENTRIES && definition.lists.len() <= MAX_RULES, "at most 5000 list entries");
    limit(problems, !definition.parts.is_empty(), "at least one part");
    for_items(problems, "profile", &definition.profile, |value, problems| {
        if profile_value(value.kind, &value.value.0).is_none() {
            problems.within("value", |problems| problems.add(ProblemCode::BadValue, value.value.0.as_str()));
        }
    });
    for_items(problems, "materials", &definition.materials, |it, problems| {
        limit(problems, it.min <= it.max && it.max <= MAX_ROWS, "min ≤ max ≤ 5000");
    });
    for_items(problems, "parts", &definition.parts, |part, problems| {
        if let Some(repeat) = &part.repeat {
            let start = repeat.start.unwrap_or(repeat.min);
            let is_fit = repeat.min <= start && start <= repeat.max && repeat.max <= MAX_INSTANCES;
            problems.within("repeat", |problems| limit(problems, is_fit, "min ≤ start ≤ max ≤ 1000"));
        }
        for_fields(problems, part, |field, _, problems| {
            check_field(definition, field, problems);
            let FieldKind::Rows(rows) = &field.kind else { return };
            let is_fit = rows.min <= rows.max && rows.max <= MAX_ROWS && rows.fixed.len() <= MAX_ROWS as usize;
            limit(problems, is_fit, "min ≤ max ≤ 5000");
            limit(problems, !rows.columns.is_empty(), "at least one column");
            let is_column = |id: &str| rows.columns.iter().any(|it| &*it.id == id);
            for_items(problems, "unique", &rows.unique, |id, problems| {
                if !is_column(id) {
                    problems.add(ProblemCode::UnknownName, &**id);
                }
            });
            for_items(problems, "fixed", &rows.fixed, |row, problems| {
                for (id, _) in row.cells.iter().filter(|(id, _)| !is_column(id)) {
                    problems.within("cells", |problems| problems.add(ProblemCode::UnknownName, &**id));
                }
            });
            for_items(problems, "groups", &rows.groups, |group, problems| {
                for id in group.columns.iter().filter(|id| !is_column(id)) {
                    problems.within("columns", |problems| problems.add(ProblemCode::UnknownName, &**id));
                }
            });
            for_items(problems, "columns", &rows.columns, |column, problems| {
                use FieldKind::{Note, Opinion, Rows, Seal};
                if matches!(column.kind, Rows(_) | Seal(_) | Opinion(_) | Note(_)) {
                    problems.within("kind", |problems| problems.add(ProblemCode::WrongType, column.kind.word()));
                }
                check_field(definition, column, problems);
            });
        });
    });
}

/// The limits of one field.
fn check_field(definition: &Definition, field: &Field, problems: &mut Problems) {
    let limit = |problems: &mut Problems, is_fit: bool, what: &str| {
        if !is_fit {
            problems.add(ProblemCode::Limit, what);
        }
    };
    let list = |problems: &mut Problems, member: &str, id: &Option<Id>| {
        if let Some(id) = id.as_ref().filter(|id| definition.list(id).is_none()) {
            problems.within(member, |problems| problems.add(ProblemCode::UnknownName, &**id));
        }
    };
    match &field.kind {
        FieldKind::Text(it) => {
            limit(problems, it.min_length <= it.max_length && it.max_length <= 20_000, "min_length ≤ max_length ≤ 20000");
            list(problems, "suggestions", &it.suggestions);
            if let Some(pattern) = it.pattern.as_ref().filter(|it| Pattern::parse(it).is_none()) {
                problems.within("pattern", |problems| problems.add(ProblemCode::BadPattern, pattern.as_str()));
            }
        }
        FieldKind::Long(it) => {
            limit(problems, it.min_length <= it.max_length && it.max_length <= 20_000, "min_length ≤ max_length ≤ 20000");
        }
        FieldKind::Integer(it) => {
            let range = it.min.unwrap_or(-json::MAX_SAFE_INTEGER)..=it.max.unwrap_or(json::MAX_SAFE_INTEGER);
            limit(problems, !range.is_empty(), "min ≤ max");
        }
        FieldKind::Decimal(it) => {
            limit(problems, (1..=MAX_DIGITS).contains(&it.digits), "1 to 6 digits");
            let mut bound = |name: &str, text: &Option<String>| {
                let number = Number::parse(text.as_deref()?);
                if number.is_none() {
                    problems.within(name, |it| it.add(ProblemCode::BadValue, text.as_deref().unwrap_or_default()));
                }
                number
            };
            let bounds = (bound("min", &it.min), bound("max", &it.max));
            limit(problems, !matches!(bounds, (Some(min), Some(max)) if min > max), "min ≤ max");
        }
        FieldKind::Year(it) | FieldKind::Month(it) | FieldKind::Date(it) => {
            for (name, bound) in [("min", &it.min), ("max", &it.max)] {
                let Some(bound) = bound else { continue };
                let is_fit = match &field.kind {
                    FieldKind::Year(_) => bound.0.parse().is_ok_and(|year: i64| (1900..=2199).contains(&year)),
                    FieldKind::Month(_) => Date::parse_iso_month(&bound.0).is_some(),
                    _ => Date::parse_iso_day(&bound.0).is_some(),
                };
                if !is_fit {
                    problems.within(name, |problems| problems.add(ProblemCode::BadValue, bound.0.as_str()));
                }
            }
            limit(problems, !matches!((&it.min, &it.max), (Some(min), Some(max)) if min.0 > max.0), "min ≤ max");
        }
        FieldKind::Boolean(it) => limit(problems, it.words.len() == 2, "two words"),
        FieldKind::Choice(it) => {
            list(problems, "options_from", &it.options_from);
            limit(problems, it.options.is_empty() == it.options_from.is_some(), "options or options_from");
            problems.within("options", |problems| check_codes(&it.options, problems));
        }
        FieldKind::Choices(it) => {
            list(problems, "options_from", &it.options_from);
            limit(problems, it.options.is_empty() == it.options_from.is_some(), "options or options_from");
            limit(problems, it.max.is_none_or(|max| it.min <= max), "min ≤ max");
            problems.within("options", |problems| check_codes(&it.options, problems));
        }
        FieldKind::Texts(it) => {
            limit(problems, it.min <= it.max && it.max <= MAX_ROWS, "min ≤ max ≤ 5000");
            limit(problems, it.max_length <= 20_000, "max_length ≤ 20000");
            list(problems, "suggestions", &it.suggestions);
        }
        FieldKind::Files(it) => limit(problems, it.min <= it.max && it.max <= MAX_ROWS, "min ≤ max ≤ 5000"),
        FieldKind::Computed(it) => limit(problems, it.digits <= MAX_DIGITS, "at most 6 digits"),
        _ => {}
    }
}

/// The value of a profile text as an expression reads it.
pub fn profile_value(kind: ProfileKind, text: &str) -> Option<ProfileValueRead> {
    match kind {
        ProfileKind::Date => Date::parse_iso_day(text).map(ProfileValueRead::Date),
        ProfileKind::Integer => {
            Number::parse(text).filter(|it| it.to_integer().is_some()).map(ProfileValueRead::Number)
        }
        ProfileKind::Decimal => Number::parse(text).map(ProfileValueRead::Number),
        ProfileKind::Text => (!text.is_empty()).then_some(ProfileValueRead::Text),
    }
}

/// A profile value that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileValueRead {
    /// A day.
    Date(Date),
    /// A number.
    Number(Number),
    /// The text itself.
    Text,
}

/// Checks expressions one after the other and numbers them.
struct Compiler<'a> {
    definition: &'a Definition,
    scheme: Scheme,
}

impl Compiler<'_> {
    /// Checks one expression at the present place. A faulty one gets a formula too, so that numbers fit.
    fn formula(
        &mut self,
        text: &Expr,
        scope: Scope,
        wanted: Option<Type>,
        problems: &mut Problems,
    ) -> (FormulaIdx, Option<Type>) {
        let parsed = expression::parse(&text.0, scope, &self.scheme, self.definition);
        let (program, ty) = match parsed {
            Ok((program, ty)) => {
                if wanted.is_some_and(|wanted| !ty.agrees(wanted)) {
                    problems.add_at(ProblemCode::ExprType, Some(0), "the expression gives another type");
                }
                (program, Some(ty))
            }
            Err(faults) => {
                for fault in faults {
                    problems.add_at(fault.code, Some(fault.offset), &fault.detail);
                }
                (Program::default(), None)
            }
        };
        self.scheme.formulas.push(Formula { program, table: scope.row.or(scope.this) });
        ((self.scheme.formulas.len() - 1) as FormulaIdx, ty)
    }

    /// A condition: `None` if it is fixed to true, and a formula that is never true if fixed to false.
    fn condition(&mut self, it: &Condition, name: &str, scope: Scope, problems: &mut Problems) -> Option<FormulaIdx> {
        let never = Expr("false".into());
        let text = match it {
            Condition::Fixed(true) => return None,
            Condition::Fixed(false) => &never,
            Condition::When(text) => text,
        };
        let wanted = Some(Type::one(Base::Boolean));
        Some(problems.within(name, |problems| self.formula(text, scope, wanted, problems).0))
    }

    fn part(&mut self, part_idx: usize, part: &Part, problems: &mut Problems) {
        let table = part_idx as TableIdx;
        let scope = Scope { this: Some(table), ..Scope::default() };
        let of_part: Vec<FormulaIdx> = self.condition(&part.relevant, "relevant", scope, problems).into_iter().collect();
        if let Some(it) = self.scheme.tables.get_mut(part_idx) {
            it.relevant = of_part.clone();
        }
        let mut of_section = Vec::new();
        for_items(problems, "sections", &part.sections, |section, problems| {
            let mut relevant = of_part.clone();
            relevant.extend(self.condition(&section.relevant, "relevant", scope, problems));
            of_section.push(relevant);
        });
        let mut slot = self.scheme.table(table).first;
        for_fields(problems, part, |field, section_idx, problems| {
            let relevant = of_section.get(section_idx).cloned().unwrap_or_default();
            let relevant = self.field(slot, field, scope, relevant, problems);
            if let (FieldKind::Rows(rows), Some(child)) = (&field.kind, self.scheme.slot(slot).child) {
                let scope = Scope { row: Some(child), ..scope };
                let mut column_slot = self.scheme.table(child).first;
                for_items(problems, "columns", &rows.columns, |column, problems| {
                    self.field(column_slot, column, scope, relevant.clone(), problems);
                    column_slot += 1;
                });
            }
            slot += 1;
        });
    }

    fn materials(&mut self, part: &Part, problems: &mut Problems) {
        let Some(table) = self.scheme.part(super::MATERIALS) else { return };
        let mut slot = self.scheme.table(table).first;
        let Some(section) = part.sections.first() else { return };
        for_items(problems, "materials", &section.fields, |field, problems| {
            self.field(slot, field, Scope::default(), Vec::new(), problems);
            slot += 1;
        });
    }

    /// Gives everything that must be true for the field to be asked.
    fn field(
        &mut self,
        slot_idx: SlotIdx,
        field: &Field,
        scope: Scope,
        mut relevant: Vec<FormulaIdx>,
        problems: &mut Problems,
    ) -> Vec<FormulaIdx> {
        relevant.extend(self.condition(&field.relevant, "relevant", scope, problems));
        let required = match &field.required {
            Condition::Fixed(false) => Required::Never,
            Condition::Fixed(true) => Required::Always,
            it => self.condition(it, "required", scope, problems).map_or(Required::Never, Required::When),
        };
        let mut compute = None;
        if let FieldKind::Computed(it) = &field.kind {
            let base = match it.result {
                ResultKind::Number => Base::Number,
                ResultKind::Text => Base::Text,
                ResultKind::Date => Base::Date,
                ResultKind::Boolean => Base::Boolean,
            };
            let wanted = Some(Type::one(base));
            compute = Some(problems.within("compute", |problems| self.formula(&it.compute, scope, wanted, problems).0));
        }
        if let FieldKind::Reference(it) = &field.kind {
            let target = self.scheme.slot(slot_idx).target;
            if target.is_none() {
                problems.within("to", |problems| problems.add(ProblemCode::UnknownName, it.to.as_str()));
            } else if target.and_then(|target| self.scheme.member(target, &it.show)).is_none() {
                problems.within("show", |problems| problems.add(ProblemCode::UnknownName, &*it.show));
            }
        }
        if let Some(slot) = self.scheme.slots.get_mut(usize::from(slot_idx)) {
            slot.relevant = relevant.clone();
            slot.required = required;
            slot.compute = compute;
        }
        relevant
    }

    fn rule(&mut self, rule_idx: usize, rule: &Rule, problems: &mut Problems) {
        let is_collection = rule.scope.as_deref() == Some("collection");
        let named = rule.scope.as_deref().filter(|_| !is_collection);
        let table = named.and_then(|name| self.scheme.table_named(name));
        if let Some(name) = named.filter(|_| table.is_none_or(|it| !self.may_scope(it))) {
            problems.within("scope", |problems| problems.add(ProblemCode::UnknownName, name));
        }
        let mut guards = Vec::new();
        let scope = match table {
            None => Scope { is_collection, ..Scope::default() },
            Some(table) => {
                let it = self.scheme.table(table);
                guards = it.holder.map_or(it.relevant.clone(), |holder| self.scheme.slot(holder).relevant.clone());
                Scope { this: Some(it.part), row: it.holder.map(|_| table), is_collection }
            }
        };
        let boolean = Some(Type::one(Base::Boolean));
        let mut optional = |this: &mut Self, name: &str, text: &Option<Expr>, scope: Scope, wanted: Option<Type>| {
            let text = text.as_ref()?;
            Some(problems.within(name, |problems| this.formula(text, scope, wanted, problems).0))
        };
        let group = optional(self, "group", &rule.group, Scope::default(), None);
        let when = optional(self, "when", &rule.when, scope, boolean);
        let check = problems.within("check", |problems| self.formula(&rule.check, scope, boolean, problems).0);
        let parameters = problems.within("parameters", |problems| {
            let parameters = rule.parameters.iter();
            parameters
                .map(|(name, it)| {
                    problems.within(name, |problems| {
                        let (formula, show) = self.parameter(it, scope, problems);
                        (name.clone(), formula, show)
                    })
                })
                .collect()
        });
        let mut marks = Vec::new();
        for_items(problems, "fields", &rule.fields, |text, problems| match self.mark(text, scope) {
            Some(mark) => marks.push(mark),
            None => problems.add(ProblemCode::UnknownName, text.as_str()),
        });
        if let Some(it) = table.and_then(|table| self.scheme.tables.get_mut(usize::from(table))) {
            it.rules.push(rule_idx as u16);
        }
        self.scheme.rules.push(CheckedRule {
            id: rule.id.clone(),
            table,
            is_collection,
            group,
            guards,
            when,
            check,
            parameters,
            marks,
            severity: rule.severity,
            min_reason: rule.r#override.min_length,
            is_verdict: rule.verdict,
        });
    }

    /// Rules stand at parts and rows; the entries of a files field are no place of their own.
    fn may_scope(&self, table: TableIdx) -> bool {
        let holder = self.scheme.table(table).holder.map(|holder| &self.scheme.slot(holder).field.kind);
        !matches!(holder, Some(FieldKind::Files(_)))
    }

    fn parameter(&mut self, it: &Parameter, scope: Scope, problems: &mut Problems) -> (FormulaIdx, Show) {
        let (formula, ty) = match it.digits {
            None => self.formula(&it.of, scope, None, problems),
            Some(digits) => {
                if digits > MAX_DIGITS {
                    problems.within("digits", |problems| problems.add(ProblemCode::Limit, "at most 6 digits"));
                }
                let wanted = Some(Type::one(Base::Number));
                problems.within("of", |problems| self.formula(&it.of, scope, wanted, problems))
            }
        };
        if ty.is_some_and(|ty| ty.is_list || matches!(ty.base, Base::Record(_) | Base::Application)) {
            problems.add_at(ProblemCode::ExprType, Some(0), "a message shows numbers, texts, dates and truth values");
        }
        let program = &self.scheme.formula(formula).program;
        let show = match (it.digits, program.node(program.root())) {
            (Some(digits), _) => Show::Digits(digits.min(MAX_DIGITS), Rounded::Truncate),
            (None, Node::Member(_, slot)) => show_of(&self.scheme.slot(*slot).field),
            _ => Show::Plain,
        };
        (formula, show)
    }

    /// `this.x`, `row.x`, `this.rows.x`, `parks.x`, `parks`, `materials.plan`.
    fn mark(&self, text: &str, scope: Scope) -> Option<Mark> {
        let mut names = text.split('.');
        let first = names.next()?;
        let (mut table, mut reach) = match first {
            "this" => (scope.this?, Reach::Instance),
            "row" => (scope.row?, Reach::Row),
            part => (self.scheme.part(part)?, Reach::Any),
        };
        let mut slot = None;
        for name in names {
            if let Some(holder) = slot {
                table = self.scheme.slot(holder).child?;
                reach = reach.max(Reach::Instance);
            }
            slot = Some(self.scheme.member(table, name)?);
        }
        (slot.is_some() || reach == Reach::Any).then_some(Mark { table, slot, reach })
    }
}

/// How the value of a field is written.
pub fn show_of(field: &Field) -> Show {
    match &field.kind {
        FieldKind::Computed(it) if it.result == ResultKind::Number => {
            let rounded = match it.rounding {
                Rounding::Truncate => Rounded::Truncate,
                Rounding::HalfUp => Rounded::HalfUp,
            };
            Show::Digits(it.digits.min(MAX_DIGITS), rounded)
        }
        FieldKind::Month(_) => Show::Month,
        _ => Show::Plain,
    }
}

fn check_expressions(definition: &Definition, materials: Option<&Part>, problems: &mut Problems) -> Scheme {
    let scheme = Scheme::new(definition, materials, problems);
    if scheme.slots.is_empty() || definition.rules.len() > MAX_RULES {
        return scheme;
    }
    let mut compiler = Compiler { definition, scheme };
    let mut part_idx = 0;
    for_items(problems, "parts", &definition.parts, |part, problems| {
        compiler.part(part_idx, part, problems);
        part_idx += 1;
    });
    if let Some(part) = materials {
        compiler.materials(part, problems);
    }
    let mut rule_idx = 0;
    for_items(problems, "rules", &definition.rules, |rule, problems| {
        compiler.rule(rule_idx, rule, problems);
        rule_idx += 1;
    });
    let mut scheme = compiler.scheme;
    for slot in dependencies::order(&mut scheme) {
        let it = scheme.slot(slot);
        let mut place = scheme.table(scheme.table(it.table).part).id.to_string();
        if let Some(holder) = scheme.table(it.table).holder {
            place.push('.');
            place.push_str(&scheme.slot(holder).field.id);
        }
        place.push('.');
        place.push_str(&it.field.id);
        problems.add(ProblemCode::Cycle, place);
    }
    scheme
}
