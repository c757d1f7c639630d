//! The form as a person meets it: cells by answer path, commands by name, what is said on the screen.
//!
//! The only file of the stories that knows the page's markup: `data-path` on each cell, `data-command` on each
//! button, `data-place` on each entry of the outline, everything inside the open shadow root of `<shenbao-form>`.

use crate::browser::Browser;
use crate::site;
use crate::webdriver::{Element, Session, keys};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The screen with the form; borrows the browser's session.
pub struct FormPage<'a> {
    pub session: &'a Session,
}

/// Scripts start with this: everything is looked for below the element.
const ROOT: &str = "const host = document.querySelector('shenbao-form'); const root = host && host.shadowRoot; if (!root) return null;";

/// The part of a cell that takes input.
const CONTROL: &str = "input:not([type=file]), textarea, select";

impl<'a> FormPage<'a> {
    /// Opens the page and waits until something stands in it.
    pub fn open(browser: &'a Browser) -> FormPage<'a> {
        browser.session.go_to(&browser.place.address);
        FormPage::attach(browser)
    }

    /// Opens the form that is one HTML file, as by a double-click.
    pub fn open_single(browser: &'a Browser) -> FormPage<'a> {
        browser.session.go_to(&format!("file://{}", site::single_file().display()));
        FormPage::attach(browser)
    }

    /// Waits until the page that is open shows something.
    pub fn attach(browser: &'a Browser) -> FormPage<'a> {
        let session = &browser.session;
        session.wait("the form stands in the shadow root of <shenbao-form>", || {
            // Before the program is there, the root holds a word and no element, or there is a first sheet beside it.
            let shown = session.try_script(&format!("{ROOT} return root.querySelectorAll('.root').length === 1 && root.querySelector('.root > *') !== null;"), &[]).ok()?;
            shown.as_bool()?.then_some(())
        });
        FormPage { session }
    }

    /// Starts a new application for a table from the start page.
    pub fn start_new(&self, table: &str) {
        self.click(&format!("[data-command='new'][data-table='{table}']"));
        self.wait_for_element(".sheet");
    }

    /// Opens the one draft that is kept on this computer.
    pub fn open_kept_draft(&self) {
        self.click("[data-draft] [data-command='open']");
        self.wait_for_element(".sheet");
    }

    /// Opens a file from the start page.
    pub fn open_file(&self, file: &Path) {
        self.choose_file(".start .section-head input[type=file]", file);
    }

    /// Chooses a file in a file dialog.
    pub fn choose_file(&self, input: &str, file: &Path) {
        let picker = self.wait_for_element(input);
        self.session.type_into(&picker, &file.display().to_string()).unwrap_or_else(|it| panic!("{input}: {it}"));
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

    /// The first element that fits, once there is one.
    pub fn wait_for_element(&self, selector: &str) -> Element {
        self.session.wait(selector, || self.find(selector))
    }

    /// Clicks the first element that fits, once it is there and takes the click.
    pub fn click(&self, selector: &str) {
        self.session.wait(&format!("{selector} takes a click"), || self.session.click(&self.find(selector)?).ok());
    }

    /// Makes a key with the passphrase that the page offers, and gives that.
    pub fn make_key(&self) -> String {
        self.command("offer-passphrase");
        self.session.wait("a strong passphrase", || self.words(".strength").contains('强').then_some(()));
        let passphrase = self.property("#new-pass", "value").as_str().expect("a passphrase").to_owned();
        self.command("make-key");
        passphrase
    }

    /// Presses a button by the name of its command.
    pub fn command(&self, name: &str) {
        self.click(&format!("[data-command='{name}']:not([disabled])"));
    }

    /// Chooses a language by its tag.
    pub fn speak(&self, tag: &str) {
        self.click(&format!("[data-command='language'] option[value='{tag}']"));
    }

    /// How many elements fit a selector.
    pub fn count(&self, selector: &str) -> usize {
        let n = self.session.script(&format!("{ROOT} return root.querySelectorAll(arguments[0]).length;"), &[json!(selector)]);
        n.as_u64().unwrap_or(0) as usize
    }

    /// A property of the first element that fits.
    pub fn property(&self, selector: &str, name: &str) -> Value {
        let script = format!("{ROOT} const it = root.querySelector(arguments[0]); return it ? it[arguments[1]] : null;");
        self.session.script(&script, &[json!(selector), json!(name)])
    }

    /// The words of the first element that fits.
    pub fn words(&self, selector: &str) -> String {
        self.property(selector, "textContent").as_str().unwrap_or_default().trim().to_owned()
    }

    /// One attribute of all elements that fit, in the order of the page.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let script = format!("{ROOT} return Array.from(root.querySelectorAll(arguments[0]), it => it.getAttribute(arguments[1]));");
        let found = self.session.script(&script, &[json!(selector), json!(name)]);
        found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The answer path of the cell that has the focus.
    pub fn active(&self) -> Option<String> {
        let script = format!("{ROOT} const it = root.activeElement; const cell = it && it.closest('[data-path]'); return cell ? cell.dataset.path : null;");
        self.session.script(&script, &[]).as_str().map(str::to_owned)
    }

    /// Turns the numbers of a scenario's path (`parks/#2/policies/#1/name`) into the ids on screen, going to the
    /// place and adding the instance or row that is not there yet.
    pub fn resolve(&self, path: &str) -> String {
        let mut resolved: Vec<String> = Vec::new();
        for (depth, segment) in path.split('/').enumerate() {
            let Some(number) = segment.strip_prefix('#') else {
                resolved.push(segment.to_owned());
                if depth == 0 && !path.split('/').nth(1).is_some_and(|it| it.starts_with('#')) {
                    self.go_to(segment);
                }
                continue;
            };
            let number: usize = number.parse().expect("a number after #");
            let so_far = resolved.join("/");
            if depth == 1 && self.count(&format!("[data-part='{so_far}']")) > 0 {
                let entries = format!(".entry[data-place^='{so_far}/']");
                self.add_until(&entries, number, &format!("[data-command='add-instance'][data-part='{so_far}']"));
                let place = self.attributes(&entries, "data-place")[number - 1].clone();
                self.go_to(&place);
                resolved = place.split('/').map(str::to_owned).collect();
            } else {
                if depth == 1 {
                    self.go_to(&so_far);
                }
                let cell = format!("[data-path='{so_far}']");
                let rows = format!("{cell} [data-row]");
                self.add_until(&rows, number, &format!("{cell} [data-command='add-row']"));
                resolved = self.attributes(&rows, "data-row")[number - 1].split('/').map(str::to_owned).collect();
            }
        }
        resolved.join("/")
    }

    /// Presses a button until so many elements are there.
    fn add_until(&self, elements: &str, number: usize, button: &str) {
        while self.count(elements) < number {
            let before = self.count(elements);
            self.click(button);
            self.session.wait(&format!("one more of {elements}"), || (self.count(elements) > before).then_some(()));
        }
    }

    /// Shows a part or an instance by its entry in the outline.
    pub fn go_to(&self, place: &str) {
        let sheet = format!("[data-sheet='{place}'], [data-sheet='{place}/']");
        if self.count(&sheet) == 0 {
            self.click(&format!(".entry[data-place='{place}'], .entry[data-place='{place}/']"));
            self.wait_for_element(&sheet);
        }
    }

    /// Puts the focus into a cell by a key that changes nothing: WebKit's driver clicks beside controls in rows.
    pub fn focus(&self, path: &str) -> Element {
        let control = self.control(path);
        self.session.type_into(&control, keys::END).unwrap_or_else(|it| panic!("{path}: {it}"));
        control
    }

    /// Types into a cell and leaves it, key by key.
    pub fn type_into(&self, path: &str, text: &str) {
        let cell = format!("[data-path='{path}']");
        let control = self.control(path);
        self.session.type_into(&control, &format!("{text}{}", keys::TAB)).unwrap_or_else(|it| panic!("{cell}: {it}"));
    }

    /// Empties a cell, then types into it and leaves it.
    pub fn type_over(&self, path: &str, text: &str) {
        let control = self.control(path);
        self.session.clear(&control).unwrap_or_else(|it| panic!("{path}: {it}"));
        self.type_into(path, text);
    }

    /// What a cell's control holds.
    pub fn typed(&self, path: &str) -> String {
        let _ = self.control(path);
        let controls = CONTROL.split(", ").map(|it| format!("[data-path='{path}'] {it}")).collect::<Vec<_>>().join(", ");
        self.property(&controls, "value").as_str().unwrap_or_default().to_owned()
    }

    fn control(&self, path: &str) -> Element {
        let controls = CONTROL.split(", ").map(|it| format!("[data-path='{path}'] {it}")).collect::<Vec<_>>().join(", ");
        self.wait_for_element(&controls)
    }

    /// Chooses the option with this label from a cell's list.
    pub fn choose(&self, path: &str, label: &str) {
        let script = format!(
            "{ROOT} return Array.from(root.querySelectorAll(`[data-path='${{arguments[0]}}'] option`)).find(it => it.textContent.trim() === arguments[1]) || null;"
        );
        let option = self.session.wait(&format!("{path} offers {label}"), || self.session.element(&script, &[json!(path), json!(label)]));
        self.session.click(&option).unwrap_or_else(|it| panic!("{path}: {it}"));
        let chosen = format!("{ROOT} const it = root.querySelector(`[data-path='${{arguments[0]}}'] select`); return it.selectedOptions[0].textContent.trim() === arguments[1];");
        self.session.wait(&format!("{path} shows {label}"), || {
            (self.session.script(&chosen, &[json!(path), json!(label)]) == json!(true)).then_some(())
        });
    }

    /// Enters a document that goes on paper.
    pub fn add_paper(&self, path: &str, title: &str, pages: u64) {
        let cell = format!("[data-path='{path}']");
        let n = self.count(&format!("{cell} .file[data-entry]"));
        self.click(&format!("{cell} [data-command='add-paper']"));
        self.session.wait("the new entry", || (self.count(&format!("{cell} .file[data-entry]")) > n).then_some(()));
        let entry = self.attributes(&format!("{cell} .file[data-entry]"), "data-entry")[n].clone();
        let input = |class: &str| self.wait_for_element(&format!("[data-entry='{entry}'] .{class} input"));
        self.session.type_into(&input("file-title"), &format!("{title}{}", keys::TAB)).expect("the title takes text");
        self.session.type_into(&input("file-pages"), &format!("{pages}{}", keys::TAB)).expect("the pages take a number");
    }

    /// The answer path of the first list of files on the sheet.
    pub fn first_files_cell(&self) -> String {
        let script = format!("{ROOT} const it = root.querySelector('[data-path] .files'); return it && it.closest('[data-path]').dataset.path;");
        self.session.wait("a list of files", || self.session.script(&script, &[]).as_str().map(str::to_owned))
    }

    /// Attaches a file by the cell's file dialog.
    pub fn attach_file(&self, path: &str, file: &Path) {
        let name = file.file_name().and_then(|it| it.to_str()).expect("a file name").to_owned();
        let input = self.wait_for_element(&format!("[data-path='{path}'] input[type=file]"));
        self.session.type_into(&input, &file.display().to_string()).unwrap_or_else(|it| panic!("{path}: {it}"));
        self.session.wait(&format!("{name} is attached"), || {
            self.words(&format!("[data-path='{path}'] .files")).contains(&name).then_some(())?;
            (self.count(&format!("[data-path='{path}'] .uploading")) == 0).then_some(())
        });
    }

    /// Attaches a paper to the first material that takes one.
    pub fn attach_paper(&self, folder: &Path, name: &str) {
        self.attach_bytes(folder, name, b"%PDF-1.4\n%one page\n");
    }

    /// Attaches a paper that is too large for a bundle in JSON.
    pub fn attach_large_paper(&self, folder: &Path, name: &str) {
        let mut bytes = b"%PDF-1.4\n".to_vec();
        bytes.resize(16 * 1024 * 1024, 7);
        self.attach_bytes(folder, name, &bytes);
    }

    fn attach_bytes(&self, folder: &Path, name: &str, bytes: &[u8]) {
        self.go_to("materials");
        let paper = folder.join(name);
        fs::write(&paper, bytes).expect("a file");
        self.attach_file(&self.first_files_cell(), &paper);
    }

    /// Waits until the bar says that everything typed is kept on this computer.
    pub fn wait_until_saved(&self) {
        self.session.wait("the bar says saved", || self.words(".saving").contains("已保存").then_some(()));
    }
}
