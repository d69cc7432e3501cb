//! The only EventSource: one stream a tab, for everything that is shown.
//!
//! Pages say what they watch; the stream is reopened when that changes, resumes after the last stored message, is
//! closed while nobody looks at the tab (unless the browser is to notify), and comes back after an error by itself. Each message is folded into
//! signals at once: a signal holds the newest state, it is not a queue.

pub mod backoff;
mod feeds;
pub mod fold;
mod source;

use std::time::Duration;

use lastmile_protocol::{BatchId, Event, RunId, RunSummary, Slug};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

pub use self::feeds::{BatchFeed, CatalogNews, RunFeed, RunbookFeed};
use self::{backoff::Backoff, feeds::Feeds, fold::Change, fold::Fold, source::Source};
use crate::api;
use crate::components::{Connection, toasts::Told};
use crate::told::{News, Notify};

/// Pages come and go in one tick: what is watched is looked at once they have settled.
const SETTLE: Duration = Duration::from_millis(20);
/// After so many failures in a row it is worth asking whether one is still signed in.
const SUSPICIOUS: u32 = 2;

/// News from the server, as signals. Found in context.
#[derive(Clone, Copy)]
pub struct Live {
    inner: StoredValue<Inner, LocalStorage>,
    connection: RwSignal<Connection>,
    approvals: RwSignal<ApprovalNews>,
    catalog: RwSignal<CatalogNews>,
    resync: RwSignal<u32>,
    /// Grows with everything that this person is told.
    told: RwSignal<u32>,
    news: News,
}

/// How many runs wait for this person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApprovalNews {
    /// For their answer.
    pub to_answer: u32,
    /// For their review: somebody broke the glass.
    pub to_review: u32,
    /// Grows with each message, so that a list is asked for again although the number stays.
    pub version: u32,
}

#[derive(Default)]
struct Inner {
    /// Whether somebody is signed in.
    on: bool,
    feeds: Feeds,
    fold: Fold,
    backoff: Backoff,
    source: Option<Source>,
    timer: Option<TimeoutHandle>,
    /// No stream was open for a while: messages that are not stored were missed.
    gap: bool,
}

impl Live {
    /// Makes the stream's home in the current owner, provides it as context and listens to the tab being hidden.
    pub fn provide() -> Self {
        let live = Self {
            inner: StoredValue::new_local(Inner::default()),
            connection: RwSignal::new(Connection::Off),
            approvals: RwSignal::default(),
            catalog: RwSignal::default(),
            resync: RwSignal::new(0),
            told: RwSignal::new(0),
            news: News::provide(),
        };
        provide_context(live);
        let listener =
            window_event_listener_untyped("visibilitychange", move |_| live.settle(Duration::ZERO));
        on_cleanup(move || listener.remove());
        live
    }

    /// Switches the stream on for a person who has just signed in, or off; both forget what was seen before.
    pub fn switch(self, on: bool) {
        self.inner.update_value(|inner| {
            inner.on = on;
            inner.fold = Fold::default();
            inner.backoff = Backoff::default();
            inner.source = None;
        });
        self.connection.set(Connection::Off);
        self.approvals.set(ApprovalNews::default());
        self.settle(Duration::ZERO);
    }

    /// Whether news arrives.
    #[must_use]
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// What waits for this person's answer.
    #[must_use]
    pub fn approvals(self) -> Signal<ApprovalNews> {
        self.approvals.into()
    }

    /// Which runbooks have changed since the app was opened.
    #[must_use]
    pub fn catalog(self) -> Signal<CatalogNews> {
        self.catalog.into()
    }

    /// Grows with everything that this person is told.
    #[must_use]
    pub fn news(self) -> Signal<u32> {
        self.told.into()
    }

    /// Grows when something may have been missed: whatever is shown has to be asked for again.
    #[must_use]
    pub fn resync(self) -> Signal<u32> {
        self.resync.into()
    }

    /// Watches a run, its state and its newest lines, until the current owner is cleaned up.
    #[must_use]
    pub fn watch_run(self, id: &RunId) -> RunFeed {
        let feed = self.inner.try_update_value(|inner| inner.feeds.watch_run(id)).unwrap_or_default();
        let id = id.clone();
        on_cleanup(move || self.release(move |feeds| feeds.release_run(&id)));
        self.settle(SETTLE);
        feed
    }

    /// Watches the states of a runbook's runs until the current owner is cleaned up.
    #[must_use]
    pub fn watch_runbook(self, slug: &Slug) -> RunbookFeed {
        let feed = self.inner.try_update_value(|inner| inner.feeds.watch_runbook(slug)).unwrap_or_default();
        let slug = slug.clone();
        on_cleanup(move || self.release(move |feeds| feeds.release_runbook(&slug)));
        self.settle(SETTLE);
        feed
    }

    /// Watches the runs of a request, which are of that runbook, until the current owner is cleaned up.
    #[must_use]
    pub fn watch_batch(self, id: &BatchId, runbook: &Slug) -> BatchFeed {
        drop(self.watch_runbook(runbook));
        let feed = self.inner.try_update_value(|inner| inner.feeds.watch_batch(id)).unwrap_or_default();
        let id = id.clone();
        on_cleanup(move || self.release(move |feeds| feeds.release_batch(&id)));
        feed
    }

    /// A run was told by an answer to a request: whoever watches it hears of it as if it had come by the stream.
    pub fn note(self, run: &RunSummary) {
        self.inner.with_value(|inner| inner.feeds.take_run(run));
    }

    fn release(self, how: impl FnOnce(&mut Feeds)) {
        // At the end of everything the store may be gone before its users.
        self.inner.try_update_value(|inner| how(&mut inner.feeds));
        self.settle(SETTLE);
    }

    /// Brings the stream in line with what is wanted, after `wait`.
    fn settle(self, wait: Duration) {
        let act = move || self.align();
        let timer = set_timeout_with_handle(act, wait).ok();
        self.inner.try_update_value(|inner| {
            if let Some(earlier) = std::mem::replace(&mut inner.timer, timer) {
                earlier.clear();
            }
        });
    }

    fn align(self) {
        // Notifications come from the stream: whoever has asked for them keeps it while the tab is hidden.
        let notifies = self.news.notify().get_untracked() == Notify::On;
        let hidden = document().visibility_state() == web_sys::VisibilityState::Hidden && !notifies;
        let reopen = self.inner.try_update_value(|inner| {
            inner.timer = None;
            if !inner.on || hidden {
                inner.gap = inner.gap || inner.source.take().is_some();
                return false;
            }
            let fits =
                inner.source.as_ref().is_some_and(|source| source.is_open() && source.serves(&inner.feeds));
            !fits
        });
        if reopen == Some(true) {
            self.open();
        }
    }

    fn open(self) {
        self.inner.update_value(|inner| {
            let after = inner.fold.resume();
            // The old stream goes first: browsers allow few connections to one host. What is not stored and is told
            // in between is missed.
            inner.gap = inner.source.take().is_some() || inner.gap;
            inner.source =
                Source::open(&inner.feeds, after, move |event| self.take(event), move || self.failed());
        });
        if self.inner.with_value(|inner| inner.source.is_none()) {
            self.failed();
        }
    }

    fn take(self, event: Event) {
        let Some(change) = self.inner.try_update_value(|inner| inner.fold.take(event)) else { return };
        match change {
            Change::Connected => self.connected(false),
            Change::Resync => self.connected(true),
            Change::Nothing => {}
            Change::Run(run) => self.note(&run),
            Change::Notice(why, run) => {
                self.told.update(|count| *count += 1);
                self.news.take(Told { why, run: *run });
            }
            Change::Tail(tail) => self.inner.with_value(|inner| inner.feeds.take_tail(tail)),
            Change::Catalog(slugs) => self.catalog.update(|news| news.take(slugs)),
            Change::Approvals { to_answer, to_review } => {
                let next =
                    |news: &ApprovalNews| ApprovalNews { to_answer, to_review, version: news.version + 1 };
                let before = self.approvals.get_untracked();
                self.approvals.update(|news| *news = next(news));
                if before.version > 0 && (to_answer > before.to_answer || to_review > before.to_review) {
                    self.news.take_count(to_answer, to_review);
                }
            }
        }
    }

    fn connected(self, missed: bool) {
        let gap = self.inner.try_update_value(|inner| {
            inner.backoff.worked();
            std::mem::take(&mut inner.gap)
        });
        self.connection.set(Connection::Live);
        if missed || gap == Some(true) {
            self.resync.update(|count| *count += 1);
        }
    }

    fn failed(self) {
        let failed = self.inner.try_update_value(|inner| {
            inner.gap = true;
            if let Some(source) = &inner.source {
                source.close();
            }
            (inner.backoff.after_failure(js_sys::Math::random()), inner.backoff.failures())
        });
        let Some((wait, failures)) = failed else { return };
        self.connection.set(Connection::Reconnecting);
        if failures >= SUSPICIOUS {
            // A stream does not tell why it was refused; a request does, and a 401 leads to the sign-in page.
            spawn_local(async {
                drop(api::approvals().await);
            });
        }
        self.settle(Duration::from_millis(wait.into()));
    }
}
