//! The example of a portal as a folder to serve: its pages, the built files below `shenbao/`, and the list of the
//! element's names that its page of looks shows. `cargo xtask serve --portal` and the browser tests use it.

use std::fs;
use std::io::Result;
use std::path::Path;

/// Puts it together anew in `folder`; `root` is the project, `dist` the built page.
pub fn assemble(root: &Path, dist: &Path, folder: &Path) -> Result<()> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    copy(&root.join("tests/portal"), folder)?;
    fs::copy(root.join("src/web/element.json"), folder.join("element.json"))?;
    copy(dist, &folder.join("shenbao"))
}

/// A folder with what is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
