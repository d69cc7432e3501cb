//! Raw HTML in pieces: comments, the tags that are on the list, and text between them.
//!
//! What is none of these is text, whatever it looks like: `<pod>` is something to fill in.

mod entities;
mod tag;

pub(crate) use entities::decoded;
pub(crate) use tag::{Name, Tag};

/// A stretch of raw HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// To be shown as it is written.
    Text(&'a str),
    /// What stands between `<!--` and `-->`, and its offset in the text.
    Comment(&'a str, usize),
    /// The tag of an element that is on the list.
    Tag(Tag<'a>),
}

/// Splits raw HTML. An unclosed comment is text: hiding the rest of a page would lose it. Takes time in
/// proportion to the length: each search that finds nothing is made once.
pub(crate) fn parts(html: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut scanner = tag::Scanner::new(html);
    let (mut shown, mut at, mut comments) = (0, 0, true);
    while let Some(open) = html[at..].find('<').map(|found| at + found) {
        let inner = open + 4;
        let comment = comments && html[open..].starts_with("<!--");
        let close = if comment { html[inner..].find("-->").map(|found| inner + found) } else { None };
        comments &= !comment || close.is_some();
        let (part, end) = match close {
            Some(close) => (Part::Comment(&html[inner..close], inner), close + 3),
            None => match scanner.tag(open) {
                Some(tag) => {
                    let end = open + tag.raw.len();
                    (Part::Tag(tag), end)
                }
                None => {
                    at = open + 1;
                    continue;
                }
            },
        };
        if open > shown {
            parts.push(Part::Text(&html[shown..open]));
        }
        parts.push(part);
        (shown, at) = (end, end);
    }
    if shown < html.len() {
        parts.push(Part::Text(&html[shown..]));
    }
    parts
}

/// Whether there may be a tag in `text` that is not on the list: `<` and a letter, `/`, `!` or `?`.
pub(crate) fn has_markup(text: &str) -> bool {
    let mut after = text.split('<').skip(1);
    after.any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cut_out_and_located() {
        assert_eq!(
            parts("a <!-- b --> c<!---->"),
            [Part::Text("a "), Part::Comment(" b ", 6), Part::Text(" c"), Part::Comment("", 18)]
        );
        assert_eq!(parts("a <!-- b"), [Part::Text("a <!-- b")]);
    }

    #[test]
    fn only_listed_tags_are_cut_out() {
        let found = parts("<pod><b class='x'>y</B ><bold><!doctype html></b");
        let [Part::Text("<pod>"), Part::Tag(open), Part::Text("y"), Part::Tag(close), Part::Text(rest)] =
            &found[..]
        else {
            panic!("{found:?}")
        };
        assert_eq!((open.raw, open.closing), ("<b class='x'>", false));
        assert_eq!((close.raw, close.closing), ("</B >", true));
        assert_eq!(*rest, "<bold><!doctype html></b");
    }
}
