//! Here-documents: `<<END` and the lines up to `END`.

use super::lexer::Lexer;

/// A here-document that was opened in the current line.
pub(super) struct Heredoc<'a> {
    /// The line that ends it.
    end: &'a str,
    /// A quoted delimiter: nothing in the text is expanded.
    literal: bool,
    /// `<<-`: leading tabs do not count.
    tabs: bool,
}

impl<'a> Lexer<'a> {
    /// The delimiter behind `<<`.
    pub(super) fn heredoc_opening(&mut self) {
        let tabs = self.peek(0) == Some(b'-');
        self.at += usize::from(tabs);
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        let rest = self.rest();
        let (end, length) = match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let inner = rest[1..].split(quote).next().unwrap_or_default();
                (inner, inner.len() + 2)
            }
            _ => {
                let length =
                    rest.find(|c: char| c.is_whitespace() || ";&|<>()".contains(c)).unwrap_or(rest.len());
                (rest[..length].trim_start_matches('\\'), length)
            }
        };
        let literal = rest.starts_with(['\'', '"', '\\']);
        self.at = (self.at + length).min(self.text.len());
        if !end.is_empty() {
            self.heredocs.push(Heredoc { end, literal, tabs });
        }
    }

    /// The texts of the here-documents opened in the line that has just ended.
    pub(super) fn heredoc_bodies(&mut self) {
        for document in std::mem::take(&mut self.heredocs) {
            let body_end = self.body_end(&document);
            if !document.literal {
                let whole = self.text;
                // Only the document's own text: what follows it is code again.
                self.text = whole.get(..body_end.0).unwrap_or(whole);
                self.expand_until(None);
                self.text = whole;
            }
            self.at = body_end.1;
        }
    }

    /// Where the text ends and where the line after its delimiter begins.
    fn body_end(&self, document: &Heredoc<'_>) -> (usize, usize) {
        let mut start = self.at;
        for line in self.rest().split_inclusive('\n') {
            let text = line.trim_end_matches(['\n', '\r']);
            let text = if document.tabs { text.trim_start_matches('\t') } else { text };
            if text == document.end {
                return (start, start + line.len());
            }
            start += line.len();
        }
        (self.text.len(), self.text.len())
    }
}
