//! What a check lists, what is said without one, and the reasons that lift a condition.

use crate::browser::{Engine, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::webdriver::{keys, sheets_of};
use serde_json::json;

#[test]
fn what_is_mended_is_settled_in_the_list() {
    run(Engine::Chromium, "what_is_mended_is_settled_in_the_list", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        // A blank that was passed over is neither named nor coloured before somebody asks.
        form.type_into("cover/city_name", "");
        form.type_into("cover/ip_office", "");
        assert_eq!((form.count(".cell.wrong"), form.count("[aria-invalid='true']")), (0, 0));
        form.command("check");
        form.wait_for_element(".summary");
        assert!(form.count(".cell.wrong") > 0);
        let heading = || form.words("#summary-heading");
        let number = |text: &str| -> u32 { text.split(|it: char| !it.is_ascii_digit()).find_map(|it| it.parse().ok()).expect("a number") };
        let before = number(&heading());
        let line = ".summary li.settled a[data-goto='cover/ip_office']";
        form.type_into("cover/ip_office", "示例市知识产权局");
        form.session.wait("the line is settled", || (form.count(line) == 1).then_some(()));
        form.session.wait("and counted", || (number(&heading()) == before - 1).then_some(()));
        form.command("undo");
        form.session.wait("it is open again", || (form.count(line) == 0 && number(&heading()) == before).then_some(()));
    });
}

#[test]
fn a_reason_that_is_needed_no_more_can_be_taken_away() {
    run(Engine::Chromium, "a_reason_that_is_needed_no_more_can_be_taken_away", |browser| {
        let form = filled::open(browser);
        let patents = form.resolve("parks/#1/valid_invention");
        let enough = form.typed(&patents);
        let strip = "[data-rule='park-48.4']";
        form.type_over(&patents, "1");
        let reason = form.wait_for_element(&format!("{strip} .reason textarea"));
        form.session.type_into(&reason, "园区新设，多数企业的专利还在审查之中，三年内将陆续授权").expect("a reason");
        form.wait_for_element(&format!("{strip}.lifted"));
        form.wait_for_element(".entry[aria-current] .entry-state.warned");
        assert!(form.words(".totals").ends_with("1 项附理由"), "{}", form.words(".totals"));
        form.type_over(&patents, &enough);
        form.wait_for_element(&format!("{strip}.holds .kept-reason"));
        form.command("drop-reason");
        form.session.wait("the reason is gone", || (form.count(".kept-reason") == 0).then_some(()));
        form.command("undo");
        form.wait_for_element(&format!("{strip}.holds .kept-reason"));
    });
}

#[test]
fn the_whole_table_is_printed_from_the_form() {
    run(Engine::Chromium, "the_whole_table_is_printed_from_the_form", |browser| {
        let form = filled::open(browser);
        let name = form.resolve("city/ip_leader_name");
        form.focus(&name);
        // The second part is here as soon as a review is shown.
        form.command("review");
        form.command("back");
        form.go_to("city");
        form.focus(&name);
        form.session.script(PAPER_AT_PRINTING, &[]);
        let n_pages = sheets_of(&browser.session.print());
        assert!(n_pages > 4, "{n_pages} sheets");
        assert_eq!(form.session.script("return seen;", &[]), json!([1, 0]), "paper with 草稿 on it, and no cells");
        form.session.wait("the form is back, and the focus where it was", || (form.active().as_deref() == Some(&name)).then_some(()));
        form.session.press(&[keys::CONTROL, "p"]);
        form.wait_for_element(".papers");
        form.wait_for_element("[data-command='sign']");
    });
}

/// Sheets of paper and cells that are there when the browser lays out what it prints.
const PAPER_AT_PRINTING: &str = "
window.seen = null;
const root = document.querySelector('shenbao-form').shadowRoot;
matchMedia('print').addEventListener('change', (it) => {
  if (it.matches) seen = [root.querySelectorAll('.papers .paper-mark.every').length, root.querySelectorAll('.sheet .cell').length];
});";
