//! A decision and what it rests on.

use std::fmt;

use lastmile_protocol::Decision;

/// What the policy says, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// Every rule that had a part in it.
    pub grounds: Vec<Ground>,
}

impl Verdict {
    /// The rule that could not be evaluated, if that is why it was refused.
    #[must_use]
    pub fn failure(&self) -> Option<&Ground> {
        self.grounds.iter().find(|ground| matches!(ground.says, Says::Fails(_)))
    }
}

/// A rule and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// A policy's id (`FILE/ID`), or the place in the config or runbook.
    pub rule: String,
    /// What it says.
    pub says: Says,
}

/// What a rule says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// It may run.
    Permits,
    /// It may not.
    Forbids,
    /// Somebody must agree.
    Asks,
    /// Nothing: it can't be evaluated, and that denies.
    Fails(String),
}

impl Says {
    /// In a word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Permits => "permits",
            Self::Forbids => "forbids",
            Self::Asks => "asks",
            Self::Fails(_) => "fails",
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {}", self.says.word(), self.rule)?;
        match &self.says {
            Says::Fails(cause) => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}

/// A question could not be put or not be answered; whoever meets it must refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct Unasked {
    /// The policy at fault, where it is one.
    pub(super) rule: Option<String>,
    pub(super) cause: String,
}

impl Unasked {
    pub(super) fn of(cause: impl fmt::Display) -> Self {
        Self { rule: None, cause: cause.to_string() }
    }
}
