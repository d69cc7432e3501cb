//! Windows: some lines of a log, found by their numbers.

use std::io;
use std::ops::Range;

use lastmile_protocol::{LogHead, LogLine, LogWindow, Stream, WINDOW_BYTES, WINDOW_LINES};

use super::entry::{CONTINUED, Entry, GAP, MASKED};
use super::{Gap, LogReader};

/// A window is read again if the gap has grown meanwhile. It grows so seldom that twice in a row does not happen.
const TRIES: usize = 5;

impl LogReader {
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

    /// Lines before, in and after the gap.
    fn lines(&self, head: &LogHead, lines: Range<u64>, keep: Keep) -> io::Result<Vec<LogLine>> {
        let mut gap = self.gap()?;
        for _ in 0..TRIES {
            let found = self.lines_around(head, &gap, lines.clone(), keep)?;
            // Looked at again: what lies in the gap by now may have been read as zeros.
            let now = self.gap()?;
            if now == gap {
                return Ok(found);
            }
            gap = now;
        }
        Ok(lines.map(|number| gap.line(number)).collect())
    }

    fn lines_around(
        &self,
        head: &LogHead,
        gap: &Gap,
        lines: Range<u64>,
        keep: Keep,
    ) -> io::Result<Vec<LogLine>> {
        let before = lines.start..lines.end.min(gap.lines.start.max(lines.start));
        let inside = lines.start.max(gap.lines.start)..lines.end.min(gap.lines.end);
        let after = lines.start.max(gap.lines.end)..lines.end;
        if gap.lines.is_empty() {
            return self.lines_outside(head, gap, lines, keep);
        }
        let inside = inside.map(|number| gap.line(number)).collect::<Vec<_>>();
        let before = |keep| self.lines_outside(head, gap, before.clone(), keep);
        let after = |keep| self.lines_outside(head, gap, after.clone(), keep);
        let wanted = usize::try_from(lines.end - lines.start).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        match keep {
            Keep::First => {
                found.extend(before(keep)?);
                if found.len() as u64 == gap.lines.start.clamp(lines.start, lines.end) - lines.start {
                    found.extend(inside);
                    found.extend(after(keep)?);
                }
            }
            Keep::Last => {
                found.extend(after(keep)?);
                if found.len() as u64 == lines.end - gap.lines.end.clamp(lines.start, lines.end) {
                    found.splice(..0, inside);
                    found.splice(..0, before(keep)?);
                }
            }
        }
        found.truncate(wanted);
        Ok(found)
    }

    /// Those of the lines that a window has bytes for, each cut to a window's size.
    fn lines_outside(
        &self,
        head: &LogHead,
        gap: &Gap,
        lines: Range<u64>,
        keep: Keep,
    ) -> io::Result<Vec<LogLine>> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let entries = self.entries(head, gap, lines)?;
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

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
