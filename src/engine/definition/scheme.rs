//! A definition with its cells numbered: what expressions and validation name cells by.
//!
//! A *table* here is a list of records of one shape: the instances of a part, the rows of a rows field, the
//! entries of a files field. A *slot* is a field of such a table. Numbers instead of ids keep dependency
//! sets small and lookups cheap.

use super::expression::Program;
use super::expression::tree::{Base, Type};
use super::problem::{ProblemCode, Problems};
use super::record::Decode;
use super::expression::tree::Reach;
use super::{
    Condition, Definition, Field, FieldCommon, FieldKind, FilesKind, Id, IntegerKind, MATERIALS, Part, ProfileKind, Section,
    Severity, TextKind, Words,
};
use crate::engine::value::number::Rounded;
use std::sync::Arc;

/// Number of a table.
pub type TableIdx = u16;
/// Number of a slot.
pub type SlotIdx = u16;
/// Number of something that formulas read: slots first, then the membership of each table, then profile values.
pub type SourceIdx = u16;

/// Most fields and columns of a definition.
pub const MAX_FIELDS: usize = 2000;

/// A list of records of one shape.
#[derive(Clone, Debug)]
pub struct Table {
    /// Id of the part or of the field that holds the records.
    pub id: Id,
    /// The part that it lies in; itself for a part.
    pub part: TableIdx,
    /// The field that holds these records; none for a part.
    pub holder: Option<SlotIdx>,
    /// False for a part filled once.
    pub is_repeated: bool,
    /// Its first slot.
    pub first: SlotIdx,
    /// How many slots it has.
    pub n_slots: u16,
    /// Keys of fixed rows.
    pub fixed: Vec<Id>,
    /// Whether the instances of this part are asked at all.
    pub relevant: Vec<FormulaIdx>,
    /// Rules with one state for each record of this table, in the order of the definition.
    pub rules: Vec<u16>,
}

/// Number of a formula.
pub type FormulaIdx = u16;

/// When something must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// Never.
    Never,
    /// Whenever it is asked.
    Always,
    /// Where the formula is definitely true.
    When(FormulaIdx),
}

/// A field of a table.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The field.
    pub field: Arc<Field>,
    /// Its table.
    pub table: TableIdx,
    /// The table that it holds, for rows and files.
    pub child: Option<TableIdx>,
    /// Its type in expressions; none for words and boxes.
    pub ty: Option<Type>,
    /// Its value, for computed cells.
    pub compute: Option<FormulaIdx>,
    /// All of these must be definitely true for it to be asked: part, section, rows field, own.
    pub relevant: Vec<FormulaIdx>,
    /// Must it be answered?
    pub required: Required,
    /// Target of a reference.
    pub target: Option<TableIdx>,
    /// Reserved for another office, or brought by one: shown, never asked.
    pub is_asked: bool,
    /// Cells are worked out in this order.
    pub rank: u16,
}

/// The numbered definition.
#[derive(Clone, Debug, Default)]
pub struct Scheme {
    /// Parts first, materials last of them; then rows and files fields.
    pub tables: Vec<Table>,
    /// How many of the tables are parts.
    pub n_parts: u16,
    /// Every field and column.
    pub slots: Vec<Slot>,
    /// Profile ids and their kinds.
    pub profile: Vec<(Id, ProfileKind)>,
    /// Lists: id and texts or codes.
    pub lists: Vec<(Id, Arc<[Arc<str>]>)>,
    /// The expressions.
    pub formulas: Vec<Formula>,
    /// The rules, numbered as in the definition.
    pub rules: Vec<CheckedRule>,
    /// What to work out again when a source changes.
    pub readers: Vec<Vec<Reader>>,
    /// Greatest rank of a slot.
    pub max_rank: u16,
}

/// What can be worked out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Is the cell asked?
    Relevant(SlotIdx),
    /// Its value.
    Compute(SlotIdx),
    /// Must it be answered?
    Required(SlotIdx),
    /// The outcome of a rule.
    Rule(u16),
}

/// Something that reads a source, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// What it is.
    pub work: Work,
    /// Where the source lies, seen from its place.
    pub reach: Reach,
}

/// A rule with its expressions checked.
#[derive(Clone, Debug)]
pub struct CheckedRule {
    /// Its id.
    pub id: Id,
    /// One state for each record of this table; one for the document without one.
    pub table: Option<TableIdx>,
    /// Runs over many applications, never while filling.
    pub is_collection: bool,
    /// Groups applications.
    pub group: Option<FormulaIdx>,
    /// Relevance of its place: a rule of a part that is not asked does not apply.
    pub guards: Vec<FormulaIdx>,
    /// Where it applies.
    pub when: Option<FormulaIdx>,
    /// What must hold.
    pub check: FormulaIdx,
    /// Values of its message.
    pub parameters: Vec<(Id, FormulaIdx, Show)>,
    /// What it marks.
    pub marks: Vec<Mark>,
    /// Its weight.
    pub severity: Severity,
    /// Fewest characters of a reason that lifts it.
    pub min_reason: u32,
    /// Shown also when it holds.
    pub is_verdict: bool,
}

/// Something that a rule marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The table of the slot, or the part that is marked as a whole.
    pub table: TableIdx,
    /// The field or column; none for a part as a whole.
    pub slot: Option<SlotIdx>,
    /// Which records of the table.
    pub reach: Reach,
}

/// How a value is written in a message or a computed cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// As it is.
    Plain,
    /// With so many digits after the point.
    Digits(u32, Rounded),
    /// A month.
    Month,
}

/// An expression and the records it is worked out for.
#[derive(Clone, Debug)]
pub struct Formula {
    /// The expression.
    pub program: Program,
    /// For each record of this table; once for the document without one.
    pub table: Option<TableIdx>,
}

impl Scheme {
    /// Numbers the cells of a definition. Formulas are added when the expressions are checked.
    pub fn new(definition: &Definition, materials: Option<&Part>, problems: &mut Problems) -> Scheme {
        let mut scheme = Scheme::default();
        for value in &definition.profile {
            scheme.profile.push((value.id.clone(), value.kind));
        }
        for (id, list) in &definition.lists {
            scheme.lists.push((id.clone(), list.0.iter().map(|it| it.code.clone()).collect()));
        }
        let parts: Vec<&Part> = definition.parts.iter().chain(materials).collect();
        let n_fields: usize = parts
            .iter()
            .flat_map(|part| part.fields())
            .map(|field| match &field.kind {
                FieldKind::Rows(rows) => 1 + rows.columns.len(),
                FieldKind::Files(_) => 4,
                _ => 1,
            })
            .sum();
        if n_fields > MAX_FIELDS || parts.len() > MAX_FIELDS {
            problems.add(ProblemCode::Limit, "at most 2000 fields");
            return scheme;
        }
        scheme.n_parts = parts.len() as u16;
        for (part_idx, part) in parts.iter().enumerate() {
            scheme.tables.push(Table {
                id: part.id.clone(),
                part: part_idx as TableIdx,
                holder: None,
                is_repeated: part.repeat.is_some(),
                first: 0,
                n_slots: 0,
                fixed: Vec::new(),
                relevant: Vec::new(),
                rules: Vec::new(),
            });
        }
        let entry_fields = entry_fields();
        for (part_idx, part) in parts.iter().enumerate() {
            let fields: Vec<Arc<Field>> = part.fields().map(|field| Arc::new(field.clone())).collect();
            let first = scheme.slots.len() as SlotIdx;
            scheme.add_slots(part_idx as TableIdx, &fields, definition);
            for (idx, field) in fields.iter().enumerate() {
                let (columns, fixed) = match &field.kind {
                    FieldKind::Rows(rows) => (
                        rows.columns.iter().map(|it| Arc::new(it.clone())).collect(),
                        rows.fixed.iter().map(|row| row.key.clone()).collect(),
                    ),
                    FieldKind::Files(_) => (entry_fields.clone(), Vec::new()),
                    _ => continue,
                };
                let holder = first + idx as u16;
                let table = scheme.tables.len() as TableIdx;
                scheme.tables.push(Table {
                    id: field.id.clone(),
                    part: part_idx as TableIdx,
                    holder: Some(holder),
                    is_repeated: true,
                    first: 0,
                    n_slots: 0,
                    fixed,
                    relevant: Vec::new(),
                    rules: Vec::new(),
                });
                if let Some(slot) = scheme.slots.get_mut(usize::from(holder)) {
                    slot.child = Some(table);
                    slot.ty = Some(Type::one(Base::Record(table)).list());
                }
                scheme.add_slots(table, &columns, definition);
            }
        }
        // Targets last: a reference may point at what stands below it.
        for idx in 0..scheme.slots.len() {
            let Some(slot) = scheme.slots.get(idx) else { continue };
            let FieldKind::Reference(reference) = &slot.field.kind else { continue };
            let target = scheme.table_named(&reference.to).filter(|it| scheme.table(*it).is_repeated);
            if let Some(slot) = scheme.slots.get_mut(idx) {
                slot.target = target;
                slot.ty = Some(Type::one(target.map_or(Base::Unknown, Base::Record)));
            }
        }
        scheme
    }

    fn add_slots(&mut self, table: TableIdx, fields: &[Arc<Field>], definition: &Definition) {
        let first = self.slots.len() as SlotIdx;
        if let Some(it) = self.tables.get_mut(usize::from(table)) {
            it.first = first;
            it.n_slots = fields.len() as u16;
        }
        for (idx, field) in fields.iter().enumerate() {
            let codes = Type { codes: Some(first + idx as u16), ..Type::one(Base::Text) };
            let ty = match &field.kind {
                FieldKind::Text(_) | FieldKind::Long(_) => Some(Type::one(Base::Text)),
                FieldKind::Integer(_) | FieldKind::Decimal(_) | FieldKind::Year(_) => Some(Type::one(Base::Number)),
                FieldKind::Month(_) | FieldKind::Date(_) => Some(Type::one(Base::Date)),
                FieldKind::Boolean(_) => Some(Type::one(Base::Boolean)),
                FieldKind::Choice(_) => Some(codes),
                FieldKind::Choices(_) => Some(codes.list()),
                FieldKind::Texts(_) => Some(Type::one(Base::Text).list()),
                FieldKind::Computed(it) => Some(Type::one(match it.result {
                    super::ResultKind::Number => Base::Number,
                    super::ResultKind::Text => Base::Text,
                    super::ResultKind::Date => Base::Date,
                    super::ResultKind::Boolean => Base::Boolean,
                })),
                // Rows, files and references get theirs once their tables are numbered.
                _ => None,
            };
            let is_material = usize::from(table) < self.tables.len() && &*self.table(table).id == MATERIALS;
            let is_brought = is_material && definition.material(&field.id).is_some_and(|it| is_brought(it, definition));
            self.slots.push(Slot {
                field: field.clone(),
                table,
                child: None,
                ty,
                compute: None,
                relevant: Vec::new(),
                required: Required::Never,
                target: None,
                is_asked: field.reserved_for.is_none() && !is_brought,
                rank: 0,
            });
        }
    }

    /// A table. Numbers come from this scheme, so a wrong one does not occur; the first stands in for it.
    pub fn table(&self, at: TableIdx) -> &Table {
        &self.tables[usize::from(at).min(self.tables.len() - 1)]
    }

    /// A slot, likewise.
    pub fn slot(&self, at: SlotIdx) -> &Slot {
        &self.slots[usize::from(at).min(self.slots.len() - 1)]
    }

    /// A formula, likewise.
    pub fn formula(&self, at: FormulaIdx) -> &Formula {
        &self.formulas[usize::from(at).min(self.formulas.len() - 1)]
    }

    /// The slots of a table.
    pub fn slots_of(&self, table: TableIdx) -> impl Iterator<Item = (SlotIdx, &Slot)> + '_ {
        let table = self.table(table);
        (table.first..table.first + table.n_slots).map(|at| (at, self.slot(at)))
    }

    /// The slot of that id in a table.
    pub fn member(&self, table: TableIdx, id: &str) -> Option<SlotIdx> {
        self.slots_of(table).find(|(_, slot)| &*slot.field.id == id).map(|(at, _)| at)
    }

    /// The part of that id, also `materials`.
    pub fn part(&self, id: &str) -> Option<TableIdx> {
        self.tables.iter().take(usize::from(self.n_parts)).position(|it| &*it.id == id).map(|it| it as TableIdx)
    }

    /// The table of `part` or `part.rows`.
    pub fn table_named(&self, name: &str) -> Option<TableIdx> {
        match name.split_once('.') {
            None => self.part(name),
            Some((part, rows)) => self.slot(self.member(self.part(part)?, rows)?).child,
        }
    }

    /// The source that stands for the list of a table's records.
    pub fn membership(&self, table: TableIdx) -> SourceIdx {
        self.slots.len() as u16 + table
    }

    /// The source that stands for a profile value.
    pub fn profile_source(&self, at: usize) -> SourceIdx {
        (self.slots.len() + self.tables.len() + at) as u16
    }

    /// How many sources there are.
    pub fn n_sources(&self) -> usize {
        self.slots.len() + self.tables.len() + self.profile.len()
    }
}

/// The materials as a part filled once.
pub fn materials_part(definition: &Definition) -> Option<Part> {
    if definition.materials.is_empty() {
        return None;
    }
    let mut section = Section::blank();
    for material in &definition.materials {
        let kind = FilesKind { min: material.min, max: material.max, ..FilesKind::blank() };
        let mut field = plain_field(&material.id, FieldKind::Files(kind));
        field.common.label = material.label.clone();
        field.common.hint = material.hint.clone();
        field.common.required = match &material.required {
            _ if is_brought(material, definition) => Condition::Fixed(false),
            required => required.clone(),
        };
        field.common.reserved_for = material.by.clone().filter(|_| is_brought(material, definition));
        field.common.relevant = material.relevant.clone();
        field.common.source = material.source.clone();
        section.fields.push(field);
    }
    Some(Part { id: MATERIALS.into(), label: Words::plain(""), sections: vec![section], ..Part::blank() })
}

/// True for a material that another office brings: listed, not asked.
fn is_brought(material: &super::Material, definition: &Definition) -> bool {
    // Any office that fills a part may be the filler; the others are the chain's later links.
    let first = definition.offices.first().map(|it| &it.id);
    let fills = |office: &Id| {
        Some(office) == first || definition.parts.iter().any(|part| part.filled_by.as_ref() == Some(office))
    };
    material.by.as_ref().is_some_and(|office| !fills(office))
}

/// The members of a file entry.
fn entry_fields() -> Vec<Arc<Field>> {
    let text = || FieldKind::Text(TextKind::blank());
    let fields = [("title", text()), ("pages", FieldKind::Integer(IntegerKind::blank())), ("attachment", text())];
    fields.into_iter().map(|(id, kind)| Arc::new(plain_field(id, kind))).collect()
}

fn plain_field(id: &str, kind: FieldKind) -> Field {
    Field { id: id.into(), common: FieldCommon { label: Words::plain(""), ..FieldCommon::blank() }, kind }
}
