//! The custom element `<shenbao-form>`: the seam between a page and the form.

use super::app::app;
use super::dom::{Mounted, mount};
use super::style;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/element.js")]
extern "C" {
    fn define_form(style: &str, mount: &JsValue, unmount: &JsValue);
}

thread_local! {
    /// What keeps each mounted form alive; its position is the number that the element holds.
    static MOUNTED: RefCell<Vec<Option<Mounted>>> = const { RefCell::new(Vec::new()) };
}

/// Registers the element. A second call is harmless.
pub fn define() {
    let mount = Closure::<dyn Fn(web_sys::HtmlElement, web_sys::HtmlElement) -> usize>::new(mount_form);
    let unmount = Closure::<dyn Fn(usize)>::new(unmount_form);
    // The closures live as long as the page, as the element's class does.
    define_form(style::FORM, &mount.into_js_value(), &unmount.into_js_value());
}

fn mount_form(host: web_sys::HtmlElement, root: web_sys::HtmlElement) -> usize {
    let form = mount(&root, || app(&host, root.clone()));
    MOUNTED.with_borrow_mut(|mounted| {
        mounted.push(Some(form));
        mounted.len() - 1
    })
}

fn unmount_form(number: usize) {
    let form = MOUNTED.with_borrow_mut(|mounted| mounted.get_mut(number).and_then(Option::take));
    drop(form);
}
