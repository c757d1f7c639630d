//! Nothing is lost: a second tab, a browser that keeps nothing, a draft of an older version, earlier versions.

use crate::browser::{Browser, Engine, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::{in_every_browser, site};
use serde_json::json;

in_every_browser!(one_tab_writes_at_a_time, a_page_that_is_left_keeps_no_other_from_saving);

/// A browser may keep a page that is left, and freeze it in whatever it was doing.
fn a_page_that_is_left_keeps_no_other_from_saving(browser: &mut Browser) {
    let page = |n: u32| format!("{}?page={n}", site::address());
    browser.session.go_to(&page(0));
    let form = FormPage::attach(browser);
    form.start_new(filled::TABLE);
    let name = form.resolve("cover/city_name");
    form.type_into(&name, "甲市");
    form.wait_until_saved();
    for (n, city) in [(1, "乙市"), (2, "丙市")] {
        // Left at once: not even the time for a save.
        form.type_over(&name, city);
        browser.session.go_to(&page(n));
        let form = FormPage::attach(browser);
        // A double-click is one press: its second half would find the draft claimed by the first.
        form.session.press_at(&form.wait_for_element("[data-draft] [data-command='open']"), 2);
        assert_eq!(form.typed(&name), city);
        form.type_over(&name, "丁市");
        form.wait_until_saved();
    }
}

/// A second tab only shows until it takes over; the first one then only shows.
pub fn one_tab_writes_at_a_time(browser: &mut Browser) {
    let form = FormPage::open(browser);
    form.start_new(filled::TABLE);
    let name = form.resolve("cover/city_name");
    form.type_into(&name, "甲市");
    form.wait_until_saved();
    let first = form.session.window();

    let second = form.session.open_tab();
    let other = FormPage::open(browser);
    other.open_kept_draft();
    other.wait_for_element(".banner [data-command='take-over']");
    assert_eq!(other.property(&format!("[data-path='{name}'] input"), "readOnly"), json!(true));
    assert_eq!(other.typed(&name), "甲市");
    other.command("take-over");
    other.session.wait("the second tab writes", || {
        (other.property(&format!("[data-path='{name}'] input"), "readOnly") == json!(false)).then_some(())
    });
    other.type_over(&name, "乙市");
    other.wait_until_saved();

    form.session.switch_to(&first);
    form.session.wait("the first tab only shows now", || {
        (form.property(&format!("[data-path='{name}'] input"), "readOnly") == json!(true)).then_some(())
    });
    form.command("take-over");
    form.session.wait("what the other tab wrote is here", || (form.typed(&name) == "乙市").then_some(()));
    form.session.switch_to(&second);
}

/// A form with a storage that answers when the page says so.
const SLOW: &str = "
const form = document.createElement('shenbao-form');
const gate = new Promise((resolve) => (window.openGate = resolve));
const map = new Map();
const after = (answer) => async (...given) => (await gate, answer(...given));
form.storage = { get: after((key) => map.get(key)), set: after((key, value) => void map.set(key, value)), delete: after((key) => map.delete(key)), keys: after(() => [...map.keys()]) };
form.setAttribute('draft-key', 'mine');
document.querySelector('shenbao-form').replaceWith(form);
window.isReady = false;
form.ready.then(() => (window.isReady = true));";

#[test]
fn a_press_on_the_start_page_counts_whatever_is_still_on_its_way() {
    run(Engine::Chromium, "a_press_on_the_start_page_counts_whatever_is_still_on_its_way", |browser| {
        let ready = |form: &FormPage| {
            form.session.script("openGate();", &[]);
            form.session.wait("the element is ready", || (form.session.script("return isReady;", &[]) == json!(true)).then_some(()));
        };
        FormPage::open(browser).session.script(SLOW, &[]);
        let form = FormPage::attach(browser);
        form.start_new(filled::TABLE);
        form.type_into("cover/city_name", "甲市");
        ready(&form);
        assert_eq!((form.count(".start"), form.typed("cover/city_name").as_str()), (0, "甲市"));
        form.wait_until_saved();

        // Nobody presses: the page that is there is not made anew.
        form.session.script(SLOW, &[]);
        let form = FormPage::attach(browser);
        let new = form.wait_for_element("[data-command='new']");
        ready(&form);
        form.session.click(&new).expect("the button that was there all the time takes the press");
        form.wait_for_element(".sheet");
    });
}

#[test]
fn a_browser_that_keeps_nothing_says_so() {
    run(Engine::Chromium, "a_browser_that_keeps_nothing_says_so", |browser| {
        let script = "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError'); } });";
        browser.session.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
        let form = FormPage::open(browser);
        form.wait_for_element(".start .banner.bad");
        form.start_new(filled::TABLE);
        assert!(form.words(".saving").contains("没有保存"), "{}", form.words(".saving"));
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "甲市");
        form.command("save-draft");
        let draft = std::fs::read_to_string(browser.downloaded(".sbdraft.json")).expect("the draft file");
        assert!(draft.contains("甲市"));
    });
}

#[test]
fn a_full_disk_is_said_and_typing_goes_on() {
    run(Engine::Chromium, "a_full_disk_is_said_and_typing_goes_on", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "甲市");
        form.wait_until_saved();
        let script = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };";
        form.session.script(script, &[]);
        form.type_over(&name, "乙市");
        form.session.wait("the bar says that it is not saved", || form.words(".saving.bad").contains("没有保存").then_some(()));
        assert_eq!(form.typed(&name), "乙市");
        form.command("save-draft");
        let draft = std::fs::read_to_string(browser.downloaded(".sbdraft.json")).expect("the draft file");
        assert!(draft.contains("乙市"));
    });
}

#[test]
fn a_draft_of_an_older_version_is_moved_when_asked() {
    run(Engine::Chromium, "a_draft_of_an_older_version_is_moved_when_asked", |browser| {
        let mut draft = filled::of_version("2017.0");
        draft["data"]["answers"]["city"]["dropped_cell"] = json!("旧表里的一句话");
        let form = FormPage::open(browser);
        form.open_file(&filled::write(&draft, browser.folder()));
        form.wait_for_element(".question");
        let asked = form.words(".question");
        assert!(asked.contains("2017.0") && asked.contains("1 处"), "{asked}");
        form.command("move-draft");
        form.wait_for_element(".sheet");
        // The list stands below the last sheet; the outline leads to it from any.
        assert_eq!((form.words("[data-command='show-kept'] .entry-state"), form.count(".kept")), ("1".to_owned(), 0));
        form.command("show-kept");
        form.session.wait("the list has the focus", || form.session.script("return document.activeElement.shadowRoot.activeElement.className", &[]).eq("kept").then_some(()));
        assert_eq!(form.property(".kept textarea", "value"), json!("旧表里的一句话"));

        // Whoever signs says that it is meant.
        form.command("review");
        form.command("sign");
        form.wait_for_element("[data-command='sign-anyway']");
        form.command("back");
        form.go_to("materials");
        form.command("delete-kept");
        form.session.wait("it is gone", || (form.count(".kept") == 0).then_some(()));
        assert_eq!(form.count("[data-command='show-kept']"), 0);
        form.command("undo");
        form.session.wait("undo brings it back", || (form.count(".kept") == 1).then_some(()));

        // What was opened from a file is kept here, without a change.
        form.wait_until_saved();
        form.command("home");
        form.wait_for_element("[data-draft] [data-command='versions']");
        form.command("versions");
        form.wait_for_element(".versions li");
    });
}

#[test]
fn a_draft_of_a_newer_version_says_so() {
    run(Engine::Chromium, "a_draft_of_a_newer_version_says_so", |browser| {
        let form = FormPage::open(browser);
        form.open_file(&filled::write(&filled::of_version("2018.1"), browser.folder()));
        form.wait_for_element(".question");
        let asked = form.words(".question");
        assert!(asked.contains("较新") && asked.contains("2018.1") && !asked.contains("旧版"), "{asked}");
    });
}

#[test]
fn a_file_that_takes_the_place_of_newer_work_says_where_that_is() {
    run(Engine::Chromium, "a_file_that_takes_the_place_of_newer_work_says_where_that_is", |browser| {
        let form = filled::open(browser);
        form.wait_until_saved();
        form.command("home");
        filled::open_in(&form, browser);
        assert!(!form.words(".notice").contains("历史版本"), "the same answers take the place of nothing: {}", form.words(".notice"));
        let name = form.resolve("cover/city_name");
        form.type_over(&name, "新内容市");
        form.wait_until_saved();
        form.command("home");
        filled::open_in(&form, browser);
        assert!(form.words(".notice").contains("历史版本"), "{}", form.words(".notice"));
        form.wait_until_saved();
        form.command("home");
        form.command("versions");
        form.wait_for_element(".versions li");
        form.click(".versions [data-command='open-version']");
        form.wait_for_element(".sheet");
        assert_eq!(form.typed(&name), "新内容市");
    });
}

#[test]
fn the_oldest_version_is_on_the_list_and_the_draft_itself_is_not() {
    run(Engine::Chromium, "the_oldest_version_is_on_the_list_and_the_draft_itself_is_not", |browser| {
        let form = FormPage::open(browser);
        form.open_file(&filled::write(&filled::of_version("2017.0"), browser.folder()));
        form.wait_for_element(".question");
        form.command("move-draft");
        form.wait_for_element(".sheet");
        let name = form.resolve("cover/city_name");
        let before = form.typed(&name);
        form.wait_until_saved();
        form.command("home");
        form.command("versions");
        form.session.wait("there is no version but the draft itself", || (form.words(".versions").contains("没有更早") || form.count(".versions li.quiet") == 1).then_some(()));
        form.command("open");
        form.wait_for_element(".sheet");
        form.type_over(&name, "新内容市");
        form.wait_until_saved();
        form.command("home");
        form.command("versions");
        // The driver empties a cell before it types, and that may have been kept as well.
        form.click(".versions li:last-child [data-command='open-version']");
        form.wait_for_element(".sheet");
        assert_eq!(form.typed(&name), before);
    });
}

#[test]
fn a_question_that_is_left_lets_go_of_its_draft() {
    run(Engine::Chromium, "a_question_that_is_left_lets_go_of_its_draft", |browser| {
        let form = FormPage::open(browser);
        let file = filled::write(&filled::of_version("2017.0"), browser.folder());
        for _ in 0..2 {
            form.open_file(&file);
            form.wait_for_element(".question");
            form.click(".question .button:last-child");
            form.session.wait("the question is gone", || (form.count(".question") == 0).then_some(()));
        }
        form.open_file(&file);
        form.wait_for_element(".question");
        form.command("move-draft");
        form.type_over(&form.resolve("cover/city_name"), "新内容市");
        form.wait_until_saved();
        assert_eq!(form.count("[data-command='take-over']"), 0, "no other window has it");
    });
}

#[test]
fn a_blank_form_that_is_left_leaves_nothing_behind() {
    run(Engine::Chromium, "a_blank_form_that_is_left_leaves_nothing_behind", |browser| {
        let form = FormPage::open(browser);
        for _ in 0..3 {
            form.start_new(filled::TABLE);
            form.command("home");
            form.wait_for_element(".start");
        }
        let left = "const done = arguments[0]; const keys = Object.keys(localStorage).filter(it => it.includes('/freed/'));
                    const asked = indexedDB.open('shenbao-drafts');
                    asked.onsuccess = () => { const all = asked.result.transaction('leases').objectStore('leases').count();
                        all.onsuccess = () => { asked.result.close(); done([keys.length, all.result]); }; };";
        assert_eq!(form.session.script_with_callback(left, &[]), json!([0, 0]));
    });
}

#[test]
fn what_is_wrong_is_said_again_when_a_draft_is_opened() {
    run(Engine::Chromium, "what_is_wrong_is_said_again_when_a_draft_is_opened", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        form.type_into("cover/city_name", "市");
        form.wait_until_saved();
        form.session.reload();
        let form = FormPage::attach(browser);
        form.session.wait("what is wrong is said", || (form.words("[data-path='cover/city_name'] .messages") != "").then_some(()));
        assert_eq!(form.count(".cell.wrong"), 1, "blanks are not held against anybody yet");
    });
}
