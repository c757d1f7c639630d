//! Chromium 90 without a driver: the drivers of today do not speak to it, and those of its time are in no registry.
//!
//! The commands of WebDriver that the stories use are done here with the browser's own protocol, over its pipe, so
//! that the same page object and the same stories serve. Keys and clicks are the browser's real input, but for one
//! thing: this build, made for servers without a screen, ends itself as soon as a text is selected ("Check failed:
//! IsSupportedClipboardBuffer"). So Tab leaves a control without going to the next one, whose text it would select.

use crate::webdriver::{ELEMENT, Refusal, keys};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long the browser may take for one command.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where an element is clicked, or the code of WebDriver's refusal. An option is chosen as its list would do it.
/// Scrolling may lay out what was never seen, so the place counts once two frames agree on it.
const TO_CLICK: &str = "async function () {
  if (!this.isConnected) return 'stale element reference';
  if (this.localName === 'option') {
    const list = this.closest('select');
    list.focus();
    if (!this.selected) {
      this.selected = true;
      list.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      list.dispatchEvent(new Event('change', { bubbles: true }));
    }
    return '';
  }
  const frame = () => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
  let box = null;
  for (let before = null; !box || !before || box.y !== before.y; await frame()) {
    before = box;
    this.scrollIntoView({ block: 'center', inline: 'nearest' });
    box = this.getClientRects()[0];
    if (!box) break;
  }
  if (!box || !box.width || !box.height) return 'element not interactable';
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const top = this.getRootNode().elementFromPoint(x, y);
  return top && this.contains(top) ? [x, y] : 'element click intercepted';
}";

/// Puts the caret behind the text; says whether files are wanted.
const TO_TYPE: &str = "function () {
  if (this.type === 'file') return true;
  if (this.getRootNode().activeElement !== this) {
    this.focus();
    try { this.setSelectionRange(this.value.length, this.value.length); } catch (_) { /* A list has no caret. */ }
  }
  return false;
}";

/// The keys that are not characters: name, code of the keyboard, code of Windows.
const KEYS: &[(&str, &str, &str, u32)] = &[
    (keys::ENTER, "Enter", "Enter", 13),
    (keys::ALT, "Alt", "AltLeft", 18),
    (keys::SHIFT, "Shift", "ShiftLeft", 16),
    (keys::CONTROL, "Control", "ControlLeft", 17),
    (keys::ESCAPE, "Escape", "Escape", 27),
    (keys::END, "End", "End", 35),
    (keys::UP, "ArrowUp", "ArrowUp", 38),
    (keys::DOWN, "ArrowDown", "ArrowDown", 40),
    (keys::BACKSPACE, "Backspace", "Backspace", 8),
    (keys::F8, "F8", "F8", 119),
];

/// A running browser at the other end of a pipe.
pub struct DevTools {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    last_id: u64,
    /// The one page.
    session: String,
    /// What the page gave out as elements; an element's name is its place here.
    elements: Vec<String>,
    /// Alt, Control, Shift that are down, as bits.
    modifiers: u32,
}

impl DevTools {
    /// Starts the program with these arguments and attaches to its page.
    pub fn start(program: &Path, arguments: &[String], folder: &Path, downloads: &Path) -> Result<DevTools, Refusal> {
        // The browser reads commands from descriptor 3 and answers on 4; a shell can hand these over.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 3<&0 4>&1 1>&2 0</dev/null", "sh"]).arg(program).args(arguments);
        command.arg("--remote-debugging-pipe").env("HOME", folder).env("TZ", "Asia/Shanghai");
        let log = std::fs::File::create(folder.join("browser.err")).expect("the temporary folder is writable");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().expect("there is a shell");
        let (input, output) = (process.stdin.take().expect("asked for"), process.stdout.take().expect("asked for"));
        let (send, messages) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(output).split(0).map_while(Result::ok) {
                if let Ok(message) = serde_json::from_slice(&message)
                    && send.send(message).is_err()
                {
                    return;
                }
            }
        });
        let mut tools = DevTools { process, input, messages, last_id: 0, session: String::new(), elements: Vec::new(), modifiers: 0 };
        // The browser's own first page may not be there yet.
        let page = tools.send("Target.createTarget", json!({ "url": "about:blank" }))?;
        let attached = tools.send("Target.attachToTarget", json!({ "targetId": page["targetId"], "flatten": true }))?;
        tools.send("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": downloads }))?;
        tools.session = attached["sessionId"].as_str().unwrap_or_default().to_owned();
        tools.send("Page.enable", json!({}))?;
        Ok(tools)
    }

    /// Does what a driver would do for this request.
    pub fn answer(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, Refusal> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match (method, parts.as_slice()) {
            ("POST", ["url"]) => self.load("Page.navigate", json!({ "url": body["url"] })),
            ("POST", ["refresh"]) => self.load("Page.reload", json!({})),
            ("POST", ["execute", "sync"]) => self.script(body),
            ("POST", ["element", element, "click"]) => self.click(element),
            ("POST", ["element", element, "value"]) => self.type_into(element, body["text"].as_str().unwrap_or_default()),
            ("POST", ["element", element, "clear"]) => {
                let length = self.on(element, "function () { this.focus(); this.setSelectionRange(this.value.length, this.value.length); return this.value.length; }")?;
                for _ in 0..length.as_u64().unwrap_or(0) {
                    self.key(keys::BACKSPACE)?;
                }
                Ok(Value::Null)
            }
            ("POST", ["actions"]) => self.actions(body),
            ("POST", ["goog", "cdp", "execute"]) => self.send(body["cmd"].as_str().unwrap_or_default(), body["params"].clone()),
            ("POST", ["print"]) => {
                let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true, "preferCSSPageSize": true });
                Ok(self.send("Page.printToPDF", paper)?["data"].take())
            }
            ("GET", ["screenshot"]) => Ok(self.send("Page.captureScreenshot", json!({}))?["data"].take()),
            _ => Err(refusal("unknown command", format!("{method} {path}"))),
        }
    }

    /// Ends the browser.
    pub fn close(&mut self) {
        self.session.clear();
        if self.send("Browser.close", json!({})).is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }

    /// Sends a command of the browser's protocol and waits for its answer.
    fn send(&mut self, command: &str, parameters: Value) -> Result<Value, Refusal> {
        let id = self.post(command, parameters)?;
        loop {
            let message = self.next(command)?;
            if message["id"] == id {
                return result(message);
            }
        }
    }

    fn load(&mut self, command: &str, parameters: Value) -> Result<Value, Refusal> {
        self.elements.clear();
        let id = self.post(command, parameters)?;
        let (mut is_answered, mut is_loaded) = (false, false);
        while !(is_answered && is_loaded) {
            let message = self.next(command)?;
            is_loaded |= message["method"] == "Page.loadEventFired";
            if message["id"] == id {
                result(message)?;
                is_answered = true;
            }
        }
        Ok(Value::Null)
    }

    fn post(&mut self, command: &str, parameters: Value) -> Result<u64, Refusal> {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": command, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).and_then(|()| self.input.flush()).map_err(|it| refusal("no connection", format!("{command}: {it}")))?;
        Ok(self.last_id)
    }

    fn next(&mut self, command: &str) -> Result<Value, Refusal> {
        let message = self.messages.recv_timeout(PATIENCE).map_err(|it| refusal("no connection", format!("{command}: {it}")))?;
        // A driver says yes to a page that asks before it is left.
        if message["method"] == "Page.javascriptDialogOpening" {
            self.post("Page.handleJavaScriptDialog", json!({ "accept": true }))?;
        }
        Ok(message)
    }

    fn script(&mut self, body: &Value) -> Result<Value, Refusal> {
        let given = body["args"].as_array().into_iter().flatten();
        let arguments: Vec<Value> = given
            .map(|it| match it[ELEMENT].as_str() {
                Some(element) => json!({ "objectId": self.object(element) }),
                None => json!({ "value": it }),
            })
            .collect();
        let window = self.send("Runtime.evaluate", json!({ "expression": "window" }))?;
        let function = format!("function () {{ {} }}", body["script"].as_str().unwrap_or_default());
        self.call(&window["result"]["objectId"], &function, arguments)
    }

    fn on(&mut self, element: &str, function: &str) -> Result<Value, Refusal> {
        let object = json!(self.object(element));
        self.call(&object, function, Vec::new())
    }

    /// Calls a function of the page. An element comes back as its name, anything else as it is.
    fn call(&mut self, this: &Value, function: &str, arguments: Vec<Value>) -> Result<Value, Refusal> {
        let parameters = json!({ "objectId": this, "functionDeclaration": function, "arguments": arguments, "userGesture": true, "awaitPromise": true });
        let mut answer = self.send("Runtime.callFunctionOn", parameters)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            return Err(refusal("javascript error", thrown.to_string()));
        }
        let found = answer["result"].take();
        if found["subtype"] == "node" {
            self.elements.push(found["objectId"].as_str().unwrap_or_default().to_owned());
            return Ok(json!({ ELEMENT: (self.elements.len() - 1).to_string() }));
        }
        match found.get("objectId") {
            Some(object) => {
                let whole = json!({ "objectId": object, "functionDeclaration": "function () { return this; }", "returnByValue": true });
                Ok(self.send("Runtime.callFunctionOn", whole)?["result"]["value"].take())
            }
            None => Ok(found["value"].clone()),
        }
    }

    fn object(&self, element: &str) -> Option<String> {
        self.elements.get(element.parse::<usize>().ok()?).cloned()
    }

    fn click(&mut self, element: &str) -> Result<Value, Refusal> {
        let place = self.on(element, TO_CLICK)?;
        let Some([x, y]) = place.as_array().map(Vec::as_slice) else {
            return match place.as_str() {
                Some("") => Ok(Value::Null),
                code => Err(refusal(code.unwrap_or("unknown error"), element.to_owned())),
            };
        };
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            self.send("Input.dispatchMouseEvent", json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 }))?;
        }
        Ok(Value::Null)
    }

    fn type_into(&mut self, element: &str, text: &str) -> Result<Value, Refusal> {
        if self.on(element, TO_TYPE)? == true {
            return self.send("DOM.setFileInputFiles", json!({ "files": [PathBuf::from(text)], "objectId": self.object(element) }));
        }
        for letter in text.chars() {
            self.key(letter.encode_utf8(&mut [0; 4]))?;
        }
        Ok(Value::Null)
    }

    fn actions(&mut self, body: &Value) -> Result<Value, Refusal> {
        for action in body["actions"][0]["actions"].as_array().into_iter().flatten() {
            let key = action["value"].as_str().unwrap_or_default();
            match action["type"].as_str() {
                Some("keyDown") => self.key_event(key, true)?,
                Some("keyUp") => self.key_event(key, false)?,
                kind => return Err(refusal("unknown command", format!("action {kind:?}"))),
            };
        }
        Ok(Value::Null)
    }

    fn key(&mut self, key: &str) -> Result<Value, Refusal> {
        if key == keys::TAB {
            let leave = "(() => { let it = document.activeElement; while (it.shadowRoot && it.shadowRoot.activeElement) it = it.shadowRoot.activeElement; it.blur(); })()";
            return self.send("Runtime.evaluate", json!({ "expression": leave }));
        }
        // What no key writes comes from an input method.
        if key.chars().all(|it| !it.is_ascii() && !('\u{e000}'..'\u{f8ff}').contains(&it)) {
            return self.send("Input.insertText", json!({ "text": key }));
        }
        self.key_event(key, true)?;
        self.key_event(key, false)
    }

    fn key_event(&mut self, key: &str, is_down: bool) -> Result<Value, Refusal> {
        let bit = [(keys::ALT, 1), (keys::CONTROL, 2), (keys::SHIFT, 8)].iter().find(|it| it.0 == key).map_or(0, |it| it.1);
        self.modifiers = if is_down { self.modifiers | bit } else { self.modifiers & !bit };
        let named = KEYS.iter().find(|it| it.0 == key);
        let text = match named {
            Some((_, "Enter", ..)) => "\r",
            Some(_) => "",
            None if self.modifiers & 3 != 0 => "",
            None => key,
        };
        // The numbers of letters and digits are their own in ASCII; those of other keys mean something else there.
        let letter = key.chars().next().filter(char::is_ascii_alphanumeric).map_or(0, |it| u32::from(it.to_ascii_uppercase()));
        let (name, code, number) = named.map_or((key, "", letter), |it| (it.1, it.2, it.3));
        let kind = if !is_down { "keyUp" } else if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        let mut event = json!({ "type": kind, "key": name, "code": code, "windowsVirtualKeyCode": number, "modifiers": self.modifiers });
        if is_down && !text.is_empty() {
            event["text"] = json!(text);
        }
        self.send("Input.dispatchKeyEvent", event)
    }
}

fn result(mut message: Value) -> Result<Value, Refusal> {
    match message.get("error") {
        Some(error) => Err(refusal("unknown error", error.to_string())),
        None => Ok(message["result"].take()),
    }
}

fn refusal(code: &str, message: String) -> Refusal {
    Refusal { code: code.to_owned(), message }
}
