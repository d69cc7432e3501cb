//! Appends to a run's log. Used by the per-run process alone.

mod layout;

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use lastmile_protocol::Stream;
use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

use super::entry::{ENTRY_BYTES, FLAGS_AT, GAP, MASKED};
use super::middle::{LEAST_ROOM, Middle};
use super::place::Place;
use super::{INDEX, LOG};

/// What of a cap is kept back for lines of Lastmile's own, so that they can say that it was reached.
const SYSTEM_ROOM: u64 = 4096;
/// Most characters of one line of Lastmile's own.
const SYSTEM_LINE: usize = 300;

/// Output that the log leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Bytes.
    pub bytes: u64,
    /// Lines whose first byte is left out.
    pub lines: u64,
}

/// What happens to output that the cap has no room for. It is always counted exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenFull {
    /// The beginning stays, what follows is left out.
    #[default]
    LeaveOutRest,
    /// The beginning and the newest stay, the middle is left out: about half of the cap each. Needs a file system
    /// that can make holes (ext4, xfs, btrfs, tmpfs); on others, and with a cap below 64 KiB, the rest is left out.
    DropMiddle,
}

/// Writes log and index. Output beyond the cap, or after a failed write, is counted and left out.
#[derive(Debug)]
pub struct LogWriter {
    log: File,
    index: File,
    place: Place,
    system_room: u64,
    full: bool,
    left_out: LeftOut,
    /// There if the middle may be dropped.
    middle: Option<Middle>,
    /// Entries of the piece at hand.
    entries: Vec<u8>,
    /// In that piece a secret was masked in the line that was begun before it.
    marks_last: bool,
}

impl LogWriter {
    /// Begins the log of a run directory. Log and index together never take more than `cap` bytes of the disk.
    ///
    /// # Errors
    /// When the files can't be made, or hold something already.
    pub fn begin(run_dir: &Path, cap: u64) -> io::Result<Self> {
        Self::begin_with(run_dir, cap, WhenFull::LeaveOutRest)
    }

    /// As [`Self::begin`]; `when_full` says what becomes of output beyond the cap.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn begin_with(run_dir: &Path, cap: u64, when_full: WhenFull) -> io::Result<Self> {
        let open = |name| {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600).open(run_dir.join(name))
        };
        let (log, index) = (open(LOG)?, open(INDEX)?);
        if log.metadata()?.len() > 0 || index.metadata()?.len() > 0 {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the log was begun before"));
        }
        let system_room = SYSTEM_ROOM.min(cap / 2);
        let room = cap - system_room;
        let drops = when_full == WhenFull::DropMiddle && room >= LEAST_ROOM;
        let middle = drops.then(|| Middle::new(run_dir, room));
        let place = Place::begin(if drops { u64::MAX } else { room });
        let (left_out, entries) = (LeftOut::default(), Vec::new());
        Ok(Self { log, index, place, system_room, full: false, left_out, middle, entries, marks_last: false })
    }

    /// Appends what came by `stream`, `ms` milliseconds after the start. `masked` are places in `bytes`, ascending,
    /// at which a secret was masked.
    ///
    /// # Errors
    /// When a file can't be written. What was stored is then consistent, the rest counts as left
    /// out, and so does all that follows.
    pub fn append(&mut self, stream: Stream, ms: u32, bytes: &[u8], masked: &[usize]) -> io::Result<()> {
        let most = self.middle.as_ref().map_or(usize::MAX, Middle::most);
        if bytes.len() <= most {
            return self.append_piece(stream, ms, bytes, masked);
        }
        let mut masked = masked;
        for (number, piece) in bytes.chunks(most).enumerate() {
            let begin = number * most;
            let (own, rest) = masked.split_at(masked.partition_point(|place| *place < begin + piece.len()));
            let own: Vec<_> = own.iter().map(|place| place - begin).collect();
            self.append_piece(stream, ms, piece, &own)?;
            masked = rest;
        }
        Ok(())
    }

    fn append_piece(&mut self, stream: Stream, ms: u32, bytes: &[u8], masked: &[usize]) -> io::Result<()> {
        if self.full {
            self.leave_out(stream, bytes);
            return Ok(());
        }
        let before = self.place;
        let kept = self.lay_out(stream, ms, bytes, masked);
        if self.make_room(before).is_err() {
            // No holes can be made here: what was written stays, and the rest is left out.
            self.place = before;
            self.full = true;
            self.leave_out(stream, bytes);
            return Ok(());
        }
        let written = self.write(before, &bytes[..kept]);
        let stored = match &written {
            Ok(()) => kept,
            Err(_) => self.salvage(before, stream, ms, bytes),
        };
        self.full |= stored < bytes.len();
        self.leave_out(stream, &bytes[stored..]);
        written
    }

    fn make_room(&mut self, before: Place) -> io::Result<()> {
        let more = self.place.cost() - before.cost();
        let Some(middle) = &mut self.middle else { return Ok(()) };
        middle.make_room(&self.log, &self.index, &before, more)
    }

    /// Appends a line of Lastmile's own; `gap`: it stands for output that is left out.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn system(&mut self, ms: u32, text: &str, gap: bool) -> io::Result<()> {
        let mut line = String::from(if self.place.mid_line { "\nlastmile: " } else { "lastmile: " });
        line.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SYSTEM_LINE));
        line.push('\n');
        let cost = line.len() as u64 + ENTRY_BYTES;
        let Some(left) = self.system_room.checked_sub(cost) else {
            return Ok(());
        };
        let before = self.place;
        self.entries.clear();
        self.marks_last = false;
        self.enter(before.bytes, ms, Stream::System, if gap { GAP } else { 0 });
        self.place.bytes += line.len() as u64;
        self.place.mid_line = false;
        let written = self.write(before, line.as_bytes());
        match written {
            Ok(()) => self.system_room = left,
            Err(_) => self.undo(before),
        }
        written
    }

    /// Output that is left out so far.
    #[must_use]
    pub fn left_out(&self) -> LeftOut {
        let middle = self.middle.as_ref().map(Middle::left_out).unwrap_or_default();
        LeftOut { bytes: self.left_out.bytes + middle.bytes, lines: self.left_out.lines + middle.lines }
    }

    /// Bytes in the log, those of its middle included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.place.bytes
    }

    /// Lines in the log, those of its middle included.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.place.lines
    }

    /// Puts both files on the disk.
    ///
    /// # Errors
    /// When that fails, or has failed for the log's middle; the log is not durable then, and a later success would prove nothing.
    pub fn sync(&self) -> io::Result<()> {
        if self.middle.as_ref().is_some_and(Middle::has_failed) {
            return Err(io::Error::other("what was to be left out could not be put on the disk"));
        }
        self.index.sync_all()?;
        self.log.sync_all()
    }

    /// Entries first, then the bytes they point to: see the module.
    fn write(&self, before: Place, bytes: &[u8]) -> io::Result<()> {
        if self.marks_last && before.flags & MASKED == 0 {
            let flags = before.flags | MASKED;
            self.index.write_all_at(&[flags], (before.lines - 1) * ENTRY_BYTES + FLAGS_AT)?;
        }
        self.index.write_all_at(&self.entries, before.lines * ENTRY_BYTES)?;
        self.log.write_all_at(bytes, before.bytes)
    }

    /// After a failed write: keeps what did reach the log, and makes the index fit. Returns how much that is.
    fn salvage(&mut self, before: Place, stream: Stream, ms: u32, bytes: &[u8]) -> usize {
        let reached = self.log.metadata().map_or(before.bytes, |log| log.len());
        let stored = usize::try_from(reached.saturating_sub(before.bytes)).unwrap_or(0).min(bytes.len());
        self.place = before;
        self.lay_out(stream, ms, &bytes[..stored], &[]);
        // If this fails too, entries beyond the log are left, and readers ignore those.
        let _ = self.index.set_len(self.place.lines * ENTRY_BYTES);
        stored
    }

    fn undo(&mut self, before: Place) {
        self.place = before;
        // Best effort: what is beyond is written over by what comes next.
        let _ = self.log.set_len(before.bytes);
        let _ = self.index.set_len(before.lines * ENTRY_BYTES);
    }

    fn leave_out(&mut self, stream: Stream, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let begun_before = u64::from(self.place.is_unfinished(stream));
        let open_now = u64::from(*last != b'\n');
        let ends = memchr_iter(b'\n', bytes).count() as u64;
        self.left_out.bytes += bytes.len() as u64;
        self.left_out.lines += ends + open_now - begun_before;
        self.place.set_unfinished(stream, open_now == 1);
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
