//! Who is on call for a team now, by a command or an address of the config; the whole team where nobody knows.
//!
//! It says whom to look for, and never who may answer. Answers are cached, asked for in the background, and forgotten as
//! soon as one fails: somebody who was on call yesterday is worse than everybody.

mod fetch;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use lastmile_protocol::{Person, TeamName};

use crate::config::{Config, OnCallSource};
use crate::people::Roll;

/// Who is on call, as it was told last.
#[derive(Debug)]
pub struct OnCall {
    config: Arc<Config>,
    now: RwLock<BTreeMap<TeamName, Vec<String>>>,
}

impl OnCall {
    /// Nobody is known yet.
    #[must_use]
    pub fn new(config: Arc<Config>) -> Arc<Self> {
        Arc::new(Self { config, now: RwLock::default() })
    }

    /// Who of the team is on call; empty: it is not known, so all of it.
    #[must_use]
    pub fn people(&self, team: &TeamName, roll: &Roll) -> Vec<Person> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        let told = now.get(team).map(Vec::as_slice).unwrap_or_default();
        let known = told.iter().filter_map(|id| roll.person(&id.as_str().into()));
        // Who has left the team is not its on-call, whatever the plan says.
        known.filter(|person| person.teams.contains(team)).cloned().collect()
    }

    /// Asks again and again, each team in a task of its own, for as long as the server runs.
    pub async fn ask_forever(self: Arc<Self>) {
        let sources: Vec<_> = self
            .config
            .teams
            .iter()
            .filter_map(|(name, team)| Some((name.clone(), team.on_call.clone()?)))
            .collect();
        futures_util::future::join_all(sources.into_iter().map(|(team, source)| self.follow(team, source)))
            .await;
    }

    async fn follow(&self, team: TeamName, source: OnCallSource) {
        let mut ticks = tokio::time::interval(source.refresh);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let told = fetch::fetch(&source).await.unwrap_or_else(|error| {
                tracing::warn!(%team, %error, "who is on call is not known, so the whole team counts");
                Vec::new()
            });
            self.now.write().unwrap_or_else(PoisonError::into_inner).insert(team.clone(), told);
        }
    }
}
