//! `lastmile new`: a starter runbook, never over a file that is there.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lastmile_runbook::freshness::Day;
use lastmile_runbook::starter::starter;

/// Writes a starter runbook to `path` (with `.md` behind it, if that is missing) and says where it is.
///
/// # Errors
/// If there is something at `path`, or it can't be written.
pub fn create(path: &Path, today: Day) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    if path.extension().is_none_or(|ending| ending != "md") {
        path.as_mut_os_string().push(".md");
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    File::create_new(&path)?.write_all(starter(&stem, today).as_bytes())?;
    Ok(path)
}
