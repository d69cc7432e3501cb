//! Colours of code, by the grammars of Sublime Text: which bytes of a runbook's code blocks are what.
//!
//! Grammars are regular expressions that somebody else wrote, run over text that somebody else wrote. So everything
//! has a limit: line, block, time, threads, memory; what goes beyond one stays plain. It knows nothing of HTTP.

mod classes;
mod languages;
mod promql;
mod recent;
mod spans;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lastmile_protocol::{Digest, Highlights};
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use self::recent::Recent;

/// Longest time for one runbook; the grammars in use are compiled within it the first time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Runbooks that are coloured at once. A thread can't be taken back from a regular expression.
const THREADS: usize = 2;

/// Colours runbooks, and remembers the newest results.
#[derive(Debug)]
pub struct Highlighter {
    recent: Mutex<Recent>,
    turns: Arc<Semaphore>,
}

impl Default for Highlighter {
    fn default() -> Self {
        Self { recent: Mutex::default(), turns: Arc::new(Semaphore::new(THREADS)) }
    }
}

impl Highlighter {
    /// The colours of a revision whose text is `source`.
    ///
    /// # Errors
    /// A grammar panicked.
    pub async fn highlight(&self, revision: &Digest, source: String) -> Result<Arc<Highlights>, JoinError> {
        if let Some(known) = self.recent().get(revision) {
            return Ok(known);
        }
        // The semaphore is never closed; the turn goes with the thread, even if nobody waits for it any more.
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        let (highlights, in_time) = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            highlight(&source, Instant::now() + PATIENCE)
        })
        .await?;
        let highlights = Arc::new(highlights);
        // What ran out of time on a busy machine may succeed the next time.
        if in_time {
            self.recent().put(revision.clone(), Arc::clone(&highlights));
        }
        Ok(highlights)
    }

    fn recent(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The colours, and whether the time was enough.
fn highlight(source: &str, until: Instant) -> (Highlights, bool) {
    let runbook = lastmile_runbook::parse(source);
    let blocks = runbook.code_blocks().iter().map(|block| spans::of(block, until)).collect();
    (Highlights { blocks }, Instant::now() < until)
}

#[cfg(test)]
mod tests;
