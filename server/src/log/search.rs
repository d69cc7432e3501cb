//! Finds lines in a log, page by page, without ever holding more of it than a piece.
//!
//! What is searched is what a reader sees: escape sequences don't count, and no match runs from one line into another.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use lastmile_protocol::{LogHead, LogMatches, Stream};
use memchr::memchr;

use super::entry::Entry;
use super::{LogReader, Pattern, Strip};

/// Lines whose entries are read at a time.
const LINES: u64 = 8192;
/// Bytes of the log that are read at a time.
const PIECE: u64 = 256 * 1024;
/// Most bytes of one line that a regular expression is tried on. Plain text is found in lines of any length.
const LONGEST_LINE: usize = 1024 * 1024;
/// How many parts of the log have a mark of their own.
const MARKS: u64 = 1000;

/// What to look for, and where.
#[derive(Clone, Debug)]
pub struct Query {
    /// What.
    pub pattern: Pattern,
    /// From this line on.
    pub after: u64,
    /// Only in lines of this stream.
    pub stream: Option<Stream>,
}

/// When to answer with what there is. A line that was begun is always searched to its end.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Most numbers of lines that are given; further matches are counted.
    pub lines: usize,
    /// Most bytes to read, about.
    pub bytes: u64,
    /// Longest time.
    pub time: Duration,
    /// Whoever asked has gone away: stop at once.
    pub cancelled: &'a AtomicBool,
}

impl LogReader {
    /// Lines that match.
    ///
    /// # Errors
    /// When the files can't be read.
    pub fn search(&self, query: &Query, limits: Limits<'_>) -> io::Result<LogMatches> {
        let head = self.head()?;
        let found = LogMatches { of: head.lines, ..LogMatches::default() };
        let mut search = Search { log: self, query, limits, head, found, read: 0, buffer: Vec::new() };
        let began = Instant::now();
        let mut line = query.after.min(head.lines);
        let mut is_first = true;
        while line < head.lines && (is_first || !search.is_over(began)) {
            line = search.block(line)?;
            is_first = false;
        }
        let mut found = search.found;
        found.searched = line;
        found.next = match found.lines.last() {
            Some(last) if found.count > found.lines.len() as u64 => Some(last + 1),
            _ => (line < head.lines).then_some(line),
        };
        Ok(found)
    }
}

struct Search<'a> {
    log: &'a LogReader,
    query: &'a Query,
    limits: Limits<'a>,
    head: LogHead,
    found: LogMatches,
    read: u64,
    /// Text of the line at hand, where it is not what was read.
    buffer: Vec<u8>,
}

impl Search<'_> {
    fn is_over(&self, began: Instant) -> bool {
        self.is_cancelled() || self.read >= self.limits.bytes || began.elapsed() >= self.limits.time
    }

    fn is_cancelled(&self) -> bool {
        self.limits.cancelled.load(Ordering::Relaxed)
    }

    /// Searches some lines from `first` on; returns the first line that it has not searched.
    fn block(&mut self, first: u64) -> io::Result<u64> {
        let gap = self.log.gap()?;
        if gap.lines.contains(&first) {
            return Ok(gap.lines.end);
        }
        let mut end = (first + LINES).min(self.head.lines);
        if first < gap.lines.start {
            end = end.min(gap.lines.start);
        }
        let entries = self.log.entries(&self.head, &gap, first..end)?;
        let Some(begin) = entries.first().map(|entry| entry.offset) else {
            // The gap has just grown over them.
            return Ok(self.log.gap()?.lines.end.max(first + 1));
        };
        let fitting = entries.partition_point(|entry| entry.offset.saturating_sub(begin) <= PIECE);
        let matching = if fitting < 2 {
            let end = entries.get(1).map_or(begin, |next| next.offset);
            if self.wants(&entries[0]) && self.long_line(begin, end)? { vec![first] } else { Vec::new() }
        } else {
            self.short_lines(first, &entries[..fitting])?
        };
        let searched = first + (fitting as u64).max(2) - 1;
        // Looked at after the bytes were read: what lies in it by now may have been read as zeros.
        let gap = self.log.gap()?;
        matching.into_iter().filter(|line| !gap.lines.contains(line)).for_each(|line| self.note(line));
        Ok(if gap.lines.contains(&searched) { gap.lines.end } else { searched })
    }

    fn note(&mut self, line: u64) {
        self.found.count += 1;
        if self.found.lines.len() < self.limits.lines {
            self.found.lines.push(line);
        }
        let part = |line: u64| u128::from(line) * u128::from(MARKS) / u128::from(self.head.lines.max(1));
        if self.found.marks.last().is_none_or(|last| part(*last) != part(line)) {
            self.found.marks.push(line);
        }
    }

    fn wants(&self, entry: &Entry) -> bool {
        self.query.stream.is_none_or(|stream| stream == entry.stream)
    }

    /// Lines that are read in one piece; the last entry is where they end.
    fn short_lines(&mut self, first: u64, entries: &[Entry]) -> io::Result<Vec<u64>> {
        if !entries[..entries.len() - 1].iter().any(|entry| self.wants(entry)) {
            return Ok(Vec::new());
        }
        let bytes = self.log.read_exact(entries[0].offset..entries[entries.len() - 1].offset)?;
        self.read += bytes.len() as u64;
        let plain = self.query.pattern.longest().is_some() && memchr(ESCAPE, &bytes).is_none();
        Ok(if plain {
            self.plain_lines(first, entries, &bytes)
        } else {
            self.each_line(first, entries, &bytes)
        })
    }

    /// Plain text without escape sequences in between: from match to match, whatever lies between them.
    fn plain_lines(&self, first: u64, entries: &[Entry], bytes: &[u8]) -> Vec<u64> {
        let mut matching = Vec::new();
        let mut at = 0;
        while let Some((begin, end)) = self.query.pattern.find_at(bytes, at) {
            let line = entries.partition_point(|entry| within(entries, entry) <= begin) - 1;
            let line_end = within(entries, &entries[line + 1]);
            if end > line_end {
                // It runs on into another line, so it is in neither; one may begin inside it.
                at = begin + 1;
                continue;
            }
            if self.wants(&entries[line]) {
                matching.push(first + line as u64);
            }
            at = line_end;
        }
        matching
    }

    fn each_line(&mut self, first: u64, entries: &[Entry], bytes: &[u8]) -> Vec<u64> {
        let mut matching = Vec::new();
        for (number, pair) in (first..).zip(entries.windows(2)) {
            let line = &bytes[within(entries, &pair[0])..within(entries, &pair[1])];
            if self.wants(&pair[0]) && self.is_in(line) {
                matching.push(number);
            }
        }
        matching
    }

    fn is_in(&mut self, line: &[u8]) -> bool {
        if memchr(ESCAPE, line).is_none() {
            return self.query.pattern.is_in(without_end(line));
        }
        self.buffer.clear();
        Strip::default().strip(line, &mut self.buffer);
        self.query.pattern.is_in(without_end(&self.buffer))
    }

    /// One line, piece by piece; of plain text, as much of the last piece is kept as a match may straddle.
    fn long_line(&mut self, begin: u64, end: u64) -> io::Result<bool> {
        let longest = self.query.pattern.longest();
        let (mut strip, mut text) = (Strip::default(), Vec::new());
        let mut at = begin;
        while at < end && !self.is_cancelled() {
            let stop = (at + PIECE).min(end);
            let bytes = self.log.read_exact(at..stop)?;
            self.read += stop - at;
            at = stop;
            strip.strip(&bytes, &mut text);
            match longest {
                Some(_) if self.query.pattern.is_in(&text) => return Ok(true),
                Some(longest) => drop(text.drain(..text.len().saturating_sub(longest))),
                None if text.len() >= LONGEST_LINE => break,
                None => {}
            }
        }
        text.truncate(LONGEST_LINE);
        Ok(longest.is_none() && self.query.pattern.is_in(without_end(&text)))
    }
}

const ESCAPE: u8 = 0x1b;

/// Where an entry's line begins in bytes that were read from the first entry on.
fn within(entries: &[Entry], entry: &Entry) -> usize {
    usize::try_from(entry.offset.saturating_sub(entries[0].offset)).unwrap_or(usize::MAX)
}

fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
