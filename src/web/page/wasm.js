//! Fetches what WebAssembly is compiled from.

// A file that is not there says so by its number; compiled, it would look like a refusal of the browser.
export function fetchWasm(address) {
  const wasm = fetch(address).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    return answer;
  });
  // Whoever compiles it hears of a failure, once the script is here too.
  wasm.catch(() => {});
  return wasm;
}
