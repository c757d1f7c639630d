//! `cargo xtask reproduce`: builds what is given out from the last commit twice, in two folders, and compares every
//! byte. Whoever has the commit can so check that what they were given is what was built from it.

use crate::say::{Outcome, fail, output_of, run as run_command};
use crate::root;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is given out, below the target folder.
const GIVEN_OUT: &[&str] = &["dist", "package"];

/// Where the two builds are made, below a folder for temporary files: not alike in length, and with a space.
const PLACES: &[&str] = &["a", "another place/b"];

pub fn run(_: &[String]) -> Outcome<()> {
    let above = std::env::temp_dir().join(format!("shenbao-reproduce-{}", std::process::id()));
    let outcome = compare(&above);
    let _ = fs::remove_dir_all(&above);
    outcome
}

fn compare(above: &Path) -> Outcome<()> {
    let commit = output_of(Command::new("git").args(["rev-parse", "HEAD"]).current_dir(root())).unwrap_or_default();
    if output_of(Command::new("git").args(["status", "--porcelain"]).current_dir(root())).is_none_or(|it| !it.is_empty()) {
        println!("what is not committed is not built");
    }
    let mut builds: Vec<BTreeMap<String, String>> = Vec::new();
    for place in PLACES {
        let folder = above.join(place);
        println!("\nbuilding {commit} in {}", folder.display());
        let mend = "read the messages above; both builds need what `cargo xtask dist` needs";
        run_command(Command::new("git").args(["clone", "--quiet", "--no-hardlinks"]).arg(root()).arg(&folder), mend)?;
        run_command(Command::new("git").args(["checkout", "--quiet", "--detach", &commit]).current_dir(&folder), mend)?;
        let mut command = Command::new("cargo");
        command.args(["xtask", "dist"]).current_dir(&folder).env_remove("CARGO_TARGET_DIR");
        // Cargo tells its programs about the package they belong to; the clone's own are to be built.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG") || name == "CARGO_MANIFEST_DIR") {
            command.env_remove(name);
        }
        run_command(&mut command, mend)?;
        let mut files = BTreeMap::new();
        for name in GIVEN_OUT {
            collect(&folder.join("target"), Path::new(name), &mut files);
        }
        builds.push(files);
        // Two whole target folders would take gigabytes.
        let _ = fs::remove_dir_all(folder.join("target"));
    }
    let [first, second] = builds.as_slice() else { return fail("two builds are compared", "look at PLACES in src/bin/xtask/reproduce.rs") };
    let names: std::collections::BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let mut differing = Vec::new();
    println!();
    for name in names {
        let is_same = first.get(name) == second.get(name);
        println!("{}  {name}{}", first.get(name).map_or("", String::as_str), if is_same { "" } else { "  DIFFERS" });
        if !is_same {
            differing.push(name.as_str());
        }
    }
    if first.is_empty() || !differing.is_empty() {
        return fail(format!("two builds of {commit} differ: {}", differing.join(" ")), "something of the folder or of the order of files got into the build");
    }
    println!("\nboth builds of {commit} are the same: {} files", first.len());
    Ok(())
}

/// The digests of a folder's files, by their names below `above`.
fn collect(above: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    let entries: Vec<PathBuf> = fs::read_dir(above.join(folder)).into_iter().flatten().flatten().map(|it| folder.join(it.file_name())).collect();
    for name in entries {
        let path = above.join(&name);
        if path.is_dir() {
            collect(above, &name, files);
        } else if let Ok(bytes) = fs::read(&path) {
            let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            files.insert(name.display().to_string(), digest);
        }
    }
}
