//! Run directories: where they are, and who is told when one grows.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lastmile_protocol::RunId;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use crate::exec::Change;

type Listeners = Arc<Mutex<HashMap<PathBuf, Arc<Bells>>>>;

/// One for each kind of change.
#[derive(Default)]
struct Bells {
    output: Notify,
    standing: Notify,
}

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
                let Some(bells) = path.parent().and_then(|dir| listeners.get(dir)) else { continue };
                match Change::of(path) {
                    Some(Change::Output) => bells.output.notify_one(),
                    Some(Change::Standing) => bells.standing.notify_one(),
                    None => {}
                }
            }
        })
        .map_err(io::Error::other)?;
        Ok(Self { root, listeners, watcher: Mutex::new(watcher) })
    }

    /// The folder that they are in.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn of(&self, run: &RunId) -> PathBuf {
        self.root.join(run.as_str())
    }

    /// Is notified when a file changes that says how the run stands, until it is dropped.
    pub(super) fn listen<'a>(&'a self, dir: &Path) -> Listening<'a> {
        let bells = Arc::new(Bells::default());
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).insert(dir.into(), Arc::clone(&bells));
        let watched = self
            .watcher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .watch(dir, RecursiveMode::NonRecursive);
        if let Err(error) = watched {
            // The follower looks by itself every now and then, so this costs time, not truth.
            tracing::warn!(dir = %dir.display(), %error, "a run directory can't be watched");
        }
        Listening { directories: self, dir: dir.into(), bells }
    }
}

/// A follower's place among the listeners.
pub(super) struct Listening<'a> {
    directories: &'a Directories,
    dir: PathBuf,
    bells: Arc<Bells>,
}

impl Listening<'_> {
    /// There is more output.
    pub(super) async fn output(&self) {
        self.bells.output.notified().await;
    }

    /// The run stands otherwise than before.
    pub(super) async fn standing(&self) {
        self.bells.standing.notified().await;
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.directories.listeners.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.dir);
        // The directory may be gone already.
        let _ = self.directories.watcher.lock().unwrap_or_else(PoisonError::into_inner).unwatch(&self.dir);
    }
}
