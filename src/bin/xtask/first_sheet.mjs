// Lets the built program draw what a form begins with in a document of its own, and writes what it drew as JSON: a list of
// texts and of [tag, attributes, ...children]. src/bin/xtask/first_sheet.rs runs it; src/web/first_sheet.js puts it up.
//
// Usage: node first_sheet.mjs HAPPY-DOM DIST PROGRAM-SCRIPT WHAT FILE
// WHAT is `list` for the list of tables, `form/ID` for the blank form of a table in a page that names it, `new/ID` for the
// same begun on the list. One at a time: a program that had a table before would judge it before it draws.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, dist, script, what, file] = process.argv.slice(2);
const [place, table] = what.split("/");
const HERE = "http://localhost/";
// A browser draws in less; a program that has not drawn by then has failed.
const PATIENCE_MS = 20_000;

const { Window } = await import(pathToFileURL(library));
const browser = new Window({ url: HERE });
const { document } = browser;
// A document without a window has nowhere to scroll.
browser.Element.prototype.scrollIntoView = () => {};

const program = await start();
const root = document.body.appendChild(document.createElement("div"));
const drawn = new Promise((resolve, reject) => {
  root.tell = (name, said) => {
    if (name === "drawn") resolve();
    if (name === "error") reject(new Error(said));
    return true;
  };
  setTimeout(() => reject(new Error(`${what} was not drawn`)), PATIENCE_MS);
});
const is_named = place === "form";
const nothing = { get: async () => null, set: async () => {}, delete: async () => {}, keys: async () => [] };
const number = program.mount(root, JSON.stringify({ lang: "zh-CN", autosave: true, bound: is_named }), nothing);
await program.call(number, "open", JSON.stringify(is_named ? { mode: "fill", table } : { mode: "fill" }));
if (place === "new") root.querySelector(`[data-command="new"][data-table="${table}"]`).click();
if (table) await drawn;
writeFileSync(file, JSON.stringify(plain(root).slice(2)));
process.exit(0);

// The program in Node, where it finds the document, the files beside it, and nothing that changes from run to run.
async function start() {
  let n_random = 0;
  // Parks and rows are told apart by what this gives, so that no two of its answers may be alike.
  const fixed = {
    getRandomValues(bytes) {
      for (const at of bytes.keys()) bytes[at] = n_random += 1;
      return bytes;
    },
  };
  // The classes that the program tells apart, as far as Node has none of that name.
  const names = Object.getOwnPropertyNames(browser).filter((it) => /^[A-Z]/.test(it) && !(it in globalThis));
  const globals = {
    ...Object.fromEntries(names.map((it) => [it, browser[it]])),
    document,
    window: globalThis,
    self: globalThis,
    localStorage: undefined,
    crypto: fixed,
    addEventListener() {},
    removeEventListener() {},
    // What follows the drawing is not wanted.
    requestAnimationFrame: () => 0,
    fetch: async (address) => new Response(readFileSync(new URL(address.slice(HERE.length), pathToFileURL(`${dist}/`)))),
    Window: { [Symbol.hasInstance]: (it) => it === globalThis },
    [Symbol.for("shenbao.asset")]: (name) => HERE + name,
  };
  for (const name of Reflect.ownKeys(globals)) {
    Object.defineProperty(globalThis, name, { value: globals[name], configurable: true, writable: true });
  }
  const module = await import(pathToFileURL(script));
  await module.default({ module_or_path: readFileSync(`${dist}/shenbao-app_bg.wasm`) });
  return module;
}

function plain(node) {
  if (node.nodeType === 3) return node.data;
  if (node.namespaceURI !== "http://www.w3.org/1999/xhtml") throw new Error(`<${node.tagName}> is not of HTML: src/web/first_sheet.js cannot make it`);
  const attributes = Object.fromEntries(Array.from(node.attributes, (it) => [it.name, it.value]));
  const children = Array.from(node.childNodes).filter((it) => it.nodeType !== 8);
  const tag = node.tagName.toLowerCase();
  // What a control holds is no attribute; as one it is what the control begins with.
  if (tag === "input" && node.value) attributes.value = node.value;
  if (tag === "input" && node.checked) attributes.checked = "";
  if (tag === "option" && node.selected) attributes.selected = "";
  return [tag, attributes, ...(tag === "textarea" ? [node.value] : children.map(plain))];
}
