// Loads <shenbao-form>. Import this once, anywhere: `import "shenbao";`
// The two tables are written by `cargo xtask dist`; addresses stand in them whole, so that bundlers find the files.

const FILES = {};

const MODULES = {};

// The program asks here for whatever lies beside it.
globalThis[Symbol.for("shenbao.asset")] = (name) => FILES[name]();

// A module with its WebAssembly; the program loads all but the first when it needs them.
async function load(name) {
  // Both at once: neither waits for the other to be found.
  const wasm = fetch(FILES[`${name}_bg.wasm`]());
  wasm.catch(() => {});
  const module = await MODULES[name]();
  await module.default({ module_or_path: wasm });
  return module;
}

const [program, ...others] = Object.keys(MODULES);
for (const name of others) globalThis[Symbol.for(`shenbao.${name}`)] = () => load(name);

// On a server that renders pages there is no element to define, and nothing is loaded.
const isBrowser = typeof window !== "undefined" && typeof customElements !== "undefined";

/** Fulfilled once the element is defined; refused where the browser cannot run it. */
export const ready = isBrowser ? load(program).then(() => undefined) : new Promise(() => {});

// Until then, and where it is refused, the page shows what it has put between the element's tags.
ready.catch((error) => console.error("shenbao:", error));
