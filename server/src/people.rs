//! Identity: the one place that says who somebody is. Ways to sign in are added here.

mod directory;

use std::sync::Arc;

use lastmile_protocol::{AuthMode, Millis, Person, Session, SignIn};
use lastmile_runbook::digest::sha256_hex;

use crate::audit::Deed;
use crate::clock::{NoRandomness, SharedClock, random_bytes};
use crate::config::Config;
use crate::store::{Store, StoreError};

pub use directory::{Directory, Roll};

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
    directory: Directory,
    store: Store,
    clock: SharedClock,
}

impl People {
    /// People of this directory, with sessions in this store.
    #[must_use]
    pub fn new(config: Arc<Config>, directory: Directory, store: Store, clock: SharedClock) -> Self {
        Self { config, directory, store, clock }
    }

    /// Signs somebody in: the session's token, to be kept by the browser alone.
    ///
    /// # Errors
    /// If the person or the mode is refused, or the session can't be recorded.
    pub async fn sign_in(&self, request: &SignIn) -> Result<(String, Person), SignInError> {
        let SignIn::Demo { person } = request;
        let demo = self.config.modes.contains(&AuthMode::Demo);
        let Some(person) = self.config.people.get(person).filter(|_| demo) else {
            // Whoever it was: what they typed is not kept at any length.
            let typed: String = person.as_str().chars().take(100).collect();
            let detail = serde_json::json!({ "asked": "session.begin", "person": typed });
            self.store.note(Deed::of_server("refused", detail), self.clock.now()).await?;
            return Err(SignInError::Refused);
        };
        let token: String = random_bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        self.store.add_session(&sha256_hex(token.as_bytes()), &person.id, self.clock.now()).await?;
        let now = self.directory.now().person(&person.id).cloned();
        Ok((token, now.unwrap_or_else(|| person.clone())))
    }

    /// Whose token this is; `None` for an unknown or old one, or a person who is gone.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, StoreError> {
        let since = Millis(self.clock.now().0 - SESSION_MS);
        let id = self.store.session(&sha256_hex(token.as_bytes()), since).await?;
        let roll = self.directory.now();
        Ok(id.and_then(|id| roll.person(&id).cloned()).map(Caller))
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
}
