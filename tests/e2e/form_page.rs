//! The form as a person meets it: cells by answer path, commands by name, what is said on the screen.
//!
//! The only file of the stories that knows the page's markup: `data-path` on each cell, `data-command` on
//! each button, everything inside the open shadow root of `<shenbao-form>`.

use crate::browser::Browser;
use crate::site;
use crate::webdriver::{Element, Session};
use serde_json::{Value, json};

/// The screen with the form; borrows the browser's session.
pub struct FormPage<'a> {
    pub session: &'a Session,
}

/// Everything below the element, whatever roots lie between.
const ROOT: &str = "const host = document.querySelector('shenbao-form'); const root = host && host.shadowRoot; if (!root) return null;";

impl<'a> FormPage<'a> {
    /// Opens the page and waits until the form stands.
    pub fn open(browser: &'a Browser) -> FormPage<'a> {
        browser.session.go_to(site::address());
        FormPage::attach(browser)
    }

    /// Waits until the form of the page that is open stands.
    pub fn attach(browser: &'a Browser) -> FormPage<'a> {
        let session = &browser.session;
        session.wait("the form stands in the shadow root of <shenbao-form>", || {
            let text = session.try_script(&format!("{ROOT} return root.textContent.trim();"), &[]).ok()?;
            (!text.as_str()?.is_empty()).then_some(())
        });
        FormPage { session }
    }

    /// All the words that a person could see, without those of style elements.
    pub fn text(&self) -> String {
        let script = format!("{ROOT} return Array.from(root.children).filter(it => it.localName !== 'style').map(it => it.innerText).join('\\n');");
        self.session.script(&script, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// The first element inside the form that fits a selector.
    pub fn find(&self, selector: &str) -> Option<Element> {
        self.session.element(&format!("{ROOT} return root.querySelector(arguments[0]);"), &[json!(selector)])
    }

    /// How many elements fit a selector.
    pub fn count(&self, selector: &str) -> u64 {
        self.session.script(&format!("{ROOT} return root.querySelectorAll(arguments[0]).length;"), &[json!(selector)]).as_u64().unwrap_or(0)
    }

    /// A property of the first element that fits.
    pub fn property(&self, selector: &str, name: &str) -> Value {
        let script = format!("{ROOT} const it = root.querySelector(arguments[0]); return it ? it[arguments[1]] : null;");
        self.session.script(&script, &[json!(selector), json!(name)])
    }

    /// The answer path of the cell that has the focus.
    pub fn active(&self) -> Option<String> {
        let script = format!("{ROOT} const it = root.activeElement; const cell = it && it.closest('[data-path]'); return cell ? cell.dataset.path : null;");
        self.session.script(&script, &[]).as_str().map(str::to_owned)
    }
}
