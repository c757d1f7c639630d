//! A portal with a strict policy: the whole story of a city without one violation and without one request to
//! another host. Both are said only after one of each kind, made on purpose, was seen.

use crate::browser::{Engine, run_at};
use crate::city_story::a_city_fills_the_whole_table;
use crate::form_page::FormPage;
use crate::portal::{OPEN, OWN_PAGE, Portal, Serving};
use serde_json::{Value, json};

mod strict {
    use super::*;

    #[test]
    fn chromium() {
        obeys(Engine::Chromium, Serving::Strict);
    }

    #[test]
    fn firefox() {
        obeys(Engine::Firefox, Serving::Strict);
    }

    #[test]
    fn webkitgtk() {
        obeys(Engine::WebKitGtk, Serving::Strict);
    }
}

mod isolated {
    use super::*;

    #[test]
    fn chromium() {
        obeys(Engine::Chromium, Serving::Isolated);
    }
}

#[test]
fn the_example_pages_obey_too() {
    let portal = Portal::open(Serving::Strict);
    run_at(Engine::Chromium, "policy-pages", portal.place(), |browser| {
        for page in ["index.html", "theming.html", "hostile.html", "plain.html"] {
            browser.session.go_to(&portal.page(page));
            FormPage::attach(browser).wait_for_element(".sheet");
        }
        // A browser without constructed style sheets looks the same, and the policy is kept.
        let looks = || {
            browser.session.go_to(&portal.page("index.html"));
            let form = FormPage::attach(browser);
            form.wait_for_element(".sheet");
            // Judged as well: the counts and what is computed have their width only then.
            let ready = "document.querySelector('shenbao-form').ready.then(() => arguments[0](true));";
            assert_eq!(form.session.script_with_callback(ready, &[]), json!(true));
            form.session.script(LOOKS, &[])
        };
        let prints = || {
            let form = FormPage::attach(browser);
            form.session.script("document.querySelector('shenbao-form').mode = 'print';", &[]);
            form.wait_for_element(".paper-sheet");
            browser.session.chromium("Emulation.setEmulatedMedia", json!({ "media": "print" }));
            let around = form.session.script("return getComputedStyle(document.querySelector('header')).display;", &[]);
            assert_eq!(around, json!("none"), "only the paper is printed");
            browser.session.chromium("Emulation.setEmulatedMedia", json!({ "media": "" }));
            form.session.script("document.querySelector('shenbao-form').mode = 'fill';", &[]);
            form.wait_for_element(".sheet");
            let rules = form.session.script(RULES, &[]);
            assert_eq!(rules, json!(0), "nothing of it stays in the page");
        };
        let usual = looks();
        assert_eq!(usual["adopted"], json!(1));
        browser.session.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WITHOUT_SHEETS }));
        let old = looks();
        assert_eq!((&old["adopted"], &old["styles"]), (&json!(null), &usual["styles"]));
        prints();
        assert!(usual["styles"].as_array().is_some_and(|it| it.len() > 100), "{usual}");
        // The site's own page can be installed, and keeps itself for times without a network.
        browser.session.go_to(&portal.page(OWN_PAGE));
        FormPage::attach(browser).wait_for_element(".start");
        let manifest = browser.session.chromium("Page.getAppManifest", json!({}));
        assert!(manifest["data"].as_str().is_some_and(|it| it.contains("icon-512.png")), "{manifest}");
        assert_eq!(manifest["errors"], json!([]));
        let worker = "navigator.serviceWorker.ready.then(() => arguments[0](true));";
        assert_eq!(browser.session.script_with_callback(worker, &[]), json!(true));

        FormPage::open(browser);
        browser.session.script("breakPolicy();", &[]);
        browser.session.wait("each seeded violation is reported", || all_seeded(&portal.violations()).then_some(()));
        let reported = without_own(Engine::Chromium, portal.violations());
        assert_eq!(reported.len(), SEEDED.len(), "{reported:#?}");
    });
}

/// How everything in the form is shown, each transition at its end: colour, ground, place and size.
const LOOKS: &str = "
const shadow = document.querySelector('shenbao-form').shadowRoot;
shadow.getAnimations().forEach((it) => it.finish());
const styles = [];
for (const it of shadow.querySelectorAll('.root, .root *')) {
  const { color, backgroundColor, display, fontSize } = getComputedStyle(it);
  const { x, y, width, height } = it.getBoundingClientRect();
  styles.push([it.className, color, backgroundColor, display, fontSize, x, y, width, height].join());
}
const adopted = shadow.adoptedStyleSheets;
return { adopted: adopted ? adopted.length : null, styles };";

/// How many rules of paper are left in the document.
const RULES: &str = "
const sheets = [...document.styleSheets, ...(document.adoptedStyleSheets || [])];
return sheets.reduce((n, sheet) => n + [...sheet.cssRules].filter((it) => it.cssText.startsWith('@page')).length, 0);";

/// Takes away what Firefox has since 101 and Safari since 16.4.
const WITHOUT_SHEETS: &str = "
delete ShadowRoot.prototype.adoptedStyleSheets;
delete Document.prototype.adoptedStyleSheets;
window.CSSStyleSheet = class { constructor() { throw new TypeError('Illegal constructor'); } };";

/// What the page breaks when it is asked to, by the beginning of the directive's name.
const SEEDED: &[&str] = &["style-src", "img-src", "connect-src", "require-trusted-types-for"];

/// The whole story under the policy.
pub fn obeys(engine: Engine, serving: Serving) {
    let portal = Portal::open(serving);
    run_at(engine, "policy", portal.place(), |browser| {
        a_city_fills_the_whole_table(browser);
        let isolated = browser.session.script("return window.crossOriginIsolated === true;", &[]);
        assert_eq!(isolated, json!(serving == Serving::Isolated));
        let told = || {
            let list = browser.session.script("return window.violations;", &[]);
            let list: Vec<String> = list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
            without_own(engine, list)
        };
        // The story's own page was told of nothing, and neither was the server.
        assert_eq!(told(), Vec::<String>::new());
        assert_eq!(without_own(engine, portal.violations()), Vec::<String>::new());

        browser.session.script("breakPolicy();", &[]);
        browser.session.wait("each seeded violation is reported", || all_seeded(&portal.violations()).then_some(()));
        assert!(all_seeded(&told()), "the page hears of it too: {:?}", told());
        // Reports come in the order of what they report: whatever the story broke is here by now.
        let reported = without_own(engine, portal.violations());
        assert_eq!(reported.len(), SEEDED.len(), "{reported:#?}");

        assert_eq!(foreign(&portal, engine), Vec::<String>::new(), "no other host was asked for anything");
        browser.session.go_to(&portal.page(OPEN));
        browser.session.wait("a request to another host is seen", || {
            foreign(&portal, engine).iter().any(|it| it.contains("seeded.example/open.css")).then_some(())
        });
    });
}

/// What other hosts were asked for, without what a browser asks for itself: it talks to these on an empty page too,
/// and no flag stops all of it. The policy refuses them to the page like any other, which would be reported.
fn foreign(portal: &Portal, engine: Engine) -> Vec<String> {
    let own: &[&str] = match engine {
        Engine::Chromium => &[".google.com", ".googleapis.com", ".duckduckgo.com"],
        Engine::Firefox => &[".services.mozilla.com"],
        Engine::WebKitGtk | Engine::Chromium90 => &[],
    };
    let host = |asked: &str| {
        let address = asked.split(' ').nth(1).unwrap_or_default().trim_start_matches("http://");
        address.split(['/', ':']).next().unwrap_or_default().to_owned()
    };
    portal.foreign().into_iter().filter(|it| !own.iter().any(|own| host(it).ends_with(own))).collect()
}

/// The violations without what a browser reports although it allows it: Chromium 90 does so for every module, an
/// empty one included, that `unsafe-eval` lets through.
fn without_own(engine: Engine, violations: Vec<String>) -> Vec<String> {
    let is_own = |it: &String| engine == Engine::Chromium90 && it.starts_with("script-src eval ");
    let mut found: Vec<String> = violations.into_iter().filter(|it| !is_own(it)).collect();
    found.dedup();
    found
}

fn all_seeded(violations: &[String]) -> bool {
    SEEDED.iter().all(|seeded| violations.iter().any(|it| it.starts_with(seeded)))
}
