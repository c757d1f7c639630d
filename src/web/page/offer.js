//! The button for the form as one HTML file. It stands in the place that the form has for its page.
import { form, isEnglish, styled } from './box.js';

/** Puts the button there; `load` gives the module that does it. */
export function offer(load) {
  const it = styled(document.createElement('button'), {
    font: 'inherit', color: 'inherit', background: 'none', border: '0', padding: '8px 12px', minHeight: '36px', textDecoration: 'underline', cursor: 'pointer',
  });
  it.type = 'button';
  it.slot = 'page';
  it.dataset.command = 'one-file';
  it.addEventListener('click', () => load().then((module) => module.openOneFile()));
  const name = () => {
    it.textContent = isEnglish() ? 'Save as one file' : '另存为单个文件';
  };
  customElements.whenDefined('shenbao-form').then(() => {
    // Every screen that has the place brings a new one, in the language of the screen.
    form().shadowRoot.addEventListener('slotchange', name);
    form().append(it);
  });
}
