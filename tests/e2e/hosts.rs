//! Pages that have the form from the npm package: one without a bundler, one of Vite and Vue, one of Vite and React.

use crate::browser::{Browser, keep_screenshot};
use crate::filled;
use crate::form_page::FormPage;
use crate::{in_every_browser, site};
use serde_json::json;
use std::fs;
use std::path::Path;

in_every_browser!(the_package_works_in_every_host);

fn the_package_works_in_every_host(browser: &mut Browser) {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bundles/v09-no-attachments.sab.json");
    let text = fs::read_to_string(&bundle).expect("a signed file");
    for host in ["plain", "vue", "react"] {
        // Each is a site of its own.
        let folder = site::serve(site::hosts_dir().join(host));
        browser.session.go_to(&folder);
        let form = FormPage::attach(browser);
        // A table, the words of another language and the module that signs: each is a file of the package.
        let is_plain = host == "plain";
        if is_plain {
            form.start_new(filled::TABLE);
        } else {
            form.wait_for_element(".sheet");
            let name = form.resolve("cover/city_name");
            assert_eq!(form.typed(&name), "示例市", "{host} gave a property");
        }
        let population = form.resolve("city/population");
        form.type_into(&population, "2000000");
        form.wait_until_saved();
        form.speak("en");
        form.session.wait(&format!("{host} speaks English"), || form.text().contains("Undo").then_some(()));
        keep_screenshot(browser, &format!("host-{host}"));
        if is_plain {
            form.command("home");
            form.open_file(&bundle);
            form.wait_for_element("[data-verdict='INTACT']");
        } else {
            let told = |id: &str| form.session.script("return Number(document.getElementById(arguments[0]).textContent);", &[json!(id)]).as_u64();
            form.session.wait(&format!("{host} hears of what was saved"), || told("saved").filter(|it| *it > 0));
            assert!(told("missing").is_some_and(|it| it > 10), "{host} hears how much is missing");
            let script = "const [text, done] = arguments; document.querySelector('shenbao-form').verify(new Blob([text])).then((it) => done(JSON.stringify(it)), (error) => done(String(error)));";
            let report = form.session.script_with_callback(script, &[json!(text)]);
            assert!(report.as_str().is_some_and(|it| it.contains("INTACT")), "{host}: {report}");
        }
        // Everything came from the page's own folder, under a name with a hash in it.
        let asked = form.session.script(
            "return performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.startsWith('blob:') && !it.startsWith('data:'));",
            &[],
        );
        let asked: Vec<&str> = asked.as_array().expect("a list").iter().filter_map(|it| it.as_str()).collect();
        assert!(asked.iter().all(|it| it.starts_with(&folder)), "{host} asked elsewhere: {asked:?}");
        for name in ["shenbao-app_bg-", "signing_bg-", "pilot-city-2017-", "en-"] {
            assert!(asked.iter().any(|it| it.contains(&format!("/{name}"))), "{host} did not fetch {name}…: {asked:?}");
        }
        // A portal's page has no worker of ours.
        let workers = "const done = arguments[0]; navigator.serviceWorker.getRegistrations().then((it) => done(it.length));";
        assert_eq!(form.session.script_with_callback(workers, &[]), json!(0));
    }
}
