//! Gives what a program and its script call each other short names, and takes out what only one of them knows.
//!
//! wasm-bindgen names every function with its place and a hash, in the module and again in the script: 7 kB of the
//! compressed download that say nothing to a browser. It also exports the classes of libraries that nobody uses.
//!
//! The name that the files of one build have for each other is of that build alone: a cache that mixes the files of two
//! gives a program that does not start, and says so, instead of one that goes wrong later.

use crate::say::{Outcome, fail, failed_at};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use wasm_encoder::{ExportKind, ExportSection, ImportSection, Module, RawSection};
use wasmparser::{Export, ExternalKind, Import, Parser, Payload, TypeRef};

/// Streams between the two, of wasm-streams, which Leptos brings for its server functions.
const UNUSED: &[&str] = &["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];

/// Where the second part of the program, and the script that fetches it, say what they take from the first.
const SPLIT: &str = "__wasm_split";

const AGAIN: &str = "build again";

const MEND: &str = "wasm-bindgen writes its scripts in another way now: compare src/bin/xtask/names.rs with what it wrote";

/// Shortens the names between `NAME_bg.wasm` and `NAME.js` in a folder. The second part of the program, if there is one,
/// takes what it needs by the long names.
pub fn shorten(folder: &Path, name: &str, later: Option<&Path>) -> Outcome<()> {
    let (program, script) = (folder.join(format!("{name}_bg.wasm")), folder.join(format!("{name}.js")));
    let bytes = fs::read(&program).map_err(failed_at(&program, AGAIN))?;
    let text = fs::read_to_string(&script).map_err(failed_at(&script, AGAIN))?;
    let mut digest = Sha256::new_with_prefix(&bytes);
    let mut kept = Vec::new();
    if let Some(later) = later {
        let second = fs::read(later).map_err(failed_at(later, AGAIN))?;
        digest.update(&second);
        kept = imports(&second).map_err(failed_at(later, AGAIN))?.iter().map(|it| it.name.to_owned()).collect();
    }
    let stamp: String = digest.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    if let Some(later) = later {
        stamp_second(later, &folder.join("later.js"), &stamp)?;
    }
    let (bytes, text) = shortened(&bytes, without_unused(&text), &format!("./{name}_bg.js"), &stamp, &kept)?;
    fs::write(&program, bytes).map_err(failed_at(&program, AGAIN))?;
    fs::write(&script, text).map_err(failed_at(&script, AGAIN))
}

/// Gives what the second part takes from the first the name of this build.
fn stamp_second(later: &Path, script: &Path, stamp: &str) -> Outcome<()> {
    let unreadable = failed_at(later, AGAIN);
    let bytes = fs::read(later).map_err(failed_at(later, AGAIN))?;
    let mut given = ImportSection::new();
    for Import { module, name, ty } in imports(&bytes).map_err(&unreadable)? {
        let Ok(ty) = wasm_encoder::EntityType::try_from(ty) else { return fail(format!("the second part takes {name}, of a kind newer than its browsers"), MEND) };
        given.import(if module == SPLIT { stamp } else { module }, name, ty);
    }
    fs::write(later, with_sections(&bytes, &given, None).map_err(&unreadable)?).map_err(failed_at(later, AGAIN))?;
    let text = fs::read_to_string(script).map_err(failed_at(script, AGAIN))?;
    let member = format!("{{ {SPLIT}: ");
    if text.matches(&member).count() != 1 {
        return fail("src/web/later.js does not give the second part what it takes", format!("give it as {member}first }}"));
    }
    fs::write(script, text.replace(&member, &format!("{{ \"{stamp}\": "))).map_err(failed_at(script, AGAIN))
}

/// A program and its script with short names. What the script takes from the program it calls `wasm.NAME`; what it gives
/// stands as `NAME: function(` under the module's name.
fn shortened(bytes: &[u8], mut script: String, module: &str, stamp: &str, kept: &[String]) -> Outcome<(Vec<u8>, String)> {
    let unreadable = failed_at(Path::new(module), AGAIN);
    let mut names = short_names();
    let mut given = ImportSection::new();
    for Import { module: from, name, ty } in imports(bytes).map_err(&unreadable)? {
        let TypeRef::Func(kind) = ty else { return fail(format!("the program takes {name}, which is no function"), MEND) };
        if from != module {
            given.import(from, name, wasm_encoder::EntityType::Function(kind));
            continue;
        }
        let (long, short) = (format!(" {name}: function("), names.next().unwrap_or_default());
        if script.matches(&long).count() != 1 {
            return fail(format!("the script does not give {name} just once"), MEND);
        }
        script = script.replace(&long, &format!(" {short}: function("));
        given.import(stamp, &short, wasm_encoder::EntityType::Function(kind));
    }
    script = script.replace(&format!("\"{module}\": import"), &format!("\"{stamp}\": import"));
    let mut taken = ExportSection::new();
    for Export { name, kind, index } in exports(bytes).map_err(&unreadable)? {
        let kind = match kind {
            ExternalKind::Func => ExportKind::Func,
            ExternalKind::Table => ExportKind::Table,
            ExternalKind::Memory => ExportKind::Memory,
            ExternalKind::Global => ExportKind::Global,
            _ => return fail(format!("the program exports {name}, of a kind newer than its browsers"), MEND),
        };
        if kept.iter().any(|it| it == name) {
            taken.export(name, kind, index);
            continue;
        }
        let short = names.next().unwrap_or_default();
        let replaced = with_member(&script, name, &short);
        if replaced != script {
            taken.export(&short, kind, index);
            script = replaced;
        }
    }
    Ok((with_sections(bytes, &given, Some(&taken)).map_err(&unreadable)?, script))
}

/// A module with other imports, and with other exports if they are given.
fn with_sections(bytes: &[u8], given: &ImportSection, taken: Option<&ExportSection>) -> wasmparser::Result<Vec<u8>> {
    let mut out = Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        match (&payload, taken) {
            (Payload::ImportSection(_), _) => _ = out.section(given),
            (Payload::ExportSection(_), Some(taken)) => _ = out.section(taken),
            (other, _) => {
                if let Some((id, range)) = other.as_section() {
                    let place = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
                    out.section(&RawSection { id, data: bytes.get(place(range.start)..place(range.end)).unwrap_or_default() });
                }
            }
        }
    }
    Ok(out.finish())
}

/// The script with `wasm.LONG` as `wasm.SHORT`. A longer name that begins the same is another one.
fn with_member(script: &str, long: &str, short: &str) -> String {
    let member = format!("wasm.{long}");
    let mut parts = script.split(&member);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_longer = part.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_' || it == '$');
        out.push_str(if is_longer { &member } else { "wasm." });
        out.push_str(if is_longer { "" } else { short });
        out.push_str(part);
    }
    out
}

/// The script without the classes that nobody uses, so that what only they call leaves the program too.
fn without_unused(script: &str) -> String {
    let is_of = |line: &str, class: &str| {
        let beginnings = [format!("export class {class} "), format!("if (Symbol.dispose) {class}."), format!("const {class}Finalization ")];
        beginnings.iter().any(|it| line.starts_with(it))
    };
    let mut out = String::new();
    let mut is_cut = false;
    for line in script.lines() {
        // What is at the edge begins something, unless it ends it.
        if !line.starts_with([' ', '}']) {
            is_cut = UNUSED.iter().any(|class| is_of(line, class));
        }
        if !is_cut {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// a, b … z, aa, ab …
fn short_names() -> impl Iterator<Item = String> {
    (0..).map(|number: u32| {
        let mut left = number + 1;
        let mut letters = Vec::new();
        while left > 0 {
            letters.insert(0, char::from(b'a' + u8::try_from((left - 1) % 26).unwrap_or_default()));
            left = (left - 1) / 26;
        }
        letters.into_iter().collect()
    })
}

fn imports(bytes: &[u8]) -> wasmparser::Result<Vec<Import<'_>>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                found.push(import?);
            }
        }
    }
    Ok(found)
}

fn exports(bytes: &[u8]) -> wasmparser::Result<Vec<Export<'_>>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                found.push(export?);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{short_names, with_member, without_unused};

    #[test]
    fn a_name_is_replaced_whole() {
        let script = "wasm.call(a); wasm.call_on(b); wasm.call";
        assert_eq!(with_member(script, "call", "c"), "wasm.c(a); wasm.call_on(b); wasm.c");
        assert_eq!(with_member(script, "mount", "m"), script);
    }

    #[test]
    fn an_unused_class_goes_with_all_that_belongs_to_it() {
        let script = "export class IntoUnderlyingSink {\n    close() {\n        wasm.sink_close();\n    }\n}\n\
                      if (Symbol.dispose) IntoUnderlyingSink.prototype.free = 1;\nexport class Hash {\n    push() {}\n}\n\
                      const IntoUnderlyingSinkFinalization = (typeof F === 'undefined')\n    ? 1\n    : 2;\nlet wasm;\n";
        assert_eq!(without_unused(script), "export class Hash {\n    push() {}\n}\nlet wasm;\n");
    }

    #[test]
    fn short_names_do_not_repeat() {
        let names: Vec<String> = short_names().take(800).collect();
        assert_eq!((&*names[0], &*names[25], &*names[26], &*names[702]), ("a", "z", "aa", "aaa"));
        assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), 800);
    }
}
