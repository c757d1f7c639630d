//! The form as one HTML file, opened from the disk: nothing is fetched, and nothing is missing.

use crate::browser::{Browser, Engine, keep_screenshot};
use crate::filled;
use crate::form_page::FormPage;
use crate::webdriver::Element;
use crate::{in_every_browser, site};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;

in_every_browser!(one_file_does_everything, one_file_begets_another);

fn one_file_does_everything(browser: &mut Browser) {
    let form = FormPage::open_single(browser);
    form.start_new(filled::TABLE);
    let population = form.resolve("city/population");
    form.type_into(&population, "2000000");
    form.wait_until_saved();
    form.session.reload();
    let form = FormPage::attach(browser);
    form.wait_for_element(".sheet");
    let population = form.resolve("city/population");
    assert_eq!(form.typed(&population), "2000000", "a reload loses nothing");
    form.speak("en");
    form.session.wait("English is carried too", || form.text().contains("Undo").then_some(()));
    form.speak("zh-CN");
    form.session.wait("and Chinese is back", || form.text().contains("撤销").then_some(()));
    form.command("home");

    filled::open_in(&form, browser);
    form.attach_paper(browser.folder(), "方案.pdf");
    // The browser's own dialog would stay open: what is asked of it counts.
    form.session.script("window.print = () => { window.printed = true; };", &[]);
    form.command("print");
    form.session.wait("the browser is asked to print the sheets", || {
        (form.count(".paper-sheet") > 0 && form.session.script("return window.printed === true;", &[]) == json!(true)).then_some(())
    });
    if browser.engine != Engine::WebKitGtk {
        assert!(form.session.print().starts_with(b"%PDF"), "the browser prints them");
    }
    form.click("[data-command='sign']:not([disabled])");
    form.wait_for_element("#sign-org");
    form.click("summary[data-command='new-key']");
    form.make_key();
    form.command("noted");
    form.command("sign-now");
    form.wait_for_element("[data-command='save-bundle']");
    form.session.wait("the paper carries the fingerprint", || (form.count(".paper-sheet") > 0).then_some(()));
    keep_screenshot(browser, "single-file");
    form.command("save-bundle");
    let bundle = browser.downloaded(".sab.json");
    form.command("back");
    form.command("home");
    form.open_file(&bundle);
    form.wait_for_element("[data-verdict='INTACT']");

    assert_nothing_was_fetched(&form);
}

/// The browser's own list of what it asked for: nothing beside the page itself.
fn assert_nothing_was_fetched(form: &FormPage) {
    let asked = form.session.script("return performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.startsWith('blob:') && !it.startsWith('data:'));", &[]);
    assert_eq!(asked, json!([]));
    assert_eq!(form.session.script("return !!(navigator.serviceWorker && navigator.serviceWorker.controller);", &[]), json!(false));
}

/// Presses a button in the page's own box, or one that stands in the form's place for it.
fn press(form: &FormPage, command: &str) {
    let button = form.session.wait(command, || {
        form.session.element("return document.querySelector(`[data-command='${arguments[0]}']`);", &[json!(command)])
    });
    form.session.wait(&format!("{command} takes a click"), || form.session.click(&button).ok());
}

/// Saves the form as one file with the box that is open; the file, and the fingerprint that the box says.
fn save_one_file(browser: &Browser, form: &FormPage, name: &str) -> (PathBuf, String) {
    press(form, "save-one-file");
    let digest = form.session.wait("the fingerprint", || {
        let said = form.session.script("const it = document.querySelector('#shenbao-one-file output'); return it && it.dataset.sha256;", &[]);
        said.as_str().map(str::to_owned)
    });
    let file = browser.downloaded_as(name, ".html");
    // WebKit gives a download its name before it is whole.
    form.session.wait("a file of the fingerprint that the box says", || (hex(&fs::read(&file).ok()?) == digest).then_some(()));
    (file, digest)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

fn control(form: &FormPage, name: &str) -> Element {
    let script = "return document.querySelector(`#shenbao-one-file [name='${arguments[0]}']`);";
    form.session.wait(name, || form.session.element(script, &[json!(name)]))
}

fn one_file_begets_another(browser: &mut Browser) {
    let built = fs::read(site::single_file()).expect("the built file");

    // From the site, without a draft: the very file that the build made.
    let form = FormPage::open(browser);
    press(&form, "one-file");
    let (file, _) = save_one_file(browser, &form, "申报表填报.html");
    assert!(fs::read(&file).expect("the file") == built, "the site gives out the file of the build");
    press(&form, "close-one-file");

    // With a draft: its table, and what was chosen of it.
    filled::open_in(&form, browser);
    press(&form, "one-file");
    let cover = control(&form, "part-cover");
    assert_eq!(form.session.script("return document.querySelectorAll('#shenbao-one-file [name^=part-]:checked').length;", &[]), json!(0), "nothing private unless chosen");
    form.session.click(&cover).expect("a choice");
    form.session.type_into(&control(&form, "mail-to"), "apply@example.org").expect("an address");
    form.session.type_into(&control(&form, "mail-limit"), "7").expect("a limit");
    let deadline = control(&form, "profile-provincial_deadline");
    form.session.clear(&deadline).expect("an empty line");
    form.session.type_into(&deadline, "2017-07-15").expect("a date");
    keep_screenshot(browser, "one-file");
    let (preset, _) = save_one_file(browser, &form, "申报表填报-");
    let text = fs::read_to_string(&preset).expect("the file");
    let given = text.split("data-shenbao-asset=\"preset.json\">").nth(1).and_then(|it| it.split("</script>").next()).expect("the preset");
    let given: Value = serde_json::from_str(given).expect("JSON");
    let members: Vec<&String> = given["answers"].as_object().expect("answers").keys().collect();
    assert_eq!(members, ["cover"], "what was not chosen is not there");

    // Opened from the disk: the table at once, with what was chosen, and a draft of its own.
    form.session.go_to(&format!("file://{}", preset.display()));
    let form = FormPage::attach(browser);
    form.wait_for_element(".sheet");
    let name = form.resolve("cover/city_name");
    assert_eq!(json!(form.typed(&name)), filled::complete()["data"]["answers"]["cover"]["city_name"]);
    let population = form.resolve("city/population");
    assert_eq!(form.typed(&population), "");
    form.type_into(&population, "300");
    form.wait_until_saved();
    form.session.reload();
    let form = FormPage::attach(browser);
    form.wait_for_element(".sheet");
    let population = form.resolve("city/population");
    assert_eq!(form.typed(&population), "300", "the file goes on with its draft");
    form.attach_paper(browser.folder(), "方案.pdf");
    let said = form.words(".attached-size");
    assert!(said.contains("7 MB") || said.contains("7.0 MB"), "the limit is the preset's: {said}");
    let draft = form.session.script_with_callback(
        "const done = arguments[0]; document.querySelector('shenbao-form').exportDraft().then((it) => it.text()).then((it) => done(JSON.parse(it).data.profile));",
        &[],
    );
    assert_eq!(draft, json!({ "provincial_deadline": "2017-07-15" }));
    assert_eq!(form.session.script("return document.querySelector('shenbao-form').getAttribute('mail-to');", &[]), json!("apply@example.org"));

    // The file makes a file too, without its preset: the one of the build again.
    press(&form, "one-file");
    form.session.click(&control(&form, "table")).expect("a choice");
    for old in fs::read_dir(&browser.downloads).expect("downloads").flatten() {
        fs::remove_file(old.path()).expect("a file goes");
    }
    let (again, _) = save_one_file(browser, &form, "申报表填报");
    assert!(fs::read(&again).expect("the file") == built, "the one file gives out the file of the build");
    // What was received can be checked.
    form.session.script("document.querySelector('#shenbao-one-file details').open = true;", &[]);
    form.session.type_into(&control(&form, "check-file"), &again.display().to_string()).expect("a file");
    form.session.wait("the fingerprint of the chosen file", || {
        let said = form.session.script("const it = document.querySelector('#shenbao-one-file details output'); return it && it.dataset.sha256;", &[]);
        (said.as_str()? == hex(&built)).then_some(())
    });
    assert_nothing_was_fetched(&form);
}
