//! Which lines are hidden: those of folded groups, or those that a filter leaves out. Pure.

use std::collections::BTreeMap;
use std::ops::Range;

/// Lines shown around each match of a filter.
pub const CONTEXT: u64 = 3;

/// What is hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folds {
    /// Folded groups: the line of the head, and the line after the last hidden one.
    groups: BTreeMap<u64, u64>,
    /// Only these lines and those around them show; ascending.
    filter: Option<Vec<u64>>,
}

impl Folds {
    /// Hides the lines after `head` up to `end` (not hidden itself).
    pub fn fold(&mut self, head: u64, end: u64) {
        self.groups.insert(head, end);
    }

    /// Shows a group's lines again. Answers whether it was folded.
    pub fn unfold(&mut self, head: u64) -> bool {
        self.groups.remove(&head).is_some()
    }

    /// How many lines of the group at `head` are hidden; `None` if it is open.
    #[must_use]
    pub fn folded(&self, head: u64) -> Option<u64> {
        self.groups.get(&head).map(|end| end.saturating_sub(head + 1))
    }

    /// Shows only these lines and their neighbours, or all again.
    pub fn filter(&mut self, matches: Option<Vec<u64>>) {
        self.filter = matches;
    }

    /// Whether a filter is on.
    #[must_use]
    pub fn filters(&self) -> bool {
        self.filter.is_some()
    }

    /// Makes sure that a line can be seen. Answers whether anything had to change.
    pub fn reveal(&mut self, line: u64) -> bool {
        let hides = |range: &Range<u64>| range.contains(&line);
        if !self.hidden(u64::MAX).iter().any(hides) {
            return false;
        }
        self.filter = None;
        self.groups.retain(|head, end| !(head + 1..*end).contains(&line));
        true
    }

    /// The hidden lines of a log so long, ascending and apart. A filter shows lines of folded groups too.
    #[must_use]
    pub fn hidden(&self, lines: u64) -> Vec<Range<u64>> {
        let ranges: Vec<Range<u64>> = match &self.filter {
            Some(matches) => between(matches, lines),
            None => self.groups.iter().map(|(head, end)| head + 1..(*end).min(lines)).collect(),
        };
        let mut apart: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
        for range in ranges.into_iter().filter(|range| !range.is_empty()) {
            match apart.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

/// What lies between matches and their neighbours.
fn between(matches: &[u64], lines: u64) -> Vec<Range<u64>> {
    let mut gaps = Vec::with_capacity(matches.len() + 1);
    let mut from = 0;
    for line in matches {
        gaps.push(from..line.saturating_sub(CONTEXT).max(from));
        from = line + CONTEXT + 1;
    }
    gaps.push(from.min(lines)..lines);
    gaps
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "lists of ranges are what is compared")]
mod tests {
    use super::*;

    #[test]
    fn a_folded_group_hides_what_follows_its_head() {
        let mut folds = Folds::default();
        folds.fold(10, 20);
        assert_eq!(folds.hidden(100), [11..20]);
        assert_eq!((folds.folded(10), folds.folded(11)), (Some(9), None));
        assert!(folds.unfold(10));
        assert!(folds.hidden(100).is_empty());
    }

    #[test]
    fn groups_inside_groups_are_hidden_once() {
        let mut folds = Folds::default();
        folds.fold(10, 50);
        folds.fold(20, 30);
        folds.fold(40, 60);
        assert_eq!(folds.hidden(100), [11..60]);
    }

    #[test]
    fn a_filter_shows_matches_with_their_neighbours() {
        let mut folds = Folds::default();
        folds.filter(Some(vec![2, 10, 12, 90]));
        assert_eq!(folds.hidden(100), [6..7, 16..87, 94..100]);
        folds.filter(Some(Vec::new()));
        assert_eq!(folds.hidden(100), [0..100]);
    }

    #[test]
    fn a_link_to_a_hidden_line_shows_it() {
        let mut folds = Folds::default();
        folds.fold(10, 20);
        folds.fold(30, 40);
        assert!(!folds.reveal(10));
        assert!(folds.reveal(15));
        assert_eq!(folds.hidden(100), [31..40]);
        folds.filter(Some(vec![50]));
        assert!(!folds.reveal(52));
        assert!(folds.reveal(60));
        assert!(!folds.filters());
    }
}
