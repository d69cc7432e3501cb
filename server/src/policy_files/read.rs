//! The `.cedar` files of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::policy::{Fault, PolicyFile, shipped};

/// Larger files are a mistake.
const MAX_BYTES: u64 = 4 << 20;

/// All policies of the folder, by name; without one those that are shipped.
///
/// # Errors
/// What can't be read. A folder without policies is an error too: nobody could run anything.
pub(super) fn files(folder: Option<&Path>) -> Result<Vec<PolicyFile>, Vec<Fault>> {
    let Some(folder) = folder else { return Ok(shipped::DEFAULT.files()) };
    let fault =
        |path: &Path, message: String| Fault { file: path.display().to_string(), line: None, message };
    let mut paths =
        paths(folder).map_err(|error| vec![fault(folder, format!("it can't be read: {error}"))])?;
    paths.sort();
    if paths.is_empty() {
        return Err(vec![fault(
            folder,
            "there is no .cedar file; `lastmile policy copy SET FOLDER` writes a set to begin with"
                .to_owned(),
        )]);
    }
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        match text(&path) {
            Ok(text) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.push(PolicyFile { name, text });
            }
            Err(error) => faults.push(fault(&path, format!("it can't be read: {error}"))),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // Editors and mounted config maps keep files of their own beside.
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|extension| extension == "cedar") {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn text(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > MAX_BYTES {
        return Err(io::Error::other(format!("it has more than {MAX_BYTES} bytes")));
    }
    fs::read_to_string(path)
}
