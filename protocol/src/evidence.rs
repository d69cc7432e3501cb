//! What somebody who is asked needs to judge a request.

use serde::{Deserialize, Serialize};

use crate::{InputValue, Millis, Person, RunSummary};

/// `GET /api/v1/runs/{id}/evidence`: what a waiting run can be judged by, beside what [`crate::Run`] has.
///
/// What will run is drawn from the stored bytes of the request; the rest is as it stands now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The action's newest run that succeeded; `None`: it never did here.
    #[serde(default)]
    pub last_success: Option<Precedent>,
    /// The run whose inputs these are compared with, the newest of the action that started; `None`: there was none.
    #[serde(default)]
    pub last_use: Option<RunSummary>,
    /// Inputs in order, each beside its last use.
    #[serde(default)]
    pub inputs: Vec<InputUse>,
    /// What else runs, or has its place in the queue, on the same target.
    #[serde(default)]
    pub there: Vec<RunSummary>,
    /// Runs of the action that started, newest first, at most five.
    #[serde(default)]
    pub recent: Vec<RunSummary>,
    /// What had to be done first, and what came of it.
    #[serde(default)]
    pub after: Vec<CheckResult>,
    /// Names of the freezes in force for the target.
    #[serde(default)]
    pub freezes: Vec<String>,
    /// Per cent left of the target's error budget, if somebody knows.
    #[serde(default)]
    pub error_budget: Option<i64>,
    /// Why it would not be allowed any more; `None`: it still would.
    #[serde(default)]
    pub refused: Option<String>,
    /// What else the runbook offers, in its order.
    #[serde(default)]
    pub alternatives: Vec<Alternative>,
}

/// An earlier run of the same action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precedent {
    /// The run.
    pub run: RunSummary,
    /// Its script as it ran; `None`: its record is damaged.
    #[serde(default)]
    pub script: Option<String>,
    /// What else was different then, each in a few words: "the interpreter".
    #[serde(default)]
    pub differs: Vec<String>,
}

/// An input beside its last use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputUse {
    /// As it is asked for; a secret's value is empty.
    pub now: InputValue,
    /// As it was; `None`: the action did not have it, or there was no run.
    #[serde(default)]
    pub before: Option<InputValue>,
    /// How the two stand to each other.
    pub change: InputChange,
}

/// How an input stands to its last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputChange {
    /// The value is the same; of a secret, its version.
    Same,
    /// It is another.
    Changed,
    /// There is nothing to compare it with.
    New,
    /// A secret that was typed: nobody can tell.
    Withheld,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
}

/// An entry of `after`, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The action's or step's name.
    pub name: String,
    /// Its label or text.
    pub label: String,
    /// Whether it counts as done: for the same target, equal values of shared inputs, and recently enough.
    pub done: bool,
    /// Its newest run, however it ended; `None` for a step, and where there was none.
    #[serde(default)]
    pub run: Option<RunSummary>,
    /// Who ticked the step.
    #[serde(default)]
    pub by: Option<Person>,
    /// When it ended, or was ticked.
    #[serde(default)]
    pub at: Option<Millis>,
}

/// Another action of the runbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// Its name: its anchor on the runbook's page.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Whether its author calls it a check.
    #[serde(default)]
    pub check: bool,
    /// What its author says it breaks.
    #[serde(default)]
    pub danger: Option<String>,
}
