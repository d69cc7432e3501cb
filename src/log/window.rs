//! Which lines of a log are held, and which to ask for next. Pure.
//!
//! A log may have ten million lines; at most [`MOST_HELD`] are kept here. Lines come in two ways: windows that were
//! asked for, which are exact, and the newest lines of a run under way, which are shown at once. When the run has
//! ended, lines of the second kind are asked for again, so that what is read in the end is what the file holds.

use std::collections::BTreeMap;

use lastmile_protocol::{LogHead, LogLine, LogWindow, WINDOW_LINES};

use super::ansi::{self, Span, Style};

/// Most lines held at once.
pub const MOST_HELD: usize = 4000;

/// A line that is held.
#[derive(Clone, Debug)]
pub struct Held {
    /// The line as sent.
    pub line: LogLine,
    /// Its text, styled.
    pub spans: Vec<Span>,
    /// The style in which the next line begins.
    end: Style,
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
        let mut style = window
            .first
            .checked_sub(1)
            .and_then(|at| self.held.get(&at))
            .map_or(Style::default(), |it| it.end);
        for (number, line) in (window.first..).zip(window.lines) {
            let unfinished = number + 1 >= head.lines && !head.finished;
            let settled = asked_for && !unfinished;
            if let Some(held) = self.held.get_mut(&number)
                && (held.settled || held.line == line)
            {
                held.settled = held.settled || settled;
                style = held.end;
                continue;
            }
            let (spans, end) = ansi::spans(style, &line.text);
            style = end;
            self.version = self.version.wrapping_add(1);
            self.held.insert(number, Held { line, spans, end, settled, version: self.version });
        }
        self.let_go(view);
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

    /// What to ask for next, so that the view and a margin around it can be drawn; `None` if all of it is there.
    ///
    /// While a run is under way its newest lines come by themselves: only what is in view is asked for.
    #[must_use]
    pub fn ask(&self, view: View) -> Option<Ask> {
        let last = self.head.lines;
        let margin = if self.head.finished { view.count.clamp(50, 500) } else { 0 };
        let end = (view.first + view.count).min(last);
        let missing = (view.first.min(last)..end).find(|number| self.is_missing(*number)).or_else(|| {
            let below = end..(end + margin).min(last);
            let above = view.first.saturating_sub(margin)..view.first.min(last);
            below.chain(above).find(|number| self.is_missing(*number))
        })?;
        Some(self.widen(missing))
    }

    /// A window around a missing line: as much as one answer carries, but nothing that is there already.
    fn widen(&self, missing: u64) -> Ask {
        let most = u64::from(WINDOW_LINES);
        let block = missing - missing % most;
        let mut first = missing;
        while first > block && self.is_missing(first - 1) {
            first -= 1;
        }
        // An answer ends at 64 KiB: a missing line deep in a block of long lines might not be in the answer for
        // the whole block, so look back only as far as needed for a quick answer.
        first = first.max(missing.saturating_sub(most / 4));
        let mut end = missing + 1;
        while end < (first + most).min(self.head.lines) && self.is_missing(end) {
            end += 1;
        }
        Ask { first, count: u32::try_from(end - first).unwrap_or(WINDOW_LINES) }
    }

    /// Once the run has ended, only settled lines count; before, whatever is there.
    fn is_missing(&self, number: u64) -> bool {
        self.held.get(&number).is_none_or(|held| !held.settled && self.head.finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(first: u64, count: u64, head: LogHead) -> LogWindow {
        let lines = (first..(first + count).min(head.lines))
            .map(|n| LogLine { text: format!("line {n}"), offset: n * 10, bytes: 10, ..LogLine::default() })
            .collect();
        LogWindow { head, first, lines }
    }

    fn ended(lines: u64) -> LogHead {
        LogHead { lines, bytes: lines * 10, finished: true }
    }

    fn growing(lines: u64) -> LogHead {
        LogHead { finished: false, ..ended(lines) }
    }

    /// Answers everything that is asked for, as the server would with a full window each.
    fn settle(lines: &mut Lines, view: View) -> Vec<Ask> {
        let mut asked = Vec::new();
        while let Some(ask) = lines.ask(view) {
            assert!(asked.len() < 50, "asks without end: {ask:?}");
            asked.push(ask);
            lines.take_window(window(ask.first, u64::from(ask.count), lines.head()), view);
        }
        asked
    }

    #[test]
    fn an_empty_log_asks_for_nothing() {
        assert_eq!(Lines::default().ask(View { first: 0, count: 30 }), None);
    }

    #[test]
    fn one_window_serves_the_view_and_its_margin() {
        let mut lines = Lines::default();
        lines.take_head(ended(100_000));
        assert_eq!(settle(&mut lines, View { first: 0, count: 40 }), [Ask { first: 0, count: 1000 }]);
    }

    #[test]
    fn scrolling_from_top_to_bottom_asks_for_every_line_and_holds_few() {
        let mut lines = Lines::default();
        lines.take_head(ended(100_000));
        let mut seen = vec![false; 100_000];
        for first in (0..100_000).step_by(35) {
            let view = View { first, count: 40 };
            for ask in settle(&mut lines, view) {
                (ask.first..ask.first + u64::from(ask.count))
                    .for_each(|n| seen[usize::try_from(n).unwrap()] = true);
            }
            assert!(lines.held() <= MOST_HELD);
            assert!((first..(first + 40).min(100_000)).all(|n| lines.get(n).is_some()));
        }
        assert!(seen.iter().all(|seen| *seen));
    }

    #[test]
    fn an_answer_cut_short_by_long_lines_is_followed_by_another() {
        let mut lines = Lines::default();
        lines.take_head(ended(2000));
        let view = View { first: 900, count: 40 };
        for _ in 0..200 {
            let Some(ask) = lines.ask(view) else { break };
            // 64 KiB hold only seven of these lines.
            lines.take_window(window(ask.first, u64::from(ask.count).min(7), ended(2000)), view);
        }
        assert_eq!(lines.ask(view), None);
        assert!((900..940).all(|n| lines.get(n).is_some()));
    }

    #[test]
    fn newest_lines_are_shown_at_once_and_asked_for_again_at_the_end() {
        let mut lines = Lines::default();
        let view = View { first: 70, count: 30 };
        lines.take_tail(window(60, 40, growing(100)), view);
        assert_eq!(lines.ask(view), None);
        lines.take_head(ended(100));
        assert_eq!(lines.ask(view), Some(Ask { first: 0, count: 100 }));
        settle(&mut lines, view);
        assert!((0..100).all(|n| lines.get(n).is_some_and(|held| held.settled)));
    }

    #[test]
    fn an_unfinished_last_line_is_replaced_when_it_has_grown() {
        let mut lines = Lines::default();
        let view = View { first: 0, count: 30 };
        let mut first = window(0, 3, growing(3));
        first.lines[2].text = "half".to_owned();
        lines.take_window(first, view);
        lines.take_window(window(2, 3, growing(5)), view);
        assert_eq!(lines.get(2).unwrap().line.text, "line 2");
        assert_eq!(lines.ask(view), None);
    }

    #[test]
    fn a_window_that_arrives_late_does_not_shrink_the_log_or_reopen_it() {
        let mut lines = Lines::default();
        let view = View::default();
        lines.take_head(ended(100));
        lines.take_window(window(0, 10, growing(10)), view);
        lines.take_tail(window(0, 10, growing(10)), view);
        assert_eq!(lines.head(), ended(100));
    }

    #[test]
    fn a_gap_between_newest_lines_is_asked_for_when_in_view() {
        let mut lines = Lines::default();
        let view = View { first: 980, count: 20 };
        lines.take_tail(window(0, 20, growing(20)), view);
        lines.take_tail(window(990, 10, growing(1000)), view);
        assert_eq!(lines.ask(view), Some(Ask { first: 730, count: 260 }));
    }

    #[test]
    fn colours_carry_over_between_lines_of_one_window() {
        let mut lines = Lines::default();
        let mut two = window(0, 2, ended(2));
        two.lines[0].text = "\u{1b}[31mred".to_owned();
        lines.take_window(two, View { first: 0, count: 2 });
        assert_eq!(lines.get(1).unwrap().spans[0].style.text, ansi::Colour::Named(1));
    }

    #[test]
    fn a_line_redrawn_has_another_version() {
        let mut lines = Lines::default();
        let view = View { first: 0, count: 5 };
        lines.take_tail(window(0, 1, growing(1)), view);
        let before = lines.get(0).unwrap().version;
        lines.take_tail(window(0, 1, growing(1)), view);
        assert_eq!(lines.get(0).unwrap().version, before);
        let mut grown = window(0, 1, growing(1));
        grown.lines[0].text.push_str(" and more");
        lines.take_tail(grown, view);
        assert_ne!(lines.get(0).unwrap().version, before);
    }
}
