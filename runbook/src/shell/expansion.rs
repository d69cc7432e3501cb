//! `$name`, `${name…}`, `$(…)`, `$((…))`, double quotes.

use super::{
    Place, Use,
    lexer::{End, Lexer},
};

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl<'a> Lexer<'a> {
    /// What follows a `$` whose value would stand at `place`.
    pub(super) fn dollar(&mut self, place: Place) {
        let from = self.at;
        self.at += 1;
        match self.peek(0) {
            Some(b'(') if self.peek(1) == Some(b'(') => {
                self.at += 2;
                self.arithmetic();
            }
            Some(b'(') => {
                self.at += 1;
                self.deeper(|it| it.code(End::Paren));
            }
            Some(b'{') => self.braced(from, place),
            Some(b'\'') => self.ansi_quote(),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let name = self.name();
                self.found.uses.push(Use { name, at: from, length: self.at - from, place });
            }
            Some(byte) if byte.is_ascii_digit() || b"?$!#@*-".contains(&byte) => self.at += 1,
            _ => {}
        }
    }

    /// The name that begins here, possibly empty.
    fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let name = &rest[..rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len())];
        self.at += name.len();
        name
    }

    fn braced(&mut self, from: usize, place: Place) {
        self.at += 1;
        let counts = self.peek(0) == Some(b'#');
        if matches!(self.peek(0), Some(b'#' | b'!')) {
            self.at += 1;
        }
        let name = self.name();
        let operator = self.rest().trim_start_matches(':').bytes().next();
        if operator == Some(b'=') {
            self.found.assigned.insert(name);
        }
        let place = match operator {
            _ if counts => Place::Whole,
            Some(b'+') if place == Place::Bare => Place::List,
            _ => place,
        };
        let known = self.found.uses.len();
        self.deeper(|it| it.brace_word(place));
        if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) {
            self.found.uses.insert(known, Use { name, at: from, length: self.at - from, place });
        }
    }

    /// The rest of `${name…}`.
    fn brace_word(&mut self, place: Place) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'}' => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.escape(),
                b'\'' if place != Place::Whole => {
                    self.at += 1;
                    self.skip_past("'");
                }
                b'"' => self.double(),
                b'$' => self.dollar(place),
                b'`' => {
                    self.at += 1;
                    self.deeper(|it| it.code(End::Backtick));
                }
                _ => self.at += 1,
            }
        }
    }

    fn ansi_quote(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.escape(),
                b'\'' => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// A double-quoted text; stands at its opening quote.
    pub(super) fn double(&mut self) {
        self.at += 1;
        self.deeper(|it| it.expand_until(Some(b'"')));
    }

    /// Text in which only `$`, backticks and backslashes mean something.
    pub(super) fn expand_until(&mut self, quote: Option<u8>) {
        while let Some(byte) = self.peek(0) {
            match byte {
                _ if Some(byte) == quote => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.escape(),
                b'$' => self.dollar(Place::Whole),
                b'`' => {
                    self.at += 1;
                    self.deeper(|it| it.code(End::Backtick));
                }
                _ => self.at += 1,
            }
        }
    }

    /// An arithmetic expression up to its `))`; names in it are variables with or without `$`.
    pub(super) fn arithmetic(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'(' => open += 1,
                b')' if open == 0 => {
                    self.at += 1;
                    self.at += usize::from(self.peek(0) == Some(b')'));
                    return;
                }
                b')' => open -= 1,
                b'$' => {
                    self.deeper(|it| it.dollar(Place::Whole));
                    continue;
                }
                _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                    self.number_name();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A name in arithmetic, which may be set there.
    fn number_name(&mut self) {
        let from = self.at;
        let name = self.name();
        let rest = self.rest().trim_start();
        let sets = (rest.starts_with('=') && !rest.starts_with("=="))
            || rest.starts_with("++")
            || rest.starts_with("+=")
            || rest.starts_with("-=");
        if sets {
            self.found.assigned.insert(name);
        } else {
            self.found.uses.push(Use { name, at: from, length: name.len(), place: Place::Whole });
        }
    }
}
