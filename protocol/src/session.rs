//! Who is signed in.

use serde::{Deserialize, Serialize};

use crate::{PersonId, TeamName};

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
    /// The ways to sign in.
    pub modes: Vec<AuthMode>,
    /// In demo mode, who one can be; empty otherwise.
    #[serde(default)]
    pub demo_people: Vec<Person>,
}

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMode {
    /// Choose one of the config's people; on loopback only.
    Demo,
    /// Something a newer server offers.
    #[serde(other)]
    Unknown,
}

/// `POST /api/v1/session`; answered with [`Session`]. `DELETE` of the same path signs out (204).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum SignIn {
    /// Be this person of the config.
    Demo {
        /// Whom.
        person: PersonId,
    },
}
