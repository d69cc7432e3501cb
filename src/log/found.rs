//! What a search has found so far, and which match is shown. Pure.

use std::collections::BTreeSet;

use lastmile_protocol::LogMatches;

use crate::api::LogQuery;

/// Matches found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What was looked for.
    pub query: LogQuery,
    /// Numbers of matching lines from the first on, ascending.
    lines: Vec<u64>,
    /// Where to ask for more numbers; `None`: there are none.
    next: Option<u64>,
    /// Matching lines below `searched`.
    count: u64,
    searched: u64,
    of: u64,
    marks: BTreeSet<u64>,
    /// The match that is shown.
    at: usize,
    /// Why it failed.
    error: Option<String>,
}

/// What to ask the server next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// More numbers of lines, from there.
    Lines(u64),
    /// How many more there are, from there.
    Count(u64),
}

impl Found {
    /// The first answer to a query. The match shown is the first one from line `near` on.
    #[must_use]
    pub fn begin(query: LogQuery, page: LogMatches, near: u64) -> Self {
        let at = page.lines.partition_point(|line| *line < near);
        let mut found = Self { query, ..Self::default() };
        found.add(page);
        found.at = if at < found.lines.len() { at } else { 0 };
        found
    }

    /// A query that can't be answered.
    #[must_use]
    pub fn failed(query: LogQuery, why: String) -> Self {
        Self { query, error: Some(why), ..Self::default() }
    }

    fn add(&mut self, page: LogMatches) {
        self.lines.extend(&page.lines);
        self.next = page.next;
        self.count_on(page);
    }

    fn count_on(&mut self, page: LogMatches) {
        self.marks.extend(page.marks);
        if page.searched > self.searched {
            self.count += page.count;
            self.searched = page.searched;
        }
        self.of = self.of.max(page.of);
    }

    /// Takes in a further answer.
    pub fn take(&mut self, wanted: Wanted, page: LogMatches) {
        match wanted {
            Wanted::Count(_) => self.count_on(page),
            Wanted::Lines(after) => {
                self.marks.extend(&page.marks);
                let known = self.lines.last().copied();
                self.lines.extend(page.lines.iter().filter(|line| known.is_none_or(|known| **line > known)));
                self.next = page.next;
                // Where nothing was found yet, looking for lines is counting too.
                if after == self.searched {
                    self.count_on(page);
                }
            }
        }
    }

    /// Asks on while the log has not been looked at to its end, or while nothing was found to show.
    #[must_use]
    pub fn wanted(&self) -> Option<Wanted> {
        match self.next {
            Some(next) if self.lines.is_empty() => Some(Wanted::Lines(next)),
            _ if self.searched < self.of => Some(Wanted::Count(self.searched)),
            _ => None,
        }
    }

    /// What the next step forward needs before it can be made.
    #[must_use]
    pub fn needed(&self) -> Option<Wanted> {
        self.next.filter(|_| self.at + 1 >= self.lines.len()).map(Wanted::Lines)
    }

    /// To the next match or the one before; after the last comes the first.
    pub fn step(&mut self, forward: bool) {
        let count = self.lines.len();
        if count > 0 {
            self.at = if forward { (self.at + 1) % count } else { (self.at + count - 1) % count };
        }
    }

    /// The line of the match that is shown.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.lines.get(self.at).copied()
    }

    /// The matching lines that are known.
    #[must_use]
    pub fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// "3 of 120", "3 of 1000+", "No match".
    #[must_use]
    pub fn position(&self) -> String {
        let total = self.count.max(self.lines.len() as u64);
        let more = if self.searched < self.of { "+" } else { "" };
        match &self.error {
            Some(error) => error.clone(),
            None if self.query.text.is_empty() => String::new(),
            None if total == 0 && more.is_empty() => "No match".to_owned(),
            None if total == 0 => "Searching…".to_owned(),
            None => format!("{} of {total}{more}", self.at + 1),
        }
    }

    /// Whether there is anything to step through.
    #[must_use]
    pub fn has_matches(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Where marks stand beside the scroll bar: shares of the log's height in thousandths.
    #[must_use]
    pub fn marks(&self) -> Vec<u64> {
        let lines = self.of.max(1);
        let places: BTreeSet<u64> = self.marks.iter().map(|line| line * 1000 / lines).collect();
        places.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query() -> LogQuery {
        LogQuery { text: "x".to_owned(), ..LogQuery::default() }
    }

    fn page(lines: &[u64], next: Option<u64>, count: u64, searched: u64) -> LogMatches {
        LogMatches { lines: lines.to_vec(), next, count, searched, of: 100, marks: lines.to_vec() }
    }

    #[test]
    fn further_pages_continue_where_the_first_ended() {
        let mut found = Found::begin(query(), page(&[3, 9], Some(10), 3, 100), 0);
        assert_eq!((found.position().as_str(), found.wanted()), ("1 of 3", None));
        found.step(true);
        assert_eq!(found.needed(), Some(Wanted::Lines(10)));
        found.take(Wanted::Lines(10), page(&[20], None, 1, 100));
        found.step(true);
        assert_eq!((found.position().as_str(), found.line()), ("3 of 3", Some(20)));
        found.step(true);
        assert_eq!(found.position(), "1 of 3");
        found.step(false);
        assert_eq!(found.line(), Some(20));
    }

    #[test]
    fn counting_goes_on_until_the_log_was_looked_at() {
        let mut found = Found::begin(query(), page(&[], Some(50), 0, 50), 0);
        assert_eq!((found.position().as_str(), found.wanted()), ("Searching…", Some(Wanted::Lines(50))));
        found.take(Wanted::Lines(50), page(&[60], None, 1, 80));
        assert_eq!(found.wanted(), Some(Wanted::Count(80)));
        found.take(Wanted::Count(80), page(&[90], None, 1, 100));
        assert_eq!((found.position().as_str(), found.wanted()), ("1 of 2", None));
    }

    #[test]
    fn a_search_begins_where_the_reader_is() {
        assert_eq!(Found::begin(query(), page(&[3, 50, 90], None, 3, 100), 40).line(), Some(50));
        assert_eq!(Found::begin(query(), page(&[3, 50], None, 2, 100), 60).line(), Some(3));
    }

    #[test]
    fn nothing_found_and_a_fault_are_said() {
        assert_eq!(Found::default().position(), "");
        assert_eq!(Found::begin(query(), page(&[], None, 0, 100), 0).position(), "No match");
        assert_eq!(Found::failed(query(), "Bad pattern.".to_owned()).position(), "Bad pattern.");
    }

    #[test]
    fn marks_are_few_however_many_match() {
        let lines: Vec<u64> = (0..100_000).collect();
        let all = LogMatches {
            marks: lines,
            of: 100_000,
            searched: 100_000,
            count: 100_000,
            ..LogMatches::default()
        };
        assert_eq!(Found::begin(query(), all, 0).marks().len(), 1000);
    }
}
