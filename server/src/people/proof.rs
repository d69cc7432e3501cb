//! From what a request shows to who sends it.

use lastmile_protocol::{AuthMode, Millis, PersonId};
use lastmile_runbook::digest::sha256_hex;

use super::{Caller, People, Proven};
use crate::store::{Since, StoreError, StoredSession};

/// That a session is used is noted so often at most, in milliseconds.
const NOTED_EVERY_MS: i64 = 60_000;

/// What a request shows to prove who sends it.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A session's token,
    Session {
        /// the token,
        token: Box<str>,
        /// and who the reverse proxy says it is, in mode `proxy`.
        forwarded: Option<PersonId>,
    },
    /// An API token.
    Token(Box<str>),
}

impl People {
    /// Who proves that they send a request; `None` if the proof holds no more, or the person is gone.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn caller(&self, proof: &Proof) -> Result<Option<Caller>, StoreError> {
        let (token, forwarded) = match proof {
            Proof::Session { token, forwarded } => (token, forwarded),
            Proof::Token(text) => return Ok(self.by_token(text).await?.ok().map(|(caller, _)| caller)),
        };
        let digest = sha256_hex(token.as_bytes());
        let Some(session) = self.store.session(&digest, self.since()).await? else { return Ok(None) };
        let caller = self.of_session(&session, forwarded.as_ref()).await?;
        if caller.is_some() {
            self.note_use(digest, &session);
        }
        Ok(caller)
    }

    /// Whether a proof still holds. Asking that is no use of the session.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn still(&self, proof: &Proof) -> Result<Option<Caller>, StoreError> {
        let (token, forwarded) = match proof {
            Proof::Session { token, forwarded } => (token, forwarded),
            Proof::Token(text) => return self.still_by_token(text).await,
        };
        let session = self.store.session(&sha256_hex(token.as_bytes()), self.since()).await?;
        match session {
            Some(session) => self.of_session(&session, forwarded.as_ref()).await,
            None => Ok(None),
        }
    }

    /// A session of a way that is off now holds no more; one that rests on the proxy's word holds while the proxy says the same.
    async fn of_session(
        &self,
        session: &StoredSession,
        forwarded: Option<&PersonId>,
    ) -> Result<Option<Caller>, StoreError> {
        let is_on = self.config.auth.modes.contains(&session.how);
        if !is_on || (session.how == AuthMode::Proxy && forwarded != Some(&session.person)) {
            return Ok(None);
        }
        self.follow(session.people_version).await?;
        let person = self.directory.now().person(&session.person).cloned();
        Ok(person.map(|person| Caller { person, proven: Proven::Session(session.how) }))
    }

    /// Nobody waits for that.
    fn note_use(&self, digest: String, session: &StoredSession) {
        let now = self.clock.now();
        if now.0 - session.seen.0 < NOTED_EVERY_MS {
            return;
        }
        let store = self.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.touch_session(&digest, now).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the use of a session can't be noted"
                );
            }
        });
    }

    /// When a session must have begun and been used to hold.
    pub(super) fn since(&self) -> Since {
        let (now, auth) = (self.clock.now().0, &self.config.auth);
        Since { begun: Millis(now - auth.absolute_ms), used: Millis(now - auth.idle_ms) }
    }
}
