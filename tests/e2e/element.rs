//! The element in a portal: its form gets the file, its styles do no harm and get none, its look follows the page.

use crate::browser::{Browser, Engine, keep_screenshot, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::in_every_browser;
use crate::portal_folder::assemble;
use crate::site;
use crate::static_server::{self, Site};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::OnceLock;

static ADDRESS: OnceLock<String> = OnceLock::new();

/// The portal of `tests/portal` with the built files below `shenbao/`, on a free port.
fn portal(page: &str) -> String {
    let address = ADDRESS.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("shenbao-portal-{}", std::process::id()));
        assemble(&PathBuf::from(env!("CARGO_MANIFEST_DIR")), &site::dist_dir(), &folder).expect("the temporary folder is writable");
        let (listener, port) = static_server::listen(0).expect("the loopback address has a free port");
        std::thread::spawn(move || static_server::serve(listener, Site { folder, headers: Vec::new() }));
        format!("http://127.0.0.1:{port}/")
    });
    format!("{address}{page}")
}

pub fn open<'a>(browser: &'a Browser, page: &str) -> FormPage<'a> {
    browser.session.go_to(&portal(page));
    let form = FormPage::attach(browser);
    form.wait_for_element(".sheet");
    // The sheet is shown before its counts are known.
    ask(&form, "await form.ready; await Promise.all(form.shadowRoot.getAnimations().map((it) => it.finished));", &[]);
    form
}

/// Runs a script that ends with a promise's value; `form` is the element.
pub fn ask(form: &FormPage, body: &str, arguments: &[Value]) -> Value {
    let script = format!(
        "const done = arguments[arguments.length - 1]; const given = arguments; const form = document.querySelector('shenbao-form');\
         (async () => {{ {body} }})().then(it => done({{ value: it === undefined ? null : it }}), error => done({{ error: String(error && error.message || error) }}));"
    );
    let answer = form.session.script_with_callback(&script, arguments);
    assert!(answer.get("error").is_none(), "{answer}\n{body}");
    answer["value"].clone()
}

/// What the portal's script says of the file it got.
fn submitted(form: &FormPage) -> String {
    let click = "document.querySelector('#received').value = ''; document.querySelector('#submit').click();";
    form.session.script(click, &[]);
    form.session.wait("the portal has a file", || {
        let said = form.session.script("return document.querySelector('#received').value;", &[]);
        said.as_str().filter(|it| !it.is_empty()).map(str::to_owned)
    })
}

in_every_browser!(a_portal_gets_draft_and_signed_file);

fn a_portal_gets_draft_and_signed_file(browser: &mut Browser) {
    let form = open(browser, "index.html");
    assert_eq!(form.count("[data-command='home']"), 0, "there is no start page where the portal names the table");
    let name = form.resolve("cover/city_name");
    form.type_into(&name, "甲市");
    let said = submitted(&form);
    assert!(said.contains("甲市") && said.contains(".sbdraft.json"), "{said}");
    form.wait_until_saved();
    form.session.reload();
    let form = FormPage::attach(browser);
    form.wait_for_element(".sheet");
    assert_eq!(form.typed(&name), "甲市", "the draft of that key goes on");

    // A file that was attached a moment ago goes along.
    ask(&form, "await form.setData(given[0]);", &[filled::complete()["data"]["answers"].clone()]);
    form.attach_paper(browser.folder(), "方案.pdf");
    submitted(&form);
    let carried = "const file = new FormData(document.querySelector('form')).get('application'); const draft = JSON.parse(await file.text());\
                   return [draft.attachments.length, Object.values(draft.files || {}).map(it => atob(it.replace(/-/g, '+').replace(/_/g, '/')))];";
    assert_eq!(ask(&form, carried, &[]), json!([1, ["%PDF-1.4\n%one page\n"]]));

    // The portal's own key signs.
    let sign = "
        const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
        const jwk = await crypto.subtle.exportKey('jwk', keys.publicKey);
        form.signer = {
            org: '甲市知识产权局', jwk,
            sign: async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, bytes)),
        };
        const told = new Promise(resolve => document.addEventListener('shenbao-signed', event => resolve(event.detail), { once: true }));
        const file = await form.sign();
        const { rev, digest } = await told;
        const report = await form.verify(file);
        return [file.name, rev, /^[0-9a-f]{64}$/.test(digest), report.verdict, report.error, report.statements[0].payload.signer.org, form.checkValidity()];";
    let signed = ask(&form, sign, &[]);
    assert!(signed[0].as_str().is_some_and(|it| it.ends_with(".sab.json")), "{signed}");
    assert_eq!(signed.as_array().map(|it| it[1..].to_vec()), Some(vec![json!(1), json!(true), json!("INTACT"), json!(null), json!("甲市知识产权局"), json!(true)]));
    form.wait_for_element("[data-command='save-bundle']");
    assert!(submitted(&form).contains(".sab.json"));
    keep_screenshot(browser, "portal-signed");

    // A change makes it a draft again, of the next revision.
    form.command("back");
    let population = form.resolve("city/population");
    form.type_over(&population, "2000001");
    assert!(submitted(&form).contains(".sbdraft.json"));
    form.session.script("document.querySelector('#reset').click();", &[]);
    form.session.wait("the form of the page resets it", || (form.typed(&population).is_empty()).then_some(()));
}

#[test]
fn going_back_brings_the_draft_back() {
    run(Engine::Chromium, "going_back_brings_the_draft_back", |browser| {
        // Without a name for its draft, what the browser keeps is all there is.
        let form = open(browser, "plain.html");
        form.session.script("document.querySelector('shenbao-form').setAttribute('autosave', 'on');", &[]);
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "甲市");
        form.wait_until_saved();
        form.session.script("location.href = 'index.html';", &[]);
        form.session.wait("the other page", || (form.session.script("return document.title;", &[]) == json!("某省申报平台")).then_some(()));
        form.session.script("history.back();", &[]);
        let form = FormPage::attach(browser);
        form.session.wait("the draft is back", || (form.find(&format!("[data-path='{name}']")).is_some() && form.typed(&name) == "甲市").then_some(()));
    });
}

/// Keeps back what the page fetches from addresses with this word until `release()`.
const HOLD: &str = "
    const real = window.fetch;
    let release;
    const held = new Promise((resolve) => (release = resolve));
    const hold = (word) => (window.fetch = async (...asked) => {
        if (String(asked[0].url || asked[0]).includes(word)) await held;
        return real(...asked);
    });
    const tick = () => new Promise((resolve) => setTimeout(resolve));
";

#[test]
fn a_form_stays_until_another_takes_its_place() {
    run(Engine::Chromium, "stays_until_another", |browser| {
        let form = open(browser, "plain.html");
        let answers = filled::complete()["data"]["answers"].clone();
        let name = &answers["cover"]["city_name"];
        let there = "return [(await form.getData()).cover.city_name, form.data.cover.city_name, form.checkValidity()];";
        let two = format!("await form.setData(given[0]); form.table = 'nope'; form.draftKey = 'k2'; await form.ready; {there}");
        assert_eq!(ask(&form, &two, std::slice::from_ref(&answers)), json!([name, name, true]), "what cannot be had changes nothing");

        // While another one is fetched, and if the element leaves the page meanwhile.
        let slow = format!(
            "{HOLD} hold('slow.json'); form.tableSrc = 'slow.json'; await tick();
             const during = [form.data && form.data.cover.city_name, form.checkValidity()];
             const place = form.parentNode; form.remove(); await tick(); await tick();
             form.removeAttribute('table-src'); form.removeAttribute('draft-key'); form.table = 'pilot-city-2017'; place.append(form);
             release(); await form.ready; return [...during, (await form.getData()).cover.city_name];"
        );
        assert_eq!(ask(&form, &slow, &[]), json!([name, true, name]));

        // One that came while a third was fetched in vain is the one on screen.
        let third = format!(
            "{HOLD} hold('slow.json'); form.table = 'work-plan-2010'; await tick(); form.tableSrc = 'slow.json';
             while (form.shadowRoot.querySelector(\"[data-path='cover/city_name']\")) await tick();
             release(); await form.ready; return ['cover' in await form.getData(), form.checkValidity()];"
        );
        assert_eq!(ask(&form, &third, &[]), json!([false, false]));

        // Each is told once, and data that are given where nothing is filled in wait until something is.
        let told = "
            const told = []; for (const name of ['validity', 'ready']) form.addEventListener('shenbao-' + name, () => told.push(name));
            form.removeAttribute('table-src'); form.mode = 'verify'; form.table = 'pilot-city-2017'; form.data = { cover: { city_name: '乙市' } };
            await form.ready; const without = await form.getData();
            form.mode = 'fill'; await form.ready; return [without, told, (await form.getData()).cover.city_name];";
        assert_eq!(ask(&form, told, &[]), json!([null, ["ready", "validity", "ready"], "乙市"]));
    });
}

#[test]
fn what_is_open_is_not_opened_again() {
    run(Engine::Chromium, "not_opened_again", |browser| {
        let form = open(browser, "plain.html");
        let name = form.resolve("cover/city_name");
        let again = |script: &str, what: &str| {
            let body = format!(
                "{HOLD} const sheet = form.shadowRoot.querySelector('.sheet'); const told = []; const hear = () => told.push(1);
                 form.addEventListener('shenbao-ready', hear); {script} await form.ready; await tick(); form.removeEventListener('shenbao-ready', hear);
                 return [told.length, form.shadowRoot.querySelector('.sheet') === sheet, (await form.getData()).cover.city_name];"
            );
            assert_eq!(ask(&form, &body, &[]), json!([0, true, "甲市"]), "{what}");
        };
        form.type_into(&name, "甲市");
        again("form.table = 'work-plan-2010'; form.table = 'pilot-city-2017';", "another table for less than a moment");
        again("form.mode = 'print'; form.mode = 'fill';", "another mode for less than a moment");
        again("form.tableSrc = 'nope.json'; await form.ready; form.removeAttribute('table-src');", "what could not be had is taken back");
        // An object that is written into the page's own words is another one each time.
        ask(&form, "window.table = await (await fetch('shenbao/tables/pilot-city-2017.json')).json(); form.definition = window.table; await form.ready;", &[]);
        form.type_into(&name, "甲市");
        again("form.definition = JSON.parse(JSON.stringify(window.table));", "an equal definition");
        again("form.definition = 'no table'; form.definition = window.table;", "a wrong one for less than a moment");
        let begun = "form.definition = { ...window.table }; form.data = { cover: { city_name: '乙市' } }; await form.ready; return (await form.getData()).cover.city_name;";
        assert_eq!(ask(&form, begun, &[]), json!("乙市"), "data that come with it are taken");

        // Another one that is on the way is not shown any more, and what was typed meanwhile is not lost.
        let back = format!(
            "{HOLD} hold('work-plan-2010'); form.definition = null; await form.ready; await form.setData({{ cover: {{ city_name: '丙市' }} }});
             form.table = 'work-plan-2010'; await tick(); form.table = 'pilot-city-2017'; await form.ready; release();
             for (let n = 0; n < 20; n++) await tick();
             return (await form.getData()).cover.city_name;"
        );
        assert_eq!(ask(&form, &back, &[]), json!("丙市"));
    });
}

/// A signer of the page, and what a promise comes to; one that is still open is said to be.
const SIGNING: &str = "
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const jwk = await crypto.subtle.exportKey('jwk', keys.publicKey);
    const signer = {
        org: '甲市知识产权局', jwk,
        sign: async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, bytes)),
    };
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const outcome = (promise) => Promise.race([promise.then((it) => it.name, (it) => `${it.name} ${it.code} ${it.message}`), pause(4000).then(() => 'open')]);
";

#[test]
fn a_signature_that_cannot_come_is_refused() {
    run(Engine::Chromium, "no_signature", |browser| {
        let form = open(browser, "plain.html");
        let answers = filled::complete()["data"]["answers"].clone();
        let refused = |body: &str| {
            let said = ask(&form, &format!("{SIGNING} {body}"), std::slice::from_ref(&answers));
            let said = said.as_str().expect("a text").to_owned();
            assert!(said.starts_with("ShenbaoError sign 没有完成"), "{body}: {said}");
        };
        // Where there is nothing to sign.
        refused("form.mode = 'verify'; await form.ready; return outcome(form.sign());");
        let draft = ask(&form, &format!("{SIGNING} return outcome(form.exportDraft());"), &[]);
        assert!(draft.as_str().is_some_and(|it| it.starts_with("ShenbaoError export 没有完成")), "{draft}");
        refused("form.mode = 'fill'; await form.ready; form.removeAttribute('table'); await form.ready; return outcome(form.sign());");
        refused("form.signer = signer; const said = await outcome(form.sign()); form.signer = null; return said;");

        // What is to be signed gives way to another form, or leaves the page.
        let begin = "form.table = 'pilot-city-2017'; await form.ready; await form.setData(given[0]); const waiting = outcome(form.sign()); await pause(100);";
        refused(&format!("{begin} form.table = 'work-plan-2010'; return waiting;"));
        refused(&format!("{begin} const place = form.parentNode; form.remove(); const said = await waiting; place.append(form); await form.ready; return said;"));
        // What cannot be had takes no form away: who signs later is heard.
        let later = format!("{SIGNING} {begin} form.table = 'nope'; await form.ready; form.signer = signer; await form.sign(); form.signer = null; return waiting;");
        let signed = ask(&form, &later, std::slice::from_ref(&answers));
        assert!(signed.as_str().is_some_and(|it| it.ends_with(".sab.json")), "{signed}");
        // The revision is signed already: its file is there.
        let again = format!("{SIGNING} const file = await form.sign(); const report = await form.verify(file); return [file.name, report.verdict];");
        assert_eq!(ask(&form, &again, &[]), json!([signed, "INTACT"]));
    });
}

#[test]
fn every_failure_is_one_of_ours() {
    run(Engine::Chromium, "failures", |browser| {
        let form = open(browser, "plain.html");
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "甲市");
        let loops = "const loop = {}; loop.it = loop; const fail = (ask) => ask().then(() => 'nothing', (it) => [it.name, it.code, it.message]);";
        let wrong = format!(
            "{loops} const all = [() => form.setData(loop), () => form.setData({{ cover: {{ city_name: 1n }} }}), () => form.setData(), () => form.importDraft(null), () => form.verify(null)];
             return Promise.all(all.map(fail));"
        );
        let failures = ask(&form, &wrong, &[]);
        let failures = failures.as_array().expect("a list");
        for (failure, code) in failures.iter().zip(["set-data", "set-data", "set-data", "import", "verify"]) {
            assert_eq!((&failure[0], &failure[1]), (&json!("ShenbaoError"), &json!(code)), "{failure}");
            let wanted = if code == "set-data" { "给这张表的数据没有采用" } else { "没有给出文件" };
            assert!(failure[2].as_str().is_some_and(|it| it.contains(wanted)), "{failure}");
        }
        let set = format!(
            "{loops} const told = []; form.addEventListener('shenbao-error', ({{ detail }}) => told.push(detail.message.slice(0, 7)));
             form.data = loop; while (told.length < 1) await new Promise(setTimeout);
             form.definition = loop; await form.ready; form.definition = null; await form.ready;
             form.messages = loop; form.messages = null;
             return [told, (await form.getData()).cover.city_name];"
        );
        assert_eq!(ask(&form, &set, &[]), json!([["给这张表的数据", "给的表格定义有"], "甲市"]));

        // Where nothing could be opened, and where what it was to begin with is no data.
        let other = format!(
            "{loops} const other = document.createElement('shenbao-form'); other.table = 'nope'; form.after(other);
             const failures = await Promise.all([() => other.ready, () => other.getData(), () => other.setData({{}}), () => other.undo(), () => other.exportDraft(), () => other.sign()].map(fail));
             other.remove();
             const begun = document.createElement('shenbao-form'); begun.table = 'work-plan-2010'; begun.autosave = 'off'; begun.data = loop;
             const told = new Promise((resolve) => begun.addEventListener('shenbao-error', ({{ detail }}) => resolve(detail.message.slice(0, 7))));
             form.after(begun); await begun.ready; const said = await told; begun.remove();
             return [failures.map((it) => it[0] + ' ' + it[1]), failures.every((it) => it[2].includes('nope')), said];"
        );
        let codes = ["open", "data", "set-data", "undo", "export", "sign"].map(|it| format!("ShenbaoError {it}"));
        assert_eq!(ask(&form, &other, &[]), json!([codes, true, "给这张表的数据"]));
    });
}

/// What a style of the page could change: sizes, places, letters, colours of what the form shows.
const LOOK: &str = "
    const root = document.querySelector('shenbao-form').shadowRoot.querySelector('.root');
    const at = root.getBoundingClientRect();
    const names = ['display', 'color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontStyle', 'fontWeight', 'letterSpacing', 'wordSpacing', 'lineHeight', 'textAlign',
        'textIndent', 'textTransform', 'textShadow', 'whiteSpace', 'cursor', 'listStyleType', 'visibility'];
    return Array.from(root.querySelectorAll('*')).map(it => {
        const box = it.getBoundingClientRect(), style = getComputedStyle(it);
        return [it.localName + '.' + it.className, Math.round(box.x - at.x), Math.round(box.width), Math.round(box.height), ...names.map(name => style[name])].join(' | ');
    });";

in_every_browser!(styles_of_the_page_stay_outside);

fn styles_of_the_page_stay_outside(browser: &mut Browser) {
    let form = open(browser, "plain.html");
    let plain = form.session.script(LOOK, &[]);
    // Nothing of ours is in the page, nor on it.
    let outside = "const it = document.querySelector('h1'), style = getComputedStyle(it), button = getComputedStyle(document.querySelector('body > button'));\
                   return [document.adoptedStyleSheets ? document.adoptedStyleSheets.length : 0, document.querySelectorAll('style').length, style.fontSize, style.textAlign, button.borderRadius, getComputedStyle(document.body).marginTop, document.body.getAttribute('style')];";
    let before = form.session.script(outside, &[]);
    assert_eq!(before[0], json!(0));
    assert_eq!(before[6], json!(null), "the page keeps its own body");
    form.command("review");
    form.wait_for_element(".papers");
    form.command("back");
    form.wait_for_element(".sheet");
    assert_eq!(form.session.script(outside, &[]), before, "what paper needs of the page goes with it");
    keep_screenshot(browser, "portal-plain");

    let form = open(browser, "hostile.html");
    let hostile = form.session.script(LOOK, &[]);
    keep_screenshot(browser, "portal-hostile");
    let (plain, hostile) = (plain.as_array().expect("a list"), hostile.as_array().expect("a list"));
    assert!(plain.len() > 100, "the form is there");
    let differ: Vec<_> = plain.iter().zip(hostile).filter(|(a, b)| a != b).take(8).collect();
    assert!(differ.is_empty() && plain.len() == hostile.len(), "{differ:#?}");
}

#[test]
fn lines_of_the_page_end_at_the_form() {
    run(Engine::Chromium, "lines_of_the_page_end_at_the_form", |browser| {
        let form = open(browser, "plain.html");
        let clip = "const box = document.querySelector('shenbao-form').shadowRoot.querySelector('.sheet').getBoundingClientRect();
                    return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: Math.min(box.height, 600), scale: 1 };";
        let seen = || browser.session.chromium("Page.captureScreenshot", json!({ "clip": form.session.script(clip, &[]) }))["data"].clone();
        let plain = seen();
        form.session.script("document.body.style.textDecoration = 'underline line-through'; return null;", &[]);
        assert!(seen() == plain, "the sheet looks the same");
        form.session.script("document.querySelector('shenbao-form').style.textDecoration = 'underline'; return null;", &[]);
        assert!(seen() == plain, "the sheet looks the same");
        form.session.script("document.querySelector('shenbao-form').shadowRoot.querySelector('.sheet').style.textDecoration = 'underline'; return null;", &[]);
        assert!(seen() != plain, "a line would be seen");
    });
}

#[test]
fn the_look_follows_page_and_person() {
    run(Engine::Chromium, "the_look_follows_page_and_person", |browser| {
        let form = open(browser, "theming.html");
        form.session.wait("the list", || (form.session.script("return 'ready' in document.body.dataset;", &[]) == json!(true)).then_some(()));
        let contract: Value = serde_json::from_str(include_str!("../../src/web/element.json")).expect("the contract is JSON");
        let listed = |name: &str| contract[name].as_array().map_or(0, Vec::len);
        let n = form.session.script("return [document.querySelectorAll('#css li').length, document.querySelectorAll('#parts li').length];", &[]);
        assert_eq!(n, json!([listed("css"), listed("parts")]), "the page shows them all");
        let set = "const it = document.querySelector(`[data-property='--shenbao-action']`); it.value = '#a0005a'; it.dispatchEvent(new Event('input')); return document.querySelector('#sheet').textContent;";
        assert!(form.session.script(set, &[]).as_str().is_some_and(|it| it.contains("--shenbao-action: #a0005a;")));
        let primary = "const it = document.querySelector('shenbao-form').shadowRoot.querySelector('.button.primary'); return getComputedStyle(it).backgroundColor;";
        assert_eq!(form.session.script(primary, &[]), json!("rgb(160, 0, 90)"));
        keep_screenshot(browser, "theming");

        // The scheme of the system, unless the page says otherwise.
        let ground = "return getComputedStyle(document.querySelector('shenbao-form').shadowRoot.querySelector('.root')).backgroundColor;";
        let media = |features: Value| browser.session.chromium("Emulation.setEmulatedMedia", json!({ "features": features }));
        form.session.go_to(&portal("index.html"));
        let form = FormPage::attach(browser);
        form.wait_for_element(".sheet");
        let light = form.session.script(ground, &[]);
        media(json!([{ "name": "prefers-color-scheme", "value": "dark" }]));
        let dark = form.session.script(ground, &[]);
        assert_ne!(light, dark);
        assert_contrast(&form, "dark");
        keep_screenshot(browser, "dark");
        form.session.script("document.querySelector('shenbao-form').theme = 'light';", &[]);
        assert_eq!(form.session.script(ground, &[]), light);
        assert_contrast(&form, "light");
        media(json!([{ "name": "prefers-contrast", "value": "more" }]));
        let quiet = "return getComputedStyle(document.querySelector('shenbao-form').shadowRoot.querySelector('.saving')).color;";
        assert_eq!(form.session.script(quiet, &[]), json!("rgb(23, 32, 43)"), "quiet words are as dark as the others");
        media(json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]));
        let moves = "return Array.from(document.querySelector('shenbao-form').shadowRoot.querySelectorAll('*')).filter(it => parseFloat(getComputedStyle(it).transitionDuration) > 0).length;";
        assert_eq!(form.session.script(moves, &[]), json!(0));
        media(json!([{ "name": "prefers-reduced-motion", "value": "no-preference" }]));
        assert_ne!(form.session.script(moves, &[]), json!(0), "otherwise something moves");
        media(json!([{ "name": "forced-colors", "value": "active" }]));
        form.command("check");
        form.wait_for_element(".cell.wrong");
        let edge = "return getComputedStyle(document.querySelector('shenbao-form').shadowRoot.querySelector('.cell.wrong')).borderLeftWidth;";
        assert_eq!(form.session.script(edge, &[]), json!("4px"), "a wrong cell has an edge without any ground");
        keep_screenshot(browser, "forced-colors");
    });
}

/// Words stand out from what is behind them by 4.5 to 1 (WCAG 1.4.3), those that are disabled aside.
fn assert_contrast(form: &FormPage, theme: &str) {
    let weak = form.session.script(
        "const root = document.querySelector('shenbao-form').shadowRoot.querySelector('.root');
         const parts = color => (color.match(/[\\d.]+/g) || []).map(Number);
         const light = ([r, g, b]) => [r, g, b].map(it => it / 255).map(it => it <= .04045 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4).reduce((sum, it, idx) => sum + it * [.2126, .7152, .0722][idx], 0);
         const behind = it => { for (; it; it = it.parentElement) { const color = parts(getComputedStyle(it).backgroundColor); if (color.length === 3 || color[3] > 0) return color; } return [255, 255, 255]; };
         return Array.from(root.querySelectorAll('*')).filter(it => !it.disabled && Array.from(it.childNodes).some(node => node.nodeType === 3 && node.data.trim()) && it.getClientRects().length).map(it => {
             const [a, b] = [light(parts(getComputedStyle(it).color)), light(behind(it))];
             return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), it.localName + '.' + it.className + ' ' + it.textContent.slice(0, 20)];
         }).filter(it => it[0] < 4.5);",
        &[],
    );
    assert_eq!(weak, json!([]), "{theme}");
}
