//! Appends to a run's log. Used by the per-run process alone.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use lastmile_protocol::Stream;
use memchr::{memchr, memchr_iter};

use super::entry::{CONTINUED, ENTRY_BYTES, Entry, FLAGS_AT, GAP, MASKED};
use super::place::Place;
use super::{INDEX, LOG};

/// What of a cap is kept back for lines of Lastmile's own, so that they can say that it was reached.
const SYSTEM_ROOM: u64 = 4096;
/// Most characters of one line of Lastmile's own.
const SYSTEM_LINE: usize = 300;

/// Output that the log leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Bytes.
    pub bytes: u64,
    /// Lines whose first byte is left out.
    pub lines: u64,
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
    /// Entries of the piece at hand.
    entries: Vec<u8>,
    /// In that piece a secret was masked in the line that was begun before it.
    marks_last: bool,
}

impl LogWriter {
    /// Begins the log of a run directory. Log and index together never grow beyond `cap` bytes.
    ///
    /// # Errors
    /// When the files can't be made, or hold something already.
    pub fn begin(run_dir: &Path, cap: u64) -> io::Result<Self> {
        let open = |name| {
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(run_dir.join(name))
        };
        let (log, index) = (open(LOG)?, open(INDEX)?);
        if log.metadata()?.len() > 0 || index.metadata()?.len() > 0 {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the log was begun before"));
        }
        let system_room = SYSTEM_ROOM.min(cap / 2);
        let room = cap - system_room;
        let place = Place::begin(room);
        let (left_out, entries) = (LeftOut::default(), Vec::new());
        Ok(Self { log, index, place, system_room, full: false, left_out, entries, marks_last: false })
    }

    /// Appends what came by `stream`, `ms` milliseconds after the start. `masked` are places in `bytes`, ascending,
    /// at which a secret was masked.
    ///
    /// # Errors
    /// When a file can't be written. What was stored is then consistent, the rest counts as left
    /// out, and so does all that follows.
    pub fn append(&mut self, stream: Stream, ms: u32, bytes: &[u8], masked: &[usize]) -> io::Result<()> {
        if self.full {
            self.leave_out(stream, bytes);
            return Ok(());
        }
        let before = self.place;
        let kept = self.lay_out(stream, ms, bytes, masked);
        let written = self.write(before, &bytes[..kept]);
        let stored = match &written {
            Ok(()) => kept,
            Err(_) => self.salvage(before, stream, ms, bytes),
        };
        self.full |= stored < bytes.len();
        self.leave_out(stream, &bytes[stored..]);
        written
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
        self.left_out
    }

    /// Bytes in the log.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.place.bytes
    }

    /// Lines in the log.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.place.lines
    }

    /// Puts both files on the disk.
    ///
    /// # Errors
    /// When that fails; the log is not durable then, and a later success would prove nothing.
    pub fn sync(&self) -> io::Result<()> {
        self.index.sync_all()?;
        self.log.sync_all()
    }

    /// Fills `entries` and moves the place for as much of `bytes` as there is room for; returns how much.
    fn lay_out(&mut self, stream: Stream, ms: u32, bytes: &[u8], masked: &[usize]) -> usize {
        let begin = self.place.bytes;
        let mut masked = masked.iter().copied().peekable();
        let mut at = 0;
        self.entries.clear();
        self.marks_last = false;
        while at < bytes.len() {
            let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found + 1);
            let unfinished = self.place.is_unfinished(stream);
            let fresh = !unfinished || self.place.last != stream;
            let overhead = if fresh { ENTRY_BYTES } else { 0 };
            if self.place.room <= overhead {
                break;
            }
            let kept = ((end - at) as u64).min(self.place.room - overhead);
            let stop = at + usize::try_from(kept).unwrap_or(end - at);
            let mut flags = if unfinished { CONTINUED } else { 0 };
            while masked.next_if(|place| *place < stop).is_some() {
                flags |= MASKED;
            }
            if fresh {
                self.enter(begin + at as u64, ms, stream, flags);
            } else {
                self.marks_last |= flags & MASKED != 0;
                self.place.flags |= flags & MASKED;
            }
            self.place.room -= overhead + kept;
            self.place.last = stream;
            self.place.mid_line = bytes[stop - 1] != b'\n';
            self.place.set_unfinished(stream, self.place.mid_line);
            let cut = stop < end;
            at = stop;
            if cut {
                break;
            }
        }
        self.place.bytes = begin + at as u64;
        at
    }

    fn enter(&mut self, offset: u64, ms: u32, stream: Stream, flags: u8) {
        self.entries.extend_from_slice(&Entry { offset, ms, stream, flags }.to_bytes());
        self.place.lines += 1;
        self.place.last = stream;
        self.place.flags = flags;
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
