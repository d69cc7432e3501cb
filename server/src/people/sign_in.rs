//! Signing in and out: a session begins and ends.

use std::net::IpAddr;
use std::time::Instant;

use lastmile_protocol::{AuthMode, Person, PersonId, SecretText, SignIn, SignInProblem};
use lastmile_runbook::digest::sha256_hex;

use super::password::Passwords;
use super::{Caller, Limiter, People, Proven, Told, TooMany, Unforwarded};
use crate::audit::Deed;
use crate::clock::{NoRandomness, random_bytes};
use crate::config::Limits;
use crate::store::{NewSession, StoreError};

/// Of what somebody typed who was refused, so many characters are kept.
const MAX_NOTED: usize = 100;

/// How often it was tried.
#[derive(Debug)]
pub(super) struct Tries {
    by_address: Limiter,
    /// Those that failed, by name.
    failed: Limiter,
    passwords: Passwords,
}

impl Tries {
    pub(super) fn new(limits: &Limits) -> Self {
        let of = |most| Limiter::new(most, Instant::now());
        Self { by_address: of(limits.sign_ins), failed: of(limits.failures), passwords: Passwords::default() }
    }
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Begun {
    /// Its token, to be kept by the browser alone.
    pub token: String,
    /// Whose it is.
    pub caller: Caller,
}

/// Nobody was signed in, and why.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// That way of signing in is off, or there is no such person.
    #[error("sign-in refused")]
    Refused,
    /// Name or password is wrong.
    #[error("name or password is wrong")]
    Wrong,
    /// The reverse proxy does not say who it is.
    #[error(transparent)]
    Unforwarded(Unforwarded),
    /// Whoever it is elsewhere is not signed in here.
    #[error("{}", .0.text())]
    Problem(SignInProblem),
    /// It was tried too often.
    #[error("too many attempts to sign in")]
    TooMany(TooMany),
    /// The session can't be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No token can be made.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

impl People {
    /// Signs somebody in. `before`: the token of the session that the same browser had until now, which ends.
    ///
    /// # Errors
    /// If the person or the mode is refused, it was tried too often, or the session can't be recorded.
    pub async fn sign_in(
        &self,
        request: &SignIn,
        before: Option<&str>,
        from: IpAddr,
    ) -> Result<Begun, SignInError> {
        let how = request.mode();
        if !self.config.auth.modes.contains(&how) {
            return Err(self.refused(how, "").await?);
        }
        match request {
            // There is nothing to guess, so nothing is counted.
            SignIn::Demo { person } => {
                let found = self.directory.now().person(person).cloned();
                let Some(found) = found else { return Err(self.refused(how, person.as_str()).await?) };
                self.begin(found, how, before, None).await
            }
            SignIn::Password { name, password } => {
                self.count_try(from)?;
                let person = self.by_password(name, password).await?;
                self.begin(person, how, before, None).await
            }
            // That comes by `sign_in_forwarded`.
            SignIn::Proxy | SignIn::Unknown => Err(self.refused(how, "").await?),
        }
    }

    /// Signs in whoever the reverse proxy says it is.
    ///
    /// # Errors
    /// If it does not say so, they may not come in, it was tried too often, or the session can't be recorded.
    pub async fn sign_in_forwarded(
        &self,
        forwarded: Result<Told, Unforwarded>,
        before: Option<&str>,
        from: IpAddr,
    ) -> Result<Begun, SignInError> {
        let how = AuthMode::Proxy;
        self.count_try(from)?;
        match forwarded {
            Ok(told) => {
                let person = self.let_in(how, told).await?;
                self.begin(person, how, before, None).await
            }
            Err(Unforwarded::Off) => Err(self.refused(how, "").await?),
            Err(why) => {
                self.note_refusal(how, "", Some(&why.to_string())).await?;
                Err(SignInError::Unforwarded(why))
            }
        }
    }

    /// Who has that name and password. Whether there is anybody of that name shows neither in the answer nor in its time.
    async fn by_password(&self, name: &str, password: &SecretText) -> Result<Person, SignInError> {
        let tries = &self.sign_in;
        let id = PersonId(name.trim().to_owned());
        let counted = id.as_str().to_lowercase();
        tries.failed.look(&counted, Instant::now()).map_err(SignInError::TooMany)?;
        let hash = self.store.password(&id).await?;
        let fits = tries.passwords.fits(hash, password).await;
        self.look().await?;
        let person = self.directory.now().person(&id).cloned();
        match (fits.map_err(|_| SignInError::TooMany(TooMany(1)))?, person) {
            (true, Some(person)) => Ok(person),
            (_, person) => {
                // Others may have failed meanwhile; this one counts all the same.
                let _ = tries.failed.take(&counted, Instant::now());
                // A name that is nobody's may be a password in the wrong field.
                let known = person.as_ref().map_or("", |person| person.id.as_str());
                self.refused(AuthMode::Password, known).await?;
                Err(SignInError::Wrong)
            }
        }
    }

    /// Counts an attempt of that address.
    pub(super) fn count_try(&self, from: IpAddr) -> Result<(), SignInError> {
        self.sign_in.by_address.take(from, Instant::now()).map_err(SignInError::TooMany)
    }

    /// Notes a refusal, and gives it. Whoever it was: what they typed is not kept at any length.
    pub(super) async fn refused(&self, how: AuthMode, typed: &str) -> Result<SignInError, StoreError> {
        self.note_refusal(how, typed, None).await?;
        Ok(SignInError::Refused)
    }

    /// Notes that somebody who is known elsewhere was refused, and gives the refusal.
    pub(super) async fn turned_away(
        &self,
        how: AuthMode,
        person: &str,
        problem: SignInProblem,
        why: &str,
    ) -> Result<SignInError, StoreError> {
        self.note_refusal(how, person, Some(&format!("{}: {why}", problem.code()))).await?;
        Ok(SignInError::Problem(problem))
    }

    async fn note_refusal(&self, how: AuthMode, person: &str, why: Option<&str>) -> Result<(), StoreError> {
        let person: String = person.chars().take(MAX_NOTED).collect();
        let mut detail = serde_json::json!({ "asked": "session.begin", "how": how, "person": person });
        if let Some(why) = why {
            detail["why"] = why.into();
        }
        self.store.note(Deed::of_server("refused", detail), self.clock.now()).await
    }

    pub(super) async fn begin(
        &self,
        person: Person,
        how: AuthMode,
        before: Option<&str>,
        leave_hint: Option<&str>,
    ) -> Result<Begun, SignInError> {
        let token = new_token()?;
        let before = before.map(|token| sha256_hex(token.as_bytes()));
        let new = NewSession {
            token_digest: &sha256_hex(token.as_bytes()),
            person: &person.id,
            how,
            instead_of: before.as_deref(),
            leave_hint,
        };
        self.store.add_session(new, self.clock.now(), self.since()).await?;
        Ok(Begun { token, caller: Caller { person, proven: Proven::Session(how) } })
    }

    /// Ends a session. Gives where to go on, if whoever proved who that was has a sign-out of their own.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn sign_out(&self, token: &str) -> Result<Option<String>, StoreError> {
        let ended = self.store.end_session(&sha256_hex(token.as_bytes()), self.clock.now()).await?;
        let Some(ended) = ended else { return Ok(None) };
        Ok(match ended.how {
            AuthMode::Proxy => self.config.auth.proxy.as_ref().and_then(|proxy| proxy.sign_out.clone()),
            AuthMode::Oidc => self.leave_provider(ended.leave_hint).await,
            AuthMode::Demo | AuthMode::Password | AuthMode::Unknown => None,
        })
    }
}

/// 256 bits that nobody can guess, in hex.
pub(super) fn new_token() -> Result<String, NoRandomness> {
    Ok(random_bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}
