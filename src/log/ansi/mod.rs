//! Escape sequences of one line → styled spans. Pure.
//!
//! Only what changes how text looks on its own line is kept: colours and weights (SGR), what moves within the line and
//! overwrites (carriage return, tab, backspace, cursor to a column), erase-in-line, and links. Everything else a terminal would do is dropped
//! with its payload, so that output can neither move other lines about nor reach the page as anything but text.
//! A sequence left open ends with its line, as in the downloaded text: one stray byte can't swallow the rest of a log.

mod row;
pub mod sgr;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use anstyle_parse::{DefaultCharAccumulator, Parser};

use self::row::Row;
use self::sgr::Style;
use super::progress::Progress;

/// Ends whatever sequence is open, and is not shown itself.
const CANCEL: u8 = 0x18;

/// Where a hyperlink of the output leads: `http` or `https` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(pub Rc<str>);

impl Link {
    /// The address of an OSC 8 sequence, if it may be followed; an empty one ends a link.
    fn new(address: &[u8]) -> Option<Self> {
        let text = str::from_utf8(address).ok()?;
        let scheme = text.split_once("://")?.0;
        let allowed = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        allowed.then(|| Self(text.into()))
    }
}

/// A run of characters that look the same and lead to the same place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// Where it leads, if the output said so.
    pub link: Option<Link>,
}

/// What one line holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The text, styled.
    pub spans: Vec<Span>,
    /// How far the run is, if the line says so by OSC 9;4.
    pub progress: Option<Progress>,
}

impl Parsed {
    /// The text that can be seen.
    #[must_use]
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// What a line leaves to the next one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pen {
    /// The style in which the next line begins.
    pub style: Style,
    /// A sequence that was open when the other stream interrupted the line.
    open: Option<Box<Machine>>,
}

impl Pen {
    /// For the next line: its style goes on, an open sequence does not.
    #[must_use]
    pub fn next_line(&self) -> Self {
        Self { style: self.style, open: None }
    }
}

/// The parser, and whether it is inside a string: [`anstyle_parse`] would take bytes of letters beyond ASCII in there for
/// the string's end, and leak what follows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Machine {
    parser: Parser<DefaultCharAccumulator>,
    place: Place,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Text, or a sequence without payload.
    #[default]
    Text,
    /// Just after ESC.
    Escape,
    /// After ESC and an intermediate byte, such as `ESC (`.
    Intermediate,
    /// In a control sequence, `ESC [` to a final byte.
    Control,
    /// In a title, link or other operating system command: ends with BEL or ESC.
    Command,
    /// In a device control or other string: ends with ESC.
    Quoted,
}

impl Place {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (_, 0x1b) => Self::Escape,
            (_, CANCEL | 0x1a) | (Self::Command, 0x07) => Self::Text,
            (Self::Escape, b']') => Self::Command,
            (Self::Escape, b'P' | b'X' | b'^' | b'_') => Self::Quoted,
            (Self::Escape, b'[') => Self::Control,
            (Self::Escape | Self::Intermediate, 0x20..0x30) => Self::Intermediate,
            // Controls do not end an escape that has just begun.
            (Self::Escape | Self::Intermediate, 0x00..0x20 | 0x7f) => self,
            (Self::Control, 0x40..0x7f) => Self::Text,
            (Self::Command | Self::Quoted | Self::Control, _) => self,
            _ => Self::Text,
        }
    }
}

/// A line under construction; its text may come in pieces.
#[derive(Clone, Debug)]
pub struct Line {
    row: Row,
    machine: Machine,
}

impl Line {
    /// Begins where another line ended.
    #[must_use]
    pub fn begin(pen: &Pen) -> Self {
        Self { row: Row::new(pen.style), machine: pen.open.as_deref().cloned().unwrap_or_default() }
    }

    /// Takes in a piece of the line.
    pub fn feed(&mut self, text: &str) {
        let Machine { parser, place } = &mut self.machine;
        for c in text.chars() {
            if c.is_ascii() {
                // In the ASCII range the value is the byte.
                let byte = u32::from(c).to_le_bytes()[0];
                *place = place.after(byte);
                parser.advance(&mut self.row, byte);
            } else if !matches!(place, Place::Command | Place::Quoted) {
                *place = Place::Text;
                parser.advance(&mut self.row, CANCEL);
                self.row.put(c);
            }
        }
    }

    /// The line as it looks, and what it leaves to the next.
    #[must_use]
    pub fn end(mut self) -> (Parsed, Pen) {
        let style = self.row.style;
        let open = self.machine.place != Place::Text;
        let pen = Pen { style, open: open.then(|| Box::new(self.machine)) };
        let progress = self.row.progress.take();
        (Parsed { spans: self.row.into_spans(), progress }, pen)
    }
}

/// Splits one line (without its line end) into spans.
#[must_use]
pub fn parse(pen: &Pen, line: &str) -> (Parsed, Pen) {
    // Most lines are plain: no need to look at each character.
    if pen.open.is_none() && line.chars().all(row::is_plain) {
        let span = Span { text: line.to_owned(), style: pen.style, link: None };
        let spans = if line.is_empty() { Vec::new() } else { vec![span] };
        return (Parsed { spans, progress: None }, pen.clone());
    }
    let mut row = Line::begin(pen);
    row.feed(line);
    row.end()
}
