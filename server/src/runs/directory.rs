//! Run directories: where they are, and who is told when one grows.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lastmile_protocol::RunId;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

type Listeners = Arc<Mutex<HashMap<PathBuf, Arc<Notify>>>>;

/// All run directories, with one inotify instance for those that are followed.
pub(super) struct Directories {
    root: PathBuf,
    listeners: Listeners,
    watcher: Mutex<RecommendedWatcher>,
}

impl Directories {
    pub(super) fn open(root: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&root)?;
        let listeners = Listeners::default();
        let told = Arc::clone(&listeners);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if event.kind.is_access() {
                return;
            }
            let listeners = told.lock().unwrap_or_else(PoisonError::into_inner);
            for path in &event.paths {
                if let Some(listener) = path.parent().and_then(|dir| listeners.get(dir)) {
                    listener.notify_one();
                }
            }
        })
        .map_err(io::Error::other)?;
        Ok(Self { root, listeners, watcher: Mutex::new(watcher) })
    }

    pub(super) fn of(&self, run: &RunId) -> PathBuf {
        self.root.join(run.as_str())
    }

    /// Is notified when something in the directory changes, until it is dropped.
    pub(super) fn listen<'a>(&'a self, dir: &Path) -> Listening<'a> {
        let notify = Arc::new(Notify::new());
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).insert(dir.into(), Arc::clone(&notify));
        let watched = self
            .watcher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .watch(dir, RecursiveMode::NonRecursive);
        if let Err(error) = watched {
            // The follower looks by itself every now and then, so this costs time, not truth.
            tracing::warn!(dir = %dir.display(), %error, "a run directory can't be watched");
        }
        Listening { directories: self, dir: dir.into(), notify }
    }
}

/// A follower's place among the listeners.
pub(super) struct Listening<'a> {
    directories: &'a Directories,
    dir: PathBuf,
    notify: Arc<Notify>,
}

impl Listening<'_> {
    pub(super) async fn changed(&self) {
        self.notify.notified().await;
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.directories.listeners.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.dir);
        // The directory may be gone already.
        let _ = self.directories.watcher.lock().unwrap_or_else(PoisonError::into_inner).unwatch(&self.dir);
    }
}
