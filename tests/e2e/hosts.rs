//! Pages that have the form from the npm package: one without a bundler, one of Vite and Vue, one of Vite and React.

use crate::browser::{Browser, keep_screenshot};
use crate::filled;
use crate::form_page::FormPage;
use crate::{in_every_browser, site};
use serde_json::json;
use std::path::Path;

in_every_browser!(the_package_works_in_every_host);

fn the_package_works_in_every_host(browser: &mut Browser) {
    let address = site::serve(site::hosts_dir());
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bundles/v09-no-attachments.sab.json");
    for host in ["plain", "vue", "react"] {
        browser.session.go_to(&format!("{address}{host}/"));
        let form = FormPage::attach(browser);
        // A table, the words of another language and the module that signs: each is a file of the package.
        form.start_new(filled::TABLE);
        let population = form.resolve("city/population");
        form.type_into(&population, "2000000");
        form.wait_until_saved();
        form.command("language");
        form.session.wait(&format!("{host} speaks English"), || form.text().contains("Undo").then_some(()));
        keep_screenshot(browser, &format!("host-{host}"));
        form.command("home");
        form.open_file(&bundle);
        form.wait_for_element("[data-verdict='INTACT']");
        // Everything came from the page's own folder, under a name with a hash in it.
        let asked = form.session.script(
            "return performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.startsWith('blob:') && !it.startsWith('data:'));",
            &[],
        );
        let asked: Vec<&str> = asked.as_array().expect("a list").iter().filter_map(|it| it.as_str()).collect();
        let folder = format!("{address}{host}/");
        assert!(asked.iter().all(|it| it.starts_with(&folder)), "{host} asked elsewhere: {asked:?}");
        for name in ["shenbao-app_bg-", "signing_bg-", "pilot-city-2017-", "en-"] {
            assert!(asked.iter().any(|it| it.contains(name)), "{host} did not fetch {name}…: {asked:?}");
        }
        assert_eq!(form.session.script("return document.querySelectorAll('shenbao-form').length;", &[]), json!(1));
    }
}
