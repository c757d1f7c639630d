//! What need not be typed: a division picked by steps or by name, and the one text that is certain to be meant.

use crate::browser::Browser;
use crate::form_page::FormPage;
use crate::in_every_browser;
use crate::webdriver::keys;

in_every_browser!(a_division_is_picked_by_steps_and_by_name, a_certain_mend_takes_one_press);

const PATH: &str = "cover/division_code";

fn a_division_is_picked_by_steps_and_by_name(browser: &mut Browser) {
    let form = FormPage::open(browser);
    let cell = |inside: &str| format!("[data-path='{PATH}'] {inside}");
    let shows = |code: &str| {
        form.session.wait(&format!("the cell holds {code}"), || (form.typed(PATH) == code).then_some(()));
    };
    let says = |words: &str| {
        let name = || form.words(&cell(".division-name"));
        form.session.wait(&format!("the cell says {words}"), || name().contains(words).then_some(()));
    };
    form.start_new("pilot-city-2017");

    form.click(&cell("[data-command='pick-division']"));
    for code in ["320000", "320500", "320582"] {
        form.click(&cell(&format!(".division-steps option[value='{code}']")));
    }
    form.click(&cell("[data-command='take-division']:not([disabled])"));
    shows("320582");
    says("江苏省 苏州市 张家港市");
    assert_eq!(form.count(".division"), 0, "the picker closes");
    assert_eq!(form.active().as_deref(), Some(PATH), "the focus is back in the cell");

    form.click(&cell("[data-command='pick-division']"));
    let search = form.wait_for_element(&cell(".division-search"));
    form.session.type_into(&search, "鼓楼").expect("the search takes text");
    form.wait_for_element(&cell("[data-code='320302']"));
    // Down to the first, down to the second, which is that of 徐州.
    for key in [keys::DOWN, keys::DOWN, keys::ENTER] {
        form.session.press(&[key]);
    }
    shows("320302");
    form.session.press(&[keys::CONTROL, "z"]);
    shows("320582");

    form.type_over(PATH, "320599");
    says("2023.1");
    assert_eq!(form.count(&cell(".message.wrong")), 0, "a code that the list does not have is no error");

    // The name of the city: one that the list does not have is worth a look, and signing does not depend on it.
    let warned = || form.count("[data-path='cover/city_name'] .message.warned");
    form.type_into("cover/city_name", "示例市");
    form.session.wait("a name that no division has is warned of", || (warned() == 1).then_some(()));
    form.type_over("cover/city_name", "江苏省张家港市");
    assert_eq!(warned(), 1, "a name without the city between");
    form.type_over("cover/city_name", "张家港市");
    form.session.wait("a name of the list is not", || (warned() == 0).then_some(()));
}

fn a_certain_mend_takes_one_press(browser: &mut Browser) {
    let form = FormPage::open(browser);
    let path = "city/ip_contact_email";
    form.start_new("pilot-city-2017");
    form.go_to("city");
    form.type_into(path, "a@b。cn");
    form.click(&format!("[data-path='{path}'] .mend"));
    form.session.wait("the mended address", || (form.typed(path) == "a@b.cn").then_some(()));
    assert_eq!(form.count(&format!("[data-path='{path}'] .message")), 0);
}
