//! The message of a program that broke.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// A form that shows this, as it stood when the program broke.
fn broken_form(shown: &str) -> (HtmlElement, ShadowRoot) {
    let document = gloo::utils::document();
    let host: HtmlElement = document.create_element("shenbao-form").unwrap().unchecked_into();
    let shadow = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
    let bar = document.create_element("span").unwrap();
    bar.set_class_name(shown);
    shadow.append_child(&bar).unwrap();
    document.body().unwrap().append_child(&host).unwrap();
    (host, shadow)
}

#[wasm_bindgen_test]
fn it_says_whether_the_draft_is_kept_and_how_to_go_on() {
    for (shown, said) in [("saving", "保存在本机，最多缺"), ("saving bad", "没有保存在本机")] {
        let (host, shadow) = broken_form(shown);
        shenbao::web::panic::show("index out of bounds");
        let message = shadow.query_selector(".panic").unwrap().expect("a message");
        let words = message.text_content().unwrap();
        assert!(words.contains(said) && words.contains("重新打开") && words.contains("index out of bounds"), "{words}");
        // The button has the focus, so that Enter goes on.
        let focused = shadow.active_element().expect("a focus");
        assert_eq!(focused.tag_name(), "BUTTON");
        // A second fault says nothing more.
        shenbao::web::panic::show("again");
        assert_eq!(shadow.query_selector_all(".panic").unwrap().length(), 1);
        host.remove();
    }
}
