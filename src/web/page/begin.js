//! What every start has in common: the element is there at once, the program behind it follows.
import { define, is_refusal } from './element.js';

export function begin(load) {
  let program = null;
  // Once for all elements of the page.
  define(() => {
    if (!program) {
      program = load();
      program.catch(refused);
    }
    return program;
  });
  if (document.body.hasAttribute('data-shenbao-page')) be_the_page();
}

function refused(error) {
  console.error(error);
  // The element says so too, with fewer words; another page may not have ours.
  if (window.shenbaoUnsupported && is_refusal(error)) {
    window.shenbaoUnsupported('浏览器或本网站的安全设置不允许运行页面程序（WebAssembly）。', String(error && error.message ? error.message : error));
  }
}

// Our own page is the form: no rim around it, and a face to inherit. Set by script, since a strict policy refuses
// inline styles. The page of a portal stays as it is.
function be_the_page() {
  document.body.style.margin = '0';
  document.body.style.fontFamily = '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "思源黑体", "Microsoft YaHei", "微软雅黑", "PingFang SC", sans-serif';
  document.querySelector('shenbao-form').style.minHeight = '100vh';
  // The page is the form: its keys work also while nothing has the focus.
  document.addEventListener('keydown', (event) => {
    const host = document.querySelector('shenbao-form');
    const form = event.target === document.body && host && host.shadowRoot.querySelector('.form');
    if (form && !form.dispatchEvent(new KeyboardEvent('keydown', event))) event.preventDefault();
  });
}
