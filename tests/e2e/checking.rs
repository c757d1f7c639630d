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

#[test]
fn words_of_another_option_are_asked_for_where_they_go() {
    run(Engine::Chromium, "words_of_another_option_are_asked_for_where_they_go", |browser| {
        let form = filled::open(browser);
        let basis = form.resolve("parks/#1/basis");
        form.go_to(basis.rsplit_once('/').expect("an instance").0);
        form.choose(&basis, "其他");
        form.command("check");
        let line = format!(".summary li a[data-goto='{basis}']");
        form.wait_for_element(&line);
        assert_eq!(form.count(&format!(".summary li.settled a[data-goto='{basis}']")), 0, "it is open");
        assert_eq!(form.count(&format!(".cell.wrong[data-path='{basis}'] .message.wrong")), 1);
        form.click(&line);
        form.session.wait("the words have the focus", || {
            let focused = form.session.script("return document.activeElement.shadowRoot.activeElement.className;", &[]);
            (focused == json!("other")).then_some(())
        });
        form.session.type_on("常住人口加从业人员平均数");
        form.session.press(&[keys::TAB]);
        form.session.wait("it is settled", || (form.count(&format!(".summary li.settled a[data-goto='{basis}']")) == 1).then_some(()));
    });
}

#[test]
fn a_number_of_pages_that_is_none_is_said_at_once() {
    run(Engine::Chromium, "a_number_of_pages_that_is_none_is_said_at_once", |browser| {
        let form = filled::open(browser);
        form.go_to("materials");
        let cell = form.first_files_cell();
        form.add_paper(&cell, "补充说明", 3);
        let pages = form.wait_for_element(&format!("[data-path='{cell}'] [data-entry]:nth-of-type(2) .file-pages input"));
        form.session.clear(&pages).expect("the number is cleared");
        form.session.type_into(&pages, &format!("-3{}", keys::TAB)).expect("a number that is none");
        let said = || form.words(&format!("[data-path='{cell}'] .message.wrong"));
        form.session.wait("it is said", || said().contains("页数“-3”应为正整数").then_some(()));
        form.command("review");
        form.wait_for_element("[data-command='sign'][disabled]");
        form.click(&format!("a[data-goto='{cell}']"));
        form.session.wait("the link leads there", || form.active().filter(|it| it.starts_with(&cell)));
        let pages = form.wait_for_element(&format!("[data-path='{cell}'] [data-entry]:nth-of-type(2) .file-pages input"));
        form.session.clear(&pages).expect("the number is cleared");
        form.session.type_into(&pages, &format!("１２页{}", keys::TAB)).expect("a number");
        form.session.wait("it is right", || said().is_empty().then_some(()));
    });
}

#[test]
fn what_pasting_brought_along_unseen_is_said_and_mended() {
    run(Engine::Chromium, "what_pasting_brought_along_unseen_is_said_and_mended", |browser| {
        let form = filled::open(browser);
        let address = form.resolve("city/address");
        form.focus(&address);
        let paste = "const input = document.activeElement.shadowRoot.activeElement; input.value = '三香路\\u202e998号';
                     input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));";
        form.session.script(paste, &[]);
        form.session.press(&[keys::TAB]);
        form.session.wait("it is said", || form.words(&format!("[data-path='{address}'] .message.wrong")).contains("看不见的控制字符").then_some(()));
        form.click(&format!("[data-path='{address}'] .mend"));
        form.session.wait("it is mended", || (form.typed(&address) == "三香路998号").then_some(()));
    });
}

#[test]
fn keys_of_the_form_work_wherever_the_focus_went() {
    run(Engine::Chromium, "keys_of_the_form_work_wherever_the_focus_went", |browser| {
        let form = filled::open(browser);
        let rows = form.resolve("city/policies");
        form.go_to("city");
        let count = || form.count(&format!("[data-path='{rows}'] .row:not(.head)"));
        form.wait_for_element(&format!("[data-path='{rows}'] .row:not(.head)"));
        let before = count();
        form.click(&format!("[data-path='{rows}'] [data-command='row-menu']"));
        form.click(&format!("[data-path='{rows}'] [data-command='remove-row']"));
        form.session.wait("the row is gone", || (count() == before - 1).then_some(()));
        form.session.press(&[keys::CONTROL, "z"]);
        form.session.wait("the key takes it back", || (count() == before).then_some(()));
        // The page is the form: with the focus nowhere its keys work too.
        form.session.script("document.activeElement.blur();", &[]);
        assert_eq!(form.session.script("return document.activeElement === document.body;", &[]), json!(true));
        form.session.press(&[keys::CONTROL, "y"]);
        form.session.wait("the key takes the step again", || (count() == before - 1).then_some(()));
    });
}

#[test]
fn what_is_wrong_with_a_part_as_a_whole_is_found_at_its_head() {
    run(Engine::Chromium, "what_is_wrong_with_a_part_as_a_whole_is_found_at_its_head", |browser| {
        let form = filled::open(browser);
        let state = || form.words(".add-entry .entry-state");
        assert_eq!(state(), "");
        while form.count(".entry[data-place^='parks/']") > 1 {
            let before = form.count(".entry[data-place^='parks/']");
            form.resolve("parks/#1/name");
            form.command("remove");
            form.session.wait("it is gone", || (form.count(".entry[data-place^='parks/']") < before).then_some(()));
        }
        form.session.wait("the outline says so where parks are added", || state().contains("1 处错误").then_some(()));
        form.go_to("cover");
        form.focus("cover/city_name");
        form.session.press(&[keys::F8]);
        form.wait_for_element("[data-sheet^='parks/']");
        form.session.wait("the strip has the focus", || (form.active().as_deref() == Some("parks")).then_some(()));
        assert_eq!(form.words(".sheet-area .empty"), "");
    });
}

#[test]
fn the_next_problem_is_looked_for_from_where_one_is() {
    run(Engine::Chromium, "the_next_problem_is_looked_for_from_where_one_is", |browser| {
        let form = filled::open(browser);
        let (name, population) = (form.resolve("cover/city_name"), form.resolve("city/population"));
        for path in [&name, &population] {
            form.go_to(path.split('/').next().expect("a part"));
            form.type_over(path, "");
        }
        let goes = |chord: &[&str], to: &str| {
            form.go_to("cover");
            form.focus("cover/ip_office");
            form.session.press(chord);
            form.session.wait(to, || (form.active().as_deref() == Some(to)).then_some(()));
        };
        goes(&[keys::F8], &population);
        goes(&[keys::SHIFT, keys::F8], &name);
    });
}

#[test]
fn printing_from_the_browser_does_not_check_the_form() {
    run(Engine::Chromium, "printing_from_the_browser_does_not_check_the_form", |browser| {
        let form = FormPage::open(browser);
        form.start_new(filled::TABLE);
        form.focus("cover/city_name");
        // The second part has come by then.
        form.command("keys");
        form.session.press(&[keys::ESCAPE]);
        form.session.print();
        form.session.wait("the form is back", || (form.count(".sheet") == 1).then_some(()));
        assert_eq!((form.count(".cell.wrong"), form.count("[aria-invalid='true']")), (0, 0));
    });
}
