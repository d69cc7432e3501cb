//! What is wrong with a runbook, and where.

use serde::{Deserialize, Serialize};

/// Whether a problem takes something away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a look; nothing is disabled.
    Warning,
    /// The action it stands in is disabled; outside an action, the part it stands in is not used.
    Error,
}

/// One problem, located.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name such as `unknown-key`, for filters and tests.
    pub code: String,
    /// What is wrong and what to do about it, in one or two sentences.
    pub message: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The action it belongs to, by name.
    #[serde(default)]
    pub action: Option<String>,
}
