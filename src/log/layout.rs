//! Where each line stands in a log drawn in full, in CSS pixels. Pure.
//!
//! Most lines have one height. The exceptions (lines that wrap, lines folded away or filtered out) are few, because
//! only lines that are held are measured; so that a log of any length is a short list of stretches.

use std::collections::BTreeMap;
use std::ops::Range;

/// The places of all lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    lines: u64,
    /// Never empty; ascending by line and by height.
    stretches: Vec<Stretch>,
}

/// Lines of one height, up to where the next stretch begins.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    line: u64,
    /// Where its first line begins.
    y: f64,
    /// How high each is; 0: they are hidden.
    row: f64,
}

/// A place in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// The line, from 0.
    pub line: u64,
    /// Pixels below its upper edge.
    pub offset: f64,
}

#[expect(clippy::cast_precision_loss, reason = "a log has fewer than 2^53 lines")]
fn count(lines: u64) -> f64 {
    lines as f64
}

impl Layout {
    /// So many lines of height `row`, but for those in `tall`; those in `hidden` (ascending, apart) take no room.
    #[must_use]
    pub fn new(lines: u64, row: f64, tall: &BTreeMap<u64, f64>, hidden: &[Range<u64>]) -> Self {
        let mut layout = Self { lines, stretches: vec![Stretch { line: 0, y: 0.0, row }] };
        let mut tall = tall.range(..lines).peekable();
        for range in hidden.iter().filter(|range| range.start < lines) {
            while let Some((line, height)) = tall.next_if(|(line, _)| **line < range.start) {
                layout.add(*line, *height);
                layout.add(line + 1, row);
            }
            while tall.next_if(|(line, _)| **line < range.end).is_some() {}
            layout.add(range.start, 0.0);
            layout.add(range.end.min(lines), row);
        }
        for (line, height) in tall {
            layout.add(*line, *height);
            layout.add(line + 1, row);
        }
        layout
    }

    fn add(&mut self, line: u64, row: f64) {
        let y = self.y(line);
        match self.stretches.last_mut() {
            Some(last) if last.line == line => last.row = row,
            _ => self.stretches.push(Stretch { line, y, row }),
        }
    }

    fn stretch_of(&self, line: u64) -> (usize, Stretch) {
        let at = self.stretches.partition_point(|it| it.line <= line).saturating_sub(1);
        (at, self.stretches.get(at).copied().unwrap_or(Stretch { line: 0, y: 0.0, row: 0.0 }))
    }

    /// Where a line begins.
    #[must_use]
    pub fn y(&self, line: u64) -> f64 {
        let (_, stretch) = self.stretch_of(line);
        stretch.y + count(line - stretch.line) * stretch.row
    }

    /// How high a line is.
    #[must_use]
    pub fn height(&self, line: u64) -> f64 {
        self.stretch_of(line).1.row
    }

    /// Whether the line takes any room.
    #[must_use]
    pub fn shows(&self, line: u64) -> bool {
        line < self.lines && self.height(line) > 0.0
    }

    /// How high all lines are together.
    #[must_use]
    pub fn full(&self) -> f64 {
        self.y(self.lines)
    }

    /// The line at a height; beyond the end the last one that shows.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a quotient of sizes, not negative"
    )]
    pub fn at(&self, y: f64) -> Place {
        let y = y.clamp(0.0, (self.full() - 0.001).max(0.0));
        let at = self.stretches.partition_point(|it| it.y <= y).saturating_sub(1);
        let Some(stretch) = self.stretches.get(at).filter(|stretch| stretch.row > 0.0) else {
            return Place::default();
        };
        let line = stretch.line + ((y - stretch.y) / stretch.row) as u64;
        Place { line, offset: y - self.y(line) }
    }

    /// Up to `most` lines that show, from `first` on.
    #[must_use]
    pub fn visible(&self, first: u64, most: usize) -> Vec<u64> {
        let mut lines = Vec::with_capacity(most);
        let mut next = first;
        while lines.len() < most && next < self.lines {
            let (at, stretch) = self.stretch_of(next);
            let end = self.stretches.get(at + 1).map_or(self.lines, |it| it.line);
            if stretch.row > 0.0 {
                lines.extend((next..end).take(most - lines.len()));
            }
            next = end;
        }
        lines
    }

    /// Up to `most` lines that show before `first`, ascending.
    #[must_use]
    pub fn visible_before(&self, first: u64, most: usize) -> Vec<u64> {
        let mut lines = Vec::with_capacity(most);
        let mut end = first.min(self.lines);
        while lines.len() < most && end > 0 {
            let (_, stretch) = self.stretch_of(end - 1);
            if stretch.row > 0.0 {
                lines.extend((stretch.line..end).rev().take(most - lines.len()));
            }
            end = stretch.line;
        }
        lines.reverse();
        lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(lines: u64) -> Layout {
        Layout::new(lines, 20.0, &BTreeMap::new(), &[])
    }

    #[test]
    fn lines_of_one_height_are_multiplied() {
        let layout = plain(10_000_000);
        assert_eq!(layout.full(), 200_000_000.0);
        assert_eq!(layout.at(199_999_990.0), Place { line: 9_999_999, offset: 10.0 });
        assert_eq!(layout.visible(9_999_998, 5), [9_999_998, 9_999_999]);
        assert_eq!(layout.visible_before(3, 5), [0, 1, 2]);
    }

    #[test]
    fn an_empty_log_has_no_height() {
        assert_eq!((plain(0).full(), plain(0).at(5.0)), (0.0, Place::default()));
    }

    #[test]
    fn a_tall_line_moves_those_below_it() {
        let layout = Layout::new(100, 20.0, &BTreeMap::from([(10, 60.0), (11, 40.0)]), &[]);
        assert_eq!((layout.y(10), layout.y(11), layout.y(12)), (200.0, 260.0, 300.0));
        assert_eq!(layout.at(259.0), Place { line: 10, offset: 59.0 });
        assert_eq!(layout.full(), 2060.0);
    }

    #[test]
    fn hidden_lines_take_no_room_and_are_passed_over() {
        let tall = BTreeMap::from([(12, 60.0), (50, 30.0)]);
        let layout = Layout::new(100, 20.0, &tall, &[10..20, 90..u64::MAX]);
        assert_eq!((layout.y(10), layout.y(20), layout.full()), (200.0, 200.0, 80.0 * 20.0 + 10.0));
        assert_eq!(layout.visible(8, 4), [8, 9, 20, 21]);
        assert_eq!(layout.visible_before(21, 3), [8, 9, 20]);
        assert_eq!(layout.at(200.0).line, 20);
        assert_eq!(layout.at(1e9).line, 89);
        assert!(layout.shows(9) && !layout.shows(10) && !layout.shows(95));
    }

    proptest! {
        #[test]
        fn the_line_at_a_lines_own_place_is_that_line(
            lines in 1_u64..500,
            tall in prop::collection::btree_map(0_u64..500, 1.0_f64..200.0, 0..20),
            cuts in prop::collection::btree_set(0_u64..500, 0..8),
        ) {
            let cuts: Vec<u64> = cuts.into_iter().collect();
            let hidden: Vec<_> = cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
            let layout = Layout::new(lines, 20.0, &tall, &hidden);
            let shown = |line: &u64| !hidden.iter().any(|range| range.contains(line));
            let expected: Vec<u64> = (0..lines).filter(shown).collect();
            prop_assert_eq!(&layout.visible(0, 1000), &expected);
            prop_assert_eq!(&layout.visible_before(lines, 1000), &expected);
            for line in expected {
                prop_assert_eq!(layout.at(layout.y(line) + 0.01).line, line);
            }
        }
    }
}
