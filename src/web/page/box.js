//! What the project's own page shows beside the form: boxes with words in the language that the form speaks.

const INK = '#17202b';
const ACTION = '#0b4a8a';
const FACE = '15px/1.5 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","微软雅黑","PingFang SC",sans-serif';

export const form = () => document.querySelector('shenbao-form');

/** The first element inside the form that fits. */
export const inForm = (selector) => form().shadowRoot.querySelector(selector);

/** True where the form speaks English; Chinese stands in for everything else. */
export function isEnglish() {
  const root = inForm('.root');
  return !!root && root.lang === 'en';
}

export function styled(it, style) {
  Object.assign(it.style, style);
  return it;
}

/** An element with a text at the end of another. */
export function add(to, tag, text = '') {
  const it = to.appendChild(document.createElement(tag));
  it.textContent = text;
  return it;
}

export function paragraph(to, text) {
  return styled(add(to, 'p', text), { margin: '0 0 8px' });
}

/** A card above the page, with these edges. */
export function card(id, role, edges) {
  const it = document.createElement('div');
  it.id = id;
  it.setAttribute('role', role);
  return styled(it, {
    position: 'fixed', zIndex: '1000', padding: '12px 16px', boxSizing: 'border-box', background: '#fff', color: INK,
    border: `1px solid ${ACTION}`, borderRadius: '6px', boxShadow: '0 4px 16px rgba(23,32,43,.25)', font: FACE, ...edges,
  });
}

export function button(to, name, text, isPrimary, onClick) {
  const it = add(to, 'button', text);
  it.type = 'button';
  it.dataset.command = name;
  it.addEventListener('click', onClick);
  return styled(it, {
    font: 'inherit', minHeight: '36px', padding: '4px 14px', marginRight: '8px', borderRadius: '4px', cursor: 'pointer',
    border: `1px solid ${ACTION}`, background: isPrimary ? ACTION : '#fff', color: isPrimary ? '#fff' : ACTION,
  });
}
