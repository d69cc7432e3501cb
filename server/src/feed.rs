//! What happens, told to whoever listens: stored first, then live.
//!
//! State changes come from the store by sequence number, so a listener who falls behind reads the store and
//! misses nothing. Log tails are the newest value only, and lossy by design.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use lastmile_protocol::{Event, LogTail, LogWindow, RunId};
use tokio::sync::{broadcast, watch};

use crate::store::StoredEvent;

/// State changes kept for listeners; one who is further behind reads the store.
const BACKLOG: usize = 256;

/// Tells state changes and log tails. Shared.
#[derive(Debug)]
pub struct Feed {
    changes: broadcast::Sender<Arc<StoredEvent>>,
    tails: Mutex<HashMap<RunId, watch::Sender<Option<Arc<Tail>>>>>,
    closing: watch::Sender<bool>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            changes: broadcast::channel(BACKLOG).0,
            tails: Mutex::default(),
            closing: watch::channel(false).0,
        }
    }
}

/// A run's newest lines, as they are told.
///
/// A thousand listeners get the same bytes, made once. Whoever was told the tail before this one gets only what is new
/// since; everybody else gets all of it.
#[derive(Debug)]
pub struct Tail {
    run: RunId,
    window: LogWindow,
    /// Counts the tails of this run.
    number: u64,
    /// How many lines of the window those know who were told the tail before.
    known: usize,
    whole: OnceLock<Bytes>,
    news: OnceLock<Bytes>,
}

impl Tail {
    fn new(run: RunId, window: LogWindow, before: Option<&Self>) -> Self {
        // The last line may have grown since.
        let settled = before.map_or(0, |tail| tail.window.head.lines.saturating_sub(1));
        let known = usize::try_from(settled.saturating_sub(window.first)).unwrap_or(usize::MAX);
        Self {
            run,
            known: known.min(window.lines.len()),
            window,
            number: before.map_or(1, |tail| tail.number + 1),
            whole: OnceLock::new(),
            news: OnceLock::new(),
        }
    }

    /// Which of the run's tails it is, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The message for somebody whom the tail of number `told` was told last (0: none).
    #[must_use]
    pub fn message(&self, told: u64) -> Bytes {
        if told + 1 == self.number && told > 0 {
            self.news.get_or_init(|| self.from(self.known)).clone()
        } else {
            self.whole.get_or_init(|| self.from(0)).clone()
        }
    }

    fn from(&self, skipped: usize) -> Bytes {
        let lines = self.window.lines.get(skipped..).unwrap_or_default().to_vec();
        let window = LogWindow { head: self.window.head, first: self.window.first + skipped as u64, lines };
        message(None, &Event::Tail(LogTail { run: self.run.clone(), window }))
    }
}

/// A server-sent event.
#[must_use]
pub fn message(id: Option<u64>, event: &Event) -> Bytes {
    // Our own types always are JSON; JSON has no line feed outside of strings, and escapes those inside.
    let json = serde_json::to_string(event).unwrap_or_default();
    match id {
        Some(id) => format!("id: {id}\ndata: {json}\n\n"),
        None => format!("data: {json}\n\n"),
    }
    .into()
}

impl Feed {
    /// Tells a change that is stored already.
    pub fn tell(&self, event: StoredEvent) {
        // Nobody listening is fine.
        let _ = self.changes.send(Arc::new(event));
    }

    /// Listens for state changes from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Arc<StoredEvent>> {
        self.changes.subscribe()
    }

    /// Replaces a run's newest lines.
    pub fn tell_tail(&self, run: &RunId, window: LogWindow) {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = tails.entry(run.clone()).or_insert_with(|| watch::channel(None).0);
        let next = Tail::new(run.clone(), window, tail.borrow().as_deref());
        tail.send_replace(Some(Arc::new(next)));
    }

    /// Listens to a run's newest lines, those that were told already first. The sender goes when the run has ended.
    #[must_use]
    pub fn tail(&self, run: &RunId) -> watch::Receiver<Option<Arc<Tail>>> {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        let mut listener = tails.entry(run.clone()).or_insert_with(|| watch::channel(None).0).subscribe();
        // A new receiver counts what is there as seen: who comes late would wait for lines that may never come.
        listener.mark_changed();
        listener
    }

    /// Nobody of that stream listens to those runs any more.
    pub fn leave_tails(&self, runs: &[RunId]) {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        for run in runs {
            // One that has told something belongs to a run under way, which looks for it again.
            let idle = |tail: &watch::Sender<Option<Arc<Tail>>>| tail.is_closed() && tail.borrow().is_none();
            if tails.get(run).is_some_and(idle) {
                tails.remove(run);
            }
        }
    }

    /// Forgets a run's lines: it has ended, and its listeners have the last ones.
    pub fn end_tail(&self, run: &RunId) {
        self.tails.lock().unwrap_or_else(PoisonError::into_inner).remove(run);
    }

    /// Ends every stream, so that a graceful stop does not wait for them.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Turns true when streams must end.
    #[must_use]
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{LogHead, LogLine};

    use super::*;

    fn window(first: u64, texts: &[&str]) -> LogWindow {
        let line = |text: &&str| LogLine { text: (*text).to_owned(), ..LogLine::default() };
        let lines: Vec<_> = texts.iter().map(line).collect();
        let head = LogHead { lines: first + lines.len() as u64, ..LogHead::default() };
        LogWindow { head, first, lines }
    }

    fn told(tail: &Tail, before: u64) -> (u64, Vec<String>) {
        let message = tail.message(before);
        let json = std::str::from_utf8(&message).unwrap().strip_prefix("data: ").unwrap();
        let Event::Tail(tail) = serde_json::from_str(json).unwrap() else { panic!("it is a tail") };
        (tail.window.first, tail.window.lines.into_iter().map(|line| line.text).collect())
    }

    #[test]
    fn who_listens_late_hears_the_newest_lines_at_once() {
        let (feed, run) = (Feed::default(), RunId::from("a"));
        feed.tell_tail(&run, window(7, &["x"]));
        let mut listener = feed.tail(&run);
        assert!(listener.has_changed().unwrap());
        assert_eq!(listener.borrow_and_update().as_ref().map(|tail| told(tail, 0).0), Some(7));
        assert!(!listener.has_changed().unwrap());
    }

    #[test]
    fn who_heard_the_last_tail_is_told_what_is_new_and_what_may_have_grown() {
        let (feed, run) = (Feed::default(), RunId::from("a"));
        let listener = feed.tail(&run);
        let newest = || listener.borrow().clone().unwrap();
        feed.tell_tail(&run, window(0, &["one", "tw"]));
        feed.tell_tail(&run, window(0, &["one", "two", "three"]));
        assert_eq!(told(&newest(), 1), (1, vec!["two".to_owned(), "three".to_owned()]));
        assert_eq!(told(&newest(), 0).1, ["one", "two", "three"]);
        // Nothing of a burst beyond the window is pretended to be known.
        feed.tell_tail(&run, window(1000, &["new", "newer"]));
        assert_eq!(told(&newest(), 2), (1000, vec!["new".to_owned(), "newer".to_owned()]));
        assert_eq!(told(&newest(), 1).1, ["new", "newer"]);
    }

    #[test]
    fn a_run_that_nobody_listens_to_any_more_is_forgotten() {
        let (feed, run) = (Feed::default(), RunId::from("a"));
        drop(feed.tail(&run));
        feed.leave_tails(std::slice::from_ref(&run));
        assert!(feed.tails.lock().unwrap().is_empty());
        feed.tell_tail(&run, window(0, &["x"]));
        feed.leave_tails(std::slice::from_ref(&run));
        assert_eq!(feed.tails.lock().unwrap().len(), 1);
    }
}
