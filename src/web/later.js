// Fetches the second part of the program (src/web/later.rs) and puts it beside the first, whose memory, table of
// functions and stack it takes. `cargo xtask build` lays this file next to the program.
import { initSync } from "./shenbao-app.js";

const NAME = "later_bg.wasm";

async function bytes(cache) {
  const inline = document.querySelector(`script[type="text/plain"][data-shenbao-asset="${NAME}"]`);
  if (inline) return Uint8Array.from(atob(inline.textContent), (it) => it.charCodeAt(0));
  const place = globalThis[Symbol.for("shenbao.asset")];
  const answer = await fetch(place ? place(NAME) : new URL(NAME, import.meta.url), { cache });
  if (!answer.ok) throw new Error(`${NAME}: ${answer.status}`);
  return answer.arrayBuffer();
}

let loading = null;

function load(first) {
  if (!loading) {
    const linked = (it) => WebAssembly.instantiate(it, { __wasm_split: first });
    // A cache may hold the part of another build, which does not go with this one.
    loading = bytes("default").then(linked).catch(() => bytes("reload").then(linked));
    loading.catch(() => {
      // The next call tries again: the network may be back.
      loading = null;
    });
  }
  return loading;
}

// The first part calls this by the name that the division gave it, and waits for its function to be called.
export async function __wasm_split_load_later(callback, data) {
  // It runs, so this only gives what it exports.
  const first = initSync();
  const is_here = await load(first).then(() => true, (error) => console.warn(error));
  first.__indirect_function_table.get(callback)(data, !!is_here);
}
