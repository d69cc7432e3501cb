//! Who changed a runbook, when: what git knows of its file.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// `GET /api/v1/history/{slug}?skip=N`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Whether there is a history at all, and if not, why.
    pub source: HistorySource,
    /// Newest first, at most a page of them.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// Whether older ones follow: ask with `skip`.
    #[serde(default)]
    pub more: bool,
    /// The file differs from its newest commit. Told with the first page only.
    #[serde(default)]
    pub uncommitted: bool,
}

/// Where a history comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistorySource {
    /// A git checkout.
    Git,
    /// The runbook folder is no checkout.
    NoCheckout,
    /// The server has no git.
    NoGit,
    /// Git failed, or took too long.
    Failed,
    /// Something that a newer server knows.
    #[serde(other)]
    Unknown,
}

/// One commit that changed the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its id, in full: a revision that the runbook's page can show.
    pub id: String,
    /// When its author made it.
    pub at: Millis,
    /// Its author.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}
