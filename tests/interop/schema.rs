//! The JSON Schema of the definition format against a foreign validator: it takes what our reader takes, and
//! refuses every file with a fault of structure.

use super::{Dice, Folder, here, python};
use shenbao::engine::definition::{Definition, Problem, ProblemCode};
use shenbao::engine::tables::TABLES;
use shenbao::engine::validation::lint;
use shenbao::engine::value::json::{self, Json};
use std::collections::BTreeSet;

/// The faults that a schema can see; the others need to know what names mean.
const STRUCTURE: [ProblemCode; 4] =
    [ProblemCode::WrongType, ProblemCode::MissingMember, ProblemCode::UnknownMember, ProblemCode::UnknownWord];

fn parsed(text: &str) -> Json {
    json::parse(text.as_bytes(), 40).expect("a definition is strict JSON")
}

/// The definitions of the tests, and those that come with the program.
fn definitions() -> Vec<(String, Json)> {
    let folder = here().join("../data/definitions");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("test data").flatten().map(|it| it.path()).collect();
    files.sort();
    let of_tests = files.into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).expect("test data");
        (path.file_name().expect("a file").to_string_lossy().into_owned(), parsed(&text))
    });
    of_tests.chain(TABLES.iter().map(|it| (it.id.to_owned(), parsed(it.text)))).collect()
}

/// How many values a value has, itself and all below.
fn n_places(json: &Json) -> usize {
    1 + match json {
        Json::List(items) => items.iter().map(n_places).sum(),
        Json::Object(members) => members.iter().map(|(_, it)| n_places(it)).sum(),
        _ => 0,
    }
}

/// The value at a place, counted as `n_places` does, changed.
fn change(json: &Json, at: &mut usize, with: &mut dyn FnMut(&Json) -> Json) -> Json {
    if *at == 0 {
        *at = usize::MAX;
        return with(json);
    }
    *at = at.saturating_sub(1);
    match json {
        Json::List(items) => Json::List(items.iter().map(|it| go(it, at, with)).collect()),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, it)| (name.clone(), go(it, at, with))).collect())
        }
        other => other.clone(),
    }
}

fn go(json: &Json, at: &mut usize, with: &mut dyn FnMut(&Json) -> Json) -> Json {
    if *at == usize::MAX { json.clone() } else { change(json, at, with) }
}

/// One fault put into a definition at a place that the dice choose.
fn broken(definition: &Json, dice: &mut Dice) -> Json {
    let mut at = dice.roll(n_places(definition));
    let what = dice.roll(5);
    let pick = dice.roll(1000);
    change(definition, &mut at, &mut |value| match (value, what) {
        (Json::Object(members), 0 | 3) if !members.is_empty() => {
            let mut fewer = members.clone();
            fewer.remove(pick % members.len());
            Json::Object(fewer)
        }
        (Json::Object(_), 1 | 4) => value.clone().with("zzz", Json::Int(1)),
        (Json::Text(_), 1 | 3) => Json::text("zzz"),
        (Json::Text(_), _) => Json::Int(7),
        (Json::List(_), 1) => Json::Null,
        (Json::List(_), 2) => Json::empty(),
        (_, 0) => Json::text("zzz"),
        (_, 2) => Json::List(Vec::new()),
        (_, _) => Json::Int(-1),
    })
}

#[test]
fn a_foreign_validator_takes_sound_definitions_and_refuses_faults_of_structure() {
    let folder = Folder::new("schema");
    let mut dice = Dice(20_170_627);
    let sound = definitions();
    assert!(sound.len() > TABLES.len() + 3, "the definitions of the tests are there");
    let mut files: Vec<(String, Json)> = Vec::new();
    for (name, definition) in &sound {
        // The large ones take a foreign validator long.
        let n_changes = if n_places(definition) > 3000 { 8 } else { 70 };
        let changed = (0..n_changes).map(|number| (format!("{name}, change {number}"), broken(definition, &mut dice)));
        files.extend(changed);
    }
    let n_changed = files.len();
    files.extend(sound);
    folder.write("schema.json", Definition::json_schema().to_canonical());
    folder.write("files.json", Json::List(files.iter().map(|it| it.1.clone()).collect()).to_canonical());
    python("schema.py", &folder);
    let accepted = folder.read_json("accepted.json");
    let accepted: Vec<bool> = accepted.as_list().expect("a list").iter().filter_map(Json::as_bool).collect();
    assert_eq!(accepted.len(), files.len());

    let mut seen = BTreeSet::new();
    let mut differing = Vec::new();
    for (idx, ((name, file), accepted)) in files.iter().zip(accepted).enumerate() {
        let problems = lint::check(file.to_canonical().as_bytes());
        // A fault with an offset is one of an expression, which is text to a schema.
        let is_structure = |it: &&Problem| STRUCTURE.contains(&it.code) && it.offset.is_none();
        let structure: Vec<_> = problems.iter().filter(is_structure).collect();
        if idx >= n_changed {
            assert!(accepted && structure.is_empty(), "{name} is sound: {structure:?}");
        }
        if !accepted {
            seen.extend(structure.iter().map(|it| format!("{:?}", it.code)));
        }
        // A schema that refuses what can be filled would mislead an author's editor; one that takes a fault
        // of structure would be of no use.
        if accepted != structure.is_empty() && (accepted || problems.is_empty()) {
            let first = problems.first().map(ToString::to_string);
            differing.push(format!("{name}: the schema {}, we {first:?}", if accepted { "takes it" } else { "refuses it" }));
        }
    }
    assert_eq!(differing, Vec::<String>::new());
    let wanted: BTreeSet<String> = STRUCTURE.iter().map(|it| format!("{it:?}")).collect();
    assert_eq!(seen, wanted, "each class of faults was refused at least once");
}
