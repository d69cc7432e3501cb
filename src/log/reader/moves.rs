//! What the person does: go, scroll, follow, fold, filter. Pure.

use super::{Reader, SAME, Step};
use crate::log::convention::Kind;
use crate::log::selection::Selection;

impl Reader {
    /// Goes to the lines that the address names, and marks them.
    pub fn select(&mut self, selection: Option<Selection>) {
        let known = std::mem::replace(&mut self.selection, selection);
        if let Some(selection) = selection {
            self.leave_end();
            self.reveal(selection.first);
            // Where the person has just clicked, nothing must move.
            if known.is_none() || !self.is_in_view(selection.first) && !self.is_in_view(selection.last) {
                self.centre(selection.first);
            }
        }
    }

    /// Shows a match.
    pub fn show(&mut self, line: u64) {
        self.found = Some(line);
        self.leave_end();
        self.reveal(line);
        if !self.is_in_view(line) {
            self.centre(line);
        }
    }

    /// Goes to a line without marking it.
    pub fn go_to(&mut self, line: u64) {
        self.leave_end();
        self.reveal(line);
        self.centre(line);
    }

    fn reveal(&mut self, line: u64) {
        if self.folds.reveal(line) {
            self.relayout();
        }
    }

    fn is_in_view(&self, line: u64) -> bool {
        let (top, y) = (self.scroll.top(), self.layout.y(line));
        self.ready && y >= top && y + self.row <= top + self.height
    }

    pub(super) fn centre(&mut self, line: u64) {
        let sizes = self.sizes();
        self.scroll.go(self.layout.y(line) - sizes.view / 3.0, sizes);
    }

    /// Goes to the end and stays there, or stays where it is.
    pub fn follow(&mut self, follow: bool) {
        if follow {
            self.follow = true;
            self.settle();
        } else {
            self.leave_end();
        }
    }

    fn leave_end(&mut self) {
        if self.follow {
            self.follow = false;
            self.left_at = self.lines.head().lines;
        }
    }

    /// Moves by a key.
    pub fn step(&mut self, step: Step) {
        let (top, page) = (self.scroll.top(), (self.height - self.row).max(self.row));
        let place = self.layout.at(top);
        let above = if place.offset > SAME {
            Some(place.line)
        } else {
            self.layout.visible_before(place.line, 1).pop()
        };
        let top = match step {
            Step::LineDown => top + self.layout.height(place.line),
            Step::LineUp => top - above.map_or(0.0, |line| self.layout.height(line)),
            Step::PageDown => top + page,
            Step::PageUp => top - page,
            Step::Start => 0.0,
            Step::End => return self.follow(true),
        };
        let up = top < self.scroll.top();
        self.scroll.go(top, self.sizes());
        self.stay_or_follow(up);
    }

    /// The scroll bar stands at `bar` now. Gives `true` if it has to be put right.
    pub fn scrolled(&mut self, bar: f64) -> bool {
        let (sizes, before) = (self.sizes(), self.scroll.top());
        let astray = self.scroll.moved(bar, sizes);
        self.stay_or_follow(self.scroll.top() < before);
        astray
    }

    fn stay_or_follow(&mut self, up: bool) {
        let slack = if up { 1.0 } else { self.row };
        if self.scroll.at_end(self.sizes(), slack) {
            self.follow = true;
        } else {
            self.leave_end();
        }
    }

    /// Opens the group at `head`, or folds it where its end is held. Answers whether that is done; else the end has to
    /// be looked for.
    pub fn toggle_group(&mut self, head: u64) -> bool {
        if self.folds.unfold(head) {
            self.relayout();
            return true;
        }
        let ends = |number: u64| match self.lines.get(number).map(|held| &held.kind) {
            Some(Kind::GroupEnd) => Some(Some(number + 1)),
            Some(Kind::Group(_)) => Some(Some(number)),
            Some(_) => None,
            None => Some(None),
        };
        let Some(Some(end)) = (head + 1..self.lines.head().lines).find_map(ends) else { return false };
        self.fold(head, end);
        true
    }

    /// Hides the lines between a group's head and `end`.
    pub fn fold(&mut self, head: u64, end: u64) {
        self.folds.fold(head, end);
        self.relayout();
    }

    /// Shows only these lines and their neighbours, or all again.
    pub fn filter(&mut self, matches: Option<Vec<u64>>) {
        let was = self.folds.filters();
        let line = self.found.unwrap_or_else(|| self.layout.at(self.scroll.top()).line);
        self.folds.filter(matches);
        if was != self.folds.filters() {
            // Lines that are near each other now were far apart before: what is kept must not push them out.
            self.lines.clear();
            self.relayout();
            self.leave_end();
            self.centre(line);
        } else {
            self.relayout();
        }
    }
}
