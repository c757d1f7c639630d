//! The loader of the npm package. It defines <shenbao-form> at once; the program follows.
import { FILES, MODULES } from 'shenbao-files';
import { define } from '../element.js';
import { fetchWasm } from './wasm.js';

// On a server that renders pages there is no element to define, and nothing is loaded. Nor is it by a second copy of this
// package, perhaps of another version: the files of the two do not go together.
const isBrowser = typeof window !== 'undefined' && typeof customElements !== 'undefined';
const isFirst = isBrowser && !customElements.get('shenbao-form');

// The program asks here for whatever lies beside it.
if (isFirst) globalThis[Symbol.for('shenbao.asset')] = (name) => FILES[name] && FILES[name]();

// A module with its WebAssembly; both at once: neither waits for the other to be found.
async function load(name) {
  const wasm = fetchWasm(FILES[`${name}_bg.wasm`]());
  const module = await MODULES[name]();
  await module.default({ module_or_path: wasm });
  return module;
}

const [program, ...others] = Object.keys(MODULES);
// The program loads these when it needs them.
if (isFirst) for (const name of others) globalThis[Symbol.for(`shenbao.${name}`)] = () => load(name);

/** Fulfilled once the program is here; refused where the browser cannot run it. */
export const ready = isFirst ? load(program).then(() => undefined) : isBrowser ? Promise.resolve() : new Promise(() => {});

if (isFirst) define(() => ready.then(() => MODULES[program]()));
// The element says so too.
ready.catch((error) => console.error('shenbao:', error));
