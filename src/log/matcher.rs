//! Where a search's matches stand in a line's visible text. Pure.
//!
//! The server says which lines match; here the same words are found again in the lines that are drawn, to be marked.
//! An expression that only the server's larger engine can read marks its lines as a whole, and no words in them.

use std::ops::Range;

use regex_lite::{Regex, RegexBuilder};

use crate::api::LogQuery;

/// Bytes of one line that are looked at: nobody reads more of it at once.
const MOST_TEXT: usize = 64 * 1024;
/// Most marks in one line.
const MOST_MARKS: usize = 500;

/// Finds what was searched for in one line.
#[derive(Clone, Debug)]
pub struct Matcher(Looks);

#[derive(Clone, Debug)]
enum Looks {
    /// Its characters; where case does not count, folded.
    Text {
        characters: Vec<char>,
        exact: bool,
    },
    Expression(Regex),
}

impl Matcher {
    /// For this query; `None` where there is nothing that could be marked.
    #[must_use]
    pub fn of(query: &LogQuery) -> Option<Self> {
        if query.text.is_empty() {
            return None;
        }
        if query.regex {
            let built = RegexBuilder::new(&query.text).case_insensitive(!query.exact).build();
            return Some(Self(Looks::Expression(built.ok()?)));
        }
        let characters = query.text.chars().map(|c| if query.exact { c } else { folded(c) }).collect();
        Some(Self(Looks::Text { characters, exact: query.exact }))
    }

    /// The matches in a line's text, ascending and apart, as ranges of its bytes.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let text = &text[..text.floor_char_boundary(MOST_TEXT)];
        match &self.0 {
            Looks::Expression(regex) => {
                let found = regex.find_iter(text).map(|found| found.range());
                found.filter(|range| !range.is_empty()).take(MOST_MARKS).collect()
            }
            Looks::Text { characters, exact } => find_text(text, characters, *exact),
        }
    }
}

fn find_text(text: &str, wanted: &[char], exact: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while found.len() < MOST_MARKS
        && let Some(range) = next_text(text, from, wanted, exact)
    {
        from = range.end;
        found.push(range);
    }
    found
}

fn next_text(text: &str, from: usize, wanted: &[char], exact: bool) -> Option<Range<usize>> {
    let same = |c: char, wanted: char| c == wanted || !exact && folded(c) == wanted;
    let rest = &text[from..];
    rest.char_indices().find_map(|(at, _)| {
        let mut characters = rest[at..].char_indices();
        let mut end = at;
        for wanted in wanted {
            let (offset, c) = characters.next()?;
            if !same(c, *wanted) {
                return None;
            }
            end = at + offset + c.len_utf8();
        }
        Some(from + at..from + end)
    })
}

/// Unicode's simple folding: characters that become several in another case stay as they are.
fn folded(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let only = |mut all: std::char::ToUppercase| all.next().filter(|_| all.next().is_none());
    let upper = only(c.to_uppercase()).unwrap_or(c);
    let mut lower = upper.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'a>(query: &str, regex: bool, exact: bool, text: &'a str) -> Vec<&'a str> {
        let query = LogQuery { text: query.to_owned(), regex, exact };
        let found = Matcher::of(&query).map(|matcher| matcher.find(text)).unwrap_or_default();
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn text_is_found_as_the_server_finds_it() {
        assert_eq!(words("fail", false, false, "Failed to FAIL"), ["Fail", "FAIL"]);
        assert_eq!(words("fail", false, true, "Failed to fail"), ["fail"]);
        assert_eq!(words("a.b(", false, true, "xa.b(x acb("), ["a.b("]);
        assert_eq!(words("größe", false, false, "GRÖSSE GRÖßE"), ["GRÖßE"]);
        assert_eq!(words("aa", false, false, "aaaaa"), ["aa", "aa"]);
        assert!(words("x", false, false, "").is_empty());
    }

    #[test]
    fn an_expression_marks_what_it_matches_and_nothing_where_it_matches_nothing() {
        assert_eq!(words(r"row \d+$", true, false, "Row 7 row 88"), ["row 88"]);
        assert!(words("x*", true, false, "abc").is_empty());
    }

    #[test]
    fn what_only_the_server_can_read_marks_nothing() {
        assert!(words(r"\p{Greek}", true, false, "αβγ").is_empty());
        assert!(Matcher::of(&LogQuery::default()).is_none());
    }

    #[test]
    fn marks_are_bounded() {
        assert_eq!(words("a", false, false, &"a".repeat(200_000)).len(), MOST_MARKS);
    }
}
