//! The main job: a city fills the whole 2017 table, mends the park that fails 48.4, loses nothing on a reload.
//!
//! `policy.rs` plays it in every browser, inside a portal that allows no more than it must, and `old.rs` in an old one.

use crate::browser::{Browser, Engine, keep_screenshot};
use crate::foreign;
use crate::form_page::FormPage;
use crate::scenario::{Scenario, assert_answers, play};
use crate::webdriver::keys;
use serde_json::Value;
use std::process::Command;

/// The whole story, wherever the page is.
pub fn a_city_fills_the_whole_table(browser: &mut Browser) {
    let scenario = Scenario::read("city-three-parks.json");
    let form = FormPage::open(browser);
    form.start_new(scenario.table());
    let steps = scenario.steps();
    let middle = steps.iter().position(|it| it["path"].as_str().is_some_and(|it| it.starts_with("parks/#2"))).expect("a second park");

    for step in &steps[..middle] {
        play(&form, step, browser.folder());
    }
    // Undo takes back one cell, not the form; redo brings it back.
    let last = form.resolve(steps[middle - 1]["path"].as_str().expect("a path"));
    let typed = form.typed(&last);
    form.command("undo");
    form.session.wait("undo empties the last cell", || form.typed(&last).is_empty().then_some(()));
    form.command("redo");
    form.session.wait("redo brings the text back", || (form.typed(&last) == typed).then_some(()));

    // A reload in the middle: what was said to be saved is there.
    form.wait_until_saved();
    form.session.reload();
    let form = FormPage::attach(browser);
    // The form's own page knows by its address which draft was open; another one shows the list.
    if !browser.place.is_own() {
        form.open_kept_draft();
    }
    form.wait_for_element(".sheet");
    assert!(form.words(".notice").contains("已恢复"), "it is said from when the work is: {}", form.words(".notice"));
    assert!(form.words(".saving").starts_with("已保存到本机 · "), "the bar says from when: {}", form.words(".saving"));
    assert_eq!(form.typed(&form.resolve("cover/fill_date")), "2017年7月10日", "a date stands as the table prints it");
    let name = form.resolve("parks/#1/name");
    assert_eq!(form.typed(&name), steps.iter().find(|it| it["path"] == "parks/#1/name").expect("the step")["value"]);

    for step in &steps[middle..] {
        play(&form, step, browser.folder());
    }

    // One patent short of 48.4: the strip of the condition says so, and that only one is missing.
    let trouble = scenario.trouble();
    assert_shown(&form, &trouble["shown"]);
    let rule = format!("[data-rule='{}']", trouble["rule"].as_str().expect("a rule"));
    form.resolve("parks/#2/name");
    let said = form.words(&format!("{rule} .strip-text"));
    assert!(said.contains(trouble["message"].as_str().expect("a message")), "the strip says: {said}");
    assert_eq!(form.count(&format!("{rule}.fails")), 1);
    keep_screenshot(browser, "park-fails");

    for step in scenario.mend() {
        let path = form.resolve(step["path"].as_str().expect("a path"));
        form.type_over(&path, step["typed"].as_str().expect("a text"));
    }
    form.session.wait("the condition holds as soon as the figure is right", || {
        (form.count(&format!("{rule}.holds")) == 1).then_some(())
    });
    assert_shown(&form, &scenario.settled()["shown"]);

    // Nothing is missing or wrong anywhere; that no register knows the made-up city is worth a look.
    for (state, n) in [("wrong", 0), ("open", 0), ("warned", 1)] {
        let selector = format!(".entry-state.{state}");
        assert_eq!(form.count(&selector), n, "{state}: {}", form.words(".outline"));
    }
    form.wait_until_saved();
    keep_screenshot(browser, "table-filled");

    // The draft file holds what was meant, whatever width the digits were typed in.
    form.command("save-draft");
    assert_answers(&browser.downloaded(".sbdraft.json"), &scenario);

    sign_and_send(browser, &form);
}

/// Review, a new key, the signature, the file to send: what the page says is what the command line finds.
pub fn sign_and_send(browser: &Browser, form: &FormPage) {
    form.command("review");
    form.wait_for_element("[data-command='sign']:not([disabled])");
    keep_screenshot(browser, "review");
    form.command("sign");
    form.wait_for_element("#sign-org");
    assert_eq!(form.property("#sign-org", "value"), "示例市知识产权局", "the office is the one that seals");
    form.click("summary[data-command='new-key']");
    form.make_key();
    let key = browser.downloaded(".sabkey.json");
    assert!(!std::fs::read_to_string(key).expect("the key file").contains("\"d\""), "no private key in the clear");
    form.wait_for_element(".key");
    keep_screenshot(browser, "sign");
    form.command("noted");
    form.command("sign-now");
    form.wait_for_element("[data-command='save-bundle']");
    let digest = form.session.wait("the fingerprint of what was signed", || {
        let words = form.words(".digest");
        (words.len() == 79).then_some(words)
    });
    keep_screenshot(browser, "signed");
    form.command("save-bundle");
    let bundle = browser.downloaded(".sab.json");
    // The browser's dialog would stop the story: the page asks for it, and the sheets are there to be printed.
    form.session.script("window.print = () => { window.asked = true; };", &[]);
    form.command("print-signed");
    form.session.wait("the page asks to print", || (form.session.script("return window.asked;", &[]) == true).then_some(()));
    assert!(form.count(".paper-sheet") > 4);
    // WebKit's driver cannot print.
    if browser.engine != Engine::WebKitGtk {
        assert!(form.session.print().starts_with(b"%PDF"));
    }

    let said = Command::new(env!("CARGO_BIN_EXE_shenbao")).args(["verify", "--lang", "en"]).arg(&bundle).output().expect("the command line");
    let (out, status) = (String::from_utf8_lossy(&said.stdout).into_owned(), said.status);
    assert!(status.success(), "{out}");
    foreign::accept(&bundle, browser.folder());
    assert!(out.contains("INTACT") && out.contains(&digest) && out.contains("rules: 0 failed"), "{out}");

    // The same file, opened in the page as a reviewer would.
    form.command("back");
    form.wait_for_element(".sheet");
    form.command("home");
    let picker = form.wait_for_element(".start input[type=file]");
    form.session.type_into(&picker, &bundle.display().to_string()).expect("the file is chosen");
    form.wait_for_element("[data-verdict='INTACT']");
    assert_eq!(form.words(".statements .digest"), digest);
    // Against the paper: one digit read wrongly is named, and says nothing of the paper.
    let paper = form.wait_for_element("#verify-paper");
    form.session.type_into(&paper, &digest).expect("the fingerprint");
    form.wait_for_element("[data-verdict='INTACT+PAPER']");
    form.session.clear(&paper).expect("the fingerprint is cleared");
    form.session.type_into(&paper, &format!("l{}{}", &digest[1..], keys::ENTER)).expect("another");
    let said = || form.words(".review-body > .message.wrong");
    form.session.wait("the digit is named", || said().contains("第 1 位“l”不是").then_some(()));
    form.wait_for_element("[data-verdict='INTACT']");
    keep_screenshot(browser, "verified");
}

/// Computed cells show what they must.
fn assert_shown(form: &FormPage, shown: &Value) {
    for (path, expected) in shown.as_object().expect("shown cells") {
        let path = form.resolve(path);
        let output = format!("[data-path='{path}'] output");
        form.wait_for_element(&output);
        form.session.wait(&format!("{path} shows {expected}"), || (form.words(&output) == *expected).then_some(()));
    }
}
