//! Loads and starts the form; a file of its own, so that a strict policy needs no inline script. It is small: the element
//! stands, with its first sheet, while the program is on the way.
import { begin } from './begin.js';
import { is_refusal } from './element.js';
import { fetchWasm } from './wasm.js';

async function load(how) {
  // Both halves of the program at once: neither waits for the other to be found.
  const wasm = fetchWasm(new URL(`./shenbao-app_bg.wasm${how}`, import.meta.url));
  const program = await import(new URL(`./shenbao-app.js${how}`, import.meta.url).href);
  await program.default({ module_or_path: wasm });
  return program;
}

begin(() =>
  load('').catch((error) => {
    if (is_refusal(error)) throw error;
    // A cache may hold one half of an earlier build: both are asked for as nobody has asked before.
    return load(`?${Date.now()}`);
  }),
);
