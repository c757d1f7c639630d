//! Starts the form where one HTML file carries everything: opened by double-click, nothing can be fetched.
import init, { call, mount, style, unmount } from './shenbao-app.js';
import { begin } from './begin.js';
import * as signing from './signing.js';

// A binary file stands in the page as base64, in an element named after it.
function carried(name) {
  const text = document.querySelector(`script[type="text/plain"][data-shenbao-asset="${name}"]`).textContent;
  return Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
}

// src/web/signing.js asks here before it looks for files beside the program.
globalThis[Symbol.for('shenbao.signing')] = () =>
  signing.default({ module_or_path: carried('signing_bg.wasm') }).then(() => signing);

begin(init({ module_or_path: carried('shenbao-app_bg.wasm') }).then(() => ({ call, mount, style, unmount })));
