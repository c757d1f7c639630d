//! The answers document: made, written, read back, moved to another version, made ready for signing.

use shenbao::engine::answers::{
    Answer, AnswerPath, AnswersDocument, Attachment, Chosen, DocumentIdentity, Edit, Override, TableIdentity, make,
};
use shenbao::engine::answers::json as answers_json;
use shenbao::engine::drafts::draft::{self, Draft, DraftErrorKind};
use shenbao::engine::drafts::payload::{self, Signer, StatementHead};
use shenbao::engine::drafts::prefill;
use shenbao::engine::drafts::read::{self, AnswerProblemCode, Origin};
use shenbao::engine::definition::record::Decode;
use shenbao::engine::definition::{Definition, FieldKind, Id, Problems};
use shenbao::engine::value::json::{self, Json, JsonErrorKind};

const TABLE: &str = r#"{"format":"1","id":"t","version":"2017.1","languages":["zh-CN","en"],"provenance":"official","title":"表","notice":{},
"profile":[{"id":"deadline","kind":"date","value":"2017-07-31","label":"截止"}],
"materials":[{"id":"zeta","label":"方案"},{"id":"alpha","label":"证明"}],
"rules":[{"id":"r1","severity":"overridable","check":"true","message":"m"}],
"parts":[
 {"id":"city","label":"第一部分","sections":[{"fields":[
   {"id":"name","kind":"text","label":"城市","prefill":"city_name"},
   {"id":"population","kind":"decimal","digits":2,"label":"人口"},
   {"id":"start","kind":"year","label":"起始年","default":2023},
   {"id":"phone","kind":"text","format":"phone","label":"电话"},
   {"id":"files","kind":"files","label":"附件"},
   {"id":"tasks","kind":"rows","label":"任务","fixed":[{"key":"nav","label":"导航"},{"key":"fund","label":"资金"}],
     "columns":[{"id":"text","kind":"long","label":"内容"},{"id":"open","kind":"boolean","label":"公开","default":false}]}]}]},
 {"id":"parks","label":"第二部分","repeat":{"min":1,"max":3,"start":2,"noun":"园区"},"sections":[{"fields":[
   {"id":"name","kind":"text","label":"园区名称"},
   {"id":"population","kind":"integer","label":"人口数"},
   {"id":"basis","kind":"choice","label":"口径","options":[{"code":"resident","label":"常住人口"},{"code":"other","label":"其他(请说明)","other":{}}]},
   {"id":"sectors","kind":"choices","label":"产业","options":[{"code":"a","label":"甲"},{"code":"b","label":"乙"}]},
   {"id":"units","kind":"texts","label":"单位"},
   {"id":"founded","kind":"month","label":"成立"},
   {"id":"mobile","kind":"text","label":"手机","none":true},
   {"id":"staff","kind":"rows","label":"人员","columns":[{"id":"who","kind":"text","label":"姓名"},{"id":"boss","kind":"reference","to":"parks.staff","show":"who","label":"上级"}]}]}]}]}"#;

fn definition_from(text: &str) -> Definition {
    let mut problems = Problems::default();
    let definition = Definition::decode(&json::parse(text.as_bytes(), 24).unwrap(), &mut problems);
    assert_eq!(problems.list(), []);
    definition.unwrap()
}

fn identity(definition: &Definition) -> TableIdentity {
    TableIdentity { id: definition.id.to_string(), version: definition.version.clone(), sha256: "d".repeat(64) }
}

fn counted() -> impl FnMut() -> Id {
    let mut number = 0;
    move || {
        number += 1;
        format!("id{number}").into()
    }
}

fn new_document(definition: &Definition) -> AnswersDocument {
    let document = DocumentIdentity { id: "urn:uuid:1".into(), rev: 1, prev: None };
    AnswersDocument::new(definition, identity(definition), document, &mut counted())
}

fn set(document: &mut AnswersDocument, definition: &Definition, path: &str, answer: Answer) {
    let path = AnswerPath::parse(path, definition).unwrap();
    let (changes, _) = document.apply(Edit::SetAnswer { path, answer: Some(answer) });
    assert!(!changes.is_empty());
}

fn text(text: &str) -> Answer {
    Answer::Text(text.into())
}

fn file(id: &str, digest: char) -> Attachment {
    let sha256 = digest.to_string().repeat(64);
    Attachment { id: id.into(), name: format!("{id}.pdf"), media_type: "application/pdf".into(), size: 5, sha256 }
}

/// A document with an answer of every kind and everything that belongs to drafts only.
fn full(definition: &Definition) -> AnswersDocument {
    let mut document = new_document(definition);
    let mut put = |path: &str, answer| set(&mut document, definition, path, answer);
    put("city/name", text(" 舞钢市\u{3000}"));
    put("city/population", Answer::Decimal("1065.5".into()));
    put("city/phone", text("０１０—６２０８６５５９、6568"));
    put("city/tasks/nav/text", text("“导航”\n第二段\t\u{1}"));
    put("parks/id1/name", text("甲园"));
    put("parks/id1/population", Answer::Integer(100_000));
    put("parks/id1/basis", Answer::Choice(Chosen { code: "other".into(), text: Some("户籍".into()) }));
    put("parks/id1/sectors", Answer::Choices(vec![Chosen { code: "b".into(), text: None }]));
    put("parks/id1/units", Answer::Texts(vec!["市财政局".into(), "市工信局".into()]));
    put("parks/id1/founded", Answer::Date("1990-11".into()));
    put("parks/id1/mobile", Answer::ConfirmedNone);
    put("parks/id1/staff/r1/who", text("张三"));
    put("parks/id1/staff/r2/boss", Answer::Reference("r1".into()));
    document.apply(Edit::InsertRow {
        field: AnswerPath::parse("city/files", definition).unwrap(),
        at: 0,
        row: make::file_entry("f1".into(), "规划", Some(&"k9".into())),
    });
    for (material, id, attachment) in [("alpha", "f2", "k2"), ("zeta", "f3", "k9"), ("zeta", "f4", "k1")] {
        document.apply(Edit::InsertRow {
            field: AnswerPath::parse(&format!("materials/{material}"), definition).unwrap(),
            at: 9,
            row: make::file_entry(id.into(), "", Some(&attachment.into())),
        });
    }
    document.attachments = vec![file("k1", '1'), file("k2", '2'), file("k3", '3'), file("k9", '9')];
    document.overrides.push(Override { rule: "r1".into(), at: "".into(), reason: "情况特殊".into() });
    document.profile.insert("deadline".into(), "2017-07-14".into());
    document
}

fn written(document: &AnswersDocument) -> Json {
    let mut out = String::new();
    answers_json::write_data(document, true, &mut out);
    json::parse(out.as_bytes(), 24).unwrap()
}

fn at<'a>(json: &'a Json, path: &str) -> &'a Json {
    path.split('/').fold(json, |json, name| match name.parse::<usize>() {
        Ok(idx) => &json.as_list().unwrap()[idx],
        Err(_) => json.get(name).unwrap_or_else(|| panic!("{name} of {path}")),
    })
}

#[test]
fn a_new_document_has_its_first_instances_and_defaults() {
    let definition = definition_from(TABLE);
    let document = new_document(&definition);
    let parks: Vec<&str> = document.instances("parks").iter().map(|it| &*it.id).collect();
    assert_eq!(parks, ["id1", "id2"]);
    let path = |path: &str| AnswerPath::parse(path, &definition).unwrap();
    assert_eq!(document.answer(&path("city/start")), Some(&Answer::Integer(2023)));
    assert_eq!(document.answer(&path("city/tasks/fund/open")), Some(&Answer::Boolean(false)));
    assert!(document.instance("materials", "").is_some());
}

#[test]
fn presets_fill_blank_fields_only() {
    let definition = definition_from(TABLE);
    let mut document = new_document(&definition);
    prefill(&mut document, &definition, &[("city_name".into(), "舞钢市".into()), ("other".into(), "x".into())]);
    let path = AnswerPath::parse("city/name", &definition).unwrap();
    assert_eq!(document.answer(&path), Some(&text("舞钢市")));
    prefill(&mut document, &definition, &[("city_name".into(), "平顶山市".into())]);
    assert_eq!(document.answer(&path), Some(&text("舞钢市")));
}

#[test]
fn a_copy_of_an_instance_points_into_itself() {
    let definition = definition_from(TABLE);
    let document = full(&definition);
    let part = definition.part("parks").unwrap();
    let mut ids = counted();
    let copy = make::duplicate(part, document.instance("parks", "id1").unwrap(), &mut || format!("n{}", ids()).into());
    assert_eq!(&*copy.id, "nid1");
    let Some(Answer::Rows(rows)) = copy.answers.get("staff") else { panic!("no rows") };
    assert_eq!(rows.iter().map(|row| &*row.id).collect::<Vec<_>>(), ["nid2", "nid3"]);
    assert_eq!(rows[1].cells.get("boss"), Some(&Answer::Reference("nid2".into())));
    // The keys of fixed rows stay.
    let city = definition.part("city").unwrap();
    let copy = make::duplicate(city, document.instance("city", "").unwrap(), &mut ids);
    let Some(Answer::Rows(rows)) = copy.answers.get("tasks") else { panic!("no rows") };
    assert_eq!(rows.iter().map(|row| &*row.id).collect::<Vec<_>>(), ["nav", "fund"]);
}

#[test]
fn what_is_written_is_read_back_the_same() {
    let definition = definition_from(TABLE);
    let mut document = full(&definition);
    set(&mut document, &definition, "parks/id2/population", Answer::Undecoded("12o".into()));
    let data = written(&document);
    assert_eq!(at(&data, "answers/city/population"), &Json::text("1065.5"));
    assert_eq!(at(&data, "answers/city/tasks/0/id"), &Json::text("nav"));
    assert_eq!(at(&data, "answers/parks/0/mobile/none"), &Json::Bool(true));
    assert_eq!(at(&data, "answers/parks/0/basis/text"), &Json::text("户籍"));
    assert_eq!(at(&data, "answers/parks/1/population/undecoded"), &Json::text("12o"));
    let read = read::read_data(&definition, &data, None);
    assert_eq!(read.problems, []);
    let same = AnswersDocument {
        table: document.table.clone(),
        document: document.document.clone(),
        attachments: document.attachments.clone(),
        ..read.document
    };
    assert_eq!(same, document);
}

#[test]
fn a_bad_answer_costs_that_answer_and_is_not_lost() {
    let definition = definition_from(TABLE);
    let data = r#"{"answers":{"city":{"name":5,"population":"01.50","tasks":[{"id":"nav","text":[1]},{"id":"gone","text":"旧"}],"nobody":"x","start":"二〇"},
        "parks":[{"id":"A!","name":"甲"},{"id":"i1","name":"乙"},{"id":"i1","founded":"1990-13"},"丙"],
        "elsewhere":{"a":"b"},"materials":{"plan":[],"zeta":[{"id":"f1","title":7}]}},
        "overrides":[{"rule":"gone","reason":"因为"}],"profile":{"unknown":"1"},"sources":[{}]}"#;
    let read = read::read_data(&definition, &json::parse(data.as_bytes(), 24).unwrap(), None);
    let path = |path: &str| AnswerPath::parse(path, &definition).unwrap();
    let undecoded = |text: &str| Some(Answer::Undecoded(text.into()));
    assert_eq!(read.document.answer(&path("city/name")).cloned(), undecoded("5"));
    assert_eq!(read.document.answer(&path("city/population")).cloned(), undecoded("01.50"));
    assert_eq!(read.document.answer(&path("city/start")).cloned(), undecoded("二〇"));
    assert_eq!(read.document.answer(&path("parks/x2/founded")).cloned(), undecoded("1990-13"));
    assert_eq!(read.document.instances("parks").iter().map(|it| &*it.id).collect::<Vec<_>>(), ["x1", "i1", "x2", "x3"]);
    let kept: Vec<(&str, &str)> = read.document.kept.iter().map(|it| (&*it.path, &*it.shown)).collect();
    for (path, shown) in [
        ("city/tasks/nav/text", "1"), ("city/tasks/gone", "旧"), ("city/nobody", "x"), ("parks/x3", "丙"), ("elsewhere", "b"),
        ("materials/plan", ""), ("materials/zeta/f1/title", "7"), ("overrides", "gone 因为"), ("profile/unknown", "1"),
    ] {
        assert!(kept.iter().any(|it| it.0.starts_with(path) && it.1 == shown), "{path} in {kept:?}");
    }
    for code in [AnswerProblemCode::BadId, AnswerProblemCode::DuplicateId, AnswerProblemCode::UnknownPlace, AnswerProblemCode::WrongType] {
        assert!(read.problems.iter().any(|it| it.code == code), "{code:?}");
    }
}

#[test]
fn endless_lists_are_cut_and_the_rest_is_kept() {
    let definition = definition_from(TABLE);
    let many = (0..6000).map(|n| Json::object([("id", Json::text(format!("r{n}"))), ("who", Json::text("甲"))]));
    let staff = Json::object([("id", Json::text("i1")), ("staff", Json::List(many.collect()))]);
    let answers = Json::object([("parks", Json::List(vec![staff]))]);
    let read = read::read_answers(&definition, &answers);
    assert_eq!(read.document.rows(&AnswerPath::parse("parks/i1/staff", &definition).unwrap()).len(), 5000);
    assert_eq!((read.problems[0].code, read.document.kept.len()), (AnswerProblemCode::TooMany, 1));
}

#[test]
fn moving_to_another_version_loses_nothing() {
    let old = definition_from(TABLE);
    let document = full(&old);
    // The part and the population have other ids, the population is a decimal, 其他 is gone, 产业 is one
    // choice by label under another code, 手机 is gone, 城市 is asked as a choice.
    let text = TABLE
        .replace("2017.1", "2018.1")
        .replace(r#"{"id":"parks","label""#, r#"{"id":"zones","was":["parks"],"label""#)
        .replace(r#""parks.staff""#, r#""zones.staff""#)
        .replace(r#"{"id":"population","kind":"integer""#, r#"{"id":"persons","was":["population"],"kind":"decimal","digits":1"#)
        .replace(r#",{"code":"other","label":"其他(请说明)","other":{}}"#, "")
        .replace(r#"{"code":"b","label":"乙"}"#, r#"{"code":"c","was":["b"],"label":"乙"}"#)
        .replace(r#"{"id":"mobile","kind":"text","label":"手机","none":true},"#, "")
        .replace(r#"{"key":"nav","label":"导航"},"#, "");
    let new = definition_from(&text);
    let origin = Origin { version: "2017.1", definition: Some(&old) };
    let moved = read::read_data(&new, &written(&document), Some(origin)).document;
    let path = |path: &str| AnswerPath::parse(path, &new).unwrap();
    assert_eq!(moved.answer(&path("zones/id1/name")), Some(&self::text("甲园")));
    assert_eq!(moved.answer(&path("zones/id1/persons")), Some(&Answer::Decimal("100000".into())));
    let chosen = Answer::Choices(vec![Chosen { code: "c".into(), text: None }]);
    assert_eq!(moved.answer(&path("zones/id1/sectors")), Some(&chosen));
    assert_eq!(moved.rows(&path("zones/id1/staff")).len(), 2);
    assert_eq!(moved.rows(&path("materials/zeta")).len(), 2);
    let kept: Vec<_> = moved.kept.iter().map(|it| (&*it.path, &*it.label, &*it.shown, &*it.from)).collect();
    assert_eq!(kept.len(), 3, "{kept:?}");
    assert!(kept.contains(&("parks/id1/basis", "第二部分 · 口径", "其他：户籍", "2017.1")), "{kept:?}");
    assert!(kept.contains(&("parks/id1/mobile", "第二部分 · 手机", "无", "2017.1")), "{kept:?}");
    assert!(kept.iter().any(|it| it.0.starts_with("city/tasks/") && it.2.contains("导航")), "{kept:?}");
    // Once more, without the old definition: the same answers find a place, only labels are poorer.
    let origin = Origin { version: "2017.1", definition: None };
    let again = read::read_data(&new, &written(&document), Some(origin)).document;
    assert_eq!(again.parts, moved.parts);
    assert_eq!(again.kept.len(), 3);
    // Kept answers go along with the draft.
    let opened = read::read_data(&new, &written(&moved), None).document;
    assert_eq!(opened.kept, moved.kept);
}

#[test]
fn a_draft_file_brings_everything_back() {
    let definition = definition_from(TABLE);
    let mut document = full(&definition);
    document.document.rev = 2;
    document.document.prev = Some("e".repeat(64));
    document.attachments.push(Attachment {
        sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824".into(),
        ..file("k4", '4')
    });
    let digest = document.attachments[4].sha256.clone();
    let file = draft::write(&document, "2026-11-22T08:00:00Z", &[(&digest, b"hello")]);
    let draft = Draft::parse(file.as_bytes()).unwrap();
    assert_eq!((draft.saved.as_str(), &draft.table), ("2026-11-22T08:00:00Z", &document.table));
    assert_eq!(draft.files, [(digest.clone(), b"hello".to_vec())]);
    assert!(draft.damaged.is_empty() && draft.is_for(&identity(&definition)));
    let opened = draft.open(&definition, &identity(&definition), None).unwrap();
    assert_eq!((opened.was_moved, &opened.problems), (false, &vec![]));
    assert_eq!(opened.document, document);
    // A byte order mark of an editor does no harm; bytes with another digest are named and left out.
    assert!(Draft::parse(format!("\u{feff}{file}").as_bytes()).is_ok());
    let damaged = Draft::parse(file.replace("aGVsbG8", "aGVsbG9").as_bytes()).unwrap();
    assert_eq!((damaged.files.len(), damaged.damaged.as_slice()), (0, &["k4.pdf".to_string()][..]));
}

#[test]
fn a_draft_of_another_version_is_moved_and_of_another_table_refused() {
    let old = definition_from(TABLE);
    let file = draft::write(&full(&old), "2026-11-22T08:00:00Z", &[]);
    let new = definition_from(&TABLE.replace("2017.1", "2018.1").replace(r#""prefill":"city_name""#, r#""was":["city"]"#));
    let opened = Draft::parse(file.as_bytes()).unwrap().open(&new, &identity(&new), Some(&old)).unwrap();
    assert!(opened.was_moved && opened.document.kept.is_empty());
    assert_eq!(opened.document.table, identity(&new));
    let other = TableIdentity { id: "other".into(), ..identity(&new) };
    let error = Draft::parse(file.as_bytes()).unwrap().open(&new, &other, None).unwrap_err();
    assert_eq!(error.kind, DraftErrorKind::OtherTable);
}

#[test]
fn what_is_no_draft_is_named() {
    use DraftErrorKind::*;
    let kind = |text: &str| Draft::parse(text.as_bytes()).unwrap_err().kind;
    assert_eq!(kind(""), Empty);
    assert_eq!(kind("PK\u{3}\u{4}..."), Bundle);
    assert_eq!(kind("PK\u{3}\u{4}...[Content_Types].xml"), Office);
    assert_eq!(kind("%PDF-1.7"), Pdf);
    assert_eq!(kind("Subject: x\r\nMIME-Version: 1.0\r\n"), Mail);
    assert_eq!(kind("{\"sab\":\"1.0\",\"statements\":[]}"), Bundle);
    assert_eq!(kind("{\"sabkey\":\"1.0\"}"), KeyFile);
    assert_eq!(kind(TABLE), Definition);
    assert_eq!(kind("[]"), NotDraft);
    assert_eq!(kind("{\"sbdraft\":\"2\"}"), Newer);
    assert_eq!(kind("{\"sbdraft\":2}"), WrongType);
    assert_eq!(kind("{\"sbdraft\":\"1\""), NotJson(JsonErrorKind::Syntax, 14));
    let error = Draft::parse(b"{\"sbdraft\":\"1\",\"document\":{\"rev\":1},\"data\":{},\"saved\":\"\"}").unwrap_err();
    assert_eq!((error.kind, error.place.as_str()), (Missing, "table.id"));
    // Every truncation and many single-byte changes of a draft: an error or a draft, never a panic.
    let definition = definition_from(TABLE);
    let file = draft::write(&full(&definition), "2026-11-22T08:00:00Z", &[("00", b"x")]).into_bytes();
    for end in (0..file.len()).step_by(7) {
        assert!(Draft::parse(&file[..end]).is_err());
    }
    for at in 0..file.len() {
        for byte in [b'"', b'{', b'0', b']', 0xff] {
            let mut changed = file.clone();
            changed[at] = byte;
            if let Ok(draft) = Draft::parse(&changed) {
                let _ = draft.open(&definition, &identity(&definition), None);
            }
        }
    }
}

fn head() -> StatementHead {
    StatementHead {
        signer: Signer { role: "city".into(), org: "示例市人民政府".into(), kids: vec!["k".into()] },
        to: vec!["province-a".into()],
        created: "2026-11-22T08:00:00Z".into(),
        lang: "zh-CN".into(),
    }
}

#[test]
fn whoever_seals_the_table_signs_it() {
    let offices = |text: &str, answers: &[(&str, &str)]| {
        let definition = definition_from(text);
        let mut document = new_document(&definition);
        for (path, answer) in answers {
            set(&mut document, &definition, path, shenbao::engine::answers::Answer::Text((*answer).into()));
        }
        payload::signing_offices(&document, &definition)
    };
    let table = |fields: &str| {
        [
            r#"{"format":"1","id":"seals","version":"1","languages":["zh-CN"],"provenance":"official","title":"表","notice":{"number":"无","issued":"2017-06-27"},
            "offices":[{"id":"unit","label":"实施单位"}],"parts":[{"id":"cover","label":"首页","filled_by":"unit","source":{"kind":"inferred"},
            "sections":[{"heading":"单位","fields":["#,
            fields,
            "]}]}]}",
        ]
        .concat()
    };
    let sealed = table(
        r#"{"id":"city","kind":"text","label":"城市"},{"id":"ip","kind":"text","label":"知识产权局"},{"id":"sme","kind":"text","label":"主管部门"},
        {"id":"ip_seal","kind":"seal","label":"知识产权局（盖章）"},{"id":"sme_seal","kind":"seal","label":"主管部门（盖章）"}"#,
    );
    let named = [("cover/city", "甲市"), ("cover/ip", " 甲市知识产权局 "), ("cover/sme", "甲市经信委")];
    assert_eq!(offices(&sealed, &named), ["甲市知识产权局", "甲市经信委"]);
    assert_eq!(offices(&sealed, &named[..1]), [""; 0], "the name of a city is no office");
    let unsealed = table(r#"{"id":"no","kind":"text","label":"编号"},{"id":"unit","kind":"text","label":"实施单位"}"#);
    assert_eq!(offices(&unsealed, &[("cover/no", "一"), ("cover/unit", "甲园区管委会")]), ["甲园区管委会"]);
}

#[test]
fn what_is_signed_is_canonical_and_holds_nothing_of_drafts() {
    let definition = definition_from(TABLE);
    let mut document = full(&definition);
    document.kept.push(shenbao::engine::answers::Kept {
        path: "x".into(), label: "x".into(), shown: "x".into(), value: "1".into(), from: "0".into(),
    });
    set(&mut document, &definition, "parks/id2/name", text("　"));
    document.apply(Edit::InsertRow {
        field: AnswerPath::parse("parks/id2/staff", &definition).unwrap(),
        at: 0,
        row: shenbao::engine::answers::Row { id: "spare".into(), cells: Default::default() },
    });
    let payload = payload::application_payload(&document, &definition, &identity(&definition), &head()).unwrap();
    assert_eq!(at(&payload, "type"), &Json::text("application"));
    assert_eq!(at(&payload, "doc/prev"), &Json::Null);
    assert_eq!(at(&payload, "form/version"), &Json::text("2017.1"));
    let data = at(&payload, "data");
    let names: Vec<&str> = data.as_object().unwrap().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["answers", "overrides", "profile", "sources"]);
    assert_eq!(at(data, "answers/city/name"), &Json::text("舞钢市"));
    assert_eq!(at(data, "answers/city/phone"), &Json::text("010-62086559、010-62086568"));
    assert_eq!(at(data, "answers/parks/1"), &Json::object([("id", Json::text("id2"))]));
    // Files are numbered by first mention: in the parts, then the materials in the table's order.
    assert_eq!(at(data, "answers/city/files/0/attachment"), &Json::text("a1"));
    assert_eq!(at(data, "answers/materials/zeta/0/attachment"), &Json::text("a1"));
    assert_eq!(at(data, "answers/materials/zeta/1/attachment"), &Json::text("a2"));
    assert_eq!(at(data, "answers/materials/alpha/0/attachment"), &Json::text("a3"));
    let listed: Vec<(&str, &str)> = at(&payload, "attachments")
        .as_list().unwrap().iter()
        .map(|it| (at(it, "id").as_text().unwrap(), at(it, "name").as_text().unwrap()))
        .collect();
    assert_eq!(listed, [("a1", "k9.pdf"), ("a2", "k1.pdf"), ("a3", "k2.pdf")]);
    // The document on screen is untouched, and the signed answers read back without a problem.
    assert_eq!(document.rows(&AnswerPath::parse("parks/id2/staff", &definition).unwrap()).len(), 1);
    let read = read::read_data(&definition, data, None);
    assert_eq!((read.problems, read.document.kept), (vec![], vec![]));
}

#[test]
fn a_payload_becomes_a_document_again() {
    let definition = definition_from(TABLE);
    let table = identity(&definition);
    let document = full(&definition);
    let signed = payload::application_payload(&document, &definition, &table, &head()).unwrap();
    let read = payload::from_payload(&signed, &definition, &table).unwrap();
    assert_eq!((&read.problems, read.document.attachments.len()), (&vec![], 3));
    assert_eq!(payload::application_payload(&read.document, &definition, &table, &head()), Ok(signed.clone()));
    // The next revision names the one before, also after being signed and read.
    let next = AnswersDocument { document: document.document.next(&"e".repeat(64)), ..document };
    let signed_next = payload::application_payload(&next, &definition, &table, &head()).unwrap();
    let read = payload::from_payload(&signed_next, &definition, &table).unwrap();
    assert_eq!(read.document.document, next.document);
    // Another definition: moved; another shape: refused.
    let other = TableIdentity { version: "2018.1".into(), ..table.clone() };
    assert_eq!(payload::from_payload(&signed, &definition, &other).unwrap().document.table, other);
    assert_eq!(payload::from_payload(&Json::Object(vec![]), &definition, &table), None);
}

#[test]
fn undoing_the_first_cell_of_a_fixed_row_leaves_no_trace_of_the_row() {
    let definition = definition_from(TABLE);
    let path = AnswerPath::part("city").field("tasks").row("fund").column("text");
    let mut document = new_document(&definition);
    document.apply(Edit::SetAnswer { path: path.to_field(), answer: None });
    let before = document.clone();
    let (changes, undo) = document.apply(Edit::SetAnswer { path: path.clone(), answer: Some(text("x")) });
    assert!(changes.answers.contains(&path));
    let (changes, redo) = document.apply(undo);
    assert_eq!(document, before);
    // The row is still on screen, and so its cell must look again, both ways.
    assert!(changes.answers.contains(&path), "{changes:?}");
    let (changes, _) = document.apply(redo);
    assert!(changes.answers.contains(&path), "{changes:?}");
    assert_eq!(document.answer(&path), Some(&text("x")));
    // Clearing what is not there changes nothing.
    let mut document = before.clone();
    let (changes, _) = document.apply(Edit::SetAnswer { path, answer: None });
    assert!(changes.is_empty() && document == before);
}

#[test]
fn revisions_and_copies_have_their_own_identity() {
    let definition = definition_from(TABLE);
    let document = full(&definition);
    let next = document.document.next(&"e".repeat(64));
    assert_eq!((next.id.as_str(), next.rev, next.prev.as_deref()), ("urn:uuid:1", 2, Some("e".repeat(64).as_str())));
    let copy = AnswersDocument { document: next, ..document.clone() }.renewed("urn:uuid:2".into());
    assert_eq!(copy.document, DocumentIdentity { id: "urn:uuid:2".into(), rev: 1, prev: None });
    assert_eq!(copy.parts, document.parts);
}

#[test]
fn what_cannot_be_read_is_never_signed() {
    let definition = definition_from(TABLE);
    let signed = |document: &AnswersDocument| {
        payload::application_payload(document, &definition, &identity(&definition), &head()).map_err(|it| it.to_string())
    };
    let mut document = full(&definition);
    set(&mut document, &definition, "parks/id1/staff/r2/who", Answer::Undecoded("?".into()));
    assert_eq!(signed(&document), Err("parks/id1/staff/r2/who".into()));
    let mut document = full(&definition);
    document.attachments.clear();
    assert_eq!(signed(&document), Err("city/files/f1/attachment".into()));
}

#[test]
fn ids_are_made_of_the_right_characters() {
    let id = make::random_id(&[0, 35, 36, 255, 7, 8, 9, 10]);
    assert_eq!((id.len(), make::is_random_id(&id)), (make::ID_LENGTH, true));
    assert_ne!(make::random_id(&[1; 8]), make::random_id(&[2; 8]));
    for bad in ["", "A", "a-b", "12345678901234567", "甲"] {
        assert!(!make::is_random_id(bad), "{bad}");
    }
}

#[test]
fn a_row_of_a_table_starts_with_its_defaults() {
    let definition = definition_from(TABLE);
    let FieldKind::Rows(kind) = &definition.part("city").unwrap().field("tasks").unwrap().kind else { panic!() };
    let row = make::row(kind, &mut counted());
    assert_eq!(row.cells.get("open"), Some(&Answer::Boolean(false)));
}

/// A small generator, the same numbers every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// What hasty people type into any cell.
const TYPED: &[&str] = &[
    "", "无", "１２", "3.50", "-0", "2017年6月27日", "2017-06", "2017", "是", "甲、乙，丙", "a@b.cn", "010-62086559、6568", "{none}",
    "“引”\n第二段\t", "\u{20000}\u{0}\u{feff}", "国知办发管字[2017]30号", "91350100M000100Y43", "410481", "\\u0000\"", "其他：户籍", "９",
];

#[test]
fn whatever_is_typed_into_the_bundled_tables_comes_back_from_a_draft() {
    for table in shenbao::engine::tables::TABLES {
        let definition = definition_from(table.text);
        for seed in 0..20 {
            let mut numbers = Numbers(seed);
            let mut ids = counted();
            let mut document = new_document(&definition);
            for part in &definition.parts {
                let instances: Vec<Id> = document.instances(&part.id).iter().map(|it| it.id.clone()).collect();
                for instance in instances {
                    let place = AnswerPath::instance(part.id.clone(), instance);
                    for field in part.fields() {
                        let path = place.field(field.id.clone());
                        let text = TYPED[numbers.below(TYPED.len())];
                        if let FieldKind::Rows(kind) = &field.kind {
                            let row = kind.fixed.first().map_or_else(&mut ids, |it| it.key.clone());
                            for column in &kind.columns {
                                let text = TYPED[numbers.below(TYPED.len())];
                                let answer = shenbao::engine::kinds::decode(&definition, column, text);
                                document.apply(Edit::SetAnswer { path: path.row(row.clone()).column(column.id.clone()), answer });
                            }
                        } else {
                            let answer = shenbao::engine::kinds::decode(&definition, field, text);
                            document.apply(Edit::SetAnswer { path, answer });
                        }
                    }
                }
            }
            let file = draft::write(&document, "2026-11-22T08:00:00Z", &[]);
            let draft = Draft::parse(file.as_bytes()).unwrap();
            let opened = draft.open(&definition, &identity(&definition), None).unwrap();
            assert_eq!((&opened.document.parts, &opened.problems), (&without_blank_rows(&document).parts, &vec![]), "{} {seed}", table.id);
            // Once what cannot be read is cleared, it can be signed, and the signed bytes are canonical.
            while let Err(path) = payload::application_payload(&document, &definition, &identity(&definition), &head()) {
                assert!(matches!(document.answer(&path), Some(Answer::Undecoded(_))), "{path}");
                document.apply(Edit::SetAnswer { path, answer: None });
            }
            let signed = payload::application_payload(&document, &definition, &identity(&definition), &head()).unwrap();
            let bytes = signed.to_canonical();
            assert_eq!(json::parse(bytes.as_bytes(), 24).unwrap().to_canonical(), bytes);
            let read = payload::from_payload(&signed, &definition, &identity(&definition)).unwrap();
            assert_eq!((&read.problems, &read.document.kept), (&vec![], &vec![]), "{} {seed}", table.id);
            // What was read from the signed answers is signed the same again.
            assert_eq!((&read.document.table, &read.document.document), (&document.table, &document.document));
            assert_eq!(payload::application_payload(&read.document, &definition, &identity(&definition), &head()), Ok(signed));
        }
    }
}

/// An empty list of rows is no answer, and a file does not hold one.
fn without_blank_rows(document: &AnswersDocument) -> AnswersDocument {
    let mut document = document.clone();
    for instance in document.parts.values_mut().flatten() {
        instance.answers.retain(|_, answer| !matches!(answer, Answer::Rows(rows) if rows.is_empty()));
    }
    document
}
