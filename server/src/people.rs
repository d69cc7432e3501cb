//! Identity: the one place that says who somebody is. Ways to sign in are added here.
//!
//! `directory` says who there is, `limits` how often anybody may try. It must not know HTTP.

pub mod command;
mod directory;
mod known;
mod limits;
mod password;
mod proof;
mod sign_in;

use std::sync::Arc;

use lastmile_protocol::{AuthMode, Person, Session};

use crate::audit;
use crate::clock::SharedClock;
use crate::config::Config;
use crate::store::Store;

pub use directory::{Directory, Roll};
pub use known::read;
pub use limits::{Limiter, TooMany};
pub use proof::Proof;
pub use sign_in::{Begun, SignInError};

/// Somebody who has proved who they are. Only this module makes one, so whoever holds it may act as that person.
#[derive(Clone, Debug)]
pub struct Caller {
    person: Person,
    how: AuthMode,
}

impl Caller {
    /// Who it is.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// How they have proved that.
    #[must_use]
    pub fn how(&self) -> AuthMode {
        self.how
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
}

impl People {
    /// People of this directory, with sessions in this store.
    #[must_use]
    pub fn new(config: Arc<Config>, directory: Directory, store: Store, clock: SharedClock) -> Self {
        let sign_in = Arc::new(sign_in::Tries::new(&config.auth.limits));
        Self { config, directory, store, clock, sign_in }
    }

    /// What everybody may know of signing in. `ended`: who asks showed a proof that holds no more.
    #[must_use]
    pub fn session(&self, caller: Option<&Caller>, ended: bool) -> Session {
        let modes = self.config.auth.modes.clone();
        let demo = modes.contains(&AuthMode::Demo);
        let demo_people = if demo { self.directory.now().everybody().cloned().collect() } else { Vec::new() };
        Session {
            person: caller.map(|caller| caller.person.clone()),
            how: caller.map(Caller::how),
            ended,
            modes,
            demo_people,
            may_read_audit: caller.is_some_and(|caller| audit::may_read(&self.config, &caller.person)),
        }
    }
}
