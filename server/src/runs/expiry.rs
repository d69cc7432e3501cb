//! Requests that nobody answered, or nobody started, become void. Expiry never means yes.

use std::time::Duration;

use lastmile_protocol::{RunId, RunState};

use super::drive::message;
use super::{Refusal, Runs};
use crate::store::Transition;

/// What is said of a request whose time is over.
pub(super) const TOO_LATE: &str = "Its time was over before it could start. Ask again if it is still needed.";
/// How often it is looked.
const EVERY: Duration = Duration::from_millis(500);

impl Runs {
    /// Ends requests whose time is over, for as long as the server runs.
    pub async fn expire_forever(&self) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.expire().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "expired requests can't be recorded"
                );
            }
            if let Err(error) = self.hand_on().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "requests can't be handed on");
            }
            if let Err(error) = self.escalate_reviews().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "overdue reviews can't be recorded");
            }
        }
    }

    /// Ends requests whose time is over now.
    ///
    /// # Errors
    /// If the record can't be read or written; the next call tries again.
    pub async fn expire(&self) -> Result<(), Refusal> {
        let now = self.clock.now();
        for run in self.store.expired(now).await? {
            self.give_up(&run, RunState::Expired, TOO_LATE.to_owned()).await?;
        }
        Ok(())
    }

    /// Ends a request that waits for people and can't start any more.
    pub(super) async fn give_up(&self, run: &RunId, to: RunState, why: String) -> Result<(), Refusal> {
        let from = &[RunState::AwaitingApproval, RunState::Approved];
        let step = Transition { run, from, to, at: self.clock.now(), outcome: Some(message(why)) };
        if let Some(event) = self.store.transition(step).await? {
            self.take_secrets(run);
            self.feed.tell(event);
        }
        Ok(())
    }
}
