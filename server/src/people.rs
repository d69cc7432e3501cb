//! Identity: the one place that says who somebody is. Ways to sign in are added here.

use std::sync::Arc;

use lastmile_protocol::{AuthMode, Millis, Person, PersonId, Session, SignIn};
use lastmile_runbook::digest::sha256_hex;

use crate::audit::Deed;
use crate::clock::{NoRandomness, SharedClock, random_bytes};
use crate::config::Config;
use crate::store::{Store, StoreError};

/// Sessions end after a day; the next sign-in makes a new one.
pub const SESSION_MS: i64 = 24 * 60 * 60 * 1000;

/// Somebody who has proved who they are. Only this module makes one, so whoever holds it may act as that person.
#[derive(Clone, Debug)]
pub struct Caller(Person);

impl Caller {
    /// Who it is.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.0
    }
}

/// Nobody was signed in, and why.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// That way of signing in is off, or there is no such person.
    #[error("sign-in refused")]
    Refused,
    /// The session can't be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No token can be made.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// Knows people and their sessions.
#[derive(Clone)]
pub struct People {
    config: Arc<Config>,
    store: Store,
    clock: SharedClock,
}

impl People {
    /// People of this config, with sessions in this store.
    #[must_use]
    pub fn new(config: Arc<Config>, store: Store, clock: SharedClock) -> Self {
        Self { config, store, clock }
    }

    /// Signs somebody in: the session's token, to be kept by the browser alone.
    ///
    /// # Errors
    /// If the person or the mode is refused, or the session can't be recorded.
    pub async fn sign_in(&self, request: &SignIn) -> Result<(String, Person), SignInError> {
        let SignIn::Demo { person } = request;
        let demo = self.config.modes.contains(&AuthMode::Demo);
        let Some(person) = self.config.people.get(person).filter(|_| demo).cloned() else {
            // Whoever it was: what they typed is not kept at any length.
            let typed: String = person.as_str().chars().take(100).collect();
            let detail = serde_json::json!({ "asked": "session.begin", "person": typed });
            self.store.note(Deed::of_server("refused", detail), self.clock.now()).await?;
            return Err(SignInError::Refused);
        };
        let token: String = random_bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        self.store.add_session(&sha256_hex(token.as_bytes()), &person.id, self.clock.now()).await?;
        Ok((token, person))
    }

    /// Whose token this is; `None` for an unknown or old one, or a person who has left the config.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, StoreError> {
        let since = Millis(self.clock.now().0 - SESSION_MS);
        let id = self.store.session(&sha256_hex(token.as_bytes()), since).await?;
        Ok(id.and_then(|id| self.config.people.get(&id)).cloned().map(Caller))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn sign_out(&self, token: &str) -> Result<(), StoreError> {
        self.store.end_session(&sha256_hex(token.as_bytes()), self.clock.now()).await
    }

    /// What everybody may know of signing in.
    #[must_use]
    pub fn session(&self, person: Option<Person>) -> Session {
        let demo = self.config.modes.contains(&AuthMode::Demo);
        let demo_people = if demo { self.config.people.values().cloned().collect() } else { Vec::new() };
        Session { person, modes: self.config.modes.clone(), demo_people }
    }

    /// The person of that id, as the config has them now.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.config.people.get(id)
    }
}
