//! The site's own page without a network, and a new build that waits until the person agrees.

use crate::browser::{Browser, Engine, keep_screenshot, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::{in_every_browser, site};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

in_every_browser!(after_one_visit_no_network_is_needed, a_new_build_waits_for_consent);

/// Waits until the worker has everything and this page is in its charge.
fn wait_until_kept(form: &FormPage) {
    form.session.wait("the worker has charge of the page", || {
        let script = "return !!(navigator.serviceWorker && navigator.serviceWorker.controller && navigator.serviceWorker.controller.state === 'activated');";
        (form.session.script(script, &[]) == json!(true)).then_some(())
    });
}

/// Fetches a file from the page; its text, or nothing without an answer.
fn fetched(form: &FormPage, name: &str) -> Option<String> {
    let script = "const done = arguments[1]; fetch(arguments[0]).then((it) => it.text()).then(done, () => done(null));";
    form.session.script_with_callback(script, &[json!(name)]).as_str().map(str::to_owned)
}

fn after_one_visit_no_network_is_needed(browser: &mut Browser) {
    let mut server = site::Server::start(site::dist_dir());
    browser.session.go_to(&server.address());
    let form = FormPage::attach(browser);
    wait_until_kept(&form);
    if browser.engine == Engine::Chromium {
        let errors = form.session.chromium("Page.getInstallabilityErrors", json!({}));
        assert_eq!(errors["installabilityErrors"], json!([]), "the page can be installed");
    }
    assert!(fetched(&form, "./no-such-file").is_some(), "the network is there: the server says that there is no such file");
    server.stop();
    assert_eq!(fetched(&form, "./no-such-file"), None, "the network is gone");

    // The page of the first visit goes on, with what it had not loaded yet.
    form.speak("en");
    form.session.wait("English is kept too", || form.text().contains("No drafts yet").then_some(()));
    // Not the driver's own way to reload: that of Firefox passes by the worker, as Shift+F5 does.
    form.session.go_to(&server.address());
    let form = FormPage::attach(browser);
    form.session.wait("the language that was chosen", || form.text().contains("No drafts yet").then_some(()));
    form.speak("zh-CN");
    form.session.wait("the first language again", || form.text().contains("打开文件").then_some(()));
    filled::open_in(&form, browser);
    let population = form.resolve("city/population");
    form.type_over(&population, "2000001");
    form.wait_until_saved();
    form.command("review");
    form.click("[data-command='sign']:not([disabled])");
    form.wait_for_element("#sign-org");
    form.click("summary[data-command='new-key']");
    form.make_key();
    form.command("noted");
    form.command("sign-now");
    form.command("save-bundle");
    browser.downloaded(".sab.json");
    keep_screenshot(browser, "offline");
}

/// Copies the built site.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the built site").flatten() {
        let path = entry.path();
        let to = to.join(entry.file_name());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("a file");
        }
    }
}

fn digest(file: &Path) -> String {
    Sha256::digest(fs::read(file).expect("a file")).iter().map(|it| format!("{it:02x}")).collect()
}

/// Looks for a new build, as the page does every hour, until the worker has made up its mind.
fn look_for_new_build(form: &FormPage) {
    let script = "const done = arguments[0];
        navigator.serviceWorker.getRegistration().then(async (it) => {
            await it.update();
            const found = it.installing;
            if (found) await new Promise((then) => { found.onstatechange = () => found.state === 'installing' || then(); });
            done(true);
        }).catch((error) => done(String(error)));";
    assert_eq!(form.session.script_with_callback(script, &[]), json!(true));
}

fn title(form: &FormPage) -> String {
    form.session.script("return document.title;", &[]).as_str().unwrap_or_default().to_owned()
}

/// True if the page says that a new build is there.
fn is_told(form: &FormPage) -> bool {
    form.session.script("return !!document.querySelector('#shenbao-update');", &[]) == json!(true)
}

/// Presses a button of the message about the new build; what the message says then.
fn press(form: &FormPage, command: &str) {
    let script = "return document.querySelector(`#shenbao-update [data-command='${arguments[0]}']`);";
    let button = form.session.wait(command, || form.session.element(script, &[json!(command)]));
    form.session.click(&button).expect("the button takes a click");
}

fn a_new_build_waits_for_consent(browser: &mut Browser) {
    let folder = browser.folder().join("site");
    copy(&site::dist_dir(), &folder);
    // A portal's page in the same folder.
    let portal = "<!DOCTYPE html><meta charset=\"utf-8\"><title>portal</title><script type=\"module\" src=\"./start.js\"></script><shenbao-form></shenbao-form>";
    fs::write(folder.join("portal.html"), portal).expect("a file");
    let server = site::Server::start(folder.clone());
    browser.session.go_to(&server.address());
    let form = FormPage::attach(browser);
    wait_until_kept(&form);
    let old = title(&form);
    form.start_new(filled::TABLE);
    let name = form.resolve("cover/city_name");
    form.type_into(&name, "甲市");

    // Half an upload: the worker of the new build, and a page that is not the one it names.
    let page = folder.join("index.html");
    let before = digest(&page);
    let worker = fs::read_to_string(folder.join("sw.js")).expect("the worker");
    fs::write(folder.join("sw.js"), worker.replace(&before, &digest(&folder.join("start.js")))).expect("a file");
    look_for_new_build(&form);
    assert!(!is_told(&form), "half a build is no build");

    let text = fs::read_to_string(&page).expect("the page");
    fs::write(&page, text.replace(&format!("<title>{old}</title>"), "<title>新版</title>")).expect("a file");
    fs::write(folder.join("sw.js"), worker.replace(&before, &digest(&page))).expect("a file");
    look_for_new_build(&form);
    form.session.wait("the person is told", || is_told(&form).then_some(()));
    keep_screenshot(browser, "new-build");
    assert_eq!(form.typed(&name), "甲市", "the draft stays open");
    form.type_over(&name, "乙市");
    assert_eq!(title(&form), old);
    assert!(fetched(&form, "./").is_some_and(|it| it.contains(&old)), "the worker answers with the old build");
    let first = form.session.window();

    // A portal's page in the same folder is not kept at all.
    form.session.open_tab();
    browser.session.go_to(&format!("{}portal.html", server.address()));
    let other = FormPage::attach(browser);
    assert!(fetched(&other, "./").is_some_and(|it| it.contains("新版")), "a portal's page gets what the server has");

    // A second window of the page gets the old build too, however often it is loaded. It stands in the way of the
    // new one, and the person is told.
    browser.session.go_to(&server.address());
    FormPage::attach(browser);
    browser.session.go_to(&server.address());
    let second = FormPage::attach(browser);
    assert_eq!(title(&second), old);
    press(&second, "update-now");
    second.session.wait("the other window is named", || {
        let said = second.session.script("return document.querySelector('#shenbao-update').textContent;", &[]);
        said.as_str().is_some_and(|it| it.contains("另有 1 个窗口")).then_some(())
    });
    press(&second, "update-later");
    assert!(!is_told(&second));
    assert_eq!(title(&second), old);
    second.session.close_window();
    form.session.switch_to(&first);

    // With consent: the draft is saved first, then the new build runs and has it.
    assert_eq!(form.typed(&name), "乙市");
    form.type_over(&name, "丙市");
    press(&form, "update-now");
    form.session.wait("the new build runs", || (form.session.try_script("return document.title;", &[]).ok()? == json!("新版")).then_some(()));
    let form = FormPage::attach(browser);
    assert!(!is_told(&form));
    // Firefox gives a page that is loaded again its forms as they were, and with them the draft.
    form.session.wait("the draft is there", || {
        if form.find(".sheet").is_none() {
            let _ = form.session.click(&form.find("[data-draft] [data-command='open']")?);
        }
        form.find(".sheet")
    });
    assert_eq!(form.typed(&name), "丙市");
}

/// What one build is called where a part of the program takes something from the other.
fn build_of(folder: &Path) -> String {
    let later = fs::read(folder.join("later_bg.wasm")).expect("the second part");
    let memory = later.windows(7).position(|it| it == b"\x06memory").expect("it takes the memory");
    String::from_utf8(later[memory - 8..memory].to_vec()).expect("letters and digits")
}

/// A cache that has the parts of another build, and gives them to whoever does not ask for new ones.
const CACHE: &str = "
    const real = window.fetch;
    window.old = [];
    window.fetch = async (asked, how) => {
        const answer = await real(asked, how);
        const name = String(asked.url || asked).split('/').pop();
        const isOld = (name === 'later_bg.wasm' && (how || {}).cache !== 'reload') || name === 'shenbao-app_bg.wasm';
        if (!isOld) return answer;
        const bytes = new Uint8Array(await answer.arrayBuffer());
        const build = Array.from('BUILD', (it) => it.charCodeAt(0));
        for (let at = bytes.indexOf(build[0]); at >= 0; at = bytes.indexOf(build[0], at + 1)) {
            if (build.every((it, idx) => bytes[at + idx] === it)) bytes.fill(102, at, at + build.length);
        }
        window.old.push(name);
        return new Response(bytes, { headers: { 'content-type': 'application/wasm' } });
    };";

#[test]
fn files_of_two_builds_do_not_run_together() {
    run(Engine::Chromium, "files_of_two_builds_do_not_run_together", |browser| {
        let folder = browser.folder().join("site");
        copy(&site::dist_dir(), &folder);
        let build = build_of(&folder);
        let server = site::Server::start(folder.clone());
        // The worker would take no such files.
        let address = server.address().replace("127.0.0.1", "0.0.0.0");

        // A cache is passed by.
        let cache = json!({ "source": CACHE.replace("BUILD", &build) });
        let script = browser.session.chromium("Page.addScriptToEvaluateOnNewDocument", cache)["identifier"].clone();
        browser.session.go_to(&address);
        let form = FormPage::attach(browser);
        form.start_new(filled::TABLE);
        form.type_into("cover/city_name", "甲市");
        form.command("review");
        form.wait_for_element(".review");
        let old = form.session.script("return window.old.sort();", &[]);
        assert_eq!(old, json!(["later_bg.wasm", "shenbao-app_bg.wasm"]));
        browser.session.chromium("Page.removeScriptToEvaluateOnNewDocument", json!({ "identifier": script }));

        // Where the site itself has such files it is said.
        let of_another = |name: &str| {
            let mut bytes = fs::read(folder.join(name)).expect("a part");
            let places: Vec<usize> = bytes.windows(8).enumerate().filter(|(_, it)| *it == build.as_bytes()).map(|it| it.0).collect();
            assert!(!places.is_empty(), "{name} has the name of its build");
            places.iter().for_each(|at| bytes[*at..at + 8].fill(b'f'));
            fs::write(folder.join(name), bytes).expect("a file");
        };
        of_another("later_bg.wasm");
        browser.session.go_to(&format!("{address}?second"));
        let form = FormPage::attach(browser);
        form.start_new(filled::TABLE);
        form.type_into("cover/city_name", "甲市");
        form.command("review");
        form.session.wait("it is said", || form.text().contains("这一步所需的程序没有载入").then_some(()));
        assert_eq!(form.typed("cover/city_name"), "甲市", "the form goes on");
        of_another("shenbao-app_bg.wasm");
        browser.session.go_to(&format!("{address}?first"));
        let shown = "return document.querySelector('shenbao-form').shadowRoot.textContent;";
        let says = |words: &str| browser.session.try_script(shown, &[]).ok()?.as_str()?.contains(words).then_some(());
        browser.session.wait("it is said", || says("网站上的文件不全"));
    });
}

#[test]
fn without_a_secure_context_the_page_goes_on_without() {
    run(Engine::Chromium, "without_a_secure_context_the_page_goes_on_without", |browser| {
        let server = site::Server::start(site::dist_dir());
        browser.session.go_to(&server.address().replace("127.0.0.1", "0.0.0.0"));
        let form = FormPage::attach(browser);
        assert_eq!(form.session.script("return [isSecureContext, 'serviceWorker' in navigator];", &[]), json!([false, false]));
        form.start_new(filled::TABLE);
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "甲市");
        form.wait_until_saved();
        let log = form.session.browser_log();
        assert!(log.iter().all(|it| !it.contains("offline.js")), "nothing went wrong in the script: {log:?}");
    });
}
