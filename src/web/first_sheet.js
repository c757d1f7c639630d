// The first sheet of a table before the program is here: drawn by the program itself when the page was built
// (src/bin/xtask/first_sheet.rs), put up here in plain elements, so that whoever opens the form types at once. When the
// program has drawn the same sheet, what was typed and pressed goes over to it between two keys.

const CONTROLS = "input, textarea, select";
// A longer wait is said; a shorter one would only flicker.
const PATIENCE_MS = 600;

export class FirstSheet {
  // Beside these elements the program draws the form; their class tells how wide the place is.
  element;
  // The table whose sheet it is.
  table;
  // Fulfilled when it was seen.
  painted;
  #before = new Map();
  #left = new Set();
  #presses = [];
  #is_composing = false;
  #is_pressed = false;
  #rested = () => {};
  // Nothing keeps what was typed until the program does, so that whoever leaves before is asked.
  #guard = (event) => {
    if (!this.element.isConnected || !Array.from(this.#before).some(([it, before]) => content(it) !== before)) return;
    event.preventDefault();
    event.returnValue = "";
  };

  constructor(table, drawn) {
    const root = document.createElement("div");
    root.className = "root";
    root.lang = "zh-CN";
    root.append(...drawn.map(made));
    for (const it of root.querySelectorAll(CONTROLS)) this.#before.set(it, content(it));
    this.element = root;
    this.table = table;
    this.#listen(root);
    window.addEventListener("beforeunload", this.#guard);
    this.painted = new Promise((resolve) => {
      const rest = window.requestIdleCallback || setTimeout;
      requestAnimationFrame(() => setTimeout(() => rest(resolve)));
      // A page in the background is not painted.
      setTimeout(resolve, 150);
    });
    setTimeout(() => {
      const state = root.querySelector(".saving");
      if (state) state.textContent = "正在载入程序，可以先填写本页……";
    }, PATIENCE_MS);
  }

  #listen(root) {
    const on = (names, call) => names.split(" ").forEach((name) => root.addEventListener(name, call));
    const rest = () => setTimeout(() => this.#rested());
    on("compositionstart", () => (this.#is_composing = true));
    on("compositionend", () => (this.#is_composing = false));
    on("pointerdown", () => {
      this.#is_pressed = true;
      const release = () => {
        this.#is_pressed = false;
        ["pointerup", "pointercancel"].forEach((name) => window.removeEventListener(name, release, true));
        rest();
      };
      ["pointerup", "pointercancel"].forEach((name) => window.addEventListener(name, release, true));
    });
    on("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.#presses.push(button);
    });
    on("keydown", (event) => {
      // The browser would save the page.
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      this.#presses.push(root.querySelector("[data-command='save-draft']"));
    });
    // The browser would leave the page for the file.
    on("dragover drop", (event) => event.preventDefault());
    on("focusout", ({ target }) => this.#left.add(target));
    on("compositionend change focusout keyup", rest);
  }

  // True while something is under way that a change of elements would break off: a word that is composed, a press, a list
  // that is open.
  #is_busy() {
    const active = this.element.getRootNode().activeElement;
    return this.#is_composing || this.#is_pressed || !!(active && active.tagName === "SELECT" && this.element.contains(active));
  }

  // Gives everything to what the program drew into `root`, shows that, and takes itself away, in one step. Tells what
  // found no place there: a page of another version.
  async hand_over(root) {
    while (this.#is_busy()) await new Promise((resolve) => (this.#rested = resolve));
    const { element } = this;
    const active = element.getRootNode().activeElement;
    const lost = [];
    root.className = element.className;
    root.style.display = "";
    for (const [control, before] of this.#before) {
      if (content(control) === before) continue;
      const twin = this.#twin(control, root);
      if (!twin) {
        lost.push(content(control));
        continue;
      }
      if (typeof before === "boolean") twin.checked = control.checked;
      else twin.value = control.value;
      twin.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
      if (control !== active) twin.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const control of this.#left) {
      const twin = control !== active && this.#twin(control, root);
      if (twin) twin.dispatchEvent(new FocusEvent("blur"));
    }
    const heir = active && element.contains(active) && this.#twin(active, root);
    if (heir) {
      heir.focus({ preventScroll: true });
      const { selectionStart, selectionEnd, selectionDirection } = active;
      if (typeof selectionStart === "number") heir.setSelectionRange(selectionStart, selectionEnd, selectionDirection);
      heir.scrollTop = active.scrollTop;
    }
    element.remove();
    window.removeEventListener("beforeunload", this.#guard);
    for (const button of this.#presses) {
      const twin = button && this.#twin(button, root);
      if (twin) twin.click();
    }
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
