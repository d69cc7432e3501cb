//! Follows the policies' folder and the file of error budgets: a change is read within a second, a burst once.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::PolicyFiles;

/// A burst is over when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(100);
/// Read again so often even if nothing was told: some file systems tell nothing.
const ANYWAY: Duration = Duration::from_secs(30);

/// The policies can't be watched.
#[derive(Debug, thiserror::Error)]
#[error("the policies can't be watched: {0}")]
pub struct WatchError(#[from] notify::Error);

/// Keeps the watch alive.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
}

/// Reads again every half minute in any case; the error says what will not be seen earlier.
pub(super) fn start(policies: &Arc<PolicyFiles>) -> Result<Watch, WatchError> {
    let (told, tells) = mpsc::channel();
    let weak = Arc::downgrade(policies);
    thread::spawn(move || follow(&weak, &tells));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change; without this the reload would wake itself.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // The policies are gone when nobody receives.
            let _ = told.send(());
        }
    })?;
    let policy = &policies.config.policy;
    // A file that is replaced by a rename is seen in its folder only.
    let beside = policy.error_budgets.as_deref().and_then(Path::parent);
    let folders: BTreeSet<&Path> = policy.folder.as_deref().into_iter().chain(beside).collect();
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(Watch { _watcher: watcher })
}

fn follow(policies: &Weak<PolicyFiles>, tells: &mpsc::Receiver<()>) {
    loop {
        match tells.recv_timeout(ANYWAY) {
            Ok(()) => while tells.recv_timeout(QUIET).is_ok() {},
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            // Nobody tells any more: it is looked every so often.
            Err(mpsc::RecvTimeoutError::Disconnected) => thread::sleep(ANYWAY),
        }
        let Some(policies) = policies.upgrade() else { return };
        policies.reload();
    }
}
