//! A portal without https: the browser takes much away there, and nothing that the form needs.

use crate::browser::{Browser, Engine, run_at};
use crate::city_story::sign_and_send;
use crate::filled;
use crate::form_page::FormPage;
use crate::keeping::one_tab_writes_at_a_time;
use crate::portal::{Portal, Serving};
use serde_json::json;

mod without_a_secure_context {
    use super::*;

    #[test]
    fn chromium() {
        run_at(Engine::Chromium, "plain", Portal::open(Serving::Plain).place(), works);
    }

    #[test]
    fn firefox() {
        run_at(Engine::Firefox, "plain", Portal::open(Serving::Plain).place(), works);
    }

    #[test]
    fn webkitgtk() {
        run_at(Engine::WebKitGtk, "plain", Portal::open(Serving::Plain).place(), works);
    }
}

fn works(browser: &mut Browser) {
    let missing = "return [window.isSecureContext, !!crypto.subtle, !!navigator.locks, !!crypto.randomUUID, !!navigator.serviceWorker];";
    let form = FormPage::open(browser);
    assert_eq!(browser.session.script(missing, &[]), json!([false, false, false, false, false]));
    filled::open_in(&form, browser);
    sign_and_send(browser, &form);
    assert_eq!(browser.session.script("return window.violations;", &[]), json!([]));
    // Typing, saving, the lock, taking over, and what was saved coming back in the other tab. At the end, because
    // WebKit's driver takes no picture once there are two tabs.
    one_tab_writes_at_a_time(browser);
}
