//! Old logs go; the record of their runs stays.
//!
//! A log is its run directory. What is removed is renamed first, so that nobody ever reads half of it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use lastmile_protocol::{Millis, RunId, Slug};

use super::{Refusal, Runs};
use crate::config::Retention;

/// How often it is looked.
pub(super) const EVERY: Duration = Duration::from_secs(10 * 60);
/// What the name of a directory begins with that is being removed.
const REMOVED: &str = ".removed-";

/// A log that is there, of a run that has ended.
#[derive(Clone, Debug)]
struct Kept {
    run: RunId,
    ended: Millis,
    bytes: u64,
}

impl Runs {
    /// Removes old logs, for as long as the server runs.
    pub async fn retain_forever(&self) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = self.remove_old_logs().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "old logs can't be removed");
            }
        }
    }

    async fn remove_old_logs(&self) -> Result<(), Refusal> {
        let mut by_runbook: BTreeMap<Slug, Vec<Kept>> = BTreeMap::new();
        let root = self.config.data.join("runs");
        for (run, bytes) in blocking(move || directories(&root)).await? {
            let Some(stored) = self.store.run(&run).await? else { continue };
            let Some(ended) = stored.summary.times.ended.filter(|_| stored.summary.state.is_final()) else {
                continue;
            };
            by_runbook.entry(stored.summary.runbook).or_default().push(Kept { run, ended, bytes });
        }
        let now = self.clock.now();
        for run in by_runbook.into_values().flat_map(|kept| surplus(kept, self.config.retention, now)) {
            tracing::info!(%run, "removing an old log; the record stays");
            let dir = self.dir(&run);
            blocking(move || remove(&dir)).await?;
        }
        Ok(())
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Refusal> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|error| Refusal::Internal(Box::new(error)))??)
}

/// All run directories with what they take of the disk; finishes removals that were cut off.
fn directories(root: &Path) -> io::Result<Vec<(RunId, u64)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with(REMOVED) {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            found.push((RunId(name), size(&entry.path())?));
        }
    }
    Ok(found)
}

/// The files of a run directory; holes take nothing, and what a script left in `work` is its own.
fn size(dir: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir)? {
        bytes += entry?.metadata().map_or(0, |file| file.blocks() * 512);
    }
    Ok(bytes)
}

fn remove(dir: &Path) -> io::Result<()> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let removed = dir.with_file_name(format!("{REMOVED}{name}"));
    std::fs::rename(dir, &removed)?;
    std::fs::remove_dir_all(removed)
}

/// Which logs of one runbook are too old, too many or too large; the newest stay.
fn surplus(mut kept: Vec<Kept>, rules: Retention, now: Millis) -> Vec<RunId> {
    kept.sort_by_key(|log| std::cmp::Reverse(log.ended));
    let mut bytes: u64 = 0;
    let goes = |(number, log): (usize, Kept)| {
        bytes = bytes.saturating_add(log.bytes);
        let too_old = rules.age_ms.is_some_and(|age| now.0.saturating_sub(log.ended.0) > age);
        let too_many = rules.count.is_some_and(|count| number >= count);
        let too_large = rules.size.is_some_and(|size| bytes > size);
        (too_old || too_many || too_large).then_some(log.run)
    };
    kept.into_iter().enumerate().filter_map(goes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs() -> Vec<Kept> {
        (1..=4).map(|at| Kept { run: RunId(at.to_string()), ended: Millis(at * 100), bytes: 10 }).collect()
    }

    fn gone(rules: Retention) -> Vec<String> {
        surplus(logs(), rules, Millis(500)).into_iter().map(|run| run.0).collect()
    }

    #[test]
    fn each_rule_takes_the_oldest_and_without_rules_everything_stays() {
        assert_eq!(gone(Retention::default()), Vec::<String>::new());
        assert_eq!(gone(Retention { age_ms: Some(250), ..Retention::default() }), ["2", "1"]);
        assert_eq!(gone(Retention { count: Some(3), ..Retention::default() }), ["1"]);
        assert_eq!(gone(Retention { size: Some(25), ..Retention::default() }), ["2", "1"]);
    }

    #[test]
    fn a_removal_that_was_cut_off_is_finished() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join(".removed-1/work")).unwrap();
        std::fs::create_dir(root.path().join("2")).unwrap();
        assert_eq!(directories(root.path()).unwrap(), [(RunId::from("2"), 0)]);
        assert!(!root.path().join(".removed-1").exists());
    }
}
