//! An element that comes and goes leaves nothing behind: no nodes, no listeners, no memory.

use crate::browser::{Browser, Engine, run};
use crate::form_page::FormPage;
use crate::webdriver::Session;
use serde_json::{Value, json};

const ROUNDS: usize = 50;

/// Puts the element into the page, opens a new table in it, types into a cell and takes the element away again, so
/// many times. Waits each time for what a person would see, never for a time.
const MOUNT: &str = "
const [rounds, done] = [arguments[0], arguments[arguments.length - 1]];
const seen = async (look) => { for (;;) { const found = look(); if (found) return found; await new Promise((next) => setTimeout(next, 5)); } };
(async () => {
  for (let round = 0; round < rounds; round += 1) {
    const form = document.createElement('shenbao-form');
    document.body.appendChild(form);
    await form.ready;
    const root = form.shadowRoot;
    (await seen(() => root.querySelector(\"[data-command='new'][data-table='pilot-city-2017']:not([disabled])\"))).click();
    const cell = await seen(() => root.querySelector('.sheet input[type=text]'));
    cell.value = '示例市';
    cell.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    await seen(() => root.querySelector(\"[data-command='undo']:not([disabled])\"));
    form.remove();
    await seen(() => !root.querySelector('.sheet'));
  }
  done(true);
})();";

/// Runs before the page: notes the memory of every module.
const WATCH: &str = "
window.memories = [];
for (const name of ['instantiate', 'instantiateStreaming']) {
  const own = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const made = await own.apply(WebAssembly, given);
    const { memory } = (made.instance || made).exports;
    if (memory) window.memories.push(memory);
    return made;
  };
}";

/// Moves the element from one place of the page to another and back.
const MOVE: &str = "
const [rounds, done] = [arguments[0], arguments[arguments.length - 1]];
const form = document.querySelector('shenbao-form');
const place = document.body.appendChild(document.createElement('div'));
(async () => {
  for (let round = 0; round < rounds; round += 1) {
    (round % 2 === 0 ? place : document.body).appendChild(form);
    await new Promise((next) => setTimeout(next, 5));
  }
  place.remove();
  done(true);
})();";

/// What the page holds after everything that can be thrown away was.
#[derive(Clone, Copy, Debug)]
struct Held {
    nodes: f64,
    listeners: f64,
    script: f64,
    module: f64,
}

fn held(session: &Session) -> Held {
    // What is thrown away may let go of more: twice is enough for what hangs together.
    for _ in 0..2 {
        session.chromium("HeapProfiler.collectGarbage", json!({}));
    }
    let metrics = session.chromium("Performance.getMetrics", json!({}));
    let of = |name: &str| {
        let found = metrics["metrics"].as_array().and_then(|all| all.iter().find(|it| it["name"] == name)).and_then(|it| it["value"].as_f64());
        found.unwrap_or_else(|| panic!("no {name} in {metrics}"))
    };
    let module = session.script("return window.memories.reduce((sum, it) => sum + it.buffer.byteLength, 0);", &[]);
    let module = module.as_f64().filter(|it| *it > 0.0).expect("the module's memory is known");
    Held { nodes: of("Nodes"), listeners: of("JSEventListeners"), script: of("JSHeapUsedSize"), module }
}

/// Listeners that the page has without a form: its own script waits for a new build. A form has hundreds, and one
/// that each form left behind would make fifty.
const OWN_LISTENERS: f64 = 20.0;

/// A form that was taken away still saves; then nothing of it listens any more, to the page or to the database.
fn without_listeners(session: &Session, most: f64) -> Held {
    session.wait("the last listener is gone", || Some(held(session)).filter(|it| it.listeners <= most))
}

#[test]
fn an_element_that_comes_and_goes_leaves_nothing_behind() {
    run(Engine::Chromium, "memory", |browser| {
        browser.session.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
        let form = FormPage::open(browser);
        form.session.chromium("Performance.enable", json!({}));
        form.session.script("document.querySelector('shenbao-form').remove();", &[]);
        // The first rounds fill what is kept on purpose: tables, words, the memory that the module has got once.
        rounds(form.session, MOUNT, ROUNDS);
        let before = without_listeners(form.session, OWN_LISTENERS);
        rounds(form.session, MOUNT, ROUNDS);
        let after = without_listeners(form.session, before.listeners);
        println!("{ROUNDS} mounts: {before:?} -> {after:?}");
        assert_even(before, after);

        // A listener that is never taken away would be seen.
        form.session.script("for (let n = 0; n < 50; n += 1) window.addEventListener('seeded' + n, () => {});", &[]);
        assert!(held(form.session).listeners >= 50.0);
    });
}

#[test]
fn an_element_that_is_moved_keeps_its_work_and_grows_no_more() {
    run(Engine::Chromium, "moves", |browser: &mut Browser| {
        browser.session.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
        let form = FormPage::open(browser);
        form.start_new("pilot-city-2017");
        let path = form.resolve("cover/city_name");
        form.type_into(&path, "示例市");
        form.wait_until_saved();
        form.session.chromium("Performance.enable", json!({}));
        rounds(form.session, MOVE, ROUNDS);
        let before = held(form.session);
        rounds(form.session, MOVE, ROUNDS);
        let after = held(form.session);
        println!("{ROUNDS} moves: {before:?} -> {after:?}");
        assert_even(before, after);
        assert_eq!(form.typed(&path), "示例市");
        form.command("undo");
        form.session.wait("undo still knows the step", || form.typed(&path).is_empty().then_some(()));
    });
}

fn rounds(session: &Session, script: &str, n: usize) {
    // In pieces: a driver waits half a minute for an answer.
    for _ in 0..n / 10 {
        assert_eq!(session.script_with_callback(script, &[json!(10)]), Value::Bool(true));
    }
}

/// What the module may take more: a page of its memory. Every round leaves a draft, which the start page lists; one form
/// alone takes as much.
const PAGE: f64 = 65_536.0;

/// Nodes and listeners are counted; memory is in pages and pieces, so a twentieth may differ.
fn assert_even(before: Held, after: Held) {
    assert!(after.nodes <= before.nodes + 10.0, "nodes: {before:?} -> {after:?}");
    assert!(after.listeners <= before.listeners + 2.0, "listeners: {before:?} -> {after:?}");
    assert!(after.script <= before.script * 1.05, "memory of the script: {before:?} -> {after:?}");
    assert!(after.module <= before.module + PAGE, "memory of the module: {before:?} -> {after:?}");
}
