//! Web addresses in plain text. Pure.

use std::ops::Range;

/// Most bytes of one address.
const LONGEST: usize = 2000;

/// Where `http` and `https` addresses stand in the text, in order.
#[must_use]
pub fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("://")).map(|at| from + at) {
        from = at + 3;
        let Some(start) = scheme_start(text, at) else { continue };
        let end = at + 3 + address_length(&text[at + 3..]);
        if end > at + 3 && end - start <= LONGEST {
            found.push(start..end);
            from = end;
        }
    }
    found
}

/// Where the word before `://` begins, if it is a web scheme that begins a word.
fn scheme_start(text: &str, at: usize) -> Option<usize> {
    let before = &text[..at];
    let scheme = ["https", "http"].into_iter().find(|scheme| before.ends_with(scheme))?;
    let start = at - scheme.len();
    let joined = before[..start].chars().next_back().is_some_and(char::is_alphanumeric);
    (!joined).then_some(start)
}

/// How much of the text belongs to the address: punctuation at its end and a bracket that it did not open do not.
fn address_length(rest: &str) -> usize {
    let stop = |c: char| c.is_whitespace() || c.is_control() || "\"'<>`{}|\\^".contains(c);
    let mut address = rest.split(stop).next().unwrap_or_default();
    loop {
        let unopened = |open: char, close: char| {
            address.ends_with(close) && address.matches(close).count() > address.matches(open).count()
        };
        if address.ends_with(['.', ',', ';', ':', '!', '?']) || unopened('(', ')') || unopened('[', ']') {
            // All of these are one byte long.
            address = &address[..address.len() - 1];
        } else {
            return address.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn addresses_end_where_a_reader_would_end_them() {
        assert_eq!(texts("see https://x.example/a?b=c#d."), ["https://x.example/a?b=c#d"]);
        assert_eq!(
            texts("(http://x.example/a_(b)), \"https://y.example\""),
            ["http://x.example/a_(b)", "https://y.example"]
        );
        assert_eq!(texts("日本https://x.example/日本"), Vec::<&str>::new());
        assert_eq!(texts("a=https://x.example/日本 b"), ["https://x.example/日本"]);
    }

    #[test]
    fn other_schemes_and_bare_words_are_text() {
        for text in ["javascript://x", "ftp://x", "https://", "xhttps://a", "://", "https:// x", "http://."] {
            assert_eq!(texts(text), Vec::<&str>::new(), "{text}");
        }
    }
}
