//! Files of the program that are fetched when needed: from the page itself, or from its server.

use shenbao::engine::locale;
use shenbao::web::assets::{self, AssetError, AssetErrorKind};
use shenbao::web::tables::{self, TableError};
use shenbao::web::language;
use std::sync::Arc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A file that the page carries, as long as this is kept.
struct Inline(web_sys::Element);

impl Inline {
    fn new(name: &str, text: &str) -> Self {
        let page = web_sys::window().and_then(|it| it.document()).expect("a page");
        let script = page.create_element("script").expect("an element");
        script.set_attribute("type", "text/plain").expect("an attribute");
        script.set_attribute("data-shenbao-asset", name).expect("an attribute");
        script.set_text_content(Some(text));
        page.body().expect("a body").append_child(&script).expect("a place");
        Inline(script)
    }
}

impl Drop for Inline {
    fn drop(&mut self) {
        self.0.remove();
    }
}

#[wasm_bindgen_test]
async fn a_file_that_the_page_carries_needs_no_server() {
    let inline = Inline::new("locale/none.json", "{\"甲\":\"<乙>\"}");
    assert_eq!(assets::text("locale/none.json").await.as_deref(), Ok("{\"甲\":\"<乙>\"}"));
    drop(inline);
    // The server of these tests has no such file.
    let error = assets::text("locale/none.json").await.expect_err("there is no such file");
    assert_eq!(error, AssetError { name: "locale/none.json".into(), kind: AssetErrorKind::Refused(404) });
    let said = error.words("zh-CN", "甲表");
    assert!(said.starts_with("甲表没有载入") && said.contains("locale/none.json（404）") && said.contains("重试"), "{said}");
}

#[wasm_bindgen_test]
async fn a_web_page_in_place_of_a_file_is_an_error() {
    // The page of the tests themselves, which the server gives with success.
    let error = assets::text("./").await.expect_err("a page is no file of ours");
    assert_eq!(error.kind, AssetErrorKind::WebPage);
}

#[wasm_bindgen_test]
async fn a_table_is_fetched_once_and_checked() {
    let id = "work-plan-2010";
    let name = "tables/work-plan-2010.json";
    assert!(tables::loaded(id).is_none());
    let inline = Inline::new(name, "{\"format\":\"1\"}");
    assert_eq!(tables::load(id).await.err(), Some(TableError::Asset(AssetError::damaged(name))));
    drop(inline);
    let error = tables::load(id).await.expect_err("the server has no such file");
    let said = error.words("zh-CN");
    assert!(said.contains("中小企业知识产权战略推进工程工作计划表") && said.contains("404"), "{said}");
    // A failure is not kept.
    let inline = Inline::new(name, include_str!("../../src/engine/tables/work-plan-2010.json"));
    let table = tables::load(id).await.expect("the file is there now");
    assert_eq!(&*table.definition.id, id);
    drop(inline);
    let again = tables::load(id).await.expect("it is not fetched again");
    assert!(Arc::ptr_eq(&table, &again));
}

#[wasm_bindgen_test]
async fn another_table_under_the_name_of_one_is_refused() {
    let _inline = Inline::new("tables/pilot-city-2017.json", include_str!("../../src/engine/tables/work-plan-2010.json"));
    let error = tables::load("pilot-city-2017").await.expect_err("this is the other table");
    assert_eq!(error, TableError::Asset(AssetError::damaged("tables/pilot-city-2017.json")));
}

#[wasm_bindgen_test]
async fn an_id_off_the_list_never_becomes_an_address() {
    let error = tables::load("../index").await.expect_err("there is no such table");
    assert_eq!(error, TableError::Unknown("../index".into()));
}

#[wasm_bindgen_test]
async fn a_language_is_fetched_when_asked_for() {
    assert_eq!(language::load("zh-Hans").await, Ok(()), "the first language is always here");
    if !locale::has("en") {
        let error = language::load("en").await.expect_err("the server has no such file");
        let said = language::failure(&error, "zh-CN", "en");
        assert!(said.contains("English") && said.contains("locale/en.json"), "{said}");
        assert_ne!(locale::word("en", "cancel"), "Cancel");
    }
    let _inline = Inline::new("locale/en.json", include_str!("../../src/engine/locale/en.json"));
    assert_eq!(language::load("en").await, Ok(()));
    assert_eq!(locale::word("en", "cancel"), "Cancel");
}
