//! The built page on a free port of this machine, served once for all stories of a run.

use crate::static_server::{self, Site};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

static ADDRESS: OnceLock<String> = OnceLock::new();

/// The address of the page under test.
pub fn address() -> &'static str {
    ADDRESS.get_or_init(|| serve(dist_dir()))
}

/// Serves a folder until the tests end; its address.
pub fn serve(folder: PathBuf) -> String {
    let (listener, port) = static_server::listen(0).expect("the loopback address has a free port");
    std::thread::spawn(move || static_server::serve(listener, Site { folder, headers: Vec::new() }));
    format!("http://127.0.0.1:{port}/")
}

/// A server that can be switched off, as when the network goes away.
pub struct Server {
    port: u16,
    is_on: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves a folder on a free port.
    pub fn start(folder: PathBuf) -> Server {
        let (listener, port) = static_server::listen(0).expect("the loopback address has a free port");
        let is_on = Arc::new(AtomicBool::new(true));
        let goes_on = Arc::clone(&is_on);
        let site = Site { folder, headers: Vec::new() };
        let thread = std::thread::spawn(move || static_server::serve_while(listener, site, || goes_on.load(Ordering::SeqCst)));
        Server { port, is_on, thread: Some(thread) }
    }

    /// The address of its start page.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Closes the port; nobody answers there from now on.
    pub fn stop(&mut self) {
        self.is_on.store(false, Ordering::SeqCst);
        // It looks when a connection comes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends");
        }
        assert!(TcpStream::connect(("127.0.0.1", self.port)).is_err(), "the port is closed");
    }
}

/// The pages of tests/hosts, built with the npm package.
pub fn hosts_dir() -> PathBuf {
    let folder = std::env::var_os("SHENBAO_HOSTS").map_or_else(|| target_dir().join("hosts"), PathBuf::from);
    assert!(folder.join("plain/index.html").is_file(), "no pages in {}; run `cargo xtask test hosts` first", folder.display());
    folder
}

/// The form as one HTML file.
pub fn single_file() -> PathBuf {
    let file = std::env::var_os("SHENBAO_SINGLE").map_or_else(|| target_dir().join("package/shenbao.html"), PathBuf::from);
    assert!(file.is_file(), "no {}; run `cargo xtask dist` first", file.display());
    file
}

/// The built page.
pub fn dist_dir() -> PathBuf {
    let folder = std::env::var_os("SHENBAO_DIST").map_or_else(|| target_dir().join("dist"), PathBuf::from);
    assert!(folder.join("index.html").is_file(), "no built page in {}; run `cargo xtask build` first", folder.display());
    folder
}

/// Cargo's target folder.
pub fn target_dir() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root.join(dir),
        None => root.join("target"),
    }
}
