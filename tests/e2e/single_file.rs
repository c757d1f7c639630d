//! The form as one HTML file, opened from the disk: nothing is fetched, and nothing is missing.

use crate::browser::{Browser, keep_screenshot};
use crate::filled;
use crate::form_page::FormPage;
use crate::in_every_browser;
use serde_json::json;
use std::fs;

in_every_browser!(one_file_does_everything);

fn one_file_does_everything(browser: &mut Browser) {
    let form = FormPage::open_single(browser);
    form.start_new(filled::TABLE);
    let population = form.resolve("city/population");
    form.type_into(&population, "2000000");
    form.wait_until_saved();
    form.session.reload();
    let form = FormPage::attach(browser);
    form.open_kept_draft();
    let population = form.resolve("city/population");
    assert_eq!(form.typed(&population), "2000000", "a reload loses nothing");
    form.command("language");
    form.session.wait("English is carried too", || form.text().contains("Undo").then_some(()));
    form.command("language");
    form.session.wait("and Chinese is back", || form.text().contains("撤销").then_some(()));
    form.command("home");

    form.open_file(&filled::write(&filled::complete(), browser.folder()));
    form.wait_for_element(".sheet");
    form.go_to("materials");
    let paper = browser.folder().join("方案.pdf");
    fs::write(&paper, b"%PDF-1.4\n%one page\n").expect("a small file");
    let cell = form.first_files_cell();
    form.attach_file(&cell, &paper);
    form.command("review");
    form.click("[data-command='sign']:not([disabled])");
    let org = form.wait_for_element("#sign-org");
    form.session.type_into(&org, "示例市知识产权局").expect("the office");
    form.click("summary[data-command='new-key']");
    form.command("offer-passphrase");
    form.command("make-key");
    form.wait_for_element(".key");
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

    // The browser's own list of what it asked for: nothing beside the page itself.
    let asked = form.session.script("return performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.startsWith('blob:') && !it.startsWith('data:'));", &[]);
    assert_eq!(asked, json!([]));
}
