//! Decoding of definition members, and the JSON Schema that describes them, from one declaration.
//!
//! `serde` stops at the first fault; an author wants every fault with its place. So a record is declared once
//! with [`record!`], which writes the struct, its decoder (which goes on after a fault) and its schema.

use super::problem::{ProblemCode, Problems};
use crate::engine::value::json::Json;
use std::sync::Arc;

/// A value that can be read from a definition and described by a JSON Schema.
pub trait Decode: Sized {
    /// Reads the value, or reports why not and gives `None`. Reading of the rest goes on.
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self>;
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
            pub fn decode_members(
                json: &$crate::engine::value::json::Json,
                problems: &mut $crate::engine::definition::problem::Problems,
            ) -> Option<Self> {
                $( let $member = $crate::engine::definition::record::member::<$ty>(
                    json,
                    $crate::engine::definition::record::plain_name(stringify!($member)),
                    $crate::engine::definition::record::first_some!($(|| -> $ty { $default })?),
                    problems,
                ); )*
                Some($name { $( $member: $member?, )* })
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
                $( if $crate::engine::definition::record::is_required::<$ty>(
                    $crate::engine::definition::record::first_some!($(|| -> $ty { $default })?)
                ) {
                    required.push($crate::engine::definition::record::plain_name(stringify!($member)));
                } )*
                (members, required)
            }
        }

        impl $crate::engine::definition::record::Decode for $name {
            fn decode(
                json: &$crate::engine::value::json::Json,
                problems: &mut $crate::engine::definition::problem::Problems,
            ) -> Option<Self> {
                $crate::engine::definition::record::expect_object(json, problems)?;
                $crate::engine::definition::record::report_unknown(json, &[Self::MEMBERS], problems);
                Self::decode_members(json, problems)
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

/// `Some(default)` or `None`, as the declaration has a default or not.
macro_rules! first_some {
    () => {
        None
    };
    ($default:expr) => {
        Some($default)
    };
}
pub(crate) use first_some;

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
            fn decode(
                json: &$crate::engine::value::json::Json,
                problems: &mut $crate::engine::definition::problem::Problems,
            ) -> Option<Self> {
                let found = json.as_text().and_then(|text| Self::ALL.iter().find(|it| it.word() == text));
                if found.is_none() {
                    let words: Vec<_> = Self::ALL.iter().map(|it| it.word()).collect();
                    problems.add($crate::engine::definition::problem::ProblemCode::UnknownWord, words.join(", "));
                }
                found.copied()
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

/// True for a member without a default.
pub fn is_required<T>(default: Option<fn() -> T>) -> bool {
    default.is_none()
}

/// Reads one member; an absent one takes its default or is a problem.
pub fn member<T: Decode>(
    object: &Json,
    name: &str,
    default: Option<fn() -> T>,
    problems: &mut Problems,
) -> Option<T> {
    match (object.get(name), default) {
        (Some(json), _) => problems.within(name, |problems| T::decode(json, problems)),
        (None, Some(default)) => Some(default()),
        (None, None) => {
            problems.add(ProblemCode::MissingMember, name);
            None
        }
    }
}

/// Reports anything but an object.
pub fn expect_object(json: &Json, problems: &mut Problems) -> Option<()> {
    if json.as_object().is_none() {
        problems.add(ProblemCode::WrongType, "object");
        return None;
    }
    Some(())
}

/// Reports members that no list names: a misspelled member would otherwise be ignored in silence.
pub fn report_unknown(json: &Json, known: &[&[&str]], problems: &mut Problems) {
    for (name, _) in json.as_object().unwrap_or_default() {
        if !known.iter().any(|names| names.contains(&name.as_str())) {
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

impl Decode for String {
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        let text = json.as_text();
        if text.is_none() {
            problems.add(ProblemCode::WrongType, "string");
        }
        text.map(str::to_string)
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        type_schema("string")
    }
}

impl Decode for Arc<str> {
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        String::decode(json, problems).map(Arc::from)
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        String::schema(named)
    }
}

impl Decode for bool {
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        if json.as_bool().is_none() {
            problems.add(ProblemCode::WrongType, "true or false");
        }
        json.as_bool()
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        type_schema("boolean")
    }
}

impl Decode for i64 {
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        if json.as_int().is_none() {
            problems.add(ProblemCode::WrongType, "integer");
        }
        json.as_int()
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        type_schema("integer")
    }
}

impl Decode for u32 {
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        let number = json.as_int().and_then(|number| u32::try_from(number).ok());
        if number.is_none() {
            problems.add(ProblemCode::WrongType, "integer, at least 0");
        }
        number
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        Json::object([("type", Json::text("integer")), ("minimum", Json::Int(0))])
    }
}

impl Decode for Json {
    fn decode(json: &Json, _: &mut Problems) -> Option<Self> {
        Some(json.clone())
    }
    fn schema(_: &mut Vec<(String, Json)>) -> Json {
        Json::Object(Vec::new())
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        T::decode(json, problems).map(Some)
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        T::schema(named)
    }
}

impl<T: Decode> Decode for Vec<T> {
    /// A bad element costs that element: the rest is read, and the problem is already reported.
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        let Some(items) = json.as_list() else {
            problems.add(ProblemCode::WrongType, "array");
            return None;
        };
        let mut read = Vec::with_capacity(items.len());
        for (idx, item) in items.iter().enumerate() {
            match problems.within(&idx.to_string(), |problems| T::decode(item, problems)) {
                Some(item) => read.push(item),
                None => problems.drop_item(idx),
            }
        }
        Some(read)
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let items = T::schema(named);
        Json::object([("type", Json::text("array")), ("items", items)])
    }
}

impl<T: Decode> Decode for Vec<(Arc<str>, T)> {
    /// An object used as a map; the order of the file is kept.
    fn decode(json: &Json, problems: &mut Problems) -> Option<Self> {
        expect_object(json, problems)?;
        let members = json.as_object().unwrap_or_default().iter();
        Some(
            members
                .filter_map(|(name, value)| {
                    let value = problems.within(name, |problems| T::decode(value, problems))?;
                    Some((Arc::from(name.as_str()), value))
                })
                .collect(),
        )
    }
    fn schema(named: &mut Vec<(String, Json)>) -> Json {
        let values = T::schema(named);
        Json::object([("type", Json::text("object")), ("additionalProperties", values)])
    }
}
