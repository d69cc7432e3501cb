//! Lines too long to be shown at once: folded, opened, and beyond a window's size fetched step by step. Pure.

use std::ops::Range;

use super::Reader;
use crate::log::window::Held;

/// Most bytes of one line that are shown; the rest is in the file.
const MOST: u64 = 1024 * 1024;
/// Each step shows so many times as much as before.
const GROWTH: u64 = 4;

/// Whether the page can show more of a line that was cut.
#[must_use]
pub fn has_more(held: &Held) -> bool {
    held.line.cut && (held.line.text.len() as u64) < MOST
}

impl Reader {
    /// Shows all of a long line, or its beginning only.
    pub fn toggle_line(&mut self, line: u64) {
        if !self.opened.remove(&line) {
            self.opened.insert(line);
        }
        self.tall.remove(&line);
        self.relayout();
    }

    /// The bytes of the log to ask for, so that more of this line can be shown.
    #[must_use]
    pub fn more_of(&self, line: u64) -> Option<Range<u64>> {
        let held = self.lines.get(line).filter(|held| has_more(held))?;
        let bytes = (held.line.text.len() as u64 * GROWTH).min(MOST).min(held.line.bytes);
        Some(held.line.offset..held.line.offset + bytes)
    }

    /// More of a long line has come: the bytes of [`Reader::more_of`], or why they could not be had.
    pub fn take_more(&mut self, line: u64, answer: Result<Vec<u8>, String>) {
        match answer {
            Ok(bytes) => self.lines.take_beginning(line, &bytes),
            Err(why) => self.error = Some(why),
        }
        self.tall.remove(&line);
        self.relayout();
    }
}
