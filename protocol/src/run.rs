//! Runs: decided on, executed, looked back at. What asks for one is in `request`, its states in `state`.

use serde::{Deserialize, Serialize};

use crate::{Answer, Approval, Decision, Digest, LogHead, Millis, Need, Person, RunId, RunState, Slug};

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
    /// Set where the person may start it at once although others must agree, or something has to be done first.
    #[serde(default)]
    pub break_glass: Option<crate::GlassOffer>,
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
    /// Set on a run that was started at once although others had to agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<Box<crate::BrokenGlass>>,
    /// Second teams that were told because nobody had answered for a while. Who may answer stays who it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_on: Vec<crate::TeamName>,
    /// Set only in the change that tells of it: somebody asks somebody else to answer instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Box<crate::Referral>>,
    /// Set only in the change that tells of it: something is new about its retries, and nothing about the run itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retries_changed: bool,
    /// Set on a run that was asked for together with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Box<crate::BatchPlace>>,
}

impl RunSummary {
    /// What it was asked for with: the id of its request, or its own where it was asked for alone.
    #[must_use]
    pub fn request(&self) -> &str {
        self.batch.as_ref().map_or(self.id.as_str(), |place| place.id.as_str())
    }

    /// Whether it still runs although somebody has asked for its end.
    #[must_use]
    pub fn is_cancelling(&self) -> bool {
        self.times.cancelling.is_some() && !self.state.is_final()
    }
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
    /// The value as people type it, where that differs: `8h` for a duration of 28800 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// Of a secret from the target's store: which value it had when the run was asked for, without telling it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// How the file stands to a run that has not started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// The file is as it was when the run was asked for, or the run has started.
    #[default]
    Same,
    /// The file has changed since, the action has not.
    Elsewhere,
    /// The action does something else now.
    Action,
    /// The file, or the action in it, is gone.
    Gone,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
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
    /// Somebody asked for its end while it ran; it is final once everything it started is gone.
    #[serde(default)]
    pub cancelling: Option<Millis>,
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
    /// Who asked whom to answer instead, in order.
    #[serde(default)]
    pub referrals: Vec<crate::Referral>,
    /// While it waits, for somebody who may answer: who else may, and could be asked instead.
    #[serde(default)]
    pub could_answer: Vec<Person>,
    /// What was said of the decision once the run had ended.
    #[serde(default)]
    pub verdicts: Vec<crate::Verdict>,
    /// The API token that asked for it in the requester's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<crate::UsedToken>,
    /// The run that this one repeats.
    #[serde(default)]
    pub rerun_of: Option<RunId>,
    /// How the file stands to it by now: what runs stays as it was asked for.
    #[serde(default)]
    pub file: FileState,
    /// `name=value` lines that the script wrote to `$LASTMILE_OUTPUT`.
    #[serde(default)]
    pub outputs: Vec<(String, String)>,
    /// The log's size.
    pub log: LogHead,
    /// There was a log, and it has been removed since; the record stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log_removed: bool,
    /// What the person who asks may do; a hint.
    pub may: MayDo,
    /// While it waits: who is on call for the teams that must agree, as far as that is known. It decides nothing.
    #[serde(default)]
    pub on_call: Vec<crate::OnCall>,
    /// How its retries stand, or those of the run that it is a retry of; `None` where nobody allows any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<crate::Retries>,
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
    /// Review it: the glass was broken for it.
    #[serde(default)]
    pub review: bool,
    /// Say whether the decision was the right call.
    #[serde(default)]
    pub judge: bool,
    /// Allow retries with a yes.
    #[serde(default)]
    pub allow_retries: bool,
}

/// `POST /api/v1/runs/{id}/approvals`; answered with [`Run`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRequest {
    /// The digest of the run spec as the person saw it.
    pub digest: Digest,
    /// Yes or no.
    pub answer: Answer,
    /// What it rests on; an answer without is refused.
    #[serde(default)]
    pub judgement: Option<crate::Judgement>,
    /// A comment.
    #[serde(default)]
    pub comment: Option<String>,
    /// With a yes: retries of exactly this, without asking again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<crate::AllowRetries>,
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
