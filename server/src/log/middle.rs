//! Gives up the middle of a log, so that its beginning and its end stay within a cap.
//!
//! What is given up becomes a hole in both files (see `gap.rs`). That is done a good piece at a time, so it costs
//! little, and by whole entries, so the writer must not let one grow without end: see [`Middle::longest`].

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use lastmile_protocol::Stream;
use rustix::fs::{FallocateFlags, fallocate};

use super::entry::{CONTINUED, ENTRY_BYTES, Entry};
use super::place::Place;
use super::{Gap, LeftOut};

/// With less room than this a middle makes no sense.
pub(super) const LEAST_ROOM: u64 = 64 * 1024;
/// Holes consist of whole blocks; so much may stay at the ends of both.
const BLOCKS: u64 = 16 * 1024;
/// Entries that are read at a time.
const ENTRIES: u64 = 4096;

/// The middle of one log, which may have to go.
#[derive(Debug)]
pub(super) struct Middle {
    run_dir: PathBuf,
    /// Bytes that log and index may take together.
    room: u64,
    gap: Gap,
    /// Bytes of log and index that were given up.
    given_up: u64,
    /// Once, it could not be put on the disk what was to be given up.
    failed: bool,
}

impl Middle {
    pub(super) fn new(run_dir: &Path, room: u64) -> Self {
        Self {
            run_dir: run_dir.to_owned(),
            room: room - BLOCKS,
            gap: Gap::default(),
            given_up: 0,
            failed: false,
        }
    }

    /// Most bytes to append at a time: room is made before they are written, and each may be a line.
    pub(super) fn most(&self) -> usize {
        usize::try_from(self.room / 256).unwrap_or(usize::MAX)
    }

    /// Most bytes of one entry, about; a longer line goes on in another.
    pub(super) fn longest(&self) -> u64 {
        self.room / 64
    }

    /// Output that was given up.
    pub(super) fn left_out(&self) -> LeftOut {
        self.gap.left_out
    }

    /// Whether the disk once refused what this has to say.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Makes room for `more` bytes of log and index behind `place`.
    pub(super) fn make_room(&mut self, log: &File, index: &File, place: &Place, more: u64) -> io::Result<()> {
        if place.cost() - self.given_up + more <= self.room {
            return Ok(());
        }
        let first_time = self.gap.lines.is_empty();
        if first_time {
            let (line, entry) = first_beyond(index, 0..place.lines - 1, self.room / 2)?;
            (self.gap.lines, self.gap.bytes) = (line..line, entry.offset..entry.offset);
        }
        let (before, given_up) = (self.gap.clone(), self.given_up);
        // As much again as is needed now, and an eighth, is not needed for a while.
        let most = self.room - self.room / 8 - more;
        let begin = self.gap.bytes.start + self.gap.lines.start * ENTRY_BYTES;
        let keep_from = (place.cost() + begin).saturating_sub(most);
        let (line, entry) = first_beyond(index, self.gap.lines.end..place.lines - 1, keep_from)?;
        self.count(index, line)?;
        (self.gap.lines.end, self.gap.bytes.end) = (line, entry.offset);
        self.given_up = (self.gap.bytes.end - self.gap.bytes.start)
            + (self.gap.lines.end - self.gap.lines.start) * ENTRY_BYTES;
        if let Err(error) = self.gap.write(&self.run_dir) {
            // Nothing of it is given up, so nothing more is left out.
            (self.gap, self.given_up, self.failed) = (before, given_up, true);
            return Err(error);
        }
        punch(log, before.bytes.start, before.bytes.end, self.gap.bytes.end)?;
        let at = |line: u64| line * ENTRY_BYTES;
        punch(index, at(before.lines.start), at(before.lines.end), at(self.gap.lines.end))
    }

    /// Counts the script's output from the gap's end up to that line as left out.
    fn count(&mut self, index: &File, end: u64) -> io::Result<()> {
        let mut first = self.gap.lines.end;
        while first < end {
            let stop = (first + ENTRIES).min(end);
            for pair in read(index, first, stop + 1)?.windows(2) {
                if matches!(pair[0].stream, Stream::Out | Stream::Err) {
                    self.gap.left_out.bytes += pair[1].offset - pair[0].offset;
                    self.gap.left_out.lines += u64::from(!pair[0].is(CONTINUED));
                }
            }
            first = stop;
        }
        Ok(())
    }
}

/// The first of these lines before which log and index have at least so many bytes; the last if there is none.
fn first_beyond(index: &File, lines: std::ops::Range<u64>, cost: u64) -> io::Result<(u64, Entry)> {
    let (mut low, mut high) = (lines.start, lines.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if entry(index, middle)?.offset + middle * ENTRY_BYTES < cost {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok((low, entry(index, low)?))
}

fn entry(index: &File, line: u64) -> io::Result<Entry> {
    read(index, line, line + 1)?.first().copied().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn read(index: &File, first: u64, end: u64) -> io::Result<Vec<Entry>> {
    let mut bytes = vec![0; usize::try_from((end - first) * ENTRY_BYTES).map_err(io::Error::other)?];
    index.read_exact_at(&mut bytes, first * ENTRY_BYTES)?;
    Ok(bytes.as_chunks().0.iter().map(Entry::from_bytes).collect())
}

/// Makes a hole from `from` to `end`, of which the part up to `done` is one already.
fn punch(file: &File, from: u64, done: u64, end: u64) -> io::Result<()> {
    // The block at the former end was not whole.
    let begin = done.saturating_sub(BLOCKS).max(from);
    if begin < end {
        fallocate(file, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, begin, end - begin)?;
    }
    Ok(())
}
