// What the program reaches outside itself: its files, the module that signs, whether a button is pressed, the focus while a
// screen is made anew, the message once it has ended. One file, since
// the server of the in-browser tests stalls when a page asks for many at once.

// Files. Gives a file that belongs to the program: the one that the page itself carries, where a build put it there,
// or the one that lies beside the program. The npm package says where: a bundler gives its files other names.
//
// Throws the status of an answer that is no file, 0 for a web page in its stead, anything else without an answer.

const BASE = import.meta.url.replace(/snippets\/.*$/, "");

export async function asset_text(name) {
  const inline = document.querySelector(`script[type="text/plain"][data-shenbao-asset="${name}"]`);
  if (inline) return inline.textContent;
  const place = globalThis[Symbol.for("shenbao.asset")];
  const url = place ? place(name) : new URL(name, BASE);
  if (!url) throw 404;
  // The element may have asked for it before the program was here.
  const early = globalThis[Symbol.for("shenbao.early")] || {};
  const asked = early[name];
  delete early[name];
  // An old table under a new program would be worse than a short question to the server; without a network
  // what the browser kept is still better than nothing.
  const answer = await (asked || fetch(url, { cache: "no-cache" })).catch(() => fetch(url, { cache: "force-cache" }));
  if (!answer.ok) throw answer.status;
  const text = await answer.text();
  // A portal may answer with its sign-in page and call that a success. No file of ours begins like one.
  if (/^\s*</.test(text)) throw 0;
  return text;
}

// Loads the module that signs and verifies when it is first needed, and calls it by name.

let loading = null;

function load() {
  if (!loading) {
    // One HTML file carries the module in itself, and the npm package knows what a bundler made of it.
    const carried = globalThis[Symbol.for("shenbao.signing")];
    loading = carried ? carried() : fetched();
    loading.catch(() => {
      // The next call tries again: the network may be back.
      loading = null;
    });
  }
  return loading;
}

async function fetched() {
  // This file lies under snippets/ beside the page's program; the module lies next to that folder.
  const base = import.meta.url.replace(/snippets\/.*$/, "");
  const module = await import(new URL("signing.js", base).href);
  await module.default({ module_or_path: new URL("signing_bg.wasm", base) });
  return module;
}

export async function call(name, args) {
  const module = await load();
  return module[name](...args);
}

export function call_on(object, name, args) {
  return object[name](...args);
}

// Whether somebody presses something now, anywhere in the page; the click that comes of it belongs to it. A list of
// choices may keep the end of a press to itself, so none lasts longer than a second.

let pressed = 0;
addEventListener("pointerdown", () => (pressed = performance.now()), true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => (pressed = 0)), true);

export function is_pressed() {
  return pressed > 0 && performance.now() - pressed < 1000;
}

// Notes which control has the focus and where in its text; gives what puts it there again once the screen is made anew.

const PLACES = ["data-path", "data-entry", "data-command"];
const CONTROLS = "input, textarea, select, button";

export function hold_focus(root) {
  const page = root.getRootNode();
  const it = page.activeElement;
  const place = it && root.contains(it) && it.closest(PLACES.map((name) => `[${name}]`).join());
  if (!place) return () => {};
  // What an input method has not finished is taken in as it stands: the control goes.
  it.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  const name = PLACES.find((name) => place.hasAttribute(name));
  const inside = (place) => [place, ...place.querySelectorAll(CONTROLS)];
  const at = inside(place).indexOf(it);
  const { selectionStart, selectionEnd } = it;
  return () => {
    const now = root.querySelector(`[${name}="${CSS.escape(place.getAttribute(name))}"]`);
    const control = now && inside(now)[at];
    if (!control || root.contains(page.activeElement)) return;
    control.focus();
    // Other controls than those of text have none.
    if (typeof selectionStart === "number") control.setSelectionRange(selectionStart, selectionEnd);
  };
}

// Runs when the Rust side has ended. It must not call into wasm again.

export function show_panic(detail) {
  console.error(detail);
  for (const form of document.querySelectorAll("shenbao-form")) {
    const shadow = form.shadowRoot;
    if (!shadow || shadow.querySelector(".panic")) continue;
    const box = document.createElement("div");
    box.className = "panic";
    box.setAttribute("role", "alertdialog");
    const say = (tag, text) => {
      const node = document.createElement(tag);
      node.textContent = text;
      box.appendChild(node);
      return node;
    };
    say("h2", "程序出错，已停止运行 · The program stopped");
    // The bar said whether the draft was kept; what it said last still stands there.
    if (shadow.querySelector(".saving.bad")) {
      say("p", "这份草稿没有保存在本机。页面上的文字还在：请先复制需要的内容，再点“重新打开”。");
      say("p", "This draft was not kept on this computer. Its text is still on the page: copy what you need before you reopen.");
    } else {
      say("p", "已填写的内容保存在本机，最多缺出错前一秒内的输入。请点“重新打开”，在列表页点“继续填写”；如再次出错，请先在首页把草稿另存为文件。");
      say("p", "What you filled in is kept on this computer, save perhaps for the last second. Reopen, then go on from the start page; if it happens again, first save the draft as a file there.");
    }
    const again = say("button", "重新打开 · Reopen");
    again.className = "button primary";
    again.addEventListener("click", () => location.reload());
    const more = say("details", "");
    const summary = document.createElement("summary");
    summary.textContent = "技术信息 · Details";
    more.appendChild(summary);
    const pre = document.createElement("pre");
    pre.textContent = detail;
    more.appendChild(pre);
    shadow.appendChild(box);
    again.focus();
  }
}
