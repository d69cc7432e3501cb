//! Identity: the one place that says who somebody is. Ways to sign in are added here.
//!
//! `directory` says who there is, `limits` how often anybody may try. It must not know HTTP.

pub mod command;
mod directory;
mod known;
mod let_in;
mod limits;
mod oidc;
mod password;
mod proof;
mod sign_in;
pub mod token;

use std::sync::Arc;

use lastmile_protocol::{AuthMode, Person, Session, UsedToken};

use crate::audit;
use crate::clock::SharedClock;
use crate::config::Config;
use crate::store::Store;

pub use directory::{Directory, Roll};
pub use known::read;
pub use let_in::{Told, Unforwarded, id_of};
pub use limits::{Limiter, TooMany};
pub(crate) use oidc::Provider;
pub use oidc::{Arrived, Back, HOLDS_S, Leaving};
pub use proof::Proof;
pub use sign_in::{Begun, SignInError};
pub use token::{BadToken, TokenRefused};

/// Somebody who has proved who they are. Only this module makes one, so whoever holds it may act as that person.
#[derive(Clone, Debug)]
pub struct Caller {
    person: Person,
    proven: Proven,
}

/// How somebody has proved who they are.
#[derive(Clone, Debug)]
enum Proven {
    /// They have signed in.
    Session(AuthMode),
    /// A program acts in their name.
    Token(UsedToken),
}

impl Caller {
    /// Who it is.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// How they have signed in; `None`: a program acts in their name.
    #[must_use]
    pub fn how(&self) -> Option<AuthMode> {
        match self.proven {
            Proven::Session(how) => Some(how),
            Proven::Token(_) => None,
        }
    }

    /// The API token through which a program acts in their name.
    #[must_use]
    pub fn token(&self) -> Option<&UsedToken> {
        match &self.proven {
            Proven::Session(_) => None,
            Proven::Token(token) => Some(token),
        }
    }
}

/// Somebody who has signed in themselves. What no program may do in anybody's name (agreeing, above all) asks for this, and
/// a [`Caller`] that came through a token never becomes one.
#[derive(Clone, Debug)]
pub struct InPerson(Caller);

impl InPerson {
    /// `None` for whoever came through a token.
    #[must_use]
    pub fn of(caller: Caller) -> Option<Self> {
        caller.token().is_none().then_some(Self(caller))
    }
}

impl std::ops::Deref for InPerson {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

/// Knows people and their sessions.
#[derive(Clone)]
pub struct People {
    config: Arc<Config>,
    directory: Directory,
    store: Store,
    clock: SharedClock,
    sign_in: Arc<sign_in::Tries>,
    /// Where that mode is on.
    oidc: Option<Arc<oidc::Oidc>>,
}

impl People {
    /// People of this directory, with sessions in this store. `url`: how browsers reach this server.
    ///
    /// # Errors
    /// If a provider could not lead back to that.
    pub fn new(
        config: Arc<Config>,
        directory: Directory,
        store: Store,
        clock: SharedClock,
        url: &str,
    ) -> anyhow::Result<Self> {
        let sign_in = Arc::new(sign_in::Tries::new(&config.auth.limits));
        let oidc =
            config.auth.oidc.as_ref().map(|oidc| oidc::Oidc::new(oidc, url)).transpose()?.map(Arc::new);
        Ok(Self { config, directory, store, clock, sign_in, oidc })
    }

    /// What everybody may know of signing in. `ended`: who asks showed a proof that holds no more.
    #[must_use]
    pub fn session(&self, caller: Option<&Caller>, ended: bool) -> Session {
        let modes = self.config.auth.modes.clone();
        let demo = modes.contains(&AuthMode::Demo);
        let demo_people = if demo { self.directory.now().everybody().cloned().collect() } else { Vec::new() };
        Session {
            person: caller.map(|caller| caller.person.clone()),
            how: caller.and_then(Caller::how),
            ended,
            modes,
            demo_people,
            may_read_audit: caller.is_some_and(|caller| audit::may_read(&self.config, &caller.person)),
            provider: self.config.auth.oidc.as_ref().map(|oidc| oidc.name.clone()),
        }
    }
}
