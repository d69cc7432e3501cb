//! Reads a run directory as it grows, tells the newest lines, and records how it ended.

use std::io;
use std::path::Path;
use std::time::Duration;

use lastmile_protocol::{LogWindow, Millis, Outcome, RunId, RunState};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::Runs;
use crate::exec::{self, Cause, Exit, Remains, Standing};
use crate::log::LogReader;
use crate::store::Transition;

/// New lines are told at most so often (10 Hz); with the run's end come the last of them.
const PACE: Duration = Duration::from_millis(100);
/// A look without being told: per-run process and guard may have died without a word.
const ANYWAY: Duration = Duration::from_secs(2);
/// The per-run process takes its directory at once; if it has not after so long, it never will.
pub(super) const TAKES: Duration = Duration::from_secs(10);
/// As [`TAKES`], for a process that a former server may have started: what the crash cut off must not look stuck.
pub(super) const TAKES_SINCE_RESTART: Duration = Duration::from_secs(2);
/// A run that is over so soon after it began is recorded as both at once: while it starts, a record and its sync would be in
/// the way of its first line.
const MOMENT: Duration = Duration::from_millis(20);
/// A record that can't be written is tried again after so long, and then twice as long each time, up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How many of the newest lines are told.
const TAIL_LINES: u32 = 100;

impl Runs {
    /// Follows a run whose process was started, until its end is recorded. A directory that nobody has taken after
    /// `takes` is taken from whoever may still be on the way.
    pub(super) async fn follow(&self, run: &RunId, takes: Duration) {
        let (begun, noted) = watch::channel(None);
        tokio::join!(self.see_through(run, takes, begun), self.note_running(run, noted));
    }

    async fn see_through(&self, run: &RunId, takes: Duration, begun: watch::Sender<Option<Millis>>) {
        let dir = self.dir(run);
        let listening = self.0.directories.listen(&dir);
        let since = Instant::now();
        let mut lines_told = None;
        // Not so soon after lines were told; the first ones don't wait.
        let mut again = since;
        loop {
            let looked = Instant::now();
            let seen = look(&dir).await;
            if let Ok((standing, window)) = seen {
                if lines_told != Some(window.head) {
                    lines_told = Some(window.head);
                    if window.head.lines > 0 {
                        again = looked + PACE;
                    }
                    self.feed.tell_tail(run, window);
                }
                match standing {
                    Standing::Ended(exit) => {
                        drop(begun);
                        break self.ended(run, exit).await;
                    }
                    Standing::Gone => break self.lost(run, &dir).await,
                    Standing::NotStarted if since.elapsed() > takes => break self.abandoned(run, &dir).await,
                    Standing::NotStarted => {}
                    Standing::Running(_) => {
                        if begun.borrow().is_none() {
                            begun.send_replace(Some(self.clock.now()));
                        }
                    }
                }
            }
            tokio::select! {
                () = listening.standing() => {}
                () = async { listening.output().await; sleep_until(again).await } => {}
                () = sleep(ANYWAY) => {}
            }
        }
        self.feed.end_tail(run);
    }

    /// Records that it runs, once its process has been seen; nothing more to do if it is over in a moment.
    async fn note_running(&self, run: &RunId, mut begun: watch::Receiver<Option<Millis>>) {
        let Ok(Some(at)) = begun.wait_for(Option::is_some).await.map(|at| *at) else { return };
        let mut pause = MOMENT;
        // There is no other change than that the sender goes, with the end.
        while timeout(pause, begun.changed()).await.is_err() {
            match self.store.transition(beginning(run, at)).await {
                Ok(event) => return event.into_iter().for_each(|event| self.feed.tell(event)),
                Err(error) => {
                    tracing::warn!(%run, error = &error as &dyn std::error::Error, "a run's start can't be recorded yet");
                    pause = (pause * 2).clamp(PAUSE, LONGEST_PAUSE);
                }
            }
        }
    }

    pub(super) async fn ended(&self, run: &RunId, exit: Exit) {
        // A run so short that it ended before its start was recorded has run all the same.
        let started = exit.started_at_ms.map(Millis);
        let (state, outcome) = outcome_of(exit);
        self.end_of(run, started, state, outcome).await;
    }

    /// Lost is said once nothing of it goes on any more.
    async fn lost(&self, run: &RunId, dir: &Path) {
        let (dir, id) = (dir.to_owned(), run.0.clone());
        let settled = tokio::task::spawn_blocking(move || exec::settle(&dir, &id)).await;
        let remains = settled.map_err(io::Error::other).flatten().inspect_err(|error| {
            tracing::error!(%run, error = error as &dyn std::error::Error, "what a lost run left can't be looked for");
        });
        self.end(run, RunState::Lost, super::drive::message(lost_text(remains.ok()))).await;
    }

    async fn abandoned(&self, run: &RunId, dir: &Path) {
        let abandoned = dir.to_owned();
        let abandon = move || exec::abandon(&abandoned, "the server gave up waiting for it");
        let taken = tokio::task::spawn_blocking(abandon).await;
        match taken {
            Ok(Ok(Standing::Ended(exit))) => self.ended(run, exit).await,
            _ => self.lost(run, dir).await,
        }
    }

    /// Records a final state, again and again until the record takes it: what ended must not look as if it ran.
    pub(super) async fn end(&self, run: &RunId, state: RunState, outcome: Outcome) {
        self.end_of(run, None, state, outcome).await;
    }

    /// As [`Self::end`], of one that ran since then.
    async fn end_of(&self, run: &RunId, started: Option<Millis>, state: RunState, outcome: Outcome) {
        const UNFINISHED: [RunState; 5] = [
            RunState::AwaitingApproval,
            RunState::Approved,
            RunState::Queued,
            RunState::Starting,
            RunState::Running,
        ];
        self.take_secrets(run);
        let began = started.map(|at| beginning(run, at));
        let mut pause = PAUSE;
        loop {
            let outcome = self.with_earlier_message(run, state, outcome.clone()).await;
            let at = self.clock.now();
            let over = Transition { run, from: &UNFINISHED, to: state, at, outcome: Some(outcome) };
            let steps: Vec<_> = began.clone().into_iter().chain([over]).collect();
            match self.store.transitions(&steps).await {
                Ok(events) => return events.into_iter().for_each(|event| self.feed.tell(event)),
                Err(error) => {
                    tracing::error!(%run, error = &error as &dyn std::error::Error, "a run's end can't be recorded");
                    self.0.reserve.release();
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Who cancelled it was recorded when they did; how it then ended is told after that.
    async fn with_earlier_message(&self, run: &RunId, state: RunState, mut outcome: Outcome) -> Outcome {
        if (outcome.message.is_none() || state == RunState::Cancelled)
            && let Ok(Some(stored)) = self.store.run(run).await
            && let Some(earlier) = stored.summary.outcome.and_then(|earlier| earlier.message)
        {
            outcome.message = Some(match outcome.message {
                Some(message) => format!("{earlier} {message}"),
                None => earlier,
            });
        }
        outcome
    }
}

/// The step of a run that has begun.
fn beginning(run: &RunId, at: Millis) -> Transition<'_> {
    Transition { run, from: &[RunState::Starting], to: RunState::Running, at, outcome: None }
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

/// What is known of a run that is lost, and what to do.
fn lost_text(remains: Option<Remains>) -> String {
    let mut text = String::from(
        "The per-run process is gone and left no exit record: it may have run, the outcome is unknown. Check by hand before running it again.",
    );
    match remains {
        None => text.push_str(" What it had started could not be looked for: it may still run."),
        Some(Remains { ended, left }) => {
            if !ended.is_empty() {
                text.push_str(&format!(" What it had started was ended: {}.", ended.join(", ")));
            }
            if !left.is_empty() {
                text.push_str(&format!(" These can't be ended and still run: {}.", left.join(", ")));
            }
        }
    }
    text
}

fn outcome_of(exit: Exit) -> (RunState, Outcome) {
    let state = match exit.cause {
        Cause::Exited if exit.code == Some(0) => RunState::Succeeded,
        Cause::Exited
        | Cause::Signalled
        | Cause::Terminated
        | Cause::NotStarted
        | Cause::LogFailed
        | Cause::OutputFull => RunState::Failed,
        Cause::TimedOut => RunState::TimedOut,
        Cause::Cancelled => RunState::Cancelled,
        Cause::Unknown => RunState::Lost,
    };
    (state, Outcome { exit_code: exit.code, signal: exit.signal, message: exit.message })
}
