//! One entry of the audit record.

use lastmile_protocol::{Millis, PersonId, RunId, TokenId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What somebody did, or what happened to a run, with everything needed to judge it later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number: from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Millis,
    /// What.
    #[serde(flatten)]
    pub deed: Deed,
}

/// An entry before it has its place in the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// Who did it; nobody: the server by itself.
    pub by: Option<PersonId>,
    /// The API token through which they did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenId>,
    /// What was done: `run.requested`, `run.answered`, `refused`, …
    pub did: String,
    /// The run it was done to.
    pub run: Option<RunId>,
    /// What it rested on. Never a secret.
    pub detail: Value,
}

impl Deed {
    /// Somebody's.
    #[must_use]
    pub fn by(person: &PersonId, did: impl Into<String>, detail: Value) -> Self {
        Self { by: Some(person.clone()), token: None, did: did.into(), run: None, detail }
    }

    /// The server's own.
    #[must_use]
    pub fn of_server(did: impl Into<String>, detail: Value) -> Self {
        Self { by: None, token: None, did: did.into(), run: None, detail }
    }

    /// Done through an API token, if it was.
    #[must_use]
    pub fn through(self, token: Option<&TokenId>) -> Self {
        Self { token: token.cloned(), ..self }
    }

    /// Done to a run.
    #[must_use]
    pub fn to(self, run: &RunId) -> Self {
        Self { run: Some(run.clone()), ..self }
    }
}
