//! The address of the form's own page: "back", "forward" and a reload find the draft and the screen that were open.

use crate::browser::{Browser, Engine, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::in_every_browser;

in_every_browser!(back_and_forward_go_between_screens);

/// Waits for a screen of the page.
fn stands(form: &FormPage, screen: &str) {
    form.session.wait(&format!("{screen} is on screen"), || (form.count(screen) == 1).then_some(()));
}

/// What stands behind `#` in the address.
fn place(form: &FormPage) -> String {
    form.session.script("return location.hash.slice(1);", &[]).as_str().unwrap_or_default().to_owned()
}

fn entries(form: &FormPage) -> u64 {
    form.session.script("return history.length;", &[]).as_u64().unwrap_or_default()
}

fn back_and_forward_go_between_screens(browser: &mut Browser) {
    let form = FormPage::open(browser);
    form.start_new(filled::TABLE);
    form.type_into("cover/city_name", "甲市");
    form.wait_until_saved();
    let draft = place(&form);
    assert!(!draft.is_empty(), "the address names the draft");
    form.command("review");
    stands(&form, ".review");
    assert_eq!(place(&form), format!("{draft}/review"));
    form.session.back();
    stands(&form, ".form");
    form.session.back();
    stands(&form, ".start");
    assert_eq!(place(&form), "");
    form.session.forward();
    stands(&form, ".form");
    assert_eq!(form.typed("cover/city_name"), "甲市");
    form.session.forward();
    stands(&form, ".review");

    // A reload comes back to the screen that was open, and the button there to the form.
    form.session.reload();
    let form = FormPage::attach(browser);
    stands(&form, ".review");
    let length = entries(&form);
    form.command("back");
    stands(&form, ".form");
    assert_eq!(form.typed("cover/city_name"), "甲市");
    form.command("home");
    stands(&form, ".start");
    form.session.wait("the address is that of the list", || place(&form).is_empty().then_some(()));
    assert_eq!(entries(&form), length, "buttons of the page that go back make no new entries");

    // What is deleted is not opened again.
    form.click("[data-draft] [data-command='delete']");
    form.command("delete-yes");
    form.session.wait("the draft is gone", || (form.count("[data-draft]") == 0).then_some(()));
    form.session.forward();
    form.session.wait("the address says where it is", || place(&form).is_empty().then_some(()));
    stands(&form, ".start");
}

#[test]
fn a_reload_comes_back_to_the_sheet_that_was_shown() {
    run(Engine::Chromium, "a_reload_comes_back_to_the_sheet_that_was_shown", |browser| {
        let form = filled::open(browser);
        let name = form.resolve("parks/#2/name");
        form.type_over(&name, "改名园区");
        form.wait_until_saved();
        let sheet = form.attributes(".sheet", "data-sheet");
        form.session.reload();
        let form = FormPage::attach(browser);
        stands(&form, ".form");
        assert_eq!(form.attributes(".sheet", "data-sheet"), sheet);
        assert_eq!(form.typed(&name), "改名园区");
        // Another draft begins at its head.
        form.command("home");
        form.start_new(filled::TABLE);
        assert_eq!(form.attributes(".sheet", "data-sheet"), ["cover"]);
    });
}

#[test]
fn back_closes_what_lies_over_the_form() {
    run(Engine::Chromium, "back_closes_what_lies_over_the_form", |browser| {
        browser.session.set_window_size(500, 800);
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        form.type_into("cover/city_name", "甲市");
        form.wait_until_saved();
        let draft = place(&form);
        form.command("outline");
        stands(&form, ".outline-open");
        form.session.back();
        form.session.wait("the outline is closed", || (form.count(".outline-open") == 0).then_some(()));
        assert_eq!((form.typed("cover/city_name").as_str(), place(&form)), ("甲市", draft));
        form.session.back();
        stands(&form, ".start");
    });
}

#[test]
fn a_draft_that_breaks_the_program_is_not_opened_again_by_itself() {
    run(Engine::Chromium, "a_draft_that_breaks_the_program_is_not_opened_again_by_itself", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        form.type_into("cover/city_name", "甲市");
        form.wait_until_saved();
        // What is left of a page that broke while it opened the draft.
        form.session.script("sessionStorage.setItem('shenbao-opening', location.hash.slice(1)); return null;", &[]);
        form.session.reload();
        let form = FormPage::attach(browser);
        stands(&form, ".start");
        assert_eq!(place(&form), "");
        // By hand it is, and from then on by itself.
        form.open_kept_draft();
        assert_eq!(form.typed("cover/city_name"), "甲市");
        form.session.reload();
        let form = FormPage::attach(browser);
        stands(&form, ".form");
        assert_eq!(form.typed("cover/city_name"), "甲市");
    });
}

#[test]
fn what_is_not_saved_is_not_left_by_one_press() {
    run(Engine::Chromium, "what_is_not_saved_is_not_left_by_one_press", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        form.session.script("IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; return null;", &[]);
        form.type_into("cover/city_name", "甲市");
        form.session.wait("it is said that nothing is saved", || form.words(".saving").contains("没有保存").then_some(()));
        let draft = place(&form);
        let stays = || form.session.wait("why it stays is said", || form.words(".notice").contains("还没有保存").then_some(()));
        form.command("home");
        stays();
        assert_eq!((form.typed("cover/city_name").as_str(), place(&form)), ("甲市", draft.clone()));
        // What is typed is no second press.
        form.type_over("cover/city_name", "甲乙市");
        form.session.back();
        stays();
        form.session.wait("the address is that of the draft again", || (place(&form) == draft).then_some(()));
        assert_eq!(form.typed("cover/city_name"), "甲乙市");
        form.session.back();
        stands(&form, ".start");
    });
}

#[test]
fn a_passphrase_that_is_to_be_noted_keeps_its_page() {
    run(Engine::Chromium, "a_passphrase_that_is_to_be_noted_keeps_its_page", |browser| {
        let form = FormPage::open(browser);
        form.command("signing-keys");
        stands(&form, ".signing");
        form.make_key();
        form.wait_for_element("[data-command='noted']");
        form.session.back();
        form.session.wait("the button that says so has the focus", || {
            (form.session.script("return document.querySelector('shenbao-form').shadowRoot.activeElement?.dataset.command || null;", &[]) == "noted").then_some(())
        });
        form.command("back");
        stands(&form, ".signing");
        form.command("noted");
        form.command("back");
        stands(&form, ".start");
    });
}

#[test]
fn a_window_that_only_shows_signs_nothing() {
    run(Engine::Chromium, "a_window_that_only_shows_signs_nothing", |browser| {
        let form = filled::open(browser);
        form.wait_until_saved();
        let address = format!("{}#{}", browser.place.address, place(&form));
        form.session.open_tab();
        browser.session.go_to(&address);
        let other = FormPage::attach(browser);
        other.wait_for_element(".banner [data-command='take-over']");
        other.command("review");
        stands(&other, ".review");
        assert_eq!(other.count(".banner [data-command='take-over']"), 1, "why is said here as well");
        assert!(other.words(".review-state").contains("不能签名"), "{}", other.words(".review-state"));
        assert_eq!(other.count("[data-command='sign'][disabled]"), 1);
        other.command("take-over");
        other.session.wait("this window writes", || (other.count(".banner [data-command='take-over']") == 0 && other.count(".form") == 1).then_some(()));
        other.command("review");
        other.session.wait("and signs", || (other.count("[data-command='sign']:not([disabled])") == 1).then_some(()));
    });
}
