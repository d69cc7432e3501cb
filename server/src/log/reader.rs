//! Opens a log and says how long it is, also while it grows.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lastmile_protocol::{LogHead, Stream};

use super::entry::{ENTRY_BYTES, Entry};
use super::raw::{Part, Raw};
use super::{EXIT, Gap};

/// Reads a log. Blocking; cheap to open.
#[derive(Debug)]
pub struct LogReader {
    run_dir: PathBuf,
    files: Option<Files>,
}

#[derive(Debug)]
struct Files {
    log: Arc<Raw>,
    index: Raw,
}

impl LogReader {
    /// Opens the log of a run directory; a log not begun yet reads as empty.
    ///
    /// # Errors
    /// When the files are there and can't be opened.
    pub fn open(run_dir: &Path) -> io::Result<Self> {
        let files = match (Raw::open(run_dir, Part::Log)?, Raw::open(run_dir, Part::Index)?) {
            (Some(log), Some(index)) => Some(Files { log: Arc::new(log), index }),
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
        let bytes = files.log.len()?;
        let lines = files.lines_below(bytes)?;
        Ok(LogHead { lines, bytes, finished })
    }

    /// What was left out of the middle by now.
    ///
    /// # Errors
    /// When that can't be read.
    pub fn gap(&self) -> io::Result<Gap> {
        Gap::read(&self.run_dir)
    }

    /// Where each of those lines begins, and where the last one ends. None of them is in the gap; if it has grown
    /// meanwhile so that one is, there are no entries.
    pub(super) fn entries(&self, head: &LogHead, gap: &Gap, lines: Range<u64>) -> io::Result<Vec<Entry>> {
        let Some(files) = &self.files else {
            return Ok(Vec::new());
        };
        let end = |offset| Entry { offset, ms: 0, stream: Stream::Unknown, flags: 0 };
        let known_end = if lines.end >= head.lines {
            Some(end(head.bytes))
        } else if lines.end == gap.lines.start {
            Some(end(gap.bytes.start))
        } else {
            None
        };
        let stop = if known_end.is_some() { lines.end.min(head.lines) } else { lines.end + 1 };
        let mut entries = files.entries(lines.start..stop)?;
        entries.extend(known_end);
        let is_whole = entries.is_sorted_by_key(|entry| entry.offset);
        Ok(if is_whole { entries } else { Vec::new() })
    }

    /// The log's bytes, if they are there.
    pub(super) fn raw(&self) -> Option<Arc<Raw>> {
        self.files.as_ref().map(|files| Arc::clone(&files.log))
    }

    /// Where the log is.
    pub(super) fn run_dir(&self) -> &Path {
        &self.run_dir
    }

    /// Reads exactly these bytes.
    pub(super) fn read_exact(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0)];
        if let Some(files) = &self.files {
            files.log.read_exact_at(&mut buffer, range.start)?;
        }
        Ok(buffer)
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
        let mut high = self.index.len()? / ENTRY_BYTES;
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
