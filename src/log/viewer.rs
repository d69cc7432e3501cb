//! One open log: its lines, its place, what it asks for, when it paints.
//!
//! Kept outside the reactive graph: scrolling must not run effects. What the toolbar shows is published as one
//! signal, after each paint.

use std::time::Duration;

use lastmile_protocol::{LogHead, LogWindow, RunId};
use leptos::{prelude::*, task::spawn_local};
use web_sys::HtmlElement;

use super::rows::Rows;
use super::scroll::{Scroll, Sizes};
use super::window::{Ask, Lines, View};
use crate::api;

/// Lines drawn above and below what is in view, so that scrolling does not show emptiness.
const OVERSCAN: u64 = 20;
/// Lines in the very first answer: it tells the log's length, and short logs are complete with it.
const FIRST: u32 = 200;
/// A run has ended but its log not quite yet: ask again after this.
const LINGER: Duration = Duration::from_millis(400);

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

struct Inner {
    run: RunId,
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
    asking: bool,
    ready: bool,
    /// Whether the run goes on.
    active: bool,
    error: Option<String>,
    frame_asked: bool,
}

/// A handle to one open log.
#[derive(Clone, Copy)]
pub(super) struct Viewer {
    inner: StoredValue<Inner, LocalStorage>,
    shown: RwSignal<Shown>,
}

impl Viewer {
    /// Opens the log of `run`, at the line `target` or else at its end.
    pub(super) fn new(run: RunId, target: Option<u64>) -> Self {
        let inner = Inner {
            run,
            lines: Lines::default(),
            scroll: Scroll::default(),
            follow: target.is_none(),
            left_at: 0,
            target,
            stage: None,
            row: 20.0,
            height: 0.0,
            asking: false,
            ready: false,
            active: true,
            error: None,
            frame_asked: false,
        };
        Self { inner: StoredValue::new_local(inner), shown: RwSignal::default() }
    }

    pub(super) fn shown(self) -> Signal<Shown> {
        self.shown.into()
    }

    /// The elements are there: asks for the first lines.
    pub(super) fn mounted(self, stage: Stage) {
        let first = self.inner.try_update_value(|inner| {
            let rows = Rows::new(stage.rows.clone().into());
            inner.stage = Some((stage, rows));
            inner.measure();
            inner.target.unwrap_or_default().saturating_sub(u64::from(FIRST) / 2)
        });
        if let Some(first) = first {
            self.ask(Ask { first, count: FIRST });
        }
    }

    /// The elements have changed their size.
    pub(super) fn resized(self) {
        self.inner.try_update_value(Inner::measure);
        self.frame();
    }

    /// The newest lines of a run under way.
    pub(super) fn take_tail(self, window: LogWindow) {
        self.inner.update_value(|inner| {
            let view = inner.view();
            inner.lines.take_tail(window, view);
        });
        self.frame();
    }

    /// The run goes on, or has ended: then what is missing up to the end is asked for.
    pub(super) fn set_active(self, active: bool) {
        self.inner.update_value(|inner| inner.active = active);
        self.seek_end();
    }

    /// Goes to a line and marks it.
    pub(super) fn go_to(self, line: u64) {
        self.inner.update_value(|inner| {
            inner.target = Some(line);
            inner.leave_end();
            inner.centre(line);
        });
        self.frame();
    }

    /// Goes to the end and stays there, or stays where it is.
    pub(super) fn follow(self, follow: bool) {
        self.inner.update_value(|inner| {
            if follow {
                inner.follow = true;
            } else {
                inner.leave_end();
            }
        });
        self.frame();
    }

    /// The person has scrolled.
    pub(super) fn scrolled(self) {
        self.inner.update_value(Inner::scrolled);
        self.frame();
    }

    /// Asks again for what could not be had.
    pub(super) fn retry(self) {
        self.inner.update_value(|inner| inner.error = None);
        if self.inner.with_value(|inner| inner.ready) {
            self.frame();
        } else {
            self.ask(Ask { first: 0, count: FIRST });
        }
    }

    /// Paints with the next frame, once however often it is called.
    pub(super) fn frame(self) {
        let asked = self.inner.try_update_value(|inner| std::mem::replace(&mut inner.frame_asked, true));
        if asked == Some(false) {
            request_animation_frame(move || self.paint());
        }
    }

    fn paint(self) {
        let next = self.inner.try_update_value(|inner| {
            inner.frame_asked = false;
            inner.paint();
            let wanted = (inner.ready && !inner.asking && inner.error.is_none())
                .then(|| inner.lines.ask(inner.view()));
            (wanted.flatten(), inner.shown())
        });
        let Some((ask, shown)) = next else { return };
        if *self.shown.read_untracked() != shown {
            self.shown.set(shown);
        }
        if let Some(ask) = ask {
            self.ask(ask);
        }
    }

    fn ask(self, ask: Ask) {
        let run = self.inner.try_update_value(|inner| {
            inner.asking = true;
            inner.run.clone()
        });
        let Some(run) = run else { return };
        spawn_local(async move {
            let answer = api::log_window(&run, ask.first, ask.count).await;
            self.inner.try_update_value(|inner| inner.take(answer));
            self.frame();
            self.seek_end();
        });
    }

    /// After the run's end: asks until the log is known to have ended too.
    fn seek_end(self) {
        let wanted = self.inner.try_update_value(|inner| {
            let open = inner.ready && !inner.active && !inner.lines.head().finished && !inner.asking;
            (open && inner.error.is_none()).then(|| inner.lines.head().lines.saturating_sub(1))
        });
        if let Some(Some(first)) = wanted {
            self.inner.update_value(|inner| inner.asking = true);
            let again = move || self.ask(Ask { first, count: FIRST });
            set_timeout(again, LINGER);
        }
    }
}

impl Inner {
    fn measure(&mut self) {
        let Some((stage, _)) = &self.stage else { return };
        self.height = f64::from(stage.scroller.client_height());
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
        let sizes = self.sizes();
        #[expect(clippy::cast_precision_loss, reason = "a log has fewer than 2^53 lines")]
        let top = line as f64 * self.row - sizes.view / 3.0;
        self.scroll.go(top, sizes);
        self.place();
    }

    /// Brings the scroll bar to where it should stand.
    fn place(&self) {
        let Some((stage, _)) = &self.stage else { return };
        let sizes = self.sizes();
        // A spacer of the right height comes first: a browser won't scroll beyond what is there.
        drop(stage.spacer.style().set_property("height", &format!("{}px", sizes.spacer())));
        set_bar(&stage.scroller, self.scroll.bar());
    }

    fn scrolled(&mut self) {
        let Some((stage, _)) = &self.stage else { return };
        let bar = f64::from(stage.scroller.scroll_top());
        // Half a pixel off is our own doing, rounded by the browser.
        if (bar - self.scroll.bar()).abs() < 1.0 {
            return;
        }
        let sizes = self.sizes();
        if self.scroll.moved(bar, sizes) {
            set_bar(&stage.scroller, self.scroll.bar());
        }
        if self.scroll.at_end(sizes, self.row) {
            self.follow = true;
        } else {
            self.leave_end();
        }
    }

    fn take(&mut self, answer: Result<LogWindow, api::Error>) {
        self.asking = false;
        match answer {
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

    fn paint(&mut self) {
        if self.stage.is_none() {
            return;
        }
        let (sizes, row) = (self.sizes(), self.row);
        if self.follow {
            self.scroll.go(sizes.full, sizes);
        }
        self.place();
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

    fn shown(&self) -> Shown {
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

/// Moves the scroll bar; rounded up, so that the very end is reached.
#[expect(clippy::cast_possible_truncation, reason = "a spacer is at most ten million pixels high")]
fn set_bar(scroller: &HtmlElement, bar: f64) {
    let bar = bar.ceil() as i32;
    if scroller.scroll_top() != bar {
        scroller.set_scroll_top(bar);
    }
}
