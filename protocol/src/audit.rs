//! The audit record as it is read: entries, newest first, and what narrows them.

use serde::{Deserialize, Serialize};

use crate::{Digest, Millis, Person, PersonId, RunId, Slug};

/// `GET /api/v1/audit?…`, and of its exports: filters; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// What was done: `run.requested`, `refused`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did: Option<String>,
    /// The target's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The runbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Slug>,
    /// The action's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Done at or after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Millis>,
    /// Done before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// Only entries with a lower number: the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// The answer to [`AuditFilter`]: one page, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Entries, by falling number.
    pub entries: Vec<AuditEntry>,
    /// What to give as `before` for older ones; `None`: there are none.
    #[serde(default)]
    pub next: Option<u64>,
    /// The newest entry's number, whether it matches or not; 0: there is none.
    pub newest: u64,
    /// Every kind of deed that the record has.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Everybody who stands in it, by id.
    #[serde(default)]
    pub people: Vec<Person>,
    /// Every target that it names.
    #[serde(default)]
    pub targets: Vec<String>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number: from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Millis,
    /// Who did it; `None`: the server by itself.
    #[serde(default)]
    pub by: Option<PersonId>,
    /// What was done.
    pub did: String,
    /// The run it was done to.
    #[serde(default)]
    pub run: Option<RunId>,
    /// The runbook that it is about.
    #[serde(default)]
    pub runbook: Option<Slug>,
    /// The action that it is about.
    #[serde(default)]
    pub action: Option<String>,
    /// The target that it is about.
    #[serde(default)]
    pub target: Option<String>,
    /// Of a refusal: what was asked for, such as `run.request`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// Of a refusal: why, as it was said to whoever asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The digest of the policies that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Digest>,
    /// The rules that had a part in the decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<AuditRule>,
    /// The entry's own bytes, JSON: what the hash is taken of.
    pub entry: String,
    /// Its hash, which is taken of the one before too.
    pub hash: Digest,
}

/// A rule and what it said of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRule {
    /// A policy's id (`FILE/ID`), or the place in the config or runbook.
    pub rule: String,
    /// `permits`, `forbids`, `asks` or `fails`.
    pub says: String,
}

/// `GET /api/v1/audit/newer?after=N&…`: what has come since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditNewer {
    /// How many entries after that number match, counted up to [`AuditNewer::MOST`].
    pub count: u32,
}

impl AuditNewer {
    /// So many or more are told as so many.
    pub const MOST: u32 = 1000;
}
