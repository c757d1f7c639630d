//! Chinese composed by the browser's own composition: nothing is written back, nothing is said while composing.
//!
//! Only Chromium lets a test compose (`Input.imeSetComposition`). Firefox and WebKitGTK take Chinese as key
//! presses in the other stories; their composition is not exercised.

use crate::browser::{Browser, Engine, keep_screenshot, run};
use crate::form_page::FormPage;
use serde_json::json;

#[test]
fn composed_text_is_left_alone_until_it_is_done() {
    run(Engine::Chromium, "composed_text", compose);
}

fn compose(browser: &mut Browser) {
    let form = FormPage::open(browser);
    form.start_new("pilot-city-2017");
    let path = form.resolve("cover/city_name");
    // The focus comes from a click, as a person's would.
    form.click(&format!("[data-path='{path}'] input"));
    assert_eq!(form.active().as_deref(), Some(path.as_str()));
    for letters in ["s", "sh", "shi", "shi l", "shi li"] {
        form.session.chromium(
            "Input.imeSetComposition",
            json!({ "text": letters, "selectionStart": letters.len(), "selectionEnd": letters.len() }),
        );
        assert_eq!(form.typed(&path), letters, "the composition stands as composed");
        assert_eq!(form.count(".message"), 0, "nothing is said while composing");
        assert_eq!(form.count("[data-command='undo']:not([disabled])"), 0, "nothing was written while composing");
    }
    keep_screenshot(browser, "composing");
    form.session.chromium("Input.insertText", json!({ "text": "示例市" }));
    form.session.wait("the composed text stands", || (form.typed(&path) == "示例市").then_some(()));
    form.session.wait("and is an edit now", || (form.count("[data-command='undo']:not([disabled])") == 1).then_some(()));
    form.wait_until_saved();
}
