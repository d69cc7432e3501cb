//! Logs are compressed some time after their runs have ended: one after the other, when nothing else needs the processor.
//!
//! Only a run that the record says has ended *and* that has its exit record is touched. What can't be compressed stays
//! as it is, and is as readable as before (`log/compress.rs`).

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lastmile_protocol::{Millis, RunId};
use tokio::sync::oneshot;

use super::retention::{EVERY, blocking};
use super::{Refusal, Runs};
use crate::log::{self, Saved};

/// Less space than this is left to runs under way: a log that can't be written ends its run.
const KEPT_FREE: u64 = 64 << 20;
/// How much the worker gives way to everybody else on the machine, from 0 to 19.
const NICE: i32 = 15;

/// Ends the worker's thread with the task that waits for it.
#[derive(Default)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Runs {
    /// Compresses logs that are old enough, for as long as the server runs.
    pub async fn compress_forever(&self) {
        let Some(age_ms) = self.config.retention.compress_ms else { return };
        let mut ticks = tokio::time::interval(EVERY);
        // Tried again by the next server only: a damaged disk does not get better by being read every ten minutes.
        let mut failed = HashSet::new();
        loop {
            ticks.tick().await;
            if let Err(error) = self.compress_old_logs(age_ms, &mut failed).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "old logs can't be looked for");
            }
        }
    }

    async fn compress_old_logs(&self, age_ms: i64, failed: &mut HashSet<RunId>) -> Result<(), Refusal> {
        let root = self.0.directories.root().to_owned();
        for run in blocking(move || plain(&root)).await? {
            if failed.contains(&run) || !self.is_old(&run, age_ms).await? {
                continue;
            }
            let dir = self.dir(&run);
            match compress(dir.clone()).await {
                Ok(Saved { before, after }) => tracing::info!(%run, before, after, "a log was compressed"),
                // The others wait for the next look, too.
                Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                    tracing::warn!("there is too little space to compress logs; they stay as they are");
                    break;
                }
                // Removed meanwhile, by its age say.
                Err(_) if !dir.exists() => {}
                Err(error) => {
                    tracing::warn!(%run, %error, "a log can't be compressed and stays as it is");
                    failed.insert(run);
                }
            }
        }
        Ok(())
    }

    /// Whether the record says that the run ended so many milliseconds ago.
    async fn is_old(&self, run: &RunId, age_ms: i64) -> Result<bool, Refusal> {
        let latest = Millis(self.clock.now().0.saturating_sub(age_ms));
        let run = self.store.run(run).await?.map(|run| run.summary);
        Ok(run
            .is_some_and(|run| run.state.is_final() && run.times.ended.is_some_and(|ended| ended <= latest)))
    }
}

/// Runs whose logs could be compressed, by what is on the disk; oldest first, as their ids are.
fn plain(root: &Path) -> io::Result<Vec<RunId>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        // One that is removed meanwhile is none.
        if log::can_be_compressed(&entry.path()).unwrap_or(false) {
            found.extend(entry.file_name().into_string().ok().map(RunId));
        }
    }
    found.sort();
    Ok(found)
}

/// In a thread of its own: its low priority must not stay with one that others get, and a server that stops does not wait
/// for it. Wherever that ends it, the log is readable.
async fn compress(dir: PathBuf) -> io::Result<Saved> {
    let stop = Stop::default();
    let stopped = Arc::clone(&stop.0);
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().name("compress".to_owned()).spawn(move || {
        // Of this thread alone, on Linux. Refused, it works all the same.
        let _ = rustix::process::nice(NICE);
        let mut go_on = || may_go_on(&dir, &stopped);
        let _ = tell.send(log::compress(&dir, &mut go_on));
    })?;
    told.await.map_err(io::Error::other)?
}

fn may_go_on(dir: &Path, stopped: &AtomicBool) -> io::Result<()> {
    if stopped.load(Ordering::Relaxed) {
        return Err(io::ErrorKind::Interrupted.into());
    }
    let disk = rustix::fs::statvfs(dir)?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) < KEPT_FREE {
        return Err(io::ErrorKind::StorageFull.into());
    }
    Ok(())
}
