// The first sheet of a table, or the list of tables, before the program is here: drawn by the program itself when the page
// was built (src/bin/xtask/first_sheet.rs), put up here in plain elements, so that whoever opens the form types at once.
// When the program has drawn the same, what was typed and pressed goes over to it between two keys.

const CONTROLS = "input, textarea, select";
// A longer wait is said; a shorter one would only flicker.
const PATIENCE_MS = 600;
// How long a list of choices is taken to be open at most: that it was closed without a choice is not always told.
const LIST_MS = 8000;

export class FirstSheet {
  // Beside these elements the program draws the form; their class tells how wide the place is.
  element;
  // The table whose sheet it is; empty for the list of tables.
  table;
  // True if it was begun on the list, and the program was asked for it there.
  is_asked = false;
  // The words for what was typed, once it has left.
  typed;
  // Fulfilled when it was seen.
  painted;
  #begin;
  #before = new Map();
  #left = new Set();
  // The button that was pressed last, if nothing was typed since: more than one would be a surprise afterwards.
  #press = null;
  #is_composing = false;
  #is_pressed = false;
  #open_list = null;
  #has_failed = false;
  #rested = () => {};
  // Nothing keeps what was typed until the program does, so that whoever leaves before is asked.
  #guard = (event) => {
    if (!this.has_typed) return;
    event.preventDefault();
    event.returnValue = "";
  };

  // `begin` hears on which table of the list "new" was pressed.
  constructor(table, drawn, begin) {
    const root = document.createElement("div");
    root.className = "root";
    root.lang = "zh-CN";
    root.append(...drawn.map(made));
    for (const it of root.querySelectorAll(CONTROLS)) if (!it.disabled) this.#before.set(it, content(it));
    this.element = root;
    this.table = table;
    this.#begin = begin;
    this.#listen(root);
    this.painted = new Promise((resolve) => {
      const rest = window.requestIdleCallback || setTimeout;
      requestAnimationFrame(() => setTimeout(() => rest(resolve)));
      // A page in the background is not painted.
      setTimeout(resolve, 150);
    });
    setTimeout(() => this.#say(), PATIENCE_MS);
  }

  #listen(root) {
    const on = (names, call) => names.split(" ").forEach((name) => root.addEventListener(name, call));
    const rest = () => setTimeout(() => this.#rested());
    on("compositionstart", () => (this.#is_composing = true));
    on("compositionend", () => (this.#is_composing = false));
    on("pointerdown", ({ target }) => {
      this.#is_pressed = true;
      // A second press on it closes the list.
      const is_list = target.tagName === "SELECT" && this.#open_list !== target;
      this.#open_list = is_list ? target : null;
      if (is_list) setTimeout(() => this.#close_list(target), LIST_MS);
      const release = () => {
        this.#is_pressed = false;
        ["pointerup", "pointercancel"].forEach((name) => window.removeEventListener(name, release, true));
        rest();
      };
      ["pointerup", "pointercancel"].forEach((name) => window.addEventListener(name, release, true));
    });
    on("change focusout keydown", ({ target }) => this.#close_list(target));
    on("input", ({ target }) => (target.type === "file" ? this.#say() : this.#remember(null)));
    on("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      const { command, table } = button.dataset;
      // A browser opens its dialog for a press, and for none that was long ago.
      if (command === "open-file") return root.querySelector(".picker").click();
      this.#remember(button);
      if (command === "new") this.#begin(table);
    });
    on("keydown", (event) => {
      // The browser would save the page.
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      this.#remember(root.querySelector("[data-command='save-draft']"));
    });
    // The browser would leave the page for the file.
    on("dragover drop", (event) => event.preventDefault());
    on("focusout", ({ target }) => this.#left.add(target));
    on("compositionend change focusout keyup", rest);
  }

  #close_list(it) {
    if (this.#open_list !== it) return;
    this.#open_list = null;
    this.#rested();
  }

  #remember(button) {
    if (this.#press === button) return;
    this.#press = button;
    this.#say();
  }

  #say(words = this.#waiting()) {
    const state = this.element.querySelector(".saving") || this.#status();
    if (!this.#has_failed) state.textContent = words;
  }

  #waiting() {
    const picker = this.element.querySelector(".picker");
    const file = picker && picker.files[0];
    if (file) return `程序载入后打开“${file.name}”……`;
    if (this.#press) return `程序载入后执行“${this.#press.textContent}”……`;
    return this.table ? "正在载入程序，可以先填写本页……" : "正在载入程序……";
  }

  // The list has no place for it. It comes last, so that everything else keeps its place.
  #status() {
    const found = this.element.querySelector(":scope > .notice-line > .notice");
    if (found) return found;
    const line = document.createElement("div");
    line.className = "notice-line";
    const it = line.appendChild(document.createElement("span"));
    it.className = "notice";
    it.setAttribute("role", "status");
    this.element.append(line);
    return it;
  }

  get has_typed() {
    return this.#changed().length > 0;
  }

  #changed() {
    return Array.from(this.#before).filter(([control, before]) => content(control) !== before);
  }

  // Takes back everything that was typed and pressed.
  reset() {
    for (const [control, before] of this.#changed()) {
      if (typeof before === "boolean") control.checked = before;
      else control.value = before;
    }
    this.#left.clear();
    this.#remember(null);
  }

  // Nothing can be typed while the page around says so.
  freeze(is_frozen) {
    for (const control of this.#before.keys()) control.disabled = is_frozen;
  }

  // The program does not come: what was typed stays to be copied.
  fail() {
    this.freeze(true);
    this.#press = null;
    this.#say("没有保存：程序没有载入");
    this.#has_failed = true;
  }

  // True while something is under way that a change of elements would break off: a word that is composed, a press, a list
  // that is open.
  #is_busy() {
    return this.#is_composing || this.#is_pressed || !!this.#open_list;
  }

  // The sheet is in the page.
  stand() {
    window.addEventListener("beforeunload", this.#guard);
  }

  // The page put the sheet away: what was under way is broken off.
  rest() {
    window.removeEventListener("beforeunload", this.#guard);
    this.#is_composing = this.#is_pressed = false;
    this.#open_list = null;
    this.#rested();
  }

  // Takes itself away; gives the words for what was typed.
  leave() {
    this.typed = this.#changed().map(([control]) => words_of(control));
    this.element.remove();
    this.rest();
    return this.typed;
  }

  // Gives everything to what the program drew, shows that, and takes itself away, in one step. `where` tells the root and
  // whether it holds the sheet of this table, or nothing if there is no place any more. Gives the words for what found no
  // cell there: one that is not blank keeps what it has. Gives nothing if nothing was done.
  async hand_over(where) {
    while (this.#is_busy()) await new Promise((resolve) => (this.#rested = resolve));
    const place = where();
    if (!place) return null;
    const { root, is_same } = place;
    const { element } = this;
    const twin_of = (it) => (is_same ? this.#twin(it, root) : null);
    const active = element.getRootNode().activeElement;
    const lost = [];
    root.className = element.className;
    root.style.display = "";
    for (const [control, before] of this.#changed()) {
      const twin = twin_of(control);
      if (!twin || twin.disabled || twin.readOnly || (content(twin) !== before && content(twin) !== content(control))) {
        lost.push(words_of(control));
        continue;
      }
      if (control.type === "file") twin.files = control.files;
      else if (typeof before === "boolean") twin.checked = control.checked;
      else twin.value = control.value;
      // A choice that is not there any more.
      if (content(twin) !== content(control)) {
        twin.value = before;
        lost.push(words_of(control));
        continue;
      }
      twin.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
      // Whoever types in a text is not done with it; a choice is made.
      const is_done = control !== active || control.tagName === "SELECT" || control.type === "file" || typeof before === "boolean";
      if (is_done) twin.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const control of this.#left) {
      const twin = control !== active && twin_of(control);
      if (twin) twin.dispatchEvent(new FocusEvent("blur"));
    }
    const heir = active && element.contains(active) && twin_of(active);
    if (heir) {
      heir.focus({ preventScroll: true });
      const { selectionStart, selectionEnd, selectionDirection } = active;
      if (typeof selectionStart === "number") heir.setSelectionRange(selectionStart, selectionEnd, selectionDirection);
      heir.scrollTop = active.scrollTop;
    }
    for (const control of this.#before.keys()) {
      const twin = control.type === "file" && twin_of(control);
      if (twin) pass_on(control, twin);
    }
    const pressed = this.#press && twin_of(this.#press);
    this.leave();
    if (pressed) pressed.click();
    return lost;
  }

  // The element at the same place of the other sheet: within the same cell, or within the whole.
  #twin(it, root) {
    const cell = it.closest("[data-path]");
    const from = cell || this.element;
    const steps = [];
    for (let at = it; at !== from; at = at.parentElement) steps.unshift(Array.from(at.parentElement.children).indexOf(at));
    const start = cell ? root.querySelector(`[data-path="${CSS.escape(cell.getAttribute("data-path"))}"]`) : root;
    const found = steps.reduce((at, step) => at && at.children[step], start);
    return found && found.tagName === it.tagName ? found : null;
  }
}

const content = (control) => (control.type === "checkbox" || control.type === "radio" ? control.checked : control.value);

// A dialog that is still open gives its files to the control that asked for it, which has left the page by then. The new
// control holds the old one, since a browser may drop what nothing holds.
const asking = new WeakMap();
function pass_on(control, twin) {
  asking.set(twin, control);
  control.addEventListener("change", () => {
    twin.files = control.files;
    twin.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// What somebody typed, with the name of its cell.
function words_of(control) {
  const named = control.labels && control.labels[0];
  const label = control.getAttribute("aria-label") || (named ? (named.firstElementChild || named).textContent : "");
  const chosen = control.selectedOptions && control.selectedOptions[0];
  const typed = chosen ? chosen.textContent : control.value;
  return label ? `${label}：${typed}` : typed;
}

// A text, or [tag, attributes, ...children].
function made(drawn) {
  if (typeof drawn === "string") return document.createTextNode(drawn);
  const [tag, attributes, ...children] = drawn;
  const it = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    // A strict policy refuses the attribute and allows this.
    if (name === "style") it.style.cssText = value;
    else it.setAttribute(name, value);
  }
  it.append(...children.map(made));
  return it;
}
