//! Retries: with a yes, an approver may allow that exactly the same runs again, so many times within so many minutes.

use serde::{Deserialize, Serialize};

use crate::{Approval, Digest, Millis, RunId, RunState};

/// Most retries that one yes can allow.
pub const MAX_RETRIES: u32 = 10;

/// Longest time for which a yes can allow retries, in minutes: a day.
pub const MAX_RETRY_MINUTES: u32 = 24 * 60;

/// What somebody who says yes allows besides: up to `count` retries of exactly this within `minutes` of the yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowRetries {
    /// 1 to [`MAX_RETRIES`].
    pub count: u32,
    /// 1 to [`MAX_RETRY_MINUTES`].
    pub minutes: u32,
}

/// What an answer has allowed, as it stands with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryGrant {
    /// Up to so many.
    pub count: u32,
    /// None starts from then on.
    pub until: Millis,
    /// Its giver has taken it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Millis>,
}

/// A retry that was begun, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryRun {
    /// Its id.
    pub id: RunId,
    /// Where it stands.
    pub state: RunState,
}

/// How the retries of a run stand: the same on its own page and on that of each retry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retries {
    /// The run that was agreed to: each retry repeats it.
    pub of: RunId,
    /// The digest of its run spec: what was agreed to.
    pub digest: Digest,
    /// The yeses that it rests on, each with what it allows.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// What they allow together: the smallest count of those that must agree; 0 while one of them allows none.
    pub count: u32,
    /// And until when: the earliest end.
    #[serde(default)]
    pub until: Option<Millis>,
    /// Those that were begun, oldest first. Each has used one up.
    #[serde(default)]
    pub runs: Vec<RetryRun>,
    /// Why there is none now, in a sentence.
    #[serde(default)]
    pub why_not: Option<String>,
    /// The person who asks may begin one; a hint.
    #[serde(default)]
    pub may_retry: bool,
    /// The person who asks has allowed some, and may withdraw that; a hint.
    #[serde(default)]
    pub may_withdraw: bool,
}

impl Retries {
    /// How many are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.count.saturating_sub(u32::try_from(self.runs.len()).unwrap_or(u32::MAX))
    }
}

/// `POST /api/v1/runs/{id}/retries`: run exactly the same again, by the yes that was given. Never holds anything else.
///
/// Answered with the new [`crate::Run`]: 201 if it is new, 200 if the idempotency key names it already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryRequest {
    /// The digest of the run spec that was agreed to, as the person saw it.
    pub digest: Digest,
    /// Chosen by the client, once a click: 8 to 64 characters of `[A-Za-z0-9_-]`.
    pub idempotency_key: String,
}
