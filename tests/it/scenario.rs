//! The story that the end-to-end tests tell must fit the table: every required cell, no unknown path.

use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, Edit, Row, make};
use shenbao::engine::definition::{CheckedDefinition, Condition, Definition, Field, FieldKind, Id, Part, TextKind};
use shenbao::engine::kinds;
use shenbao::engine::validation::{Outcome, Tally, Validation};
use shenbao::engine::value::json::{Json, parse};

const STORY: &str = include_str!("../data/scenarios/city-three-parks.json");

fn definition() -> Definition {
    let text = shenbao::engine::tables::table("pilot-city-2017").expect("the table comes with the program").text;
    Definition::read(text.as_bytes()).0.expect("the table is readable")
}

fn story() -> Json {
    parse(STORY.as_bytes(), 16).expect("the story is strict JSON")
}

fn steps(story: &Json) -> Vec<&Json> {
    story.get("steps").and_then(Json::as_list).expect("the story has steps").iter().collect()
}

fn path(step: &Json) -> &str {
    step.get("path").and_then(Json::as_text).expect("a step has a path")
}

/// The field or column that a path of the story names.
fn field_at<'a>(definition: &'a Definition, path: &str) -> Option<&'a Field> {
    let mut names = path.split('/');
    let part: &Part = definition.part(names.next()?)?;
    if part.repeat.is_some() {
        names.next()?.strip_prefix('#')?;
    }
    let field = part.field(names.next()?)?;
    let FieldKind::Rows(rows) = &field.kind else { return Some(field) };
    let row = names.next()?;
    let is_known = if rows.fixed.is_empty() { row.starts_with('#') } else { rows.fixed.iter().any(|it| &*it.key == row) };
    let column = names.next()?;
    rows.columns.iter().find(|it| is_known && &*it.id == column)
}

#[test]
fn every_step_names_a_cell_of_the_table() {
    let (definition, story) = (definition(), story());
    for step in steps(&story) {
        let path = path(step);
        match path.strip_prefix("materials/") {
            Some(rest) => {
                let id = rest.split('/').next().unwrap_or_default();
                assert!(definition.material(id).is_some(), "{path}");
            }
            None => assert!(field_at(&definition, path).is_some(), "{path}"),
        }
    }
}

#[test]
fn every_choice_is_an_option_under_its_label() {
    let (definition, story) = (definition(), story());
    for step in steps(&story) {
        let Some(chosen) = step.get("chosen").and_then(Json::as_text) else { continue };
        let field = field_at(&definition, path(step)).expect("a known cell");
        let FieldKind::Choice(kind) = &field.kind else { continue };
        let options = definition.options(&kind.options, kind.options_from.as_ref());
        let option = options.iter().find(|it| &*it.code == chosen).expect("an option of the cell");
        assert_eq!(step.get("label").and_then(Json::as_text), Some(option.label.get("zh-CN")));
    }
}

#[test]
fn every_required_cell_is_filled_for_three_parks() {
    let (definition, story) = (definition(), story());
    let filled: Vec<_> = steps(&story).into_iter().map(path).collect();
    let has = |wanted: &str| filled.iter().any(|it| *it == wanted || it.starts_with(&format!("{wanted}/")));
    let must = |field: &Field| field.required != Condition::Fixed(false) && field.default.is_none();
    for part in &definition.parts {
        let places: Vec<_> = match part.repeat {
            Some(_) => (1..=3).map(|number| format!("{}/#{number}", part.id)).collect(),
            None => vec![part.id.to_string()],
        };
        for place in places {
            for field in part.fields().filter(|it| must(it)) {
                let path = format!("{place}/{}", field.id);
                assert!(has(&path), "{path}");
                let FieldKind::Rows(rows) = &field.kind else { continue };
                let keys = if rows.fixed.is_empty() { vec!["#1"] } else { rows.fixed.iter().map(|it| &*it.key).collect() };
                for key in keys {
                    for column in rows.columns.iter().filter(|it| must(it)) {
                        assert!(has(&format!("{path}/{key}/{}", column.id)), "{path}/{key}/{}", column.id);
                    }
                }
            }
        }
    }
    for material in definition.materials.iter().filter(|it| it.by.as_deref() == Some("city")) {
        let path = format!("materials/{}", material.id);
        assert!(material.required != Condition::Fixed(true) || has(&path), "{path}");
    }
}

/// The answer as it stands in a signed file.
fn signed(field: &Field, answer: &Answer) -> Json {
    match answer {
        Answer::Text(text) => match &field.kind {
            FieldKind::Text(TextKind { format: Some(format), .. }) => Json::Text(kinds::formats::canonical(*format, text)),
            _ => Json::text(text.as_str()),
        },
        Answer::Decimal(text) | Answer::Date(text) => Json::text(text.as_str()),
        Answer::Integer(number) => Json::Int(*number),
        Answer::Texts(texts) => Json::List(texts.iter().map(|it| Json::text(it.as_str())).collect()),
        Answer::Choice(chosen) => Json::text(&*chosen.code),
        other => panic!("the story has no such answer: {other:?}"),
    }
}

#[test]
fn what_the_clerk_types_gives_the_answer_the_story_expects() {
    let (definition, story) = (definition(), story());
    let mend = story.get("mend").and_then(Json::as_list).expect("the story mends one figure");
    for step in steps(&story).into_iter().chain(mend) {
        let Some(typed) = step.get("typed").and_then(Json::as_text) else { continue };
        let field = field_at(&definition, path(step)).expect("a known cell");
        let answer = kinds::decode(&definition, field, typed).expect("not blank");
        assert_eq!(Some(&signed(field, &answer)), step.get("value"), "{}: {typed}", path(step));
        assert_eq!(kinds::check(&definition, field, &answer), [], "{}: {typed}", path(step));
    }
}

/// A clerk at the table: every edit goes through `apply`, and validation follows each of them.
struct Clerk {
    table: CheckedDefinition,
    document: AnswersDocument,
    validation: Validation,
    n_ids: u32,
}

impl Clerk {
    fn new() -> Clerk {
        let text = shenbao::engine::tables::table("pilot-city-2017").expect("the table comes with the program").text;
        let table = CheckedDefinition::load(text.as_bytes()).0.expect("the table can be filled");
        let mut n_ids = 0;
        let mut ids = || next_id(&mut n_ids);
        let identity = (Default::default(), Default::default());
        let document = AnswersDocument::new(&table.definition, identity.0, identity.1, &mut ids);
        let validation = Validation::new(&table, &document);
        Clerk { table, document, validation, n_ids }
    }

    fn apply(&mut self, edit: Edit) {
        let (changes, _) = self.document.apply(edit);
        assert!(!changes.is_empty(), "an edit of the story changes something");
        self.validation.update(&self.table, &self.document, &changes);
    }

    /// The path with ids for `#1`; what is not there yet is added, as the story says.
    fn resolve(&mut self, text: &str) -> AnswerPath {
        let mut names = text.split('/');
        let part = names.next().expect("a part");
        let mut path = AnswerPath::part(part);
        let repeats = self.table.definition.part(part).is_some_and(|it| it.repeat.is_some());
        if let Some(number) = names.clone().next().filter(|_| repeats) {
            names.next();
            let at = position(number).expect("an instance is named by its number");
            if at >= self.document.instances(part).len() {
                let mut n_ids = self.n_ids;
                let part = self.table.definition.part(part).expect("a known part");
                let instance = make::instance(&self.table.definition, part, &mut || next_id(&mut n_ids));
                self.n_ids = n_ids;
                self.apply(Edit::InsertInstance { part: path.part.clone(), at, instance });
            }
            path.instance = self.document.instances(part)[at].id.clone();
        }
        let Some(field) = names.next() else { return path };
        path = path.field(field);
        let Some(row) = names.next() else { return path };
        let row = match position(row) {
            None => Id::from(row),
            Some(at) => {
                if at >= self.document.rows(&path).len() {
                    let row = Row { id: next_id(&mut self.n_ids), cells: Default::default() };
                    self.apply(Edit::InsertRow { field: path.clone(), at, row });
                }
                self.document.rows(&path)[at].id.clone()
            }
        };
        path = path.row(row);
        names.next().map_or(path.clone(), |column| path.column(column))
    }

    fn take(&mut self, step: &Json) {
        let text = step.get("path").and_then(Json::as_text).expect("a step has a path");
        let mut at = self.resolve(text);
        let word = |name: &str| step.get(name).and_then(Json::as_text);
        let answer = if let Some(typed) = word("typed") {
            let field = self.table.field(&at).expect("a known cell");
            kinds::decode(&self.table.definition, field, typed)
        } else if let Some(chosen) = word("chosen") {
            match &self.table.field(&at).expect("a known cell").kind {
                FieldKind::Reference(_) => Some(Answer::Reference(self.resolve(chosen).instance)),
                _ => kinds::decode(&self.table.definition, self.table.field(&at).expect("a known cell"), chosen),
            }
        } else {
            let title = step.get("paper").and_then(|it| it.get("title")).or(step.get("file").and_then(|it| it.get("name")));
            at = at.column("title");
            Some(Answer::Text(title.and_then(Json::as_text).expect("a document has a title").into()))
        };
        self.apply(Edit::SetAnswer { path: at, answer });
    }

    /// Rules that fail, with the number of their place, and the texts of computed cells.
    fn must_see(&mut self, expected: &Json) {
        for (path, shown) in expected.get("shown").and_then(Json::as_object).unwrap_or_default() {
            let at = self.resolve(path);
            assert_eq!(self.validation.field(&at).shown.as_deref(), shown.as_text(), "{path}");
        }
    }
}

fn next_id(n_ids: &mut u32) -> Id {
    *n_ids += 1;
    format!("id{n_ids}").into()
}

/// `#2` is the position 1.
fn position(text: &str) -> Option<usize> {
    text.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
}

#[test]
fn the_story_ends_with_a_table_that_can_be_signed() {
    let story = story();
    let mut clerk = Clerk::new();
    steps(&story).into_iter().for_each(|step| clerk.take(step));

    let trouble = story.get("trouble").expect("the story has a trouble");
    clerk.must_see(trouble);
    let park = clerk.resolve("parks/#2");
    let state = clerk.validation.rule("park-48.4", &park).expect("the rule is asked of each park");
    assert_eq!(state.outcome, Outcome::Fails);
    let rule = clerk.table.rule("park-48.4").expect("the rule of the threshold");
    let message = state.parameters.iter().fold(rule.message.get("zh-CN").to_string(), |text, (name, value)| {
        text.replace(&["{", &**name, "}"].concat(), value)
    });
    assert_eq!(Some(&*message), trouble.get("message").and_then(Json::as_text));
    assert_eq!((clerk.validation.total().errors, clerk.validation.is_complete()), (1, false));

    for step in story.get("mend").and_then(Json::as_list).unwrap_or_default() {
        clerk.take(step);
    }
    clerk.must_see(story.get("settled").expect("the story is settled"));
    assert_eq!(clerk.validation.violations(), []);
    let Tally { required, filled, errors, warnings, lifted } = clerk.validation.total();
    assert_eq!((required - filled, errors, warnings, lifted), (0, 0, 0, 0));
    assert!(clerk.validation.is_complete());
    assert_eq!(Validation::new(&clerk.table, &clerk.document).total(), clerk.validation.total());
}
