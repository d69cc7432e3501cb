//! Lines that an address names: `#L120`, `#L120-L140`. Pure.

use lastmile_protocol::RunId;

use crate::links;

/// One line or several that follow each other, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The first.
    pub first: u64,
    /// The last, which belongs to it.
    pub last: u64,
}

impl Selection {
    /// One line.
    #[must_use]
    pub fn line(line: u64) -> Self {
        Self { first: line, last: line }
    }

    /// What a fragment names; lines are counted from 1 there.
    #[must_use]
    pub fn of(hash: &str) -> Option<Self> {
        let text = hash.trim_start_matches('#');
        let Some((first, last)) = text.split_once('-') else {
            return Some(Self::line(links::line_of(text)?));
        };
        let (first, last) = (links::line_of(first)?, links::line_of(last)?);
        Some(Self { first: first.min(last), last: first.max(last) })
    }

    /// From the line that was selected first to `line`.
    #[must_use]
    pub fn reaching(self, line: u64) -> Self {
        Self { first: self.first.min(line), last: self.first.max(line) }
    }

    /// Whether the line belongs to it.
    #[must_use]
    pub fn contains(self, line: u64) -> bool {
        (self.first..=self.last).contains(&line)
    }

    /// How many lines it has.
    #[must_use]
    pub fn count(self) -> u64 {
        self.last - self.first + 1
    }

    /// The address of these lines.
    #[must_use]
    pub fn link(self, run: &RunId) -> String {
        let first = links::run_line(run, self.first);
        if self.first == self.last { first } else { format!("{first}-L{}", self.last + 1) }
    }

    /// The same on a page that has a query.
    #[must_use]
    pub fn link_with(self, run: &RunId, query: &str) -> String {
        self.link(run).replacen('#', &format!("{query}#"), 1)
    }

    /// "line 120", "lines 120–140".
    #[must_use]
    pub fn words(self) -> String {
        if self.first == self.last {
            format!("line {}", self.first + 1)
        } else {
            format!("lines {}–{}", self.first + 1, self.last + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_survives_its_own_address() {
        let run = RunId::from("r");
        for selection in [Selection::line(119), Selection { first: 119, last: 139 }] {
            let link = selection.link(&run);
            assert_eq!(Selection::of(link.split_once('#').unwrap().1), Some(selection));
        }
        assert_eq!(Selection { first: 119, last: 139 }.link(&run), "/runs/r#L120-L140");
        assert_eq!(Selection::line(119).link_with(&run, "?q=a"), "/runs/r?q=a#L120");
    }

    #[test]
    fn an_address_written_backwards_names_the_same_lines() {
        assert_eq!(Selection::of("#L140-L120"), Some(Selection { first: 119, last: 139 }));
        for wrong in ["", "#L0", "#L1-", "#L1-L0", "#x", "#L1-2"] {
            assert_eq!(Selection::of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_click_with_shift_reaches_from_the_first_line_to_there() {
        assert_eq!(Selection::line(10).reaching(20), Selection { first: 10, last: 20 });
        assert_eq!(Selection::line(10).reaching(3), Selection { first: 3, last: 10 });
    }
}
