//! Installs what building and testing need, and nothing that is there already.
//!
//! Each tool is looked for first, with its version; only a missing or unfit one is installed. cargo and npm
//! put their programs into the user's cache; Debian's packages need root (or sudo without a password).

use crate::say::{Failure, Outcome, fail, output_of, run as run_command};
use crate::{root, target_dir};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BINARYEN: &str = "132";
const ESBUILD: &str = "0.28.2";
const HAPPY_DOM: &str = "21.0.4";
const GECKODRIVER: &str = "0.37.1";
/// The npm package that carries a real Chromium 90, the oldest browser that must do.
const OLD_CHROMIUM: (&str, &str) = ("chrome-aws-lambda", "8.0.2");
const NETWORK_MEND: &str = "check that this machine reaches the crates registry, then run the same command again; finished parts are kept";

/// What a browser test needs: a program, and Debian's package for it.
const BROWSER_PROGRAMS: &[(&str, &str)] = &[
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("xauth", "xauth"),
    ("pdftotext", "poppler-utils"),
    ("zbarimg", "zbar-tools"),
    ("openssl", "openssl"),
];

/// A font with Chinese glyphs: without it every screenshot shows boxes and every line breaks elsewhere.
const CHINESE_FONT: (&str, &str) = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk");

/// Which compiler builds for the browser.
pub enum Toolchain {
    /// rustup's, with the wasm target and the standard library's source.
    Rustup,
    /// Debian's packages, where the toolchain server cannot be reached; links with this program.
    Debian { linker: PathBuf },
}

/// What is ready to be used.
pub struct Tools {
    pub toolchain: Toolchain,
    path: OsString,
}

impl Tools {
    /// A command that sees the installed tools.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(root()).env("PATH", &self.path).env_remove("CARGO").env_remove("RUSTC");
        command
    }

    /// A program that builds for the browser, under the toolchain that was found.
    pub fn page_command(&self, program: &str) -> Command {
        let mut command = self.command(program);
        // A folder of its own: other flags for the standard library would otherwise rebuild the native half each time.
        command.env("CARGO_TARGET_DIR", target_dir().join("page"));
        if let Toolchain::Debian { linker } = &self.toolchain {
            let mut path = OsString::from("/usr/bin:");
            path.push(&self.path);
            command.env("PATH", path).env("RUSTC", "/usr/bin/rustc").env_remove("RUSTUP_TOOLCHAIN");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            // Debian's packages hold the source of the standard library, not its wasm build.
            command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        }
        command.env("CARGO_ENCODED_RUSTFLAGS", self.page_flags(&[]).join("\u{1f}"));
        command
    }

    /// Compiler flags for the browser: what the toolchain needs, then `more`.
    pub fn page_flags(&self, more: &[String]) -> Vec<String> {
        let mut flags = Vec::new();
        if let Toolchain::Debian { .. } = &self.toolchain {
            flags.push("-Clinker-flavor=wasm-ld".to_owned());
        }
        flags.extend_from_slice(more);
        flags
    }
}

/// `cargo xtask setup`: everything for building and testing.
pub fn run_all() -> Outcome<Tools> {
    let tools = for_build()?;
    for_browsers(&tools)?;
    for_interop(&tools)?;
    for_hosts(&tools)?;
    Ok(tools)
}

pub fn run(_: &[String]) -> Outcome<()> {
    run_all()?;
    println!("everything is in place");
    Ok(())
}

/// Makes sure that the page can be built.
pub fn for_build() -> Outcome<Tools> {
    let path = tool_path();
    println!("[1/6] compiler for the browser");
    let toolchain = toolchain()?;
    let tools = Tools { toolchain, path };
    println!("[2/6] node and npm");
    node(&tools)?;
    let bindgen = locked_version("wasm-bindgen")?;
    println!("[3/6] wasm-bindgen {bindgen}");
    // Without --locked: the lock file inside that package has named versions that registries no longer serve.
    cargo_tool(&tools, "wasm-bindgen", "wasm-bindgen-cli", &bindgen, false)?;
    println!("[4/6] wasm-opt {BINARYEN}");
    wasm_opt(&tools)?;
    println!("[5/6] esbuild {ESBUILD}");
    esbuild(&tools)?;
    println!("[6/6] happy-dom {HAPPY_DOM}");
    document(&tools)?;
    Ok(tools)
}

/// Makes sure that three browsers can be driven.
pub fn for_browsers(tools: &Tools) -> Outcome<()> {
    println!("[1/3] browsers, drivers, a Chinese font");
    let missing = || -> Vec<&'static str> {
        let mut packages: Vec<&str> = BROWSER_PROGRAMS
            .iter()
            .filter(|(program, _)| find_program(&tools.path, program).is_none())
            .map(|(_, package)| *package)
            .collect();
        if !Path::new(CHINESE_FONT.0).exists() {
            packages.push(CHINESE_FONT.1);
        }
        packages
    };
    let packages = missing();
    if packages.is_empty() {
        println!("  there already");
    } else {
        apt_install(&packages)?;
        let still = missing();
        if !still.is_empty() {
            return fail(
                format!("still missing after the installation: {}", still.join(" ")),
                "install these packages by hand; a missing browser fails the tests, it never skips them",
            );
        }
    }
    println!("[2/3] geckodriver {GECKODRIVER}");
    cargo_tool(tools, "geckodriver", "geckodriver", GECKODRIVER, true)?;
    println!("[3/3] Chromium 90");
    old_chromium(tools)
}

/// Unpacks the browser that the npm package carries, and starts it once.
fn old_chromium(tools: &Tools) -> Outcome<()> {
    let starts = |tools: &Tools| {
        let mut command = tools.command("chromium-90");
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]).env("HOME", env::temp_dir());
        output_of(&mut command).is_some_and(|it| it.contains("<body>"))
    };
    if starts(tools) {
        println!("  there already");
        return Ok(());
    }
    let (package, version) = OLD_CHROMIUM;
    npm_tool(tools, package, version, version)?;
    let program = old_chromium_dir().join("chromium-90");
    let packed = cache_dir().join(format!("{package}-{version}/node_modules/{package}/bin/chromium.br"));
    let unpack = "const f=require('fs');const [from,to]=process.argv.slice(1);\
                  f.mkdirSync(require('path').dirname(to),{recursive:true});f.writeFileSync(to,require('zlib').brotliDecompressSync(f.readFileSync(from)),{mode:0o755})";
    let mut command = tools.command("node");
    command.args(["-e", unpack]).arg(packed).arg(program);
    run_command(&mut command, "free some disk space, then run the same command again")?;
    if starts(tools) {
        return Ok(());
    }
    fail("Chromium 90 is installed but does not start", "it runs on x86-64 Linux with the libraries that Debian's chromium brings; see what `chromium-90 --headless --no-sandbox --dump-dom about:blank` says")
}

fn old_chromium_dir() -> PathBuf {
    cache_dir().join(format!("{}-{}/bin", OLD_CHROMIUM.0, OLD_CHROMIUM.1))
}

/// Makes sure that the foreign programs are there, which must verify what we sign and the other way round.
pub fn for_interop(tools: &Tools) -> Outcome<()> {
    let folder = root().join("tests/interop");
    println!("[1/2] programs from the npm registry, as tests/interop/package-lock.json names them");
    npm_ci(tools, &folder)?;
    println!("[2/2] programs from the Python registry, as tests/interop/requirements.txt names them");
    let venv = venv_dir();
    once(&folder.join("requirements.txt"), &venv, || {
        let mend = "install Python 3 with its venv module, check that this machine reaches the Python registry, then run the same command again";
        let makes = |tools: &Tools| {
            let mut command = tools.command("python3");
            command.args(["-m", "venv"]).arg(&venv);
            run_command(&mut command, mend)
        };
        // Debian keeps the module in a package of its own, and says so only when it is used.
        if makes(tools).is_err() {
            apt_install(&["python3", "python3-venv"])?;
            makes(tools)?;
        }
        let mut command = Command::new(venv.join("bin/python"));
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(folder.join("requirements.txt"));
        run_command(&mut command, mend)
    })
}

/// Makes sure that the pages that use the npm package can be built.
pub fn for_hosts(tools: &Tools) -> Outcome<()> {
    let folder = root().join("tests/hosts");
    println!("[1/1] Vite, Vue and React, as tests/hosts/package-lock.json names them");
    npm_ci(tools, &folder)
}

/// Installs what a folder's lock file names, unless it is there.
fn npm_ci(tools: &Tools, folder: &Path) -> Outcome<()> {
    once(&folder.join("package-lock.json"), &folder.join("node_modules"), || {
        let mut command = tools.command("npm");
        command.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder);
        run_command(&mut command, "check that this machine reaches the npm registry, then run the same command again")
    })
}

/// The virtual environment of the foreign programs in Python.
pub fn venv_dir() -> PathBuf {
    target_dir().join("venv")
}

/// Runs an installation unless `place` was made from just this list before.
fn once(list: &Path, place: &Path, install: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    let wanted = fs::read(list).unwrap_or_default();
    let stamp = place.join(".installed-from");
    if fs::read(&stamp).is_ok_and(|it| it == wanted) {
        println!("  there already");
        return Ok(());
    }
    install()?;
    fs::write(&stamp, wanted).map_err(|error| Failure {
        what: format!("{} cannot be written: {error}", stamp.display()),
        mend: "free some disk space".to_owned(),
    })
}

fn cache_dir() -> PathBuf {
    if let Some(dir) = env::var_os("XDG_CACHE_HOME").filter(|it| !it.is_empty()) {
        return PathBuf::from(dir).join("shenbao");
    }
    PathBuf::from(env::var_os("HOME").unwrap_or_else(|| "/tmp".into())).join(".cache/shenbao")
}

/// The cache first, so that a tool of the right version there wins over another one on PATH.
fn tool_path() -> OsString {
    let cache = cache_dir();
    let npm = |name: &str, version: &str| cache.join(format!("{name}-{version}/node_modules/.bin"));
    let mut dirs = vec![cache.join("bin"), old_chromium_dir(), npm("binaryen", BINARYEN), npm("esbuild", ESBUILD)];
    dirs.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(dirs).unwrap_or_default()
}

fn find_program(path: &OsString, program: &str) -> Option<PathBuf> {
    env::split_paths(path).map(|dir| dir.join(program)).find(|it| it.is_file())
}

fn toolchain() -> Outcome<Toolchain> {
    let forced = env::var("SHENBAO_TOOLCHAIN").unwrap_or_default();
    if forced == "debian" {
        return debian_toolchain();
    }
    if rustup_toolchain_is_complete() {
        println!("  rustup's toolchain, with the wasm target and the standard library's source: there already");
        return Ok(Toolchain::Rustup);
    }
    println!("  asking rustup for the wasm target and the standard library's source");
    let added = [["target", "add", "wasm32-unknown-unknown"], ["component", "add", "rust-src"]]
        .iter()
        .all(|words| run_command(Command::new("rustup").args(words), "").is_ok());
    if added && rustup_toolchain_is_complete() {
        return Ok(Toolchain::Rustup);
    }
    println!("  rustup could not bring them: falling back to Debian's packages");
    debian_toolchain()
}

fn rustup_toolchain_is_complete() -> bool {
    let Some(sysroot) = output_of(Command::new("rustc").current_dir(root()).args(["--print", "sysroot"])) else { return false };
    let rustlib = Path::new(&sysroot).join("lib/rustlib");
    rustlib.join("wasm32-unknown-unknown/lib").is_dir() && rustlib.join("src/rust/library/Cargo.lock").is_file()
}

fn debian_toolchain() -> Outcome<Toolchain> {
    let there = Path::new("/usr/bin/rustc").is_file()
        && Path::new("/usr/bin/cargo").is_file()
        && Path::new("/usr/lib/rustlib/src/rust").exists();
    if !there {
        apt_install(&["rustc-web", "cargo-web", "rust-web-src"])?;
    }
    if let Some(linker) = rustup_linker() {
        println!("  Debian's compiler, linking with rustup's rust-lld");
        return Ok(Toolchain::Debian { linker });
    }
    if !Path::new("/usr/bin/wasm-ld").is_file() {
        apt_install(&["lld"])?;
    }
    println!("  Debian's compiler, linking with Debian's wasm-ld");
    Ok(Toolchain::Debian { linker: PathBuf::from("/usr/bin/wasm-ld") })
}

fn rustup_linker() -> Option<PathBuf> {
    let sysroot = output_of(Command::new("rustc").current_dir(root()).args(["--print", "sysroot"]))?;
    let host = output_of(Command::new("rustc").current_dir(root()).args(["--print", "host-tuple"]))?;
    let linker = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld");
    linker.is_file().then_some(linker)
}

fn node(tools: &Tools) -> Outcome<()> {
    if find_program(&tools.path, "node").is_some() && find_program(&tools.path, "npm").is_some() {
        println!("  there already");
        return Ok(());
    }
    apt_install(&["nodejs", "npm"])
}

/// The version that Cargo.lock names for a package.
fn locked_version(package: &str) -> Outcome<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap_or_default();
    let mut lines = lock.lines();
    let wanted = format!("name = \"{package}\"");
    while let Some(line) = lines.next() {
        if line == wanted
            && let Some(version) = lines.next().and_then(|it| it.strip_prefix("version = \""))
        {
            return Ok(version.trim_end_matches('"').to_owned());
        }
    }
    fail(format!("Cargo.lock names no version of {package}"), "restore Cargo.lock from the repository")
}

/// Installs one program from the crates registry, unless the wanted version is there.
fn cargo_tool(tools: &Tools, program: &str, package: &str, version: &str, locked: bool) -> Outcome<()> {
    let found = |tools: &Tools| {
        output_of(tools.command(program).arg("--version"))
            .is_some_and(|text| text.split_whitespace().any(|word| word == version))
    };
    if found(tools) {
        println!("  there already");
        return Ok(());
    }
    println!("  compiling it, some minutes on two cores");
    let cache = cache_dir();
    let mut command = tools.command("cargo");
    command.args(["install", package, "--version", version, "--force", "--root"]).arg(&cache);
    if locked {
        command.arg("--locked");
    }
    // A kept build folder lets an interrupted installation go on; link-time optimization is not worth the wait.
    command.env("CARGO_TARGET_DIR", cache.join("build"));
    command.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").current_dir(env::temp_dir());
    run_command(&mut command, NETWORK_MEND)?;
    if found(tools) {
        return Ok(());
    }
    fail(format!("{program} {version} is installed but does not run"), format!("remove {} and run the command again", cache.display()))
}

fn wasm_opt(tools: &Tools) -> Outcome<()> {
    let fits = |tools: &Tools| {
        output_of(tools.command("wasm-opt").arg("--version"))
            .is_some_and(|text| text.split(|it: char| !it.is_ascii_digit()).any(|word| word == BINARYEN))
    };
    if fits(tools) {
        println!("  there already");
        return Ok(());
    }
    npm_tool(tools, "binaryen", BINARYEN, &format!("{BINARYEN}.0.0"))?;
    if fits(tools) {
        return Ok(());
    }
    fail("wasm-opt is installed but does not run", format!("remove {} and run the command again", cache_dir().display()))
}

fn esbuild(tools: &Tools) -> Outcome<()> {
    let fits = |tools: &Tools| output_of(tools.command("esbuild").arg("--version")).as_deref() == Some(ESBUILD);
    if fits(tools) {
        println!("  there already");
        return Ok(());
    }
    npm_tool(tools, "esbuild", ESBUILD, ESBUILD)?;
    if fits(tools) {
        return Ok(());
    }
    fail("esbuild is installed but does not run", format!("remove {} and run the command again", cache_dir().display()))
}

/// The document without a browser, in which the program draws while the page is built.
pub fn happy_dom() -> PathBuf {
    cache_dir().join(format!("happy-dom-{HAPPY_DOM}/node_modules/happy-dom/lib/index.js"))
}

fn document(tools: &Tools) -> Outcome<()> {
    if happy_dom().is_file() {
        println!("  there already");
        return Ok(());
    }
    npm_tool(tools, "happy-dom", HAPPY_DOM, HAPPY_DOM)
}

/// Installs one program from the npm registry into a folder of its own.
fn npm_tool(tools: &Tools, package: &str, version: &str, npm_version: &str) -> Outcome<()> {
    let folder = cache_dir().join(format!("{package}-{version}"));
    fs::create_dir_all(&folder).map_err(|error| Failure {
        what: format!("{} cannot be made: {error}", folder.display()),
        mend: "make the folder writable, or set XDG_CACHE_HOME to one that is".to_owned(),
    })?;
    let mut command = tools.command("npm");
    // No package needs a script of its own to be installed, nor what it would like beside it.
    command.args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--legacy-peer-deps", "--prefix"]).arg(&folder);
    command.arg(format!("{package}@{npm_version}")).current_dir(&folder);
    run_command(&mut command, "check that this machine reaches the npm registry, then run the same command again")
}

fn apt_install(packages: &[&str]) -> Outcome<()> {
    let list = packages.join(" ");
    let mend = format!("install these by hand with the system's package manager, then run the same command again: {list}");
    if find_program(&env::var_os("PATH").unwrap_or_default(), "apt-get").is_none() {
        return fail("this machine has no apt-get", mend);
    }
    println!("  installing {list}");
    let is_root = output_of(Command::new("id").arg("-u")).as_deref() == Some("0");
    let apt = || {
        let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root {
            command.args(["-n", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run_command(apt().args(["update", "-qq"]), &mend)?;
    run_command(apt().args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages), &mend)
}
