//! Who must agree, and what they said.

use serde::{Deserialize, Serialize};

use crate::{Digest, Millis, Person, RunSummary, TeamName};

/// So many people of a team must agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The team.
    pub team: TeamName,
    /// How many of its people.
    pub count: u32,
    /// Why, in a few words: who asks for it, the runbook or the target.
    pub why: String,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It may run.
    Yes,
    /// It may not.
    No,
    /// An answer of a newer server.
    #[serde(other)]
    Unknown,
}

/// One person's recorded answer to one run spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: Person,
    /// For which team they count.
    pub team: TeamName,
    /// What they said.
    pub answer: Answer,
    /// In their words.
    #[serde(default)]
    pub comment: Option<String>,
    /// When.
    pub at: Millis,
    /// The digest that they agreed to.
    pub digest: Digest,
}

/// `GET /api/v1/approvals`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approvals {
    /// Wait for an answer that the person may give; oldest first.
    pub to_answer: Vec<PendingApproval>,
    /// The person asked for these, and others have not answered yet.
    pub asked: Vec<PendingApproval>,
    /// Decided within the last day, newest first: answered by the person, or asked for by them.
    #[serde(default)]
    pub decided: Vec<RunSummary>,
    /// The glass was broken for these, and the person may review that; oldest first.
    #[serde(default)]
    pub to_review: Vec<RunSummary>,
    /// Everybody sees these: reviews that are overdue, oldest first.
    #[serde(default)]
    pub overdue: Vec<RunSummary>,
}

/// A run that waits for somebody's yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingApproval {
    /// The run.
    pub run: RunSummary,
    /// Who must agree.
    pub needs: Vec<Need>,
    /// What has been said so far.
    #[serde(default)]
    pub approvals: Vec<Approval>,
}

/// Who of a team is on call now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCall {
    /// The team.
    pub team: TeamName,
    /// Its people who are.
    pub people: Vec<Person>,
}
