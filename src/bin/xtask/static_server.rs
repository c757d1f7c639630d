//! A small file server for the built page: `cargo xtask serve` and the browser tests use the same one.
//!
//! It serves one folder on the loopback address, with the media types that browsers insist on
//! (`application/wasm` for streaming compilation), and nothing outside that folder.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// What to serve and how.
pub struct Site {
    /// The folder whose files are served; `index.html` answers for `/`.
    pub folder: PathBuf,
    /// Header lines to add to every answer, for instance a content security policy.
    pub headers: Vec<(String, String)>,
}

/// Opens the port (0: any free one) on the loopback address; returns the listener with its real port.
pub fn listen(port: u16) -> std::io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// Serves until the process ends; one short thread for each connection.
pub fn serve(listener: TcpListener, site: Site) {
    serve_while(listener, site, || true);
}

/// Serves as long as `goes_on` holds, which is asked when a connection comes; then the port is closed.
pub fn serve_while(listener: TcpListener, site: Site, goes_on: impl Fn() -> bool) {
    let site = Arc::new(site);
    for stream in listener.incoming().flatten() {
        if !goes_on() {
            return;
        }
        let site = Arc::clone(&site);
        // A browser that goes away in the middle of an answer is its own business.
        thread::spawn(move || drop(answer(stream, &site)));
    }
}

fn answer(mut stream: TcpStream, site: &Site) -> std::io::Result<()> {
    // Browsers open connections in advance; one that stays silent must not hold a thread for ever.
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new(stream.try_clone()?).take(64 * 1024);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
    }
    let mut words = request.split_whitespace();
    let method = words.next().unwrap_or_default();
    let target = words.next().unwrap_or_default();
    if method.is_empty() {
        return Ok(());
    }
    let (status, media_type, body) = match method {
        "GET" | "HEAD" => match file_for(&site.folder, target).and_then(|path| Some((fs::read(&path).ok()?, path))) {
            Some((bytes, path)) => ("200 OK", media_type(&path), bytes),
            None => ("404 Not Found", "text/plain; charset=utf-8", b"not found".to_vec()),
        },
        _ => ("405 Method Not Allowed", "text/plain; charset=utf-8", b"only GET and HEAD".to_vec()),
    };
    let mut head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nConnection: close\r\n",
        body.len()
    );
    for (name, value) in &site.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    if method == "GET" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file a request means, if it is one inside the folder.
pub fn file_for(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decoded(path)?;
    let relative = path.trim_start_matches('/');
    let mut file = folder.to_path_buf();
    for part in Path::new(relative).components() {
        match part {
            Component::Normal(name) => file.push(name),
            Component::CurDir => {}
            _ => return None,
        }
    }
    if file.is_dir() {
        file.push("index.html");
    }
    file.is_file().then_some(file)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The media type by the end of the name.
pub fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|it| it.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
