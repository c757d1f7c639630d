//! The page loads, the element is defined, and its content is inside an open shadow root.

use crate::browser::{Browser, keep_screenshot};
use crate::form_page::FormPage;
use crate::in_every_browser;

in_every_browser!(the_page_starts);

fn the_page_starts(browser: &mut Browser) {
    let form = FormPage::open(browser);
    assert!(form.text().chars().any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it)), "the form speaks Chinese: {:?}", form.text());
    keep_screenshot(browser, "start");
}
