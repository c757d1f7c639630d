//! The program behind the custom element `<shenbao-form>`: what `element.js` mounts, unmounts and calls.

use super::app::{AppState, app};
use super::dom::{Mounted, mount as mount_view};
use super::host;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    /// What keeps each mounted form alive; its position is the number that the element holds.
    static MOUNTED: RefCell<Vec<Option<(Mounted, AppState)>>> = const { RefCell::new(Vec::new()) };
}

/// Mounts a form into an empty root. `settings` is the JSON that [`host::call`] takes under that name; `storage` is
/// the page's own, or nothing. Gives the form's number.
#[wasm_bindgen]
pub fn mount(root: web_sys::HtmlElement, settings: &str, storage: JsValue) -> usize {
    let mut state = None;
    let view = mount_view(&root, || {
        let it = AppState::new(root.clone());
        host::call(it, "settings", settings.into());
        it.open_store(storage);
        state = Some(it);
        app(it)
    });
    let form = state.map(|state| (view, state));
    MOUNTED.with_borrow_mut(|mounted| match mounted.iter().position(Option::is_none) {
        Some(free) => {
            if let Some(slot) = mounted.get_mut(free) {
                *slot = form;
            }
            free
        }
        None => {
            mounted.push(form);
            mounted.len() - 1
        }
    })
}

/// Takes a form away. What is typed and not saved yet is saved.
#[wasm_bindgen]
pub fn unmount(number: usize) {
    let form = MOUNTED.with_borrow_mut(|mounted| mounted.get_mut(number).and_then(Option::take));
    drop(form);
}

/// Asks something of a form: see [`host::call`].
#[wasm_bindgen]
pub fn call(number: usize, name: &str, given: JsValue) -> JsValue {
    let form = MOUNTED.with_borrow(|mounted| mounted.get(number).and_then(Option::as_ref).map(|it| (it.0.owner(), it.1)));
    let Some((owner, app)) = form else { return JsValue::UNDEFINED };
    owner.with(|| host::call(app, name, given))
}
