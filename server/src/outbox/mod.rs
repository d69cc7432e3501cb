//! What teams are told outside of Lastmile, by webhook and e-mail.
//!
//! Letters are recorded in the transaction of what they tell of, so none is lost and none tells of what did not happen; a
//! task of its own sends them and tries again. No run ever waits for it. What a letter holds is in `letter`: never inputs,
//! so never a secret.

mod letter;
mod mail;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use lastmile_protocol::{Millis, TeamName};

pub use letter::{Event, Letter, Way};
pub(crate) use webhook::post;

use crate::clock::SharedClock;
use crate::config::Config;
use crate::store::{Store, StoreError, StoredLetter};

/// How often it is looked for letters.
const EVERY: Duration = Duration::from_millis(500);
/// The second try comes after so long; each later one after twice the time.
const FIRST_PAUSE_MS: i64 = 2_000;
/// No pause is longer.
const LONGEST_PAUSE_MS: i64 = 15 * 60 * 1000;
/// A letter that has not arrived after so many tries, about two hours, is given up.
const MOST_TRIES: u32 = 16;

/// A letter could not be handed over.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The config no longer says where to.
    #[error("the config has no such address any more")]
    NoAddress,
    /// The receiver could not be reached, or said no. The address is left out: it may hold a token.
    #[error("{0}")]
    Refused(String),
    /// The task that sends was stopped.
    #[error("sending was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Sends what is in the outbox.
pub struct Postman {
    config: Arc<Config>,
    store: Store,
    clock: SharedClock,
}

impl Postman {
    /// For the outbox of this record.
    #[must_use]
    pub fn new(config: Arc<Config>, store: Store, clock: SharedClock) -> Self {
        Self { config, store, clock }
    }

    /// Sends for as long as the server runs.
    pub async fn walk_forever(self) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.round().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the outbox can't be read or written"
                );
            }
        }
    }

    /// Tries every letter that is due, all at once: a receiver that hangs holds up the others for its ten seconds at most.
    async fn round(&self) -> Result<(), StoreError> {
        let due = self.store.due_letters(self.clock.now()).await?;
        let sent = futures_util::future::join_all(due.into_iter().map(|letter| self.try_one(letter))).await;
        sent.into_iter().collect()
    }

    async fn try_one(&self, stored: StoredLetter) -> Result<(), StoreError> {
        let Err(error) = self.send(&stored).await else { return self.store.forget_letter(stored.id).await };
        let tries = stored.tries + 1;
        tracing::warn!(team = %stored.team, way = stored.way.as_str(), tries, %error, "a letter was not taken");
        if tries >= MOST_TRIES || matches!(error, SendError::NoAddress) {
            tracing::error!(team = %stored.team, way = stored.way.as_str(), "A LETTER IS GIVEN UP");
            return self.store.forget_letter(stored.id).await;
        }
        let next = Millis(self.clock.now().0.saturating_add(pause(tries)));
        self.store.postpone_letter(stored.id, tries, next).await
    }

    async fn send(&self, stored: &StoredLetter) -> Result<(), SendError> {
        let ways = self.config.teams.get(&stored.team).map(|team| &team.notify);
        let ways = ways.ok_or(SendError::NoAddress)?;
        match stored.way {
            Way::Webhook => {
                let url = ways.webhook.clone().ok_or(SendError::NoAddress)?;
                let (body, secret) = (stored.body.clone(), self.config.notify.secret.clone());
                let at = self.clock.now();
                tokio::task::spawn_blocking(move || webhook::post(&url, &body, secret.as_deref(), at)).await?
            }
            Way::Email => {
                let smtp = self.config.notify.smtp.clone().ok_or(SendError::NoAddress)?;
                let (to, from) = (ways.email.clone(), self.config.notify.from.clone());
                let letter = stored.letter.clone();
                tokio::task::spawn_blocking(move || mail::send(&smtp, &from, &to, &letter)).await?
            }
        }
    }
}

/// Milliseconds until what was not taken so often is tried again.
pub(crate) fn pause(tries: u32) -> i64 {
    FIRST_PAUSE_MS.saturating_mul(1_i64 << tries.saturating_sub(1).min(20)).min(LONGEST_PAUSE_MS)
}

/// One letter for each way that one of the teams has.
#[must_use]
pub fn letters(config: &Config, teams: &[TeamName], letter: &Letter) -> Vec<(TeamName, Way, Letter)> {
    let mut all = Vec::new();
    for team in teams {
        let Some(ways) = config.teams.get(team).map(|team| &team.notify) else { continue };
        let addressed = |way| (team.clone(), way, Letter { team: team.clone(), ..letter.clone() });
        all.extend(ways.webhook.is_some().then(|| addressed(Way::Webhook)));
        all.extend((!ways.email.is_empty()).then(|| addressed(Way::Email)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        assert_eq!([1, 2, 3].map(pause), [2_000, 4_000, 8_000]);
        assert_eq!(pause(12), LONGEST_PAUSE_MS);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE_MS);
    }
}
