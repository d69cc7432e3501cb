//! The state of one open log: what is held, where the reader is, what follows. Pure: the page is `screen`'s, requests
//! are `viewer`'s.

mod answers;
mod drawing;
mod long_lines;
mod moves;
mod shown;

use std::collections::{BTreeMap, BTreeSet};

use lastmile_protocol::LogHead;

pub use self::long_lines::has_more;
pub use self::shown::{Look, Shown, Step};
use super::folds::Folds;
use super::layout::Layout;
use super::progress::Progress;
use super::scroll::{Scroll, Sizes};
use super::selection::Selection;
use super::window::{Ask, Held, Lines, View};

/// A line's height until it has been measured, in CSS pixels.
const ROW: f64 = 20.0;
/// Differences in height below this are rounding.
const SAME: f64 = 0.5;

/// One open log.
#[derive(Clone, Debug)]
pub struct Reader {
    lines: Lines,
    layout: Layout,
    tall: BTreeMap<u64, f64>,
    folds: Folds,
    scroll: Scroll,
    row: f64,
    height: f64,
    follow: bool,
    /// The log's length when the end was left.
    left_at: u64,
    selection: Option<Selection>,
    found: Option<u64>,
    opened: BTreeSet<u64>,
    progress: Option<(u64, Progress)>,
    heavy: bool,
    ready: bool,
    error: Option<String>,
}

impl Reader {
    /// A log of which nothing is known but perhaps its length so far, at the selected lines or else at its end.
    #[must_use]
    pub fn new(selection: Option<Selection>, known: LogHead) -> Self {
        let mut lines = Lines::default();
        lines.take_head(LogHead { finished: false, ..known });
        let layout = Layout::new(known.lines, ROW, &BTreeMap::new(), &[]);
        Self {
            lines,
            layout,
            tall: BTreeMap::new(),
            folds: Folds::default(),
            scroll: Scroll::default(),
            row: ROW,
            height: 0.0,
            follow: selection.is_none(),
            left_at: 0,
            selection,
            found: None,
            opened: BTreeSet::new(),
            progress: None,
            heavy: false,
            ready: false,
            error: None,
        }
    }

    /// The lines to ask for first, `count` of them.
    #[must_use]
    pub fn first_ask(&self, count: u32) -> Ask {
        let before = match self.selection {
            Some(selection) => selection.first.saturating_sub(u64::from(count) / 2),
            None => self.lines.head().lines.saturating_sub(count.into()),
        };
        Ask { first: before, count }
    }

    /// The log's size as far as is known.
    #[must_use]
    pub fn head(&self) -> LogHead {
        self.lines.head()
    }

    /// A line, if it is held.
    #[must_use]
    pub fn line(&self, number: u64) -> Option<&Held> {
        self.lines.get(number)
    }

    /// Whether the first answer is there.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// Whether something could not be had.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// What could not be had is to be asked for again.
    pub fn forget_failure(&mut self) {
        self.error = None;
    }

    /// The heights of a line and of the window, in CSS pixels.
    pub fn measure(&mut self, row: Option<f64>, height: f64) {
        self.height = height;
        // Nothing has a height while it is hidden.
        if let Some(row) = row.filter(|row| *row > 0.0)
            && (row - self.row).abs() > 0.01
        {
            self.row = row;
            self.tall.clear();
        }
        self.relayout();
    }

    /// Lines look different now: what was measured holds no more.
    pub fn forget_heights(&mut self) {
        self.tall.clear();
        self.relayout();
    }

    /// Lines were drawn that high. Answers whether that moves anything.
    pub fn measured(&mut self, heights: &[(u64, f64)]) -> bool {
        let mut changed = false;
        for (number, height) in heights {
            let thought = self.tall.get(number).copied().unwrap_or(self.row);
            if (thought - height).abs() > SAME && *height > 0.0 {
                changed = true;
                if (self.row - height).abs() > SAME {
                    self.tall.insert(*number, *height);
                } else {
                    self.tall.remove(number);
                }
            }
        }
        if changed {
            let lines = &self.lines;
            self.tall.retain(|number, _| lines.get(*number).is_some());
            self.relayout();
        }
        changed
    }

    /// Works out all places anew; what is in view stays there.
    fn relayout(&mut self) {
        let place = self.layout.at(self.scroll.top());
        let lines = self.lines.head().lines;
        self.layout = Layout::new(lines, self.row, &self.tall, &self.folds.hidden(lines));
        let offset = place.offset.min(self.layout.height(place.line));
        self.scroll.shift(self.layout.y(place.line) + offset, self.sizes());
        self.settle();
    }

    fn sizes(&self) -> Sizes {
        Sizes { full: self.layout.full(), view: self.height }
    }

    /// Goes to the end, if that is followed.
    fn settle(&mut self) {
        if self.follow {
            self.scroll.go(self.layout.full(), self.sizes());
        }
    }

    fn rows_in_view(&self) -> Vec<u64> {
        let first = self.layout.at(self.scroll.top()).line;
        self.layout.visible(first, self.most_rows())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a window's height in lines")]
    fn most_rows(&self) -> usize {
        (self.height / self.row).ceil() as usize + 1
    }

    fn view(&self) -> View {
        let rows = self.rows_in_view();
        let first = rows.first().copied().unwrap_or_default();
        View { first, count: rows.last().map_or(0, |last| last + 1 - first) }
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
