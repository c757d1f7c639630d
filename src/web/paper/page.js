// What paper needs of the page around the form: A4 sheets, and nothing printed but the form. A rule for
// sheets has no effect inside a shadow root, so the document adopts it while a paper is shown.
//
// The elements around the paper are marked as the way to it; what is beside the way is not printed.

export function open_paper(root, style_text) {
  const marked = [];
  const mark = () => {
    const paper = root.querySelector(".papers");
    let node = paper && up(paper);
    for (; node && node.nodeType === 1; node = up(node)) {
      if (node.hasAttribute("data-paper-way")) continue;
      node.setAttribute("data-paper-way", "");
      marked.push(node);
    }
  };
  const drops = [document, root.getRootNode()].map((tree) => adopt(tree, style_text));
  // The paper is put into the page after this; a host may also move the form later.
  queueMicrotask(mark);
  window.addEventListener("beforeprint", mark);
  return () => {
    window.removeEventListener("beforeprint", mark);
    for (const node of marked) node.removeAttribute("data-paper-way");
    for (const drop of drops) drop();
  };
}

function up(node) {
  const parent = node.parentNode;
  return parent && parent.host ? parent.host : parent;
}

function adopt(tree, text) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
    return () => {
      tree.adoptedStyleSheets = [...tree.adoptedStyleSheets].filter((it) => it !== sheet);
    };
  } catch (_) {
    const style = document.createElement("style");
    style.textContent = text;
    (tree.head || tree).appendChild(style);
    return () => style.remove();
  }
}
