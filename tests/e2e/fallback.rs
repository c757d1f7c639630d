//! Where WebAssembly is missing or refused: a plain message, and the blank tables to print.

use crate::browser::{Browser, Engine, Place, keep_screenshot, run_at};
use crate::portal::{Portal, Serving};
use crate::site;
use crate::webdriver::Element;
use serde_json::json;
use shenbao::engine::tables::index;
use std::path::Path;
use std::process::Command;

mod without_webassembly {
    use super::*;

    #[test]
    fn chromium() {
        run_at(Engine::Chromium, "fallback", Place { without_wasm: true, ..Place::site() }, says_so_and_prints);
    }

    #[test]
    fn firefox() {
        run_at(Engine::Firefox, "fallback", Place { without_wasm: true, ..Place::site() }, says_so_and_prints);
    }

    #[test]
    fn webkitgtk() {
        run_at(Engine::WebKitGtk, "fallback", Place { without_wasm: true, ..Place::site() }, says_so_and_prints);
    }
}

#[test]
fn a_policy_that_refuses_webassembly_is_no_dead_end() {
    let portal = Portal::open(Serving::Refusing);
    run_at(Engine::Chromium, "fallback-policy", portal.place(), says_so_and_prints);
    let reported = portal.violations();
    assert!(!reported.is_empty() && reported.iter().all(|it| it.contains("wasm-eval")), "nothing else is refused: {reported:?}");
}

#[test]
fn the_one_file_becomes_a_blank_table_where_it_cannot_run() {
    let address = format!("file://{}", site::single_file().display());
    run_at(Engine::Chromium, "fallback-single", Place { address, proxy: None, without_wasm: true }, says_so_and_prints);
}

#[test]
fn the_built_script_is_of_the_fifth_edition() {
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/es5.mjs");
    let said = Command::new("node").arg(reader).arg(site::dist_dir().join("unsupported.js")).output().expect("node is installed");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

fn says_so_and_prints(browser: &mut Browser) {
    let session = &browser.session;
    session.go_to(&browser.place.address);
    let words = |selector: &str| {
        // A page that is just left takes no script; it has no words any more.
        let found = session.try_script("const it = document.querySelector(arguments[0]); return it && it.innerText;", &[json!(selector)]);
        found.ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
    };
    session.wait("the message stands on the page", || words("#shenbao-unsupported").contains("Chromium 90").then_some(()));
    let said = words("#shenbao-unsupported");
    assert!(said.contains("WebAssembly") && said.contains("Firefox 90") && said.contains("Safari 15") && said.contains("草稿不受影响"), "{said}");
    keep_screenshot(browser, "unsupported");
    for (idx, table) in index().iter().enumerate() {
        let title = table.title.get("zh-CN");
        let link: Option<Element> = session.element("return document.querySelectorAll('#shenbao-unsupported a')[arguments[0]];", &[json!(idx)]);
        session.click(&link.unwrap_or_else(|| panic!("no link to {title}"))).expect("the link takes a click");
        session.wait("the blank table", || (words("h1") == title).then_some(()));
        // The lines of the table come from the style, wherever that is.
        let edge = "return Array.from(document.querySelectorAll('table.whole td'), it => getComputedStyle(it).borderBottomWidth).includes('1px');";
        session.wait("the table has its lines", || (session.script(edge, &[]) == true).then_some(()));
        assert!(words("body").contains(if idx == 0 { "非官方空白表" } else { "官方原表" }), "where the table comes from is said");
        keep_screenshot(browser, &format!("blank-{}", table.id));
        if browser.engine != Engine::WebKitGtk {
            assert!(session.print().starts_with(b"%PDF"));
        }
        session.go_to(&browser.place.address);
        session.wait("the message is there again", || (!words("#shenbao-unsupported").is_empty()).then_some(()));
    }
}
