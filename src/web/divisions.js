// Fetches a file that lies beside the page's program.

export async function fetch_text(name) {
  // This file lies under snippets/ beside the program.
  const base = import.meta.url.replace(/snippets\/.*$/, "");
  const answer = await fetch(new URL(name, base));
  if (!answer.ok) throw new Error(name + ": " + answer.status);
  return answer.text();
}
