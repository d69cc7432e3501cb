//! Keeps the directory true: the config's people, and those that are recorded.
//!
//! Commands change the record while the server runs. Whoever looks a session up learns the record's version with it, so a
//! change holds from the next request on.

use std::time::Duration;

use lastmile_protocol::{AuthMode, Person};

use super::let_in::source_of;
use super::{Directory, People, Roll};
use crate::config::Config;
use crate::store::{KnownPerson, Store, StoreError};

/// How often it is looked where nobody asks for anything: runs that wait in line start all the same.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Reads everybody anew.
///
/// # Errors
/// If the record can't be read.
pub async fn read(directory: &Directory, config: &Config, store: &Store) -> Result<(), StoreError> {
    let known = store.people().await?;
    // The config's word is the first: its names hold.
    let recorded = known.people.into_iter().filter_map(|known| person_of(config, known));
    let everybody = config.people.values().cloned().chain(recorded);
    directory.replace(Roll::of(everybody).at(known.version));
    Ok(())
}

/// Who somebody recorded is by the config as it is now: groups of elsewhere make the teams that it says, and whoever came by a
/// way that is off now is nobody.
pub(super) fn person_of(config: &Config, known: KnownPerson) -> Option<Person> {
    let mut person = known.person;
    if known.source != super::command::SOURCE {
        let modes = [AuthMode::Proxy, AuthMode::Oidc];
        let how = modes.into_iter().find(|how| source_of(*how) == known.source)?;
        person.teams.extend(config.auth.admission(how)?.teams_of(&known.groups));
    }
    Some(person)
}

impl People {
    /// Reads everybody anew if the record has another version than the directory.
    pub(super) async fn follow(&self, version: i64) -> Result<(), StoreError> {
        if self.directory.now().version() == version {
            return Ok(());
        }
        read(&self.directory, &self.config, &self.store).await
    }

    /// Looks for changes, for ever.
    pub async fn follow_forever(self) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = self.look().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "changes of people can't be read");
            }
        }
    }

    pub(super) async fn look(&self) -> Result<(), StoreError> {
        self.follow(self.store.people_version().await?).await
    }
}
