//! Definitions: what is refused and where, and that every case of every definition comes out as stated.

use shenbao::engine::definition::{CheckedDefinition, Problem, ProblemCode, Problems};
use shenbao::engine::tables::TABLES;
use shenbao::engine::validation::{cases, lint};

/// The excerpts of the format's description and the table for tests of scale, complete with their cases.
const EXCERPTS: &[(&str, &str)] = &[
    ("excerpt-pilot-city", include_str!("../data/definitions/excerpt-pilot-city.json")),
    ("excerpt-operations", include_str!("../data/definitions/excerpt-operations.json")),
    ("excerpt-county", include_str!("../data/definitions/excerpt-county.json")),
    ("scale", include_str!("../data/definitions/scale.json")),
];

fn load(name: &str, text: &str) -> CheckedDefinition {
    let (checked, problems) = CheckedDefinition::load(text.as_bytes());
    let faults: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(faults, Vec::<String>::new(), "{name}");
    checked.expect("a definition without problems can be filled")
}

fn run_cases(table: &CheckedDefinition) -> Vec<Problem> {
    let mut problems = Problems::default();
    cases::run(table, &mut problems);
    problems.into_list()
}

#[test]
fn every_case_of_the_excerpts_comes_out_as_stated() {
    for (name, text) in EXCERPTS {
        let table = load(name, text);
        let failed: Vec<_> = run_cases(&table).iter().map(ToString::to_string).collect();
        assert_eq!(failed, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_case_of_the_bundled_tables_comes_out_as_stated() {
    for it in TABLES {
        let table = load(it.id, it.text);
        let failed: Vec<_> = run_cases(&table).iter().map(ToString::to_string).collect();
        assert_eq!(failed, Vec::<String>::new(), "{}", it.id);
    }
}

/// Every fault of a file as `pointer code`, in the order found.
fn faults(text: &str) -> Vec<String> {
    let problems = lint::check(text.as_bytes());
    problems.iter().filter(|it| !it.code.is_warning()).map(|it| format!("{} {:?}", it.pointer, it.code)).collect()
}

#[test]
fn the_bundled_tables_and_the_excerpts_have_nothing_to_mend() {
    for (name, text) in TABLES.iter().map(|it| (it.id, it.text)).chain(EXCERPTS.iter().copied()) {
        assert_eq!(faults(text), Vec::<String>::new(), "{name}");
    }
}

/// One change of a sound excerpt, and the fault that it must give; the reading never stops at it.
const BROKEN: &[(&str, &str, &str)] = &[
    (r#""format": "1""#, r#""format": "2""#, "/format UnknownWord"),
    (r#""id": "period_start""#, r#""id": "row""#, "/parts/0/sections/0/fields/0 BadId"),
    (r#""id": "period_end""#, r#""id": "period_start""#, "/parts/0/sections/0/fields/1 DuplicateId"),
    (r#""suggestions": "units""#, r#""suggestions": "offices""#, "/parts/1/sections/0/fields/1/suggestions UnknownName"),
    (r#""kind": "month",
         "label": "开始","#, r#""kind": "moon",
         "label": "开始","#, "/parts/0/sections/0/fields/2/columns/1/kind UnknownWord"),
    (r#""width": 8"#, r#""width": 9"#, "/parts/0/sections/0/fields/2/columns Layout"),
    (r#""show": "name""#, r#""show": "names""#, "/parts/1/sections/0/fields/3/show UnknownName"),
    (r#""to": "steps.stages""#, r#""to": "steps.stage""#, "/parts/1/sections/0/fields/3/to UnknownName"),
    (r#""max": 60"#, r#""max": 6000"#, "/parts/1/repeat Limit"),
    (r#""check": "!(this.lead in this.resp)""#, r#""check": "!(this.lead in this.resp""#, "/rules/0/check Syntax"),
    (r#""check": "!(this.lead in this.resp)""#, r#""check": "!(this.lead in this.due)""#, "/rules/0/check ExprType"),
    (r#""check": "!(this.lead in this.resp)""#, r#""check": "this.leed == this.lead""#, "/rules/0/check UnknownName"),
    (r#""check": "!(this.lead in this.resp)""#, r#""check": "this.title""#, "/rules/0/check ExprType"),
    (r#""check": "!(this.lead in this.resp)""#, r#""check": "has(this.due) || this.due == this.due""#, "/rules/0/check Hole"),
    (r#""scope": "steps.stages""#, r#""scope": "steps.title""#, "/rules/2/scope UnknownName"),
    (r#""this.lead",
    "this.resp""#, r#""this.lead",
    "this.rest""#, "/rules/0/fields/1 UnknownName"),
    (r#""default": 2023"#, r#""default": "2023""#, "/parts/0/sections/0/fields/0/default BadValue"),
    (r#""kind": "inferred"
   },
   "message": "单位"#, r#""kind": "public"
   },
   "message": "单位"#, "/rules/1 Source"),
    (r#""unit-known": "fails""#, r#""unit-known": "holds""#, "/cases/3/expect/unit-known CaseFailed"),
    (r#""steps/stages/r1/end": "2023-07""#, r#""steps/stages/r1/ends": "2023-07""#, "/cases/6/expect/stage-order CaseFailed"),
    (r#""filled_by": "county""#, r#""filled_by": "province""#, "/parts/0/filled_by UnknownName"),
    (r#""format": "one-name""#, r#""pattern": "(a|b)*""#, "/parts/1/sections/0/fields/1/pattern BadPattern"),
    (r#""provenance": "reconstructed""#, r#""provenence": "reconstructed""#, "/provenence UnknownMember"),
    ("“{lead}”已是", "“{leads}”已是", "/rules/0/message UnknownName"),
    ("2023-08-15", "2023-13-15", "/notice/issued BadValue"),
    (r#""title": "任务与工作步骤(摘录)""#, r#""title": " ""#, "/title NoWords"),
    (r#""value": 20"#, r#""value": 0"#, "/parts/1/sections/0/fields/2/layout Layout"),
    (r#""sections": ["#, r#""sections": [{"heading": "空", "fields": []},"#, "/parts/0/sections/0/fields Limit"),
];

#[test]
fn every_fault_is_reported_at_its_place() {
    let text = EXCERPTS[2].1;
    for (sound, broken, wanted) in BROKEN {
        assert!(text.contains(sound), "{sound}");
        let found = faults(&text.replacen(sound, broken, 1));
        assert!(found.iter().any(|it| it == wanted), "{broken}: {found:#?}");
    }
}

#[test]
fn faults_of_many_kinds_are_reported_together() {
    let mut text = EXCERPTS[2].1.to_string();
    let together = ["moon", "Layout?", "names", "6000"];
    for (sound, broken, _) in BROKEN.iter().filter(|it| together.iter().any(|word| it.1.contains(word))) {
        text = text.replacen(sound, broken, 1);
    }
    let found = faults(&text);
    for wanted in [
        "/parts/0/sections/0/fields/2/columns/1/kind UnknownWord",
        "/parts/1/repeat Limit",
        "/parts/1/sections/0/fields/3/show UnknownName",
        // Names of the column that could not be read, at the places of the file as it is.
        "/rules/4/check UnknownName",
    ] {
        assert!(found.iter().any(|it| it == wanted), "{wanted}: {found:#?}");
    }
}

#[test]
fn cells_that_depend_on_themselves_are_a_cycle() {
    let text = r#"{"format":"1","id":"c","version":"2026.1","languages":["en"],"provenance":"reconstructed","title":"t","notice":{},
    "parts":[{"id":"p","label":"p","sections":[{"fields":[
      {"id":"a","kind":"computed","label":"a","result":"number","compute":"this.b + 1"},
      {"id":"b","kind":"computed","label":"b","result":"number","compute":"this.c + 1"},
      {"id":"c","kind":"integer","label":"c","relevant":"this.a > 0"},
      {"id":"d","kind":"computed","label":"d","result":"number","compute":"this.c"},
      {"id":"e","kind":"integer","label":"e","required":"!has(this.f)"},
      {"id":"f","kind":"integer","label":"f","required":"!has(this.e)"}]}]}]}"#;
    let (checked, problems) = CheckedDefinition::load(text.as_bytes());
    assert!(checked.is_none());
    let found: Vec<_> = problems.iter().map(|it| (it.code, it.detail.as_str())).collect();
    let cycle = ProblemCode::Cycle;
    assert_eq!(found, [(cycle, "p.a"), (cycle, "p.b"), (cycle, "p.c")]);
}

#[test]
fn layout_and_line_ends_of_the_file_do_not_change_its_digest() {
    let text = EXCERPTS[1].1;
    let compact = shenbao::engine::value::json::parse(text.as_bytes(), 24).expect("strict JSON").to_canonical();
    let windows = text.replace('\n', "\r\n");
    let digest = load("excerpt", text).digest;
    assert_eq!(digest.len(), 64);
    assert_eq!(load("compact", &compact).digest, digest);
    assert_eq!(load("windows", &windows).digest, digest);
    assert_ne!(load("other", &text.replace("2020.1", "2020.2")).digest, digest);
}

#[test]
fn hostile_definitions_are_refused_not_run() {
    let sound = EXCERPTS[2].1;
    let check = |check: &str| faults(&sound.replacen("!(this.lead in this.resp)", check, 1));
    for (expression, code) in [
        ("!".repeat(1000) + "true", "Limit"),
        ("(".repeat(500) + "true" + &")".repeat(500), "Limit"),
        (["true"; 300].join(" && "), "Limit"),
        ("true || ".repeat(400) + "true", "Limit"),
        ("this.resp.all(a, this.resp.all(b, this.resp.all(c, a == c)))".into(), "Limit"),
        ("1 < 2 < 3".into(), "Syntax"),
        ("\u{202e}true".into(), "Syntax"),
    ] {
        let found = check(&expression.replace('"', "\\\""));
        assert!(found.contains(&format!("/rules/0/check {code}")), "{expression}: {found:#?}");
    }
    assert_eq!(faults(&" ".repeat(2 << 20)), [" Limit"]);
}

fn shenbao(arguments: &[&str]) -> (i32, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_shenbao"));
    let output = command.args(arguments).env("LC_ALL", "en_GB.UTF-8").output().expect("it runs");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_parameter_that_no_message_names_is_a_warning() {
    let text = EXCERPTS[2].1.replacen("“{lead}”已是", "已是", 1);
    let problems = lint::check(text.as_bytes());
    let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["/rules/0/parameters/lead: Unused: lead"]);
    assert!(problems.iter().all(|it| it.code.is_warning()));
}

#[test]
fn every_fault_has_a_sentence_that_is_all_chinese() {
    let folder = std::env::temp_dir().join(format!("shenbao-sentences-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join("table.json").to_string_lossy().into_owned();
    for (from, to, fault) in BROKEN {
        std::fs::write(&path, EXCERPTS[2].1.replacen(from, to, 1)).expect("a file for the test");
        let (_, text) = shenbao(&["check", "--lang", "zh", &path]);
        let code = fault.rsplit(' ').next().unwrap_or_default();
        let line = text.lines().find(|it| it.contains(&format!("[{code} "))).unwrap_or_else(|| panic!("{fault}: {text}"));
        let (_, sentence) = line.split_once("错误：").expect("it is an error");
        let (sentence, _) = sentence.split_once(" [").expect("the code stands behind");
        // What is quoted from the file may be anything.
        let said: String = sentence.split('“').map(|it| it.split_once('”').map_or(it, |(_, after)| after)).collect();
        assert!(!["of", "instead", "not", "at", "no"].iter().any(|word| said.split(' ').any(|it| it == *word)), "{sentence}");
        assert!(said.chars().any(|c| c > '\u{4e00}'), "{sentence}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder can go");
}

#[test]
fn a_name_missing_because_of_another_fault_is_one_line_that_says_so() {
    let folder = std::env::temp_dir().join(format!("shenbao-follow-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join("table.json").to_string_lossy().into_owned();
    // Notepad's mark in front keeps nothing from being read.
    let text = format!("\u{feff}{}", EXCERPTS[2].1.replacen(r#""id": "resp""#, r#""id": "lead""#, 1));
    std::fs::write(&path, text).expect("a file for the test");
    let (code, text) = shenbao(&["check", &path]);
    assert_eq!(code, 1);
    let unknown: Vec<&str> = text.lines().filter(|it| it.contains("[UnknownName")).collect();
    assert_eq!(unknown.len(), 1, "{text}");
    assert!(unknown[0].contains("Also at ") && unknown[0].contains("Probably because of "), "{text}");
    std::fs::remove_dir_all(&folder).expect("the folder can go");
}

#[test]
fn the_command_names_every_problem_and_says_by_its_code_whether_there_is_one() {
    let folder = std::env::temp_dir().join(format!("shenbao-check-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file for the test");
        path.to_string_lossy().into_owned()
    };
    let sound = file("sound.json", EXCERPTS[2].1);
    let broken = file("broken.json", &EXCERPTS[2].1.replace("this.lead in this.resp", "this.lead in this.rest"));
    assert_eq!(shenbao(&["check", &sound]).0, 0);
    let (code, text) = shenbao(&["check", &sound, &broken]);
    assert_eq!(code, 1);
    // The place as an editor counts, the sentence, and the place as a program counts.
    let check = EXCERPTS[2].1.lines().position(|it| it.contains("this.lead in this.resp")).expect("the rule is there");
    let place = format!("broken.json:{}:34: error: Nothing is called “rest”. Did you mean “resp”?", check + 1);
    assert!(text.contains(&place) && text.contains("[UnknownName /rules/0/check@20]"), "{text}");
    let (_, text) = shenbao(&["check", "--lang", "zh", &broken]);
    assert!(text.contains("错误：找不到“rest”。是不是“resp”？") && text.contains("1 处错误，0 处提醒"), "{text}");
    let (_, text) = shenbao(&["check", "--json", &broken]);
    let report = shenbao::engine::value::json::parse(text.trim().as_bytes(), 4).expect("one object");
    assert_eq!(report.get("code").and_then(|it| it.as_text()), Some("UnknownName"));
    assert_eq!(report.get("line").and_then(|it| it.as_int()), i64::try_from(check + 1).ok());
    assert_eq!(shenbao(&["check", &sound, "no-such-file.json"]).0, 2);
    assert_eq!(shenbao(&["check"]).0, 2);
    let (code, text) = shenbao(&["schema"]);
    assert_eq!((code, text.contains("\"Shenbao table definition, format 1\"")), (0, true));
    for draft in [&[][..], &["--draft"]] {
        let (code, text) = shenbao(&[&["schema", "--answers", &sound], draft].concat());
        let schema = shenbao::engine::value::json::parse(text.trim().as_bytes(), 24).expect("strict JSON");
        let tasks = schema.get("properties").and_then(|it| it.get("tasks")).and_then(|it| it.get("items"));
        let required = tasks.and_then(|it| it.get("required")).map(|it| it.to_canonical());
        let wanted = if draft.is_empty() { r#"["id","title","lead","resp"]"# } else { r#"["id"]"# };
        assert_eq!((code, required.as_deref()), (0, Some(wanted)));
    }
    std::fs::remove_dir_all(&folder).expect("the folder can go");
}
