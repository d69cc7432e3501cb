//! What stands on the page. Pure.

use super::{Look, Reader, Shown};
use crate::log::stamp::Moment;

/// Lines drawn above and below what is in view, so that scrolling does not show emptiness.
const OVERSCAN: usize = 20;

impl Reader {
    /// How high the element must be that gives the scroll bar its range.
    #[must_use]
    pub fn room(&self) -> f64 {
        self.sizes().spacer()
    }

    /// Where the scroll bar belongs.
    #[must_use]
    pub fn bar(&self) -> f64 {
        self.scroll.bar()
    }

    /// The browser has put it there.
    pub fn placed(&mut self, bar: f64) {
        self.scroll.placed(bar);
    }

    /// The lines to draw, in order, and how far below the spacer's upper edge the first one begins.
    #[must_use]
    pub fn drawing(&self) -> (Vec<Look>, f64) {
        let first = self.layout.at(self.scroll.top()).line;
        let mut numbers = self.layout.visible_before(first, OVERSCAN);
        numbers.extend(self.layout.visible(first, self.most_rows() + OVERSCAN));
        let start = numbers.first().copied().unwrap_or_default();
        let shift = self.layout.y(start) - self.scroll.top() + self.scroll.bar();
        let mut before = self.layout.visible_before(start, 1).pop();
        let look = |number: u64| {
            let look = self.look(number, before);
            before = Some(number);
            look
        };
        (numbers.into_iter().map(look).collect(), shift)
    }

    fn look(&self, number: u64, before: Option<u64>) -> Look {
        let held = self.lines.get(number);
        let ms = held.map_or(0, |held| held.line.ms);
        let earlier = number.checked_sub(1).and_then(|it| self.lines.get(it)).map(|held| held.line.ms);
        let next = before.map_or(0, |before| before + 1);
        Look {
            number,
            version: held.map(|held| held.version),
            selected: self.selection.is_some_and(|selection| selection.contains(number)),
            found: self.found == Some(number),
            opened: self.opened.contains(&number),
            folded: self.folds.folded(number),
            left_out: if self.folds.filters() { number - next } else { 0 },
            moment: Moment { ms, before: earlier },
        }
    }

    /// What the toolbar shows.
    #[must_use]
    pub fn shown(&self) -> Shown {
        let head = self.lines.head();
        Shown {
            head,
            follow: self.follow,
            news: if self.follow { 0 } else { head.lines.saturating_sub(self.left_at) },
            first: self.layout.at(self.scroll.top()).line,
            error: self.error.clone(),
            ready: self.ready,
            progress: self
                .progress
                .as_ref()
                .map(|(_, progress)| progress.clone())
                .filter(|progress| !progress.gone),
            selection: self.selection,
            filters: self.folds.filters(),
            heavy: self.heavy,
        }
    }
}
