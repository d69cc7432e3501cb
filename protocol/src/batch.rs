//! One request of several runs: asked for once, judged on one page, each run agreed to by its own digest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    AnswerRequest, Approval, BatchId, Digest, FileState, MayDo, Millis, Need, Person, Preview, RunId,
    RunRequest, RunState, RunSummary, Slug, UsedToken,
};

/// Fewest runs of one request.
pub const LEAST_OF_BATCH: usize = 2;
/// Most runs of one request.
pub const MOST_OF_BATCH: usize = 20;

/// `POST /api/v1/requests`: press an action's button once for several runs that differ in inputs only.
///
/// Answered with [`Batch`]: 201 if it is new, 200 if the idempotency key names it already. All of them are recorded, or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchRequest {
    /// What all of them share. Its key is that of the whole; its inputs hold where a run has no value of its own.
    #[serde(flatten)]
    pub shared: RunRequest,
    /// One entry a run, 2 to 20, in the order in which they are to be recorded.
    pub each: Vec<EachRun>,
}

/// What one run of a request has for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EachRun {
    /// What was typed, by input; secrets excluded.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// The value of the action's `retype`, as typed for this run; left out: the shared one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retype: Option<String>,
}

impl BatchRequest {
    /// The request of one of its runs, as if that had been asked for alone.
    #[must_use]
    pub fn single(&self, each: &EachRun) -> RunRequest {
        let mut single = self.shared.clone();
        single.inputs.extend(each.inputs.clone());
        single.retype = each.retype.clone().or(single.retype);
        single
    }
}

/// `POST /api/v1/requests/preview`: what would happen, without doing it. Answered with one [`Preview`] a run, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchPreviewRequest {
    /// The runbook.
    pub runbook: Slug,
    /// The action's name.
    pub action: String,
    /// What is typed so far, one entry a run, at most 20.
    pub each: Vec<BTreeMap<String, String>>,
    /// The incident.
    #[serde(default)]
    pub incident: Option<String>,
}

/// The answer to a [`BatchPreviewRequest`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchPreview {
    /// One a run, in order.
    pub each: Vec<Preview>,
}

/// A run's place in the request that it was asked for with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchPlace {
    /// The request.
    pub id: BatchId,
    /// Which of its runs it is, from 1.
    pub nth: u32,
    /// How many runs it has.
    pub of: u32,
}

/// `GET /api/v1/requests/{id}`: what was asked for, and how each of its runs stands.
///
/// What runs is drawn from the stored bytes that each digest was taken of, and from nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// Who asked.
    pub requester: Person,
    /// When.
    pub requested: Millis,
    /// The API token that asked in their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<UsedToken>,
    /// Why, in their words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The ticket.
    #[serde(default)]
    pub ticket: Option<String>,
    /// The incident.
    #[serde(default)]
    pub incident: Option<String>,
    /// The runbook.
    pub runbook: Slug,
    /// Its title when they were asked for.
    pub runbook_title: String,
    /// The action's name.
    pub action: String,
    /// Its label.
    pub label: String,
    /// What the author says it breaks.
    #[serde(default)]
    pub danger: Option<String>,
    /// The script of all of them; `None`: they are not all the same, or none can be read.
    #[serde(default)]
    pub script: Option<String>,
    /// The script's language.
    #[serde(default)]
    pub language: String,
    /// What else decides what they do, and is the same in all.
    #[serde(default)]
    pub common: Vec<Fact>,
    /// Names of what differs; each run has a cell for each.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The runs, in the order in which they were asked for.
    pub members: Vec<Member>,
}

impl Batch {
    /// How many of its runs are in each state, in the order in which a run passes through them.
    #[must_use]
    pub fn counts(&self) -> Vec<(RunState, usize)> {
        counts(self.members.iter().map(|member| member.run.state))
    }
}

/// How many are in each state, in the order in which a run passes through them; states that none is in are left out.
#[must_use]
pub fn counts(states: impl Iterator<Item = RunState>) -> Vec<(RunState, usize)> {
    let states: Vec<_> = states.collect();
    let of = |state: RunState| (state, states.iter().filter(|it| **it == state).count());
    RunState::ALL.iter().map(|state| of(*state)).filter(|(_, count)| *count > 0).collect()
}

/// One thing that decides what a run does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is called: an input's name, "Target".
    pub name: String,
    /// What it is. Of a secret never the value.
    pub value: String,
}

/// One run of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// How it stands.
    pub run: RunSummary,
    /// The digest of its run spec: what an approval of it agrees to.
    pub digest: Digest,
    /// What it has in each of the [`Batch::columns`]; `None`: nothing, or its record is damaged.
    #[serde(default)]
    pub cells: Vec<Option<String>>,
    /// Who must agree to it; empty if nobody.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The answers to it so far.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// How the file stands to it by now.
    #[serde(default)]
    pub file: FileState,
    /// What the person who asks may do with it; a hint.
    #[serde(default)]
    pub may: MayDo,
    /// What is recorded of it is not what was fixed when it was asked for: it will never start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// `POST /api/v1/requests/{id}/approvals`: answers to some of its runs; answered with [`Batch`].
///
/// Each is the answer to one digest, and all of them are recorded or none. A run that is left out goes on waiting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAnswers {
    /// One entry a run.
    pub answers: Vec<MemberAnswer>,
}

/// The answer to one run of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberAnswer {
    /// The run.
    pub run: RunId,
    /// What is said of it, as if it had been asked for alone.
    #[serde(flatten)]
    pub answer: AnswerRequest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_a_request_has_its_own_values_over_the_shared_ones() {
        let text = r#"{"runbook":"a","revision":"r","action":"act","action_digest":"d","idempotency_key":"key-00000001",
            "inputs":{"mode":"soft","node":"none"},"retype":"shared",
            "each":[{"inputs":{"node":"node-1"}},{"inputs":{"node":"node-2"},"retype":"node-2"}]}"#;
        let request: BatchRequest = serde_json::from_str(text).unwrap();
        let all: Vec<_> = request.each.iter().map(|each| request.single(each)).collect();
        assert_eq!((all[0].inputs["node"].as_str(), all[0].inputs["mode"].as_str()), ("node-1", "soft"));
        assert_eq!((all[0].retype.as_deref(), all[1].retype.as_deref()), (Some("shared"), Some("node-2")));
        assert_eq!(all[1].idempotency_key, "key-00000001");
    }

    #[test]
    fn an_answer_says_of_one_run_what_an_answer_to_it_alone_says() {
        let text = r#"{"answers":[{"run":"1","digest":"d","answer":"yes","judgement":"checked"}]}"#;
        let answers: BatchAnswers = serde_json::from_str(text).unwrap();
        let alone: AnswerRequest =
            serde_json::from_str(r#"{"digest":"d","answer":"yes","judgement":"checked"}"#).unwrap();
        assert_eq!(answers.answers[0].answer, alone);
    }

    #[test]
    fn states_are_counted_in_the_order_in_which_a_run_passes_through_them() {
        use RunState::{AwaitingApproval, Running, Succeeded};
        let states = [Succeeded, AwaitingApproval, Running, Succeeded];
        assert_eq!(counts(states.into_iter()), [(AwaitingApproval, 1), (Running, 1), (Succeeded, 2)]);
    }
}
