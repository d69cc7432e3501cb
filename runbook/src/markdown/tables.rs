//! Rows and cells of tables.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Builder;
use crate::{Inline, open::Frame};

impl Builder<'_> {
    /// Takes the cells that have nothing in them: a short row of a wide table has very many.
    pub(super) fn is_empty_cell(&mut self, event: &Event<'_>, range: &Range<usize>) -> bool {
        let begins = matches!(event, Event::Start(Tag::TableCell));
        let ends = matches!(event, Event::End(TagEnd::TableCell));
        if ends {
            self.cell_end = range.end;
        }
        if std::mem::replace(&mut self.cell_begins, begins) {
            if ends {
                self.cell(Vec::new());
                return true;
            }
            self.start(Tag::TableCell, 0..0);
        }
        begins
    }

    pub(super) fn cell(&mut self, inlines: Vec<Inline>) {
        if let Some(Frame::Row { cells, .. }) = self.top() {
            cells.push(inlines);
        }
    }

    /// A row that has more cells than the table has columns keeps them, as they are typed, in its last one:
    /// a `|` that was not escaped is a common slip.
    pub(super) fn row(&mut self, is_head: bool, end: usize, mut cells: Vec<Vec<Inline>>) {
        let left = self.source.get(self.cell_end..end).unwrap_or_default();
        let left = left.trim_matches(['|', ' ', '\t', '\r', '\n']);
        if let (false, Some(last)) = (left.is_empty(), cells.last_mut()) {
            last.push(Inline::Text(format!(" | {left}")));
        }
        if let Some(Frame::Table { head, rows, .. }) = self.top() {
            if is_head { *head = cells } else { rows.push(cells) }
        }
    }
}
