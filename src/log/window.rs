//! Which lines of a log are held, and which to ask for next. Pure.
//!
//! A log may have ten million lines; at most [`MOST_HELD`] are kept here. Lines come in two ways: windows that were
//! asked for, which are exact, and the newest lines of a run under way, which are shown at once. When the run has
//! ended, lines of the second kind are asked for again, so that what is read in the end is what the file holds.

use std::collections::BTreeMap;

use lastmile_protocol::{LogHead, LogLine, LogWindow, Stream, WINDOW_LINES};

use super::ansi::{self, Parsed, Pen, Span};
use super::convention::Kind;
use super::progress::Progress;
use super::utf8::Utf8;

/// Most lines held at once.
pub const MOST_HELD: usize = 4000;
/// Bytes that an answer may have: text, and [`EXTRA`] around each line.
const ANSWER: u64 = 60 * 1024;
/// What JSON adds to a line's text, about.
const EXTRA: u64 = 90;
/// Lines of the other stream that may stand inside an interrupted line.
const INTERRUPTION: u64 = 100;

/// A line that is held.
#[derive(Clone, Debug)]
pub struct Held {
    /// The line as sent.
    pub line: LogLine,
    /// Its text, styled.
    pub spans: Vec<Span>,
    /// What it means.
    pub kind: Kind,
    /// How far it says that the run is.
    pub progress: Option<Progress>,
    /// What it leaves to the next line.
    end: Pen,
    /// Whether it is as the file has it and will have it: asked for, and not the unfinished last line.
    settled: bool,
    /// Changes when the line does, so that what is drawn can be compared cheaply.
    pub version: u32,
}

/// Lines to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The first line, from 0.
    pub first: u64,
    /// How many.
    pub count: u32,
}

/// The lines in view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The first line of which something can be seen.
    pub first: u64,
    /// How many can be seen, partly seen ones included.
    pub count: u64,
}

/// What is known of a log.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    head: LogHead,
    held: BTreeMap<u64, Held>,
    version: u32,
}

impl Lines {
    /// The log's size as far as is known.
    #[must_use]
    pub fn head(&self) -> LogHead {
        self.head
    }

    /// The line numbered `number` (from 0), if it is held.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Held> {
        self.held.get(&number)
    }

    /// How many lines are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// The log's size was told without lines.
    pub fn take_head(&mut self, head: LogHead) {
        // Answers may overtake each other; a log never shrinks and never goes on after its end.
        if head.lines < self.head.lines || (self.head.finished && !head.finished) {
            return;
        }
        let last = self.head.lines.saturating_sub(1);
        if head.lines > self.head.lines && self.held.get(&last).is_some_and(|held| !held.settled) {
            // What was the last line may have grown since it was sent.
            self.held.remove(&last);
        }
        self.head = head;
    }

    /// Takes in a window that was asked for.
    pub fn take_window(&mut self, window: LogWindow, view: View) {
        self.take_head(window.head);
        self.take_lines(window, true, view);
    }

    /// Takes in the newest lines of a run under way.
    pub fn take_tail(&mut self, window: LogWindow, view: View) {
        if window.head.lines < self.head.lines || self.head.finished {
            return;
        }
        self.take_head(window.head);
        self.take_lines(window, false, view);
    }

    fn take_lines(&mut self, window: LogWindow, asked_for: bool, view: View) {
        let head = window.head;
        for (number, line) in (window.first..).zip(window.lines) {
            let unfinished = number + 1 >= head.lines && !head.finished;
            let settled = asked_for && !unfinished;
            if let Some(held) = self.held.get_mut(&number)
                && (held.settled || held.line == line)
            {
                held.settled = held.settled || settled;
                continue;
            }
            let held = self.read(number, line, settled);
            self.held.insert(number, held);
        }
        self.let_go(view);
    }

    fn read(&mut self, number: u64, line: LogLine, settled: bool) -> Held {
        let (Parsed { spans, progress }, end) = ansi::parse(&self.pen(number, &line), &line.text);
        let text = match spans.as_slice() {
            [one] => one.text.clone(),
            all => all.iter().map(|span| span.text.as_str()).collect(),
        };
        let script = line.stream != Stream::System;
        let kind = if script { Kind::of(&text) } else { Kind::Plain };
        let progress = progress.or_else(|| Progress::from_line(&text)).filter(|_| script);
        self.version = self.version.wrapping_add(1);
        Held { line, spans, kind, progress, end, settled, version: self.version }
    }

    /// More of a line that a window had to cut: as many of the file's bytes, from its own first one on.
    pub fn take_beginning(&mut self, number: u64, bytes: &[u8]) {
        let Some(held) = self.held.get(&number) else { return };
        let (mut line, settled) = (held.line.clone(), held.settled);
        let mut utf8 = Utf8::default();
        line.text = utf8.push(bytes);
        line.cut = (bytes.len() as u64) < line.bytes;
        if !line.cut {
            line.text.push_str(utf8.end());
            let kept = line.text.trim_end_matches('\n').trim_end_matches('\r').len();
            line.text.truncate(kept);
        }
        let held = self.read(number, line, settled);
        self.held.insert(number, held);
    }

    /// How the line before leaves the pen; a line that goes on after an interruption continues its own beginning.
    fn pen(&self, number: u64, line: &LogLine) -> Pen {
        let Some(before) = number.checked_sub(1) else { return Pen::default() };
        if line.continued {
            let mut earlier = self.held.range(before.saturating_sub(INTERRUPTION)..=before).rev();
            if let Some((_, begun)) = earlier.find(|(_, held)| held.line.stream == line.stream) {
                return begun.end.clone();
            }
        }
        self.held.get(&before).map_or_else(Pen::default, |held| held.end.next_line())
    }

    /// Keeps the lines nearest to what is in view.
    fn let_go(&mut self, view: View) {
        let middle = view.first + view.count / 2;
        while self.held.len() > MOST_HELD {
            let first = self.held.keys().next().copied().unwrap_or_default();
            let last = self.held.keys().next_back().copied().unwrap_or_default();
            let farther = if middle.abs_diff(first) > middle.abs_diff(last) { first } else { last };
            self.held.remove(&farther);
        }
    }

    /// Forgets all lines but not the log's size.
    pub fn clear(&mut self) {
        self.held.clear();
    }

    /// What to ask for next, so that these lines (in the order of their importance) can be drawn; `None` if all are
    /// there. Where they are `scattered`, nothing beyond them is asked for.
    #[must_use]
    pub fn ask(&self, lines: &[u64], scattered: bool) -> Option<Ask> {
        let missing =
            lines.iter().copied().find(|number| *number < self.head.lines && self.is_missing(*number))?;
        if !scattered {
            return Some(self.widen(missing));
        }
        let reach = missing..missing + self.most();
        let last = lines.iter().copied().filter(|it| reach.contains(it) && self.is_missing(*it)).max();
        Some(Ask { first: missing, count: short(last.unwrap_or(missing) + 1 - missing) })
    }

    /// How many lines of this log fit into one answer, by the length that lines have had so far.
    fn most(&self) -> u64 {
        let average = self.head.bytes / self.head.lines.max(1);
        (ANSWER / (average + EXTRA)).clamp(1, WINDOW_LINES.into())
    }

    /// A window around a missing line: as much as one answer carries, but nothing that is there already.
    fn widen(&self, missing: u64) -> Ask {
        let most = self.most();
        // Readers go on in either direction; the line itself must be in the answer even where lines are long.
        let floor = missing.saturating_sub(most / 3);
        let mut first = missing;
        while first > floor && self.is_missing(first - 1) {
            first -= 1;
        }
        let mut end = missing + 1;
        while end < (first + most).min(self.head.lines) && self.is_missing(end) {
            end += 1;
        }
        Ask { first, count: short(end - first) }
    }

    /// Once the run has ended, only settled lines count; before, whatever is there.
    fn is_missing(&self, number: u64) -> bool {
        self.held.get(&number).is_none_or(|held| !held.settled && self.head.finished)
    }
}

fn short(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(WINDOW_LINES)
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
