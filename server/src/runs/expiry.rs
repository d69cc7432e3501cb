//! Requests that nobody answered, or nobody started, become void. Expiry never means yes.

use std::time::Duration;

use lastmile_protocol::RunState;

use super::drive::message;
use super::{Refusal, Runs};
use crate::store::Transition;

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
            let step = Transition {
                run: &run,
                from: &[RunState::AwaitingApproval, RunState::Approved],
                to: RunState::Expired,
                at: now,
                outcome: Some(message(
                    "Its time was over before it could start. Ask again if it is still needed.".to_owned(),
                )),
            };
            if let Some(event) = self.store.transition(step).await? {
                self.take_secrets(&run);
                self.feed.tell(event);
            }
        }
        Ok(())
    }
}
