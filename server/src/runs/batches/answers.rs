//! Answers to several runs of one request, and their end. Each digest is answered and used singly.

use lastmile_protocol::{Approval, BatchAnswers, BatchId, MOST_OF_BATCH, MemberAnswer};

use super::super::account::Asked;
use super::super::answer::no_longer;
use super::super::{Refusal, Runs};
use super::of_member;
use crate::people::{Caller, InPerson};
use crate::store::StoredRun;

/// What is said of answers that were not taken.
const NOTHING: &str = "No answer was recorded,";

impl Runs {
    /// Records a person's answers to some of a request's runs: each is judged as if it came alone, and all are recorded in one
    /// transaction, or none.
    ///
    /// # Errors
    /// The first reason for which one of them can't be recorded.
    pub async fn answer_batch(
        &self,
        caller: &InPerson,
        id: &BatchId,
        request: &BatchAnswers,
    ) -> Result<(), Refusal> {
        let mut asked = Asked::of("run.answer", caller);
        let told = |it: &MemberAnswer| {
            let MemberAnswer { run, answer } = it;
            serde_json::json!({
                "run": run, "answer": answer.answer, "judgement": answer.judgement, "digest": answer.digest,
                "retries": answer.retries,
            })
        };
        let first = request.answers.iter().take(MOST_OF_BATCH);
        asked.detail = serde_json::json!({ "request": id, "answers": first.map(told).collect::<Vec<_>>() });
        let done = self.record_answers(caller, id, request).await;
        self.note_refusal(asked, done).await
    }

    async fn record_answers(
        &self,
        caller: &InPerson,
        id: &BatchId,
        request: &BatchAnswers,
    ) -> Result<(), Refusal> {
        let runs = self.members(id).await?;
        let places = places(&runs, &request.answers)?;
        let names: Vec<_> = runs.iter().map(|run| format!(" ({})", run.summary.target)).collect();
        let at = |index: usize, refusal| {
            of_member(NOTHING, places.get(index).copied().unwrap_or_default(), &names, refusal)
        };
        let mut judged = Vec::new();
        for (index, MemberAnswer { run, answer }) in request.answers.iter().enumerate() {
            judged.push(self.judge(caller, run, answer).await.map_err(|refusal| at(index, refusal))?);
        }
        let roll = &self.directory.now();
        let answers = judged.iter().map(|it| {
            let team = |before: &[Approval]| it.team(roll, before);
            let next = |_: &StoredRun, all: &[Approval]| it.next_states(roll, all);
            (it.answer.clone(), team, next)
        });
        let told = self.store.answer_all(answers.collect()).await?;
        let told = told.map_err(|index| at(index, no_longer()))?;
        for (it, events) in judged.into_iter().zip(told) {
            self.answered(it.run, events).await;
        }
        Ok(())
    }

    /// Ends all that has not ended, or withdraws it. As often as one likes.
    ///
    /// # Errors
    /// If there is no such request, or one of its runs can't be told; the others are.
    pub async fn cancel_batch(&self, caller: &Caller, id: &BatchId) -> Result<(), Refusal> {
        let members = self.members(id).await;
        if let Err(refusal @ Refusal::NotFound(_)) = members {
            let mut asked = Asked::of("run.cancel", caller);
            asked.detail = serde_json::json!({ "request": id });
            return self.note_refusal(asked, Err(refusal)).await;
        }
        let mut done = Ok(());
        for run in members? {
            if !run.summary.state.is_final() {
                done = done.and(self.cancel(caller, &run.summary.id).await);
            }
        }
        done
    }

    /// The runs of a request.
    ///
    /// # Errors
    /// If there is no such request.
    pub(super) async fn members(&self, id: &BatchId) -> Result<Vec<StoredRun>, Refusal> {
        let runs = self.store.runs_of_batch(id).await?;
        if runs.is_empty() { Err(Refusal::NotFound("request")) } else { Ok(runs) }
    }
}

/// Where each answered run stands in the request, counted from 0.
fn places(runs: &[StoredRun], answers: &[MemberAnswer]) -> Result<Vec<usize>, Refusal> {
    let mut places: Vec<usize> = Vec::new();
    for MemberAnswer { run, .. } in answers {
        let place = runs.iter().position(|it| it.summary.id == *run);
        let place = place.ok_or_else(|| {
            Refusal::BadRequest(format!("{NOTHING} because {run} is no run of this request."))
        })?;
        if places.contains(&place) {
            let why = format!("{NOTHING} because {run} stands in it twice: answer each run once.");
            return Err(Refusal::BadRequest(why));
        }
        places.push(place);
    }
    if places.is_empty() {
        let why = "Say which runs you answer: name at least one, with its digest.";
        return Err(Refusal::BadRequest(why.to_owned()));
    }
    Ok(places)
}
