//! Runs: asked for, decided on, executed, looked back at.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Answer, Approval, Decision, Digest, LogHead, Millis, Need, Person, PersonId, RunId, Slug};

/// Where a run stands. Each state's first moment is kept in [`RunTimes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Others must agree first.
    AwaitingApproval,
    /// All have agreed; it starts at once, or waits for the requester if the request is older than ten minutes.
    Approved,
    /// Waits for its turn.
    Queued,
    /// The intent is recorded; the process is being started.
    Starting,
    /// The process runs.
    Running,
    /// It ended with exit code 0.
    Succeeded,
    /// It ended otherwise, or could not be started.
    Failed,
    /// It was ended because its time was up.
    TimedOut,
    /// Somebody ended it, or withdrew the request.
    Cancelled,
    /// It may have run; the outcome is unknown.
    Lost,
    /// Somebody who had to agree said no.
    Rejected,
    /// Nobody answered in time, or it was not started in time.
    Expired,
    /// A state of a newer server.
    #[serde(other)]
    Unknown,
}

impl RunState {
    /// All states but `Unknown`, in the order of a run's life.
    pub const ALL: [Self; 12] = [
        Self::AwaitingApproval,
        Self::Approved,
        Self::Queued,
        Self::Starting,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::TimedOut,
        Self::Cancelled,
        Self::Lost,
        Self::Rejected,
        Self::Expired,
    ];

    /// Whether nothing will follow.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Succeeded
                | Self::Failed
                | Self::TimedOut
                | Self::Cancelled
                | Self::Lost
                | Self::Rejected
                | Self::Expired
        )
    }

    /// The wire name, such as `awaiting_approval`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting_approval",
            Self::Approved => "approved",
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }

    /// The state of that wire name; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

/// The answer to a [`PreviewRequest`]; a hint: the decision is made again for the request itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// Inputs that would be refused.
    pub inputs: Vec<crate::FieldProblem>,
    /// Where it would run; `None` while the inputs that decide it are refused.
    pub target: Option<crate::TargetView>,
    /// What the policy would say; `None` while inputs are refused.
    pub decision: Option<Decision>,
    /// How the things stand that must have been done before.
    #[serde(default)]
    pub after: Vec<AfterState>,
    /// The same action with the same inputs that is under way already.
    #[serde(default)]
    pub existing: Option<RunSummary>,
}

/// One entry of `after`, looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterState {
    /// The action's or step's name.
    pub name: String,
    /// Its label or text.
    pub label: String,
    /// Whether it has been done, for the same target and equal values of shared inputs.
    pub done: bool,
    /// When.
    #[serde(default)]
    pub at: Option<Millis>,
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

/// A run as lists, cards and events show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Its id.
    pub id: RunId,
    /// Where it stands.
    pub state: RunState,
    /// The runbook.
    pub runbook: Slug,
    /// The runbook's title when it was asked for.
    pub runbook_title: String,
    /// The action's name.
    pub action: String,
    /// The action's label.
    pub label: String,
    /// Whether it is a check.
    #[serde(default)]
    pub check: bool,
    /// The target's name.
    pub target: String,
    /// The target's environment.
    pub environment: String,
    /// The runbook's service.
    #[serde(default)]
    pub service: Option<String>,
    /// Who asked.
    pub requester: Person,
    /// Why, in their words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The ticket.
    #[serde(default)]
    pub ticket: Option<String>,
    /// The incident.
    #[serde(default)]
    pub incident: Option<String>,
    /// Inputs in order; a secret's value is empty.
    #[serde(default)]
    pub inputs: Vec<InputValue>,
    /// When it entered each state.
    pub times: RunTimes,
    /// How it ended.
    #[serde(default)]
    pub outcome: Option<Outcome>,
}

/// An input of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputValue {
    /// Its name.
    pub name: String,
    /// What the script gets; empty for a secret.
    pub value: String,
    /// Whether the value is withheld.
    #[serde(default)]
    pub secret: bool,
}

/// When a run entered each state, so that waiting for people, waiting in the queue and working can be told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTimes {
    /// It was asked for.
    pub requested: Millis,
    /// The request is void from then on, unless it was started.
    #[serde(default)]
    pub expires: Option<Millis>,
    /// All had agreed.
    #[serde(default)]
    pub approved: Option<Millis>,
    /// It entered the queue.
    #[serde(default)]
    pub queued: Option<Millis>,
    /// The intent to start was recorded.
    #[serde(default)]
    pub starting: Option<Millis>,
    /// Its process ran.
    #[serde(default)]
    pub running: Option<Millis>,
    /// It reached a final state.
    #[serde(default)]
    pub ended: Option<Millis>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The exit code, if it exited by itself.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    #[serde(default)]
    pub signal: Option<i32>,
    /// A sentence: why it failed to start, who cancelled it, what is not known.
    #[serde(default)]
    pub message: Option<String>,
}

/// `GET /api/v1/runs/{id}`: all there is to know of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What lists show.
    pub summary: RunSummary,
    /// The runbook's revision.
    pub revision: Digest,
    /// The digest of the run spec: what an approval agrees to.
    pub digest: Digest,
    /// The script as it runs, from the stored run spec.
    pub script: String,
    /// The script's language.
    pub language: String,
    /// The interpreter and its arguments.
    pub interpreter: Vec<String>,
    /// Where and as what it runs.
    pub target: crate::TargetView,
    /// What the author says it breaks.
    #[serde(default)]
    pub danger: Option<String>,
    /// Where to read on when it failed.
    #[serde(default)]
    pub on_fail: Option<String>,
    /// Seconds until it is ended.
    pub timeout: u64,
    /// Who must agree; empty if nobody.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The answers so far.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// The run that this one repeats.
    #[serde(default)]
    pub rerun_of: Option<RunId>,
    /// `name=value` lines that the script wrote to `$LASTMILE_OUTPUT`.
    #[serde(default)]
    pub outputs: Vec<(String, String)>,
    /// The log's size.
    pub log: LogHead,
    /// What the person who asks may do; a hint.
    pub may: MayDo,
}

/// What a person may do with a run now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayDo {
    /// Cancel it.
    #[serde(default)]
    pub cancel: bool,
    /// Say yes or no.
    #[serde(default)]
    pub answer: bool,
    /// Start it, after a late approval.
    #[serde(default)]
    pub start: bool,
}

/// `POST /api/v1/runs/{id}/approvals`; answered with [`Run`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRequest {
    /// The digest of the run spec as the person saw it.
    pub digest: Digest,
    /// Yes or no.
    pub answer: Answer,
    /// A comment.
    #[serde(default)]
    pub comment: Option<String>,
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

/// The answer to a [`RunFilter`]: newest first, at most 50.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunList {
    /// The runs.
    pub runs: Vec<RunSummary>,
    /// Give this as `before` for the next page; `None`: that was all.
    #[serde(default)]
    pub next: Option<RunId>,
    /// What the filters can offer: every service that has runs.
    #[serde(default)]
    pub services: Vec<String>,
    /// Every target that has runs.
    #[serde(default)]
    pub targets: Vec<String>,
    /// Everybody who has asked for a run.
    #[serde(default)]
    pub people: Vec<Person>,
}
