//! The table on paper: what a reviewer sees first, what is left out, what stays visibly empty.

use super::support;
use leptos::prelude::*;
use shenbao::engine::answers::{AnswersDocument, DocumentIdentity, Override, TableIdentity};
use shenbao::engine::definition::{CheckedDefinition, Problems};
use shenbao::engine::validation::cases;
use shenbao::web::dom::{El, Mounted, mount};
use shenbao::web::paper::{self, PaperMark};
use shenbao::web::session::FillSession;
use shenbao::web::ui::Ui;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const TABLE: &str = r#"{"format":"1","id":"paper-test","version":"2017.1","languages":["zh-CN"],
"provenance":"reconstructed","provenance_note":"试用","title":"试用表","notice":{"number":"国知办发管字〔2017〕30号","issued":"2017-06-27"},
"offices":[{"id":"city","label":"市"},{"id":"province","label":"省"}],
"parts":[{"id":"main","label":"首页","filled_by":"city","source":{"kind":"inferred"},"sections":[{"heading":"甲","fields":[
{"id":"name","kind":"text","label":"名称"},
{"id":"people","kind":"integer","label":"人口","unit":"人"},
{"id":"basis","kind":"text","label":"口径","print":"with_previous"},
{"id":"fax","kind":"text","label":"传真","none":true},
{"id":"mobile","kind":"text","label":"手机"},
{"id":"aid","kind":"text","label":"提示","source":{"kind":"help"}},
{"id":"number","kind":"text","label":"编号","reserved_for":"province"},
{"id":"level","kind":"choice","label":"级别","options":[{"code":"a","label":"国家级"},{"code":"x","label":"其他","other":{"max_length":20}}]},
{"id":"list","kind":"rows","label":"名单","columns":[{"id":"who","kind":"text","label":"姓名"},{"id":"post","kind":"text","label":"职务"}]},
{"id":"seal","kind":"seal","label":"市(盖章)","date_line":true,"layout":{"label":0,"value":24}}]}]}],
"rules":[{"id":"enough","scope":"main","severity":"overridable","verdict":true,"check":"this.people >= 100","when":"has(this.people)","fields":["this.people"],
"source":{"kind":"notice","at":"一"},"label":"人口不少于 100 人","message":"人口不足 100 人"}],
"cases":[{"id":"small","answers":{"main":{"name":"甲市","people":62,"basis":"从业人员","fax":{"none":true},"aid":"不印的字",
"list":[{"id":"r1","who":"张某某","post":"局长"},{"id":"r2"}]}},"expect":{"enough":"fails"}}]}"#;

struct Shown {
    root: web_sys::HtmlElement,
    _mounted: Mounted,
}

impl Shown {
    fn all(&self, selector: &str) -> Vec<web_sys::Element> {
        let find = js_sys::Function::new_with_args("root, selector", "return Array.from(root.querySelectorAll(selector))");
        let found = find.call2(&JsValue::NULL, &self.root, &selector.into()).expect("the selector is right");
        js_sys::Array::from(&found).iter().filter_map(|it| it.dyn_into().ok()).collect()
    }

    fn text(&self, selector: &str) -> String {
        let found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector}");
        found[0].text_content().unwrap_or_default().trim().to_string()
    }
}

fn paper(mark: PaperMark) -> Shown {
    drawn(move |ui| paper::paper(ui, mark))
}

fn drawn(draw: impl FnOnce(Ui) -> El + 'static) -> Shown {
    let (table, problems) = CheckedDefinition::load(TABLE.as_bytes());
    let table = Arc::new(table.unwrap_or_else(|| panic!("{problems:?}")));
    let mut document: AnswersDocument =
        cases::document(&table, &table.definition.cases[0], &mut Problems::default()).expect("the case reads");
    document.table = TableIdentity { id: "paper-test".into(), version: "2017.1".into(), sha256: table.digest.clone() };
    document.document = DocumentIdentity { id: "urn:uuid:0".into(), rev: 2, prev: None };
    document.overrides.push(Override { rule: "enough".into(), at: "main".into(), reason: "新设园区，人口尚未迁入".into() });
    let page = web_sys::window().and_then(|it| it.document()).expect("a page");
    let root: web_sys::HtmlElement = page.create_element("div").expect("an element").unchecked_into();
    page.body().expect("a body").append_child(&root).expect("a place");
    let view_root = root.clone();
    let mounted = mount(&root, move || {
        let ui = Ui {
            session: FillSession::new(table, document, Box::new(|| "x1".into())),
            language: "zh-CN",
            place: RwSignal::new(shenbao::engine::answers::AnswerPath::part("main")),
            focus: RwSignal::new(None),
            notice: RwSignal::new(String::new()),
            root: StoredValue::new_local(view_root),
            store: StoredValue::new_local(None),
            uploads: RwSignal::new(Vec::new()),
            mail_limit: RwSignal::new(20_000_000),
            mail_to: StoredValue::new(String::new()),
            saving: Signal::derive(|| (String::new(), true)),
            is_barred: Signal::derive(|| false),
        };
        draw(ui)
    });
    Shown { root, _mounted: mounted }
}

/// The same, made of what was signed.
fn signed_sheets(payload: &str) -> Shown {
    let payload = shenbao::engine::value::json::parse(payload.as_bytes(), 24).expect("the payload reads");
    drawn(move |ui| paper::signed_paper(ui, &payload, signed()).expect("sheets"))
}

fn signed() -> PaperMark {
    PaperMark::Signed {
        digest_groups: ["9f86"; 16].join(" "),
        footer: "9f86 9f86 9f86 9f86".into(),
        qr_text: ["SAB1:A:2:", &"A".repeat(52), ":", &"B".repeat(52)].concat(),
        rev: 2,
        kids: vec!["kid-one".into(), "kid-two".into()],
    }
}

#[wasm_bindgen_test]
fn a_condition_that_is_not_met_and_its_reason_come_first() {
    let shown = paper(signed());
    let first = shown.all(".paper-head + table");
    assert_eq!(first.len(), 1, "nothing stands between the head of the cover and the reasons");
    let text = first[0].text_content().unwrap_or_default();
    assert!(text.contains("人口不足 100 人") && text.contains("新设园区，人口尚未迁入"), "{text}");
    assert!(shown.text("[data-rule=enough]").contains("已说明理由"));
}

#[wasm_bindgen_test]
fn the_sealed_sheets_say_what_was_signed_and_nothing_typed_since() {
    let payload = r#"{"sab":"1.0","type":"application","doc":{"id":"urn:uuid:0","rev":2,"prev":null,"created":"2026-11-22T08:00:00Z","lang":"zh-CN"},
        "form":{"id":"paper-test","version":"2017.1","sha256":"0"},"signer":{"role":"city","org":"甲市","kids":[]},"to":[],
        "data":{"answers":{"main":{"name":"乙市","people":162}}},"attachments":[]}"#;
    let shown = signed_sheets(payload);
    assert_eq!(shown.text("[data-cell='main/name']"), "乙市", "the draft has 甲市");
    assert!(shown.text("[data-cell='main/people']").starts_with("162"));
}

#[wasm_bindgen_test]
fn none_is_written_and_blank_stays_empty() {
    let shown = paper(PaperMark::Draft);
    assert_eq!(shown.text("[data-cell='main/fax']"), "无");
    assert_eq!(shown.text("[data-cell='main/mobile']"), "");
    assert_eq!(shown.text("[data-cell='main/number']"), "");
    assert!(shown.all("[data-cell='main/aid']").is_empty(), "an aid is no cell of the table");
}

#[wasm_bindgen_test]
fn a_blank_to_fill_by_hand_shows_what_can_be_chosen() {
    assert_eq!(paper(PaperMark::Draft).text("[data-cell='main/level']"), "");
    assert_eq!(paper(PaperMark::Blank).text("[data-cell='main/level']"), "□\u{a0}国家级\u{3000}□\u{a0}其他______");
}

#[wasm_bindgen_test]
fn what_goes_with_the_cell_before_stands_in_brackets_behind_it() {
    let shown = paper(PaperMark::Draft);
    let text: String = shown.text("[data-cell='main/people']").split_whitespace().collect();
    assert_eq!(text, "62人（从业人员）");
    assert!(shown.all("[data-cell='main/basis']").is_empty());
}

#[wasm_bindgen_test]
fn a_spare_row_is_left_out() {
    let shown = paper(PaperMark::Draft);
    assert_eq!(shown.all(".paper-rows tbody tr").len(), 1);
    assert_eq!(shown.text(".paper-rows [data-cell=who]"), "张某某");
}

#[wasm_bindgen_test]
fn a_seal_has_its_room_of_45_millimetres() {
    let shown = paper(PaperMark::Draft);
    let measure = js_sys::Function::new_with_args("box", "return box.getBoundingClientRect().height");
    let height = measure.call1(&JsValue::NULL, &shown.all("[data-seal=seal] > div")[0]).expect("a box");
    let height = height.as_f64().unwrap_or_default();
    // 96 dots to the inch.
    assert!(height >= 45.0 / 25.4 * 96.0 - 0.5, "{height}");
}

#[wasm_bindgen_test]
fn a_draft_says_so_and_a_signed_table_carries_its_fingerprint() {
    let draft = paper(PaperMark::Draft);
    assert!(!draft.all(".paper-mark").is_empty());
    assert!(draft.all(".paper-signed").is_empty());
    let signed = paper(signed());
    assert!(signed.all(".paper-mark").is_empty());
    assert_eq!(signed.all(".paper-digest span").len(), 16);
    assert!(signed.text(".paper-foot-line.every").contains("9f86 9f86 9f86 9f86"));
    let cover = signed.text(".paper-signed");
    assert!(cover.contains("urn:uuid:0") && cover.contains("第 2 版") && cover.contains("kid-two"), "{cover}");
    assert_eq!(signed.all("svg.paper-code path").len(), 1);
}

#[wasm_bindgen_test]
async fn only_the_paper_is_printed_while_it_is_shown() {
    let shown = paper(PaperMark::Draft);
    let root = shown.root.clone();
    support::until("the way to the paper is marked", || root.has_attribute("data-paper-way")).await;
    drop(shown);
    assert!(!root.has_attribute("data-paper-way"), "the page is left as it was");
}
