//! `cargo xtask dist`: what is given out. The site as a folder, an npm package for portals, and the whole form as one
//! HTML file that is opened by double-click on a machine without a network.

use crate::say::{Outcome, fail, failed_at};
use crate::setup;
use crate::{blank, build, dist_dir, figures, first_sheet, minify, npm, preset, target_dir};
use sha2::{Digest, Sha256};
use shenbao::engine::value::base64;
use std::fs;
use std::path::{Path, PathBuf};

const AGAIN: &str = "build again: cargo xtask dist";

/// Files of the site's own page. Everything else that was built is asked for by the program, by its name.
const OF_THE_PAGE: &[&str] = &[
    "index.html", "start.js", "shenbao-app.js", "unsupported.js", "page.js", "sw.js", "one-file.js", TEMPLATE, "manifest.webmanifest", "icon.svg", "icon-192.png", "icon-512.png",
];

/// The head of the one page. Its policy lets nothing be fetched or sent, whatever the program were to try; browsers
/// older than Chromium 97 know `unsafe-eval` only as the word that allows WebAssembly.
const HEAD: &str = r#"<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta name="renderer" content="webkit">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<title>申报表填报</title>
<link rel="icon" href="data:,">
"#;

const BODY: &str = "</head>\n<body data-shenbao-page>\n<noscript><p>本页需要启用 JavaScript。请在浏览器设置中允许运行脚本，然后刷新本页。</p></noscript>\n<shenbao-form></shenbao-form>\n";

/// `cargo xtask dist`, with `--preset FILE` for a one file that begins with a table and answers.
pub fn run(words: &[String]) -> Outcome<()> {
    let preset = match words {
        [] => None,
        [option, file] if option == "--preset" => Some(preset::read(Path::new(file))?),
        _ => return fail("dist knows --preset FILE and nothing else", "for instance: cargo xtask dist --preset park.json"),
    };
    let tools = setup::for_build()?;
    build::page(&tools)?;
    figures::print(&tools)?;
    let archive = npm::package(&tools)?;
    let (file, digest) = single()?;
    println!("\nthe site: {}", dist_dir().display());
    println!("npm:      {}", archive.display());
    println!("one file: {}\nSHA-256:  {digest}", file.display());
    if let Some(preset) = preset {
        let (file, digest) = single_as(&format!("shenbao-{}.html", preset.name), &preset.text)?;
        println!("preset:   {}\nSHA-256:  {digest}", file.display());
    }
    Ok(())
}

/// Where the one page is.
pub fn single_file() -> PathBuf {
    target_dir().join("package/shenbao.html")
}

/// Beside the page: the one page with its files left out. src/web/page/one-file.js fills it as `filled` does.
const TEMPLATE: &str = "one-file.html";

/// The place of what a page is to begin with.
const PRESET: &str = "preset.json";

/// How the place of a file begins and ends.
const OPEN: &str = "<script type=\"text/plain\" data-shenbao-asset=\"";
const CLOSE: &str = "\"></script>";

/// Writes the template of the one page into the last build.
pub fn write_template() -> Outcome<()> {
    let dist = dist_dir();
    let mut page = String::from(HEAD);
    page.push_str(&format!("<script>{}</script>\n{BODY}", inside(&read(&dist.join("unsupported.js"))?, "unsupported.js")?));
    for name in [PRESET, TEMPLATE] {
        page.push_str(&format!("{OPEN}{name}{CLOSE}\n"));
    }
    // Scripts are in the one script of the page. It has its program with it, so no sheet would be there before.
    for name in asked_for().iter().filter(|it| !it.ends_with(".js") && !it.starts_with(first_sheet::FOLDER)) {
        let path = dist.join(name);
        let bytes = fs::read(&path).map_err(failed_at(&path, AGAIN))?;
        page.push_str(&format!("{OPEN}{name}\" data-sha256=\"{}{CLOSE}\n", hex(&bytes)));
    }
    // Where the form cannot run, the page itself becomes a blank table; its style goes along.
    let style = format!("<style>{}</style>", read(&dist.join(blank::FOLDER).join("blank.css"))?);
    for file in files(&dist, blank::FOLDER).iter().filter(|it| it.ends_with(".html")) {
        let text = read(&dist.join(file))?.replace("<link rel=\"stylesheet\" href=\"blank.css\">", &style);
        page.push_str(&format!("{OPEN}{file}\">{}</script>\n", inside(&text, file)?));
    }
    let script = minify::single_script();
    page.push_str(&format!("<script type=\"module\">{}</script>\n</body>\n</html>\n", inside(&read(&script)?, "single.js")?));
    let path = dist.join(TEMPLATE);
    fs::write(&path, page).map_err(failed_at(&path, AGAIN))
}

/// Writes the one page from the last build; gives its place and its SHA-256.
pub fn single() -> Outcome<(PathBuf, String)> {
    single_as("shenbao.html", "")
}

/// Writes the one page under a name, with what it is to begin with.
fn single_as(name: &str, preset: &str) -> Outcome<(PathBuf, String)> {
    let file = single_file().with_file_name(name);
    let page = filled(preset)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(&file, &page)).map_err(failed_at(&file, AGAIN))?;
    Ok((file, hex(page.as_bytes())))
}

/// The template with its files in it, and what it is to begin with.
fn filled(preset: &str) -> Outcome<String> {
    let dist = dist_dir();
    let template = read(&dist.join(TEMPLATE))?;
    let mut page = String::new();
    for line in template.split_inclusive('\n') {
        let tag = line.trim_end().strip_suffix("</script>");
        let name = tag.and_then(|it| it.strip_prefix(OPEN)).and_then(|it| it.split('"').next());
        let (Some(tag), Some(name)) = (tag, name) else {
            page.push_str(line);
            continue;
        };
        let path = dist.join(name);
        page.push_str(tag);
        if name == PRESET {
            // A preset may say anything; nothing in it can end the element.
            page.push_str(&preset.replace('<', "\\u003c"));
        } else if name == TEMPLATE || name.ends_with(".wasm") {
            base64::encode(&fs::read(&path).map_err(failed_at(&path, AGAIN))?, &mut page);
        } else {
            page.push_str(inside(&read(&path)?, name)?);
        }
        page.push_str("</script>\n");
    }
    Ok(page)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text that may stand in a script element as it is: nothing in it ends the element or hides its end.
fn inside<'a>(text: &'a str, name: &str) -> Outcome<&'a str> {
    let lower = text.to_ascii_lowercase();
    if lower.contains("</script") || lower.contains("<!--") {
        return fail(format!("{name} cannot stand inside the page: it has </script or <!-- in it"), "write that text in another way");
    }
    Ok(text)
}

/// The files of the last build that the program asks for by name, in an order that does not change.
pub fn asked_for() -> Vec<String> {
    // The blank tables are for people, where the program does not run.
    let is_blank = |name: &String| name.split('/').next() == Some(blank::FOLDER);
    built().into_iter().filter(|it| !OF_THE_PAGE.contains(&it.as_str()) && !is_blank(it)).collect()
}

/// The files of the last build by their names, in an order that does not change.
pub fn built() -> Vec<String> {
    let dist = dist_dir();
    let mut names: Vec<String> = Vec::new();
    // Trunk's staging folder starts with a dot.
    for name in files(&dist, ".").iter().filter_map(|it| it.strip_prefix("./")).filter(|it| !it.starts_with('.')) {
        if dist.join(name).is_dir() { names.extend(files(&dist, name)) } else { names.push(name.to_owned()) }
    }
    names
}

/// What is in a folder, by the names below another. A folder is listed in any order; this comes out the same.
pub fn files(above: &Path, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(above.join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|it| format!("{folder}/{}", it.file_name().to_string_lossy())).collect();
    names.sort();
    names
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(failed_at(path, AGAIN))
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn what_would_end_the_script_is_refused() {
        assert!(inside("a < b", "x").is_ok());
        assert!(inside("'</SCRIPT>'", "x").is_err());
        assert!(inside("<!-- x", "x").is_err());
    }
}
