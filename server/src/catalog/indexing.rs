//! Keeps the search index up with the folder, beside serving: nobody waits for it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use lastmile_protocol::Slug;
use tokio::sync::broadcast::error::RecvError;

use super::search::document::{document, mark, name_terms};
use super::{Catalog, Entry, Snapshot};
use crate::store::StoreError;

/// So many runbooks are indexed at once: a search finds what is there in between.
const BATCH: usize = 64;
/// After so many new ones the index is put in order.
const MANY: usize = 500;

/// What the index knows. Starts with nothing.
#[derive(Debug, Default)]
pub(super) struct Indexed {
    /// The snapshot that is all there, once one is.
    snapshot: RwLock<Option<Snapshot>>,
    /// How many of the newest are still to come.
    waiting: AtomicUsize,
    /// All terms by which runbooks are called.
    names: RwLock<Arc<Vec<String>>>,
}

impl Indexed {
    /// How many runbooks of `now` are not indexed yet as they are.
    pub(super) fn missing(&self, now: &Snapshot) -> usize {
        let known = self.snapshot.read().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_some_and(|known| Arc::ptr_eq(known, now)) {
            return 0;
        }
        self.waiting.load(Ordering::Relaxed).max(1)
    }

    pub(super) fn names(&self) -> Arc<Vec<String>> {
        Arc::clone(&self.names.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Catalog {
    /// Indexes what is there, and then whatever changes, for as long as it is polled.
    pub async fn keep_index(self: Arc<Self>) {
        let mut changes = self.changes();
        loop {
            if let Err(error) = self.bring_up().await {
                tracing::error!(%error, "the search index can't be brought up to date; the next change tries again");
            }
            match changes.recv().await {
                // Whatever was missed: all that differs is indexed.
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Brings the index to the newest snapshot.
    async fn bring_up(&self) -> Result<(), StoreError> {
        let started = Instant::now();
        let now = self.snapshot();
        let known = self.index.marks().await?;
        let gone: Vec<Slug> = known.keys().filter(|slug| !now.contains_key(*slug)).cloned().collect();
        let new: Vec<Arc<Entry>> = now
            .iter()
            .filter(|(slug, entry)| known.get(*slug) != Some(&mark(entry)))
            .map(|(_, it)| Arc::clone(it))
            .collect();
        self.indexed.waiting.store(new.len(), Ordering::Relaxed);
        let names = names_of(Arc::clone(&now)).await;
        *self.indexed.names.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(names);
        if !gone.is_empty() {
            self.index.remove(&gone).await?;
        }
        for batch in new.chunks(BATCH) {
            let entries = batch.to_vec();
            let documents: Vec<_> =
                beside(move || entries.iter().map(|entry| document(entry)).collect()).await;
            self.index.put(&documents).await?;
            self.indexed.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        }
        if new.len() >= MANY {
            self.index.tidy().await?;
        }
        *self.indexed.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Some(now);
        if new.len() + gone.len() > 0 {
            let took = started.elapsed().as_millis();
            tracing::info!(new = new.len(), gone = gone.len(), took, "the search index is up to date (ms)");
        }
        Ok(())
    }
}

async fn names_of(snapshot: Snapshot) -> Vec<String> {
    beside(move || {
        let names: BTreeSet<String> =
            snapshot.values().flat_map(|entry| name_terms(entry).collect::<Vec<_>>()).collect();
        names.into_iter().collect()
    })
    .await
}

/// Work that takes long enough to keep others waiting, done on a thread for that.
async fn beside<T: Send + Default + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a part of the search index could not be made");
        T::default()
    })
}
