//! After a restart: what ran goes on being followed, what waited goes on waiting.

use lastmile_protocol::RunState;

use super::drive::message;
use super::{Refusal, Runs};

impl Runs {
    /// Takes up every unfinished run of the record. Called once, before requests are taken.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn recover(&self) -> Result<(), Refusal> {
        use RunState::{Approved, AwaitingApproval, Queued, Running, Starting};
        for run in self.store.runs_in(&[AwaitingApproval, Approved, Queued, Starting, Running]).await? {
            let id = run.summary.id.clone();
            tracing::info!(run = %id, state = %run.summary.state, "taking up a run of before the restart");
            match run.summary.state {
                Starting | Running => {
                    let runs = self.clone();
                    tokio::spawn(async move { runs.follow(&id).await });
                }
                _ if run.has_secrets => {
                    let text =
                        "The server was restarted, and a typed secret lives in memory only. Ask again.";
                    let state =
                        if run.summary.state == Queued { RunState::Cancelled } else { RunState::Expired };
                    self.end(&id, state, message(text.to_owned())).await;
                }
                Queued => self.drive(run),
                _ => {}
            }
        }
        Ok(())
    }
}
