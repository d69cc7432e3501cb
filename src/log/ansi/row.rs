//! One line as a terminal would build it, cell by cell. Pure.

use anstyle_parse::{Params, Perform};
use unicode_width::UnicodeWidthChar as _;

use super::sgr::Style;
use super::{Link, Span};
use crate::log::progress::Progress;

/// Columns between tab stops.
const TAB: usize = 8;
/// Most marks on one character; beyond, they would cover the lines around.
const MARKS: usize = 8;
/// A terminal has an edge; blanks that a movement leaves end here.
const WIDEST: usize = 1000;

/// A column. A character wider than one stands in its first; the others hold [`REST`].
#[derive(Clone, Debug)]
struct Cell {
    c: char,
    /// Combining characters on it.
    marks: String,
    style: Style,
    link: Option<Link>,
}

/// Stands in the further columns of a wide character or a tab.
const REST: char = '\0';

/// The line so far, and the place where the next character goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) style: Style,
    pub(super) progress: Option<Progress>,
    link: Option<Link>,
    cells: Vec<Cell>,
    at: usize,
}

impl Row {
    pub(super) fn new(style: Style) -> Self {
        Self { style, ..Self::default() }
    }

    /// What it looks like: neighbours that look the same are one span.
    pub(super) fn into_spans(self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for cell in self.cells.into_iter().filter(|cell| cell.c != REST) {
            match spans.last_mut() {
                Some(last) if last.style == cell.style && last.link == cell.link => last.text.push(cell.c),
                _ => spans.push(Span { text: cell.c.to_string(), style: cell.style, link: cell.link }),
            }
            if let Some(last) = spans.last_mut() {
                last.text.push_str(&cell.marks);
            }
        }
        spans
    }

    fn cell(&self, c: char) -> Cell {
        Cell { c, marks: String::new(), style: self.style, link: self.link.clone() }
    }

    /// A character that can be seen, or one that changes the one before it.
    pub(super) fn put(&mut self, c: char) {
        // DEL and the C1 controls arrive here too.
        if c.is_control() {
            return;
        }
        let width = if is_skin_tone(c) && self.at > 0 { 0 } else { c.width().unwrap_or(0) };
        match width {
            0 => self.add_mark(c),
            width => {
                let cell = self.cell(c);
                self.write(cell);
                for _ in 1..width {
                    let rest = self.cell(REST);
                    self.write(rest);
                }
            }
        }
    }

    fn add_mark(&mut self, c: char) {
        let before =
            self.cells.get_mut(..self.at).and_then(|cells| cells.iter_mut().rfind(|it| it.c != REST));
        match before {
            Some(cell) if cell.marks.chars().count() < MARKS => cell.marks.push(c),
            Some(_) => {}
            // Nothing to stand on: it gets a column of its own.
            None => {
                let cell = self.cell(c);
                self.write(cell);
            }
        }
    }

    fn write(&mut self, new: Cell) {
        if self.at > self.cells.len() {
            self.cells.resize(self.at, blank());
        }
        // Half of a wide character can't stay.
        if self.cells.get(self.at).is_some_and(|cell| cell.c == REST) && new.c != REST {
            self.blank_before();
        }
        match self.cells.get_mut(self.at) {
            Some(cell) => *cell = new,
            None => self.cells.push(new),
        }
        self.at += 1;
        if self.cells.get(self.at).is_some_and(|cell| cell.c == REST) {
            let blanks = self.cells.iter_mut().skip(self.at).take_while(|cell| cell.c == REST);
            blanks.for_each(|cell| cell.c = ' ');
        }
    }

    /// Turns the character whose columns reach to here into blanks.
    fn blank_before(&mut self) {
        for cell in self.cells.iter_mut().take(self.at).rev() {
            let was_rest = cell.c == REST;
            cell.c = ' ';
            cell.marks.clear();
            if !was_rest {
                return;
            }
        }
    }

    /// To the next tab stop. At the row's end the tab itself is kept, so that copied text has it.
    fn tab(&mut self) {
        let stop = (self.at / TAB + 1) * TAB;
        if self.at == self.cells.len() {
            let (tab, rest) = (self.cell('\t'), self.cell(REST));
            self.cells.push(tab);
            self.cells.resize(stop, rest);
        }
        self.at = if self.at < self.cells.len() { stop.min(self.cells.len()) } else { stop };
    }

    /// To another column of the same line, as progress bars do it.
    fn go(&mut self, column: usize) {
        // What is there already may be longer than any terminal.
        self.at = column.min(WIDEST.max(self.cells.len()));
    }

    fn erase(&mut self, mode: u16) {
        match mode {
            0 => self.cells.truncate(self.at),
            1 => self.cells.iter_mut().take(self.at + 1).for_each(|cell| *cell = blank()),
            2 => {
                let columns = self.at.min(self.cells.len());
                self.cells.clear();
                self.cells.resize(columns, blank());
            }
            _ => {}
        }
    }
}

fn blank() -> Cell {
    Cell { c: ' ', marks: String::new(), style: Style::default(), link: None }
}

/// Whether a character only adds a column or two to a line: a line of such characters is what was written.
pub(super) fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\t')
        || !c.is_control() && c.width().is_some_and(|width| width > 0) && !is_skin_tone(c)
}

/// It colours the emoji before it and takes no column of its own.
fn is_skin_tone(c: char) -> bool {
    ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)
}

impl Perform for Row {
    fn print(&mut self, c: char) {
        self.put(c);
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\t' => self.tab(),
            b'\r' => self.at = 0,
            0x08 => self.at = self.at.saturating_sub(1),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: u8) {
        if ignore || !intermediates.is_empty() {
            return;
        }
        let first = params.iter().next().and_then(|param| param.first().copied()).unwrap_or(0);
        let by = usize::from(first.max(1));
        match action {
            b'm' => self.style.select(params),
            b'K' => self.erase(first),
            b'C' => self.go(self.at + by),
            b'D' => self.go(self.at.saturating_sub(by)),
            b'G' | b'`' => self.go(by - 1),
            _ => {}
        }
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _bell_terminated: bool) {
        match params {
            [b"8", _, address @ ..] => self.link = Link::new(&address.join(&b';')),
            [b"9", b"4", rest @ ..] => self.progress = Progress::from_terminal(rest).or(self.progress.take()),
            _ => {}
        }
    }
}
