//! Starts a browser under its driver, each with an empty profile and a folder for downloads.
//!
//! A browser or driver that is missing panics with the command that installs it: a story is never skipped.

use crate::devtools::DevTools;
use crate::site;
use crate::webdriver::{SOON, Session};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The three engines that people in offices use, and the oldest version of the first that must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Chromium90,
    Firefox,
    WebKitGtk,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Chromium90 => "chromium-90",
            Engine::Firefox => "firefox",
            Engine::WebKitGtk => "webkitgtk",
        }
    }
}

/// Where the page under test is, and how the browser gets there.
#[derive(Clone, Debug)]
pub struct Place {
    pub address: String,
    /// The port of a proxy on this machine through which everything goes, this machine's own addresses included.
    pub proxy: Option<u16>,
    /// True if the browser's administrator has switched WebAssembly off.
    pub without_wasm: bool,
}

impl Place {
    /// The built page on a server of its own.
    pub fn site() -> Place {
        Place { address: site::address().to_owned(), proxy: None, without_wasm: false }
    }

    /// True for the form's own page, whose address says what is open.
    pub fn is_own(&self) -> bool {
        self.address == site::address()
    }
}

/// A running driver with its browser, and what it leaves on disk.
pub struct Browser {
    pub engine: Engine,
    pub session: Session,
    /// Where the page under test is.
    pub place: Place,
    /// Everything this browser may write: profile, home, downloads.
    folder: PathBuf,
    /// Where downloads arrive.
    pub downloads: PathBuf,
    driver: String,
    processes: Vec<Child>,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Browser {
    pub fn start(engine: Engine, story: &str) -> Browser {
        Browser::start_at(engine, story, Place::site())
    }

    /// Starts a browser for a page that is somewhere else.
    pub fn start_at(engine: Engine, story: &str, place: Place) -> Browser {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("shenbao-e2e-{}-{number}-{story}-{}", std::process::id(), engine.name()));
        let downloads = folder.join("downloads");
        fs::create_dir_all(folder.join("profile")).expect("the temporary folder is writable");
        fs::create_dir_all(folder.join("config")).expect("the temporary folder is writable");
        fs::create_dir_all(&downloads).expect("the temporary folder is writable");
        let mut processes = Vec::new();
        let driver = match engine {
            Engine::Chromium90 => String::new(),
            _ => start_driver(engine, &folder, &downloads, &place, &mut processes),
        };
        let session = open(engine, &driver, &folder, &downloads, &place);
        Browser { engine, session, place, folder, downloads, driver, processes }
    }

    /// A folder of this browser's own, for files that a story makes up.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Closes the browser and opens it again on the same profile, as after a crash or the next morning.
    #[allow(dead_code)]
    pub fn reopen(&mut self) {
        self.session.close();
        self.session = open(self.engine, &self.driver, &self.folder, &self.downloads, &self.place);
    }

    /// Waits until a finished download with this ending is there.
    pub fn downloaded(&self, ending: &str) -> PathBuf {
        self.downloaded_as("", ending)
    }

    /// Waits until a finished download is there whose name has this in it and this at its end.
    pub fn downloaded_as(&self, part: &str, ending: &str) -> PathBuf {
        self.session.wait(&format!("a download *{part}*{ending} in {}", self.downloads.display()), || {
            let mut names: Vec<PathBuf> = fs::read_dir(&self.downloads).ok()?.flatten().map(|it| it.path()).collect();
            names.sort();
            // Browsers write under another name first; its presence means that the file is not complete.
            let busy = names.iter().any(|it| has_ending(it, ".crdownload") || has_ending(it, ".part") || has_ending(it, ".wkdownload"));
            let found = names.into_iter().find(|it| has_ending(it, ending) && it.to_string_lossy().contains(part))?;
            (!busy && fs::metadata(&found).ok()?.len() > 0).then_some(found)
        })
    }
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.ends_with(ending))
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session.close();
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Runs a story in a fresh browser; on failure a picture of the page is kept.
pub fn run(engine: Engine, name: &str, story: fn(&mut Browser)) {
    play(Browser::start(engine, name), name, story);
}

/// Runs a story on a page that is somewhere else.
pub fn run_at(engine: Engine, name: &str, place: Place, story: impl FnOnce(&mut Browser)) {
    play(Browser::start_at(engine, name, place), name, story);
}

fn play(mut browser: Browser, name: &str, story: impl FnOnce(&mut Browser)) {
    let engine = browser.engine;
    let outcome = catch_unwind(AssertUnwindSafe(|| story(&mut browser)));
    if let Err(panic) = outcome {
        if let Ok(png) = browser.session.screenshot() {
            let file = screenshots().join(format!("failed-{name}-{}.png", engine.name()));
            let _ = fs::write(&file, png);
            eprintln!("what {} showed: {}", engine.name(), file.display());
        }
        // A message may stand below what the picture shows.
        if let Ok(said) = browser.session.try_script(ALERTS, &[]) {
            eprintln!("what it said: {said}");
        }
        resume_unwind(panic);
    }
}

/// The messages in the form, wherever they stand.
const ALERTS: &str = "
const form = document.querySelector('shenbao-form');
const alerts = form && form.shadowRoot ? form.shadowRoot.querySelectorAll('[role=alert], .notice, [data-command]:disabled') : [];
return Array.from(alerts, (it) => it.textContent).filter((it) => it);";

/// Keeps a picture under a name that README and reviewers can rely on.
pub fn keep_screenshot(browser: &Browser, name: &str) {
    let png = browser.session.screenshot().unwrap_or_else(|it| panic!("no screenshot: {it}"));
    assert!(png.starts_with(b"\x89PNG"), "a screenshot is a PNG");
    let file = screenshots().join(format!("{name}-{}.png", browser.engine.name()));
    fs::write(&file, png).expect("the screenshots folder is writable");
}

/// `target/screenshots`, or where the task says.
pub fn screenshots() -> PathBuf {
    let folder = std::env::var_os("SHENBAO_SCREENSHOTS").map_or_else(|| crate::site::target_dir().join("screenshots"), PathBuf::from);
    fs::create_dir_all(&folder).expect("the screenshots folder can be made");
    folder
}

/// Starts the driver of an engine; gives its address once it answers.
fn start_driver(engine: Engine, folder: &Path, downloads: &Path, place: &Place, processes: &mut Vec<Child>) -> String {
    let port = free_port();
    let mut command = match engine {
        Engine::Chromium | Engine::Chromium90 => {
            let mut command = Command::new("chromedriver");
            command.arg(format!("--port={port}"));
            command
        }
        Engine::Firefox => {
            let mut command = Command::new("geckodriver");
            // Firefox's remote agent gets a port of its own, or two browsers at once would share one.
            command.args(["--port", &port.to_string(), "--websocket-port", &free_port().to_string()]);
            command
        }
        Engine::WebKitGtk => {
            let (screen, display) = start_screen(folder);
            processes.push(screen);
            // WebKitGTK saves downloads into the download folder of the desktop's own settings.
            let line = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display());
            fs::write(folder.join("config/user-dirs.dirs"), line).expect("the temporary folder is writable");
            let mut command = Command::new("WebKitWebDriver");
            command.arg(format!("--port={port}"));
            command.env("DISPLAY", display).env("GDK_BACKEND", "x11").env("LIBGL_ALWAYS_SOFTWARE", "1");
            command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1").env("NO_AT_BRIDGE", "1");
            if place.without_wasm {
                command.env("JSC_useWasm", "0");
            }
            command
        }
    };
    let log = |name: &str| Stdio::from(fs::File::create(folder.join(name)).expect("the temporary folder is writable"));
    command.stdin(Stdio::null()).stdout(log("driver.out")).stderr(log("driver.err"));
    command.env("HOME", folder).env("XDG_CONFIG_HOME", folder.join("config")).env("XDG_CACHE_HOME", folder.join("cache"));
    command.env("LANG", "C.UTF-8").env("TZ", "Asia/Shanghai");
    processes.push(spawned(&mut command));
    let driver = format!("http://127.0.0.1:{port}");
    let started = Instant::now();
    while !Session::is_driver_ready(&driver) {
        assert!(started.elapsed() < SOON, "the driver of {engine:?} does not answer; see {}", folder.display());
        std::thread::sleep(Duration::from_millis(50));
    }
    driver
}

fn open(engine: Engine, driver: &str, folder: &Path, downloads: &Path, place: &Place) -> Session {
    if engine == Engine::Chromium90 {
        let arguments = chromium_90(&folder.join("profile"), place.proxy);
        let tools = DevTools::start(&program("chromium-90"), &arguments, folder, downloads);
        return Session::over_pipe(tools.unwrap_or_else(|it| panic!("Chromium 90 did not start: {it}; its words are in {}", folder.display())));
    }
    // A first start on a busy machine can outlast the driver's patience once; a second try is not a mask for a fault.
    let first = Session::open(driver, capabilities(engine, folder, downloads, place));
    let session = first
        .or_else(|_| Session::open(driver, capabilities(engine, folder, downloads, place)))
        .unwrap_or_else(|it| panic!("{engine:?} did not start: {it}; the driver's words are in {}", folder.display()));
    // Its own window is smaller, and the others get theirs by an argument.
    if engine == Engine::WebKitGtk {
        session.set_window_size(1280, 900);
    }
    session
}

/// The arguments of the browser that has no driver.
fn chromium_90(profile: &Path, proxy: Option<u16>) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--lang=zh-CN", "--window-size=1280,900"]
            .map(str::to_owned)
            .to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    if let Some(port) = proxy {
        arguments.push(format!("--proxy-server=127.0.0.1:{port}"));
        arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
    }
    arguments
}

fn capabilities(engine: Engine, folder: &Path, downloads: &Path, place: &Place) -> Value {
    let mut wanted = own_capabilities(engine, folder, downloads);
    if place.without_wasm {
        match engine {
            Engine::Chromium | Engine::Chromium90 => {
                let args = wanted["goog:chromeOptions"]["args"].as_array_mut().expect("there are arguments");
                args.push(json!("--js-flags=--jitless"));
            }
            Engine::Firefox => wanted["moz:firefoxOptions"]["prefs"]["javascript.options.wasm"] = json!(false),
            // The driver was started without it.
            Engine::WebKitGtk => {}
        }
    }
    if let Some(port) = place.proxy {
        let address = format!("127.0.0.1:{port}");
        wanted["proxy"] = json!({ "proxyType": "manual", "httpProxy": address, "sslProxy": address });
        match engine {
            // By themselves browsers ask their own machine directly.
            Engine::Chromium => {
                let args = wanted["goog:chromeOptions"]["args"].as_array_mut().expect("there are arguments");
                args.push(json!("--proxy-bypass-list=<-loopback>"));
            }
            Engine::Firefox => {
                wanted["moz:firefoxOptions"]["prefs"]["network.proxy.allow_hijacking_localhost"] = json!(true);
            }
            Engine::WebKitGtk | Engine::Chromium90 => {}
        }
    }
    wanted
}

fn own_capabilities(engine: Engine, folder: &Path, downloads: &Path) -> Value {
    let profile = folder.join("profile");
    match engine {
        Engine::Chromium | Engine::Chromium90 => json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": program("chromium"),
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--lang=zh-CN", "--window-size=1280,900",
                    format!("--user-data-dir={}", profile.display()),
                ],
                "prefs": { "download.default_directory": downloads, "download.prompt_for_download": false },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        }),
        Engine::Firefox => json!({
            "browserName": "firefox",
            "moz:firefoxOptions": {
                "binary": program("firefox-esr"),
                "args": ["-headless", "-width", "1280", "-height", "900", "-profile", profile],
                "prefs": {
                    "browser.download.folderList": 2,
                    "browser.download.dir": downloads,
                    "browser.download.useDownloadDir": true,
                    "browser.download.always_ask_before_handling_new_types": false,
                    "browser.download.manager.showWhenStarting": false,
                    "browser.helperApps.neverAsk.saveToDisk": "application/octet-stream,text/html,application/json,application/zip,application/jose+json,message/rfc822",
                    "intl.accept_languages": "zh-CN,zh",
                    "app.update.enabled": false,
                    "network.captive-portal-service.enabled": false,
                    "network.connectivity-service.enabled": false,
                },
            },
        }),
        Engine::WebKitGtk => json!({
            "webkitgtk:browserOptions": { "binary": mini_browser(), "args": ["--automation"] },
        }),
    }
}

/// The program's path; the panic names the command that installs it.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|it| it.join(name))
        .find(|it| it.is_file())
        .unwrap_or_else(|| panic!("{name} is not on PATH; `cargo xtask test` installs it"))
}

/// WebKitGTK's own small browser, which Debian keeps beside the library, in a folder by architecture.
fn mini_browser() -> PathBuf {
    let places = ["/usr/lib", "/usr/libexec"].into_iter().flat_map(|root| {
        let inner = fs::read_dir(root).into_iter().flatten().flatten().map(|it| it.path());
        std::iter::once(PathBuf::from(root)).chain(inner)
    });
    places
        .flat_map(|it| ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"].map(|name| it.join(name).join("MiniBrowser")))
        .find(|it| it.is_file())
        .unwrap_or_else(|| panic!("MiniBrowser of WebKitGTK is not installed; `cargo xtask test` installs it"))
}

fn spawned(command: &mut Command) -> Child {
    let name = command.get_program().to_string_lossy().into_owned();
    command.spawn().unwrap_or_else(|it| panic!("{name} cannot be started ({it}); `cargo xtask test` installs it"))
}

/// A screen in memory; WebKitGTK has no mode without a window.
fn start_screen(folder: &Path) -> (Child, String) {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(Stdio::from(fs::File::create(folder.join("screen.err")).expect("the temporary folder is writable")));
    let mut screen = spawned(&mut command);
    let mut line = String::new();
    let output = screen.stdout.take().expect("the screen's output was asked for");
    BufReader::new(output).read_line(&mut line).expect("the screen says its number");
    assert!(!line.trim().is_empty(), "Xvfb did not start; see {}", folder.display());
    (screen, format!(":{}", line.trim()))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the loopback address has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
