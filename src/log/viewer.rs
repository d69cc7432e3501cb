//! One open log: when it paints, and what it asks the server for.
//!
//! Kept outside the reactive graph: scrolling must not run effects. What the toolbar shows is published as one
//! signal, after each paint.

mod presses;

use std::time::Duration;

use lastmile_protocol::{LogHead, LogWindow, RunId};
use leptos::{prelude::*, task::spawn_local};

use super::asked::Asked;
use super::reader::{Reader, Shown, Step};
use super::screen::{Screen, Stage};
use super::selection::Selection;
use super::settings::Settings;
use super::window::Ask;
use crate::api;

/// Lines in the very first answer: it tells the log's length, and short logs are complete with it.
const FIRST: u32 = 200;
/// A run has ended but its log not quite yet: ask again after this.
const LINGER: Duration = Duration::from_millis(400);
/// So often; the log of a run that was lost may never be finished.
const LINGERS: u32 = 25;

struct Inner {
    run: RunId,
    reader: Reader,
    /// `None` until the elements are there.
    screen: Option<Screen>,
    settings: Settings,
    /// The run's start in milliseconds of the reader's day.
    start: Option<u64>,
    /// What was searched for, which is marked.
    asked: Asked,
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
    /// Opens the log of `run`, at the selected lines or else at its end.
    pub(super) fn new(run: RunId, selection: Option<Selection>, known: LogHead) -> Self {
        let reader = Reader::new(selection, known);
        let inner = Inner {
            run,
            reader,
            screen: None,
            settings: Settings::default(),
            start: None,
            asked: Asked::default(),
            asking: false,
            active: true,
            lingered: 0,
            frame_asked: false,
        };
        Self { inner: StoredValue::new_local(inner), shown: RwSignal::default() }
    }

    /// What the toolbar shows.
    pub(super) fn shown(self) -> Signal<Shown> {
        self.shown.into()
    }

    /// Changes what is shown and paints it; nothing once the log has been closed.
    fn change<T>(self, how: impl FnOnce(&mut Reader) -> T) -> Option<T> {
        let done = self.inner.try_update_value(|inner| how(&mut inner.reader));
        if done.is_some() {
            self.frame();
        }
        done
    }

    fn on_screen(self, how: impl FnOnce(&mut Screen, &mut Reader)) {
        self.inner.try_update_value(|inner| {
            if let Some(screen) = &mut inner.screen {
                how(screen, &mut inner.reader);
            }
        });
        self.frame();
    }

    /// The elements are there: asks for the first lines.
    pub(super) fn mounted(self, stage: Stage) {
        let ask = self.inner.try_update_value(|inner| {
            let mut screen = Screen::new(stage, inner.run.clone());
            screen.restyle(inner.settings, inner.start);
            screen.mark(&inner.asked);
            screen.measure(&mut inner.reader);
            inner.screen = Some(screen);
            inner.reader.first_ask(FIRST)
        });
        if let Some(ask) = ask {
            self.ask(ask);
        }
    }

    /// The elements have changed their size.
    pub(super) fn resized(self) {
        self.on_screen(|screen, reader| {
            // Another width wraps lines elsewhere.
            reader.forget_heights();
            screen.measure(reader);
        });
    }

    /// Lines look like this from now on; `start` is the run's start in milliseconds of the reader's day.
    pub(super) fn restyle(self, settings: Settings, start: Option<u64>) {
        self.inner.try_update_value(|inner| (inner.settings, inner.start) = (settings, start));
        self.on_screen(|screen, reader| {
            screen.restyle(settings, start);
            reader.forget_heights();
            screen.measure(reader);
        });
    }

    /// What was searched for is marked in the lines from now on.
    pub(super) fn mark(self, asked: &Asked) {
        self.inner.try_update_value(|inner| inner.asked = asked.clone());
        self.on_screen(|screen, _| screen.mark(asked));
    }

    /// The newest lines of a run under way.
    pub(super) fn take_tail(self, window: LogWindow) {
        self.change(|reader| reader.take_tail(window));
    }

    /// Goes to the lines that the address names.
    pub(super) fn select(self, selection: Option<Selection>) {
        self.change(|reader| reader.select(selection));
    }

    /// Shows a match.
    pub(super) fn show(self, line: u64) {
        self.change(|reader| reader.show(line));
    }

    /// Goes to a line.
    pub(super) fn go_to(self, line: u64) {
        self.change(|reader| reader.go_to(line));
    }

    /// Shows only these lines and their neighbours, or all again.
    pub(super) fn filter(self, matches: Option<Vec<u64>>) {
        self.change(|reader| reader.filter(matches));
    }

    /// Goes to the end and stays there, or stays where it is.
    pub(super) fn follow(self, follow: bool) {
        self.change(|reader| reader.follow(follow));
    }

    /// Moves by a key.
    pub(super) fn step(self, step: Step) {
        self.change(|reader| reader.step(step));
    }

    /// The person has scrolled.
    pub(super) fn scrolled(self) {
        self.on_screen(Screen::scrolled);
    }

    /// The run goes on, or has ended: then what is missing up to the end is asked for.
    pub(super) fn set_active(self, active: bool) {
        self.inner.try_update_value(|inner| inner.active = active);
        self.seek_end();
    }

    /// Asks again for what could not be had.
    pub(super) fn retry(self) {
        self.change(Reader::forget_failure);
        let first = self
            .inner
            .try_with_value(|inner| (!inner.reader.is_ready()).then(|| inner.reader.first_ask(FIRST)));
        if let Some(ask) = first.flatten() {
            self.ask(ask);
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
            if let Some(screen) = &mut inner.screen {
                screen.paint(&mut inner.reader, inner.settings.varies());
            }
            let wanted = if inner.asking { None } else { inner.reader.wanted() };
            (wanted, inner.reader.shown())
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
            let answer = api::log_window(&run, ask.first, ask.count).await.map_err(|error| error.to_string());
            self.inner.try_update_value(|inner| inner.asking = false);
            self.change(|reader| reader.take(ask, answer));
            self.seek_end();
        });
    }

    /// After the run's end: asks until the log is known to have ended too.
    fn seek_end(self) {
        let wanted = self.inner.try_update_value(|inner| {
            let reader = &inner.reader;
            let settled = inner.active || inner.asking || inner.lingered >= LINGERS;
            if settled || !reader.is_ready() || reader.has_failed() || reader.head().finished {
                return None;
            }
            // What is known may be from before the end: the first time, the log is asked at once.
            let wait = if inner.lingered == 0 { Duration::ZERO } else { LINGER };
            inner.lingered += 1;
            inner.asking = true;
            Some((inner.reader.head().lines.saturating_sub(1), wait))
        });
        if let Some((first, wait)) = wanted.flatten() {
            set_timeout(move || self.ask(Ask { first, count: FIRST }), wait);
        }
    }
}
