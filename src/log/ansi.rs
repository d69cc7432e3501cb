//! Escape sequences of one line → styled spans. Pure.
//!
//! Only what changes how text looks on its own line is kept: colours and weights (SGR), carriage return and
//! backspace (which overwrite), erase-in-line. Everything else a terminal would do is dropped, so that output can
//! neither move other lines about nor reach the page as anything but text.

use anstyle_parse::{DefaultCharAccumulator, Params, Parser, Perform};

/// A colour as the terminal names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// The page's own.
    #[default]
    Default,
    /// One of the sixteen that a theme defines: 0–7 normal, 8–15 bright.
    Named(u8),
    /// Any other; those of the 256-colour table are worked out.
    Rgb(u8, u8, u8),
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Colour of the text.
    pub text: Colour,
    /// Colour behind it.
    pub back: Colour,
    /// Bit set of [`BOLD`] and so on.
    pub attributes: u8,
}

/// Bold.
pub const BOLD: u8 = 1;
/// Faint.
pub const DIM: u8 = 2;
/// Italic.
pub const ITALIC: u8 = 4;
/// Underlined.
pub const UNDERLINE: u8 = 8;
/// Text and background change places.
pub const INVERSE: u8 = 16;
/// Struck through.
pub const STRIKE: u8 = 32;

/// A run of characters that look the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// Splits one line (without its line end) into spans; gives the style in which the next line begins.
#[must_use]
pub fn spans(start: Style, line: &str) -> (Vec<Span>, Style) {
    // Most lines are plain: no need to look at each character.
    if !line.bytes().any(|byte| (byte < 0x20 && byte != b'\t') || byte == 0x7f) {
        let span = Span { text: line.to_owned(), style: start };
        return (if line.is_empty() { Vec::new() } else { vec![span] }, start);
    }
    let mut row = Row { style: start, cells: Vec::with_capacity(line.len()), at: 0 };
    let mut parser = Parser::<DefaultCharAccumulator>::new();
    for byte in line.bytes() {
        parser.advance(&mut row, byte);
    }
    let style = row.style;
    (row.into_spans(), style)
}

/// The line as a terminal would build it, cell by cell.
struct Row {
    style: Style,
    cells: Vec<(char, Style)>,
    at: usize,
}

impl Row {
    fn into_spans(self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for (c, style) in self.cells {
            match spans.last_mut() {
                Some(last) if last.style == style => last.text.push(c),
                _ => spans.push(Span { text: c.to_string(), style }),
            }
        }
        spans
    }

    fn put(&mut self, c: char) {
        match self.cells.get_mut(self.at) {
            Some(cell) => *cell = (c, self.style),
            None => self.cells.push((c, self.style)),
        }
        self.at += 1;
    }

    fn erase(&mut self, mode: u16) {
        match mode {
            0 => self.cells.truncate(self.at),
            1 => self.cells.iter_mut().take(self.at + 1).for_each(|cell| *cell = (' ', Style::default())),
            2 => {
                let blank = self.at.min(self.cells.len());
                self.cells.clear();
                self.cells.resize(blank, (' ', Style::default()));
            }
            _ => {}
        }
    }
}

impl Perform for Row {
    fn print(&mut self, c: char) {
        // DEL and the C1 controls arrive here too.
        if !c.is_control() {
            self.put(c);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\t' => self.put('\t'),
            b'\r' => self.at = 0,
            0x08 => self.at = self.at.saturating_sub(1),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: u8) {
        if ignore || !intermediates.is_empty() {
            return;
        }
        match action {
            b'm' => self.style.select(params),
            b'K' => self.erase(params.iter().next().and_then(|param| param.first().copied()).unwrap_or(0)),
            _ => {}
        }
    }
}

impl Style {
    /// Applies the parameters of one `ESC [ … m`.
    fn select(&mut self, params: &Params) {
        let mut rest = params.iter();
        if params.is_empty() {
            *self = Self::default();
        }
        while let Some(param) = rest.next() {
            match *param {
                [38] => {
                    self.text =
                        colour(&mut rest.by_ref().filter_map(|p| p.first().copied())).unwrap_or(self.text);
                }
                [48] => {
                    self.back =
                        colour(&mut rest.by_ref().filter_map(|p| p.first().copied())).unwrap_or(self.back);
                }
                [38, ref sub @ ..] => self.text = sub_colour(sub).unwrap_or(self.text),
                [48, ref sub @ ..] => self.back = sub_colour(sub).unwrap_or(self.back),
                [4, 0] => self.attributes &= !UNDERLINE,
                [code, ..] => self.apply(code),
                [] => {}
            }
        }
    }

    fn apply(&mut self, code: u16) {
        // The arms' ranges keep the differences within 0..=7.
        let nth = |base: u16| u8::try_from(code - base).unwrap_or_default();
        match code {
            0 => *self = Self::default(),
            1 => self.attributes |= BOLD,
            2 => self.attributes |= DIM,
            3 => self.attributes |= ITALIC,
            4 | 21 => self.attributes |= UNDERLINE,
            7 => self.attributes |= INVERSE,
            9 => self.attributes |= STRIKE,
            22 => self.attributes &= !(BOLD | DIM),
            23 => self.attributes &= !ITALIC,
            24 => self.attributes &= !UNDERLINE,
            27 => self.attributes &= !INVERSE,
            29 => self.attributes &= !STRIKE,
            30..=37 => self.text = Colour::Named(nth(30)),
            39 => self.text = Colour::Default,
            40..=47 => self.back = Colour::Named(nth(40)),
            49 => self.back = Colour::Default,
            90..=97 => self.text = Colour::Named(8 + nth(90)),
            100..=107 => self.back = Colour::Named(8 + nth(100)),
            _ => {}
        }
    }
}

/// `5;N` or `2;R;G;B`, as separate parameters.
fn colour(values: &mut dyn Iterator<Item = u16>) -> Option<Colour> {
    match values.next()? {
        5 => Some(indexed(u8::try_from(values.next()?).ok()?)),
        2 => rgb(values.next()?, values.next()?, values.next()?),
        _ => None,
    }
}

/// `5:N`, `2:R:G:B` or, with the colour space that the standard has there, `2::R:G:B`.
fn sub_colour(values: &[u16]) -> Option<Colour> {
    match *values {
        [5, index, ..] => Some(indexed(u8::try_from(index).ok()?)),
        [2, r, g, b] | [2, _, r, g, b, ..] => rgb(r, g, b),
        _ => None,
    }
}

fn rgb(r: u16, g: u16, b: u16) -> Option<Colour> {
    Some(Colour::Rgb(u8::try_from(r).ok()?, u8::try_from(g).ok()?, u8::try_from(b).ok()?))
}

/// xterm's table: 16 named, a 6×6×6 cube, 24 greys.
fn indexed(index: u8) -> Colour {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..=15 => Colour::Named(index),
        16..=231 => {
            let n = index - 16;
            Colour::Rgb(level(n / 36), level(n / 6 % 6), level(n % 6))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            Colour::Rgb(grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(line: &str) -> String {
        spans(Style::default(), line).0.into_iter().map(|span| span.text).collect()
    }

    fn named(colour: u8) -> Style {
        Style { text: Colour::Named(colour), ..Style::default() }
    }

    #[test]
    fn plain_text_is_one_span() {
        let (all, end) = spans(Style::default(), "hello\tworld");
        assert_eq!(all, [Span { text: "hello\tworld".to_owned(), style: Style::default() }]);
        assert_eq!(end, Style::default());
        assert!(spans(Style::default(), "").0.is_empty());
    }

    #[test]
    fn colours_begin_and_end_where_the_sequence_says() {
        let (all, end) = spans(Style::default(), "a\x1b[31mred\x1b[0m b");
        let texts: Vec<(&str, Style)> = all.iter().map(|span| (span.text.as_str(), span.style)).collect();
        assert_eq!(texts, [("a", Style::default()), ("red", named(1)), (" b", Style::default())]);
        assert_eq!(end, Style::default());
    }

    #[test]
    fn a_colour_left_open_carries_over_to_the_next_line() {
        let (_, end) = spans(Style::default(), "\x1b[1;92mstart");
        assert_eq!(end, Style { text: Colour::Named(10), attributes: BOLD, ..Style::default() });
        assert_eq!(spans(end, "next").0[0].style, end);
    }

    #[test]
    fn all_three_ways_to_name_a_colour_are_read() {
        let style = |line: &str| spans(Style::default(), line).0[0].style.text;
        assert_eq!(style("\x1b[38;5;196mx"), Colour::Rgb(255, 0, 0));
        assert_eq!(style("\x1b[38;5;9mx"), Colour::Named(9));
        assert_eq!(style("\x1b[38;5;244mx"), Colour::Rgb(128, 128, 128));
        assert_eq!(style("\x1b[38;2;1;2;3mx"), Colour::Rgb(1, 2, 3));
        assert_eq!(style("\x1b[38:2::1:2:3mx"), Colour::Rgb(1, 2, 3));
        assert_eq!(style("\x1b[38:5:1mx"), Colour::Named(1));
    }

    #[test]
    fn a_colour_out_of_range_changes_nothing_and_the_rest_still_counts() {
        let (all, _) = spans(Style::default(), "\x1b[38;5;300;1mx");
        assert_eq!(all[0].style, Style { attributes: BOLD, ..Style::default() });
    }

    #[test]
    fn a_carriage_return_overwrites() {
        assert_eq!(plain("10 %\r100 %"), "100 %");
        assert_eq!(plain("long line\rshort"), "shortline");
        assert_eq!(plain("long line\r\x1b[Kshort"), "short");
        assert_eq!(plain("kept\r"), "kept");
        assert_eq!(plain("abc\x08\x08X"), "aXc");
    }

    #[test]
    fn every_other_sequence_is_dropped_whole() {
        assert_eq!(plain("\x1b]0;title\x07text"), "text");
        assert_eq!(plain("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\"), "link");
        assert_eq!(plain("\x1b[2J\x1b[10;10Hat\x1b[?25l"), "at");
        assert_eq!(plain("bell\x07 nul\0 del\x7f"), "bell nul del");
    }

    #[test]
    fn letters_beyond_ascii_survive_between_sequences() {
        assert_eq!(plain("\x1b[32mnaïve ☃ 日本\x1b[m"), "naïve ☃ 日本");
    }

    #[test]
    fn erasing_the_whole_line_keeps_the_column() {
        assert_eq!(plain("abc\x1b[2Kd"), "   d");
    }
}
