//! After a restart: what ran goes on being followed, what waited goes on waiting.

use lastmile_protocol::RunState;

use super::drive::message;
use super::follow::TAKES_SINCE_RESTART;
use super::{Refusal, RunSpec, Runs};
use crate::store::StoredRun;

impl Runs {
    /// Takes up every unfinished run of the record. Called once, before requests are taken.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn recover(&self) -> Result<(), Refusal> {
        use RunState::{Approved, AwaitingApproval, Queued, Running, Starting};
        let unfinished = self.store.runs_in(&[AwaitingApproval, Approved, Queued, Starting, Running]).await?;
        let (under_way, waiting): (Vec<_>, Vec<_>) =
            unfinished.into_iter().partition(|run| matches!(run.summary.state, Starting | Running));
        // Those that run have their turn before anybody else.
        for run in under_way {
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

    fn follow_again(&self, run: StoredRun) {
        let spec = RunSpec::open(&run.spec, &run.digest);
        let place = spec.ok().and_then(|spec| self.take_place(&spec, run.summary.check));
        let runs = self.clone();
        tokio::spawn(async move {
            runs.follow(&run.summary.id, TAKES_SINCE_RESTART).await;
            drop(place);
        });
    }
}
