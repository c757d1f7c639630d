// The class of <shenbao-form>. A custom element's class must be JavaScript; everything else is Rust.
// Rust gives two functions: one mounts a form into a root and gives a number, one takes that number and
// unmounts. Moving the element in the page disconnects and connects it at once, so unmounting waits a turn.

export function define_form(style_text, mount, unmount) {
  if (customElements.get("shenbao-form")) return;

  class ShenbaoForm extends HTMLElement {
    constructor() {
      super();
      this._mounted = null;
    }

    connectedCallback() {
      if (this._mounted !== null) return;
      const shadow = this.shadowRoot || this.attachShadow({ mode: "open" });
      adopt(shadow, style_text);
      const root = document.createElement("div");
      root.className = "root";
      shadow.appendChild(root);
      this._observer = watch_width(root);
      this._mounted = mount(this, root);
    }

    disconnectedCallback() {
      setTimeout(() => {
        if (this.isConnected || this._mounted === null) return;
        unmount(this._mounted);
        this._mounted = null;
        this._observer.disconnect();
        this.shadowRoot.textContent = "";
      }, 0);
    }
  }

  customElements.define("shenbao-form", ShenbaoForm);
}

// A constructed sheet passes a strict style policy; <style> is the way of browsers without it.
function adopt(shadow, text) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    shadow.adoptedStyleSheets = [sheet];
  } catch (_) {
    const style = document.createElement("style");
    style.textContent = text;
    shadow.appendChild(style);
  }
}

// The form follows the width it is given, not the window's: a portal may put it into a narrow column.
function watch_width(root) {
  const set = (width) => root.classList.toggle("narrow", width > 0 && width < 720);
  set(root.getBoundingClientRect().width);
  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) set(entry.contentRect.width);
  });
  observer.observe(root);
  return observer;
}
