//! What comes from the server, and what to ask for next. Pure.

use std::ops::Range;

use lastmile_protocol::LogWindow;

use super::Reader;
use crate::log::window::Ask;

/// Lines asked for around what is in view.
const MARGIN: usize = 50;
/// More new lines than this at a time are more than a screen reader can say.
const HEAVY: u64 = 20;

impl Reader {
    /// The newest lines of a run under way.
    pub fn take_tail(&mut self, window: LogWindow) {
        let (view, before) = (self.view(), self.lines.head().lines);
        let range = window.first..window.first + window.lines.len() as u64;
        self.lines.take_tail(window, view);
        self.heavy = self.lines.head().lines.saturating_sub(before) > HEAVY;
        self.note_progress(range);
        self.relayout();
    }

    /// What came of a question.
    pub fn take(&mut self, ask: Ask, answer: Result<LogWindow, String>) {
        match answer {
            // Asked for again and again it would be asked for with every frame.
            Ok(window) if window.lines.is_empty() && ask.first < window.head.lines => {
                self.error = Some("The server sent none of them.".to_owned());
            }
            Ok(window) => {
                let view = self.view();
                let range = window.first..window.first + window.lines.len() as u64;
                self.lines.take_window(window, view);
                self.note_progress(range);
                self.relayout();
                if !std::mem::replace(&mut self.ready, true) {
                    self.opened_with_first_answer();
                }
            }
            Err(why) => self.error = Some(why),
        }
    }

    /// What was there before the log was opened is not news.
    fn opened_with_first_answer(&mut self) {
        self.left_at = self.lines.head().lines;
        if let Some(selection) = self.selection {
            self.centre(selection.first);
        }
    }

    /// The latest line that says how far the run is holds.
    fn note_progress(&mut self, range: Range<u64>) {
        let known = self.progress.as_ref().map(|(line, _)| *line);
        let said = |number: u64| Some((number, self.lines.get(number)?.progress.clone()?));
        let latest =
            range.rev().take_while(|number| known.is_none_or(|known| *number >= known)).find_map(said);
        if latest.is_some() {
            self.progress = latest;
        }
    }

    /// What to ask the server for, so that all of the view can be drawn.
    ///
    /// While a run is under way its newest lines come by themselves: only what is in view is asked for.
    #[must_use]
    pub fn wanted(&self) -> Option<Ask> {
        if !self.ready || self.error.is_some() {
            return None;
        }
        let mut lines = self.rows_in_view();
        if self.lines.head().finished {
            let first = lines.first().copied().unwrap_or_default();
            let below = lines.last().map_or(first, |last| last + 1);
            lines.extend(self.layout.visible(below, MARGIN));
            lines.extend(self.layout.visible_before(first, MARGIN));
        }
        self.lines.ask(&lines, self.folds.filters())
    }
}
