// Loads the module that signs and verifies when it is first needed, and calls it by name.

let loading = null;

function load() {
  if (!loading) {
    // This file lies under snippets/ beside the page's program; the module lies next to that folder.
    const base = import.meta.url.replace(/snippets\/.*$/, "");
    loading = import(new URL("signing.js", base).href).then(async (module) => {
      await module.default({ module_or_path: new URL("signing_bg.wasm", base) });
      return module;
    });
    loading.catch(() => {
      // The next call tries again: the network may be back.
      loading = null;
    });
  }
  return loading;
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
