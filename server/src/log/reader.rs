//! Reads windows of a log, also while it grows.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use lastmile_protocol::{LogHead, LogLine, LogWindow, Stream, WINDOW_BYTES, WINDOW_LINES};

use super::entry::{CONTINUED, ENTRY_BYTES, Entry, GAP, MASKED};
use super::{EXIT, INDEX, LOG};

/// Reads a log. Blocking; cheap to open.
#[derive(Debug)]
pub struct LogReader {
    run_dir: PathBuf,
    files: Option<Files>,
}

#[derive(Debug)]
struct Files {
    log: File,
    index: File,
}

impl LogReader {
    /// Opens the log of a run directory; a log not begun yet reads as empty.
    ///
    /// # Errors
    /// When the files are there and can't be opened.
    pub fn open(run_dir: &Path) -> io::Result<Self> {
        let open = |name| match File::open(run_dir.join(name)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        let files = match (open(LOG)?, open(INDEX)?) {
            (Some(log), Some(index)) => Some(Files { log, index }),
            _ => None,
        };
        Ok(Self { run_dir: run_dir.to_owned(), files })
    }

    /// How long the log is now; `finished` once `exit` is written.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn head(&self) -> io::Result<LogHead> {
        // In this order: what is finished does not grow, and bytes that are there have their entries.
        let finished = self.run_dir.join(EXIT).try_exists()?;
        let Some(files) = &self.files else {
            return Ok(LogHead { lines: 0, bytes: 0, finished });
        };
        let bytes = files.log.metadata()?.len();
        let lines = files.lines_below(bytes)?;
        Ok(LogHead { lines, bytes, finished })
    }

    /// Lines from `first` on: at most `count` and [`WINDOW_LINES`] of them, and [`WINDOW_BYTES`] of text.
    /// A line longer than that is cut if it is the first, and otherwise left for the next window.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn window(&self, first: u64, count: u32) -> io::Result<LogWindow> {
        let head = self.head()?;
        let end = first.saturating_add(count.min(WINDOW_LINES).into()).min(head.lines);
        let mut lines = self.lines(&head, first..end, Keep::First)?;
        let mut text = 0;
        let fitting = lines.iter().take_while(|line| fits(&mut text, line)).count();
        lines.truncate(fitting.max(1));
        Ok(LogWindow { head, first, lines })
    }

    /// The newest lines: as [`Self::window`], but where [`WINDOW_BYTES`] are full the oldest are left out.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn tail(&self, count: u32) -> io::Result<LogWindow> {
        let head = self.head()?;
        let first = head.lines.saturating_sub(count.min(WINDOW_LINES).into());
        let mut lines = self.lines(&head, first..head.lines, Keep::Last)?;
        let mut text = 0;
        let fitting = lines.iter().rev().take_while(|line| fits(&mut text, line)).count();
        let unfit = lines.len() - fitting.max(1).min(lines.len());
        lines.drain(..unfit);
        Ok(LogWindow { head, first: head.lines - lines.len() as u64, lines })
    }

    /// The log's bytes in that range, clipped to its length, to be read piece by piece.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn bytes(&self, range: Range<u64>) -> io::Result<LogBytes> {
        let end = range.end.min(self.head()?.bytes);
        let log = self.files.as_ref().map(|files| files.log.try_clone()).transpose()?;
        Ok(LogBytes { log, at: range.start, end })
    }

    /// Where each of those lines begins, and where the last one ends.
    pub(super) fn entries(&self, head: &LogHead, lines: Range<u64>) -> io::Result<Vec<Entry>> {
        let Some(files) = &self.files else {
            return Ok(Vec::new());
        };
        let mut entries = files.entries(lines.start..(lines.end + 1).min(head.lines))?;
        if lines.end >= head.lines {
            entries.push(Entry { offset: head.bytes, ms: 0, stream: Stream::Unknown, flags: 0 });
        }
        Ok(entries)
    }

    /// Reads exactly these bytes.
    pub(super) fn read_exact(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0)];
        if let Some(files) = &self.files {
            files.log.read_exact_at(&mut buffer, range.start)?;
        }
        Ok(buffer)
    }

    /// Those of the lines that a window has bytes for, each cut to a window's size.
    fn lines(&self, head: &LogHead, lines: Range<u64>, keep: Keep) -> io::Result<Vec<LogLine>> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let entries = self.entries(head, lines)?;
        let entries = keep.within(&entries, WINDOW_BYTES as u64);
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(Vec::new());
        };
        // One byte more, so that a line of exactly a window's size is seen to end there.
        let stop = last.offset.min(first.offset + WINDOW_BYTES as u64 + 2);
        let bytes = self.read_exact(first.offset..stop)?;
        let line = |pair: &[Entry]| {
            let at = |offset: u64| {
                usize::try_from(offset.saturating_sub(first.offset)).unwrap_or(bytes.len()).min(bytes.len())
            };
            let (from, to) = (at(pair[0].offset), at(pair[1].offset));
            line_of(pair[0], pair[1].offset, bytes.get(from..to).unwrap_or_default())
        };
        Ok(entries.windows(2).map(line).collect())
    }
}

impl Files {
    fn entries(&self, lines: Range<u64>) -> io::Result<Vec<Entry>> {
        let count = usize::try_from(lines.end.saturating_sub(lines.start)).unwrap_or(0);
        let mut buffer = vec![0; count * ENTRY_BYTES as usize];
        self.index.read_exact_at(&mut buffer, lines.start * ENTRY_BYTES)?;
        let (entries, _) = buffer.as_chunks();
        Ok(entries.iter().map(Entry::from_bytes).collect())
    }

    /// How many entries begin below that offset. A torn last entry is not counted. Nearly always one
    /// read; a search only while the writer is between an entry and its bytes.
    fn lines_below(&self, bytes: u64) -> io::Result<u64> {
        let mut high = self.index.metadata()?.len() / ENTRY_BYTES;
        let begins_below = |line: u64| -> io::Result<bool> {
            Ok(self.entries(line..line + 1)?.first().is_some_and(|entry| entry.offset < bytes))
        };
        if high == 0 || begins_below(high - 1)? {
            return Ok(high);
        }
        let mut low = 0;
        while low < high {
            let middle = low + (high - low) / 2;
            if begins_below(middle)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

/// Which end of a range of lines is kept where it is too long.
#[derive(Clone, Copy)]
enum Keep {
    First,
    Last,
}

impl Keep {
    /// The lines (with the end of the last) that have at most so many bytes; at least one.
    fn within(self, entries: &[Entry], most: u64) -> &[Entry] {
        let bytes = |from: &Entry, to: &Entry| to.offset.saturating_sub(from.offset);
        match (self, entries) {
            (_, [] | [_]) => entries,
            (Self::First, [first, ..]) => {
                let fitting = entries.partition_point(|entry| bytes(first, entry) <= most);
                &entries[..fitting.max(2)]
            }
            (Self::Last, [.., last]) => {
                let unfit = entries.partition_point(|entry| bytes(entry, last) > most);
                &entries[unfit.min(entries.len() - 2)..]
            }
        }
    }
}

fn fits(text: &mut usize, line: &LogLine) -> bool {
    *text += line.text.len();
    *text <= WINDOW_BYTES
}

/// A line of the wire from its entry, the end of its bytes in the log, and as many of its bytes as were read.
fn line_of(entry: Entry, end: u64, mut bytes: &[u8]) -> LogLine {
    let full = end.saturating_sub(entry.offset);
    let mut cut = (bytes.len() as u64) < full;
    if entry.stream == Stream::System {
        bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
    }
    if !cut {
        bytes = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
    }
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if text.len() > WINDOW_BYTES {
        text.truncate(text.floor_char_boundary(WINDOW_BYTES));
        cut = true;
    }
    let (ms, stream) = (entry.ms, entry.stream);
    let (continued, masked, gap) = (entry.is(CONTINUED), entry.is(MASKED), entry.is(GAP));
    LogLine { text, offset: entry.offset, bytes: full, ms, stream, continued, masked, gap, cut }
}

/// A range of the log's bytes, read from the disk as they are asked for.
#[derive(Debug)]
pub struct LogBytes {
    log: Option<File>,
    at: u64,
    end: u64,
}

impl io::Read for LogBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let Some(log) = &self.log else { return Ok(0) };
        let count = log.read_at(&mut buffer[..most], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
