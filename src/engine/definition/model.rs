//! The members of a definition file, section 2 and 3 of the format.

use super::problem::{ProblemCode, Problems};
use super::record::{self, Blank, Decode, Members, record, words_enum};
use crate::engine::value::json::Json;
use std::sync::Arc;

/// An id. Shared, since answer paths copy ids often.
pub type Id = Arc<str>;

/// The part under which materials are answered: `materials/plan/r9`. No part may have this id.
pub const MATERIALS: &str = "materials";

/// A text in every language the definition speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Vec<(Id, String)>);

impl Words {
    /// The text in that language, or in the first one.
    pub fn get(&self, language: &str) -> &str {
        let found = self.0.iter().find(|(tag, _)| &**tag == language);
        found.or(self.0.first()).map_or("", |(_, text)| text)
    }

    /// True if there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A text that is the same in every language.
    pub fn plain(text: &str) -> Words {
        Words(vec![(Arc::from(""), text.into())])
    }

    /// A text in Chinese and in English.
    fn of_both(chinese: &str, english: &str) -> Words {
        Words(vec![(Arc::from("zh-CN"), chinese.into()), (Arc::from("en"), english.into())])
    }
}

impl Decode for Words {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        match json {
            Some(Json::Text(text)) => Words::plain(text),
            Some(Json::Object(_)) => Words(Vec::read(json, problems)),
            _ => {
                record::wrong_type(json, "words: a string, or an object from language to string", problems);
                Words::default()
            }
        }
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let each = Vec::<(Arc<str>, String)>::schema(named);
        Json::object([("anyOf", Json::List(vec![String::schema(named), each]))])
    }
}

/// The text of an expression of section 4; parsed when the definition is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr(pub String);

impl Decode for Expr {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        Expr(String::read(json, problems))
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        Json::object([("type", Json::text("string")), ("minLength", Json::Int(1)), ("maxLength", Json::Int(2000))])
    }
}

/// A truth value that is fixed or worked out: `true`, `false` or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Fixed.
    Fixed(bool),
    /// Holds only where the expression is definitely true.
    When(Expr),
}

impl Decode for Condition {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        match json {
            Some(Json::Bool(value)) => Condition::Fixed(*value),
            Some(Json::Text(text)) => Condition::When(Expr(text.clone())),
            _ => {
                record::wrong_type(json, "true, false or an expression", problems);
                Condition::Fixed(false)
            }
        }
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        Json::object([("anyOf", Json::List(vec![bool::schema(named), Expr::schema(named)]))])
    }
}

record! {
    /// One application table of one notice.
    pub struct Definition {
        /// Version of this format.
        pub format: String,
        /// Identity of the table, with `-`.
        pub id: Id,
        /// `year.number`; raised by any change that an official reader could notice.
        pub version: String,
        /// BCP 47 tags; the first is complete and authoritative.
        pub languages: Vec<Id>,
        /// Heading as printed.
        pub title: Words,
        /// Second heading line.
        pub subtitle: Words = Blank,
        /// 说明 under the table.
        pub remark: Words = Blank,
        /// Printed in its notice, or reconstructed from what it asks for.
        pub provenance: Provenance,
        /// Where the table comes from, shown in the form, on paper and in exports.
        pub provenance_note: Words = Blank,
        /// The notice.
        pub notice: Notice,
        /// Public pages that a source may name.
        pub references: Vec<Reference> = Blank,
        /// Who fills, receives or gives opinions.
        pub offices: Vec<Office> = Blank,
        /// Deadlines and limits that whoever distributes the form may change.
        pub profile: Vec<ProfileValue> = Blank,
        /// Code lists, registers and suggestions.
        pub lists: Vec<(Arc<str>, CodeList)> = Blank,
        /// The parts in order.
        pub parts: Vec<Part>,
        /// Conditions that concern more than one answer.
        pub rules: Vec<Rule> = Blank,
        /// Documents that accompany the table.
        pub materials: Vec<Material> = Blank,
        /// Example answers with the outcome of every rule.
        pub cases: Vec<Case> = Blank,
        /// Whom the finished table goes to; no address is shipped.
        pub recipients: Vec<Recipient> = Blank,
        /// Dates to remember, for calendars only.
        pub reminders: Vec<Reminder> = Blank,
    }
}

words_enum! {
    /// How a table came to be known.
    pub enum Provenance {
        /// Printed in its notice.
        Official = "official",
        /// Rebuilt from what the notice obliges the applicant to show.
        Reconstructed = "reconstructed",
    }
}

record! {
    /// The notice that asks for the table.
    pub struct Notice {
        /// 文号.
        pub number: String = Blank,
        /// Its title.
        pub title: Words = Blank,
        /// Who issued it.
        pub issuers: Vec<Words> = Blank,
        /// ISO date.
        pub issued: String = Blank,
        /// Which attachment the table is.
        pub attachment: Words = Blank,
        /// Shown as text, never fetched.
        pub url: String = Blank,
    }
}

record! {
    /// A public page that a source names.
    pub struct Reference {
        /// Its id.
        pub id: Id,
        /// Its title.
        pub title: Words,
        /// Where it was seen.
        pub r#where: String = Blank,
    }
}

record! {
    /// An office of the chain.
    pub struct Office {
        /// Its id.
        pub id: Id,
        /// Its name as shown.
        pub label: Words,
        /// The role used in bundles; the id by default.
        pub role: Option<Id> = Blank,
    }
}

impl Office {
    /// The role it has in signed files.
    pub fn role(&self) -> &Id {
        self.role.as_ref().unwrap_or(&self.id)
    }

    fn is_called(&self, name: &str) -> bool {
        let name = name.trim();
        **self.role() == *name || *self.id == *name || self.label.0.iter().any(|(_, label)| label.trim() == name)
    }
}

words_enum! {
    /// What a profile value is.
    pub enum ProfileKind {
        /// An ISO date.
        Date = "date",
        /// An integer, written as text.
        Integer = "integer",
        /// A decimal, written as text.
        Decimal = "decimal",
        /// A text.
        Text = "text",
    }
}

record! {
    /// A deadline or limit that whoever distributes the form may change.
    pub struct ProfileValue {
        /// Read as `profile.<id>`.
        pub id: Id,
        /// Its kind.
        pub kind: ProfileKind,
        /// The value, as text whatever its kind.
        pub value: ProfileText,
        /// Its name as shown.
        pub label: Words,
        /// Where the value comes from.
        pub source: Option<Source> = Blank,
    }
}

/// A profile value: a text, or an integer taken as its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileText(pub String);

impl Decode for ProfileText {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        ProfileText(match json {
            Some(Json::Int(number)) => number.to_string(),
            _ => String::read(json, problems),
        })
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        Json::object([("anyOf", Json::List(vec![String::schema(named), i64::schema(named)]))])
    }
}

/// A code list: texts, or codes with labels.
#[derive(Clone, Debug, Default)]
pub struct CodeList(pub Vec<Choice>);

impl Decode for CodeList {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        let mut entries = Vec::new();
        for (idx, item) in record::list(json, problems).iter().enumerate() {
            problems.enter(&idx.to_string());
            entries.extend(match item {
                Json::Text(text) => Some(Choice { code: text.as_str().into(), label: Words::plain(text), ..Choice::blank() }),
                _ => Choice::decode(item, problems),
            });
            problems.leave();
        }
        CodeList(entries)
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let item = Json::object([("anyOf", Json::List(vec![String::schema(named), Choice::schema(named)]))]);
        Json::object([("type", Json::text("array")), ("items", item)])
    }
}

record! {
    /// One level below the table: filled once, or repeated.
    pub struct Part {
        /// Its id.
        pub id: Id,
        /// Its heading.
        pub label: Words,
        /// Help shown under the heading.
        pub hint: Words = Blank,
        /// Inherited by its sections and fields.
        pub source: Option<Source> = Blank,
        /// Absent: filled once.
        pub repeat: Option<Repeat> = Blank,
        /// Office that normally fills it; the first by default.
        pub filled_by: Option<Id> = Blank,
        /// True if this part may be filled alone and sent as a part file.
        pub separable: bool = false,
        /// Where it starts on paper.
        pub page: Page = Page::Flow,
        /// Asked at all?
        pub relevant: Condition = Condition::Fixed(true),
        /// Overrides the definition's provenance.
        pub provenance: Option<Provenance> = Blank,
        /// Overrides the definition's note.
        pub provenance_note: Words = Blank,
        /// Former ids.
        pub was: Vec<Id> = Blank,
        /// The sections in order.
        pub sections: Vec<Section>,
    }
}

impl Part {
    /// Every field of the part, in the order of the table.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The field of that id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields().find(|field| &*field.id == id)
    }
}

words_enum! {
    /// Where a part starts on paper.
    pub enum Page {
        /// After what is before it.
        Flow = "flow",
        /// On a new sheet.
        New = "new",
    }
}

record! {
    /// How often a part may be filled.
    pub struct Repeat {
        /// Fewest instances.
        pub min: u32 = 0,
        /// Most instances.
        pub max: u32 = 50,
        /// Instances of a new document; `min` by default.
        pub start: Option<u32> = Blank,
        /// What one is called: 园区.
        pub noun: Words,
        /// Field that names an instance in lists.
        pub name_from: Option<Id> = Blank,
    }
}

record! {
    /// Headings of a part; not in answer paths.
    pub struct Section {
        /// The heading.
        pub heading: Words = Blank,
        /// Where the heading stands.
        pub layout: SectionLayout = SectionLayout { heading: HeadingAt::Top, width: 2 },
        /// Inherited by its fields.
        pub source: Option<Source> = Blank,
        /// Asked at all?
        pub relevant: Condition = Condition::Fixed(true),
        /// Help shown under the heading.
        pub hint: Words = Blank,
        /// The fields in order.
        pub fields: Vec<Field>,
    }
}

record! {
    /// Where a section's heading stands.
    pub struct SectionLayout {
        /// Above, at the side, or nowhere.
        pub heading: HeadingAt = HeadingAt::Top,
        /// Columns of a side heading.
        pub width: u32 = 2,
    }
}

words_enum! {
    /// Place of a section's heading.
    pub enum HeadingAt {
        /// A bar across.
        Top = "top",
        /// One tall cell on the left.
        Side = "side",
        /// None.
        None = "none",
    }
}

words_enum! {
    /// When a cell is printed.
    pub enum Print {
        /// Always.
        Always = "always",
        /// Never: an aid, not a cell.
        Never = "never",
        /// In brackets behind the cell before it.
        WithPrevious = "with_previous",
        /// As an empty cell.
        Blank = "blank",
    }
}

words_enum! {
    /// Where a label stands.
    pub enum LabelAt {
        /// In a cell on the left.
        Left = "left",
        /// Above, in the value's cell.
        Top = "top",
        /// Nowhere.
        None = "none",
    }
}

record! {
    /// A field's cells on the 24 columns of the table.
    pub struct FieldLayout {
        /// Columns of the label cell; 4 by default.
        pub label: Option<u32> = Blank,
        /// Columns of the value cell; 8, or 20 for long texts, by default.
        pub value: Option<u32> = Blank,
        /// Where the label stands.
        pub label_at: LabelAt = LabelAt::Left,
        /// Least height in print, in lines.
        pub lines: Option<u32> = Blank,
        /// True starts a new line of the table.
        pub r#break: bool = false,
    }
}

words_enum! {
    /// Where a cell or rule comes from.
    pub enum SourceKind {
        /// The notice, at a clause.
        Notice = "notice",
        /// A public page.
        Public = "public",
        /// Inferred from similar tables.
        Inferred = "inferred",
        /// Follows from a notice by arithmetic or logic.
        Derived = "derived",
        /// A product aid, not a cell.
        Help = "help",
        /// General knowledge, unverified.
        General = "general",
    }
}

record! {
    /// Where a cell or rule comes from.
    pub struct Source {
        /// Kind of source.
        pub kind: SourceKind,
        /// Clause of the notice, such as 二(一).
        pub at: String = Blank,
        /// Id of a reference.
        pub r#ref: Option<Id> = Blank,
        /// In words.
        pub note: Words = Blank,
    }
}

/// One cell of the table.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its id, unique in the part.
    pub id: Id,
    /// What all kinds have.
    pub common: FieldCommon,
    /// What it can hold.
    pub kind: FieldKind,
}

impl std::ops::Deref for Field {
    type Target = FieldCommon;
    fn deref(&self) -> &FieldCommon {
        &self.common
    }
}

record! {
    /// The members that every field has.
    pub struct FieldCommon {
        /// Its label.
        pub label: Words,
        /// Help, shown under the control.
        pub hint: Words = Blank,
        /// An example of an answer.
        pub example: Words = Blank,
        /// Printed in the cell after the value.
        pub unit: Words = Blank,
        /// Must there be an answer?
        pub required: Condition = Condition::Fixed(false),
        /// Asked at all?
        pub relevant: Condition = Condition::Fixed(true),
        /// May 无 be confirmed?
        pub none: NoneAllowed = Blank,
        /// Written as an ordinary answer when the instance or row is made.
        pub default: Option<Json> = Blank,
        /// Name of a value that the host or an invitation may give.
        pub prefill: Option<Id> = Blank,
        /// Office id: printed empty, never fillable here.
        pub reserved_for: Option<Id> = Blank,
        /// When it is printed; absent: always, but never for source `help`.
        pub print: Option<Print> = Blank,
        /// Former ids.
        pub was: Vec<Id> = Blank,
        /// Inherited from section or part if absent.
        pub source: Option<Source> = Blank,
        /// Its cells.
        pub layout: FieldLayout = FieldLayout { label: None, value: None, label_at: LabelAt::Left, lines: None, r#break: false },
        /// Width as a column of rows.
        pub width: Option<u32> = Blank,
    }
}

/// Whether 无 may be confirmed, and the word for it. `None`: it may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoneAllowed(pub Option<Words>);

/// The members of a confirmation of 无 with a word of its own.
const NONE_MEMBERS: &[&str] = &["label"];

impl Decode for NoneAllowed {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        NoneAllowed(match json {
            Some(Json::Bool(allowed)) => allowed.then(|| Words::of_both("无", "none")),
            Some(Json::Object(_)) => {
                let json = record::closed_object(json, NONE_MEMBERS, problems);
                Some(Members::new(json, NONE_MEMBERS, problems).read(true))
            }
            _ => {
                record::wrong_type(json, "true, false or {\"label\": words}", problems);
                None
            }
        })
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let label = record::object_schema(vec![("label".into(), Words::schema(named))], &["label"]);
        Json::object([("anyOf", Json::List(vec![bool::schema(named), label]))])
    }
}

/// How a kind of field is read.
struct KindEntry {
    word: &'static str,
    members: &'static [&'static str],
    read: fn(Option<&Json>, &mut Problems) -> FieldKind,
}

/// Declares the closed list of field kinds; each kind's own members are a record.
macro_rules! field_kinds {
    ($( $(#[doc = $doc:literal])* $variant:ident($record:ident) = $word:literal, )*) => {
        /// What a field can hold: the closed list of kinds.
        #[derive(Clone, Debug)]
        pub enum FieldKind { $( $(#[doc = $doc])* $variant($record), )* }

        impl FieldKind {
            /// The words of the file, in order.
            pub const WORDS: &[&str] = &[$( $word, )*];

            /// The word of this kind.
            pub fn word(&self) -> &'static str {
                match self { $( FieldKind::$variant(_) => $word, )* }
            }

            /// The kind of that word, if there is one.
            fn entry(word: &str) -> Option<&'static KindEntry> {
                const ENTRIES: &[KindEntry] = &[$( KindEntry {
                    word: $word,
                    members: $record::MEMBERS,
                    read: |json, problems| FieldKind::$variant($record::read_members(json, problems)),
                }, )*];
                ENTRIES.iter().find(|it| it.word == word)
            }

            fn schemas(named: &mut Vec<(String, Json)>) -> Vec<Json> {
                vec![$( {
                    let (mut members, mut required) = FieldCommon::member_schemas(named);
                    let (own, own_required) = $record::member_schemas(named);
                    members.push(("id".into(), String::schema(named)));
                    members.push(("kind".into(), Json::object([("const", Json::text($word))])));
                    members.extend(own);
                    required.extend(["id", "kind"]);
                    required.extend(own_required);
                    record::object_schema(members, &required)
                }, )*]
            }
        }
    };
}

field_kinds! {
    /// One line of text.
    Text(TextKind) = "text",
    /// Paragraphs.
    Long(LongKind) = "long",
    /// A whole number.
    Integer(IntegerKind) = "integer",
    /// A number with digits after the point.
    Decimal(DecimalKind) = "decimal",
    /// A calendar year.
    Year(DateKind) = "year",
    /// A calendar month.
    Month(DateKind) = "month",
    /// A day.
    Date(DateKind) = "date",
    /// Yes or no.
    Boolean(BooleanKind) = "boolean",
    /// One of a list.
    Choice(ChoiceKind) = "choice",
    /// Several of a list.
    Choices(ChoicesKind) = "choices",
    /// Several short texts.
    Texts(TextsKind) = "texts",
    /// A part instance or a row.
    Reference(ReferenceKind) = "reference",
    /// Papers and attached files.
    Files(FilesKind) = "files",
    /// A small sub-table.
    Rows(RowsKind) = "rows",
    /// Worked out, never typed.
    Computed(ComputedKind) = "computed",
    /// Words only.
    Note(NoteKind) = "note",
    /// A blank box for a seal.
    Seal(SealKind) = "seal",
    /// A blank box for an opinion, a seal and a date.
    Opinion(SealKind) = "opinion",
}

/// The members of a field that say which others it has.
const FIELD_MEMBERS: &[&str] = &["id", "kind"];

impl Decode for Field {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        let json = record::expect_object(json, problems);
        let mut first = Members::new(json, FIELD_MEMBERS, problems);
        let id = first.read(true);
        // Only reports what is no text here; which words there are is said after the common members.
        first.read::<String>(true);
        let common = FieldCommon::read_members(json, problems);
        let mut kind = None;
        if let Some(json) = json
            && let Some(word) = json.get("kind").and_then(Json::as_text)
        {
            match FieldKind::entry(word) {
                Some(entry) => {
                    record::report_unknown(json, &[FIELD_MEMBERS, FieldCommon::MEMBERS, entry.members], problems);
                    kind = Some((entry.read)(Some(json), problems));
                }
                None => {
                    problems.within("kind", |it| it.add_unread(ProblemCode::UnknownWord, FieldKind::WORDS.join(", ")));
                }
            }
        }
        Field { id, common, kind: kind.unwrap_or_else(|| FieldKind::Note(NoteKind::blank())) }
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        record::named_schema("Field", named, |named| {
            Json::object([("oneOf", Json::List(FieldKind::schemas(named)))])
        })
    }
}

words_enum! {
    /// Checks of a text's structure, section 6 of the tables document.
    pub enum Format {
        /// Landline or mobile number, also the list forms.
        Phone = "phone",
        /// Mobile number.
        Mobile = "mobile",
        /// E-mail address.
        Email = "email",
        /// Six digits.
        Postcode = "postcode",
        /// 统一社会信用代码, GB 32100-2015.
        Uscc = "uscc",
        /// 行政区划代码, GB/T 2260-2007.
        DivisionCode = "division-code",
        /// Name of a division; one that the newest list does not have is worth a look.
        DivisionName = "division-name",
        /// 发文字号, GB/T 9704-2012.
        DocumentNumber = "document-number",
        /// 专利号.
        PatentNumber = "patent-number",
        /// One name only: none of `、，,；;/` and no line break.
        OneName = "one-name",
    }
}

words_enum! {
    /// Weight of a condition that does not hold.
    pub enum Severity {
        /// Must be settled before signing.
        Error = "error",
        /// Must be settled, or lifted by a recorded reason.
        Overridable = "overridable",
        /// Worth a look.
        Warning = "warning",
    }
}

record! {
    /// Members of `text`.
    pub struct TextKind {
        /// Fewest characters (code points).
        pub min_length: u32 = 1,
        /// Most characters (code points).
        pub max_length: u32 = 200,
        /// Structure to check.
        pub format: Option<Format> = Blank,
        /// Weight of a broken structure.
        pub format_severity: Severity = Severity::Error,
        /// Whole-value pattern.
        pub pattern: Option<String> = Blank,
        /// List offered while typing.
        pub suggestions: Option<Id> = Blank,
        /// Never twice the same, compared folded.
        pub unique: bool = false,
        /// Weight of a repetition.
        pub unique_severity: Severity = Severity::Error,
    }
}

record! {
    /// Members of `long`.
    pub struct LongKind {
        /// Fewest characters.
        pub min_length: u32 = 1,
        /// Most characters.
        pub max_length: u32 = 20000,
        /// Lines shown at first.
        pub lines: u32 = 6,
    }
}

record! {
    /// Members of `integer`.
    pub struct IntegerKind {
        /// Least value.
        pub min: Option<i64> = Blank,
        /// Greatest value.
        pub max: Option<i64> = Blank,
    }
}

record! {
    /// Members of `decimal`.
    pub struct DecimalKind {
        /// Digits after the point, 1 to 6.
        pub digits: u32,
        /// Least value, as text.
        pub min: Option<String> = Blank,
        /// Greatest value, as text.
        pub max: Option<String> = Blank,
    }
}

record! {
    /// Members of `year`, `month` and `date`.
    pub struct DateKind {
        /// Earliest, in the answer's own form.
        pub min: Option<ProfileText> = Blank,
        /// Latest, in the answer's own form.
        pub max: Option<ProfileText> = Blank,
    }
}

record! {
    /// Members of `boolean`.
    pub struct BooleanKind {
        /// The words for yes and no.
        pub words: Vec<Words> = vec![
            Words::of_both("是", "yes"),
            Words::of_both("否", "no"),
        ],
    }
}

record! {
    /// One option of a choice, or entry of a list.
    pub struct Choice {
        /// What is stored.
        pub code: Id,
        /// What is shown.
        pub label: Words,
        /// Present on the one option that asks for words.
        pub other: Option<OtherWords> = Blank,
        /// Former codes.
        pub was: Vec<Id> = Blank,
    }
}

record! {
    /// Words of the other option.
    pub struct OtherWords {
        /// Most characters.
        pub max_length: u32 = 200,
    }
}

record! {
    /// Members of `choice`.
    pub struct ChoiceKind {
        /// The options in order.
        pub options: Vec<Choice> = Blank,
        /// List whose entries are the options.
        pub options_from: Option<Id> = Blank,
    }
}

record! {
    /// Members of `choices`.
    pub struct ChoicesKind {
        /// The options in order.
        pub options: Vec<Choice> = Blank,
        /// List whose entries are the options.
        pub options_from: Option<Id> = Blank,
        /// Fewest.
        pub min: u32 = 0,
        /// Most.
        pub max: Option<u32> = Blank,
    }
}

record! {
    /// Members of `texts`.
    pub struct TextsKind {
        /// Fewest.
        pub min: u32 = 1,
        /// Most.
        pub max: u32 = 100,
        /// Most characters of one.
        pub max_length: u32 = 100,
        /// List offered while typing.
        pub suggestions: Option<Id> = Blank,
    }
}

record! {
    /// Members of `reference`.
    pub struct ReferenceKind {
        /// `part` or `part.rows`.
        pub to: String,
        /// Field whose answer names the record.
        pub show: Id,
    }
}

record! {
    /// Members of `files`.
    pub struct FilesKind {
        /// Fewest entries.
        pub min: u32 = 0,
        /// Most entries.
        pub max: u32 = 50,
        /// Extensions allowed; all of the bundle format by default.
        pub types: Vec<Id> = Blank,
    }
}

record! {
    /// Members of `rows`.
    pub struct RowsKind {
        /// The columns: fields of any kind but rows, seal, opinion and note.
        pub columns: Vec<Field>,
        /// Fewest rows.
        pub min: u32 = 1,
        /// Most rows.
        pub max: u32 = 200,
        /// What one is called.
        pub noun: Words = Blank,
        /// Rows that are always there.
        pub fixed: Vec<FixedRow> = Blank,
        /// Columns that together are never twice the same.
        pub unique: Vec<Id> = Blank,
        /// Columns become lines.
        pub transpose: bool = false,
        /// A second head line.
        pub groups: Vec<ColumnGroup> = Blank,
    }
}

record! {
    /// A row that is always there.
    pub struct FixedRow {
        /// Its row id.
        pub key: Id,
        /// Its heading.
        pub label: Words = Blank,
        /// Rows of one group share a merged heading cell.
        pub group: Words = Blank,
        /// Constants that expressions can read.
        pub cells: Vec<(Arc<str>, Json)> = Blank,
    }
}

impl FixedRow {
    /// The constant in a column, which nobody fills.
    pub fn constant(&self, column: &str) -> Option<&Json> {
        self.cells.iter().find(|(name, _)| **name == *column).map(|(_, json)| json)
    }
}

impl RowsKind {
    /// The constant that a fixed row has in a column.
    pub fn constant(&self, row: &str, column: &str) -> Option<&Json> {
        self.fixed.iter().find(|it| *it.key == *row)?.constant(column)
    }
}

record! {
    /// A heading over several columns.
    pub struct ColumnGroup {
        /// Its words.
        pub label: Words,
        /// The columns under it.
        pub columns: Vec<Id>,
    }
}

words_enum! {
    /// What a computed cell gives.
    pub enum ResultKind {
        /// A number.
        Number = "number",
        /// A text.
        Text = "text",
        /// A date.
        Date = "date",
        /// A truth value.
        Boolean = "boolean",
    }
}

words_enum! {
    /// How a number is shortened for display.
    pub enum Rounding {
        /// Towards zero.
        Truncate = "truncate",
        /// Half away from zero.
        HalfUp = "half_up",
    }
}

record! {
    /// Members of `computed`.
    pub struct ComputedKind {
        /// Its type.
        pub result: ResultKind,
        /// How it is worked out.
        pub compute: Expr,
        /// Digits shown of a number.
        pub digits: u32 = 0,
        /// How it is shortened for display.
        pub rounding: Rounding = Rounding::Truncate,
        /// Read by expressions only.
        pub hidden: bool = false,
    }
}

record! {
    /// Members of `note`.
    pub struct NoteKind {
        /// The words.
        pub text: Words,
    }
}

record! {
    /// Members of `seal` and `opinion`.
    pub struct SealKind {
        /// Office that seals.
        pub office: Option<Id> = Blank,
        /// Height of the box in millimetres.
        pub size: u32 = 45,
        /// Print 年 月 日.
        pub date_line: bool = false,
        /// Blank lines of an opinion.
        pub lines: u32 = 4,
    }
}

record! {
    /// A document that accompanies the table.
    pub struct Material {
        /// Its id.
        pub id: Id,
        /// Its name.
        pub label: Words,
        /// Office that brings it; another than the filler's is listed, not asked.
        pub by: Option<Id> = Blank,
        /// Must it be there?
        pub required: Condition = Condition::Fixed(false),
        /// Asked at all?
        pub relevant: Condition = Condition::Fixed(true),
        /// Fewest.
        pub min: u32 = 1,
        /// Most.
        pub max: u32 = 50,
        /// How it may be sent.
        pub media: Vec<Medium> = vec![Medium::Paper, Medium::Electronic],
        /// Number of paper copies.
        pub copies: Option<u32> = Blank,
        /// Help.
        pub hint: Words = Blank,
        /// Where it comes from.
        pub source: Option<Source> = Blank,
    }
}

words_enum! {
    /// How a material may be sent.
    pub enum Medium {
        /// On paper.
        Paper = "paper",
        /// As a file.
        Electronic = "electronic",
    }
}

record! {
    /// A condition over one or more answers.
    pub struct Rule {
        /// Its id.
        pub id: Id,
        /// Absent: the whole document; a part, `part.rows`, or `collection`.
        pub scope: Option<Id> = Blank,
        /// Groups the applications of a collection.
        pub group: Option<Expr> = Blank,
        /// Its weight.
        pub severity: Severity,
        /// Where it applies.
        pub when: Option<Expr> = Blank,
        /// What must hold.
        pub check: Expr,
        /// Said when it does not hold; `{name}` are parameters.
        pub message: Words,
        /// Values of the message.
        pub parameters: Vec<(Arc<str>, Parameter)> = Blank,
        /// What the violation marks.
        pub fields: Vec<String> = Blank,
        /// Where it comes from.
        pub source: Option<Source> = Blank,
        /// The reason that lifts it.
        pub r#override: OverrideReason = OverrideReason { min_length: 10 },
        /// Listed in the conditions panel, also when it holds.
        pub verdict: bool = false,
        /// What the condition asks for, shown while undecided and when it holds.
        pub label: Words = Blank,
    }
}

record! {
    /// How long a reason must be.
    pub struct OverrideReason {
        /// Fewest characters.
        pub min_length: u32 = 10,
    }
}

/// A value of a message: an expression, with digits where a number may have endless ones.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The value.
    pub of: Expr,
    /// Digits shown, truncated.
    pub digits: Option<u32>,
}

/// The members of a parameter with digits.
const PARAMETER_MEMBERS: &[&str] = &["of", "digits"];

impl Decode for Parameter {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        match json {
            Some(Json::Text(text)) => Parameter { of: Expr(text.clone()), digits: None },
            _ => {
                let json = record::closed_object(json, PARAMETER_MEMBERS, problems);
                let mut members = Members::new(json, PARAMETER_MEMBERS, problems);
                Parameter { of: members.read(true), digits: Some(members.read(true)) }
            }
        }
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let members = vec![("of".into(), Expr::schema(named)), ("digits".into(), u32::schema(named))];
        let object = record::object_schema(members, &["of", "digits"]);
        Json::object([("anyOf", Json::List(vec![Expr::schema(named), object]))])
    }
}

record! {
    /// Example answers with the outcome of rules.
    pub struct Case {
        /// Its id.
        pub id: Id,
        /// A whole document's answers.
        pub answers: Option<Json> = Blank,
        /// The case whose answers are changed.
        pub base: Option<Id> = Blank,
        /// Answer path to value; null removes.
        pub set: Vec<(Arc<str>, Json)> = Blank,
        /// Profile values in use.
        pub profile: Vec<(Arc<str>, ProfileText)> = Blank,
        /// Rule id to outcome.
        pub expect: Vec<(Arc<str>, Json)> = Blank,
        /// Paths without a required answer.
        pub missing: Vec<String> = Blank,
        /// Paths whose answer breaks its field's conditions.
        pub invalid: Vec<String> = Blank,
        /// Path of a computed cell to the text shown.
        pub shown: Vec<(Arc<str>, String)> = Blank,
    }
}

words_enum! {
    /// Main recipient or copy.
    pub enum RecipientKind {
        /// To.
        To = "to",
        /// Copy.
        Copy = "copy",
    }
}

words_enum! {
    /// How a recipient takes the table.
    pub enum Via {
        /// Paper.
        Paper = "paper",
        /// E-mail.
        Email = "email",
        /// Fax.
        Fax = "fax",
        /// Disc.
        Disc = "disc",
    }
}

record! {
    /// Whom the finished table goes to.
    pub struct Recipient {
        /// Office id.
        pub office: Id,
        /// Main recipient or copy.
        pub kind: RecipientKind = RecipientKind::To,
        /// How.
        pub via: Vec<Via> = Blank,
        /// Number of paper copies.
        pub copies: Option<Json> = Blank,
        /// Profile id of an address; none is shipped.
        pub address: Option<Json> = Blank,
        /// In words.
        pub note: Words = Blank,
    }
}

record! {
    /// A date to remember.
    pub struct Reminder {
        /// Its id.
        pub id: Id,
        /// What is due.
        pub label: Words,
        /// `{"on": …}`, `{"yearly": …, "from": …, "until": …}` or `{"after": "award", "months": …}`.
        pub due: Json,
        /// Where it comes from.
        pub source: Option<Source> = Blank,
    }
}

impl Definition {
    /// The office that has a role in signed files.
    pub fn office(&self, role: &str) -> Option<&Office> {
        self.offices.iter().find(|it| **it.role() == *role)
    }

    /// The role of the office that is called so, by its name in any language, its role or its id.
    pub fn role_called(&self, name: &str) -> Option<&Id> {
        self.offices.iter().find(|it| it.is_called(name)).map(Office::role)
    }

    /// The part of that id.
    pub fn part(&self, id: &str) -> Option<&Part> {
        self.parts.iter().find(|part| &*part.id == id)
    }

    /// The material of that id.
    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|it| &*it.id == id)
    }

    /// The list of that id.
    pub fn list(&self, id: &str) -> Option<&CodeList> {
        self.lists.iter().find(|(name, _)| &**name == id).map(|(_, list)| list)
    }

    /// The options of a choice, wherever they stand.
    pub fn options<'a>(&'a self, own: &'a [Choice], from: Option<&Id>) -> &'a [Choice] {
        match from.and_then(|id| self.list(id)) {
            Some(list) => &list.0,
            None => own,
        }
    }

    /// The JSON Schema (2020-12) of the definition format, generated from these types.
    pub fn json_schema() -> Json {
        let mut named = Vec::new();
        let root = Self::schema(&mut named);
        let mut members = vec![
            ("$schema".to_string(), Json::text("https://json-schema.org/draft/2020-12/schema")),
            ("title".to_string(), Json::text("Shenbao table definition, format 1")),
        ];
        members.extend(root.as_object().unwrap_or_default().iter().cloned());
        // To the reader the version is a text, since it names another version by its own fault.
        // Editors look for the schema of a file there.
        let own = [("$schema", Json::object([("type", Json::text("string"))])), ("format", Json::object([("const", Json::text("1"))]))];
        members.push(("properties".into(), Json::object(own)));
        members.push(("$defs".into(), Json::Object(named)));
        Json::Object(members)
    }
}
