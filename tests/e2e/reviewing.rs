//! What a reviewer sees of a signed file: what is wrong in it, what the table has no room for, and what an office said.

use crate::browser::{Browser, Engine, run};
use crate::filled;
use crate::form_page::FormPage;
use serde_json::{Value, json};
use shenbao::engine::bundle::digest::Digest;
use shenbao::engine::bundle::key::{KeyKind, SigningKey};
use shenbao::engine::bundle::{file, sign};
use shenbao::engine::value::json as own_json;
use std::fs;
use std::path::PathBuf;

const DOC: &str = "urn:uuid:5d0f7f0a-3b53-4a3b-9a70-0b8a3c1de077";

fn key(name: &str) -> SigningKey {
    SigningKey::from_secret(KeyKind::P256, Digest::of(name.as_bytes()).as_bytes()).expect("a test key")
}

/// A statement as an honest writer makes it.
fn signed(payload: &Value, name: &str) -> own_json::Json {
    let payload = own_json::parse(payload.to_string().as_bytes(), 24).expect("a payload");
    let key = key(name);
    let payload = sign::with_kids(&payload, &[key.verifying_key()]);
    sign::sign(&payload, &[&key]).expect("a good payload")
}

/// The complete case of the 2017 table with other answers put in, signed.
fn application(org: &str, change: impl Fn(&mut Value)) -> own_json::Json {
    let draft = filled::complete();
    let mut answers = draft["data"]["answers"].clone();
    change(&mut answers);
    let payload = json!({
        "sab": "1.0", "type": "application",
        "doc": { "id": DOC, "rev": 1, "prev": null, "created": "2026-11-22T08:00:00Z", "lang": "zh-CN" },
        "form": draft["table"], "signer": { "role": "city", "org": org, "kids": [] },
        "to": ["prov_ip"], "data": { "answers": answers }, "attachments": [],
    });
    signed(&payload, "city")
}

fn opened<'a>(browser: &'a Browser, statements: &[own_json::Json]) -> FormPage<'a> {
    let bundle: PathBuf = browser.folder().join("received.sab.json");
    fs::write(&bundle, format!("{}{}", file::json_head(statements), file::json_tail())).expect("the folder is writable");
    let form = FormPage::open(browser);
    form.open_file(&bundle);
    form
}

#[test]
fn a_reviewer_sees_what_is_wrong_in_what_was_signed() {
    run(Engine::Chromium, "a_reviewer_sees_what_is_wrong_in_what_was_signed", |browser| {
        let form = opened(browser, &[application("示例市知识产权局", |answers| {
            answers["cover"].as_object_mut().expect("a part").remove("city_name");
            answers["city"]["ip_contact_mobile"] = json!("123");
        })]);
        form.wait_for_element("[data-verdict='INTACT']");
        form.session.wait("what is wrong", || form.words(".review-list.bad").contains("不符或缺填 2 项").then_some(()));
        assert!(form.words(".review-list.bad").contains("手机"), "{}", form.words(".review-list.bad"));
        assert_eq!(form.count(".review-list.conditions[open]"), 1, "the conditions lie open where something is wrong");
    });
}

#[test]
fn what_the_table_has_no_room_for_is_shown_and_nothing_is_judged() {
    run(Engine::Chromium, "what_the_table_has_no_room_for_is_shown_and_nothing_is_judged", |browser| {
        // A mark that turns the line around would show another name.
        let form = opened(browser, &[application("示例市\u{202e}局权产识知", |answers| {
            answers["city"]["promise"] = json!("承诺配套资金 1 亿元");
        })]);
        form.wait_for_element("[data-verdict='INTACT']");
        form.session.wait("what has no room", || form.words(".unread").contains("承诺配套资金 1 亿元").then_some(()));
        assert!(form.words(".unread").contains("1 处") && form.words(".unread").contains("没有核对"), "{}", form.words(".unread"));
        assert_eq!(form.count(".review-list.conditions"), 0);
        let org = form.words(".statements strong");
        assert!(org.contains("示例市[U+202E]局权产识知") && !org.contains('\u{202e}'), "{org}");
    });
}

#[test]
fn a_decision_comes_before_everything_else() {
    run(Engine::Chromium, "a_decision_comes_before_everything_else", |browser| {
        let application = application("示例市知识产权局", |_| {});
        let link = sign::link_of(&application).to_hex();
        let payload = sign::payload_sha256_of(&application).expect("a digest").to_hex();
        let opinion = json!({
            "sab": "1.0", "type": "endorsement", "subject": { "doc": DOC, "rev": 1, "payload": payload, "on": [link] },
            "signer": { "role": "prov_ip", "org": "示例省知识产权局", "kids": [] }, "created": "2026-11-23T08:00:00Z",
            "decision": "return", "opinion": "园区面积与附图不符", "remarks": [{ "path": "parks/1/area", "text": "请核对" }], "attachments": [],
        });
        let form = opened(browser, &[application, signed(&opinion, "province")]);
        form.wait_for_element("[data-decision='return']");
        let said = form.words(".statements");
        for wanted in ["退回修改", "园区面积与附图不符", "parks/1/area", "请核对", "针对第 1 版"] {
            assert!(said.contains(wanted), "{wanted} in {said}");
        }
        assert!(!said.contains("第 0 版"), "{said}");
    });
}

#[test]
fn a_key_that_is_new_to_the_list_shows_whose_file_it_claims_to_be() {
    run(Engine::Chromium, "a_key_that_is_new_to_the_list_shows_whose_file_it_claims_to_be", |browser| {
        let list = browser.folder().join("登记.json");
        let kid = key("another").verifying_key().kid();
        fs::write(&list, json!({ "sabtrust": "1.0", "keys": { kid: { "roles": ["city"] } } }).to_string()).expect("the folder is writable");
        let form = opened(browser, &[application("示例市知识产权局", |_| {})]);
        form.wait_for_element("[data-verdict='INTACT']");
        form.click("details summary");
        form.choose_file("[data-input='trust']", &list);
        form.wait_for_element(".verdict.open[data-verdict='E_KEY_UNTRUSTED']");
        let said = form.words(".review-body");
        assert!(said.contains("示例市知识产权局") && said.contains("尚未核实") && !said.contains("不采用"), "{said}");
        assert_eq!(form.count(".paper-sheet"), 0, "what was filled in is not shown before that");
        // The list stays for the next file, until it is put away.
        form.command("home");
        form.open_file(&browser.folder().join("received.sab.json"));
        form.wait_for_element("[data-verdict='E_KEY_UNTRUSTED']");
        form.command("without-trust");
        form.wait_for_element("[data-verdict='INTACT']");
    });
}
