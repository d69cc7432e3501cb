//! Who is signed in.

use serde::{Deserialize, Serialize};

use crate::{PersonId, SecretText, TeamName};

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their teams.
    #[serde(default)]
    pub teams: Vec<TeamName>,
}

/// `GET /api/v1/session`: who one is, and how one may sign in. Answered for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// `None` while signed out.
    pub person: Option<Person>,
    /// How they have proved that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<AuthMode>,
    /// Whoever asks was signed in, and their session has ended.
    #[serde(default)]
    pub ended: bool,
    /// The ways to sign in.
    pub modes: Vec<AuthMode>,
    /// In demo mode, who one can be; empty otherwise.
    #[serde(default)]
    pub demo_people: Vec<Person>,
    /// Whether this person may read the audit record.
    #[serde(default)]
    pub may_read_audit: bool,
    /// What people call the provider of mode `oidc`; `None` where that is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

impl Session {
    /// Nobody, with no way to sign in: what is known before the server has answered.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            person: None,
            how: None,
            ended: false,
            modes: Vec::new(),
            demo_people: Vec::new(),
            may_read_audit: false,
            provider: None,
        }
    }
}

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMode {
    /// Choose one of the config's people; on loopback only.
    Demo,
    /// A name and a password of this server.
    Password,
    /// A reverse proxy says by a header who it is.
    Proxy,
    /// An OpenID Connect provider says who it is: `POST /api/v1/session/oidc` begins.
    Oidc,
    /// Something a newer server offers.
    #[serde(other)]
    Unknown,
}

/// `POST /api/v1/session`; answered with [`Session`]. `DELETE` of the same path signs out: 204, or 200 with [`crate::Onward`] where
/// one has to sign out elsewhere too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum SignIn {
    /// Be this person of the config.
    Demo {
        /// Whom.
        person: PersonId,
    },
    /// Be whoever has this name and password.
    Password {
        /// The person's id.
        name: String,
        /// Their password.
        password: SecretText,
    },
    /// Be whoever the reverse proxy says.
    Proxy,
    /// A way that this server does not know.
    #[serde(other)]
    Unknown,
}

impl SignIn {
    /// Which way it is.
    #[must_use]
    pub fn mode(&self) -> AuthMode {
        match self {
            Self::Demo { .. } => AuthMode::Demo,
            Self::Password { .. } => AuthMode::Password,
            Self::Proxy => AuthMode::Proxy,
            Self::Unknown => AuthMode::Unknown,
        }
    }
}
