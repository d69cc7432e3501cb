//! Files that must be whole, or not there at all.
//!
//! Nothing here waits for the disk but [`sync_dir`]: what a run directory says of a run under way is asked for within the same
//! boot of the machine alone, and there every reader sees what was written. What must outlive a power cut is the
//! server's record of the intent, and later `exit`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Makes a new file (0600) with these bytes.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)
}

/// Puts the names in a directory on the disk.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Makes a file with these bytes, whole, unless one of that name exists: then `false`.
///
/// Of several callers exactly one gets `true`.
pub(super) fn claim(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let draft = dir.join(format!("{name}.{}", std::process::id()));
    remove_if_there(&draft)?;
    write_new(&draft, bytes)?;
    let linked = std::fs::hard_link(&draft, dir.join(name));
    remove_if_there(&draft)?;
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// The bytes of a file; `None` if there is none.
pub(super) fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a file that may not be there.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// JSON to one of these files and back; a file that can't be read back is `InvalidData`.
pub(super) fn to_json(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(value)?)
}

/// See [`to_json`].
pub(super) fn from_json<T: serde::de::DeserializeOwned>(path: &Path, bytes: &[u8]) -> io::Result<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display())))
}
