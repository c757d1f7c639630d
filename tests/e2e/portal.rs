//! A portal as an engineer would set it up: the built files below `/shenbao/`, a page of its own, and the policy
//! that the README gives to copy. The same server is the browser's proxy, so every host that is asked for, by
//! whatever part of the page, is written down here.

use crate::browser::Place;
use crate::site;
use crate::static_server::{self, file_for, media_type};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The policy of the README, word for word; `tests/it/readme.rs` compares.
pub const POLICY: &str = include_str!("../portal/policy.txt");

/// The one for browsers older than Chromium 97 and Firefox 102.
pub const OLD_POLICY: &str = include_str!("../portal/policy-old.txt");

/// What the site's own page needs beside it.
const PAGE_POLICY: &str = include_str!("../portal/policy-page.txt");

/// The site's own page, which a portal may give too.
pub const OWN_PAGE: &str = "shenbao/index.html";

/// Where reports of violations go. The policy to copy has no such line: it is the test that wants to know.
const REPORTS: &str = "/reports";

/// The page that has no policy and asks another host for a file.
pub const OPEN: &str = "open.html";

/// How the portal is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serving {
    /// The strict policy and nothing else.
    Strict,
    /// The strict policy, and the headers that isolate the page from other origins.
    Isolated,
    /// The policy for browsers that do not know the word `wasm-unsafe-eval`.
    Old,
    /// The strict policy, under a name of the network and without encryption: no secure context.
    Plain,
    /// A policy of a portal that forgot to allow WebAssembly.
    Refusing,
}

/// A host that only the proxy knows, so that no machine has to be told of it.
const PLAIN_HOST: &str = "shenbao.example";

/// A running portal.
pub struct Portal {
    port: u16,
    host: String,
    seen: Arc<Mutex<Seen>>,
}

/// What the portal was asked.
#[derive(Default)]
struct Seen {
    /// Other hosts, each with what was wanted of it.
    foreign: Vec<String>,
    /// Reports as they came.
    reports: Vec<Value>,
}

impl Portal {
    /// Serves until the tests end.
    pub fn open(serving: Serving) -> Portal {
        let (listener, port) = static_server::listen(0).expect("the loopback address has a free port");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let host = if serving == Serving::Plain { PLAIN_HOST.to_owned() } else { format!("127.0.0.1:{port}") };
        let own = format!("http://{host}/");
        let portal = Portal { port, host, seen: Arc::clone(&seen) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, own) = (Arc::clone(&seen), own.clone());
                std::thread::spawn(move || drop(answer(stream, &own, serving, &seen)));
            }
        });
        portal
    }

    /// The page with the form, by way of the proxy that the portal is.
    pub fn place(&self) -> Place {
        Place { address: format!("http://{}/strict.html", self.host), proxy: Some(self.port), without_wasm: false }
    }

    /// Another page of the portal.
    pub fn page(&self, name: &str) -> String {
        format!("http://{}/{name}", self.host)
    }

    /// What other hosts were asked for until now.
    pub fn foreign(&self) -> Vec<String> {
        lock(&self.seen).foreign.clone()
    }

    /// The directives of the violations that were reported until now, each with what was refused and where.
    pub fn violations(&self) -> Vec<String> {
        let part = |report: &Value, name: &str| report["csp-report"][name].as_str().unwrap_or_default().to_owned();
        let directive = |it: &Value| [part(it, "effective-directive"), part(it, "violated-directive")].into_iter().find(|it| !it.is_empty());
        let say = |it: &Value| format!("{} {} {}", directive(it).unwrap_or_default(), part(it, "blocked-uri"), part(it, "source-file"));
        lock(&self.seen).reports.iter().map(say).collect()
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().expect("no thread of the portal panics while it writes")
}

fn answer(mut stream: TcpStream, own: &str, serving: Serving, seen: &Mutex<Seen>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method.is_empty() {
        return Ok(());
    }
    // A proxy is asked with the whole address, or with `CONNECT host:port`.
    let path = match target.strip_prefix(own) {
        Some(path) => format!("/{path}"),
        None if target.starts_with('/') => target.to_owned(),
        None => {
            lock(seen).foreign.push(format!("{method} {target}"));
            return respond(&mut stream, "502 Bad Gateway", "text/plain", &[], b"no other host is reached from here");
        }
    };
    if method == "POST" && path == REPORTS {
        lock(seen).reports.push(serde_json::from_slice(&body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned())));
        return respond(&mut stream, "204 No Content", "text/plain", &[], b"");
    }
    let file = file_of(&path);
    let Some((bytes, file)) = file.and_then(|it| Some((fs::read(&it).ok()?, it))) else {
        return respond(&mut stream, "404 Not Found", "text/plain", &[], b"not found");
    };
    let headers = match path.trim_start_matches('/') {
        OPEN => Vec::new(),
        OWN_PAGE => headers(serving, PAGE_POLICY),
        _ => headers(serving, ""),
    };
    respond(&mut stream, "200 OK", media_type(&file), &headers, &bytes)
}

/// The portal's own files, and below `/shenbao/` those of the build.
fn file_of(path: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    match path.strip_prefix("/shenbao/") {
        Some(rest) => file_for(&site::dist_dir(), rest),
        // What the page of looks reads the names of properties from.
        None if path == "/element.json" => Some(root.join("src/web/element.json")),
        None => file_for(&root.join("tests/portal"), path),
    }
}

fn headers(serving: Serving, more: &str) -> Vec<(&'static str, String)> {
    let policy = match serving {
        Serving::Old => OLD_POLICY.to_owned(),
        Serving::Refusing => POLICY.replace(" 'wasm-unsafe-eval'", ""),
        Serving::Strict | Serving::Isolated | Serving::Plain => POLICY.to_owned(),
    };
    let mut headers = vec![("Content-Security-Policy", [policy.trim(), more.trim(), &format!("report-uri {REPORTS}")].join("; "))];
    if serving == Serving::Isolated {
        headers.push(("Cross-Origin-Opener-Policy", "same-origin".to_owned()));
        headers.push(("Cross-Origin-Embedder-Policy", "require-corp".to_owned()));
    }
    headers
}

fn respond(stream: &mut TcpStream, status: &str, media_type: &str, headers: &[(&str, String)], body: &[u8]) -> std::io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nConnection: close\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    stream.flush()
}
