//! `cargo xtask serve`: set-up, release build, and the page on a local address.

use crate::say::{Outcome, fail};
use crate::static_server::{self, Site};
use crate::{build, dist_dir, figures, portal, root, setup, target_dir};

/// The port the README names.
const PORT: u16 = 8080;

pub fn run(words: &[String]) -> Outcome<()> {
    let mut port = PORT;
    let mut builds = true;
    let mut is_portal = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--port" => match words.next().and_then(|it| it.parse().ok()) {
                Some(number) => port = number,
                None => return fail("--port wants a number", "for instance: cargo xtask serve --port 8081"),
            },
            "--no-build" => builds = false,
            "--portal" => is_portal = true,
            other => return fail(format!("serve does not know {other}"), "it knows --port N, --no-build and --portal"),
        }
    }
    // The port is taken before the long build, so that a port in use is said at once.
    let (listener, port) = match static_server::listen(port) {
        Ok(it) => it,
        Err(error) => return fail(format!("port {port} cannot be opened: {error}"), "stop what uses it, or choose another: cargo xtask serve --port 8081"),
    };
    if builds {
        let tools = setup::for_build()?;
        build::page(&tools)?;
        figures::print(&tools)?;
    } else if !dist_dir().join("index.html").is_file() {
        return fail("there is no built page yet", "run cargo xtask serve without --no-build");
    }
    let mut folder = dist_dir();
    if is_portal {
        folder = target_dir().join("portal");
        if let Err(error) = portal::assemble(&root(), &dist_dir(), &folder) {
            return fail(format!("{} cannot be written: {error}", folder.display()), "free some disk space");
        }
    }
    println!("\nserving {} on\n\n  http://127.0.0.1:{port}/\n\nCtrl+C ends it", folder.display());
    static_server::serve(listener, Site { folder, headers: Vec::new() });
    Ok(())
}
