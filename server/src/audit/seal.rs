//! Checkpoints while the server runs: signed when time or entries have passed, appended to a file, posted to an address.
//!
//! Each checkpoint covers everything before it, so one that an address does not take is not kept in line: it is tried again
//! until a newer one takes its place.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lastmile_protocol::Millis;

use super::Head;
use super::checkpoint::Checkpoint;
use super::key::SigningKey;
use crate::clock::SharedClock;
use crate::config::Seal;
use crate::outbox;
use crate::store::{Store, StoreError};

/// How often it is looked whether one is due.
const EVERY: Duration = Duration::from_secs(1);
/// Most bytes of a file's end in which its last checkpoint is looked for.
const TAIL: u64 = 4096;

/// Why no checkpoint was made.
#[derive(Debug, thiserror::Error)]
enum SealError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the checkpoint can't be written to {0}: {1}")]
    File(PathBuf, io::Error),
    #[error("the checkpoint can't be written down: {0}")]
    Unwritable(#[from] serde_json::Error),
    #[error("the work was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Makes checkpoints for as long as the server runs.
pub struct Sealer {
    seal: Seal,
    key: SigningKey,
    /// Signs what is posted.
    secret: Option<String>,
    store: Store,
    clock: SharedClock,
    /// The last checkpoint: its number and time.
    last: (u64, Millis),
    /// What the address has not taken yet.
    unsent: Option<Checkpoint>,
    /// How sealing goes, and sending.
    trouble: (Trouble, Trouble),
}

/// Something that fails is tried less and less often.
#[derive(Debug, Default)]
struct Trouble {
    tries: u32,
    until: Millis,
}

impl Trouble {
    fn add(&mut self, now: Millis) {
        self.tries = self.tries.saturating_add(1);
        self.until = Millis(now.0.saturating_add(outbox::pause(self.tries)));
    }
}

impl Sealer {
    /// For this record; `secret` signs what is posted.
    #[must_use]
    pub fn new(
        seal: Seal,
        key: SigningKey,
        secret: Option<String>,
        store: Store,
        clock: SharedClock,
    ) -> Self {
        Self {
            seal,
            key,
            secret,
            store,
            clock,
            last: (0, Millis(0)),
            unsent: None,
            trouble: Default::default(),
        }
    }

    /// Makes checkpoints until it is stopped.
    pub async fn seal_forever(mut self) {
        if let Err(error) = self.look_back().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the last checkpoint can't be looked at"
            );
        }
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let now = self.clock.now();
            if now >= self.trouble.0.until {
                match self.seal(now).await {
                    Ok(()) => self.trouble.0 = Trouble::default(),
                    Err(error) => {
                        self.trouble.0.add(now);
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "NO CHECKPOINT of the audit record"
                        );
                    }
                }
            }
            if now >= self.trouble.1.until {
                self.send(now).await;
            }
        }
    }

    /// Goes on behind the file's last checkpoint, and says so loudly if the record is another one by now.
    async fn look_back(&mut self) -> Result<(), SealError> {
        let Some(path) = self.seal.file.clone() else { return Ok(()) };
        let read = tokio::task::spawn_blocking(move || (last_of(&path), path)).await?;
        let (Ok(last), path) = read else { return Ok(()) };
        let Some(last) = last else { return Ok(()) };
        let hash = self.store.audit_hash(last.seq).await?;
        if hash.as_deref() != Some(last.hash.as_str()) {
            tracing::error!(
                file = %path.display(), entry = last.seq,
                "THE AUDIT RECORD IS NOT THE ONE that was sealed: was an old copy put back, or was it written anew? See docs/AUDIT.md"
            );
            return Ok(());
        }
        self.last = (last.seq, last.at);
        Ok(())
    }

    async fn seal(&mut self, now: Millis) -> Result<(), SealError> {
        let head = self.store.audit_head().await?;
        if !is_due(&self.seal, self.last, &head, now) {
            return Ok(());
        }
        let checkpoint = Checkpoint::sign(&head, now, &self.key);
        if let Some(path) = self.seal.file.clone() {
            let line = checkpoint.line()?;
            let written = tokio::task::spawn_blocking(move || {
                append(&path, &line).map_err(|error| SealError::File(path, error))
            });
            written.await??;
        }
        self.last = (head.seq, now);
        self.unsent = self.seal.webhook.is_some().then_some(checkpoint);
        Ok(())
    }

    async fn send(&mut self, now: Millis) {
        let (Some(url), Some(checkpoint)) = (self.seal.webhook.clone(), self.unsent.take()) else { return };
        let (Ok(body), secret) = (checkpoint.line(), self.secret.clone()) else { return };
        let posted = tokio::task::spawn_blocking(move || outbox::post(&url, &body, secret.as_deref(), now));
        let why = match posted.await {
            Ok(Ok(())) => {
                self.trouble.1 = Trouble::default();
                return;
            }
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(entry = checkpoint.seq, %why, "a checkpoint was not taken");
        self.unsent = Some(checkpoint);
        self.trouble.1.add(now);
    }
}

/// A record that has not grown is not sealed again; a shorter one than was sealed is.
fn is_due(seal: &Seal, (seq, at): (u64, Millis), head: &Head, now: Millis) -> bool {
    // A clock that was set back must not put it off for long.
    let passed = now.0.saturating_sub(at.0).saturating_abs();
    head.seq != seq && (passed >= seal.every_ms || head.seq.abs_diff(seq) >= seal.entries)
}

/// Appends a line in one write, and waits until it is on the disk.
fn append(path: &Path, line: &str) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    // Behind half a line, of a disk that was full: the next must not be lost with it.
    let start = if ends_in_mid_line(&mut file)? { "\n" } else { "" };
    file.write_all(format!("{start}{line}\n").as_bytes())?;
    file.sync_all()?;
    match path.parent().filter(|_| is_new) {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn ends_in_mid_line(file: &mut std::fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// The last checkpoint of a file; `None`: there is none, or half of one.
fn last_of(path: &Path) -> io::Result<Option<Checkpoint>> {
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let from = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let text = String::from_utf8_lossy(&tail);
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    Ok(last.and_then(|line| serde_json::from_str(line).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal { file: None, webhook: None, every_ms: 60_000, entries: 10 }
    }

    fn head(seq: u64) -> Head {
        Head { seq, hash: String::new() }
    }

    #[test]
    fn a_checkpoint_is_due_after_a_time_or_so_many_entries_but_only_of_something_new() {
        let due = |seq, now| is_due(&seal(), (5, Millis(1_000)), &head(seq), Millis(now));
        assert!(!due(5, 1_000_000) && !due(6, 60_999) && !due(14, 2_000));
        assert!(due(6, 61_000) && due(15, 2_000));
        // An older record was put back, or the clock.
        assert!(due(4, 61_000) && due(6, -60_000));
    }

    #[test]
    fn lines_are_appended_and_the_last_is_found_also_behind_half_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoints");
        assert_eq!(last_of(&path).unwrap(), None);
        let key = SigningKey::open_or_make(&folder.path().join("key")).unwrap();
        let checkpoint = |seq| Checkpoint::sign(&head(seq), Millis(9), &key);
        append(&path, &checkpoint(1).line().unwrap()).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"seq\":").unwrap();
        assert_eq!(last_of(&path).unwrap(), None);
        append(&path, &checkpoint(2).line().unwrap()).unwrap();
        assert_eq!(last_of(&path).unwrap(), Some(checkpoint(2)));
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    }
}
