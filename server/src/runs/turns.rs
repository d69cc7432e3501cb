//! Whose turn it is: runs of one action on one target, one after the other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as TurnLock, OwnedMutexGuard};

/// One lock for each action on a target that has a run.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<String, Arc<TurnLock<()>>>>);

/// Holds the turn until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _guard: OwnedMutexGuard<()>,
}

impl Turns {
    /// Waits for its turn; the order is that of the calls.
    pub(super) async fn wait(&self, key: String) -> Turn {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Locks that nobody holds or waits for are forgotten.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(key).or_default())
        };
        Turn { _guard: lock.lock_owned().await }
    }
}
