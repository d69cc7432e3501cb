//! One task owns a run from the queue to its end.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lastmile_protocol::{Outcome, RunId, RunState};
use lastmile_runbook::Concurrency;

use super::follow::TAKES;
use super::turns::Place;
use super::{Refusal, RunSpec, Runs, Secrets};
use crate::exec;
use crate::store::{StoredRun, Transition};

impl Runs {
    /// Takes a queued run to its end, in a task of its own.
    pub(super) fn drive(&self, run: StoredRun) {
        let place = RunSpec::open(&run.spec, &run.digest)
            .ok()
            .and_then(|spec| self.take_place(&spec, run.summary.check));
        self.drive_from(run, place);
    }

    /// As [`Self::drive`], from a place in the line that it has already.
    pub(super) fn drive_from(&self, run: StoredRun, place: Option<Place>) {
        let runs = self.clone();
        tokio::spawn(async move {
            let id = run.summary.id.clone();
            if let Err(error) = runs.start(run, place).await {
                tracing::error!(run = %id, error = &error as &dyn std::error::Error, "a run could not be started");
                // Whoever runs the server can mend "no space left"; "a mistake" nobody can.
                let why =
                    std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                runs.end(&id, RunState::Failed, message(format!("It was not started: {why}"))).await;
            }
        });
    }

    /// Runs of one action on one target take turns; checks change nothing and need not, unless they say so.
    pub(super) fn take_place(&self, spec: &RunSpec, check: bool) -> Option<Place> {
        let takes_turns = spec.concurrency.is_some() || !check;
        takes_turns.then(|| {
            let key = format!("{}#{}@{}", spec.runbook, spec.action, spec.target.view.name);
            self.0.turns.enter(key, &spec.run)
        })
    }

    async fn start(&self, run: StoredRun, place: Option<Place>) -> Result<(), Refusal> {
        let id = &run.summary.id;
        let spec =
            RunSpec::open(&run.spec, &run.digest).map_err(|error| Refusal::Internal(Box::new(error)))?;
        if let Some(place) = &place {
            if let (Some(Concurrency::Refuse), [.., other]) = (spec.concurrency, place.ahead.as_slice()) {
                let text =
                    format!("Not started: the action refuses a second run, and {other} was under way.");
                self.end(id, RunState::Cancelled, message(text)).await;
                return Ok(());
            }
            if spec.concurrency == Some(Concurrency::Replace) {
                self.replace(&place.ahead, id).await;
            }
            place.turn().await;
        }
        if let Err(refusal) = self.needs_now(&spec.requester, &spec.target.view.name, &run.needs) {
            self.end(id, RunState::Cancelled, message(refusal.to_string())).await;
            return Ok(());
        }
        self.0.reserve.hold().map_err(Refusal::DiskFull)?;
        // The intent is durable before anything starts. A run that was cancelled in the queue is not there any more.
        if !self.step(id, &[RunState::Queued], RunState::Starting).await? {
            return Ok(());
        }
        let secrets = self.take_secrets(id);
        spawn(self.dir(id), &spec, secrets).await?;
        // From here on it runs, whatever the record says: only its directory tells how it ends.
        if let Err(error) = self.step(id, &[RunState::Starting], RunState::Running).await {
            tracing::warn!(run = %id, error = &error as &dyn std::error::Error, "a run's start can't be recorded yet");
        }
        self.follow(id, TAKES).await;
        Ok(())
    }

    /// Ends everybody ahead. One that can't be ended is waited for, as in a queue.
    async fn replace(&self, ahead: &[RunId], by: &RunId) {
        for run in ahead {
            if let Err(error) = self.end_early(run, message(format!("Replaced by {by}."))).await {
                tracing::warn!(%run, error = &error as &dyn std::error::Error, "a run can't be replaced, and is waited for");
            }
        }
    }

    /// Records a step and tells it; `false` if the run was not where it was thought to be.
    pub(super) async fn step(&self, run: &RunId, from: &[RunState], to: RunState) -> Result<bool, Refusal> {
        let step = Transition { run, from, to, at: self.clock.now(), outcome: None };
        let event = self.store.transition(step).await?;
        let moved = event.is_some();
        event.into_iter().for_each(|event| self.feed.tell(event));
        Ok(moved)
    }
}

/// Writes the run directory and starts the per-run process, away from the async threads: both sync the disk.
async fn spawn(dir: PathBuf, spec: &RunSpec, secrets: Secrets) -> Result<(), Refusal> {
    let launch = spec.launch();
    let started = tokio::task::spawn_blocking(move || {
        let secrets: BTreeMap<_, _> = secrets.into_iter().map(|(name, secret)| (name, secret.0)).collect();
        exec::prepare(&dir, &launch)?;
        exec::spawn(&dir, &secrets)
    });
    started.await.map_err(|error| Refusal::Internal(Box::new(error)))??;
    Ok(())
}

pub(super) fn message(text: String) -> Outcome {
    Outcome { exit_code: None, signal: None, message: Some(text) }
}
