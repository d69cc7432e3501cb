//! What happens, told to whoever listens: stored first, then live.
//!
//! State changes come from the store by sequence number, so a listener who falls behind reads the store and
//! misses nothing. Log tails are the newest value only, and lossy by design.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lastmile_protocol::{LogTail, LogWindow, RunId};
use tokio::sync::{broadcast, watch};

use crate::store::StoredEvent;

/// State changes kept for listeners; one who is further behind reads the store.
const BACKLOG: usize = 256;

/// Tells state changes and log tails. Shared.
#[derive(Debug)]
pub struct Feed {
    changes: broadcast::Sender<Arc<StoredEvent>>,
    tails: Mutex<HashMap<RunId, watch::Sender<Option<Arc<LogTail>>>>>,
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
        let tail = Arc::new(LogTail { run: run.clone(), window });
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        tails.entry(run.clone()).or_insert_with(|| watch::channel(None).0).send_replace(Some(tail));
    }

    /// Listens to a run's newest lines, those that were told already first. The sender goes when the run has ended.
    #[must_use]
    pub fn tail(&self, run: &RunId) -> watch::Receiver<Option<Arc<LogTail>>> {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        let mut listener = tails.entry(run.clone()).or_insert_with(|| watch::channel(None).0).subscribe();
        // A new receiver counts what is there as seen: who comes late would wait for lines that may never come.
        listener.mark_changed();
        listener
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
    use super::*;

    #[test]
    fn who_listens_late_hears_the_newest_lines_at_once() {
        let (feed, run) = (Feed::default(), RunId::from("a"));
        feed.tell_tail(&run, LogWindow { first: 7, ..LogWindow::default() });
        let mut listener = feed.tail(&run);
        assert!(listener.has_changed().unwrap());
        assert_eq!(listener.borrow_and_update().as_ref().map(|tail| tail.window.first), Some(7));
        assert!(!listener.has_changed().unwrap());
    }
}
