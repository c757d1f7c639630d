//! The tables that come with the program: readable, sourced, and free of what must not be shipped.

use shenbao::engine::answers::json::write_answers;
use shenbao::engine::drafts::read::read_answers;
use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, Chosen, DocumentIdentity, Edit, TableIdentity};
use shenbao::engine::definition::digest::digest;
use shenbao::engine::definition::{CheckedDefinition, Definition, Field, FieldKind, Id, Problems, Provenance, SourceKind};
use shenbao::engine::kinds;
use shenbao::engine::layout::{columns_of, wanted};
use shenbao::engine::locale::LANGUAGES;
use shenbao::engine::tables::{TABLES, index, table};
use shenbao::engine::validation::collection::collection;
use shenbao::engine::validation::{Outcome, Validation, cases};
use shenbao::engine::value::json::{Json, parse};
use std::collections::HashSet;

fn load(id: &str) -> Definition {
    let text = table(id).expect("the table comes with the program").text;
    let (checked, problems) = CheckedDefinition::load(text.as_bytes());
    let faults: Vec<_> = problems.iter().filter(|it| !it.code.is_warning()).map(ToString::to_string).collect();
    assert_eq!(faults, Vec::<String>::new(), "{id}");
    checked.expect("a table without faults can be filled").definition
}

#[test]
fn every_table_loads_without_faults_under_its_own_id() {
    for it in TABLES {
        assert_eq!(&*load(it.id).id, it.id);
    }
}

#[test]
fn a_table_that_is_known_to_be_sound_is_judged_like_one_that_was_checked() {
    for it in TABLES {
        let checked = CheckedDefinition::load(it.text.as_bytes()).0.expect("a sound table");
        let summary = index().iter().find(|summary| summary.id == it.id).expect("the index has it");
        let known = CheckedDefinition::known(it.text.as_bytes(), &summary.sha256).expect("it can be read");
        assert_eq!(known.digest, checked.digest, "{}", it.id);
        assert!(!known.has_scheme(), "its expressions wait until they are needed");
        let identity = TableIdentity { id: it.id.into(), version: checked.definition.version.clone(), sha256: checked.digest.clone() };
        let document = DocumentIdentity { id: "d".into(), rev: 1, prev: None };
        let blank = AnswersDocument::new(&checked.definition, identity, document, &mut || "x".into());
        let (first, second) = (Validation::new(&checked, &blank), Validation::new(&known, &blank));
        assert!(first == second && first.violations() == second.violations(), "{}", it.id);
        assert!(known.is_of(it.text.as_bytes()));
        assert!(!known.is_of(it.text.replacen("zh-CN", "zh-TW", 1).as_bytes()), "another file is told from it");
        assert!(CheckedDefinition::known(b"{}", &summary.sha256).is_none());
    }
}

/// What the index must say of a table: members of its definition, as they stand there.
fn index_entry(definition: &Json) -> Json {
    let some = |json: &Json, names: &[&str]| {
        let members = names.iter().filter_map(|name| Some((*name, json.get(name)?.clone())));
        Json::object(members.collect::<Vec<_>>())
    };
    let notice = definition.get("notice").map(|it| some(it, &["number", "title"])).expect("a table has a notice");
    let sha256 = Json::text(&digest(definition));
    some(definition, &["id", "provenance", "title"]).with("notice", notice).with("sha256", sha256)
}

#[test]
fn the_index_says_what_the_definitions_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine/tables/index.json");
    let written = parse(&std::fs::read(path).expect("there is an index"), 8).expect("strict JSON");
    let expected: Vec<Json> =
        TABLES.iter().map(|it| index_entry(&parse(it.text.as_bytes(), 24).expect("strict JSON"))).collect();
    let expected = Json::List(expected);
    assert_eq!(written, expected, "index.json should say\n{}", expected.to_canonical());
    // And what is read of it is what the definitions are read as.
    assert_eq!(index().len(), TABLES.len());
    for (it, summary) in TABLES.iter().zip(index()) {
        let definition = load(it.id);
        assert_eq!((summary.id.as_str(), &summary.title), (it.id, &definition.title));
        assert_eq!((&summary.notice_number, &summary.notice_title), (&definition.notice.number, &definition.notice.title));
        assert_eq!(summary.provenance, definition.provenance);
    }
}

#[test]
fn the_page_finds_every_table_and_language_beside_itself() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/index.html")).expect("there is a page");
    let copies = |file: &str, folder: &str| {
        let line = format!("<link data-trunk rel=\"copy-file\" href=\"{file}\" data-target-path=\"{folder}\">");
        assert!(page.contains(&line), "index.html lacks {line}");
    };
    for it in TABLES {
        copies(&format!("src/engine/tables/{}.json", it.id), "tables");
    }
    // The first language is part of the program.
    for it in LANGUAGES.iter().skip(1) {
        copies(&format!("src/engine/locale/{}.json", it.tag), "locale");
    }
}

/// Every field and column of a table, with the source it inherits.
fn for_each_field(definition: &Definition, mut look: impl FnMut(&str, &Field, Option<SourceKind>)) {
    for part in &definition.parts {
        let of_part = part.source.as_ref();
        for section in &part.sections {
            let of_section = section.source.as_ref().or(of_part);
            for field in &section.fields {
                let own = field.source.as_ref().or(of_section);
                look(&format!("{}/{}", part.id, field.id), field, own.map(|it| it.kind));
                let FieldKind::Rows(rows) = &field.kind else { continue };
                for column in &rows.columns {
                    let own = column.source.as_ref().or(own);
                    look(&format!("{}/{}/{}", part.id, field.id, column.id), column, own.map(|it| it.kind));
                }
            }
        }
    }
}

#[test]
fn every_cell_rule_and_material_says_where_it_comes_from() {
    for it in TABLES {
        let definition = load(it.id);
        for_each_field(&definition, |path, _, source| assert!(source.is_some(), "{}: {path}", it.id));
        for rule in &definition.rules {
            let source = rule.source.as_ref().expect("a rule has a source");
            let is_quoted = !source.at.is_empty() && !source.note.is_empty();
            assert!(source.kind != SourceKind::Notice || is_quoted, "{}: {}", it.id, rule.id);
        }
        assert!(definition.materials.iter().all(|it| it.source.is_some()), "{}", it.id);
    }
}

#[test]
fn every_condition_shown_has_words_for_both_outcomes() {
    for it in TABLES {
        for rule in load(it.id).rules.iter().filter(|rule| rule.verdict) {
            for language in ["zh-CN", "en"] {
                assert!(!rule.label.get(language).is_empty(), "{}: {}", it.id, rule.id);
                assert!(!rule.message.get(language).is_empty(), "{}: {}", it.id, rule.id);
            }
        }
    }
}

#[test]
fn reconstructions_say_so_and_only_the_official_table_does_not() {
    for it in TABLES {
        let definition = load(it.id);
        let is_official = definition.provenance == Provenance::Official;
        assert_eq!(is_official, it.id == "work-plan-2010");
        assert!(!definition.provenance_note.is_empty());
    }
}

#[test]
fn the_official_heading_and_note_are_printed_without_the_addresses() {
    let plan = load("work-plan-2010");
    assert_eq!(plan.title.get("zh-CN"), "中小企业知识产权战略推进工程工作计划表");
    assert_eq!(plan.remark.get("zh-CN"), "说明：请各实施单位于9月30日前，将本表发至（通知所列邮箱）。");
}

#[test]
fn no_address_number_or_name_of_an_official_is_shipped() {
    for it in TABLES {
        for (at, _) in it.text.match_indices('@') {
            assert!(it.text[at..].starts_with("@example.com"), "{}: {}", it.id, &it.text[at..at + 20]);
        }
        // Every number with an area code is one of those made up for the cases.
        for (at, _) in it.text.match_indices("010-") {
            let is_date = it.text[..at].ends_with('2');
            assert!(is_date || it.text[at..].starts_with("010-80000"), "{}: {}", it.id, &it.text[at..at + 12]);
        }
    }
}

#[test]
fn the_2017_table_has_every_part_and_material_of_its_notice() {
    let table = load("pilot-city-2017");
    let parts: Vec<_> = table.parts.iter().map(|it| &*it.id).collect();
    assert_eq!(parts, ["cover", "city", "parks", "plan"]);
    let repeat = table.part("parks").and_then(|it| it.repeat.as_ref()).expect("parks repeat");
    assert_eq!((repeat.min, repeat.max, repeat.start), (1, 3, Some(2)));
    let materials: Vec<_> = table.materials.iter().map(|it| &*it.id).collect();
    assert_eq!(materials, ["application", "plan", "form", "evidence", "prov_letter"]);
    let six: HashSet<_> = ["nav", "operate", "protect", "manage", "serve", "train"].into();
    for (part, field) in [("city", "tasks"), ("parks", "tasks"), ("plan", "tasks")] {
        let field = table.part(part).and_then(|it| it.field(field)).expect("the six tasks");
        let FieldKind::Rows(rows) = &field.kind else { panic!("{part}: not rows") };
        assert_eq!(rows.fixed.iter().map(|it| &*it.key).collect::<HashSet<_>>(), six, "{part}");
    }
}

#[test]
fn the_answers_of_every_case_fit_their_cells() {
    for it in TABLES {
        let definition = load(it.id);
        for case in &definition.cases {
            let Some(answers) = &case.answers else { continue };
            let read = read_answers(&definition, answers);
            assert_eq!(read.problems, [], "{}, {}", it.id, case.id);
            let mut written = String::new();
            write_answers(&read.document, &mut written);
            let written = parse(written.as_bytes(), 16).expect("answers are written as strict JSON");
            assert_eq!(written.to_canonical(), answers.to_canonical(), "{}, {}", it.id, case.id);
        }
    }
}

#[test]
fn every_rule_has_a_case_in_which_it_holds_and_one_in_which_it_fails() {
    for it in TABLES {
        let definition = load(it.id);
        for rule in &definition.rules {
            let expected = || definition.cases.iter().flat_map(|case| &case.expect).filter(|(id, _)| *id == rule.id);
            assert!(expected().any(|(_, it)| it.as_text() == Some("holds")), "{}: {} holds", it.id, rule.id);
            let fails = |it: &Json| it.as_text() == Some("fails") || it.get("fails").is_some();
            assert!(expected().any(|(_, it)| fails(it)), "{}: {} fails", it.id, rule.id);
        }
    }
}

#[test]
fn every_word_is_there_in_both_languages() {
    fn look(json: &Json, table: &str) {
        for (_, member) in json.as_object().unwrap_or_default() {
            look(member, table);
        }
        json.as_list().unwrap_or_default().iter().for_each(|item| look(item, table));
        if let Some(chinese) = json.get("zh-CN") {
            let english = json.get("en").and_then(Json::as_text).unwrap_or_default();
            assert!(!english.is_empty(), "{table}: {chinese:?}");
        }
    }
    for it in TABLES {
        look(&parse(it.text.as_bytes(), 24).expect("strict JSON"), it.id);
        for_each_field(&load(it.id), |path, field, _| {
            for words in [&field.label, &field.hint, &field.unit].into_iter().filter(|it| !it.is_empty()) {
                assert_eq!(words.0.len(), 2, "{}: {path}", it.id);
            }
        });
    }
}

#[test]
fn every_line_of_the_printed_table_is_full() {
    for it in TABLES {
        let definition = load(it.id);
        for section in definition.parts.iter().flat_map(|part| &part.sections) {
            let columns = columns_of(section);
            let mut used = 0;
            for field in &section.fields {
                if matches!(&field.kind, FieldKind::Computed(kind) if kind.hidden) {
                    continue;
                }
                if let FieldKind::Rows(rows) = &field.kind {
                    let of_columns: u32 = rows.columns.iter().filter_map(|it| it.width).sum();
                    let heading = if rows.fixed.is_empty() { 0 } else { 4 };
                    assert_eq!(of_columns + heading, columns, "{}: {}", it.id, field.id);
                }
                let (label, value, _) = wanted(field, columns);
                assert!(used + label + value <= columns, "{}: no room for {}", it.id, field.id);
                used = (used + label + value) % columns;
            }
            assert_eq!(used, 0, "{}: {}", it.id, section.heading.get("en"));
        }
    }
}

#[test]
fn defaults_fixed_cells_and_patterns_fit_their_kinds() {
    for it in TABLES {
        let mut problems = Problems::default();
        kinds::lint::lint(&load(it.id), &mut problems);
        assert_eq!(problems.list(), [], "{}", it.id);
    }
}

#[test]
fn the_first_case_of_every_table_is_whole_and_right() {
    for it in TABLES {
        let table = CheckedDefinition::load(it.text.as_bytes()).0.expect("the table can be filled");
        let case = table.definition.cases.first().expect("a table has cases");
        let document = cases::document(&table, case, &mut Problems::default()).expect("the case has answers");
        let validation = Validation::new(&table, &document);
        assert_eq!(validation.violations(), [], "{}", it.id);
        assert!(validation.is_complete(), "{}", it.id);
        let states = validation.rules();
        for rule in table.definition.rules.iter().filter(|rule| rule.scope.as_deref() != Some("collection")) {
            let outcomes: Vec<_> = states.iter().filter(|it| it.rule == rule.id).map(|it| it.outcome).collect();
            let is_settled = |it: &Outcome| matches!(it, Outcome::Holds | Outcome::NotApplicable);
            assert!(outcomes.contains(&Outcome::Holds), "{}: {} is asked somewhere", it.id, rule.id);
            assert!(outcomes.iter().all(is_settled), "{}: {}", it.id, rule.id);
        }
    }
}

/// Applications of the 2017 table, by case and changes: province and category.
fn applications(table: &CheckedDefinition, cities: &[(&str, &str)]) -> Vec<AnswersDocument> {
    let case = table.definition.cases.first().expect("a table has cases");
    let city = |(province, category): &(&str, &str)| {
        let mut document = cases::document(table, case, &mut Problems::default()).expect("the case has answers");
        for (field, code) in [("province", province), ("category", category)] {
            let answer = Answer::Choice(Chosen { code: Id::from(*code), text: None });
            document.apply(Edit::SetAnswer { path: AnswerPath::part("cover").field(field), answer: Some(answer) });
        }
        document
    };
    cities.iter().map(city).collect()
}

#[test]
fn a_province_recommends_one_or_two_cities_and_districts_of_separately_planned_cities_besides() {
    let table = CheckedDefinition::load(table("pilot-city-2017").expect("bundled").text.as_bytes()).0.expect("sound");
    let outcomes = |cities: &[(&str, &str)]| -> Vec<(String, Outcome)> {
        let documents = applications(&table, cities);
        let states = collection(&table, &documents.iter().collect::<Vec<_>>());
        states.into_iter().map(|it| (it.group, it.outcome)).collect()
    };
    let city = "prefecture_city";
    let district = "separate_district";
    assert_eq!(outcomes(&[("32", city), ("32", city)]), [("32".into(), Outcome::Holds)]);
    assert_eq!(outcomes(&[("32", city), ("32", city), ("32", city)]), [("32".into(), Outcome::Fails)]);
    // The district's province is named by its separately planned city, 宁波, and it takes no place of 浙江's.
    assert_eq!(outcomes(&[("33", city), ("33", city), ("3302", district)]), [("33".into(), Outcome::Holds)]);
    let two = outcomes(&[("32", city), ("33", city), ("32", city), ("33", city)]);
    assert_eq!(two, [("32".into(), Outcome::Holds), ("33".into(), Outcome::Holds)]);
}
