//! One tag of raw HTML, as CommonMark defines it, if its element is on the list.

use std::borrow::Cow;

use super::decoded;
use crate::HtmlTag;

/// Attributes that authors write without a value.
const BARE: [&str; 4] = ["open", "hidden", "nowrap", "border"];

/// Which element a tag is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Br,
    Img,
    Element(HtmlTag),
}

/// A tag as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) raw: &'a str,
    pub(crate) name: Name,
    pub(crate) closing: bool,
    /// Written as `<a/>`: it holds nothing.
    pub(crate) empty: bool,
    /// Names as written, and values between their quotes.
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, of the first if it is given twice, as browsers have it.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let found = self.attributes.iter().find(|(written, _)| written.eq_ignore_ascii_case(name));
        found.map(|&(_, value)| decoded(value))
    }
}

/// Reads tags of one text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// From here on there is no `"`, and no `'`: looked for once, found missing.
    no_quote: [usize; 2],
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, no_quote: [usize::MAX; 2] }
    }

    /// The tag that begins at `open`, where a `<` stands.
    pub(super) fn tag(&mut self, open: usize) -> Option<Tag<'a>> {
        self.at = open + 1;
        let closing = self.take('/');
        let word = self.word(|c| c.is_ascii_alphanumeric());
        let name = name(word)?;
        let mut attributes = Vec::new();
        loop {
            let spaced = !self.word(|c| c.is_ascii_whitespace()).is_empty();
            let empty = self.take('/');
            if self.take('>') {
                let raw = &self.text[open..self.at];
                return Some(Tag { raw, name, closing, empty, attributes });
            }
            if empty || !spaced || closing {
                return None;
            }
            attributes.push(self.attribute()?);
        }
    }

    fn attribute(&mut self) -> Option<(&'a str, &'a str)> {
        let name = self.word(|c| c.is_ascii_alphanumeric() || "_:.-@#".contains(c));
        if name.is_empty() {
            return None;
        }
        let end = self.at;
        self.word(|c| c.is_ascii_whitespace());
        if !self.take('=') {
            self.at = end;
            // `<table name>` is something to fill in.
            return BARE.iter().any(|known| name.eq_ignore_ascii_case(known)).then_some((name, ""));
        }
        self.word(|c| c.is_ascii_whitespace());
        Some((name, self.value()?))
    }

    fn value(&mut self) -> Option<&'a str> {
        for (kind, quote) in ['"', '\''].into_iter().enumerate() {
            if self.take(quote) {
                return self.quoted(kind, quote);
            }
        }
        let value = self.word(|c| !c.is_ascii_whitespace() && !"\"'=<>`".contains(c));
        (!value.is_empty()).then_some(value)
    }

    fn quoted(&mut self, kind: usize, quote: char) -> Option<&'a str> {
        let start = self.at;
        let missing = self.no_quote.get_mut(kind)?;
        if start >= *missing {
            return None;
        }
        let Some(length) = self.text[start..].find(quote) else {
            *missing = start;
            return None;
        };
        self.at = start + length + 1;
        Some(&self.text[start..start + length])
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.text[self.at..].starts_with(wanted);
        self.at += usize::from(found) * wanted.len_utf8();
        found
    }

    fn word(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}

fn name(word: &str) -> Option<Name> {
    if word.eq_ignore_ascii_case("br") {
        return Some(Name::Br);
    }
    if word.eq_ignore_ascii_case("img") {
        return Some(Name::Img);
    }
    HtmlTag::find(word).map(Name::Element)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Tag<'_>> {
        Scanner::new(text).tag(0)
    }

    #[test]
    fn attributes_are_read_however_they_are_quoted() {
        let tag = read("<A HREF = 'a&amp;b' title=\"x > y\" id=z open name=q/>").unwrap();
        assert_eq!(tag.attribute("href").as_deref(), Some("a&b"));
        assert_eq!(tag.attribute("title").as_deref(), Some("x > y"));
        assert_eq!(tag.attribute("id").as_deref(), Some("z"));
        assert_eq!(tag.attribute("open").as_deref(), Some(""));
        assert_eq!(tag.attribute("name").as_deref(), Some("q/"));
        assert_eq!(tag.attribute("class"), None);
    }

    #[test]
    fn what_is_no_tag_is_none() {
        for text in [
            "<",
            "<b",
            "</",
            "< b>",
            "<b-c>",
            "<b c='>",
            "<b c=>",
            "</b c>",
            "<b/ >",
            "<table|view>",
            "<i,j>",
            "<table name>",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["<b>", "</b>", "<b/>", "<b />", "<br/>", "<B\n>", "<td colspan=2>"] {
            assert_eq!(read(text).map(|tag| tag.raw), Some(text));
        }
    }

    #[test]
    fn no_text_takes_long() {
        for piece in ["<", "<b ", "<b c=\"", "<b c='", "<b c=\"<b c='", "<!--", "<b c", "</"] {
            super::super::parts(&piece.repeat(100_000));
        }
    }
}
