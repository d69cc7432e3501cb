//! One task owns a run from the queue to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use lastmile_protocol::{Outcome, RunId, RunState, Slug};
use lastmile_runbook::Concurrency;
use tokio::time::timeout;

use super::follow::TAKES;
use super::points::Point;
use super::spec::SpecError;
use super::turns::{Place, Queue, Stand};
use super::{Refusal, RunSpec, Runs, Secrets};
use crate::exec;
use crate::store::{Intended, NewRun, StoredRun};

/// After a start, the process for the next run is made so soon.
const READY_AFTER: Duration = Duration::from_millis(50);

/// What the action says of several runs at a time, and what its target says.
type Both = (Option<Concurrency>, Option<Concurrency>);

impl Runs {
    /// Takes a queued run to its end, in a task of its own.
    pub(super) fn drive(&self, run: StoredRun) {
        let place = RunSpec::open(&run.spec, &run.digest).ok().and_then(|spec| self.take_place(&spec));
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
                let text = match error {
                    Refusal::SecretUnreadable(_) => why,
                    Refusal::Altered(_) => error.to_string(),
                    _ => format!("It was not started: {why}"),
                };
                runs.end(&id, RunState::Failed, message(text)).await;
            }
            runs.reached(Point::Over, &id).await;
        });
    }

    /// Gives a run that is about to be recorded its place. If it has its turn, it is recorded as starting: what decides on
    /// that was asked this very moment, and the disk is synced once instead of twice.
    pub(super) fn line_up(&self, new: &mut NewRun, concurrency: Both) -> Option<Place> {
        if new.state != RunState::Queued {
            return None;
        }
        let place = self.place(new.check, concurrency, (&new.runbook, &new.action, &new.target), &new.id);
        if place.as_ref().is_none_or(Place::is_free) {
            new.starts_in = Some(self.0.boot.clone());
        }
        place
    }

    pub(super) fn take_place(&self, spec: &RunSpec) -> Option<Place> {
        let what = (&spec.runbook, spec.action.as_str(), spec.target.view.name.as_str());
        self.place(spec.check, (spec.concurrency, spec.target.concurrency), what, &spec.run)
    }

    /// Runs of one action on one target take turns, and all runs on a target that says so; checks change nothing and need
    /// not, unless their action says so.
    fn place(
        &self,
        check: bool,
        (of_action, of_target): Both,
        (runbook, action, target): (&Slug, &str, &str),
        run: &RunId,
    ) -> Option<Place> {
        let queue = |key, concurrency| Queue { key, concurrency };
        let action =
            (of_action.is_some() || !check).then(|| queue(format!("{runbook}#{action}@{target}"), of_action));
        let target = (of_target.is_some() && !check).then(|| queue(format!("@{target}"), of_target));
        let queues: Vec<_> = action.into_iter().chain(target).collect();
        (!queues.is_empty()).then(|| self.0.turns.enter(queues, run))
    }

    async fn start(&self, run: StoredRun, place: Option<Place>) -> Result<(), Refusal> {
        let id = &run.summary.id;
        let spec = RunSpec::open(&run.spec, &run.digest)?;
        // Only what was recorded as starting has its turn already; an approved run may come with the state it had before.
        let has_its_turn = run.summary.state == RunState::Starting;
        let mut secrets = Secrets::new();
        if !has_its_turn {
            let Some(referenced) = self.leave_queue(&run, &spec, place.as_ref()).await? else {
                return Ok(());
            };
            secrets = referenced;
        }
        secrets.extend(self.take_secrets(id));
        self.spawn(&spec, secrets).await?;
        // From here on it runs, whatever the record says: only its directory tells how it ends.
        let mut followed = std::pin::pin!(self.follow(id, TAKES));
        // Not while this one starts, which would have to share the processors with it.
        let is_over = timeout(READY_AFTER, &mut followed).await.is_ok();
        self.get_ready();
        if !is_over {
            followed.await;
        }
        Ok(())
    }

    /// Waits for the run's turn, asks once more whether it may run, and records the intent to start it. Gives the secrets from
    /// the target's store; `None`: it has ended.
    async fn leave_queue(
        &self,
        run: &StoredRun,
        spec: &RunSpec,
        place: Option<&Place>,
    ) -> Result<Option<Secrets>, Refusal> {
        let id = &run.summary.id;
        if let Some(place) = place
            && !self.wait_for_turn(run, spec, place).await?
        {
            return Ok(None);
        }
        if !self.may_go_on(run, spec).await {
            return Ok(None);
        }
        let referenced = match self.read_agreed(spec).await {
            Err(changed @ Refusal::SecretChanged { .. }) => {
                self.end(id, RunState::Cancelled, message(changed.to_string())).await;
                return Ok(None);
            }
            read => read?,
        };
        self.0.reserve.hold().map_err(Refusal::DiskFull)?;
        self.reached(Point::Allowed, id).await;
        // The intent is durable before anything starts.
        match self.store.intend(run, self.clock.now(), &self.0.boot).await? {
            Intended::Recorded(event) => self.feed.tell(*event),
            // It was cancelled in the queue.
            Intended::Gone => return Ok(None),
            Intended::Altered => return Err(SpecError::Altered.into()),
        }
        self.reached(Point::Intended, id).await;
        Ok(Some(referenced))
    }

    /// Does about those ahead what is asked for, and waits until they are gone. Gives whether the run has not ended instead.
    async fn wait_for_turn(&self, run: &StoredRun, spec: &RunSpec, place: &Place) -> Result<bool, Refusal> {
        let id = &run.summary.id;
        for Stand { queue, ahead, .. } in place.stands() {
            if queue.concurrency == Some(Concurrency::Refuse)
                && let Some(other) = self.under_way(ahead).await?
            {
                let text =
                    format!("Not started: only one run at a time is allowed, and {other} was under way.");
                self.end(id, RunState::Cancelled, message(text)).await;
                return Ok(false);
            }
            if queue.concurrency == Some(Concurrency::Replace) {
                // What may not start by now must not end anybody either.
                if !self.may_go_on(run, spec).await {
                    return Ok(false);
                }
                self.replace(ahead, id).await;
            }
        }
        place.turn().await;
        Ok(true)
    }

    /// Whether it would still be allowed to start; if not, it has ended.
    async fn may_go_on(&self, run: &StoredRun, spec: &RunSpec) -> bool {
        let allowed = self.still_allowed(spec, run).await;
        if let Err(refusal) = &allowed {
            self.end(&run.summary.id, RunState::Cancelled, message(refusal.to_string())).await;
        }
        allowed.is_ok()
    }

    /// The last of these runs that has not ended. A request that was refused may have had a place for a moment, and no run.
    async fn under_way<'a>(&self, ahead: &'a [RunId]) -> Result<Option<&'a RunId>, Refusal> {
        for run in ahead.iter().rev() {
            if self.store.run(run).await?.is_some_and(|stored| !stored.summary.state.is_final()) {
                return Ok(Some(run));
            }
        }
        Ok(None)
    }

    /// Ends everybody ahead. One that can't be ended is waited for, as in a queue.
    async fn replace(&self, ahead: &[RunId], by: &RunId) {
        for run in ahead {
            if let Err(error) = self.end_early(run, message(format!("Replaced by {by}."))).await {
                tracing::warn!(%run, error = &error as &dyn std::error::Error, "a run can't be replaced, and is waited for");
            }
        }
    }

    /// Writes the run directory and starts the per-run process, away from the async threads.
    async fn spawn(&self, spec: &RunSpec, secrets: Secrets) -> Result<(), Refusal> {
        let (dir, mut launch, runs) = (self.dir(&spec.run), spec.launch(), self.clone());
        let run = spec.run.as_str().to_owned();
        launch.cgroup = self.0.cgroups.as_ref().map(|cgroups| cgroups.of(&run));
        let started = tokio::task::spawn_blocking(move || {
            let secrets: BTreeMap<_, _> =
                secrets.into_iter().map(|(name, secret)| (name, secret.0)).collect();
            let seal = exec::prepare(&dir, &launch)?;
            runs.0.processes.start(&exec::Orders { run, seal, secrets })
        });
        started.await.map_err(|error| Refusal::Internal(Box::new(error)))??;
        Ok(())
    }

    /// Has a process wait for the next run.
    fn get_ready(&self) {
        let runs = self.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = runs.0.processes.get_ready() {
                tracing::warn!(%error, "no process can be started for the next run");
            }
        });
    }
}

pub(super) fn message(text: String) -> Outcome {
    Outcome { exit_code: None, signal: None, message: Some(text) }
}
