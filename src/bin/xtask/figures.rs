//! What a person's browser has to fetch: raw and brotli sizes of the built page against their limits.

use crate::say::{Outcome, fail, output_of};
use crate::setup::{self, Tools};
use crate::{dist_dir, target_dir};
use std::fs;
use std::path::{Path, PathBuf};

/// When a file is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Needed before the first sheet takes input.
    FirstSheet,
    /// Needed to start filling: what is typed is kept, and the rules answer.
    Start,
    /// Fetched half a second after the start, or when somebody signs, verifies, opens or attaches something.
    Signing,
    /// Fetched when first needed for something else.
    OnDemand,
}

/// Files by the beginning of their name, the first that fits; whatever is not listed counts as needed to start.
/// Filling needs one table: the larger one counts.
const MOMENTS: &[(&str, Moment)] = &[
    ("tables/pilot-city-2017.json", Moment::Start),
    ("tables/", Moment::OnDemand),
    ("first/pilot-city-2017.json", Moment::FirstSheet),
    ("first", Moment::OnDemand),
    ("index.html", Moment::FirstSheet),
    ("start.js", Moment::FirstSheet),
    ("shenbao.css", Moment::FirstSheet),
    ("unsupported.js", Moment::FirstSheet),
    ("locale/zh-CN-later", Moment::Signing),
    ("locale/", Moment::OnDemand),
    ("signing", Moment::Signing),
    ("later", Moment::Signing),
    ("divisions", Moment::OnDemand),
    ("blank/", Moment::OnDemand),
    ("office", Moment::OnDemand),
    // What an installed page without a network takes; it comes when the form stands.
    ("page.js", Moment::OnDemand),
    ("one-file", Moment::OnDemand),
    ("sw.js", Moment::OnDemand),
    ("manifest", Moment::OnDemand),
    ("icon", Moment::OnDemand),
];

/// The sizes to reach, in bytes after brotli -11; 1 kB is 1,000 bytes.
const START_LIMIT: u64 = 150_000;
const SIGNING_LIMIT: u64 = 200_000;

/// What a build may be at most today. The page is over the sizes to reach, which every build says; until it is
/// under them these keep it from growing. They go down with what is saved; raising one takes a reason that is worth
/// its bytes, given in the commit that does so.
const START_CEILING: u64 = 273_500;
const SIGNING_CEILING: u64 = 486_000;

/// Node's zlib has brotli; a page is compressed with it as a portal's server would, at the highest level.
const BROTLI: &str = "const z=require('zlib'),f=require('fs');for(const p of process.argv.slice(1)){const b=f.readFileSync(p);\
const c=z.brotliCompressSync(b,{params:{[z.constants.BROTLI_PARAM_QUALITY]:11,[z.constants.BROTLI_PARAM_LGWIN]:22,[z.constants.BROTLI_PARAM_SIZE_HINT]:b.length}});\
console.log(b.length+' '+c.length)}";

/// `cargo xtask figures`: prints them for the last build.
pub fn run(_: &[String]) -> Outcome<()> {
    let tools = setup::for_build()?;
    check(&tools)
}

/// Prints the figures; says whether they keep to the ceilings.
pub fn print(tools: &Tools) -> Outcome<bool> {
    let mut files = Vec::new();
    collect(&dist_dir(), &mut files);
    files.sort();
    if files.is_empty() {
        return fail("there is no built page yet", "run cargo xtask build");
    }
    let Some(sizes) = output_of(tools.command("node").arg("-e").arg(BROTLI).args(&files)) else {
        return fail("node could not compress the built files", "check that node 18 or newer is on PATH");
    };
    let mut text = format!("\n{:>10} {:>10}  file\n", "raw", "brotli");
    let mut first = (0, 0);
    let mut start = (0, 0);
    let mut signing = (0, 0);
    for (file, line) in files.iter().zip(sizes.lines()) {
        let mut numbers = line.split(' ').filter_map(|it| it.parse::<u64>().ok());
        let (Some(raw), Some(brotli)) = (numbers.next(), numbers.next()) else { continue };
        let name = file.strip_prefix(dist_dir()).unwrap_or(file).display().to_string();
        let moment = MOMENTS.iter().find(|(prefix, _)| name.starts_with(prefix)).map_or(Moment::Start, |it| it.1);
        let note = match moment {
            Moment::FirstSheet => {
                first = (first.0 + raw, first.1 + brotli);
                "  (for the first sheet)"
            }
            Moment::Start => {
                start = (start.0 + raw, start.1 + brotli);
                ""
            }
            Moment::Signing => {
                signing = (signing.0 + raw, signing.1 + brotli);
                "  (when signing)"
            }
            Moment::OnDemand => "  (when asked for)",
        };
        text.push_str(&format!("{raw:>10} {brotli:>10}  {name}{note}\n"));
    }
    start = (start.0 + first.0, start.1 + first.1);
    let with_signing = (start.0 + signing.0, start.1 + signing.1);
    text.push_str(&format!("{:>10} {:>10}  = until the first sheet takes input, where a page names its table: {:.1} kB brotli\n", first.0, first.1, first.1 as f64 / 1000.0));
    text.push_str(&line("to start filling", start, START_LIMIT));
    text.push_str(&line("with signing", with_signing, SIGNING_LIMIT));
    print!("{text}");
    // Kept as a file, so that the figures of the last build can be quoted without building again.
    let _ = fs::write(target_dir().join("figures.txt"), &text);
    Ok(start.1 <= START_CEILING && with_signing.1 <= SIGNING_CEILING)
}

/// Prints the figures and fails where one is over its ceiling.
pub fn check(tools: &Tools) -> Outcome<()> {
    if print(tools)? {
        return Ok(());
    }
    fail("the page has grown beyond its ceiling", "see which file grew; `cargo xtask figures` prints the sizes again")
}

fn line(name: &str, (raw, brotli): (u64, u64), limit: u64) -> String {
    let verdict = if brotli <= limit { "ok" } else { "OVER" };
    format!("{raw:>10} {brotli:>10}  = {name}: {:.1} kB brotli of at most {} kB: {verdict}\n", brotli as f64 / 1000.0, limit / 1000)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
