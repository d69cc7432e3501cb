//! Byte offsets to lines and columns.

use std::cell::Cell;

/// A place in the file: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Where each line of a text starts. Lines end as CommonMark has it: LF, CRLF or a lone CR.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The last offset asked for and its place: on a very long line the next one counts on from there.
    last: Cell<(usize, Position)>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|&(at, &byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, starts, last: Cell::new((0, Position { line: 1, column: 1 })) }
    }

    /// The whole text.
    pub(crate) fn source(&self) -> &'a str {
        self.text
    }

    /// The line, from 1, in which the byte at `offset` stands.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).max(1)
    }

    /// Line and column of the byte at `offset`.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let (near, known) = self.last.get();
        let (start, column) =
            if known.line == line && near <= offset { (near, known.column) } else { (self.start(line), 1) };
        let between = self.text.as_bytes().get(start..offset).unwrap_or_default();
        let column = column + between.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        let position = Position { line, column };
        self.last.set((offset, position));
        position
    }

    /// The offset at which `line` (from 1) begins; the end of the text beyond the last.
    pub(crate) fn start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(self.text.len())
    }

    /// The text of `line` (from 1) without its line end; empty beyond the last.
    pub(crate) fn text(&self, line: usize) -> &'a str {
        let Some(&start) = line.checked_sub(1).and_then(|at| self.starts.get(at)) else { return "" };
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// `at`, or the place nearest to it that the text has. YAML ends its lines at other characters than markdown does
    /// (a lone CR, and what stands for one in a header), so its parser may name a place beyond a line's end.
    pub(crate) fn nearest(&self, at: Position) -> Position {
        let line = at.line.clamp(1, self.count().max(1));
        let width = self.text(line).chars().count();
        Position { line, column: at.column.clamp(1, width + 1) }
    }

    /// How many lines there are; a final line end does not start another one.
    pub(crate) fn count(&self) -> usize {
        let trailing_empty = self.starts.last() == Some(&self.text.len());
        self.starts.len() - usize::from(trailing_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let lines = Lines::new("é\nüx");
        assert_eq!(lines.position(5), Position { line: 2, column: 2 });
    }

    #[test]
    fn every_kind_of_line_end_starts_a_line() {
        let lines = Lines::new("a\r\nb\rc\nd\n");
        assert_eq!((lines.text(1), lines.text(2), lines.text(3), lines.text(4)), ("a", "b", "c", "d"));
        assert_eq!((lines.count(), lines.line(0), lines.line(3), lines.line(5)), (4, 1, 2, 3));
    }

    #[test]
    fn a_place_that_is_not_in_the_text_is_moved_to_the_nearest_that_is() {
        let lines = Lines::new("éé\nx");
        let nearest = |line, column| {
            let at = lines.nearest(Position { line, column });
            (at.line, at.column)
        };
        assert_eq!(nearest(1, 2), (1, 2));
        assert_eq!(nearest(1, 44), (1, 3));
        assert_eq!(nearest(9, 1), (2, 1));
        assert_eq!(nearest(0, 0), (1, 1));
    }
}
