//! What a client asks about runs: press a button, see what would happen, filter.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Digest, Millis, PersonId, RunId, RunState, Slug};

/// Longest reason, ticket, incident or comment, in bytes.
pub const MAX_WORDS: usize = 4096;

/// `POST /api/v1/runs`: press an action's button. Never holds a script.
///
/// Answered with [`Run`]: 201 if it is new, 200 if the idempotency key names it already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRequest {
    /// The runbook.
    pub runbook: Slug,
    /// The revision that the page showed.
    pub revision: Digest,
    /// The action's name.
    pub action: String,
    /// The digest of the action as the page showed it.
    pub action_digest: Digest,
    /// What was typed, by input; secrets excluded.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// Typed secrets, by input: kept in memory only.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretText>,
    /// The value of the action's `retype`, as typed.
    #[serde(default)]
    pub retype: Option<String>,
    /// Why, in the requester's words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The ticket.
    #[serde(default)]
    pub ticket: Option<String>,
    /// The incident.
    #[serde(default)]
    pub incident: Option<String>,
    /// The run that this one repeats.
    #[serde(default)]
    pub rerun_of: Option<RunId>,
    /// Ask even though the same is under way.
    #[serde(default)]
    pub separate: bool,
    /// Start at once although others must agree or something has to be done first; `reason` must say why.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub break_glass: bool,
    /// Chosen by the client, once a click: the same key gives the same run however often it is posted.
    /// 8 to 64 characters of `[A-Za-z0-9_-]`.
    pub idempotency_key: String,
}

/// `POST /api/v1/runs/preview`: what would happen, without doing it. Takes what is typed so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRequest {
    /// The runbook.
    pub runbook: Slug,
    /// The action's name.
    pub action: String,
    /// What is typed so far.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// The incident.
    #[serde(default)]
    pub incident: Option<String>,
}

/// A secret in transit: never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(pub String);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// `GET /api/v1/runs?…`: filters; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFilter {
    /// The runbook's service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The target's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RunState>,
    /// The runbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Slug>,
    /// The action's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Asked for at or after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Millis>,
    /// Asked for before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// Only runs older than this one: the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<RunId>,
}
