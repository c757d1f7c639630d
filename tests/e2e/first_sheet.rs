//! The first sheet before the program is here: it takes input at once, and what was typed and pressed goes over to the
//! program's own sheet between two keys. The server of these stories keeps the program back until it is told.

use crate::browser::{Browser, Engine, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::in_every_browser;
use crate::site;
use crate::static_server::{self, file_for, media_type};
use crate::webdriver::keys;
use serde_json::json;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};

in_every_browser!(what_is_typed_before_the_program_stays, a_press_before_the_program_counts, a_form_is_begun_on_the_list_before_the_program);

/// The pages of the portal: their addresses, and what is in them.
const PAGES: &[(&str, &str)] = &[
    ("/", r#"<shenbao-form table="pilot-city-2017" draft-key="apply-2017"></shenbao-form>"#),
    ("/list", "<shenbao-form></shenbao-form>"),
    ("/unnamed", r#"<shenbao-form table="pilot-city-2017"></shenbao-form>"#),
    ("/two", r#"<shenbao-form id="one" table="pilot-city-2017"></shenbao-form><shenbao-form table="pilot-city-2017"></shenbao-form>"#),
    (
        "/stored",
        r#"<shenbao-form table="pilot-city-2017" draft-key="apply-2017"></shenbao-form>
<script type="module">
  document.querySelector("shenbao-form").storage = { get: async () => null, set: async () => {}, delete: async () => {}, keys: async () => [] };
</script>"#,
    ),
    (
        "/submitted",
        r#"<form><shenbao-form table="pilot-city-2017" name="application"></shenbao-form><button id="submit">提交</button><button id="reset" type="reset">重填</button></form>
<script>
  const form = document.querySelector("form");
  form.noValidate = true;
  form.addEventListener("submit", (event) => { event.preventDefault(); window.submitted = new FormData(form).get("application")?.name || "nothing"; });
</script>"#,
    ),
];

fn page(body: &str) -> String {
    format!(
        r#"<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/start.js"></script></head>
<body>{body}</body>
</html>
"#
    )
}

/// What the server does with the program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    /// Keeps whoever asks waiting.
    Held,
    Given,
    /// Answers that there is none.
    Missing,
}

/// A server with a page that names its table.
struct Portal {
    address: String,
    program: Arc<(Mutex<Program>, Condvar)>,
}

impl Portal {
    /// Serves until the tests end; the program is held.
    fn open() -> Portal {
        let (listener, port) = static_server::listen(0).expect("the loopback address has a free port");
        let program = Arc::new((Mutex::new(Program::Held), Condvar::new()));
        let gate = Arc::clone(&program);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let gate = Arc::clone(&gate);
                std::thread::spawn(move || drop(answer(stream, &gate)));
            }
        });
        Portal { address: format!("http://127.0.0.1:{port}/"), program }
    }

    fn set(&self, program: Program) {
        *self.program.0.lock().expect("no thread of the server panics") = program;
        self.program.1.notify_all();
    }
}

fn answer(mut stream: TcpStream, (program, changed): &(Mutex<Program>, Condvar)) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let target = request.split_whitespace().nth(1).unwrap_or("/").to_owned();
    let file = file_for(&site::dist_dir(), &target);
    let body = PAGES.iter().find(|it| it.0 == target).map(|it| it.1);
    let (mut status, mut kind, mut body) = match &file {
        _ if body.is_some() => ("200 OK", "text/html; charset=utf-8", page(body.unwrap_or_default()).into_bytes()),
        Some(path) => ("200 OK", media_type(path), fs::read(path)?),
        None => ("404 Not Found", "text/plain", Vec::new()),
    };
    // A second try is made under another query.
    if target.split('?').next().is_some_and(|it| it.ends_with("shenbao-app_bg.wasm")) {
        let held = program.lock().expect("no thread of the server panics");
        let now = changed.wait_while(held, |it| *it == Program::Held).expect("no thread of the server panics");
        if *now == Program::Missing {
            (status, kind, body) = ("503 Service Unavailable", "text/plain", Vec::new());
        }
    }
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

/// Opens the first page; the first sheet stands, and the program is not here.
fn open<'a>(browser: &'a Browser, portal: &Portal) -> FormPage<'a> {
    open_at(browser, portal, "")
}

fn open_at<'a>(browser: &'a Browser, portal: &Portal, page: &str) -> FormPage<'a> {
    let form = visit(browser, portal, page);
    form.wait_for_element(if page == "list" { ".start" } else { "[data-path='cover/city_name'] input" });
    form
}

/// Opens a page where a draft is kept: what every new form begins with would be wrong, so the program is waited for.
fn open_kept<'a>(browser: &'a Browser, portal: &Portal, page: &str) -> FormPage<'a> {
    let form = visit(browser, portal, page);
    form.session.wait("the element says that it opens", || form.words(".root").contains("正在打开").then_some(()));
    portal.set(Program::Given);
    form
}

/// Goes to a page while the program is not here.
fn visit<'a>(browser: &'a Browser, portal: &Portal, page: &str) -> FormPage<'a> {
    portal.set(Program::Held);
    browser.session.go_to(&format!("{}{page}", portal.address));
    FormPage { session: &browser.session }
}

/// Waits until the sheet on screen is the program's.
fn wait_until_handed_over(form: &FormPage) {
    form.session.wait("one sheet, the program's own", || {
        (form.count(".root") == 1 && form.count(".sheet") == 1).then_some(())
    });
}

/// What the browser kept of the portal is gone.
fn forget(form: &FormPage, portal: &Portal) {
    form.session.go_to("about:blank");
    form.session.chromium("Storage.clearDataForOrigin", json!({ "origin": portal.address.trim_end_matches('/'), "storageTypes": "all" }));
}

/// True if the browser would ask whoever leaves the page.
fn asks_before_leaving(form: &FormPage) -> bool {
    let script = "const it = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(it); return it.defaultPrevented;";
    form.session.script(script, &[]) == json!(true)
}

fn what_is_typed_before_the_program_stays(browser: &mut Browser) {
    let portal = Portal::open();
    let form = open(browser, &portal);
    form.type_into("cover/city_name", "示例市");
    form.choose("cover/category", "地级城市（州、盟）");
    // Left with what is no code.
    form.type_into("cover/division_code", "12");
    form.type_into("cover/ip_office", "示例识产权局");
    // The caret goes into the middle, and stays there.
    let office = form.focus("cover/ip_office");
    form.session.script("arguments[0].setSelectionRange(2, 2);", &[office.to_json()]);
    assert!(form.session.wait("the wait is said", || Some(form.words(".saving")).filter(|it| it.contains("正在载入"))).contains("可以先填写"));

    assert!(asks_before_leaving(&form), "nothing keeps it yet");

    portal.set(Program::Given);
    wait_until_handed_over(&form);
    assert_eq!(form.active().as_deref(), Some("cover/ip_office"), "whoever typed goes on there");
    form.session.type_on("市知");
    assert_eq!(form.typed("cover/ip_office"), "示例市知识产权局", "at the place of the caret");
    assert_eq!(form.typed("cover/city_name"), "示例市");
    assert_eq!(form.property("[data-path='cover/category'] select", "value"), "prefecture_city");
    form.session.wait("what is wrong is said", || (form.count("[data-path='cover/division_code'] .message") == 1).then_some(()));
    assert_eq!(form.count("[data-path='cover/ip_office'] .message"), 0, "and nothing where somebody types");
    form.wait_until_saved();
    assert!(!asks_before_leaving(&form), "it is kept");

    // It is an edit like any other.
    form.command("undo");
    form.session.wait("the last key is taken back", || (form.typed("cover/ip_office") != "示例市知识产权局").then_some(()));
    form.command("redo");
    form.wait_until_saved();

    // Now there is a draft: a blank sheet would be wrong.
    let form = open_kept(browser, &portal, "");
    form.wait_for_element(".sheet");
    wait_until_handed_over(&form);
    assert_eq!(form.typed("cover/ip_office"), "示例市知识产权局");
}

fn a_press_before_the_program_counts(browser: &mut Browser) {
    let portal = Portal::open();
    let form = open(browser, &portal);
    form.type_into("cover/city_name", "示例市");
    form.click(".entry[data-place='city']");
    portal.set(Program::Given);
    form.wait_for_element("[data-sheet='city']");
    form.go_to("cover");
    assert_eq!(form.typed("cover/city_name"), "示例市");
}

fn a_form_is_begun_on_the_list_before_the_program(browser: &mut Browser) {
    let portal = Portal::open();
    let form = open_at(browser, &portal, "list");
    form.click("[data-command='new'][data-table='pilot-city-2017']");
    form.wait_for_element("[data-path='cover/city_name'] input");
    assert_eq!((form.count(".start"), form.count("[data-command='home']")), (0, 1));
    form.focus("cover/city_name");
    form.session.type_on("示例");
    portal.set(Program::Given);
    wait_until_handed_over(&form);
    assert_eq!(form.active().as_deref(), Some("cover/city_name"), "whoever typed goes on there");
    form.session.type_on("市");
    assert_eq!(form.typed("cover/city_name"), "示例市");
    form.wait_until_saved();
    form.command("home");
    form.wait_for_element("[data-draft]");

    // A list without the drafts that are kept would be wrong.
    let form = open_kept(browser, &portal, "list");
    form.wait_for_element("[data-draft]");
    assert_eq!(form.count(".root"), 1);
}

#[test]
fn what_is_pressed_on_the_list_before_the_program_counts() {
    run(Engine::Chromium, "pressed_on_list", |browser| {
        let portal = Portal::open();
        let form = open_at(browser, &portal, "list");
        form.command("signing-keys");
        form.session.wait("the wait is said", || form.words("[role=status]").contains("执行“密钥”").then_some(()));
        portal.set(Program::Given);
        form.wait_for_element("#new-pass");

        // A language that is chosen. The program keeps what it opens; a new visit begins with nothing.
        forget(&form, &portal);
        let form = open_at(browser, &portal, "list");
        form.speak("en");
        portal.set(Program::Given);
        form.session.wait("the list in English", || form.words("h1").contains("Shenbao").then_some(()));

        // A file: its dialog does not wait for the program.
        forget(&form, &portal);
        let form = open_at(browser, &portal, "list");
        form.open_file(&filled::write(&filled::complete(), browser.folder()));
        form.session.wait("the wait is said", || form.words("[role=status]").contains("打开“").then_some(()));
        portal.set(Program::Given);
        form.wait_for_element(".sheet");
        assert_eq!(form.typed("cover/city_name"), filled::complete()["data"]["answers"]["cover"]["city_name"]);
    });
}

#[test]
fn a_file_chosen_after_the_program_came_is_opened() {
    run(Engine::Chromium, "dialog_open_meanwhile", |browser| {
        let portal = Portal::open();
        let form = open_at(browser, &portal, "list");
        // The dialog of a driver does not stay open: its answer is given to the control that it was asked by.
        form.session.script("window.asking = document.querySelector('shenbao-form').shadowRoot.querySelector('.picker');", &[]);
        portal.set(Program::Given);
        form.session.wait("the program's own list", || (form.session.script("return window.asking.isConnected;", &[]) == false).then_some(()));
        let choose = "const chosen = new DataTransfer(); chosen.items.add(new File([arguments[0]], 'filled.sbdraft.json'));
            window.asking.files = chosen.files; window.asking.dispatchEvent(new Event('change', { bubbles: true }));";
        form.session.script(choose, &[json!(filled::complete().to_string())]);
        form.wait_for_element(".sheet");
        assert_eq!(form.typed("cover/city_name"), filled::complete()["data"]["answers"]["cover"]["city_name"]);
    });
}

#[test]
fn a_list_whose_program_does_not_come_says_so() {
    run(Engine::Chromium, "list_without_program", |browser| {
        let portal = Portal::open();
        let form = open_at(browser, &portal, "list");
        form.command("signing-keys");
        portal.set(Program::Missing);
        form.session.wait("the failure is said", || (form.count("[role=alert]") == 1).then_some(()));
        assert_eq!(form.count(".start"), 0, "nothing is left that looks like a list");

        // What was begun on it stays to be copied.
        let form = open_at(browser, &portal, "list");
        form.click("[data-command='new'][data-table='pilot-city-2017']");
        form.type_into("cover/city_name", "示例市");
        portal.set(Program::Missing);
        form.session.wait("the failure is said", || (form.count("[role=alert]") == 1).then_some(()));
        assert_eq!(form.typed("cover/city_name"), "示例市");
    });
}

#[test]
fn a_word_that_is_composed_is_not_broken_off() {
    run(Engine::Chromium, "composed_before", |browser| {
        let portal = Portal::open();
        let form = open(browser, &portal);
        form.click("[data-path='cover/city_name'] input");
        form.session.chromium("Input.imeSetComposition", json!({ "text": "shi li", "selectionStart": 6, "selectionEnd": 6 }));
        portal.set(Program::Given);
        form.session.wait("the program has drawn its sheet", || (form.count(".sheet") == 2).then_some(()));
        form.session.chromium("Input.imeSetComposition", json!({ "text": "shi li shi", "selectionStart": 10, "selectionEnd": 10 }));
        assert_eq!((form.count(".root"), form.typed("cover/city_name").as_str()), (2, "shi li shi"), "it waits for the word");
        form.session.chromium("Input.insertText", json!({ "text": "示例市" }));
        wait_until_handed_over(&form);
        assert_eq!(form.typed("cover/city_name"), "示例市");
        form.session.press(&[keys::END]);
        form.session.type_on("区");
        assert_eq!(form.typed("cover/city_name"), "示例市区");
        form.wait_until_saved();
    });
}

#[test]
fn what_is_typed_stays_where_the_program_does_not_come() {
    run(Engine::Chromium, "no_program", |browser| {
        let portal = Portal::open();
        let form = open(browser, &portal);
        form.type_into("cover/city_name", "示例市");
        portal.set(Program::Missing);
        form.session.wait("the failure is said", || (form.count("[role=alert]") == 1).then_some(()));
        assert!(form.words("[role=alert]").contains("请把这句话告诉网站管理人员"));
        assert_eq!(form.typed("cover/city_name"), "示例市", "to be copied");
        assert!(form.words(".saving").contains("没有保存"));

        // Where nothing was typed, nothing is left that looks like a form.
        portal.set(Program::Missing);
        browser.session.go_to(&format!("{}unnamed", portal.address));
        form.session.wait("the failure is said", || (form.count("[role=alert]") == 1).then_some(()));
        assert_eq!(form.count(".sheet"), 0);
    });
}

#[test]
fn a_choice_is_made_though_its_list_keeps_the_focus() {
    run(Engine::Chromium, "choice_before", |browser| {
        let portal = Portal::open();
        let form = open(browser, &portal);
        form.focus("cover/category");
        form.session.press(&[keys::DOWN]);
        let chosen = form.property("[data-path='cover/category'] select", "value");
        assert_ne!(chosen, "");
        portal.set(Program::Given);
        wait_until_handed_over(&form);
        form.wait_until_saved();
        let answers = form.session.script_with_callback("const done = arguments[0]; document.querySelector('shenbao-form').getData().then(done);", &[]);
        assert_eq!(answers["cover"]["category"], chosen);
    });
}

#[test]
fn two_on_a_page_are_both_handed_over() {
    run(Engine::Chromium, "two_before", |browser| {
        let portal = Portal::open();
        let form = open_at(browser, &portal, "two");
        form.type_into("cover/city_name", "示例市");
        portal.set(Program::Given);
        let roots = "return Array.from(document.querySelectorAll('shenbao-form'), (it) => it.shadowRoot.querySelectorAll('.root').length);";
        form.session.wait("each has the program's own sheet", || (form.session.script(roots, &[]) == json!([1, 1])).then_some(()));
        assert_eq!(form.typed("cover/city_name"), "示例市");
    });
}

#[test]
fn what_finds_no_cell_is_told() {
    run(Engine::Chromium, "no_cell", |browser| {
        let portal = Portal::open();
        let set = |form: &FormPage, script: &str| form.session.script(&format!("const it = document.querySelector('shenbao-form'); {script}"), &[]);
        // Where it may not be changed, where there is another answer, on another table, and on another screen.
        for script in ["it.readonly = true;", "it.data = { cover: { city_name: '别的市' } };", "it.table = 'work-plan-2010';", "it.mode = 'verify';"] {
            let form = open_at(browser, &portal, "unnamed");
            form.type_into("cover/city_name", "示例市");
            set(&form, script);
            portal.set(Program::Given);
            let said = form.session.wait("it is told", || Some(form.words("[role=alert]")).filter(|it| !it.is_empty()));
            assert!(said.contains("申报城市：示例市"), "{script} {said}");
            form.session.wait("the first sheet is gone", || (form.count(".root") == 1).then_some(()));
        }
    });
}

#[test]
fn what_the_page_gives_takes_nothing_away_if_it_is_refused() {
    run(Engine::Chromium, "refused_before", |browser| {
        let portal = Portal::open();
        let give = |form: &FormPage, gift: &str| {
            let script = format!("const it = document.querySelector('shenbao-form'); window.given = it.{gift}.then(() => 'taken', (error) => error.message);");
            form.session.script(&script, &[]);
            assert_eq!(form.typed("cover/city_name"), "示例市", "it waits for the program");
            portal.set(Program::Given);
            form.session.script_with_callback("window.given.then(arguments[0]);", &[])
        };
        for gift in ["setData({ nope: 1 })", "importDraft('junk')"] {
            let form = open_at(browser, &portal, "unnamed");
            form.type_into("cover/city_name", "示例市");
            let said = give(&form, gift);
            assert!(said.as_str().is_some_and(|it| it.contains("没有")), "{gift} {said}");
            wait_until_handed_over(&form);
            assert_eq!(form.typed("cover/city_name"), "示例市", "{gift}");
            assert!(!form.text().contains("没有填进表里"), "{gift}");
        }
        // What is taken is in its place, which is told; one step back it is there again.
        let form = open_at(browser, &portal, "unnamed");
        form.type_into("cover/city_name", "示例市");
        assert_eq!(give(&form, "setData({ cover: { city_name: '别的市' } })"), json!("taken"));
        assert_eq!(form.typed("cover/city_name"), "别的市");
        assert!(form.words("[role=alert]").contains("申报城市：示例市"));
        form.command("undo");
        form.session.wait("what was typed is back", || (form.typed("cover/city_name") == "示例市").then_some(()));
    });
}

#[test]
fn a_page_with_its_own_storage_shows_no_blank_sheet() {
    run(Engine::Chromium, "stored_before", |browser| {
        let portal = Portal::open();
        let form = visit(browser, &portal, "stored");
        form.session.wait("the program was asked for", || {
            let asked = "return performance.getEntriesByType('resource').some((it) => it.name.endsWith('shenbao-app.js'));";
            (form.session.script(asked, &[]) == json!(true)).then_some(())
        });
        assert_eq!(form.count(".sheet"), 0, "a script of the page sets the storage after ours has run");
        portal.set(Program::Given);
        form.wait_for_element(".sheet");
    });
}

#[test]
fn a_form_that_is_submitted_early_waits_for_its_file() {
    run(Engine::Chromium, "submitted_before", |browser| {
        let portal = Portal::open();
        let form = open_at(browser, &portal, "submitted");
        let press = |id: &str| form.session.script(&format!("document.getElementById('{id}').click();"), &[]);
        let submitted = || form.session.script("return window.submitted || null;", &[]);
        form.type_into("cover/city_name", "旧市");
        press("reset");
        assert_eq!(form.typed("cover/city_name"), "");
        form.type_into("cover/city_name", "示例市");
        press("submit");
        assert!(submitted().is_null());
        portal.set(Program::Given);
        let name = form.session.wait("the form goes with its file", || submitted().as_str().map(str::to_owned));
        assert!(name.contains("示例市"), "{name}");
        assert_eq!(form.typed("cover/city_name"), "示例市", "what was typed after the reset stays");
    });
}
