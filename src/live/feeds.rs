//! What is watched, by how many, and the newest that is known of it.

use std::collections::{BTreeMap, HashMap};

use lastmile_protocol::{BatchId, LogTail, LogWindow, RunId, RunSummary, Slug};
use leptos::prelude::*;

use super::fold;

/// The newest that is known of a run.
#[derive(Clone, Debug, Default)]
pub struct RunFeed {
    /// Its state; `None` until the stream has told something.
    pub summary: ArcRwSignal<Option<RunSummary>>,
    /// Its newest lines.
    pub tail: ArcRwSignal<Option<LogWindow>>,
}

/// The latest run of each action of a runbook, by the action's name.
pub type RunbookFeed = ArcRwSignal<BTreeMap<String, RunSummary>>;

/// The runs of one request that the stream has told of, by their ids.
pub type BatchFeed = ArcRwSignal<BTreeMap<RunId, RunSummary>>;

/// How often each runbook has changed since the app was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogNews {
    version: u64,
    by_slug: HashMap<Slug, u64>,
}

impl CatalogNews {
    /// Grows with every change of any runbook.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Grows with every change of this one.
    #[must_use]
    pub fn version_of(&self, slug: &Slug) -> u64 {
        self.by_slug.get(slug).copied().unwrap_or_default()
    }

    pub(super) fn take(&mut self, slugs: Vec<Slug>) {
        self.version += 1;
        for slug in slugs {
            *self.by_slug.entry(slug).or_default() += 1;
        }
    }
}

/// What a stream is opened for, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Topics {
    pub(super) runs: Vec<RunId>,
    pub(super) runbooks: Vec<Slug>,
}

/// Everything that is watched.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    runs: BTreeMap<RunId, Watched<RunFeed>>,
    runbooks: BTreeMap<Slug, Watched<RunbookFeed>>,
    /// Their runs come with their runbook's, which is watched beside.
    batches: BTreeMap<BatchId, Watched<BatchFeed>>,
}

#[derive(Debug, Default)]
struct Watched<T> {
    watchers: u32,
    feed: T,
}

fn watch<K: Ord + Clone, T: Clone + Default>(all: &mut BTreeMap<K, Watched<T>>, key: &K) -> T {
    let watched = all.entry(key.clone()).or_default();
    watched.watchers += 1;
    watched.feed.clone()
}

fn release<K: Ord, T>(all: &mut BTreeMap<K, Watched<T>>, key: &K) {
    if let Some(watched) = all.get_mut(key) {
        watched.watchers = watched.watchers.saturating_sub(1);
        if watched.watchers == 0 {
            all.remove(key);
        }
    }
}

impl Feeds {
    pub(super) fn watch_run(&mut self, id: &RunId) -> RunFeed {
        watch(&mut self.runs, id)
    }

    pub(super) fn release_run(&mut self, id: &RunId) {
        release(&mut self.runs, id);
    }

    pub(super) fn watch_runbook(&mut self, slug: &Slug) -> RunbookFeed {
        watch(&mut self.runbooks, slug)
    }

    pub(super) fn release_runbook(&mut self, slug: &Slug) {
        release(&mut self.runbooks, slug);
    }

    pub(super) fn watch_batch(&mut self, id: &BatchId) -> BatchFeed {
        watch(&mut self.batches, id)
    }

    pub(super) fn release_batch(&mut self, id: &BatchId) {
        release(&mut self.batches, id);
    }

    pub(super) fn topics(&self) -> Topics {
        Topics {
            runs: self.runs.keys().cloned().collect(),
            runbooks: self.runbooks.keys().cloned().collect(),
        }
    }

    pub(super) fn take_run(&self, run: &RunSummary) {
        if let Some(watched) = self.runs.get(&run.id)
            && fold::supersedes(watched.feed.summary.read_untracked().as_ref(), run)
        {
            watched.feed.summary.set(Some(run.clone()));
        }
        if let Some(place) = &run.batch
            && let Some(watched) = self.batches.get(&place.id)
            && fold::supersedes(watched.feed.read_untracked().get(&run.id), run)
        {
            watched.feed.update(|runs| drop(runs.insert(run.id.clone(), run.clone())));
        }
        if let Some(watched) = self.runbooks.get(&run.runbook)
            && fold::is_latest(watched.feed.read_untracked().get(&run.action), run)
        {
            watched.feed.update(|latest| {
                latest.insert(run.action.clone(), run.clone());
            });
        }
    }

    pub(super) fn take_tail(&self, tail: LogTail) {
        if let Some(watched) = self.runs.get(&tail.run) {
            watched.feed.tail.set(Some(tail.window));
        }
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{BatchPlace, Millis, RunState};

    use super::*;
    use crate::sample;

    #[test]
    fn what_two_places_watch_stays_until_both_have_let_go() {
        let mut feeds = Feeds::default();
        let id = RunId::from("a");
        drop((feeds.watch_run(&id), feeds.watch_run(&id)));
        feeds.release_run(&id);
        assert_eq!(feeds.topics().runs, std::slice::from_ref(&id));
        feeds.release_run(&id);
        feeds.release_run(&id);
        assert_eq!(feeds.topics(), Topics::default());
    }

    #[test]
    fn a_run_reaches_its_own_watchers_and_those_of_its_runbook() {
        let mut feeds = Feeds::default();
        let run = sample::run("a", RunState::Running);
        let (one, book) = (feeds.watch_run(&run.id), feeds.watch_runbook(&run.runbook));
        feeds.take_run(&run);
        feeds.take_run(&sample::run("a", RunState::Queued));
        assert_eq!(one.summary.get_untracked(), Some(run.clone()));
        assert_eq!(book.get_untracked()["act"], run);
        let later = RunSummary {
            times: lastmile_protocol::RunTimes { requested: Millis(9), ..run.times },
            ..sample::run("b", RunState::Queued)
        };
        feeds.take_run(&later);
        assert_eq!(book.get_untracked()["act"], later);
        assert_eq!(one.summary.get_untracked(), Some(run));
    }

    #[test]
    fn every_run_of_a_request_reaches_who_watches_that() {
        let mut feeds = Feeds::default();
        let place = |nth| Some(Box::new(BatchPlace { id: BatchId::from("b"), nth, of: 2 }));
        let one = RunSummary { batch: place(1), ..sample::run("1", RunState::Running) };
        let other = RunSummary { batch: place(2), ..sample::run("2", RunState::Queued) };
        let feed = feeds.watch_batch(&BatchId::from("b"));
        for run in [&one, &other, &sample::run("3", RunState::Running)] {
            feeds.take_run(run);
        }
        assert_eq!(feed.get_untracked().into_values().collect::<Vec<_>>(), [one, other]);
    }

    #[test]
    fn a_changed_runbook_is_told_apart_from_the_others() {
        let mut news = CatalogNews::default();
        news.take(vec![Slug::from("a")]);
        assert_eq!(
            (news.version(), news.version_of(&Slug::from("a")), news.version_of(&Slug::from("b"))),
            (1, 1, 0)
        );
    }
}
