//! Reads a run directory as it grows, tells the newest lines, and records how it ended.

use std::io;
use std::path::Path;
use std::time::Duration;

use lastmile_protocol::{LogWindow, Millis, Outcome, RunId, RunState};
use tokio::time::{Instant, sleep, sleep_until};

use super::Runs;
use crate::exec::{self, Cause, Exit, Standing};
use crate::log::LogReader;
use crate::store::Transition;

/// Newest lines are told at most so often (10 Hz).
const PACE: Duration = Duration::from_millis(100);
/// A look without being told: the per-run process may have died without a word.
const ANYWAY: Duration = Duration::from_secs(2);
/// The per-run process takes its directory at once; if it has not after so long, it never will.
const TAKES: Duration = Duration::from_secs(10);
/// How many of the newest lines are told.
const TAIL_LINES: u32 = 100;

impl Runs {
    /// Follows a run whose process was started, until its end is recorded.
    pub(super) async fn follow(&self, run: &RunId) {
        let dir = self.dir(run);
        let listening = self.0.directories.listen(&dir);
        let since = Instant::now();
        let mut lines_told = None;
        loop {
            let looked = Instant::now();
            let seen = look(&dir).await;
            if let Ok((standing, window)) = seen {
                if lines_told != Some(window.head) {
                    lines_told = Some(window.head);
                    self.feed.tell_tail(run, window);
                }
                match standing {
                    Standing::Ended(exit) => break self.ended(run, exit).await,
                    Standing::Gone => break self.lost(run).await,
                    Standing::NotStarted if since.elapsed() > TAKES => break self.abandoned(run, &dir).await,
                    Standing::NotStarted | Standing::Running(_) => {}
                }
            }
            tokio::select! {
                () = listening.changed() => sleep_until(looked + PACE).await,
                () = sleep(ANYWAY) => {}
            }
        }
        self.feed.end_tail(run);
    }

    async fn ended(&self, run: &RunId, exit: Exit) {
        // A run so short that it ended before its start was recorded has run all the same.
        if let Some(at) = exit.started_at_ms {
            let started = Transition {
                run,
                from: &[RunState::Starting],
                to: RunState::Running,
                at: Millis(at),
                outcome: None,
            };
            if let Ok(Some(event)) = self.store.transition(started).await {
                self.feed.tell(event);
            }
        }
        let (state, outcome) = outcome_of(exit);
        self.end(run, state, outcome).await;
    }

    async fn lost(&self, run: &RunId) {
        let text = "The per-run process is gone and left no exit record: it may have run, the outcome is unknown. Check by hand before running it again.";
        self.end(run, RunState::Lost, super::drive::message(text.to_owned())).await;
    }

    async fn abandoned(&self, run: &RunId, dir: &Path) {
        let dir = dir.to_owned();
        let taken =
            tokio::task::spawn_blocking(move || exec::abandon(&dir, "the server gave up waiting for it"))
                .await;
        match taken {
            Ok(Ok(Standing::Ended(exit))) => self.ended(run, exit).await,
            _ => self.lost(run).await,
        }
    }

    /// Records a final state, again and again until the record takes it: what ended must not look as if it ran.
    pub(super) async fn end(&self, run: &RunId, state: RunState, outcome: Outcome) {
        const UNFINISHED: [RunState; 5] = [
            RunState::AwaitingApproval,
            RunState::Approved,
            RunState::Queued,
            RunState::Starting,
            RunState::Running,
        ];
        self.take_secrets(run);
        let mut pause = Duration::from_millis(100);
        loop {
            let outcome = self.with_earlier_message(run, outcome.clone()).await;
            let at = self.clock.now();
            let step = Transition { run, from: &UNFINISHED, to: state, at, outcome: Some(outcome) };
            match self.store.transition(step).await {
                Ok(event) => return event.into_iter().for_each(|event| self.feed.tell(event)),
                Err(error) => {
                    tracing::error!(%run, error = &error as &dyn std::error::Error, "a run's end can't be recorded");
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(10));
                }
            }
        }
    }

    /// Who cancelled it was recorded when they did.
    async fn with_earlier_message(&self, run: &RunId, mut outcome: Outcome) -> Outcome {
        if outcome.message.is_none()
            && let Ok(Some(stored)) = self.store.run(run).await
        {
            outcome.message = stored.summary.outcome.and_then(|earlier| earlier.message);
        }
        outcome
    }
}

/// Standing first, then the log: what is read after the exit was seen is complete.
async fn look(dir: &Path) -> io::Result<(Standing, LogWindow)> {
    let dir = dir.to_owned();
    let read = move || {
        let standing = exec::standing(&dir)?;
        let window = match LogReader::open(&dir) {
            Ok(reader) => reader.tail(TAIL_LINES)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => LogWindow::default(),
            Err(error) => return Err(error),
        };
        Ok((standing, window))
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}

fn outcome_of(exit: Exit) -> (RunState, Outcome) {
    let state = match exit.cause {
        Cause::Exited if exit.code == Some(0) => RunState::Succeeded,
        Cause::Exited | Cause::Signalled | Cause::Terminated | Cause::NotStarted | Cause::LogFailed => {
            RunState::Failed
        }
        Cause::TimedOut => RunState::TimedOut,
        Cause::Cancelled => RunState::Cancelled,
        Cause::Unknown => RunState::Lost,
    };
    (state, Outcome { exit_code: exit.code, signal: exit.signal, message: exit.message })
}
