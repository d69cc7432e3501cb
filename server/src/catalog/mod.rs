//! The runbook folder: read, parsed, watched and searched.
//!
//! The catalog is a snapshot that is replaced as a whole: a reader never sees half a change. A file that can't
//! be read or has errors stands in it with what is wrong, and hides no other.

mod alerts;
pub mod files;
mod history;
mod indexing;
mod links;
mod load;
mod search;
mod watch;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use lastmile_protocol::{Digest, RunbookSummary, Slug};
use lastmile_runbook::Runbook;
use tokio::sync::broadcast;

pub use history::CommitId;
pub use search::Query;
pub use watch::WatchError;

use crate::config::Config;
use crate::store::SearchIndex;

/// A runbook as it is now.
#[derive(Debug)]
pub struct Entry {
    /// Its row.
    pub summary: RunbookSummary,
    /// SHA-256 of the file's bytes.
    pub revision: Digest,
    /// The file's text; empty if it is unreadable.
    pub source: String,
    /// The text, parsed.
    pub runbook: Runbook,
    stamp: load::Stamp,
}

impl Entry {
    /// Name and digest of every action.
    pub fn action_digests(&self) -> impl Iterator<Item = (String, Digest)> {
        self.runbook.actions.iter().map(|action| (action.name.clone(), Digest(action.digest(&self.runbook))))
    }
}

type Snapshot = Arc<BTreeMap<Slug, Arc<Entry>>>;

/// All runbooks. Shared by everybody who reads them.
#[derive(Debug)]
pub struct Catalog {
    root: PathBuf,
    config: Arc<Config>,
    now: RwLock<Snapshot>,
    index: SearchIndex,
    indexed: indexing::Indexed,
    changes: broadcast::Sender<Vec<Slug>>,
}

impl Catalog {
    /// Reads the folder for the first time. A missing folder is an empty catalog: it may come. Nothing is searched
    /// before [`Catalog::keep_index`] has been started.
    #[must_use]
    pub fn open(config: Arc<Config>, index: SearchIndex) -> Arc<Self> {
        let root = config.runbooks.clone();
        let first = load::scan(&root, &config, &BTreeMap::new());
        Arc::new(Self {
            root,
            config,
            now: RwLock::new(Arc::new(first)),
            index,
            indexed: indexing::Indexed::default(),
            changes: broadcast::channel(64).0,
        })
    }

    /// Follows the folder until the catalog is dropped.
    ///
    /// # Errors
    /// If the system offers no watch.
    pub fn watch(self: &Arc<Self>) -> Result<watch::Watch, WatchError> {
        watch::start(self)
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// One runbook.
    #[must_use]
    pub fn get(&self, slug: &Slug) -> Option<Arc<Entry>> {
        self.snapshot().get(slug).cloned()
    }

    /// Tells which slugs changed, each time some did.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Vec<Slug>> {
        self.changes.subscribe()
    }

    fn snapshot(&self) -> Snapshot {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the folder again; files whose stamp is the same are not read.
    fn reload(&self) {
        let before = self.snapshot();
        let after = load::scan(&self.root, &self.config, &before);
        let changed = differing(&before, &after);
        if changed.is_empty() {
            return;
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(after);
        tracing::info!(runbooks = changed.len(), "the runbook folder has changed");
        // Nobody listening is fine.
        let _ = self.changes.send(changed);
    }
}

/// Slugs that came, went or have another revision.
fn differing(before: &BTreeMap<Slug, Arc<Entry>>, after: &BTreeMap<Slug, Arc<Entry>>) -> Vec<Slug> {
    let gone = before.keys().filter(|slug| !after.contains_key(*slug));
    let new = after.iter().filter(|(slug, entry)| {
        before.get(*slug).is_none_or(|had| {
            had.revision != entry.revision || had.summary.unreadable != entry.summary.unreadable
        })
    });
    gone.chain(new.map(|(slug, _)| slug)).cloned().collect()
}
