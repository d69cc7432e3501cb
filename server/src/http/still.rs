//! Whether whoever began a long answer may still have the rest of it.
//!
//! A request is authorised once, at its beginning. What goes on for longer asks again and again: nobody reads on for more
//! than ten seconds after their session has ended, or they are gone.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::AppState;
use crate::people::{Caller, Proof};

/// It is asked so often: the answer to one check and the next must come within ten seconds.
pub(crate) const CHECK: Duration = Duration::from_secs(5);

/// Somebody who was let in, and when it is to be asked again whether that holds.
pub(super) struct Still {
    state: AppState,
    proof: Proof,
    due: Instant,
}

/// It holds no more, or that can't be known.
#[derive(Debug, thiserror::Error)]
#[error("the reader's session has ended, or can't be looked up")]
pub(super) struct Ended;

impl Still {
    /// Somebody who has just been let in; the first check comes `sooner` than others.
    pub(super) fn begin(state: AppState, proof: Proof, sooner: Duration) -> Self {
        let due = Instant::now() + state.check_every.saturating_sub(sooner);
        Self { state, proof, due }
    }

    /// When it is to be asked again.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// Asks again if it is due: who it is now.
    pub(super) async fn if_due(&mut self) -> Result<Option<Caller>, Ended> {
        if Instant::now() < self.due {
            return Ok(None);
        }
        let found = self.state.people.still(&self.proof).await;
        let caller = found.ok().flatten().ok_or(Ended)?;
        self.due = Instant::now() + self.state.check_every;
        Ok(Some(caller))
    }

    /// Comes back when it holds no more.
    pub(super) async fn ended(mut self) -> Ended {
        loop {
            sleep_until(self.due).await;
            if let Err(ended) = self.if_due().await {
                return ended;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_on_for_more_than_ten_seconds() {
        assert!(CHECK * 2 <= Duration::from_secs(10));
    }
}
