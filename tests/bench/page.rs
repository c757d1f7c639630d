//! The built page beside the same form in hand-written DOM, in one run of Chromium. `cargo xtask bench` runs it; nothing
//! passes or fails by time.
//!
//! Each round opens all of them, one after the other, with an empty cache, at full speed and with the processor slowed
//! down four times: the form by hand with every part and two parks in the page; its first sheet alone by hand; the form
//! in a page that names its table; and the project's own page, on which "new" is pressed. What is compared is not the
//! same amount of function: the hand-written pages hold cells and check them, and nothing else.

#[path = "../e2e/browser.rs"]
#[allow(dead_code)]
mod browser;
#[path = "../e2e/devtools.rs"]
#[allow(dead_code)]
mod devtools;
#[path = "../e2e/site.rs"]
#[allow(dead_code)]
mod site;
#[path = "../../src/bin/xtask/static_server.rs"]
#[allow(dead_code)]
mod static_server;
#[path = "../e2e/webdriver.rs"]
#[allow(dead_code)]
mod webdriver;

use browser::{Browser, Engine};
use serde_json::{Value, json};
use static_server::Site;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use webdriver::Session;

const ROUNDS: usize = 5;
const SLOWDOWNS: [u32; 2] = [1, 4];

/// Runs before anything of the page: presses "new" on the start page as soon as it is there, and notes when the
/// sheet has a cell that takes input and the frame with it is painted, and when the rules have answered.
const WATCH: &str = "
(() => {
  const look = () => {
    const host = document.querySelector('shenbao-form');
    const root = host ? host.shadowRoot : document;
    const cell = root && root.querySelector('.sheet input, .sheet select');
    const note = (name) => { if (!window[name + 'Seen']) { window[name + 'Seen'] = true; requestAnimationFrame(() => setTimeout(() => { window[name] = performance.now(); })); } };
    if (cell) note('benchUsable');
    const totals = host && root && root.querySelector('.totals');
    if (cell && (!host || (root.querySelectorAll('.root').length === 1 && totals && totals.textContent !== '…'))) { note('benchWhole'); return; }
    const start = !window.benchPressed && root && root.querySelector(\"[data-command='new'][data-table='pilot-city-2017']\");
    if (start) { window.benchPressed = performance.now(); start.click(); }
    setTimeout(look);
  };
  look();
})();";

/// One key after another into a cell, each until what it causes is done and laid out; milliseconds for each.
const KEYS: &str = "
const done = arguments[arguments.length - 1];
const host = document.querySelector('shenbao-form');
const root = host ? host.shadowRoot : document;
const control = root.querySelector(\"[data-path='cover/ip_office'] input\");
const rest = () => new Promise((done) => { const it = new MessageChannel(); it.port1.onmessage = done; it.port2.postMessage(0); });
(async () => {
  control.focus();
  const times = [];
  for (let n = 0; n < 60; n += 1) {
    await new Promise((done) => setTimeout(done, 5));
    const before = performance.now();
    control.value = '示例市知识产权局'.slice(0, 1 + n % 8);
    control.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    await rest();
    void (host || document.body).getBoundingClientRect();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  done(times[30]);
})();";

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// What one visit took, in milliseconds.
#[derive(Clone, Copy)]
struct Visit {
    /// From navigation to the start page; nothing for a page without one.
    start: f64,
    /// From navigation to a cell that takes input.
    usable: f64,
    /// From navigation to the program's own sheet, whose rules answer; as above where there is no other.
    whole: f64,
    /// From a key to what it causes being laid out.
    key: f64,
}

fn visit(session: &Session, address: &str, slowdown: u32) -> Visit {
    session.go_to("about:blank");
    session.chromium("Network.clearBrowserCache", json!({}));
    session.chromium("Storage.clearDataForOrigin", json!({ "origin": address.trim_end_matches('/'), "storageTypes": "all" }));
    session.chromium("Emulation.setCPUThrottlingRate", json!({ "rate": slowdown }));
    session.go_to(address);
    let whole = session.wait_for("the rules answer", Duration::from_secs(120), || {
        session.try_script("return window.benchWhole || null;", &[]).ok()?.as_f64()
    });
    let usable = session.script("return window.benchUsable;", &[]).as_f64().unwrap_or_default();
    let key = session.script_with_callback(KEYS, &[]).as_f64().unwrap_or_default();
    let start = session.script("return window.benchPressed || 0;", &[]).as_f64().unwrap_or_default();
    session.chromium("Emulation.setCPUThrottlingRate", json!({ "rate": 1 }));
    Visit { start, usable, whole, key }
}

/// The hand-written page with these parts of the 2017 table.
fn hand_written(name: &str, parts: &Value) -> String {
    let folder = site::target_dir().join(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/hand-written");
    copy(&source, &folder);
    let script = fs::read_to_string(source.join("form.js")).expect("the script is there");
    fs::write(folder.join("form.js"), format!("const PARTS = {parts};\n{script}")).expect("the folder is writable");
    serve(folder)
}

/// The parts of the 2017 table as the hand-written page takes them, with two parks.
fn parts() -> Vec<Value> {
    let table = shenbao::engine::tables::table("pilot-city-2017").expect("the program has the table");
    let table: Value = serde_json::from_str(table.text).expect("its file is JSON");
    let words = |it: &Value| it["zh-CN"].as_str().unwrap_or_default().to_owned();
    let field = |it: &Value| {
        let entries = it["options"].as_array().or_else(|| table["lists"][it["options_from"].as_str()?].as_array());
        let options = entries.map(|it| it.iter().map(|it| json!([it["code"], words(&it["label"])])).collect::<Vec<_>>());
        json!({
            "id": it["id"], "kind": it["kind"], "label": words(&it["label"]), "required": it["required"] == json!(true),
            "min": it["min_length"], "max": it["max_length"], "unit": words(&it["unit"]), "hint": words(&it["hint"]), "options": options,
        })
    };
    let whole = |it: &Value| {
        let mut made = field(it);
        if let Some(columns) = it["columns"].as_array() {
            made["columns"] = columns.iter().map(field).collect();
        }
        made
    };
    let list = |it: &Value| it.as_array().cloned().unwrap_or_default();
    let mut parts = Vec::new();
    for part in list(&table["parts"]) {
        let sections = list(&part["sections"]).iter().map(|it| json!([words(&it["heading"]), list(&it["fields"]).iter().map(whole).collect::<Vec<_>>()])).collect::<Vec<_>>();
        for n in 0..if part["repeat"].is_object() { 2 } else { 1 } {
            let id = if n == 0 { part["id"].as_str().unwrap_or_default().to_owned() } else { format!("{}{n}", part["id"].as_str().unwrap_or_default()) };
            let title = if parts.is_empty() { words(&table["title"]) } else { words(&part["label"]) };
            parts.push(json!({ "id": id, "title": title, "sections": sections }));
        }
    }
    parts
}

/// A page of a portal, as the README shows it, in the face that the hand-written sheet has: finding another one takes as
/// long as the sheet.
const PORTAL: &str = r#"<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>某省申报平台</title>
<link rel="icon" href="data:,">
<style>body { font: 15px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }</style>
<script type="module" src="./start.js"></script>
<link rel="preload" href="./shenbao.css" as="fetch" crossorigin>
<link rel="preload" href="./first/pilot-city-2017.json" as="fetch" crossorigin>
<link rel="modulepreload" href="./shenbao-app.js">
<link rel="preload" href="./shenbao-app_bg.wasm" as="fetch" type="application/wasm" crossorigin>
</head>
<body><shenbao-form table="pilot-city-2017"></shenbao-form></body>
</html>
"#;

/// The built page with the page of a portal beside it.
fn portal() -> String {
    let folder = site::target_dir().join("bench-site");
    copy(&site::dist_dir(), &folder);
    fs::write(folder.join("index.html"), PORTAL).expect("the folder is writable");
    serve(folder)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder is writable");
    for entry in fs::read_dir(from).expect("the built page is there").flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("the target folder is writable");
        }
    }
}

fn serve(folder: PathBuf) -> String {
    let (listener, port) = static_server::listen(0).expect("the loopback address has a free port");
    std::thread::spawn(move || static_server::serve(listener, Site { folder, headers: Vec::new() }));
    format!("http://127.0.0.1:{port}/")
}

fn main() {
    let parts = parts();
    let whole = hand_written("bench-whole", &json!(parts));
    let sheet = hand_written("bench-sheet", &json!(parts.iter().take(1).collect::<Vec<_>>()));
    let portal = portal();
    let pages = [whole.as_str(), sheet.as_str(), portal.as_str(), site::address()];
    let browser = Browser::start(Engine::Chromium, "bench");
    let session = &browser.session;
    session.chromium("Network.enable", json!({}));
    session.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
    // The first visits also start the browser's own processes, and are not counted.
    for address in pages {
        visit(session, address, 1);
    }
    println!("{ROUNDS} rounds in turn, medians; the factor is the multiple of the whole form in hand-written DOM in this run\n");
    let names = ["whole form by hand", "first sheet by hand", "form in a portal", "own page, new"];
    println!("{:<46}{}", "", names.map(|it| format!("{it:>23}")).concat());
    for slowdown in SLOWDOWNS {
        let mut found = [const { Vec::new() }; 4];
        for _ in 0..ROUNDS {
            for (address, visits) in pages.into_iter().zip(&mut found) {
                visits.push(visit(session, address, slowdown));
            }
        }
        let slow = if slowdown == 1 { String::new() } else { format!(", CPU {slowdown}x slower") };
        let line = |name: &str, of: fn(&Visit) -> f64| {
            let medians = found.each_ref().map(|visits| median(visits.iter().map(of).collect()));
            let shown = medians.map(|it| format!("{it:>11.1} ms{:>8.2}x", it / medians[0]));
            println!("{:<46}{}", format!("{name}{slow}"), shown.concat());
        };
        line("cold load to a cell that takes input", |it| it.usable);
        line("cold load to rules that answer", |it| it.whole);
        line("a key, to laid out", |it| it.key);
        let start = median(found[3].iter().map(|it| it.start).collect());
        println!("{:<46}{:>92}", format!("  of the load, to the start page{slow}"), format!("{start:.1} ms"));
    }
}
