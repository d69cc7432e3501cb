//! Compresses the log of a run that has ended, so that whoever dies when, one readable log is there.
//!
//! Each of the two files is done by itself: the compressed one is made beside it, synced, compared with it byte by byte through
//! the reader that serves it later, renamed into place, and its name synced. Only then the plain one is removed. Readers
//! that have the plain one open keep it; those that come later find one or the other ([`Raw::open`]).

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::raw::{Part, Raw};
use super::zst::{Table, Zst};
use super::{EXIT, Gap};

/// Bytes of a frame before it is compressed: what a window costs at least, twice (index and log).
const FRAME: usize = 256 * 1024;
/// Level 9 took two and a half times as long for an eighth less of a web server's log.
const LEVEL: i32 = 3;
/// A file that takes one block of the disk can't take less.
const BLOCK: u64 = 4096;

/// What a log takes, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Of what was compressed now, as it was written.
    pub before: u64,
    /// Of the same, compressed.
    pub after: u64,
}

/// Whether there is anything to compress in a run directory: the run has its exit record, so nobody writes to its log any
/// more, and its log is longer than a block.
///
/// # Errors
/// When it can't be read.
pub fn can_be_compressed(run_dir: &Path) -> io::Result<bool> {
    Ok(run_dir.join(EXIT).try_exists()? && Part::BOTH.into_iter().any(|part| is_worth_it(run_dir, part)))
}

fn is_worth_it(run_dir: &Path, part: Part) -> bool {
    part.plain(run_dir).metadata().is_ok_and(|file| file.len() > BLOCK)
}

/// Compresses the log of a run directory. `go_on` is asked before each step; its error ends the work, which may be begun
/// anew at any time.
///
/// # Errors
/// When the run has no exit record, files can't be read or written, what was written does not read as it should, or
/// `go_on` says so. The log can be read as before.
pub fn compress(run_dir: &Path, go_on: &mut dyn FnMut() -> io::Result<()>) -> io::Result<Saved> {
    let mut saved = Saved::default();
    for part in Part::BOTH.into_iter().filter(|part| is_worth_it(run_dir, *part)) {
        let draft = draft(run_dir, part);
        let done = Job::open(run_dir, part, FRAME).and_then(|job| job.all_steps(&draft, go_on));
        if done.is_err() {
            // It may be the disk's last space. What can't be removed now is by the next attempt.
            let _ = std::fs::remove_file(draft);
        }
        let part = done?;
        saved.before += part.before;
        saved.after += part.after;
    }
    Ok(saved)
}

fn draft(run_dir: &Path, part: Part) -> PathBuf {
    part.compressed(run_dir).with_extension("zst.new")
}

/// One file that is to be compressed.
struct Job<'a> {
    run_dir: &'a Path,
    part: Part,
    plain: File,
    /// Bytes of the plain file.
    length: u64,
    /// What is left out of it.
    hole: Range<u64>,
    /// Bytes of a frame.
    frame: usize,
}

impl<'a> Job<'a> {
    fn open(run_dir: &'a Path, part: Part, frame: usize) -> io::Result<Self> {
        if !run_dir.join(EXIT).try_exists()? {
            return Err(io::Error::other("the run has no exit record, so its log may still grow"));
        }
        let plain = File::open(part.plain(run_dir))?;
        let length = plain.metadata()?.len();
        let hole = part.hole(&Gap::read(run_dir)?);
        Ok(Self { run_dir, part, plain, length, hole, frame })
    }

    /// Without any cleaning up: as far as it gets, it could have been killed there.
    fn all_steps(&self, draft: &Path, go_on: &mut dyn FnMut() -> io::Result<()>) -> io::Result<Saved> {
        if draft.try_exists()? {
            // Of an attempt that was cut off.
            std::fs::remove_file(draft)?;
        }
        go_on()?;
        let mut file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(draft)?;
        let after = self.write(&mut file, go_on)?;
        file.sync_all()?;
        go_on()?;
        self.compare(Zst::of(file, self.hole.clone())?, go_on)?;
        std::fs::rename(draft, self.part.compressed(self.run_dir))?;
        go_on()?;
        let dir = File::open(self.run_dir)?;
        dir.sync_all()?;
        go_on()?;
        std::fs::remove_file(self.part.plain(self.run_dir))?;
        dir.sync_all()?;
        Ok(Saved { before: self.length, after })
    }

    /// Writes frames and table; gives the bytes of both.
    fn write(&self, to: &mut File, go_on: &mut dyn FnMut() -> io::Result<()>) -> io::Result<u64> {
        let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
        compressor.include_checksum(true)?;
        let (mut table, mut frame) = (Table::default(), vec![0; self.frame]);
        let (mut at, mut written) = (0, 0);
        loop {
            go_on()?;
            let count = self.fill(&mut frame, &mut at)?;
            if count == 0 {
                break;
            }
            let stored = compressor.compress(&frame[..count])?;
            to.write_all(&stored)?;
            let short = |bytes: usize| u32::try_from(bytes).map_err(io::Error::other);
            table.push(short(stored.len())?, short(count)?);
            written += stored.len() as u64;
        }
        let table = table.to_bytes()?;
        to.write_all(&table)?;
        Ok(written + table.len() as u64)
    }

    /// Reads a whole frame from `at` on, around the hole; less at the end.
    fn fill(&self, frame: &mut [u8], at: &mut u64) -> io::Result<usize> {
        let mut count = 0;
        while count < frame.len() && *at < self.length {
            if self.hole.contains(at) {
                *at = self.hole.end;
                continue;
            }
            let stop = if *at < self.hole.start { self.hole.start.min(self.length) } else { self.length };
            let room = &mut frame[count..];
            let most = usize::try_from(stop - *at).map_or(room.len(), |bytes| bytes.min(room.len()));
            self.plain.read_exact_at(&mut room[..most], *at)?;
            count += most;
            *at += most as u64;
        }
        Ok(count)
    }

    /// Reads what was written as readers will, and compares it.
    fn compare(&self, written: Zst, go_on: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        let differs = |at| io::Error::other(format!("what was compressed differs at byte {at}"));
        let written = Raw::Compressed(written);
        if written.len()? != self.length || self.plain.metadata()?.len() != self.length {
            return Err(differs(self.length));
        }
        let (mut is, mut should) = (vec![0; self.frame], vec![0; self.frame]);
        let mut at = 0;
        while at < self.length {
            go_on()?;
            if self.hole.contains(&at) {
                at = self.hole.end;
                continue;
            }
            let count = written.read_at(&mut is, at)?;
            self.plain.read_exact_at(&mut should[..count], at)?;
            if count == 0 || is[..count] != should[..count] {
                return Err(differs(at));
            }
            at += count as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "compress_tests.rs"]
mod tests;
