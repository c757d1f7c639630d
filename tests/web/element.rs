//! The element's contract, line by line. The tests are JavaScript, as a portal's own script is: `element.js`.

use js_sys::{Function, Object, Promise, Reflect};
use shenbao::web::{element, style};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

thread_local! {
    /// The tests, once they are loaded.
    static TESTS: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// What `start.js` gives the element: the functions of the program.
fn program() -> Object {
    let program = Object::new();
    let set = |name: &str, function: JsValue| Reflect::set(&program, &name.into(), &function).map(drop).expect("a plain object");
    set("mount", Closure::<dyn Fn(web_sys::HtmlElement, String, JsValue) -> usize>::new(|root, settings: String, storage| element::mount(root, &settings, storage)).into_js_value());
    set("unmount", Closure::<dyn Fn(usize)>::new(element::unmount).into_js_value());
    set("call", Closure::<dyn Fn(usize, String, JsValue) -> JsValue>::new(|number, name: String, given| element::call(number, &name, given)).into_js_value());
    program
}

/// The styles, as one HTML file carries them.
fn carry_styles() {
    let document = gloo::utils::document();
    let it = document.create_element("script").expect("a script element");
    for (name, value) in [("type", "text/plain"), ("data-shenbao-asset", "shenbao.css")] {
        it.set_attribute(name, value).expect("an attribute");
    }
    it.set_text_content(Some(style::FORM));
    document.head().expect("a head").append_child(&it).expect("room in the head");
}

/// The script of the element with what it imports in it.
fn element_script() -> String {
    let first_sheet = include_str!("../../src/web/first_sheet.js").replace("export class", "class");
    include_str!("../../src/web/element.js").replace("import { FirstSheet } from \"./first_sheet.js\";", &first_sheet)
}

/// A script as a module. Not by way of wasm-bindgen: the server of its tests stalls where a page asks for more
/// scripts at once than the browser has connections.
async fn module(text: &str) -> JsValue {
    let import = Function::new_with_args("text", "return import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))");
    let loading: Promise = import.call1(&JsValue::NULL, &text.into()).expect("modules can be imported").unchecked_into();
    JsFuture::from(loading).await.expect("the script is a module")
}

fn function(module: &JsValue, name: &str) -> Function {
    Reflect::get(module, &name.into()).ok().and_then(|it| it.dyn_into().ok()).unwrap_or_else(|| panic!("element.js exports {name}"))
}

async fn tests() -> JsValue {
    super::support::mend_browser();
    if let Some(tests) = TESTS.with_borrow(Clone::clone) {
        return tests;
    }
    carry_styles();
    let define = function(&module(&element_script()).await, "define");
    for _ in 0..2 {
        // A second time does no harm.
        let program = JsValue::from(program());
        let load = Closure::<dyn Fn() -> Promise>::new(move || Promise::resolve(&program)).into_js_value();
        define.call1(&JsValue::NULL, &load).expect("the element is defined");
    }
    let tests = module(include_str!("element.js")).await;
    function(&tests, "set_up").call1(&JsValue::NULL, &include_str!("../../src/web/element.json").into()).expect("the contract is JSON");
    TESTS.set(Some(tests.clone()));
    tests
}

/// Runs a test of `element.js`; what it throws fails this one.
async fn run(name: &str) {
    let promise: Promise = function(&tests().await, name).call0(&JsValue::NULL).expect("a promise").unchecked_into();
    if let Err(thrown) = JsFuture::from(promise).await {
        let stack = Reflect::get(&thrown, &"stack".into()).ok().and_then(|it| it.as_string());
        panic!("{}", stack.or_else(|| thrown.as_string()).unwrap_or_default());
    }
}

macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        $(#[wasm_bindgen_test]
        async fn $name() {
            run(stringify!($name)).await;
        })+

        /// A test that is written and not listed would never run.
        #[wasm_bindgen_test]
        async fn every_test_is_listed() {
            let listed = [$(stringify!($name)),+];
            for name in Object::keys(tests().await.unchecked_ref::<Object>()).iter().filter_map(|it| it.as_string()) {
                assert!(name == "set_up" || listed.contains(&name.as_str()), "{name} is not listed");
            }
        }
    };
}

tests! {
    it_has_what_the_list_says,
    what_is_undone_in_fixed_rows_is_gone_from_the_screen,
    a_notice_says_what_was_pasted_and_leaves_with_the_next_step,
    places_of_the_same_name_are_told_apart,
    a_material_of_another_office_is_not_asked_for,
    calls_wait_until_it_is_ready,
    what_was_set_before_the_definition_counts,
    an_unknown_table_is_told_and_shown,
    a_malformed_definition_leaves_the_work_at_hand,
    wrong_data_leave_the_work_at_hand,
    a_page_gives_numbers_as_it_has_them,
    a_draft_that_is_being_opened_says_so,
    a_definition_file_is_fetched,
    data_go_in_and_out_and_can_be_undone,
    prefilled_cells_and_reset,
    changes_and_validity_are_told,
    settings_are_live,
    what_is_typed_counts_before_the_control_is_left,
    the_largest_mail_is_live,
    it_prints_when_asked,
    every_text_can_be_read_in_both_themes,
    words_can_be_replaced,
    a_draft_goes_out_and_comes_back,
    a_file_that_leaves_can_be_held_back,
    a_draft_goes_on_by_its_key,
    a_draft_given_under_another_key_is_a_copy,
    a_draft_is_brought_back_by_the_browser,
    a_page_may_keep_drafts_itself,
    nothing_is_kept_with_autosave_off,
    moved_and_brought_back_it_has_lost_nothing,
    two_forms_on_a_page_are_two,
    modes_show_other_things_and_come_back,
    the_first_error_gets_the_focus,
    a_form_of_the_page_gets_a_file,
    a_form_of_the_page_disables_and_resets_it,
}
