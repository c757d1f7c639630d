//! The element's contract, line by line. The tests are JavaScript, as a portal's own script is: `element.js`.

use js_sys::{Object, Promise, Reflect};
use shenbao::web::element;
use std::sync::Once;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(module = "/src/web/element.js")]
extern "C" {
    fn define(load: &JsValue);
}

/// What `start.js` gives the element: the functions of the program.
fn program() -> Object {
    let program = Object::new();
    let set = |name: &str, function: JsValue| Reflect::set(&program, &name.into(), &function).map(drop).expect("a plain object");
    set("style", Closure::<dyn Fn() -> String>::new(element::style).into_js_value());
    set("mount", Closure::<dyn Fn(web_sys::HtmlElement, String, JsValue) -> usize>::new(|root, settings: String, storage| element::mount(root, &settings, storage)).into_js_value());
    set("unmount", Closure::<dyn Fn(usize)>::new(element::unmount).into_js_value());
    set("call", Closure::<dyn Fn(usize, String, JsValue) -> JsValue>::new(|number, name: String, given| element::call(number, &name, given)).into_js_value());
    program
}

fn begin() {
    static ONCE: Once = Once::new();
    super::support::mend_browser();
    ONCE.call_once(|| {
        let load = || {
            let program = JsValue::from(program());
            Closure::<dyn Fn() -> Promise>::new(move || Promise::resolve(&program)).into_js_value()
        };
        define(&load());
        // A second time does no harm.
        define(&load());
        js::set_up(include_str!("../../src/web/element.json"));
    });
}

/// Each name is an exported function of `element.js`; what it throws fails the test.
macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        mod js {
            use super::*;

            #[wasm_bindgen(module = "/tests/web/element.js")]
            extern "C" {
                pub fn set_up(contract: &str);
                $(#[wasm_bindgen(catch)]
                pub async fn $name() -> Result<JsValue, JsValue>;)+
            }
        }

        $(#[wasm_bindgen_test]
        async fn $name() {
            begin();
            if let Err(thrown) = js::$name().await {
                let stack = Reflect::get(&thrown, &"stack".into()).ok().and_then(|it| it.as_string());
                panic!("{}", stack.or_else(|| thrown.as_string()).unwrap_or_default());
            }
        })+
    };
}

tests! {
    it_has_what_the_list_says,
    calls_wait_until_it_is_ready,
    what_was_set_before_the_definition_counts,
    an_unknown_table_is_told_and_shown,
    a_malformed_definition_leaves_the_work_at_hand,
    wrong_data_leave_the_work_at_hand,
    a_definition_file_is_fetched,
    data_go_in_and_out_and_can_be_undone,
    prefilled_cells_and_reset,
    changes_and_validity_are_told,
    settings_are_live,
    words_can_be_replaced,
    a_draft_goes_out_and_comes_back,
    a_file_that_leaves_can_be_held_back,
    a_draft_goes_on_by_its_key,
    a_page_may_keep_drafts_itself,
    nothing_is_kept_with_autosave_off,
    moved_and_brought_back_it_has_lost_nothing,
    two_forms_on_a_page_are_two,
    modes_show_other_things_and_come_back,
    the_first_error_gets_the_focus,
    a_form_of_the_page_gets_a_file,
    a_form_of_the_page_disables_and_resets_it,
}
