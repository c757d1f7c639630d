// The class of <shenbao-form>: attributes, properties, methods and events, and the part a form of the page sees.
// A custom element's class must be JavaScript; what it shows is Rust. It is defined before the program is here, so
// that a page can use it at once and its table is on the way while the program is: calls wait for `ready`.
//
// The program gives three functions: `mount`, `unmount`, and `call`, which answers at once or with a promise.
// It tells what happens through the function `tell` of the root element.

import { FirstSheet } from "./first_sheet.js";

const TAG = "shenbao-form";
const STYLES = "shenbao.css";
// What is set while a form is open, and what opens another one.
const SETTINGS = ["lang", "autosave", "readonly", "mail-limit", "mail-to"];
const OPENERS = ["table", "table-src", "mode", "draft-key"];
const ATTRIBUTES = [...SETTINGS, ...OPENERS, "name", "theme"];
const PROPERTIES = ["definition", "data", "prefill", "profile", "signer", "storage", "messages"];
// What tells one form from another.
const WANTED = ["mode", "key", "definition", "table"];
// A wait that is shorter is not said: it would only be laid out and painted for nothing.
const SILENT_MS = 200;
const NOTHING = { id: "", valid: false, missing: 0, errors: 0, warnings: 0, rev: 0, signed: "", files: [], message: "" };

// Registers the element. `load` gives a promise of the program. A second call is harmless.
export function define(load) {
  if (customElements.get(TAG)) return;
  let sheet = null;
  let is_here = false;

  class ShenbaoForm extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = ATTRIBUTES;

    #given = {};
    #program = null;
    #number = null;
    #root = null;
    // The sheet that is there before the program.
    #first = null;
    #handing = null;
    // What the program was asked to open last, and what of that is open; the same unless another is on its way.
    #request = null;
    #opened = null;
    #observers = [];
    // Of the place that the page gives, in pixels.
    #width = 0;
    // The control that has the focus.
    #typed_in = null;
    // Counts the openings: an answer to an older one is not taken.
    #turn = 0;
    #ready = null;
    #settle = null;
    #is_open = false;
    #is_disabled = false;
    // The text of the draft of a form that left the page or gave way to another mode; comes back with it.
    #resume = null;
    // The id of the draft that a browser brings back after "back" or a restart.
    #restore = null;
    #state = NOTHING;
    #looks = false;
    #bundle = null;
    // What settles the promises of those who wait for a signature.
    #signing = [];
    // Attached files in base64 by digest, so that a draft can be put together at once when a form is submitted.
    #pieces = new Map();
    // What the last call that changes the data has yet to do.
    #changing = null;
    #form = null;
    #internals = this.attachInternals ? this.attachInternals() : null;

    constructor() {
      super();
      this.#expect();
    }

    // ---- What the browser calls

    connectedCallback() {
      // What was set before the element was defined hides the properties of the class.
      for (const name of [...PROPERTIES, "disabled", ...REFLECTED.map((it) => it[0])]) {
        if (!Object.prototype.hasOwnProperty.call(this, name)) continue;
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
      if (!this.#internals) this.formAssociatedCallback(this.closest("form"));
      // Moved in the page: what is shown goes on, and so does whoever types.
      if (this.#root) {
        this.#follow_language();
        this.#set();
        if (this.#typed_in && document.activeElement === document.body) this.#typed_in.focus({ preventScroll: true });
        return;
      }
      const shadow = this.shadowRoot || this.attachShadow({ mode: "open" });
      const root = (this.#root = document.createElement("div"));
      root.className = "root";
      setTimeout(() => {
        if (root === this.#root && this.#number === null && !this.#first && !root.firstChild) root.textContent = "正在打开……";
      }, SILENT_MS);
      root.tell = (name, said, file) => this.#told(name, said, file);
      const anchor = document.createElement("span");
      anchor.className = "anchor";
      anchor.tabIndex = -1;
      // The browser puts the focus here when a form of the page is not valid, and has told so.
      anchor.addEventListener("focus", () => {
        this.#look();
        if (!this.#state.valid) this.#report();
      });
      shadow.append(anchor, root);
      this.#observers = [new MutationObserver(() => this.#set())];
      this.#follow_language();
      this.#width = root.getBoundingClientRect().width;
      this.#watch(root);
      this.#mount(root);
    }

    disconnectedCallback() {
      if (!this.#internals) this.formAssociatedCallback(null);
      // Moving disconnects and connects at once.
      setTimeout(() => {
        if (this.isConnected || !this.#root) return;
        this.#turn += 1;
        this.#changing = null;
        this.#keep();
        if (this.#number !== null) this.#program.unmount(this.#number);
        this.#number = null;
        for (const it of this.#observers) it.disconnect();
        this.#root.tell = null;
        this.#root = this.#typed_in = null;
        if (this.#first) this.#first.rest();
        this.#is_open = false;
        this.#request = this.#opened = null;
        this.#end_signing();
        this.shadowRoot.textContent = "";
        this.#expect();
      }, 0);
    }

    attributeChangedCallback(name, old, value) {
      if (old === value) return;
      if (SETTINGS.includes(name)) this.#set();
      if (this.#number === null) return;
      if (OPENERS.includes(name)) this.#open();
    }

    formAssociatedCallback(form) {
      if (this.#form) {
        this.#form.removeEventListener("formdata", this.#on_form_data);
        this.#form.removeEventListener("submit", this.#on_submit, true);
        if (!this.#internals) this.#form.removeEventListener("reset", this.#on_reset);
      }
      this.#form = form;
      if (form) {
        form.addEventListener("formdata", this.#on_form_data);
        form.addEventListener("submit", this.#on_submit, true);
        if (!this.#internals) form.addEventListener("reset", this.#on_reset);
        this.#fetch_pieces();
      }
    }

    formDisabledCallback(is_disabled) {
      this.#is_disabled = is_disabled;
      this.#set();
    }

    formResetCallback() {
      this.reset().catch(() => {});
    }

    formStateRestoreCallback(state) {
      this.#restore = state;
      this.#open();
    }

    // ---- Properties

    get ready() {
      return this.#ready;
    }

    get form() {
      return this.#form;
    }

    get validity() {
      return this.#internals ? this.#internals.validity : { valid: this.#state.valid };
    }

    get validationMessage() {
      return this.#state.message;
    }

    get willValidate() {
      return this.#internals ? this.#internals.willValidate : true;
    }

    get disabled() {
      return this.hasAttribute("disabled");
    }

    set disabled(value) {
      this.toggleAttribute("disabled", !!value);
    }

    get definition() {
      return this.#given.definition || null;
    }

    set definition(value) {
      this.#given.definition = value;
      this.#open();
    }

    get data() {
      const answers = this.#is_open ? this.#answer("data") : null;
      return answers ? JSON.parse(answers) : this.#given.data || null;
    }

    set data(value) {
      // What is on its way begins with it.
      if (this.#settle || !this.#is_open) this.#given.data = value;
      // An error was shown and told.
      else if (value) this.setData(value).catch(() => {});
    }

    get prefill() {
      return this.#given.prefill || null;
    }

    set prefill(value) {
      this.#given.prefill = value;
    }

    get profile() {
      return this.#given.profile || null;
    }

    set profile(value) {
      this.#given.profile = value;
    }

    get signer() {
      return this.#given.signer || null;
    }

    set signer(value) {
      this.#given.signer = value;
    }

    get storage() {
      return this.#given.storage || null;
    }

    set storage(value) {
      this.#given.storage = value;
      if (this.#number === null) return;
      // Whatever is open opens again, from there.
      this.#request = null;
      this.#call("storage", value);
      this.#open();
    }

    get messages() {
      return this.#given.messages || null;
    }

    set messages(value) {
      this.#given.messages = value;
      if (this.#number !== null) this.#call("messages", text_of(value || {}));
    }

    // ---- Methods

    checkValidity() {
      this.#look();
      return this.#internals ? this.#internals.checkValidity() : this.#state.valid;
    }

    reportValidity() {
      const is_valid = this.checkValidity();
      if (!is_valid) this.#report();
      return is_valid;
    }

    focusFirstError() {
      return this.#ask("first-error");
    }

    async getData() {
      // In a mode without answers there are none.
      const answers = await this.#ask("data");
      return answers ? JSON.parse(answers) : null;
    }

    setData(data) {
      return this.#replace("set-data", text_of(data, exact));
    }

    async exportDraft() {
      await refusing(this.#in_turn(), "export");
      await refusing(this.#fetch_pieces(true), "export");
      const file = this.#draft();
      if (!file) throw failed(GONE, "export");
      return file;
    }

    async importDraft(file) {
      await this.#replace("import", await refusing(blob_of(file), "import"));
    }

    // Without a signer it takes until the user signs, who may go back first and sign later.
    async sign() {
      await refusing(this.#in_turn(), "sign");
      const { signer } = this;
      this.#look();
      if (!this.#state.id) throw failed(GONE, "sign");
      // What is signed as it stands is not signed once more.
      if (this.#state.signed) return this.#signed_file();
      const signed = new Promise((...settle) => this.#signing.push(settle));
      const asked = this.#ask("sign", signer).then(() => (signer ? this.#signed_file() : signed));
      return Promise.race([signed, asked]);
    }

    async verify(file) {
      return JSON.parse(await this.#ask("verify", await refusing(blob_of(file), "verify")));
    }

    print() {
      return this.#ask("print");
    }

    go(place) {
      return this.#ask("go", place);
    }

    undo() {
      return this.#ask("undo");
    }

    redo() {
      return this.#ask("redo");
    }

    async reset() {
      // Nothing else is there yet; what is typed from now on is not meant.
      if (this.#first) return this.#first.reset();
      return refusing(this.#change(() => this.#call("reset", text_of(this.prefill || {}))), "reset");
    }

    // ---- The form inside

    #call(name, given) {
      return this.#program.call(this.#number, name, given);
    }

    // For what may be asked before there is anything.
    #answer(name, given) {
      return this.#number === null ? undefined : this.#call(name, given);
    }

    #report() {
      this.#ask("report").catch(() => {});
    }

    // Calls are answered in their order: who reads the data behind a call that changes them reads what it made of them.
    #in_turn() {
      const before = this.#changing;
      return this.#ready.then(() => before);
    }

    #ask(name, given) {
      return refusing(this.#in_turn().then(() => this.#call(name, given)), name);
    }

    #change(change) {
      const changed = this.#in_turn().then(change);
      this.#changing = changed.catch(() => {});
      return changed;
    }

    // What was typed before the program was here gives way to what the page gives, and is told, unless that is refused.
    #replace(name, given) {
      const first = this.#first;
      const replace = async () => {
        const has_come = first !== this.#first;
        // A sheet that was begun on the list, and is still on its way.
        this.#take_first_away();
        await this.#call(name, given);
        if (has_come) this.#tell_lost(first.typed);
      };
      return refusing(this.#change(replace), name);
    }

    // A promise that the next opening settles; one that is still open stays.
    #expect() {
      if (this.#settle) return;
      this.#ready = new Promise((...settle) => (this.#settle = settle));
      // Whoever waits for it gets the error; nobody has to.
      this.#ready.catch(() => {});
    }

    #settled(error) {
      if (!this.#settle) return;
      const [resolve, reject] = this.#settle;
      this.#settle = null;
      if (error) reject(error);
      else resolve();
    }

    async #mount(root) {
      const styled = adopt(this.shadowRoot);
      let program;
      try {
        // The sheet comes first: until it is seen, the program would only be in its way.
        await this.#show_first(root, styled);
        fetch_early(this);
        [program] = await Promise.all([load(), styled]);
      } catch (error) {
        if (root === this.#root) this.#refused(error);
        return;
      }
      is_here = true;
      if (root !== this.#root) return;
      root.textContent = "";
      this.#program = program;
      this.#number = program.mount(root, this.#settings(), this.#given.storage);
      if (this.messages) this.#call("messages", text_of(this.messages));
      this.#open();
    }

    // A portal changes its language on the root of its page, or on any element around the form, also outside of a shadow
    // root of its own.
    #follow_language() {
      const [spoken] = this.#observers;
      for (let node = this; node; node = node.host) {
        node = node.getRootNode();
        spoken.observe(node, { attributeFilter: ["lang"], subtree: true });
      }
    }

    #watch(root) {
      root.addEventListener("focusin", ({ target }) => (this.#typed_in = target));
      // A move takes the focus away too, and is over by then.
      root.addEventListener("focusout", () =>
        setTimeout(() => {
          const active = this.shadowRoot.activeElement;
          if (this.#typed_in && root.contains(this.#typed_in)) this.#typed_in = root.contains(active) ? active : null;
        }),
      );
      // It fits from the start: to be measured first, it would be laid out twice.
      fit(root, this.#width);
      const observer = new ResizeObserver((entries) => {
        for (const { contentRect } of entries) {
          this.#width = contentRect.width || this.#width;
          fit(root, this.#width);
        }
      });
      observer.observe(root);
      this.#observers.push(observer);
    }

    // Puts up what a new form begins with, if the page asks for just that and the program is not here yet: the first sheet
    // of the table that the page names, or the list of tables.
    async #show_first(root, styled) {
      if (!this.#first) {
        if (!this.#is_plain()) return;
        // It comes while the rest of the page is read and the browser says what it keeps.
        drawn_for(this.table).catch(() => {});
        const asked = this.#may_have_drafts() && nothing_was_kept();
        await parsed();
        const { table } = this;
        let drawn;
        try {
          if (!this.#is_plain() || (this.#may_have_drafts() && !(await (asked || nothing_was_kept())))) return;
          drawn = JSON.parse(await drawn_for(table));
          await styled;
        } catch (_) {
          // It is only sooner; the form comes without it.
          return;
        }
        // It may have been set otherwise meanwhile.
        if (root !== this.#root || this.#number !== null || table !== this.table || !this.#is_plain()) return;
        this.#first = table ? new FirstSheet(table, drawn) : new FirstSheet("", drawn.list, (id) => this.#begin(id, drawn.sheets[id]));
      }
      this.#put_up(root);
      await this.#first.painted;
      // On a list that was pressed at once there is a sheet by now.
      if (this.#first) await this.#first.painted;
    }

    #put_up(root) {
      const { element } = this.#first;
      this.#first.is_asked = false;
      this.#watch(element);
      root.textContent = "";
      root.style.display = "none";
      root.before(element);
      this.#first.stand();
    }

    // "New" was pressed on the list that is there before the program: the first sheet of that table takes its place.
    #begin(table, drawn) {
      const list = this.#first;
      // What was chosen there, or is drawn there by now, is for the program; the list remembers the press.
      if (!drawn || list.has_typed || this.#handing || this.#number !== null) return;
      list.leave();
      this.#first = new FirstSheet(table, drawn);
      this.#put_up(this.#root);
      fetch_early(this, table);
      this.#first.element.scrollIntoView();
    }

    // True if the page asks for what every new form begins with.
    #is_plain() {
      const { table, definition, tableSrc, mode, data, prefill, profile, readonly } = this;
      const { lang, readonly: is_frozen } = JSON.parse(this.#settings());
      if (is_here || !/^[\w-]*$/.test(table) || definition || tableSrc || (mode && mode !== "fill") || is_frozen || readonly) return false;
      if (data || prefill || profile || this.storage || this.messages || this.#resume || this.#restore) return false;
      return [lang, table ? "" : chosen_language()].every((it) => !it || /^zh(-(Hans|CN).*)?$/i.test(it));
    }

    // A draft under this name, or drafts on the list.
    #may_have_drafts() {
      return !this.table || !!this.draftKey;
    }

    // The program has drawn a form beside the first sheet, which gives it what was typed; any other form takes its place.
    #hand_over() {
      const first = this.#first;
      if (!first || this.#handing) return this.#handing;
      if (first.table && !this.table && !first.is_asked && this.#answer("table") === undefined) {
        // It was begun on the list: the program shows its own, and opens the sheet from there.
        const start = this.#root.querySelector(`[data-command="new"][data-table="${first.table}"]`);
        first.is_asked = !!start;
        if (start) return start.click();
      }
      const where = () => {
        const { mode, definition } = this.#request || {};
        const is_same = mode === "fill" && !definition && (this.#answer("table") || "") === first.table;
        return first === this.#first && this.#root && { root: this.#root, is_same };
      };
      this.#handing = first.hand_over(where).then((lost) => {
        this.#handing = null;
        if (!lost) return;
        this.#first = null;
        this.#tell_lost(lost);
      });
      return this.#handing;
    }

    // Something else is to be shown than what is typed into the first sheet.
    #take_first_away() {
      const first = this.#first;
      if (!first) return;
      this.#first = null;
      this.#root.style.display = "";
      this.#tell_lost(first.leave());
    }

    #tell_lost(lost) {
      if (lost.length === 0) return;
      const said = document.createElement("div");
      said.className = "banner bad";
      said.setAttribute("role", "alert");
      const close = document.createElement("button");
      close.className = "button";
      close.type = "button";
      close.textContent = "知道了";
      close.onclick = () => said.remove();
      said.append(`以下内容是程序载入前填写的，没有填进表里，需要的请复制：${lost.join("；")} `, close);
      this.#root.before(said);
    }

    #refused(error) {
      const why = error && error.message ? error.message : error;
      const said = is_refusal(error)
        ? `浏览器拒绝运行填报程序。请改用 Chromium 90 及以上内核的浏览器（新版 Chrome、Edge，或 360 浏览器极速模式）、Firefox 90 或 Safari 15 及以上版本；仍然不行的，请把这句话告诉网站管理人员：${why}`
        : `没有取到填报程序：网络不通，或网站上的文件不全。请稍后按 Ctrl+F5 刷新本页；仍然不行的，请把这句话告诉网站管理人员：${why}`;
      this.#root.textContent = said;
      this.#root.setAttribute("role", "alert");
      // A form of the page is not sent without it.
      if (this.#internals) this.#internals.setValidity({ customError: true }, said, this.shadowRoot.firstChild);
      this.#uncover();
      this.#settled(failed(said, "open"));
      this.#fire("error", { message: said });
    }

    // Shows what the program or this class has to say instead of a form; what was typed into the first sheet stays below.
    #uncover() {
      const first = this.#first;
      this.#root.style.display = "";
      if (!first) return;
      if (first.has_typed) {
        first.fail();
        first.element.before(this.#root);
      } else {
        this.#first = null;
        first.leave();
      }
    }

    #settings() {
      return text_of({
        lang: language_of(this),
        autosave: this.getAttribute("autosave") !== "off",
        readonly: this.hasAttribute("readonly") || this.#is_disabled,
        mail: Math.round(Math.min(Number(this.getAttribute("mail-limit")) || 0, 1e6) * 1e6),
        mail_to: this.getAttribute("mail-to") || "",
        bound: !!(this.definition || this.tableSrc || this.table || this.mode === "verify"),
      });
    }

    #set() {
      if (this.#first) this.#first.freeze(this.readonly || this.#is_disabled);
      if (this.#number !== null) this.#call("settings", this.#settings());
    }

    // Remembers the work at hand before the form that holds it goes.
    #keep() {
      const draft = this.#is_open && holds_work(this.#opened.mode) ? this.#answer("draft") : null;
      if (draft) this.#resume = draft[0];
    }

    // What is on screen stays, and can be used, until the program has something else to show.
    async #open() {
      if (this.#number === null) return;
      const turn = ++this.#turn;
      const is_late = () => turn !== this.#turn || this.#number === null;
      this.#expect();
      // Several attributes set one after the other open one form.
      await null;
      if (is_late()) return;
      let request;
      try {
        this.#set();
        request = await this.#asked();
        if (is_late()) return;
        // The beginning of one form is not that of the next.
        const data = request.mode === "verify" ? null : this.#given.data;
        if (data) this.#given.data = null;
        const is_same = this.#opened && WANTED.every((it) => request[it] === this.#opened[it]);
        if (is_same && this.#request === this.#opened && !this.#restore) {
          // A page that draws itself anew sets what is open already.
          this.#settled();
          this.data = data;
          return;
        }
        // While another one is on its way, it may be on screen by now.
        if (this.#request === this.#opened || !this.#request) this.#keep();
        const { key, mode } = this.#opened || {};
        const goes_on = !this.#opened || is_same || (key === request.key && mode !== request.mode);
        this.#request = request;
        await this.#call("open", text_of({ ...request, ...this.#beginning(data, goes_on) }));
        await this.#hand_over();
        // It is on screen, even if another one is being fetched by now.
        if (this.#request === request) {
          if (!this.#is_open) this.#state = NOTHING;
          this.#is_open = true;
          this.#opened = request;
          this.#look(true);
        }
        if (is_late()) return;
        this.#forget_kept();
        this.#settled();
        this.#fire("ready", { table: this.#answer("table") || null });
      } catch (error) {
        if (this.#request === request) this.#request = this.#opened;
        if (is_late()) return;
        // A sentence was shown and told by the program; anything else is a fault of the page or of the network.
        const said = typeof error === "string" ? error : this.#answer("say", error.message);
        this.#uncover();
        if (this.#is_open) this.#forget_kept();
        this.#settled(this.#is_open ? null : failed(said, "open"));
      }
    }

    // What another mode put aside waits for its own.
    #forget_kept() {
      if (holds_work(this.#opened.mode)) this.#resume = this.#restore = null;
    }

    // Which form the page asks for.
    async #asked() {
      const attribute = (name) => this.getAttribute(name) || "";
      const request = { mode: attribute("mode") || "fill", key: attribute("draft-key") };
      if (request.mode === "verify") return request;
      const { definition } = this;
      if (definition) request.definition = text_of(definition);
      else if (attribute("table-src")) request.definition = await fetch_text(new URL(attribute("table-src"), document.baseURI));
      else if (attribute("table")) request.table = attribute("table");
      return request;
    }

    // What a new form begins with.
    #beginning(data, goes_on) {
      const { prefill, profile } = this;
      const begin = {};
      if (data) begin.data = text_of(data, exact);
      if (prefill) begin.prefill = text_of(prefill);
      if (profile) begin.profile = text_of(profile);
      if (this.#restore) begin.restore = this.#restore;
      else if (goes_on && this.#resume) begin.resume = this.#resume;
      return begin;
    }

    // The program tells: that another form is on screen or none, that something changed, or what is about to leave;
    // false keeps it from leaving.
    #told(name, said, file) {
      if (name === "drawn") {
        this.#hand_over();
        return true;
      }
      if (name === "shown") {
        queueMicrotask(() => this.#look(true));
        return true;
      }
      if (name === "change") {
        // Several edits at once are one change.
        if (!this.#looks) {
          this.#looks = true;
          queueMicrotask(() => {
            this.#looks = false;
            this.#look();
            if (this.#is_open) this.#fire("change", this.#public_state());
          });
        }
        return true;
      }
      // The sheet that was begun on the list is not to be had.
      if (name === "error" && this.#first && this.#first.is_asked) this.#uncover();
      if (file) return this.#fire(name, { file: named(file, said) });
      if (name === "place") return this.#fire(name, { place: said });
      return this.#fire(name, name === "draft-saved" ? { at: Number(said) } : { message: said });
    }

    #fire(name, detail) {
      const cancelable = name === "export";
      return this.dispatchEvent(new CustomEvent("shenbao-" + name, { detail, bubbles: true, composed: true, cancelable }));
    }

    #public_state() {
      const { valid, missing, errors, warnings, rev, signed } = this.#state;
      return { valid, missing, errors, warnings, rev, signed: !!signed };
    }

    // Takes in the state of the form after a change, or when another form came on screen.
    #look(is_shown) {
      const answer = this.#is_open ? this.#answer("state") : null;
      // What is only there to be looked at keeps no form of the page from being sent.
      const valid = this.#is_open && !holds_work(this.#opened.mode);
      const state = answer ? JSON.parse(answer) : { ...NOTHING, valid };
      // The same file may stand in several places.
      state.files = Array.from(new Set(state.files));
      const old = this.#state;
      const is_new = state.id !== old.id;
      this.#state = state;
      if (this.#internals) {
        const flags = state.valid ? {} : { valueMissing: state.missing > 0, customError: state.missing === 0 };
        const anchor = this.shadowRoot && this.shadowRoot.firstChild;
        this.#internals.setValidity(flags, state.message || (state.valid ? "" : "—"), anchor || undefined);
        // No value: the file is put together when it is asked for. The browser keeps which draft it was.
        if (is_new) this.#internals.setFormValue(null, state.id);
      }
      if (is_new) {
        this.#pieces.clear();
        this.#end_signing();
      }
      if (is_new || ["valid", "missing", "errors", "warnings"].some((it) => state[it] !== old[it])) {
        if (state.id) this.#fire("validity", this.#public_state());
      }
      if (state.signed !== old.signed || is_new) {
        this.#bundle = null;
        if (state.signed) this.#make_bundle(!is_shown);
      }
      this.#fetch_pieces();
    }

    async #make_bundle(is_news) {
      const { signed, rev } = this.#state;
      const making = refusing(this.#call("bundle"), "sign").then((made) => named(...made));
      this.#bundle = making;
      try {
        const file = await making;
        if (this.#bundle !== making) return;
        this.#bundle = file;
        if (!is_news) return;
        this.#fire("signed", { rev, digest: signed, file });
        this.#end_signing(file, 0);
      } catch (error) {
        if (this.#bundle !== making) return;
        this.#bundle = null;
        this.#end_signing(error);
      }
    }

    // The file of what is signed, or a promise of it.
    #signed_file() {
      this.#look();
      if (!this.#bundle) this.#make_bundle();
      return this.#bundle;
    }

    // With a file, or with the error that keeps it from coming.
    #end_signing(what = failed(GONE, "sign"), how = 1) {
      for (const settle of this.#signing.splice(0)) settle[how](what);
    }

    // ---- The file that a form of the page submits

    // Attached files are read ahead if a form of the page may ask for them at once.
    #fetch_pieces(is_asked) {
      const is_wanted = is_asked || (this.#form && this.hasAttribute("name"));
      if (!is_wanted) return null;
      const missing = this.#state.files.filter((it) => typeof this.#pieces.get(it) !== "object" || this.#pieces.get(it).then);
      if (missing.length === 0) return null;
      return Promise.all(
        missing.map(async (digest) => {
          if (!this.#pieces.has(digest)) this.#pieces.set(digest, this.#call("piece", digest));
          const piece = await this.#pieces.get(digest);
          // A file that this computer does not have any more is only named.
          this.#pieces.set(digest, piece || new Blob());
        }),
      );
    }

    #draft() {
      const [text, name] = this.#answer("draft") || [];
      if (!text) return null;
      const there = this.#state.files.map((it) => [it, this.#pieces.get(it)]).filter((it) => it[1] instanceof Blob && it[1].size);
      const parts = [text];
      if (there.length) {
        parts[0] = text.slice(0, -1) + ',"files":{';
        there.forEach(([digest, piece], idx) => parts.push(`${idx ? "," : ""}"${digest}":"`, piece, '"'));
        parts.push("}}");
      }
      return new File(parts, name, { type: "application/json" });
    }

    #on_form_data = (event) => {
      const name = this.getAttribute("name");
      if (!name || this.#is_disabled || this.matches(":disabled")) return;
      // What is only there to be looked at is nothing to send.
      if (this.#opened && !holds_work(this.#opened.mode)) return;
      const file = this.#bundle instanceof File ? this.#bundle : this.#draft();
      if (file) event.formData.append(name, file, file.name);
    };

    // A form that is submitted while a file of it is still being read goes when it is there.
    #on_submit = (event) => {
      const reading = this.#bundle && this.#bundle.then ? this.#bundle : this.#fetch_pieces();
      // Before the program is here there is no file at all.
      const making = this.#is_open ? reading : this.#ready;
      if (!making || !this.hasAttribute("name")) return;
      const { target, submitter } = event;
      event.preventDefault();
      event.stopImmediatePropagation();
      const again = () => {
        if (target.requestSubmit) target.requestSubmit(submitter);
        else if (submitter) submitter.click();
      };
      // One turn later the element has taken in what was made. Without the program the page stays, and says why.
      making.catch(() => {}).then(() => setTimeout(() => this.#is_open && again()));
    };

    #on_reset = () => this.formResetCallback();
  }

  for (const [property, attribute] of REFLECTED) {
    Object.defineProperty(ShenbaoForm.prototype, property, {
      configurable: true,
      enumerable: true,
      get() {
        return attribute === "readonly" ? this.hasAttribute(attribute) : this.getAttribute(attribute) || "";
      },
      set(value) {
        if (value === null || value === undefined || value === false) this.removeAttribute(attribute);
        else this.setAttribute(attribute, value === true ? "" : value);
      },
    });
  }

  customElements.define(TAG, ShenbaoForm);

  // A constructed sheet passes a strict style policy, and all forms of a page share it. Browsers without it take the
  // file by its address, which such a policy allows too; where it has none, as in one HTML file, <style> is left.
  async function adopt(shadow) {
    if ("adoptedStyleSheets" in shadow) {
      if (!sheet) {
        const text = await text_beside(STYLES);
        sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
      }
      shadow.adoptedStyleSheets = [sheet];
      return;
    }
    const address = place_of(STYLES);
    const it = document.createElement(address ? "link" : "style");
    if (address) {
      it.rel = "stylesheet";
      it.href = address;
    } else it.textContent = await text_beside(STYLES);
    shadow.append(it);
    if (address) {
      await new Promise((resolve, reject) => {
        it.onload = resolve;
        it.onerror = () => reject(new Error(STYLES));
      });
    }
  }
}

// Each attribute has a property of its name; `lang` has one already.
const REFLECTED = ATTRIBUTES.filter((it) => it !== "lang").map((it) => [it.replace(/-(.)/g, (_, letter) => letter.toUpperCase()), it]);

const holds_work = (mode) => mode !== "verify" && mode !== "blank";

// The language of the nearest element that has one, also where that is outside of a portal's own shadow root.
function language_of(it) {
  const of = it.closest("[lang]");
  const { host } = it.getRootNode();
  return of ? of.lang : host ? language_of(host) : "";
}

// What JSON cannot hold goes over as words that are none: the program refuses them, and says so.
function text_of(value, replacer) {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, replacer);
  } catch (error) {
    return String(error);
  }
}

// Numbers with digits after the point, and those beyond what is exact, go over as the text that they print as.
const exact = (_, value) => (typeof value === "number" && isFinite(value) && !Number.isSafeInteger(value) ? String(value) : value);

// Text and bytes do for a file.
async function blob_of(file) {
  if (file === null || file === undefined) throw new Error("没有给出文件");
  return file instanceof Blob ? file : new Blob([file]);
}

const GONE = "没有完成：要用的申报表不在页面上。";

// A page gets an Error, whose code says what was asked; the program refuses with a sentence.
const failed = (said, code) => Object.assign(new Error(said instanceof Error ? said.message : said), { name: "ShenbaoError", code });

async function refusing(answer, code) {
  try {
    return await answer;
  } catch (said) {
    throw failed(said, code);
  }
}

// The table comes while the program does: src/web/outside.js takes the answer.
function fetch_early(host, id = host.table) {
  const name = `tables/${id}.json`;
  const is_carried = document.querySelector(`script[data-shenbao-asset="${CSS.escape(name)}"]`);
  if (!/^[\w-]+$/.test(id) || is_carried || host.definition || host.tableSrc || host.mode === "verify") return;
  const early = (globalThis[Symbol.for("shenbao.early")] = globalThis[Symbol.for("shenbao.early")] || {});
  if (early[name]) return;
  const url = place_of(name);
  if (!url) return;
  early[name] = fetch(url, { cache: "no-cache" });
  early[name].catch(() => {});
}

// Where a file beside the program is; nothing where there are none. A bundler gives files other names, which the npm
// package knows.
function place_of(name) {
  const place = globalThis[Symbol.for("shenbao.asset")];
  if (place) return place(name) || "";
  return import.meta.url.startsWith("http") ? new URL(name, import.meta.url) : "";
}

// What a form begins with, as the build drew it; without a table, the list of tables.
const drawings = {};
const drawn_for = (table) => (drawings[table] = drawings[table] || text_beside(table ? `first/${table}.json` : "first.json"));

// True if no draft was ever kept here. A browser that does not say so, or refuses to be asked, may hold some.
async function nothing_was_kept() {
  try {
    return !(await indexedDB.databases()).some((it) => it.name === "shenbao-drafts");
  } catch (_) {
    return false;
  }
}

// The language that was chosen on the own page, which the program keeps (src/web/app.rs).
function chosen_language() {
  try {
    return localStorage.getItem("shenbao-language");
  } catch (_) {
    return "";
  }
}

// The text of a file beside the program; one HTML file carries it in itself.
async function text_beside(name) {
  const carried = document.querySelector(`script[type="text/plain"][data-shenbao-asset="${name}"]`);
  if (carried) return carried.textContent;
  const place = place_of(name);
  if (!place) throw new Error(name);
  const text = await fetch_text(place);
  // A portal may answer with its sign-in page and call that a success.
  if (/^\s*</.test(text)) throw new Error(name);
  return text;
}

const named = (blob, name) => new File([blob], name, { type: blob.type });

async function fetch_text(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  const bytes = await answer.arrayBuffer();
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (_) {
    throw new Error(`不是 UTF-8 文字，请另存为 UTF-8 · not UTF-8: ${address}`);
  }
  if (!text.trim()) throw new Error(`文件是空的 · empty: ${address}`);
  return text;
}

// A page sets what it has to say to the element in scripts that run before the document is whole.
function parsed() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (document.readyState === "complete" || (navigation && navigation.domContentLoadedEventStart > 0)) return null;
  return new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", resolve, { once: true });
    window.addEventListener("load", resolve, { once: true });
  });
}

// True if the program is here, and the browser does not run it.
export function is_refusal(error) {
  const { CompileError } = window.WebAssembly || {};
  return !CompileError || [CompileError, EvalError, RangeError].some((it) => error instanceof it);
}

// What lies beside a sheet on screen, in pixels.
const SHEET_MARGIN = 42;

// The form follows the width it is given, not the window's: a portal may put it into a narrow column.
function fit(root, width) {
  // Nothing is known of a place that was never seen.
  if (!width) return;
  root.classList.toggle("narrow", width < 720);
  // Beside the outline a table would have no room for its columns.
  root.classList.toggle("folded", width < 1060);
  // A sheet on a phone is 186 mm wide.
  root.style.setProperty("--fit", Math.min(1, (width - SHEET_MARGIN) / ((186 / 25.4) * 96)).toFixed(3));
}
