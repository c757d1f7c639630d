//! A real Chromium 90, the oldest that must do: the whole story of a city, under the policy for such browsers, and
//! the styles, declaration by declaration.

use crate::browser::{Engine, run};
use crate::policy::obeys;
use crate::portal::Serving;
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn a_city_fills_the_whole_table_in_chromium_90() {
    obeys(Engine::Chromium90, Serving::Old);
}

/// What Chromium 90 does not know, and what happens there.
const UNKNOWN: &[(&str, &str)] = &[
    ("text-wrap: balance", "the title breaks where the line is full"),
    ("@bottom-center", "a sheet has no page number of its own; its foot says whose it is"),
    ("@supports (-moz-appearance: none)", "it is meant for Firefox alone"),
];

/// Gives back each selector and declaration that the browser does not know. Rules are found by their braces; the
/// styles have none inside strings.
const ASK: &str = r#"
const unknown = [];
const text = arguments[0].replace(/\/\*[\s\S]*?\*\//g, '');
const ask = (line) => {
  const at = line.indexOf(':');
  const name = line.slice(0, at).trim(), value = line.slice(at + 1).replace('!important', '').trim();
  if (!CSS.supports(name, value)) unknown.push(name + ': ' + value);
};
const read = (from, inRule) => {
  let start = from;
  for (let at = from; at <= text.length; at += 1) {
    const it = text[at] || '}';
    if (inRule && (it === ';' || it === '}') && text.slice(start, at).trim()) ask(text.slice(start, at));
    if (it === '{') {
      const head = text.slice(start, at).trim();
      const isGroup = /^@(media|supports|keyframes)/.test(head);
      if (isGroup || /^@page$/.test(head)) {
        if (head.startsWith('@supports') && !CSS.supports(head.slice(9).trim())) {
          unknown.push(head);
          start = at = skip(at);
          continue;
        }
        at = read(at + 1, !isGroup);
      } else if (head.startsWith('@')) {
        unknown.push(head);
        at = skip(at);
      } else {
        for (const it of split(head)) if (!CSS.supports('selector(' + it + ')')) unknown.push(it);
        at = read(at + 1, true);
      }
      start = at + 1;
    } else if (it === ';') {
      start = at + 1;
    } else if (it === '}') {
      return at;
    }
  }
  return text.length;
};
// The end of a block that is passed over.
const skip = (at) => {
  for (let depth = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && (depth -= 1) === 0) return at;
  }
  return at;
};
// `:host` and the marks of other engines are no selectors of a document.
const split = (head) => head.split(/,(?![^(]*\))/).map((it) => it.trim()).filter((it) => !it.startsWith(':host'));
read(0, false);
return unknown;
"#;

#[test]
fn chromium_90_knows_every_style() {
    run(Engine::Chromium90, "styles", |browser| {
        browser.session.go_to("about:blank");
        let unknown = |css: &str| -> Vec<String> {
            let found = browser.session.script(ASK, &[json!(css)]);
            found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let seeded = ".a:has(.b), .c { color: red; translate: 1px } @media print { .d { width: 1dvh } @layer x { .e { top: 0 } } }";
        assert_eq!(unknown(seeded), [".a:has(.b)", "translate: 1px", "width: 1dvh", "@layer x"]);

        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("style");
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("there are styles").flatten() {
            found.extend(unknown(&std::fs::read_to_string(entry.path()).expect("a style file")));
        }
        found.sort();
        let mut known: Vec<&str> = UNKNOWN.iter().map(|it| it.0).collect();
        known.sort_unstable();
        assert_eq!(found, known, "what Chromium 90 does not know is named in UNKNOWN with what happens there");
    });
}
