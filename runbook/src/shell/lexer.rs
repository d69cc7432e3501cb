//! The walk over a script's bytes.

use super::{Script, heredoc::Heredoc, words::Words};

/// Deepest nesting of `$(…)`, quotes and `${…}` that is followed; what is deeper is left out.
const MAX_DEPTH: usize = 60;

/// What ends a stretch of code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    File,
    Paren,
    Backtick,
}

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) found: Script<'a>,
    /// Here-documents whose text begins after the next line end.
    pub(super) heredocs: Vec<Heredoc<'a>>,
    depth: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, found: Script::default(), heredocs: Vec::new(), depth: 0 }
    }

    pub(super) fn finish(mut self) -> Script<'a> {
        self.code(End::File);
        self.found
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes on behind the next `mark`, or to the end.
    pub(super) fn skip_past(&mut self, mark: &str) {
        self.at = self.rest().find(mark).map_or(self.text.len(), |found| self.at + found + mark.len());
    }

    /// Runs `inner` one level deeper; beyond the limit the rest of the script is left out.
    pub(super) fn deeper(&mut self, inner: impl FnOnce(&mut Self)) {
        if self.depth == MAX_DEPTH {
            self.at = self.text.len();
            return;
        }
        self.depth += 1;
        inner(self);
        self.depth -= 1;
    }

    /// Commands up to `end`, which is passed.
    pub(super) fn code(&mut self, end: End) {
        let mut words = Words::default();
        while let Some(byte) = self.peek(0) {
            match byte {
                b')' if end == End::Paren && words.open == 0 => break,
                b'`' if end == End::Backtick => break,
                _ => self.step(byte, &mut words),
            }
        }
        self.close_word(&mut words);
        self.at = (self.at + 1).min(self.text.len());
    }

    fn step(&mut self, byte: u8, words: &mut Words) {
        match byte {
            b' ' | b'\t' | b'\r' => {
                self.close_word(words);
                self.at += 1;
            }
            b'\n' => {
                self.close_word(words);
                words.separate();
                self.at += 1;
                self.heredoc_bodies();
            }
            b'#' if words.start.is_none() => {
                self.at = self.rest().find('\n').map_or(self.text.len(), |to| self.at + to);
            }
            b'(' if words.at_command() && words.start.is_none() && self.peek(1) == Some(b'(') => {
                self.at += 2;
                self.arithmetic();
            }
            b';' | b'&' | b'|' | b'(' | b')' => self.separator(byte, words),
            b'<' | b'>' => self.redirection(byte, words),
            _ => self.in_word(byte, words),
        }
    }

    fn separator(&mut self, byte: u8, words: &mut Words) {
        self.close_word(words);
        match byte {
            b'(' => words.open += 1,
            b')' => words.open = words.open.saturating_sub(1),
            _ => {}
        }
        // `a)` in a `case`, `x()` of a function, `&>`: what follows may be a command, or is skipped as a word.
        let redirects = byte == b'&' && self.peek(1) == Some(b'>');
        if !redirects && !words.in_test() {
            words.separate();
        }
        self.at += 1;
    }

    fn redirection(&mut self, byte: u8, words: &mut Words) {
        self.close_word(words);
        if self.rest().starts_with("<<<") {
            self.at += 3;
        } else if self.rest().starts_with("<<") && !words.in_test() {
            self.at += 2;
            self.heredoc_opening();
        } else if self.peek(1) == Some(b'(') {
            self.at += 2;
            self.deeper(|it| it.code(End::Paren));
        } else {
            self.at += 1;
            if matches!(self.peek(0), Some(next) if next == byte || next == b'&' || next == b'|') {
                self.at += 1;
            }
        }
        words.redirect();
    }

    fn in_word(&mut self, byte: u8, words: &mut Words) {
        words.start.get_or_insert(self.at);
        match byte {
            b'\\' => self.escape(),
            b'\'' => {
                self.at += 1;
                self.skip_past("'");
            }
            b'"' => self.double(),
            b'`' => {
                self.at += 1;
                self.deeper(|it| it.code(End::Backtick));
            }
            b'$' => {
                let place = words.place(self.text, self.at);
                self.dollar(place);
            }
            _ => self.at += 1,
        }
    }

    pub(super) fn escape(&mut self) {
        self.at += 1;
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    fn close_word(&mut self, words: &mut Words) {
        if let Some(start) = words.start.take() {
            let word = self.text.get(start..self.at).unwrap_or_default();
            words.close(word, start, &mut self.found);
        }
    }
}
