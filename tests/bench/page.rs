//! The built page beside the same sheet in hand-written DOM, in one run of Chromium. `cargo xtask bench` runs it;
//! nothing passes or fails by time.
//!
//! Each round opens all of them, one after the other, with an empty cache, at full speed and with the processor slowed
//! down four times: the hand-written sheet, the form in a page that names its table, and the project's own page, on
//! which "new" is pressed. What is compared is not the same amount of function: the hand-written page holds one sheet
//! and checks it, and nothing else.

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
use serde_json::json;
use static_server::Site;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use webdriver::Session;

const ROUNDS: usize = 5;
const SLOWDOWNS: [u32; 2] = [1, 4];

/// Runs before anything of the page: presses "new" on the start page as soon as it is there, and notes when the
/// sheet has a cell that takes input and the frame with it is painted.
const WATCH: &str = "
(() => {
  const look = () => {
    const host = document.querySelector('shenbao-form');
    const root = host ? host.shadowRoot : document;
    const cell = root && root.querySelector('.sheet input, .sheet select');
    if (cell) { requestAnimationFrame(() => setTimeout(() => { window.benchUsable = performance.now(); })); return; }
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
    /// From a key to what it causes being laid out.
    key: f64,
}

fn visit(session: &Session, address: &str, slowdown: u32) -> Visit {
    session.go_to("about:blank");
    session.chromium("Network.clearBrowserCache", json!({}));
    session.chromium("Storage.clearDataForOrigin", json!({ "origin": address.trim_end_matches('/'), "storageTypes": "all" }));
    session.chromium("Emulation.setCPUThrottlingRate", json!({ "rate": slowdown }));
    session.go_to(address);
    let usable = session.wait_for("the sheet takes input", Duration::from_secs(120), || {
        session.try_script("return window.benchUsable || null;", &[]).ok()?.as_f64()
    });
    let key = session.script_with_callback(KEYS, &[]).as_f64().unwrap_or_default();
    let start = session.script("return window.benchPressed || 0;", &[]).as_f64().unwrap_or_default();
    session.chromium("Emulation.setCPUThrottlingRate", json!({ "rate": 1 }));
    Visit { start, usable, key }
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
<link rel="preload" href="./shenbao-app_bg.wasm" as="fetch" type="application/wasm" crossorigin>
<script type="module" src="./start.js"></script>
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
    let hand_written = serve(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/hand-written"));
    let portal = portal();
    let pages = [hand_written.as_str(), portal.as_str(), site::address()];
    let browser = Browser::start(Engine::Chromium, "bench");
    let session = &browser.session;
    session.chromium("Network.enable", json!({}));
    session.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
    // The first visits also start the browser's own processes, and are not counted.
    for address in pages {
        visit(session, address, 1);
    }
    println!("{ROUNDS} rounds in turn, medians; the factor is the multiple of hand-written DOM in this run\n");
    println!("{:<44}{:>14}{:>23}{:>23}", "", "hand-written", "form in a portal", "own page, new");
    for slowdown in SLOWDOWNS {
        let mut found = pages.map(|_| Vec::new());
        for _ in 0..ROUNDS {
            for (address, visits) in pages.into_iter().zip(&mut found) {
                visits.push(visit(session, address, slowdown));
            }
        }
        let [hand, portal, own] = found.map(|visits| {
            let of = |part: fn(&Visit) -> f64| median(visits.iter().map(part).collect());
            Visit { start: of(|it| it.start), usable: of(|it| it.usable), key: of(|it| it.key) }
        });
        let slow = if slowdown == 1 { String::new() } else { format!(", CPU {slowdown}x slower") };
        let line = |name: &str, of: fn(&Visit) -> f64| {
            let factor = |it: &Visit| format!("{:>11.1} ms{:>8.2}x", of(it), of(it) / of(&hand));
            println!("{:<44}{:>11.1} ms {} {}", format!("{name}{slow}"), of(&hand), factor(&portal), factor(&own));
        };
        line("cold load to a cell that takes input", |it| it.usable);
        line("a key, to laid out", |it| it.key);
        println!("{:<44}{:>14}{:>23}{:>14.1} ms", format!("  of the load, to the start page{slow}"), "", "", own.start);
    }
}
