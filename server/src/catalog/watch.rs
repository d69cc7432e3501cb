//! Follows the folder: a change is read within a second, a burst of changes once.

use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::Catalog;

/// A burst is over when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(100);
/// Read again so often even if nothing was told: some file systems tell nothing.
const ANYWAY: Duration = Duration::from_secs(30);

/// The folder can't be watched.
#[derive(Debug, thiserror::Error)]
#[error("the runbook folder can't be watched: {0}")]
pub struct WatchError(#[from] notify::Error);

/// Keeps the watch alive.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
}

pub(super) fn start(catalog: &Arc<Catalog>) -> Result<Watch, WatchError> {
    let (told, tells) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change; without this the reload would wake itself.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // The catalog is gone when nobody receives.
            let _ = told.send(());
        }
    })?;
    watcher.watch(catalog.root(), RecursiveMode::Recursive)?;
    let catalog = Arc::downgrade(catalog);
    thread::spawn(move || follow(&catalog, &tells));
    Ok(Watch { _watcher: watcher })
}

fn follow(catalog: &Weak<Catalog>, tells: &mpsc::Receiver<()>) {
    loop {
        match tells.recv_timeout(ANYWAY) {
            Ok(()) => while tells.recv_timeout(QUIET).is_ok() {},
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
        let Some(catalog) = catalog.upgrade() else { return };
        catalog.reload();
    }
}
