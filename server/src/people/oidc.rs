//! Signing in by an OpenID Connect provider: authorization code with PKCE, state and nonce.
//!
//! `attempts` remembers who has gone there, `provider` asks and checks, `claims` reads what was proved. It must not know HTTP of our
//! own side.

mod ask;
mod attempts;
mod claims;
mod provider;
mod refusal;

use std::net::IpAddr;
use std::sync::Arc;

use lastmile_protocol::{AuthMode, ReturnTo, SignInProblem};
use lastmile_runbook::digest::sha256_hex;
use tokio::sync::Semaphore;

use super::sign_in::new_token;
use super::{Begun, People, SignInError, TooMany};
use crate::config::{OidcConfig, SecretSource};
use crate::secrets;
use attempts::{Attempt, Attempts};
use provider::{Proved, Returned};
use refusal::Refusal;

pub(crate) use provider::Provider;

/// How long an attempt may take, in seconds.
pub const HOLDS_S: i64 = attempts::HOLDS_MS / 1000;
/// How many may talk to the provider at once, each on a thread; more are turned away.
const AT_ONCE: usize = 32;

/// The provider, and who is on the way there.
pub(super) struct Oidc {
    provider: Arc<Provider>,
    attempts: Attempts,
    talks: Semaphore,
    issuer: String,
    secret: Option<SecretSource>,
}

/// Somebody is to be sent to the provider.
#[derive(Debug)]
pub struct Leaving {
    /// Where.
    pub continue_at: String,
    /// What the browser has to show when it comes back.
    pub browser: String,
}

/// What a browser brings back.
#[derive(Clone, Debug, Default)]
pub struct Back {
    /// The provider's code.
    pub code: Option<String>,
    /// Our state.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// Somebody came back.
#[derive(Debug)]
pub struct Arrived {
    /// Where they wanted to go.
    pub return_to: ReturnTo,
    /// Their session, or why there is none.
    pub begun: Result<Begun, SignInProblem>,
}

impl Oidc {
    pub(super) fn new(config: &OidcConfig, url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            provider: Arc::new(Provider::new(config.clone(), url)?),
            attempts: Attempts::default(),
            talks: Semaphore::new(AT_ONCE),
            issuer: config.issuer.as_str().to_owned(),
            secret: config.secret.clone(),
        })
    }

    /// Talks to the provider, away from the async threads.
    async fn talk<T: Send + 'static>(
        &self,
        talk: impl FnOnce(&Provider) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let crowded = |_| Refusal::new(SignInProblem::TooMany, "too many are signing in at once");
        let _place = self.talks.try_acquire().map_err(crowded)?;
        let provider = Arc::clone(&self.provider);
        let talked = tokio::task::spawn_blocking(move || talk(&provider)).await;
        talked.map_err(|error| Refusal::of(SignInProblem::Server, &error))?
    }

    /// What the browser brought back, redeemed.
    async fn prove(&self, back: Back, attempt: Attempt) -> Result<Proved, Refusal> {
        if back.iss.as_ref().is_some_and(|iss| *iss != self.issuer) {
            return Err(Refusal::new(SignInProblem::Untrusted, "another issuer answers"));
        }
        let code = match (back.error, back.code) {
            (None, Some(code)) => code,
            (Some(error), _) if error == "access_denied" => {
                return Err(Refusal::new(SignInProblem::Cancelled, error));
            }
            (error, _) => {
                return Err(Refusal::new(
                    SignInProblem::ProviderRefused,
                    error.unwrap_or_else(|| "no code".into()),
                ));
            }
        };
        let secret = match &self.secret {
            None => None,
            Some(source) => Some(secrets::read(source).await.map_err(|why| {
                Refusal::new(SignInProblem::Server, format!("[auth.oidc] secret can't be read: {why}"))
            })?),
        };
        let returned = Returned { code, nonce: attempt.nonce, verifier: attempt.verifier, secret };
        self.talk(move |provider| provider.redeem(returned)).await
    }
}

impl People {
    /// Begins to sign somebody in at the provider. `before`: the token of the session that the browser has, which ends with the
    /// new one; `browser`: what an earlier attempt made it show.
    ///
    /// # Errors
    /// If that way is off, it was tried too often, or the provider can't be asked.
    pub async fn go_to_provider(
        &self,
        return_to: ReturnTo,
        before: Option<&str>,
        browser: Option<&str>,
        from: IpAddr,
    ) -> Result<Leaving, SignInError> {
        let Some(oidc) = &self.oidc else { return Err(self.refused(AuthMode::Oidc, "").await?) };
        self.count_try(from)?;
        let sent = match oidc.talk(Provider::send).await {
            Ok(sent) => sent,
            Err(refusal) => return Err(self.refuse_oidc(&refusal).await?),
        };
        let browser = match browser {
            Some(shown) if is_token(shown) => shown.to_owned(),
            _ => new_token()?,
        };
        let attempt = Attempt {
            browser: sha256_hex(browser.as_bytes()),
            nonce: sent.nonce,
            verifier: sent.verifier,
            return_to,
            before: before.map(str::to_owned),
            at: self.clock.now(),
        };
        oidc.attempts.add(sent.state.secret(), attempt);
        Ok(Leaving { continue_at: sent.address, browser })
    }

    /// Somebody comes back from the provider. Whoever brings what belongs to no attempt is counted as one who tries.
    pub async fn come_back(&self, back: Back, browser: Option<&str>, from: IpAddr) -> Arrived {
        let begun = match (&self.oidc, &back.state) {
            (Some(oidc), Some(state)) => {
                oidc.attempts.take(state, browser, self.clock.now()).map(|attempt| (oidc, attempt))
            }
            _ => None,
        };
        let Some((oidc, attempt)) = begun else {
            return Arrived { return_to: ReturnTo::home(), begun: Err(self.turn_back(from).await) };
        };
        let (return_to, before) = (attempt.return_to.clone(), attempt.before.clone());
        let begun = self.end_attempt(oidc, back, attempt, before.as_deref()).await;
        let begun = begun.map_err(|error| problem_of(&error));
        Arrived { return_to, begun }
    }

    async fn end_attempt(
        &self,
        oidc: &Oidc,
        back: Back,
        attempt: Attempt,
        before: Option<&str>,
    ) -> Result<Begun, SignInError> {
        let config = self.config.auth.oidc.as_ref().ok_or(SignInError::Refused)?;
        let proved = match oidc.prove(back, attempt).await {
            Ok(proved) => proved,
            Err(refusal) => return Err(self.refuse_oidc(&refusal).await?),
        };
        let told = match claims::told(&proved.claims, config) {
            Ok(told) => told,
            Err(why) => {
                return Err(self.refuse_oidc(&Refusal::new(SignInProblem::Unnamed, why)).await?);
            }
        };
        let person = self.let_in(AuthMode::Oidc, told).await?;
        self.begin(person, AuthMode::Oidc, before, proved.leave_hint.as_deref()).await
    }

    /// Where to go on after signing out here.
    pub(super) async fn leave_provider(&self, hint: Option<String>) -> Option<String> {
        let oidc = self.oidc.as_ref()?;
        oidc.talk(move |provider| Ok(provider.leave(hint.as_deref()))).await.ok().flatten()
    }

    async fn turn_back(&self, from: IpAddr) -> SignInProblem {
        let refused = async {
            self.count_try(from)?;
            let why = "the state is missing, unknown, used, late or another browser's";
            Err::<(), _>(self.refuse_oidc(&Refusal::new(SignInProblem::Lost, why)).await?)
        };
        refused.await.err().map_or(SignInProblem::Server, |error| problem_of(&error))
    }

    async fn refuse_oidc(&self, refusal: &Refusal) -> Result<SignInError, SignInError> {
        tracing::warn!(
            problem = refusal.problem.code(),
            why = refusal.why,
            "a sign-in at the provider failed"
        );
        Ok(self.turned_away(AuthMode::Oidc, "", refusal.problem, &refusal.why).await?)
    }
}

/// What we made, and nothing else that would stand in a header.
fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn problem_of(error: &SignInError) -> SignInProblem {
    match error {
        SignInError::Problem(problem) => *problem,
        SignInError::TooMany(TooMany(_)) => SignInProblem::TooMany,
        SignInError::Refused | SignInError::Wrong | SignInError::Unforwarded(_) => SignInProblem::NotAdmitted,
        SignInError::Store(cause) => {
            tracing::error!(error = cause as &dyn std::error::Error, "a sign-in can't be recorded");
            SignInProblem::Server
        }
        SignInError::Random(cause) => {
            tracing::error!(error = cause as &dyn std::error::Error, "a sign-in failed");
            SignInProblem::Server
        }
    }
}
