//! Decoding of definition members, and the JSON Schema that describes them, from one declaration.
//!
//! `serde` stops at the first fault; an author wants every fault with its place. So a record is declared once
//! with [`record!`], which writes the struct, its decoder (which goes on after a fault) and its schema.

use super::problem::{ProblemCode, Problems};
use crate::engine::value::json::Json;
use std::sync::Arc;

/// A value that can be read from a definition and described by a JSON Schema.
pub trait Decode: Sized {
    /// Reads the value. A blank one stands in for what is absent, and for what cannot be read, which is
    /// reported and counted: a record of parts that may all fail would need a way out after each of them.
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self;
    /// Reads the value, or reports why not and gives `None`. Reading of the rest goes on.
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        let n_before = std::mem::take(&mut problems.n_unread);
        let value = Self::read(Some(json), problems);
        let n_unread = std::mem::replace(&mut problems.n_unread, n_before);
        (n_unread == 0).then_some(value)
    }
    /// A value of which nothing is given.
    fn blank() -> Self {
        Self::read(None, &mut Problems::default())
    }
    /// The JSON Schema of this value; named records add themselves to `named` and give a `$ref`.
    fn schema(named: &mut Vec<(String, Json)>) -> Json;
}

/// Declares a record: `pub member: Type,` must be there, `pub member: Type = default,` may be absent.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[doc = $doc:literal])* pub $member:ident : $ty:ty $(= $default:expr)? , )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $member: $ty, )*
        }

        impl $name {
            /// The member names as they stand in the file.
            pub const MEMBERS: &[&str] = &[$( $crate::engine::definition::record::plain_name(stringify!($member)), )*];

            /// Reads the members, leaving unknown ones to the caller.
            pub fn read_members(
                json: Option<&$crate::engine::value::json::Json>,
                problems: &mut $crate::engine::definition::problem::Problems,
            ) -> Self {
                let mut members = $crate::engine::definition::record::Members::new(json, Self::MEMBERS, problems);
                $name { $( $member: $crate::engine::definition::record::read_member!(members $(, $default)?), )* }
            }

            /// The schema of every member, and the names of those that must be there.
            pub fn member_schemas(
                named: &mut Vec<(String, $crate::engine::value::json::Json)>,
            ) -> (Vec<(String, $crate::engine::value::json::Json)>, Vec<&'static str>) {
                let members = vec![$( (
                    $crate::engine::definition::record::plain_name(stringify!($member)).to_string(),
                    $crate::engine::definition::record::described(
                        <$ty as $crate::engine::definition::record::Decode>::schema(named),
                        concat!($($doc, "\n",)* ""),
                    ),
                ), )*];
                let mut required = Vec::new();
                $( if concat!($(stringify!($default))?).is_empty() {
                    required.push($crate::engine::definition::record::plain_name(stringify!($member)));
                } )*
                (members, required)
            }
        }

        impl $crate::engine::definition::record::Decode for $name {
            fn read(
                json: Option<&$crate::engine::value::json::Json>,
                problems: &mut $crate::engine::definition::problem::Problems,
            ) -> Self {
                let json = $crate::engine::definition::record::closed_object(json, Self::MEMBERS, problems);
                Self::read_members(json, problems)
            }
            fn schema(
                named: &mut Vec<(String, $crate::engine::value::json::Json)>,
            ) -> $crate::engine::value::json::Json {
                $crate::engine::definition::record::named_schema(stringify!($name), named, |named| {
                    let (members, required) = Self::member_schemas(named);
                    $crate::engine::definition::record::object_schema(members, &required)
                })
            }
        }
    };
}
pub(crate) use record;

/// The next member of a record, with its default if it has one.
macro_rules! read_member {
    ($members:ident) => {
        $members.read(true)
    };
    ($members:ident, $default:expr) => {
        $crate::engine::definition::record::Absent::read($default, &mut $members)
    };
}
pub(crate) use read_member;

/// Declares a closed list of words.
macro_rules! words_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $( $(#[doc = $doc:literal])* $variant:ident = $word:literal, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $( $(#[doc = $doc])* $variant, )* }

        impl $name {
            /// Every member of the list, in order.
            pub const ALL: &[$name] = &[$( $name::$variant, )*];
            /// The word in the file.
            pub fn word(self) -> &'static str {
                match self { $( $name::$variant => $word, )* }
            }
        }

        impl $crate::engine::definition::record::Decode for $name {
            fn read(
                json: Option<&$crate::engine::value::json::Json>,
                problems: &mut $crate::engine::definition::problem::Problems,
            ) -> Self {
                let idx = $crate::engine::definition::record::word_idx(json, &[$( $word, )*], problems);
                Self::ALL.get(idx).copied().unwrap_or(Self::ALL[0])
            }
            fn schema(_: &mut Vec<(String, $crate::engine::value::json::Json)>) -> $crate::engine::value::json::Json {
                $crate::engine::value::json::Json::object([(
                    "enum",
                    $crate::engine::value::json::Json::List(
                        Self::ALL.iter().map(|it| $crate::engine::value::json::Json::text(it.word())).collect(),
                    ),
                )])
            }
        }
    };
}
pub(crate) use words_enum;

/// The name in the file: Rust writes keywords as `r#where`.
pub const fn plain_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Reads the members of one object in the order in which they are declared. What is the same for members of
/// any type stands once, in [`Self::enter`].
pub struct Members<'a> {
    object: Option<&'a Json>,
    names: std::slice::Iter<'static, &'static str>,
    problems: &'a mut Problems,
}

impl<'a> Members<'a> {
    /// Of nothing, every member is blank or has its default.
    pub fn new(object: Option<&'a Json>, names: &'static [&'static str], problems: &'a mut Problems) -> Self {
        Members { object, names: names.iter(), problems }
    }

    /// Steps into the next member.
    #[inline(never)]
    fn enter(&mut self, is_required: bool) -> Option<&'a Json> {
        let name = self.names.next().copied().unwrap_or_default();
        let json = self.object.and_then(|object| object.get(name));
        if is_required && json.is_none() && self.object.is_some() {
            self.problems.add_unread(ProblemCode::MissingMember, name);
        }
        self.problems.enter(name);
        json
    }

    /// Reads the next member.
    #[inline(never)]
    pub fn read<T: Decode>(&mut self, is_required: bool) -> T {
        let json = self.enter(is_required);
        let value = T::read(json, self.problems);
        self.problems.leave();
        value
    }

}

/// The default of a member.
pub trait Absent<T> {
    /// Reads the next member, which may be absent.
    fn read(self, members: &mut Members) -> T;
}

/// The default of most members: the value that stands for nothing.
pub struct Blank;

impl<T: Decode> Absent<T> for Blank {
    fn read(self, members: &mut Members) -> T {
        members.read(false)
    }
}

impl<T: Decode> Absent<T> for T {
    #[inline(never)]
    fn read(self, members: &mut Members) -> T {
        let json = members.enter(false);
        let value = if json.is_some() { T::read(json, members.problems) } else { self };
        members.problems.leave();
        value
    }
}

/// The object itself; nothing for anything else, which is reported.
pub fn expect_object<'a>(json: Option<&'a Json>, problems: &mut Problems) -> Option<&'a Json> {
    let object = json.filter(|json| json.as_object().is_some());
    if object.is_none() {
        wrong_type(json, "object", problems);
    }
    object
}

/// The object itself with its unknown members reported; nothing for anything else, which is reported.
#[inline(never)]
pub fn closed_object<'a>(json: Option<&'a Json>, known: &[&str], problems: &mut Problems) -> Option<&'a Json> {
    let object = expect_object(json, problems)?;
    report_unknown(object, &[known], problems);
    Some(object)
}

/// Reports a value of another type than the one that is wanted; what is absent has none.
#[inline(never)]
pub fn wrong_type(json: Option<&Json>, wanted: &str, problems: &mut Problems) {
    if json.is_some() {
        problems.add_unread(ProblemCode::WrongType, wanted);
    }
}

/// The number of the word in its list. An unknown one is reported, and the first stands in for it.
#[inline(never)]
pub fn word_idx(json: Option<&Json>, words: &[&str], problems: &mut Problems) -> usize {
    let text = json.and_then(Json::as_text);
    let found = text.and_then(|text| words.iter().position(|it| *it == text));
    if found.is_none() && json.is_some() {
        problems.add_unread(ProblemCode::UnknownWord, words.join(", "));
    }
    found.unwrap_or(0)
}

/// Reports members that no list names: a misspelled member would otherwise be ignored in silence.
pub fn report_unknown(json: &Json, known: &[&[&str]], problems: &mut Problems) {
    for (name, _) in json.as_object().unwrap_or_default() {
        // Editors look there for the schema of a file.
        if name != "$schema" && !known.iter().any(|names| names.contains(&name.as_str())) {
            problems.within(name, |problems| problems.add(ProblemCode::UnknownMember, name.as_str()));
        }
    }
}

/// Adds a description to a schema.
pub fn described(schema: Json, doc: &str) -> Json {
    match schema {
        Json::Object(mut members) if !doc.trim().is_empty() => {
            members.push(("description".into(), Json::text(doc.trim())));
            Json::Object(members)
        }
        other => other,
    }
}

/// A closed object schema.
pub fn object_schema(members: Vec<(String, Json)>, required: &[&str]) -> Json {
    Json::object([
        ("type", Json::text("object")),
        ("properties", Json::Object(members)),
        ("required", Json::List(required.iter().map(|name| Json::text(*name)).collect())),
        ("additionalProperties", Json::Bool(false)),
    ])
}

/// Puts a record's schema under `$defs` once and refers to it.
pub fn named_schema(
    name: &str,
    named: &mut Vec<(String, Json)>,
    make: impl FnOnce(&mut Vec<(String, Json)>) -> Json,
) -> Json {
    if !named.iter().any(|(it, _)| it == name) {
        // The name is reserved first, so that a record that holds itself does not recurse for ever.
        named.push((name.into(), Json::Null));
        let schema = make(named);
        if let Some(entry) = named.iter_mut().find(|(it, _)| it == name) {
            entry.1 = schema;
        }
    }
    Json::object([("$ref", Json::Text(format!("#/$defs/{name}")))])
}

fn type_schema(name: &str) -> Json {
    Json::object([("type", Json::text(name))])
}

/// The text, or an empty one for anything else, which is reported.
#[inline(never)]
pub fn text<'a>(json: Option<&'a Json>, problems: &mut Problems) -> &'a str {
    json.and_then(Json::as_text).unwrap_or_else(|| {
        wrong_type(json, "string", problems);
        ""
    })
}

impl Decode for String {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        text(json, problems).to_string()
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        type_schema("string")
    }
}

impl Decode for Arc<str> {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        Arc::from(text(json, problems))
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        String::schema(named)
    }
}

impl Decode for bool {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        json.and_then(Json::as_bool).unwrap_or_else(|| {
            wrong_type(json, "true or false", problems);
            false
        })
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        type_schema("boolean")
    }
}

impl Decode for i64 {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        json.and_then(Json::as_int).unwrap_or_else(|| {
            wrong_type(json, "integer", problems);
            0
        })
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        type_schema("integer")
    }
}

impl Decode for u32 {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        json.and_then(Json::as_int).and_then(|number| u32::try_from(number).ok()).unwrap_or_else(|| {
            wrong_type(json, "integer, at least 0", problems);
            0
        })
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        Json::object([("type", Json::text("integer")), ("minimum", Json::Int(0))])
    }
}

impl Decode for Json {
    fn read(json: Option<&Json>, _: &mut Problems) -> Self {
        json.cloned().unwrap_or(Json::Null)
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        Json::Object(Vec::new())
    }
}

impl<T: Decode> Decode for Option<T> {
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        json.map(|_| T::read(json, problems))
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        T::schema(named)
    }
}

impl<T: Decode> Decode for Vec<T> {
    /// A bad element costs that element: the rest is read, and the problem is already reported.
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        let mut read = Vec::new();
        for (idx, item) in list(json, problems).iter().enumerate() {
            problems.enter(&idx.to_string());
            let item = T::decode(item, problems);
            problems.leave();
            match item {
                Some(item) => read.push(item),
                None => problems.drop_item(idx),
            }
        }
        read
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let items = T::schema(named);
        Json::object([("type", Json::text("array")), ("items", items)])
    }
}

/// The elements of an array; none of anything else, which is reported.
#[inline(never)]
pub fn list<'a>(json: Option<&'a Json>, problems: &mut Problems) -> &'a [Json] {
    json.and_then(Json::as_list).unwrap_or_else(|| {
        wrong_type(json, "array", problems);
        &[]
    })
}

impl<T: Decode> Decode for Vec<(Arc<str>, T)> {
    /// An object used as a map; the order of the file is kept.
    fn read(json: Option<&Json>, problems: &mut Problems) -> Self {
        let members = json.and_then(Json::as_object).unwrap_or_else(|| {
            wrong_type(json, "object", problems);
            &[]
        });
        let mut read = Vec::new();
        for (name, value) in members {
            problems.enter(name);
            if let Some(value) = T::decode(value, problems) {
                read.push((Arc::from(name.as_str()), value));
            }
            problems.leave();
        }
        read
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let values = T::schema(named);
        Json::object([("type", Json::text("object")), ("additionalProperties", values)])
    }
}
