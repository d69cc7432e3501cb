//! Which gates are worth having: what was looked at, what was said afterwards, and the report of both.

use serde::{Deserialize, Serialize};

use crate::{Millis, Person, Slug, TeamName};

/// A part of a request that somebody looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookedAt {
    /// The request itself.
    Request,
    /// What changed in the script.
    Script,
    /// What had to be done first.
    Checks,
    /// A part of a newer app.
    #[serde(other)]
    Unknown,
}

/// `POST /api/v1/runs/{id}/looks`: whoever may answer has looked at it. Answered with 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookRequest {
    /// At what.
    pub at: LookedAt,
}

/// What somebody looked at before they answered. Only the first time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// When they first saw the request.
    pub seen: Millis,
    /// When they opened what changed in the script.
    #[serde(default)]
    pub script: Option<Millis>,
    /// When they opened what had to be done first.
    #[serde(default)]
    pub checks: Option<Millis>,
}

/// Was it the right call?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RightCall {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Nobody can tell.
    CannotSay,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
}

impl RightCall {
    /// All that can be said.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::CannotSay];

    /// Its word on the wire and in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::CannotSay => "cannot_say",
            Self::Unknown => "unknown",
        }
    }

    /// The verdict of that word.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.as_str() == word).unwrap_or(Self::Unknown)
    }
}

/// `POST /api/v1/runs/{id}/verdict`, by the requester or whoever answered; answered with [`crate::Run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictRequest {
    /// Was it the right call?
    pub verdict: RightCall,
}

/// What somebody said of a decision afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Who.
    pub by: Person,
    /// What.
    pub verdict: RightCall,
    /// When.
    pub at: Millis,
}

/// `GET /api/v1/approvals/report`: answers of the last ninety days, counted per gate. It names nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateReport {
    /// Answers since then are counted.
    pub since: Millis,
    /// Those with most answers first.
    pub gates: Vec<Gate>,
}

/// The answers of one team to one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// The team that is asked.
    pub team: TeamName,
    /// The runbook.
    pub runbook: Slug,
    /// The action's name.
    pub action: String,
    /// The action's label.
    pub label: String,
    /// How many answers were given; those from before the four words have none of them.
    pub answers: u32,
    /// "I checked it".
    pub checked: u32,
    /// "I only need to know".
    pub only_to_know: u32,
    /// "The process wants a name".
    pub name_wanted: u32,
    /// "I can't judge this from here".
    pub cannot_judge: u32,
    /// Answers that were a no.
    pub refused: u32,
    /// Answers by somebody who had opened what changed in the script, or what had to be done first.
    pub looked: u32,
    /// The median from request to answer, in milliseconds.
    pub median_ms: i64,
    /// What was said of the runs afterwards.
    pub verdicts: GateVerdicts,
}

/// How often a gate's decisions were called right and wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateVerdicts {
    /// Yes.
    pub right: u32,
    /// No.
    pub wrong: u32,
    /// Nobody can tell.
    pub cannot_say: u32,
}
