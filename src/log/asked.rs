//! What is searched for in a log, as the page's address says it: a link shows what its sender saw. Pure.

use crate::api::LogQuery;
use crate::query;

/// The parameter with the text. The others count only beside it.
const TEXT: &str = "q";
const REGEX: &str = "regex";
const CASE: &str = "case";
const ONLY: &str = "only";

/// What is searched for, and whether other lines are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What is looked for; empty text: nothing.
    pub query: LogQuery,
    /// Only matches and their neighbours are shown.
    pub only: bool,
}

impl Asked {
    /// What a page's query asks for.
    #[must_use]
    pub fn read(search: &str) -> Self {
        let Some(text) = query::get(search, TEXT) else { return Self::default() };
        let on = |name| query::get(search, name).as_deref() == Some("1");
        Self { query: LogQuery { text, regex: on(REGEX), exact: on(CASE) }, only: on(ONLY) }
    }

    /// The page's query with this in it; what else it holds stays.
    #[must_use]
    pub fn write(&self, search: &str) -> String {
        let flag = |on: bool| if on && !self.query.text.is_empty() { "1" } else { "" };
        let values = [
            (TEXT, self.query.text.as_str()),
            (REGEX, flag(self.query.regex)),
            (CASE, flag(self.query.exact)),
            (ONLY, flag(self.only)),
        ];
        values.into_iter().fold(search.to_owned(), |search, (name, value)| query::with(&search, name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_survives_its_own_address() {
        let query = LogQuery { text: "a & b".to_owned(), regex: true, exact: false };
        let asked = Asked { query, only: true };
        assert_eq!(asked.write("?tab=x"), "?tab=x&q=a%20%26%20b&regex=1&only=1");
        assert_eq!(Asked::read(&asked.write("?tab=x")), asked);
    }

    #[test]
    fn without_a_text_nothing_is_asked_for() {
        assert_eq!(Asked::read("?regex=1&only=1"), Asked::default());
        let only = Asked { only: true, ..Asked::default() };
        assert_eq!(only.write("?q=a&only=1&tab=x"), "?tab=x");
    }
}
