//! After a restart: what ran goes on being followed, what waited goes on waiting.

use std::sync::atomic::Ordering;

use lastmile_protocol::{RunId, RunState};

use super::drive::message;
use super::follow::TAKES_SINCE_RESTART;
use super::{Refusal, RunSpec, Runs};
use crate::clock::made_at;
use crate::exec;
use crate::sabotage::Sabotage;
use crate::store::StoredRun;

/// What is known of a run that the machine's end has cut off.
const REBOOTED: &str = "The machine went down after this was started, and there is no exit record: it may have run, the outcome is unknown. Check by hand before running it again.";

impl Runs {
    /// Takes up every unfinished run of the record. Called once, before requests are taken.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn recover(&self) -> Result<(), Refusal> {
        use RunState::{Approved, AwaitingApproval, Queued, Running, Starting};
        let newest = self.store.newest_run().await?.as_ref().and_then(made_at);
        self.0.newest_id.fetch_max(newest.unwrap_or_default().0, Ordering::Relaxed);
        let unfinished = self.store.runs_in(&[AwaitingApproval, Approved, Queued, Starting, Running]).await?;
        let (under_way, waiting): (Vec<_>, Vec<_>) =
            unfinished.into_iter().partition(|run| matches!(run.summary.state, Starting | Running));
        // Those that run have their turn before anybody else.
        for run in under_way {
            let is_gone = run.boot.as_ref().is_some_and(|boot| *boot != self.0.boot);
            if is_gone || Sabotage::Adoption.is_done() {
                self.of_former_boot(&run.summary.id).await;
                continue;
            }
            tracing::info!(run = %run.summary.id, "following a run of before the restart");
            self.follow_again(run);
        }
        for run in waiting {
            let id = run.summary.id.clone();
            if run.has_secrets {
                let text = "The server was restarted, and a typed secret lives in memory only. Ask again.";
                let queued = run.summary.state == Queued;
                let state = if queued { RunState::Cancelled } else { RunState::Expired };
                self.end(&id, state, message(text.to_owned())).await;
            } else if run.summary.state == Queued {
                self.drive(run);
            }
        }
        Ok(())
    }

    /// Nothing of it runs any more. Its directory says how it ended if that was on the disk; what is missing there proves nothing.
    async fn of_former_boot(&self, run: &RunId) {
        let dir = self.dir(run);
        match tokio::task::spawn_blocking(move || exec::exit(&dir)).await {
            Ok(Ok(Some(exit))) => self.ended(run, exit).await,
            _ => self.end(run, RunState::Lost, message(REBOOTED.to_owned())).await,
        }
    }

    fn follow_again(&self, run: StoredRun) {
        let spec = RunSpec::open(&run.spec, &run.digest);
        let place = spec.ok().and_then(|spec| self.take_place(&spec));
        let runs = self.clone();
        tokio::spawn(async move {
            runs.follow(&run.summary.id, TAKES_SINCE_RESTART).await;
            drop(place);
        });
    }
}
