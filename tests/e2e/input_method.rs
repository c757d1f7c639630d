//! Chinese composed by an input method, in the shadow root, in a cell and in rows: nothing is written back and
//! nothing is said while composing, and no key acts that belongs to the input method.
//!
//! Only Chromium lets a test compose for real (`Input.imeSetComposition`). Firefox and WebKitGTK take Chinese as key
//! presses in the other stories; here they, and Chromium once more, are told the events of a composition in the order
//! in which their own engines tell them. What an input method of the system adds to that is not exercised.

use crate::browser::{Browser, Engine, keep_screenshot, run};
use crate::form_page::FormPage;
use crate::in_every_browser;
use crate::webdriver::keys;
use serde_json::{Value, json};

in_every_browser!(keys_of_a_composition_do_nothing_in_rows);

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

    // In rows Enter and the arrows are keys of a spreadsheet, but not while they choose among candidates.
    let cell = form.resolve("city/policies/#1/name");
    form.click(&format!("[data-path='{cell}'] input"));
    form.session.chromium("Input.imeSetComposition", json!({ "text": "zheng ce", "selectionStart": 8, "selectionEnd": 8 }));
    for key in ["ArrowDown", "Enter"] {
        for kind in ["rawKeyDown", "keyUp"] {
            form.session.chromium("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 229 }));
        }
        assert_eq!((form.count(ROWS), form.active()), (1, Some(cell.clone())), "{key} belongs to the input method");
        assert_eq!(form.typed(&cell), "zheng ce");
    }
    form.session.chromium("Input.insertText", json!({ "text": "政策" }));
    form.session.wait("the composed text stands", || (form.typed(&cell) == "政策").then_some(()));
    form.session.press(&[keys::ENTER]);
    form.session.wait("Enter makes a row again", || (form.count(ROWS) == 2).then_some(()));
}

/// The rows of the sub-table.
const ROWS: &str = "[data-path='city/policies'] [data-row]";

/// Begins to compose in a control: the letters stand in it, and each was told as an input of a composition.
const BEGIN: &str = "
const control = document.querySelector('shenbao-form').shadowRoot.querySelector(`[data-path='${arguments[0]}'] input`);
control.focus();
const tell = (event) => control.dispatchEvent(event);
tell(new CompositionEvent('compositionstart', { bubbles: true, composed: true }));
for (const letters of ['z', 'zh', 'zheng ce']) {
  tell(new CompositionEvent('compositionupdate', { bubbles: true, composed: true, data: letters }));
  control.value = letters;
  tell(new InputEvent('input', { bubbles: true, composed: true, isComposing: true, inputType: 'insertCompositionText', data: letters }));
}";

/// Presses a key; gives back whether the form took it for itself.
const PRESS: &str = "
const control = document.querySelector('shenbao-form').shadowRoot.querySelector(`[data-path='${arguments[0]}'] input`);
const event = new KeyboardEvent('keydown', { bubbles: true, composed: true, cancelable: true, ...arguments[1] });
control.dispatchEvent(event);
return event.defaultPrevented;";

/// Ends the composition. Chromium and Firefox tell the last input before its end, WebKit behind it.
const END: &str = "
const control = document.querySelector('shenbao-form').shadowRoot.querySelector(`[data-path='${arguments[0]}'] input`);
const input = () => control.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, isComposing: !arguments[1], inputType: 'insertCompositionText', data: '政策' }));
control.value = '政策';
if (!arguments[1]) input();
control.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, composed: true, data: '政策' }));
if (arguments[1]) input();";

fn keys_of_a_composition_do_nothing_in_rows(browser: &mut Browser) {
    let form = FormPage::open(browser);
    form.start_new("pilot-city-2017");
    let cell = form.resolve("city/policies/#1/name");
    let session = form.session;
    let press = |key: Value| session.script(PRESS, &[json!(cell), key]);
    session.script(BEGIN, &[json!(cell)]);
    // WebKit tells the key that ends a composition behind its end, with only its number to know it by.
    for key in ["Enter", "ArrowDown", "ArrowUp", "F8", "z", "?"] {
        for is_composing in [true, false] {
            let event = json!({ "key": key, "ctrlKey": key == "z", "isComposing": is_composing, "keyCode": 229 });
            assert_eq!(press(event), json!(false), "{key} belongs to the input method");
        }
    }
    assert_eq!((form.count(ROWS), form.active()), (1, Some(cell.clone())));
    assert_eq!((form.typed(&cell).as_str(), form.count(".message"), form.count(".help dl")), ("zheng ce", 0, 0));

    session.script(END, &[json!(cell), json!(browser.engine == Engine::WebKitGtk)]);
    assert_eq!(form.typed(&cell), "政策");
    // The composition is one step of undo; the row was there before.
    form.command("undo");
    session.wait("undo takes the word back as a whole", || form.typed(&cell).is_empty().then_some(()));
    assert_eq!(form.count(ROWS), 1);
    form.command("redo");
    session.wait("redo brings it back", || (form.typed(&cell) == "政策").then_some(()));
    // The same keys act when nobody composes.
    assert_eq!(press(json!({ "key": "Enter", "keyCode": 13 })), json!(true));
    session.wait("Enter makes a row", || (form.count(ROWS) == 2).then_some(()));
}
