//! Loads and starts the form; a file of its own, so that a strict policy needs no inline script.
import init from './shenbao-app.js';

// The page is the form: no rim around it. Set by script, since a strict policy refuses inline styles.
document.body.style.margin = '0';
document.body.style.background = '#f2f4f8';

init({ module_or_path: new URL('./shenbao-app_bg.wasm', import.meta.url) }).catch((error) => {
  console.error(error);
  // A refused or unsupported module fails before the element is defined; afterwards the form speaks for itself.
  if (!customElements.get('shenbao-form')) {
    window.shenbaoUnsupported('浏览器拒绝运行页面程序（WebAssembly）：' + (error && error.message ? error.message : error));
  }
});
