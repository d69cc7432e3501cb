//! Space kept back on the data folder's disk, so that how runs end can be recorded when it is full.
//!
//! Nothing new starts without it: the last of the space belongs to what runs already.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};

/// Enough for the ends of some hundred runs.
const BYTES: u64 = 1 << 20;

/// The reserve of one data folder.
#[derive(Clone, Debug)]
pub(super) struct Reserve(PathBuf);

impl Reserve {
    pub(super) fn of(data: &Path) -> Self {
        Self(data.join("reserve"))
    }

    /// Makes sure that the space is there, and as much again for the start of a run.
    pub(super) fn hold(&self) -> io::Result<()> {
        self.take()?;
        if free(&self.0)? < BYTES {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn take(&self) -> io::Result<()> {
        if std::fs::metadata(&self.0).is_ok_and(|held| held.len() == BYTES) {
            return Ok(());
        }
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&self.0)?;
        let held = match fallocate(&file, FallocateFlags::empty(), 0, BYTES) {
            // A file system that can't reserve: then there is no reserve, and starts must not fail for it.
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => file.set_len(BYTES),
            done => done.map_err(io::Error::from),
        };
        held.inspect_err(|_| self.release())
    }

    /// Gives the space to whoever needs it now.
    pub(super) fn release(&self) {
        if let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::error!(%error, "the reserved space can't be given back");
        }
    }
}

/// Gives the reserve of a data folder back if its disk is full: a server that was stopped needs room to open its record again.
pub fn make_room(data: &Path) {
    if free(data).is_ok_and(|free| free < BYTES) {
        tracing::warn!("the disk of the data folder is full: nothing will start until there is room");
        Reserve::of(data).release();
    }
}

/// Bytes that are left on a path's disk.
fn free(path: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_space_is_really_taken_and_can_be_given_back_and_taken_again() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::of(folder.path());
        reserve.hold().unwrap();
        reserve.hold().unwrap();
        let held = std::fs::metadata(folder.path().join("reserve")).unwrap();
        assert!(held.blocks() * 512 >= BYTES);
        reserve.release();
        reserve.release();
        assert!(!folder.path().join("reserve").exists());
        reserve.hold().unwrap();
    }
}
