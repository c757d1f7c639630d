// What paper needs of the page around the form: A4 sheets, and nothing printed but the form. A rule for
// sheets has no effect inside a shadow root, so the document adopts it while a paper is shown.
//
// The elements around the paper are marked as the way to it; what is beside the way is not printed.

// The form that prints, while one does: of several on a page the others keep their paper.
let printing = null;

export function print_paper(root) {
  printing = root;
  // Some browsers go on before they have printed.
  window.addEventListener("afterprint", () => (printing = null), { once: true });
  window.print();
}

export function open_paper(root, style_text) {
  const marked = [];
  const mark = () => {
    const { host } = root.getRootNode();
    if (host && printing && printing !== root) return host.removeAttribute("data-paper-way");
    const paper = root.querySelector(".papers");
    let node = paper && up(paper);
    for (; node && node.nodeType === 1; node = up(node)) {
      if (node.hasAttribute("data-paper-way")) continue;
      node.setAttribute("data-paper-way", "");
      marked.push(node);
    }
  };
  const drops = trees_around(root).map((tree) => adopt(tree, style_text));
  // The paper is put into the page after this; a host may also move the form later.
  queueMicrotask(mark);
  const again = () => setTimeout(mark);
  window.addEventListener("beforeprint", mark);
  window.addEventListener("afterprint", again);
  return () => {
    window.removeEventListener("beforeprint", mark);
    window.removeEventListener("afterprint", again);
    for (const node of marked) node.removeAttribute("data-paper-way");
    for (const drop of drops) drop();
  };
}

function up(node) {
  const parent = node.parentNode;
  return parent && parent.host ? parent.host : parent;
}

// The document, and every shadow root on the way to it: a portal may have the form in one of its own.
function trees_around(node) {
  const tree = node.getRootNode();
  if (tree.host) return [tree, ...trees_around(tree.host)];
  // A form that is just being taken out of the page is in none.
  return tree === document ? [tree] : [];
}

function adopt(tree, text) {
  if ("adoptedStyleSheets" in tree) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
    return () => {
      tree.adoptedStyleSheets = [...tree.adoptedStyleSheets].filter((it) => it !== sheet);
    };
  }
  // A browser without constructed sheets: a strict policy refuses <style>, but not more rules in a sheet that is there.
  const there = Array.from(tree.styleSheets).find(takes_rules);
  if (there) {
    const added = rules_of(text).map((rule) => there.cssRules[there.insertRule(rule, there.cssRules.length)]);
    return () => added.forEach((rule) => there.deleteRule(Array.from(there.cssRules).indexOf(rule)));
  }
  const style = document.createElement("style");
  style.textContent = text;
  (tree.head || tree).appendChild(style);
  return () => style.remove();
}

function takes_rules(sheet) {
  try {
    return sheet.cssRules && !sheet.disabled && sheet.media.length === 0;
  } catch (_) {
    // One of another host.
    return false;
  }
}

// The rules of our own text: no brace stands in a string there.
function rules_of(text) {
  const rules = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (text[at] === "}" && depth === 0) {
      rules.push(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  return rules;
}
