//! What the page around the form asks of it while something else is under way: nothing is lost, nobody signs what was not
//! shown, and no other form of the page suffers.

use crate::browser::{Browser, Engine, run};
use crate::element::{ask, open};
use crate::filled;
use crate::form_page::FormPage;
use serde_json::{Value, json};

/// A signer of the page that takes its time, as a key with a PIN does: it goes on when `finish` is called.
const SLOW_SIGNER: &str = "
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const jwk = await crypto.subtle.exportKey('jwk', keys.publicKey);
    const finished = new Promise((resolve) => { window.finish = resolve; });
    form.signer = { org: '甲市知识产权局', jwk, sign: async (bytes) => {
        window.isSigning = true;
        await finished;
        return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, bytes));
    } };
    form.sign().then(() => { window.outcome = 'signed'; }, (error) => { window.outcome = String(error.message); });
    while (!window.isSigning) await new Promise((resolve) => setTimeout(resolve, 10));";

fn answers() -> Value {
    filled::complete()["data"]["answers"].clone()
}

fn outcome(form: &FormPage) -> String {
    form.session.wait("the promise is settled", || form.session.script("return window.outcome || null;", &[]).as_str().map(str::to_owned))
}

fn panics(form: &FormPage) -> Value {
    form.session.script("return Array.from(document.querySelectorAll('shenbao-form'), (it) => it.shadowRoot.querySelectorAll('.panic').length);", &[])
}

fn full<'a>(browser: &'a Browser) -> FormPage<'a> {
    let form = open(browser, "index.html");
    ask(&form, "await form.setData(given[0]);", &[answers()]);
    form
}

#[test]
fn an_edit_while_the_page_signs_does_not_count_as_signed() {
    run(Engine::Chromium, "an_edit_while_the_page_signs_does_not_count_as_signed", |browser| {
        let form = full(browser);
        ask(&form, SLOW_SIGNER, &[]);
        form.type_over(&form.resolve("cover/city_name"), "乙市");
        form.session.script("window.finish();", &[]);
        let said = outcome(&form);
        assert!(said.contains("签名期间内容有改动"), "{said}");
        assert_eq!(form.count(".signed-mark"), 0);
        assert_eq!(form.typed(&form.resolve("cover/city_name")), "乙市");
    });
}

#[test]
fn a_form_that_leaves_meanwhile_takes_no_other_with_it() {
    run(Engine::Chromium, "a_form_that_leaves_meanwhile_takes_no_other_with_it", |browser| {
        let form = full(browser);
        let second = "const other = document.createElement('shenbao-form'); other.setAttribute('table', 'work-plan-2010');
                      document.body.append(other); await other.ready;";
        ask(&form, second, &[]);
        ask(&form, SLOW_SIGNER, &[]);
        let leave = "const draft = await form.exportDraft(); form.importDraft(draft).catch(() => {}); form.remove(); window.finish();
                     await new Promise((resolve) => setTimeout(resolve, 0));
                     const other = document.querySelector('shenbao-form');
                     await other.setData({}); return typeof (await other.getData());";
        assert_eq!(ask(&form, leave, &[]), json!("object"));
        assert_eq!(panics(&form), json!([0]));
    });
}

#[test]
fn the_draft_on_screen_can_be_imported() {
    run(Engine::Chromium, "the_draft_on_screen_can_be_imported", |browser| {
        let form = full(browser);
        let name = form.resolve("cover/city_name");
        let before = form.typed(&name);
        ask(&form, "window.draft = await form.exportDraft();", &[]);
        form.type_over(&name, "改坏了");
        form.wait_until_saved();
        ask(&form, "await form.importDraft(window.draft);", &[]);
        form.session.wait("the draft as it was", || (form.typed(&name) == before).then_some(()));
        assert_eq!(form.property(&format!("[data-path='{name}'] input"), "readOnly"), json!(false));
        form.type_over(&name, "丙市");
        form.wait_until_saved();
        form.session.reload();
        let form = FormPage::attach(browser);
        form.wait_for_element(".sheet");
        assert_eq!(form.typed(&name), "丙市");
    });
}

#[test]
fn nobody_signs_what_was_not_shown() {
    run(Engine::Chromium, "nobody_signs_what_was_not_shown", |browser| {
        let form = full(browser);
        form.command("review");
        let shows = |words: &str| form.words(".paper-sheet").contains(words).then_some(());
        form.session.wait("the table", || shows("示例市知识产权局"));
        let mut changed = answers();
        changed["cover"]["ip_office"] = json!("改名市知识产权局");
        ask(&form, "await form.setData(given[0]);", &[changed]);
        form.session.wait("the table as it is now", || shows("改名市知识产权局"));
        ask(&form, "await form.setData({});", &[]);
        form.session.wait("what is open", || (form.count("[data-command='sign'][disabled]") == 1).then_some(()));
    });
}

#[test]
fn paper_stays_paper_whatever_the_page_asks() {
    run(Engine::Chromium, "paper_stays_paper_whatever_the_page_asks", |browser| {
        let form = open(browser, "index.html");
        ask(&form, "form.mode = 'print'; await form.ready;", &[]);
        form.wait_for_element(".paper-sheet");
        ask(&form, "await form.setData(given[0]); form.reportValidity(); await form.focusFirstError(); form.undo(); form.redo();", &[answers()]);
        form.session.wait("the paper follows", || form.words(".paper-sheet").contains("示例市知识产权局").then_some(()));
        assert_eq!(form.count(".sheet-area"), 0);
        submit_is_not_held_up(&form);
        let blank = "form.mode = 'blank'; await form.ready; form.reportValidity();
                     form.signer = { org: '甲市知识产权局', jwk: {}, sign: async () => new Uint8Array(64) };
                     return form.sign().then(() => 'signed', (error) => error.code);";
        assert_eq!(ask(&form, blank, &[]), json!("sign"));
        form.wait_for_element(".paper-sheet");
        assert_eq!(form.count(".sheet-area"), 0);
        submit_is_not_held_up(&form);
    });
}

/// What is only there to be looked at keeps no form of the page from being sent.
fn submit_is_not_held_up(form: &FormPage) {
    assert_eq!(ask(form, "return form.checkValidity();", &[]), json!(true));
}

#[test]
fn a_draft_of_another_version_is_asked_about_above_the_open_form() {
    run(Engine::Chromium, "a_draft_of_another_version_is_asked_about_above_the_open_form", |browser| {
        let form = open(browser, "index.html");
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "现有的市");
        ask(&form, "await form.importDraft(new Blob([given[0]]));", &[json!(filled::of_version("2016.0").to_string())]);
        form.wait_for_element(".question");
        assert_eq!(form.typed(&name), "现有的市", "what is open stays");
        form.click(".question button:last-of-type");
        form.session.wait("the question is gone", || (form.count(".question") == 0).then_some(()));
        assert_eq!(form.typed(&name), "现有的市");
        assert_eq!(ask(&form, "return (await form.getData()).cover.city_name;", &[]), json!("现有的市"));
    });
}

#[test]
fn saving_catches_up_when_it_is_turned_on() {
    run(Engine::Chromium, "saving_catches_up_when_it_is_turned_on", |browser| {
        let form = open(browser, "index.html");
        ask(&form, "form.setAttribute('autosave', 'off');", &[]);
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "甲市");
        form.session.wait("saving is off", || form.words(".saving").contains("不自动保存").then_some(()));
        ask(&form, "form.setAttribute('autosave', 'on');", &[]);
        form.wait_until_saved();
    });
}

#[test]
fn a_file_that_the_page_takes_is_not_said_to_be_downloaded() {
    run(Engine::Chromium, "a_file_that_the_page_takes_is_not_said_to_be_downloaded", |browser| {
        let form = open(browser, "index.html");
        ask(&form, "form.addEventListener('shenbao-export', (event) => { event.preventDefault(); window.taken = event.detail.file.name; });", &[]);
        form.command("save-draft");
        form.session.wait("the page has it", || form.session.script("return window.taken || null;", &[]).as_str().map(str::to_owned));
        assert!(!form.words(".notice-line").contains("下载文件夹"));
    });
}

#[test]
fn data_that_a_page_sets_reach_what_is_on_screen() {
    run(Engine::Chromium, "data_that_a_page_sets_reach_what_is_on_screen", |browser| {
        let form = full(browser);
        let name = form.resolve("parks/#1/name");
        let before = form.typed(&name);
        let change = "const data = await form.getData(); data.parks[0].name = '改名园区'; data.parks.reverse(); await form.setData(data);";
        ask(&form, change, &[]);
        form.session.wait("the cell follows", || (form.typed(&name) == "改名园区").then_some(()));
        assert!(form.words(".outline").contains("改名园区"));
        assert_eq!(ask(&form, "return (await form.getData()).parks.pop().name;", &[]), json!("改名园区"));
        ask(&form, "form.undo();", &[]);
        form.session.wait("one step takes all of it back", || (form.typed(&name) == before).then_some(()));
        assert_eq!(ask(&form, "return (await form.getData()).parks[0].name;", &[]), json!(before));
    });
}

#[test]
fn what_goes_while_it_is_on_screen_takes_nothing_typed_with_it() {
    run(Engine::Chromium, "what_goes_while_it_is_on_screen_takes_nothing_typed_with_it", |browser| {
        let form = full(browser);
        form.resolve("parks/#2/name");
        ask(&form, "const data = await form.getData(); for (const park of data.parks) delete park.id; await form.setData(data);", &[]);
        // The sheet of a park that is no longer there gives way to one that is.
        form.session.wait("another sheet", || (form.words(".instance-line h3") != "" && form.count(".empty") == 0).then_some(()));
        let shown = form.attributes(".sheet", "data-sheet");
        let ids = ask(&form, "return (await form.getData()).parks.map((it) => 'parks/' + it.id);", &[]);
        assert!(ids.as_array().is_some_and(|ids| ids.iter().any(|it| it == &json!(shown[0]))), "{shown:?} of {ids}");
    });
}

#[test]
fn calls_are_answered_in_their_order() {
    run(Engine::Chromium, "calls_are_answered_in_their_order", |browser| {
        let form = open(browser, "index.html");
        let calls = "const other = document.createElement('shenbao-form'); other.setAttribute('table', 'pilot-city-2017'); document.body.append(other);
                     const [before, , after, , undone] = await Promise.all([other.getData(), other.setData({ cover: { city_name: '甲市' } }), other.getData(), other.undo(), other.getData()]);
                     return [before, after, undone].map((it) => (it.cover && it.cover.city_name) || null);";
        assert_eq!(ask(&form, calls, &[]), json!([null, "甲市", null]));
    });
}

#[test]
fn what_is_signed_as_it_stands_is_not_signed_once_more() {
    run(Engine::Chromium, "what_is_signed_as_it_stands_is_not_signed_once_more", |browser| {
        let form = full(browser);
        let signer = SLOW_SIGNER.split("form.sign()").next().expect("the signer");
        let twice = format!("{signer} window.finish(); let n = 0; form.addEventListener('shenbao-signed', () => n += 1);
            const first = await (await form.sign()).text(); await new Promise((resolve) => setTimeout(resolve, 1100));
            const second = await (await form.sign()).text(); return [first === second, n];");
        assert_eq!(ask(&form, &twice, &[]), json!([true, 1]));
    });
}

#[test]
fn two_windows_that_begin_under_one_key_do_not_hide_each_others_work() {
    run(Engine::Chromium, "two_windows_that_begin_under_one_key_do_not_hide_each_others_work", |browser| {
        let form = open(browser, "index.html");
        let begin = "const make = async (name) => { const it = document.createElement('shenbao-form'); it.setAttribute('table', 'pilot-city-2017');
                         it.setAttribute('draft-key', 'shared'); document.body.append(it); await it.ready; return it; };
                     const [a, b] = await Promise.all([make(), make()]);
                     const said = (it, name) => new Promise((resolve) => it.addEventListener(name, (event) => resolve(event.detail.message || name), { once: true }));
                     let told = said(a, 'shenbao-draft-saved'); await a.setData({ cover: { city_name: '甲市' } }); await told;
                     told = said(b, 'shenbao-draft-error'); await b.setData({ cover: { city_name: '乙市' } }); const why = await told;
                     const kept = (await b.getData()).cover.city_name; b.remove(); a.remove(); await new Promise((resolve) => setTimeout(resolve, 100));
                     const c = await make(); return [why, kept, (await c.getData()).cover.city_name];";
        let found = ask(&form, begin, &[]);
        assert_eq!((&found[1], &found[2]), (&json!("乙市"), &json!("甲市")), "{found}");
        assert!(found[0].as_str().is_some_and(|it| it.contains("另一个窗口")), "{found}");
    });
}

#[test]
fn a_draft_goes_only_where_it_belongs() {
    run(Engine::Chromium, "a_draft_goes_only_where_it_belongs", |browser| {
        let form = open(browser, "index.html");
        let other = "const other = document.createElement('shenbao-form'); other.setAttribute('table', 'work-plan-2010'); document.body.append(other);
                     await other.ready; const draft = await other.exportDraft(); other.remove();
                     return form.importDraft(draft).then(() => 'taken', (error) => error.message);";
        assert!(ask(&form, other, &[]).as_str().is_some_and(|it| it.contains("另一张表")), "a page that names its table gets no other");
        let profile = "const it = document.createElement('shenbao-form'); it.setAttribute('table', 'pilot-city-2017'); it.profile = { provincial_deadline: 'abc', nothing: '1' };
                       const told = new Promise((resolve) => it.addEventListener('shenbao-error', (event) => resolve(event.detail.message)));
                       document.body.append(it); return told;";
        assert!(ask(&form, profile, &[]).as_str().is_some_and(|it| it.contains("provincial_deadline、nothing")), "what is wrong is said");
    });
}

#[test]
fn a_page_changes_its_language_and_follows_the_place() {
    run(Engine::Chromium, "a_page_changes_its_language_and_follows_the_place", |browser| {
        let form = open(browser, "index.html");
        let undo = |words: &str| form.session.wait(words, || form.words("[data-command='undo']").contains(words).then_some(()));
        undo("撤销");
        form.session.script("document.documentElement.lang = 'en'; return null;", &[]);
        undo("Undo");
        ask(&form, "form.lang = 'zh-Hant';", &[]);
        undo("復原");
        form.session.script("document.documentElement.lang = 'zh-CN'; return null;", &[]);
        ask(&form, "form.removeAttribute('lang');", &[]);
        undo("撤销");
        // Any element around the form may have one.
        form.session.script("document.querySelector('#apply').lang = 'en'; return null;", &[]);
        undo("Undo");
        form.session.script("document.querySelector('#apply').removeAttribute('lang'); return null;", &[]);
        undo("撤销");

        // Which screen is open is told; the address is the page's own business.
        ask(&form, "window.places = []; form.addEventListener('shenbao-place', ({ detail }) => window.places.push(detail.place));", &[]);
        form.command("review");
        form.wait_for_element(".review");
        let places = form.session.wait("the place is told", || form.session.script("return window.places.length ? window.places : null;", &[]).as_array().cloned());
        let review = places[0].as_str().expect("a place").to_owned();
        let draft = review.strip_suffix("/review").expect("the review page");
        assert_eq!(form.session.script("return location.hash;", &[]), "");
        assert_eq!(ask(&form, "return form.go(given[0]);", &[json!(draft)]), true);
        form.wait_for_element(".form");
        assert_eq!(ask(&form, "return form.go('urn:uuid:nothing');", &[]), false);
        assert_eq!(form.count(".form"), 1, "what is open stays");
    });
}

#[test]
fn what_is_not_asked_is_not_signed_and_stays_in_the_draft() {
    run(Engine::Chromium, "what_is_not_asked_is_not_signed_and_stays_in_the_draft", |browser| {
        let form = full(browser);
        let signer = SLOW_SIGNER.split("form.sign()").next().expect("the signer");
        let signed = format!("{signer} window.finish(); const data = await form.getData(); data.plan.mode = 'attached'; data.materials.plan = [{{ id: 'p1', title: '方案', pages: 12 }}]; await form.setData(data);
            const bundle = JSON.parse(await (await form.sign()).text());
            const bytes = Uint8Array.from(atob(bundle.statements[0].payload.replace(/-/g, '+').replace(/_/g, '/')), (it) => it.charCodeAt(0));
            return [JSON.parse(new TextDecoder().decode(bytes)).data.answers.plan || null, (await form.getData()).plan];");
        let found = ask(&form, &signed, &[]);
        assert_eq!(found[0], json!({ "mode": "attached" }), "the outline is not asked where the plan is attached");
        assert!(found[1]["goal"].as_str().is_some_and(|it| !it.is_empty()), "{found}");
    });
}

#[test]
fn a_page_takes_steps_back_where_its_users_may_not() {
    run(Engine::Chromium, "a_page_takes_steps_back_where_its_users_may_not", |browser| {
        let form = open(browser, "index.html");
        let steps = "await form.setData({ cover: { city_name: '甲市' } }); form.readonly = true; const seen = [];
                     for (const step of ['undo', 'redo']) { await form[step](); seen.push((await form.getData()).cover.city_name || null); }
                     return seen;";
        assert_eq!(ask(&form, steps, &[]), json!([null, "甲市"]));
        let name = form.resolve("cover/city_name");
        assert_eq!(form.property(&format!("[data-path='{name}'] input"), "readOnly"), json!(true), "its users still may not");
    });
}

#[test]
fn what_leaves_the_page_comes_back_with_its_steps() {
    run(Engine::Chromium, "what_leaves_the_page_comes_back_with_its_steps", |browser| {
        let form = open(browser, "index.html");
        let name = form.resolve("cover/city_name");
        form.type_into(&name, "乙市");
        // The second part of the program has come by then.
        form.command("keys");
        form.wait_for_element(".help");
        let leave = "const place = form.parentNode; form.remove(); await new Promise((resolve) => setTimeout(resolve, 50)); place.append(form); await form.ready;";
        ask(&form, leave, &[]);
        assert_eq!(form.typed(&name), "乙市");
        form.command("undo");
        form.session.wait("the step is taken back", || form.typed(&name).is_empty().then_some(()));
        ask(&form, leave, &[]);
        form.command("redo");
        form.session.wait("and done again", || (form.typed(&name) == "乙市").then_some(()));
        // Another draft has steps of its own.
        ask(&form, "form.setAttribute('draft-key', 'another'); await form.ready;", &[]);
        assert_eq!(form.count("[data-command='undo'][disabled]"), 1);
    });
}

#[test]
fn an_invalid_form_is_told_of_once() {
    run(Engine::Chromium, "an_invalid_form_is_told_of_once", |browser| {
        let form = open(browser, "index.html");
        ask(&form, "window.told = 0; form.addEventListener('invalid', () => { window.told += 1; });", &[]);
        assert_eq!(form.session.script("return document.querySelector('#apply').reportValidity();", &[]), json!(false));
        form.wait_for_element(".summary");
        assert_eq!(form.session.script("return window.told;", &[]), json!(1));
    });
}

#[test]
fn a_storage_that_does_not_answer_is_said_to() {
    run(Engine::Chromium, "a_storage_that_does_not_answer_is_said_to", |browser| {
        let form = open(browser, "index.html");
        // Long waits are over at once.
        let silent = "const real = window.setTimeout; window.setTimeout = (call, ms, ...rest) => real(call, ms > 9000 ? 0 : ms, ...rest);
                      const it = document.createElement('shenbao-form'); it.setAttribute('table', 'pilot-city-2017'); it.setAttribute('draft-key', 'k');
                      const never = () => new Promise(() => {}); it.storage = { get: never, set: never, delete: never, keys: never };
                      document.body.append(it); return it.ready.then(() => 'open', (error) => error.message);";
        let said = ask(&form, silent, &[]);
        assert!(said.as_str().is_some_and(|it| it.contains("did not answer")), "{said}");
        let shown = form.session.script("return Array.from(document.querySelectorAll('shenbao-form')).pop().shadowRoot.textContent;", &[]);
        assert!(shown.as_str().is_some_and(|it| it.contains("did not answer")), "{shown}");
    });
}

#[test]
fn paper_in_a_shadow_root_of_the_portal_prints_alone() {
    run(Engine::Chromium, "paper_in_a_shadow_root_of_the_portal_prints_alone", |browser| {
        let form = open(browser, "index.html");
        let nested = "const host = document.createElement('div'); const root = host.attachShadow({ mode: 'open' });
                      const beside = document.createElement('p'); beside.textContent = '旁边的文字'; const it = document.createElement('shenbao-form');
                      it.setAttribute('table', 'pilot-city-2017'); it.setAttribute('mode', 'print'); root.append(beside, it); document.body.append(host);
                      document.querySelector('#apply').remove(); await it.ready; window.beside = beside;";
        ask(&form, nested, &[]);
        let shows = || form.session.script("return getComputedStyle(window.beside).display;", &[]);
        assert_eq!(shows(), "block");
        browser.session.chromium("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        assert_eq!(shows(), "none");
    });
}
