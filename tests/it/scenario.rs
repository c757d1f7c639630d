//! The story that the end-to-end tests tell must fit the table: every required cell, no unknown path.

use shenbao::engine::answers::Answer;
use shenbao::engine::definition::{Condition, Definition, Field, FieldKind, Part, TextKind};
use shenbao::engine::kinds;
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
