//! One of a log's two files as it was written, whether it stands on the disk so or compressed.
//!
//! Windows, text and searches read through this alone, so none of them knows the difference: offsets, lengths and line
//! numbers are those of what was written.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::entry::ENTRY_BYTES;
use super::zst::Zst;
use super::{Gap, INDEX, LOG};

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Log,
    Index,
}

impl Part {
    pub(super) const BOTH: [Self; 2] = [Self::Log, Self::Index];

    /// Where it is as it was written.
    pub(super) fn plain(self, run_dir: &Path) -> PathBuf {
        run_dir.join(self.name())
    }

    /// Where it is when it is compressed.
    pub(super) fn compressed(self, run_dir: &Path) -> PathBuf {
        run_dir.join(format!("{}.zst", self.name()))
    }

    /// Its bytes that were given up, and read as zeros.
    pub(super) fn hole(self, gap: &Gap) -> Range<u64> {
        match self {
            Self::Log => gap.bytes.clone(),
            Self::Index => gap.lines.start * ENTRY_BYTES..gap.lines.end * ENTRY_BYTES,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Log => LOG,
            Self::Index => INDEX,
        }
    }
}

/// One of the two files, open.
#[derive(Debug)]
pub(super) enum Raw {
    Plain(File),
    Compressed(Zst),
}

impl Raw {
    /// Opens it; `None` if it is not there.
    ///
    /// # Errors
    /// When it is there and can't be opened, or is damaged.
    pub(super) fn open(run_dir: &Path, part: Part) -> io::Result<Option<Self>> {
        // In this order: the plain file is removed when the other one is there, never the other way round.
        if let Some(file) = open_if_there(&part.plain(run_dir))? {
            return Ok(Some(Self::Plain(file)));
        }
        let Some(file) = open_if_there(&part.compressed(run_dir))? else { return Ok(None) };
        // What is compressed has ended, and its gap grows no more.
        Ok(Some(Self::Compressed(Zst::of(file, part.hole(&Gap::read(run_dir)?))?)))
    }

    /// Its bytes by now.
    pub(super) fn len(&self) -> io::Result<u64> {
        match self {
            Self::Plain(file) => Ok(file.metadata()?.len()),
            Self::Compressed(zst) => Ok(zst.len()),
        }
    }

    /// Reads some bytes from `at` on; none at the end.
    pub(super) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read_at(buffer, at),
            Self::Compressed(zst) => zst.read_at(buffer, at),
        }
    }

    /// Fills the buffer from `at` on.
    pub(super) fn read_exact_at(&self, mut buffer: &mut [u8], mut at: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, at) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    buffer = &mut buffer[count..];
                    at += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn open_if_there(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
