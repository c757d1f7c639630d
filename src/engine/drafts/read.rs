//! Reading answers for a definition: gives the answers and the problems. What has no place or does not fit
//! its field is kept with its words, never lost.

use super::migrate;
use crate::engine::answers::json::{Entry, read_cell};
use crate::engine::answers::{Answer, AnswersDocument, Cells, Kept, Override, PartInstance, PartSource, Row, make};
use crate::engine::definition::{Definition, Field, FieldKind, Id, MATERIALS, Part};
use crate::engine::kinds;
use crate::engine::value::json::Json;
use std::collections::HashSet;

/// Most instances of a part that are read, whatever a definition says.
const MAX_INSTANCES: usize = 1000;

/// Most rows of a table that are read.
const MAX_ROWS: usize = 5000;

/// Something in a file that could not be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerProblem {
    /// Answer path as written.
    pub path: String,
    /// What is wrong.
    pub code: AnswerProblemCode,
}

/// The closed list of what can be wrong with an answer in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnswerProblemCode {
    /// No such part, field, column, option list or material; kept.
    UnknownPlace,
    /// Another kind of value than the field's; kept, as undecoded text where it is one.
    WrongType,
    /// An instance or row without a usable id; it got one.
    BadId,
    /// An id that came before; the later one got another.
    DuplicateId,
    /// More instances or rows than a table can have; the rest is kept.
    TooMany,
}

/// Answers read, and what could not be taken as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The document's answers; its identities are the caller's.
    pub document: AnswersDocument,
    /// In the order of the file.
    pub problems: Vec<AnswerProblem>,
}

/// The other definition that answers were written for.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Its version.
    pub version: &'a str,
    /// Itself, if it is at hand: it gives labels and words of answers that lose their place.
    pub definition: Option<&'a Definition>,
}

/// Reads `data` of a statement or draft for a definition; with an origin, moves it to this definition.
pub fn read_data(definition: &Definition, data: &Json, origin: Option<Origin>) -> Read {
    let mut reader = Reader::new(definition, origin);
    if let Some(answers) = data.get("answers") {
        reader.answers(answers);
    }
    reader.rest(data);
    reader.read.document.fill_up(definition);
    reader.read
}

/// Reads an `answers` object alone, as the cases of a definition have it.
pub fn read_answers(definition: &Definition, answers: &Json) -> Read {
    let mut reader = Reader::new(definition, None);
    reader.answers(answers);
    reader.read.document.fill_up(definition);
    reader.read
}

/// 无 may be confirmed for rows and files too.
fn is_none(json: &Json) -> bool {
    json.get("none") == Some(&Json::Bool(true))
}

struct Reader<'a> {
    definition: &'a Definition,
    /// The version the answers were written for.
    from: &'a str,
    /// The definition they were written for, if at hand.
    old: Option<&'a Definition>,
    /// True where that is another definition: then what does not fit is kept apart, not marked in place.
    is_moving: bool,
    read: Read,
}

impl<'a> Reader<'a> {
    fn new(definition: &'a Definition, origin: Option<Origin<'a>>) -> Self {
        Reader {
            definition,
            from: origin.map_or(&definition.version, |it| it.version),
            old: origin.map_or(Some(definition), |it| it.definition),
            is_moving: origin.is_some(),
            read: Read::default(),
        }
    }

    fn answers(&mut self, answers: &Json) {
        let Some(members) = answers.as_object() else {
            return self.keep("", answers, AnswerProblemCode::WrongType);
        };
        for (name, value) in members {
            self.part(name, value);
        }
    }

    fn part(&mut self, name: &str, value: &Json) {
        if name == MATERIALS {
            let answers = self.materials(value);
            return self.add(MATERIALS, vec![PartInstance { id: "".into(), answers }]);
        }
        let Some(part) = migrate::find_part(self.definition, name) else {
            return self.keep(name, value, AnswerProblemCode::UnknownPlace);
        };
        if self.read.document.parts.contains_key(&part.id) {
            return self.keep(name, value, AnswerProblemCode::UnknownPlace);
        }
        let instances = match (value, &part.repeat) {
            (Json::Object(_), None) => vec![PartInstance { id: "".into(), answers: self.fields(name, part, value) }],
            (Json::List(items), Some(_)) => {
                let items = self.limited(name, items, MAX_INSTANCES);
                let ids = self.ids(name, items, |_| false);
                let each = items.iter().zip(ids).map(|(item, id)| {
                    let path = [name, "/", &id].concat();
                    PartInstance { answers: self.fields(&path, part, item), id }
                });
                each.collect()
            }
            // Filled once before, repeated now; or the other way round, when the first instance takes the place.
            (Json::Object(_), Some(_)) => {
                let id: Id = "x1".into();
                vec![PartInstance { answers: self.fields(name, part, value), id }]
            }
            (Json::List(items), None) => {
                let Some((first, rest)) = items.split_first() else { return };
                if !rest.is_empty() {
                    self.keep(name, &Json::List(rest.to_vec()), AnswerProblemCode::TooMany);
                }
                vec![PartInstance { id: "".into(), answers: self.fields(name, part, first) }]
            }
            _ => return self.keep(name, value, AnswerProblemCode::WrongType),
        };
        self.add(&part.id.clone(), instances);
    }

    fn add(&mut self, part: &str, instances: Vec<PartInstance>) {
        self.read.document.parts.insert(part.into(), instances);
    }

    fn fields(&mut self, path: &str, part: &'a Part, value: &Json) -> Cells {
        let Some(members) = value.as_object() else {
            self.keep(path, value, AnswerProblemCode::WrongType);
            return Cells::new();
        };
        let mut cells = Cells::new();
        for (name, value) in members.iter().filter(|(name, _)| part.repeat.is_none() || name != "id") {
            let path = [path, "/", name].concat();
            match migrate::find_field(part.fields(), name) {
                Some(field) => self.field(&path, field, value, &mut cells),
                None => self.keep(&path, value, AnswerProblemCode::UnknownPlace),
            }
        }
        cells
    }

    fn field(&mut self, path: &str, field: &Field, value: &Json, cells: &mut Cells) {
        if cells.contains_key(&field.id) {
            return self.keep(path, value, AnswerProblemCode::UnknownPlace);
        }
        let answer = match (&field.kind, value) {
            (FieldKind::Rows(kind), Json::List(items)) => {
                let items = self.limited(path, items, MAX_ROWS);
                let ids = self.ids(path, items, |id| kind.fixed.iter().any(|it| &*it.key == id));
                let mut rows = Vec::new();
                for (item, id) in items.iter().zip(ids) {
                    let path = [path, "/", &id].concat();
                    if !kind.fixed.is_empty() && !make::is_fixed(field, &id) {
                        self.keep(&path, item, AnswerProblemCode::UnknownPlace);
                        continue;
                    }
                    let mut cells = Cells::new();
                    for (name, value) in item.as_object().unwrap_or_default().iter().filter(|(name, _)| name != "id") {
                        let path = [&path, "/", name].concat();
                        match migrate::find_field(&kind.columns, name) {
                            // What the table says itself is no answer.
                            Some(column) if kind.constant(&id, &column.id).is_some() => {
                                self.keep(&path, value, AnswerProblemCode::UnknownPlace);
                            }
                            Some(column) => self.field(&path, column, value, &mut cells),
                            None => self.keep(&path, value, AnswerProblemCode::UnknownPlace),
                        }
                    }
                    rows.push(Row { id, cells });
                }
                (!rows.is_empty()).then_some(Answer::Rows(rows))
            }
            (FieldKind::Files(_), Json::List(items)) => self.entries(path, items),
            (FieldKind::Rows(_) | FieldKind::Files(_), _) if is_none(value) => Some(Answer::ConfirmedNone),
            _ if !kinds::is_typed(field) => return self.keep(path, value, AnswerProblemCode::WrongType),
            _ => match self.cell(path, field, value) {
                Ok(answer) => Some(answer),
                Err(undecoded @ Some(_)) if !self.is_moving => {
                    self.read.problems.push(AnswerProblem { path: path.into(), code: AnswerProblemCode::WrongType });
                    undecoded
                }
                Err(_) => return self.keep(path, value, AnswerProblemCode::WrongType),
            },
        };
        if let Some(answer) = answer {
            cells.insert(field.id.clone(), answer);
        }
    }

    /// One answer. When moving, an answer of another kind may fit by its words: an integer where a decimal
    /// is asked for now, a text that became a choice, an option under another code.
    fn cell(&self, path: &str, field: &Field, value: &Json) -> Result<Answer, Option<Answer>> {
        let found = read_cell(field, value).map(|answer| migrate::rename_options(self.definition, field, answer));
        if !self.is_moving || found.as_ref().is_ok_and(|answer| migrate::has_options(self.definition, field, answer)) {
            return found;
        }
        let shown = self.shown(path, value);
        match kinds::decode(self.definition, field, &shown) {
            None | Some(Answer::Undecoded(_)) => Err(None),
            Some(answer) => Ok(answer),
        }
    }

    fn materials(&mut self, value: &Json) -> Cells {
        let Some(members) = value.as_object() else {
            self.keep(MATERIALS, value, AnswerProblemCode::WrongType);
            return Cells::new();
        };
        let mut cells = Cells::new();
        for (name, value) in members {
            let path = [MATERIALS, "/", name].concat();
            match (self.definition.material(name), value) {
                (None, _) => self.keep(&path, value, AnswerProblemCode::UnknownPlace),
                (Some(_), Json::List(items)) => {
                    if let Some(entries) = self.entries(&path, items) {
                        cells.insert(name.as_str().into(), entries);
                    }
                }
                (Some(_), json) if is_none(json) => {
                    cells.insert(name.as_str().into(), Answer::ConfirmedNone);
                }
                (Some(_), _) => self.keep(&path, value, AnswerProblemCode::WrongType),
            }
        }
        cells
    }

    fn entries(&mut self, path: &str, items: &[Json]) -> Option<Answer> {
        let items = self.limited(path, items, MAX_ROWS);
        let ids = self.ids(path, items, |_| false);
        let mut rows = Vec::new();
        for (item, id) in items.iter().zip(ids) {
            let mut cells = Cells::new();
            for (name, value) in item.as_object().unwrap_or_default().iter().filter(|(name, _)| name != "id") {
                let answer = match (name.as_str(), value) {
                    ("title" | "attachment", Json::Text(text)) => Answer::Text(text.clone()),
                    ("pages", Json::Int(number)) => Answer::Integer(*number),
                    (_, json) if json.get("undecoded").is_some_and(|it| it.as_text().is_some()) => {
                        Answer::Undecoded(json.get("undecoded").and_then(Json::as_text).unwrap_or_default().to_string())
                    }
                    _ => {
                        self.keep(&[path, "/", &id, "/", name].concat(), value, AnswerProblemCode::WrongType);
                        continue;
                    }
                };
                cells.insert(name.as_str().into(), answer);
            }
            rows.push(Row { id, cells });
        }
        (!rows.is_empty()).then_some(Answer::Rows(rows))
    }

    /// The ids of the items: their own where they can be used, otherwise new ones that nothing has.
    fn ids(&mut self, path: &str, items: &[Json], is_fixed: impl Fn(&str) -> bool) -> Vec<Id> {
        let mut taken: HashSet<String> = HashSet::new();
        let own: Vec<Option<&str>> = items
            .iter()
            .map(|item| {
                let id = item.get("id").and_then(Json::as_text).filter(|id| make::is_random_id(id) || is_fixed(id));
                let code = match id {
                    None => AnswerProblemCode::BadId,
                    Some(id) if taken.insert(id.to_string()) => return Some(id),
                    Some(_) => AnswerProblemCode::DuplicateId,
                };
                self.read.problems.push(AnswerProblem { path: path.into(), code });
                None
            })
            .collect();
        let mut number = 0;
        let each = own.into_iter().map(|id| match id {
            Some(id) => Id::from(id),
            None => loop {
                number += 1;
                let id = ["x", &number.to_string()].concat();
                if !taken.contains(&id) {
                    break Id::from(id);
                }
            },
        });
        each.collect()
    }

    fn limited<'j>(&mut self, path: &str, items: &'j [Json], most: usize) -> &'j [Json] {
        match items.split_at_checked(most) {
            Some((taken, rest)) if !rest.is_empty() => {
                self.keep(path, &Json::List(rest.to_vec()), AnswerProblemCode::TooMany);
                taken
            }
            _ => items,
        }
    }

    /// The words of a value: as its old field shows it, or its plain text.
    fn shown(&self, path: &str, value: &Json) -> String {
        if let Some(old) = self.old
            && let Some(field) = migrate::field_at(old, path)
            && let Ok(answer) = read_cell(field, value)
        {
            let language = old.languages.first().map_or("", |it| it);
            return kinds::shown(old, field, &answer, language);
        }
        migrate::plain(value)
    }

    fn keep(&mut self, path: &str, value: &Json, code: AnswerProblemCode) {
        self.read.problems.push(AnswerProblem { path: path.into(), code });
        let label = self.old.map(|old| migrate::label_at(old, path)).filter(|label| !label.is_empty());
        self.read.document.kept.push(Kept {
            path: path.into(),
            label: label.unwrap_or_else(|| path.to_string()),
            shown: self.shown(path, value),
            value: value.to_canonical(),
            from: self.from.to_string(),
        });
    }

    fn rest(&mut self, data: &Json) {
        let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_text).map(str::to_string);
        let items = |name: &str| data.get(name).and_then(Json::as_list).unwrap_or_default();
        for (id, value) in data.get("profile").and_then(Json::as_object).unwrap_or_default() {
            let is_known = self.definition.profile.iter().any(|it| *it.id == **id);
            match (is_known, value.as_text()) {
                (true, Some(value)) => {
                    self.read.document.profile.insert(Id::from(id.as_str()), value.to_string());
                }
                _ => self.keep(&["profile/", id].concat(), value, AnswerProblemCode::UnknownPlace),
            }
        }
        for item in items("overrides") {
            let rule = text(item, "rule").filter(|id| self.definition.rules.iter().any(|it| *it.id == **id));
            match (rule, text(item, "reason")) {
                (Some(rule), Some(reason)) => {
                    let at = text(item, "at").unwrap_or_default();
                    self.read.document.overrides.push(Override { rule: rule.into(), at, reason });
                }
                _ => self.keep("overrides", item, AnswerProblemCode::UnknownPlace),
            }
        }
        for item in items("sources") {
            let mut entry = Entry::new(item);
            let source = PartSource {
                part: entry.text("part").into(),
                instance: entry.text("instance").into(),
                doc: entry.text("doc").into(),
                rev: entry.number("rev", u32::MAX.into()) as u32,
                payload: entry.text("payload").into(),
                kid: entry.text("kid").into(),
                org: entry.text("org").into(),
                edited: entry.boolean("edited"),
            };
            match entry.is_whole {
                true => self.read.document.sources.push(source),
                false => self.keep("sources", item, AnswerProblemCode::WrongType),
            }
        }
        for item in items("kept") {
            let mut entry = Entry::new(item);
            let kept = Kept {
                path: entry.text("path").into(),
                label: entry.text("label").into(),
                shown: entry.text("shown").into(),
                value: entry.text("value").into(),
                from: entry.text("from").into(),
            };
            match entry.is_whole {
                true => self.read.document.kept.push(kept),
                false => self.keep("kept", item, AnswerProblemCode::WrongType),
            }
        }
    }
}
