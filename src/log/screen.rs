//! What stands on the screen of one open log: its lines, its place, the rows that are drawn.
//!
//! It asks the server nothing and waits for nothing: [`super::viewer`] does, and calls it.

use lastmile_protocol::{LogHead, LogWindow, RunId};
use web_sys::HtmlElement;

use super::rows::Rows;
use super::scroll::{Scroll, Sizes};
use super::window::{Ask, Lines, View};
use crate::api;

/// Lines drawn above and below what is in view, so that scrolling does not show emptiness.
const OVERSCAN: u64 = 20;
/// A line's height until it has been measured, in CSS pixels.
const ROW: f64 = 20.0;

/// What the toolbar shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    pub(super) head: LogHead,
    pub(super) follow: bool,
    /// Lines that came since the end was left.
    pub(super) news: u64,
    /// The first line in view, from 0.
    pub(super) first: u64,
    /// Why lines are missing.
    pub(super) error: Option<String>,
    /// Whether the first answer is there.
    pub(super) ready: bool,
}

/// The elements that are drawn into.
pub(super) struct Stage {
    pub(super) scroller: HtmlElement,
    pub(super) spacer: HtmlElement,
    pub(super) rows: HtmlElement,
    /// An empty line, to measure.
    pub(super) probe: HtmlElement,
}

/// One open log.
pub(super) struct Screen {
    pub(super) run: RunId,
    lines: Lines,
    scroll: Scroll,
    follow: bool,
    /// The log's length when the end was left.
    left_at: u64,
    target: Option<u64>,
    stage: Option<(Stage, Rows)>,
    /// Heights in CSS pixels, measured when the stage changes its size: asking the browser would make it lay out.
    row: f64,
    height: f64,
    /// The scroll bar's position as it was seen or set last: what the browser tells of it is no news.
    placed: i32,
    /// Whether the first answer is there.
    pub(super) ready: bool,
    error: Option<String>,
}

impl Screen {
    /// The log of `run`, at the line `target` or else at its end.
    pub(super) fn new(run: RunId, target: Option<u64>) -> Self {
        Self {
            run,
            lines: Lines::default(),
            scroll: Scroll::default(),
            follow: target.is_none(),
            left_at: 0,
            target,
            stage: None,
            row: ROW,
            height: 0.0,
            placed: 0,
            ready: false,
            error: None,
        }
    }

    /// The elements are there. Gives the line to begin with.
    pub(super) fn mounted(&mut self, stage: Stage) -> u64 {
        let rows = Rows::new(stage.rows.clone().into());
        self.stage = Some((stage, rows));
        self.measure();
        self.target.unwrap_or_default()
    }

    /// The log's size as far as is known.
    pub(super) fn head(&self) -> LogHead {
        self.lines.head()
    }

    /// The newest lines of a run under way.
    pub(super) fn take_tail(&mut self, window: LogWindow) {
        let view = self.view();
        self.lines.take_tail(window, view);
    }

    /// Goes to a line and marks it.
    pub(super) fn go_to(&mut self, line: u64) {
        self.target = Some(line);
        self.leave_end();
        self.centre(line);
    }

    /// Goes to the first line.
    pub(super) fn go_to_start(&mut self) {
        self.leave_end();
        self.centre(0);
    }

    /// Goes to the end and stays there, or stays where it is.
    pub(super) fn follow(&mut self, follow: bool) {
        if follow {
            self.follow = true;
        } else {
            self.leave_end();
        }
    }

    /// What to ask the server for, so that all of the view can be drawn.
    pub(super) fn wanted(&self) -> Option<Ask> {
        if self.ready && self.error.is_none() { self.lines.ask(self.view()) } else { None }
    }

    /// Whether something could not be had.
    pub(super) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// What could not be had is to be asked for again.
    pub(super) fn forget_failure(&mut self) {
        self.error = None;
    }

    /// The elements may have changed their size.
    pub(super) fn measure(&mut self) {
        let Some((stage, _)) = &self.stage else { return };
        self.height = f64::from(stage.scroller.client_height());
        // A window that has grown may have moved the bar: nobody has scrolled.
        self.placed = stage.scroller.scroll_top();
        let row = stage.probe.get_bounding_client_rect().height();
        // Nothing has a height while it is hidden.
        if row > 0.0 {
            self.row = row;
        }
    }

    fn sizes(&self) -> Sizes {
        #[expect(clippy::cast_precision_loss, reason = "a log has fewer than 2^53 lines")]
        let lines = self.lines.head().lines as f64;
        Sizes { full: lines * self.row, view: self.height }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are small and not negative"
    )]
    fn view(&self) -> View {
        View {
            first: (self.scroll.top() / self.row) as u64,
            count: (self.height / self.row).ceil() as u64 + 1,
        }
    }

    fn leave_end(&mut self) {
        if self.follow {
            self.follow = false;
            self.left_at = self.lines.head().lines;
        }
    }

    fn centre(&mut self, line: u64) {
        self.make_room();
        let sizes = self.sizes();
        #[expect(clippy::cast_precision_loss, reason = "a log has fewer than 2^53 lines")]
        let top = line as f64 * self.row - sizes.view / 3.0;
        self.scroll.go(top, sizes);
        self.place();
    }

    /// Makes room for all lines. A browser won't scroll beyond what is there, and a short log's window grows with it.
    fn make_room(&mut self) {
        let room = self.sizes().spacer();
        let Some((stage, _)) = &self.stage else { return };
        // It fails only for an element that has left the page.
        drop(stage.spacer.style().set_property("height", &format!("{room}px")));
        self.height = f64::from(stage.scroller.client_height());
    }

    /// Brings the scroll bar to where it should stand.
    fn place(&mut self) {
        let Some((stage, _)) = &self.stage else { return };
        // Rounded up, so that the very end is reached.
        #[expect(clippy::cast_possible_truncation, reason = "a spacer is at most ten million pixels high")]
        let bar = self.scroll.bar().ceil() as i32;
        if stage.scroller.scroll_top() != bar {
            stage.scroller.set_scroll_top(bar);
        }
        self.placed = stage.scroller.scroll_top();
    }

    /// The person has scrolled.
    pub(super) fn scrolled(&mut self) {
        let Some((stage, _)) = &self.stage else { return };
        let bar = stage.scroller.scroll_top();
        // The browser tells of our own doing too, a frame later.
        if bar == self.placed {
            return;
        }
        self.placed = bar;
        let sizes = self.sizes();
        if self.scroll.moved(f64::from(bar), sizes) {
            self.place();
        }
        if self.scroll.at_end(sizes, self.row) {
            self.follow = true;
        } else {
            self.leave_end();
        }
    }

    /// What came of a question.
    pub(super) fn take(&mut self, ask: Ask, answer: Result<LogWindow, api::Error>) {
        match answer {
            // Asked for again and again it would be asked for with every frame.
            Ok(window) if window.lines.is_empty() && ask.first < window.head.lines => {
                self.error = Some("The server sent none of them.".to_owned());
            }
            Ok(window) => {
                let view = self.view();
                self.lines.take_window(window, view);
                if !self.ready
                    && let Some(target) = self.target
                {
                    self.centre(target);
                }
                self.ready = true;
            }
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    /// Draws what is in view.
    pub(super) fn paint(&mut self) {
        if self.stage.is_none() {
            return;
        }
        // While it glides, the scroll bar may be further than the last event told.
        self.scrolled();
        self.make_room();
        let (sizes, row) = (self.sizes(), self.row);
        if self.follow {
            self.scroll.go(sizes.full, sizes);
            // Only where it has to move: setting the bar ends any gliding.
            self.place();
        }
        let view = self.view();
        let end = (view.first + view.count + OVERSCAN).min(self.lines.head().lines);
        let start = view.first.saturating_sub(OVERSCAN).min(end);
        #[expect(clippy::cast_precision_loss, reason = "a log has fewer than 2^53 lines")]
        let shift = start as f64 * row - self.scroll.top() + self.scroll.bar();
        if let Some((stage, rows)) = &mut self.stage {
            // The DOM calls fail for elements that have left the page; then nobody looks at them.
            drop(stage.rows.style().set_property("transform", &format!("translateY({shift}px)")));
            drop(rows.draw(start..end, &self.lines, &self.run, self.target));
        }
    }

    /// What the toolbar shows.
    pub(super) fn shown(&self) -> Shown {
        let head = self.lines.head();
        Shown {
            head,
            follow: self.follow,
            news: if self.follow { 0 } else { head.lines.saturating_sub(self.left_at) },
            first: self.view().first,
            error: self.error.clone(),
            ready: self.ready,
        }
    }
}
