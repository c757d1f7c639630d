//! Rows, undo, keys, language and narrow screens.

use crate::browser::{Browser, Engine, keep_screenshot, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::in_every_browser;
use crate::webdriver::{keys, sheets_of};
use serde_json::json;

in_every_browser!(rows_are_moved_copied_and_taken_back);

fn rows_are_moved_copied_and_taken_back(browser: &mut Browser) {
    let form = FormPage::open(browser);
    form.start_new(filled::TABLE);
    let first = form.resolve("city/policies/#1/name");
    // In one breath: what is typed behind Enter goes into the new row.
    form.focus(&first);
    form.session.type_on(&["政策甲", keys::ENTER, "政策乙", keys::TAB].concat());
    let names = || form.session.script(
        "const root = document.querySelector('shenbao-form').shadowRoot;\
         return Array.from(root.querySelectorAll(\"[data-path='city/policies'] [data-row] [data-path$='/name'] input\"), it => it.value);",
        &[],
    );
    assert_eq!(names(), json!(["政策甲", "政策乙"]));

    if browser.engine == Engine::WebKitGtk {
        // Its driver presses the arrow without Alt, which goes to the next row: the menu does the same.
        form.click("[data-row] [data-command='row-menu']");
        form.command("row-down");
    } else {
        form.focus(&first);
        form.session.press(&[keys::ALT, keys::DOWN]);
        form.session.wait("the focus stays in the cell", || (form.active().as_deref() == Some(&first)).then_some(()));
    }
    form.session.wait("the row is moved", || (names() == json!(["政策乙", "政策甲"])).then_some(()));

    form.click("[data-row] [data-command='row-menu']");
    form.command("row-duplicate");
    form.session.wait("the row is copied", || (names() == json!(["政策乙", "政策乙", "政策甲"])).then_some(()));
    form.click("[data-row] [data-command='row-menu']");
    form.command("remove-row");
    form.session.wait("the row is gone", || (names() == json!(["政策乙", "政策甲"])).then_some(()));
    for expected in [json!(["政策乙", "政策乙", "政策甲"]), json!(["政策乙", "政策甲"]), json!(["政策甲", "政策乙"])] {
        form.command("undo");
        form.session.wait("undo takes one step back", || (names() == expected).then_some(()));
    }
}

#[test]
fn undo_is_heard_after_adding_and_removing_parks() {
    run(Engine::Chromium, "undo_is_heard_after_adding_and_removing_parks", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        let parks = || form.count(".entry[data-place^='parks/']");
        let before = parks();
        form.command("add-instance");
        form.session.wait("one more park", || (parks() == before + 1).then_some(()));
        form.session.wait("its name has the focus", || form.active().filter(|it| it.ends_with("/name")));
        form.session.press(&[keys::CONTROL, "z"]);
        form.session.wait("the park is gone", || (parks() == before).then_some(()));
        form.session.wait("the park before it is shown", || (form.count("li.here + .add-entry") == 1).then_some(()));
        form.command("redo");
        form.session.wait("the park is back", || (parks() == before + 1).then_some(()));
        form.command("check");
        form.wait_for_element(".summary");
    });
}

#[test]
fn a_list_that_is_full_says_so() {
    run(Engine::Chromium, "a_list_that_is_full_says_so", |browser| {
        let form = FormPage::open(browser);
        form.start_new("work-plan-2010");
        let list = "[data-path='table/clusters']";
        let foot = || form.words(&format!("{list} .rows-foot .hint"));
        form.resolve("table/clusters/#3/name");
        form.session.wait("it says how many there may be", || foot().contains("最多 3 行").then_some(()));
        assert_eq!(form.count(&format!("{list} [data-command='add-row'][disabled]")), 1);
        form.command("undo");
        form.session.wait("there is room again", || foot().contains("粘贴").then_some(()));
    });
}

#[test]
fn the_language_changes_and_the_work_stays() {
    run(Engine::Chromium, "the_language_changes_and_the_work_stays", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        let path = form.resolve("city/population");
        form.type_into(&path, "2000000");
        form.speak("en");
        form.session.wait("the words are English", || form.text().contains("Undo").then_some(()));
        assert_eq!(form.typed(&path), "2000000", "the place stays");
        // The page asks for a language while somebody types: the keys go on into the same cell.
        let name = form.resolve("city/ip_leader_name");
        let control = form.focus(&name);
        form.session.type_into(&control, "ab").expect("the cell takes text");
        let speak = |tag: &str| form.session.script("document.querySelector('shenbao-form').lang = arguments[0];", &[json!(tag)]);
        for (tag, word) in [("en", "Undo"), ("zh-CN", "撤销"), ("en", "Undo")] {
            speak(tag);
            form.session.wait(&format!("the words are {tag}"), || form.text().contains(word).then_some(()));
            form.session.press(&["x"]);
        }
        assert_eq!((form.typed(&name).as_str(), form.active()), ("abxxx", Some(name)));
        form.command("undo");
        form.session.wait("the whole word was one step", || form.typed(&form.resolve("city/ip_leader_name")).is_empty().then_some(()));
        form.speak("zh-Hant");
        form.session.wait("the words are in traditional characters", || form.text().contains("復原").then_some(()));
        // The table stays as the notice prints it.
        assert!(form.text().contains("园区") && form.typed(&path) == "2000000");
        keep_screenshot(browser, "traditional");
        form.command("undo");
        form.session.wait("undo still knows the step", || form.typed(&path).is_empty().then_some(()));
        form.command("keys");
        form.wait_for_element(".help dl");
        // Whoever comes again finds the language that was chosen.
        let form = FormPage::open(browser);
        form.session.wait("the start page speaks it", || form.text().contains("本機").then_some(()));
    });
}

in_every_browser!(a_press_counts_though_a_message_comes_up);

/// The cell that is left by the press has something wrong, which is said under it: the button moves.
fn a_press_counts_though_a_message_comes_up(browser: &mut Browser) {
    let form = FormPage::open(browser);
    form.start_new(filled::TABLE);
    form.resolve("cover/fill_date");
    let place = |form: &FormPage| form.session.script(NEXT, &[]);
    let before = place(&form);
    let control = form.wait_for_element("[data-path='cover/fill_date'] input");
    form.session.type_into(&control, "明天").expect("the cell takes text");
    assert_eq!((form.count(".message.wrong"), place(&form)), (0, before.clone()), "nothing is said while it is typed");
    form.session.press_at(&form.wait_for_element("[data-command='next']"), 1);
    form.wait_for_element("[data-sheet='city']");
    form.command("previous");
    form.wait_for_element("[data-path='cover/fill_date'] .message.wrong");
    assert_ne!(place(&form), before, "the message takes room");
}

/// The widths at which the bar is of another height while something is being saved than before or afterwards.
const WIDTHS_WITH_A_JUMP: &str = "
const host = document.querySelector('shenbao-form');
const bar = host.shadowRoot.querySelector('.bar');
const state = bar.querySelector('.saving').lastChild;
const jumps = [];
for (let width = 740; width <= 1500; width += 10) {
  host.style.width = `${width}px`;
  const heights = arguments[0].map((words) => { state.data = words; return bar.offsetHeight; });
  if (new Set(heights).size > 1) jumps.push(`${width}: ${heights}`);
}
return jumps;";

#[test]
fn saving_does_not_move_the_sheet() {
    run(Engine::Chromium, "saving_does_not_move_the_sheet", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        for (tag, states) in [("zh-CN", ["尚未修改", "正在保存…", "已保存到本机 · 23:59:59"]), ("en", ["Not changed", "Saving…", "Saved on this computer · 23:59:59"])] {
            form.speak(tag);
            form.session.wait("the language", || (form.words(".saving") == states[0]).then_some(()));
            assert_eq!(form.session.script(WIDTHS_WITH_A_JUMP, &[json!(states)]), json!([]), "{tag}");
        }
    });
}

/// Where the button to the next sheet is.
const NEXT: &str = "
const it = document.querySelector('shenbao-form').shadowRoot.querySelector(\"[data-command='next']\");
return it.getBoundingClientRect().top + scrollY;";

#[test]
fn a_phone_shows_the_whole_table_without_scrolling_sideways() {
    run(Engine::Chromium, "a_phone_shows_the_whole_table_without_scrolling_sideways", |browser| {
        browser.session.chromium(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true }),
        );
        let form = filled::open(browser);
        let fits = || {
            let width = form.session.script("return document.documentElement.scrollWidth;", &[]);
            assert!(width.as_f64().is_some_and(|it| it <= 360.0), "{} is {width} wide", form.words("h1"));
        };
        fits();
        while form.count("[data-command='next']:not([disabled])") == 1 {
            let sheet = form.property("[data-sheet]", "dataset");
            form.command("next");
            form.session.wait("the next sheet", || (form.property("[data-sheet]", "dataset") != sheet).then_some(()));
            fits();
        }
        keep_screenshot(browser, "phone");
        form.command("outline");
        form.wait_for_element(".outline-open [data-command='language']");
        keep_screenshot(browser, "phone-outline");
    });
}

#[test]
fn the_signed_sheets_print_on_a4() {
    run(Engine::Chromium, "the_signed_sheets_print_on_a4", |browser| {
        let form = filled::open(browser);
        form.command("review");
        form.wait_for_element("[data-command='sign']");
        let pdf = browser.session.print();
        assert!(pdf.starts_with(b"%PDF"));
        let n_pages = sheets_of(&pdf);
        assert!((5..40).contains(&n_pages), "{n_pages} sheets");
        // A4 in points; browsers round differently.
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.contains("/MediaBox [0 0 59") && text.contains(" 84"), "the sheets are A4");
    });
}

#[test]
fn a_small_window_folds_the_outline_away() {
    run(Engine::Chromium, "a_small_window_folds_the_outline_away", |browser| {
        let form = filled::open(browser);
        browser.session.set_window_size(1000, 800);
        form.wait_for_element(".root.folded:not(.narrow)");
        let is_shown = || form.session.script("return getComputedStyle(document.querySelector('shenbao-form').shadowRoot.querySelector('.outline')).display !== 'none';", &[]);
        assert_eq!(is_shown(), json!(false));
        form.command("outline");
        form.click(".entry[data-place='city']");
        form.wait_for_element("[data-sheet='city']");
        assert_eq!(is_shown(), json!(false), "the way there leads back to the table");
    });
}

#[test]
fn the_commands_of_a_row_are_reached_by_keys() {
    run(Engine::Chromium, "the_commands_of_a_row_are_reached_by_keys", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        let name = form.resolve("city/policies/#1/name");
        form.type_into(&name, "第一份");
        form.focus(&name);
        form.session.press(&[keys::ALT, keys::ENTER]);
        form.wait_for_element("div.row-menu");
        form.session.press(&[keys::ESCAPE]);
        form.session.wait("the menu is gone, and the focus in the row", || (form.count("div.row-menu") == 0 && form.active().is_some_and(|it| it.starts_with("city/policies/"))).then_some(()));
        form.focus(&name);
        form.session.press(&[keys::ALT, keys::ENTER]);
        form.wait_for_element("div.row-menu");
        let has = "const root = document.querySelector('shenbao-form').shadowRoot; return root.activeElement && root.activeElement.closest('.row-menu') !== null;";
        form.session.wait("the menu has the focus", || (form.session.script(has, &[]) == true).then_some(()));
        form.command("row-duplicate");
        form.session.wait("a copy, with the focus", || (form.count("[data-row^='city/policies/']") == 2 && form.active().is_some_and(|it| it.ends_with("/name") && it != name)).then_some(()));
        // A group of buttons in a row has a name as well.
        let unnamed = "const root = document.querySelector('shenbao-form').shadowRoot;
            return Array.from(root.querySelectorAll('[aria-labelledby]')).filter(it => !root.getElementById(it.getAttribute('aria-labelledby'))).length;";
        assert_eq!(form.session.script(unnamed, &[]), 0);
    });
}
