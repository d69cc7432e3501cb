//! Finds text in a log, page by page.

use std::io;

use lastmile_protocol::{LogHead, LogMatches};
use memchr::memmem::Finder;

use super::LogReader;
use super::entry::Entry;

/// Lines whose entries are read at a time.
const LINES: u64 = 4096;
/// Bytes of the log that are read at a time.
const PIECE: u64 = 256 * 1024;

impl LogReader {
    /// Numbers of lines from `after` on that contain `needle` byte for byte: at most `limit` of them,
    /// having read about `max_bytes` (a line is always read to its end). Line ends can't be searched for.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn search(&self, needle: &str, after: u64, limit: usize, max_bytes: u64) -> io::Result<LogMatches> {
        let head = self.head()?;
        let mut search = Search { log: self, finder: Finder::new(needle), limit, lines: Vec::new(), read: 0 };
        let mut line = after;
        while line < head.lines && !needle.is_empty() {
            if search.is_full() || search.read >= max_bytes {
                return Ok(LogMatches { lines: search.lines, next: Some(line) });
            }
            line = search.block(&head, line)?;
        }
        Ok(LogMatches { lines: search.lines, next: None })
    }
}

struct Search<'a> {
    log: &'a LogReader,
    finder: Finder<'a>,
    limit: usize,
    lines: Vec<u64>,
    read: u64,
}

impl Search<'_> {
    fn is_full(&self) -> bool {
        self.lines.len() >= self.limit
    }

    /// Searches some lines from `first` on; returns the first line that it has not searched.
    fn block(&mut self, head: &LogHead, first: u64) -> io::Result<u64> {
        let end = (first + LINES).min(head.lines);
        let entries = self.log.entries(head, first..end)?;
        let Some(begin) = entries.first().map(|entry| entry.offset) else {
            return Ok(head.lines);
        };
        let fitting = entries.partition_point(|entry| entry.offset.saturating_sub(begin) <= PIECE);
        if fitting < 2 {
            let found = self.long_line(begin, entries.get(1).map_or(begin, |next| next.offset))?;
            self.lines.extend(found.then_some(first));
            return Ok(first + 1);
        }
        self.short_lines(first, &entries[..fitting])
    }

    /// Lines that are read in one piece; the last entry is where they end.
    fn short_lines(&mut self, first: u64, entries: &[Entry]) -> io::Result<u64> {
        let (begin, end) = (entries[0].offset, entries[entries.len() - 1].offset);
        let bytes = self.log.read_exact(begin..end)?;
        self.read += bytes.len() as u64;
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| self.finder.find(rest)) {
            let place = begin + (at + found) as u64;
            let line = entries.partition_point(|entry| entry.offset <= place) - 1;
            let line_end = entries.get(line + 1).map_or(end, |next| next.offset);
            if place + self.finder.needle().len() as u64 > line_end {
                // It runs on into another line, so it is in neither; one may begin inside it.
                at += found + 1;
                continue;
            }
            self.lines.push(first + line as u64);
            if self.is_full() {
                return Ok(first + line as u64 + 1);
            }
            at = usize::try_from(line_end - begin).unwrap_or(bytes.len());
        }
        Ok(first + entries.len() as u64 - 1)
    }

    /// One line, in pieces that overlap by what a match may straddle.
    fn long_line(&mut self, begin: u64, end: u64) -> io::Result<bool> {
        let overlap = self.finder.needle().len() as u64 - 1;
        let mut at = begin;
        while at < end {
            let stop = (at + PIECE + overlap).min(end);
            let bytes = self.log.read_exact(at..stop)?;
            self.read += bytes.len() as u64;
            if self.finder.find(&bytes).is_some() {
                return Ok(true);
            }
            at += PIECE;
        }
        Ok(false)
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
