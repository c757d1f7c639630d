//! Starts the form where one HTML file carries everything: opened by double-click, nothing can be fetched.
import init from './shenbao-app.js';
import * as signing from './signing.js';

document.body.style.margin = '0';
document.body.style.background = '#f2f4f8';

// A binary file stands in the page as base64, in an element named after it.
function carried(name) {
  const text = document.querySelector(`script[type="text/plain"][data-shenbao-asset="${name}"]`).textContent;
  return Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
}

// src/web/signing.js asks here before it looks for files beside the program.
globalThis[Symbol.for('shenbao.signing')] = () =>
  signing.default({ module_or_path: carried('signing_bg.wasm') }).then(() => signing);

init({ module_or_path: carried('shenbao-app_bg.wasm') }).catch((error) => {
  console.error(error);
  if (!customElements.get('shenbao-form')) {
    window.shenbaoUnsupported('浏览器拒绝运行页面程序（WebAssembly）：' + (error && error.message ? error.message : error));
  }
});
