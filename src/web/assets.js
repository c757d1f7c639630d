// Gives a file that belongs to the program: the one that the page itself carries, where a build put it there,
// or the one that lies beside the program. The npm package says where: a bundler gives its files other names.
//
// Throws the status of an answer that is no file, 0 for a web page in its stead, anything else without an answer.

const BASE = import.meta.url.replace(/snippets\/.*$/, "");

export async function asset_text(name) {
  const inline = document.querySelector(`script[type="text/plain"][data-shenbao-asset="${name}"]`);
  if (inline) return inline.textContent;
  const place = globalThis[Symbol.for("shenbao.asset")];
  const url = place ? place(name) : new URL(name, BASE);
  if (!url) throw 404;
  // The element may have asked for it before the program was here.
  const early = globalThis[Symbol.for("shenbao.early")] || {};
  const asked = early[name];
  delete early[name];
  // An old table under a new program would be worse than a short question to the server; without a network
  // what the browser kept is still better than nothing.
  const answer = await (asked || fetch(url, { cache: "no-cache" })).catch(() => fetch(url, { cache: "force-cache" }));
  if (!answer.ok) throw answer.status;
  const text = await answer.text();
  // A portal may answer with its sign-in page and call that a success. No file of ours begins like one.
  if (/^\s*</.test(text)) throw 0;
  return text;
}
