//! The WebDriver protocol, as much of it as the stories use: blocking calls, JSON in and out.
//!
//! Written here rather than taken from a crate: the three drivers differ in corners (shadow roots, downloads,
//! printing) that need the raw calls anyway, and blocking calls keep a story readable from top to bottom.

// The calls are a set; which of them the stories use changes with the stories.
#![allow(dead_code)]

use crate::devtools::DevTools;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fmt;
use std::time::{Duration, Instant};

/// The key under which WebDriver hands out element references.
pub const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long a story waits for something that should happen soon.
pub const SOON: Duration = Duration::from_secs(20);

/// Brings an element into view and ends once it is at the same place in two frames; a window in the background has
/// none, and is looked at twice.
const REST: &str = "
const it = arguments[0];
it.scrollIntoView({ block: 'nearest' });
const place = () => { const box = it.getBoundingClientRect(); return [box.x, box.y, box.width, box.height].join(); };
const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 100); });
const look = (before) => frame().then(() => { const now = place(); return now === before || look(now); });
return look('');";

/// A driver's refusal: its error code and message.
#[derive(Debug)]
pub struct Refusal {
    pub code: String,
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message)
    }
}

/// An element of the page, inside a shadow root or not.
#[derive(Clone, Debug)]
pub struct Element(pub String);

impl Element {
    pub fn to_json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// One open browser window.
pub struct Session(Way);

/// How commands get to the browser.
enum Way {
    /// Over HTTP to a driver.
    Driver { agent: ureq::Agent, base: String },
    /// Straight to a browser for which there is no driver.
    Pipe(RefCell<DevTools>),
}

/// Keys that are not characters, as WebDriver names them.
pub mod keys {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const ALT: &str = "\u{e00a}";
    pub const SHIFT: &str = "\u{e008}";
    pub const CONTROL: &str = "\u{e009}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const END: &str = "\u{e010}";
    pub const UP: &str = "\u{e013}";
    pub const DOWN: &str = "\u{e015}";
    pub const BACKSPACE: &str = "\u{e003}";
    pub const F8: &str = "\u{e038}";
}

impl Session {
    /// Opens a session with these capabilities; the driver must already answer at `driver`.
    pub fn open(driver: &str, capabilities: Value) -> Result<Session, Refusal> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .into();
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = call(&agent, "POST", &format!("{driver}/session"), Some(body))?;
        let id = answer.get("sessionId").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Session(Way::Driver { agent, base: format!("{driver}/session/{id}") }))
    }

    /// A session without a driver.
    pub fn over_pipe(tools: DevTools) -> Session {
        Session(Way::Pipe(RefCell::new(tools)))
    }

    /// Whether a driver answers at this address yet.
    pub fn is_driver_ready(driver: &str) -> bool {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(2))).build().into();
        call(&agent, "GET", &format!("{driver}/status"), None)
            .is_ok_and(|it| it.get("ready").and_then(Value::as_bool).unwrap_or(true))
    }

    fn post(&self, path: &str, body: Value) -> Result<Value, Refusal> {
        match &self.0 {
            Way::Driver { agent, base } => call(agent, "POST", &format!("{base}{path}"), Some(body)),
            Way::Pipe(tools) => tools.borrow_mut().answer("POST", path, &body),
        }
    }

    fn get(&self, path: &str) -> Result<Value, Refusal> {
        match &self.0 {
            Way::Driver { agent, base } => call(agent, "GET", &format!("{base}{path}"), None),
            Way::Pipe(tools) => tools.borrow_mut().answer("GET", path, &Value::Null),
        }
    }

    /// Closes the browser; its profile stays where the caller put it.
    pub fn close(&self) {
        match &self.0 {
            Way::Driver { agent, base } => drop(call(agent, "DELETE", base, None)),
            Way::Pipe(tools) => tools.borrow_mut().close(),
        }
    }

    pub fn go_to(&self, url: &str) {
        self.post("/url", json!({ "url": url })).unwrap_or_else(|it| panic!("cannot open {url}: {it}"));
    }

    pub fn reload(&self) {
        self.post("/refresh", json!({})).unwrap_or_else(|it| panic!("cannot reload: {it}"));
    }

    pub fn back(&self) {
        self.post("/back", json!({})).unwrap_or_else(|it| panic!("cannot go back: {it}"));
    }

    pub fn forward(&self) {
        self.post("/forward", json!({})).unwrap_or_else(|it| panic!("cannot go forward: {it}"));
    }

    pub fn set_window_size(&self, width: u32, height: u32) {
        self.post("/window/rect", json!({ "width": width, "height": height, "x": 0, "y": 0 }))
            .unwrap_or_else(|it| panic!("cannot size the window: {it}"));
    }

    /// The window that commands go to.
    pub fn window(&self) -> String {
        let handle = self.get("/window").unwrap_or_else(|it| panic!("no window: {it}"));
        handle.as_str().unwrap_or_default().to_owned()
    }

    /// Opens a second tab; commands go to it from now on.
    pub fn open_tab(&self) -> String {
        let made = self.post("/window/new", json!({ "type": "tab" })).unwrap_or_else(|it| panic!("no second tab: {it}"));
        let handle = made.get("handle").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.switch_to(&handle);
        handle
    }

    /// Sends commands to a window.
    pub fn switch_to(&self, window: &str) {
        self.post("/window", json!({ "handle": window })).unwrap_or_else(|it| panic!("cannot switch: {it}"));
    }

    /// Closes the window that commands go to; another must be switched to.
    pub fn close_window(&self) {
        let answer = match &self.0 {
            Way::Driver { agent, base } => call(agent, "DELETE", &format!("{base}/window"), None),
            Way::Pipe(tools) => tools.borrow_mut().answer("DELETE", "/window", &Value::Null),
        };
        answer.unwrap_or_else(|it| panic!("cannot close the window: {it}"));
    }

    /// What Chromium wrote into its console since it was last asked.
    pub fn browser_log(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "browser" })).unwrap_or_else(|it| panic!("no log: {it}"));
        log.as_array().into_iter().flatten().filter_map(|it| it["message"].as_str()).map(str::to_owned).collect()
    }

    /// The page as the browser prints it, a PDF.
    pub fn print(&self) -> Vec<u8> {
        let paper = json!({ "page": { "width": 21.0, "height": 29.7 }, "background": true, "shrinkToFit": false });
        let printed = self.post("/print", paper).unwrap_or_else(|it| panic!("cannot print: {it}"));
        base64_decoded(printed.as_str().unwrap_or_default())
    }

    /// Runs the body of a function in the page; `arguments` are its parameters.
    pub fn try_script(&self, body: &str, arguments: &[Value]) -> Result<Value, Refusal> {
        self.post("/execute/sync", json!({ "script": body, "args": arguments }))
    }

    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.try_script(body, arguments).unwrap_or_else(|it| panic!("script failed: {it}\n{body}"))
    }

    /// Runs the body of a function whose last parameter is a callback for the answer.
    pub fn script_with_callback(&self, body: &str, arguments: &[Value]) -> Value {
        self.post("/execute/async", json!({ "script": body, "args": arguments }))
            .unwrap_or_else(|it| panic!("script failed: {it}\n{body}"))
    }

    /// The element a script returns, if it returns one.
    pub fn element(&self, body: &str, arguments: &[Value]) -> Option<Element> {
        let value = self.try_script(body, arguments).ok()?;
        value.get(ELEMENT).and_then(Value::as_str).map(|it| Element(it.to_owned()))
    }

    /// A real click in the middle of the element, scrolled into view first and at rest: a driver presses where the element
    /// was when it looked, and a person does not press what still moves.
    ///
    /// WebKit's driver calls a text control inside a shadow root covered by itself; there the pointer is sent to the
    /// same place as raw input, after asking the page that nothing else lies on top.
    pub fn click(&self, element: &Element) -> Result<(), Refusal> {
        self.try_script(REST, &[element.to_json()])?;
        match self.post(&format!("/element/{}/click", element.0), json!({})) {
            Err(refusal) if refusal.code == "element click intercepted" => {
                let place = self.try_script(
                    "const it = arguments[0]; it.scrollIntoView({ block: 'center' }); const box = it.getBoundingClientRect();\
                     const x = Math.floor(box.x + box.width / 2), y = Math.floor(box.y + box.height / 2);\
                     const top = it.getRootNode().elementFromPoint(x, y); return top && (it.contains(top) || top.contains(it)) ? [x, y] : null;",
                    &[element.to_json()],
                )?;
                let Some([x, y]) = place.as_array().map(Vec::as_slice) else { return Err(refusal) };
                let actions = json!([
                    { "type": "pointerMove", "x": x, "y": y, "origin": "viewport" },
                    { "type": "pointerDown", "button": 0 },
                    { "type": "pointerUp", "button": 0 },
                ]);
                self.post("/actions", json!({ "actions": [{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions }] }))
                    .map(|_| ())
            }
            answer => answer.map(|_| ()),
        }
    }

    /// Presses of the mouse in the middle of the element: one that takes as long as a person's, or several in haste.
    pub fn press_at(&self, element: &Element, times: usize) {
        let script = "const it = arguments[0]; it.scrollIntoView({ block: 'center' }); const box = it.getBoundingClientRect();\
                      return [Math.floor(box.x + box.width / 2), Math.floor(box.y + box.height / 2)];";
        let place = self.script(script, &[element.to_json()]);
        let mut actions = vec![json!({ "type": "pointerMove", "x": place[0], "y": place[1], "origin": "viewport" })];
        for _ in 0..times {
            actions.push(json!({ "type": "pointerDown", "button": 0 }));
            actions.push(json!({ "type": "pause", "duration": if times == 1 { 100 } else { 0 } }));
            actions.push(json!({ "type": "pointerUp", "button": 0 }));
        }
        self.post("/actions", json!({ "actions": [{ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions }] }))
            .unwrap_or_else(|it| panic!("cannot press: {it}"));
    }

    /// Real key presses into the element.
    pub fn type_into(&self, element: &Element, text: &str) -> Result<(), Refusal> {
        self.post(&format!("/element/{}/value", element.0), json!({ "text": text })).map(|_| ())
    }

    /// Empties a text control, as the driver does it.
    pub fn clear(&self, element: &Element) -> Result<(), Refusal> {
        self.post(&format!("/element/{}/clear", element.0), json!({})).map(|_| ())
    }

    /// Real key presses to whatever has the focus; control keys stay down until the end of `chord`.
    pub fn press(&self, chord: &[&str]) {
        let down = chord.iter().map(|it| json!({ "type": "keyDown", "value": it }));
        let up = chord.iter().rev().map(|it| json!({ "type": "keyUp", "value": it }));
        self.keys(down.chain(up).collect());
    }

    /// Real key presses to whatever has the focus, as fast as the browser takes them: each goes to where the one before
    /// has led.
    pub fn type_on(&self, text: &str) {
        let keys = text.chars().flat_map(|it| ["keyDown", "keyUp"].map(|way| json!({ "type": way, "value": it })));
        self.keys(keys.collect());
    }

    fn keys(&self, actions: Vec<Value>) {
        self.post("/actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }))
            .unwrap_or_else(|it| panic!("the keys are not taken: {it}"));
    }

    /// A picture of the window as PNG bytes.
    pub fn screenshot(&self) -> Result<Vec<u8>, Refusal> {
        let answer = self.get("/screenshot")?;
        Ok(base64_decoded(answer.as_str().unwrap_or_default()))
    }

    /// A command of Chromium's own protocol.
    pub fn chromium(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
            .unwrap_or_else(|it| panic!("{command}: {it}"))
    }

    /// Waits until `look` finds something, looking often; panics with `what` when time is up.
    pub fn wait<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        self.wait_for(what, SOON, look)
    }

    pub fn wait_for<T>(&self, what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(started.elapsed() < limit, "waited {}s in vain: {what}", limit.as_secs());
            std::thread::sleep(Duration::from_millis(40));
        }
    }
}

/// An argument for a script that is an element.
pub fn as_argument(element: &Element) -> Value {
    element.to_json()
}

fn call(agent: &ureq::Agent, method: &str, url: &str, body: Option<Value>) -> Result<Value, Refusal> {
    let refusal = |code: &str, message: String| Refusal { code: code.to_owned(), message };
    let sent = match (method, body) {
        ("POST", Some(body)) => agent.post(url).header("Content-Type", "application/json; charset=utf-8").send(body.to_string().as_bytes()),
        ("DELETE", _) => agent.delete(url).call(),
        _ => agent.get(url).call(),
    };
    let mut answer = sent.map_err(|it| refusal("no connection", it.to_string()))?;
    // A screenshot or a printed page is larger than the client's usual limit of ten megabytes.
    let text = answer.body_mut().with_config().limit(200 << 20).read_to_string().map_err(|it| refusal("bad answer", it.to_string()))?;
    let mut value: Value = serde_json::from_str(&text).map_err(|it| refusal("bad answer", format!("{it}: {text:.200}")))?;
    let value = value.get_mut("value").map(Value::take).unwrap_or_default();
    if let Some(code) = value.get("error").and_then(Value::as_str)
        && !answer.status().is_success()
    {
        let message = value.get("message").and_then(Value::as_str).unwrap_or_default();
        return Err(refusal(code, message.to_owned()));
    }
    Ok(value)
}

/// Decodes the base64 of drivers; anything outside the alphabet is passed over.
pub fn base64_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut n_bits) = (0u32, 0);
    for letter in text.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(six);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    bytes
}

/// How many sheets a browser's PDF has.
pub fn sheets_of(pdf: &[u8]) -> usize {
    let count = |word: &[u8]| pdf.windows(word.len()).filter(|it| *it == word).count();
    count(b"/Type /Page") - count(b"/Type /Pages")
}
