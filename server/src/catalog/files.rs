//! Files of the runbook folder that are no runbooks: pictures, and what runbooks link to.
//!
//! A name comes from a browser, and the folder from people who may write into it: so no name leaves the folder, no
//! link in it is followed, and only regular files are opened.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, openat, statat};

/// A larger file is not given out, in bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;

/// Why a file is not given out.
#[derive(Debug, thiserror::Error)]
pub enum FileRefusal {
    /// There is none of that name, or none that may be read.
    #[error("no such file")]
    Missing,
    /// It is larger than [`MAX_FILE`].
    #[error("the file has {0} bytes; at most {MAX_FILE} are given out")]
    TooLarge(u64),
    /// The system failed.
    #[error("the file can't be read: {0}")]
    Io(#[from] io::Error),
}

/// An open file, and what was known of it when it was opened.
pub struct OpenFile {
    /// The file.
    pub file: File,
    /// Its size and times.
    pub metadata: Metadata,
}

/// Opens the regular file called `path` below `root`.
///
/// Every part of the path is opened from its parent without following links, so that nobody can exchange one
/// in between. Opening never blocks, and touches no device.
///
/// # Errors
/// See [`FileRefusal`].
pub fn open(root: &Path, path: &str) -> Result<OpenFile, FileRefusal> {
    let parts = parts(path).ok_or(FileRefusal::Missing)?;
    let (name, folders) = parts.split_last().ok_or(FileRefusal::Missing)?;
    let folder_flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    // The folder itself may be a link: whoever runs the server has named it.
    let mut folder = openat(CWD, root, folder_flags, Mode::empty()).map_err(refusal)?;
    for part in folders {
        folder = openat(&folder, *part, folder_flags | OFlags::NOFOLLOW, Mode::empty()).map_err(refusal)?;
    }
    // Looked at before it is opened: opening alone can wind a tape.
    let seen = statat(&folder, *name, AtFlags::SYMLINK_NOFOLLOW).map_err(refusal)?;
    if FileType::from_raw_mode(seen.st_mode) != FileType::RegularFile {
        return Err(FileRefusal::Missing);
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(openat(&folder, *name, flags, Mode::empty()).map_err(refusal)?);
    // And again: it may have been exchanged in between.
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(FileRefusal::Missing);
    }
    if metadata.len() > MAX_FILE {
        return Err(FileRefusal::TooLarge(metadata.len()));
    }
    Ok(OpenFile { file, metadata })
}

/// The parts of a path that may be opened: no hidden one, none that leads up, nothing that another system would read
/// as a separator.
fn parts(path: &str) -> Option<Vec<&str>> {
    let fits = |part: &&str| {
        !part.is_empty() && !part.starts_with('.') && !part.contains(|c: char| c == '\\' || c.is_control())
    };
    let parts: Vec<&str> = path.split('/').collect();
    parts.iter().all(fits).then_some(parts)
}

fn refusal(error: rustix::io::Errno) -> FileRefusal {
    use rustix::io::Errno;
    match error {
        Errno::NOENT
        | Errno::NOTDIR
        | Errno::LOOP
        | Errno::ACCESS
        | Errno::PERM
        | Errno::NAMETOOLONG
        | Errno::NXIO => FileRefusal::Missing,
        other => FileRefusal::Io(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn missing(root: &Path, path: &str) -> bool {
        matches!(open(root, path), Err(FileRefusal::Missing))
    }

    #[test]
    fn only_regular_files_below_the_folder_are_opened() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("runbooks");
        std::fs::create_dir_all(root.join("img/.hidden")).unwrap();
        std::fs::write(root.join("img/a b.png"), "x").unwrap();
        std::fs::write(root.join("img/.hidden/a.png"), "x").unwrap();
        std::fs::write(place.path().join("secret"), "x").unwrap();
        symlink("../../secret", root.join("img/link.png")).unwrap();
        symlink("..", root.join("up")).unwrap();
        symlink("img", root.join("within")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        rustix::fs::mknodat(CWD, root.join("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        assert!(open(&root, "img/a b.png").is_ok());
        for path in [
            "",
            "/",
            "img",
            "img/",
            "../secret",
            "img/../../secret",
            "img/../img/a b.png",
            "./img/a b.png",
            "img//a b.png",
            "/etc/passwd",
            "img\\a b.png",
            "..\\secret",
            "img/a b.png\0.md",
            "img/a\nb",
            ".git/config",
            "img/.hidden/a.png",
            "img/link.png",
            "up/secret",
            "within/a b.png",
            "loop",
            "loop/x",
            "pipe",
            "socket",
            "img/a b.png/x",
            "none",
        ] {
            assert!(missing(&root, path), "{path:?}");
        }
        assert!(missing(&root, &"x".repeat(5_000)));
        assert!(missing(&root, &"x/".repeat(5_000)));
    }

    #[test]
    fn a_device_is_not_opened() {
        assert!(missing(Path::new("/dev"), "null"));
    }

    #[test]
    fn a_file_that_is_too_large_is_told_apart() {
        let place = tempfile::tempdir().unwrap();
        let file = File::create(place.path().join("big.png")).unwrap();
        file.set_len(MAX_FILE + 1).unwrap();
        assert!(matches!(open(place.path(), "big.png"), Err(FileRefusal::TooLarge(_))));
        file.set_len(MAX_FILE).unwrap();
        assert!(open(place.path(), "big.png").is_ok());
    }
}
