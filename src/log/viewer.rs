//! One open log: when it paints, and what it asks the server for.
//!
//! Kept outside the reactive graph: scrolling must not run effects. What the toolbar shows is published as one
//! signal, after each paint.

use std::time::Duration;

use lastmile_protocol::{LogWindow, RunId};
use leptos::{prelude::*, task::spawn_local};

use super::screen::{Screen, Shown, Stage};
use super::window::Ask;
use crate::api;

/// Lines in the very first answer: it tells the log's length, and short logs are complete with it.
const FIRST: u32 = 200;
/// A run has ended but its log not quite yet: ask again after this.
const LINGER: Duration = Duration::from_millis(400);
/// So often; the log of a run that was lost may never be finished.
const LINGERS: u32 = 25;

struct Inner {
    screen: Screen,
    /// A question is on its way: one at a time.
    asking: bool,
    /// Whether the run goes on.
    active: bool,
    /// How often the end was asked for since the run has ended.
    lingered: u32,
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
        let screen = Screen::new(run, target);
        let inner = Inner { screen, asking: false, active: true, lingered: 0, frame_asked: false };
        Self { inner: StoredValue::new_local(inner), shown: RwSignal::default() }
    }

    pub(super) fn shown(self) -> Signal<Shown> {
        self.shown.into()
    }

    /// Changes what is on the screen and paints it; nothing once the log has been closed.
    fn change(self, how: impl FnOnce(&mut Screen)) {
        if self.inner.try_update_value(|inner| how(&mut inner.screen)).is_some() {
            self.frame();
        }
    }

    /// The elements are there: asks for the first lines.
    pub(super) fn mounted(self, stage: Stage) {
        let line = self.inner.try_update_value(|inner| inner.screen.mounted(stage));
        if let Some(line) = line {
            self.ask(Ask { first: line.saturating_sub(u64::from(FIRST) / 2), count: FIRST });
        }
    }

    /// The elements have changed their size.
    pub(super) fn resized(self) {
        self.change(Screen::measure);
    }

    /// The newest lines of a run under way.
    pub(super) fn take_tail(self, window: LogWindow) {
        self.change(|screen| screen.take_tail(window));
    }

    /// Goes to a line and marks it.
    pub(super) fn go_to(self, line: u64) {
        self.change(|screen| screen.go_to(line));
    }

    /// Goes to the end and stays there, or stays where it is.
    pub(super) fn follow(self, follow: bool) {
        self.change(|screen| screen.follow(follow));
    }

    /// Goes to the first line.
    pub(super) fn go_to_start(self) {
        self.change(Screen::go_to_start);
    }

    /// The person has scrolled.
    pub(super) fn scrolled(self) {
        self.change(Screen::scrolled);
    }

    /// The run goes on, or has ended: then what is missing up to the end is asked for.
    pub(super) fn set_active(self, active: bool) {
        self.inner.update_value(|inner| inner.active = active);
        self.seek_end();
    }

    /// Asks again for what could not be had.
    pub(super) fn retry(self) {
        self.change(Screen::forget_failure);
        if self.inner.with_value(|inner| !inner.screen.ready) {
            self.ask(Ask { first: 0, count: FIRST });
        }
    }

    /// Paints with the next frame, once however often it is called.
    fn frame(self) {
        let asked = self.inner.try_update_value(|inner| std::mem::replace(&mut inner.frame_asked, true));
        if asked == Some(false) {
            request_animation_frame(move || self.paint());
        }
    }

    fn paint(self) {
        let next = self.inner.try_update_value(|inner| {
            inner.frame_asked = false;
            inner.screen.paint();
            let wanted = if inner.asking { None } else { inner.screen.wanted() };
            (wanted, inner.screen.shown())
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
            inner.screen.run.clone()
        });
        let Some(run) = run else { return };
        spawn_local(async move {
            let answer = api::log_window(&run, ask.first, ask.count).await;
            self.inner.try_update_value(|inner| inner.asking = false);
            self.change(|screen| screen.take(ask, answer));
            self.seek_end();
        });
    }

    /// After the run's end: asks until the log is known to have ended too.
    fn seek_end(self) {
        let wanted = self.inner.try_update_value(|inner| {
            let screen = &inner.screen;
            let settled = inner.active || inner.asking || inner.lingered >= LINGERS;
            if settled || !screen.ready || screen.has_failed() || screen.head().finished {
                return None;
            }
            inner.lingered += 1;
            inner.asking = true;
            Some(inner.screen.head().lines.saturating_sub(1))
        });
        if let Some(first) = wanted.flatten() {
            set_timeout(move || self.ask(Ask { first, count: FIRST }), LINGER);
        }
    }
}
