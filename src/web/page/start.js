//! Loads and starts the form; a file of its own, so that a strict policy needs no inline script. It is small: the element
//! stands, with its first sheet, while the program is on the way.
import { begin } from './begin.js';
import { fetchWasm } from './wasm.js';

begin(async () => {
  // Both halves of the program at once: neither waits for the other to be found.
  const wasm = fetchWasm(new URL('./shenbao-app_bg.wasm', import.meta.url));
  const program = await import('./shenbao-app.js');
  await program.default({ module_or_path: wasm });
  return program;
});
