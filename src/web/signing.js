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

export async function make(name, args) {
  const module = await load();
  return new module[name](...args);
}

export function call_on(object, name, args) {
  return object[name](...args);
}
