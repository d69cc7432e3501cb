//! What was looked at before an answer, what was said of the decision afterwards, and the report of both.

use lastmile_protocol::{GateReport, LookedAt, Millis, RightCall, RunId, Verdict};

use super::account::Asked;
use super::gates::report;
use super::read::may_do;
use super::{Refusal, Runs};
use crate::people::{Caller, InPerson};

/// Answers of so long a time are counted: ninety days.
const REPORTED_MS: i64 = 90 * 24 * 60 * 60 * 1000;

impl Runs {
    /// Notes that somebody who may answer has looked at a request, or a part of it.
    ///
    /// # Errors
    /// If there is no such run, the person may not answer it, or the record can't be written.
    pub async fn look(&self, caller: &InPerson, id: &RunId, part: LookedAt) -> Result<(), Refusal> {
        let mut asked = Asked::of("run.look", caller).to(id);
        asked.detail = serde_json::json!({ "at": part });
        let done = self.record_look(caller, id, part).await;
        self.note_refusal(asked, done).await
    }

    async fn record_look(&self, caller: &InPerson, id: &RunId, part: LookedAt) -> Result<(), Refusal> {
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        if part == LookedAt::Unknown {
            let why = "One looks at the `request`, the `script` or the `checks`.";
            return Err(Refusal::BadRequest(why.to_owned()));
        }
        let me = caller.person();
        let answered = self.store.answers(id).await?.iter().any(|answer| answer.by.id == me.id);
        if !may_do(caller, &run, answered).answer {
            let why = "Only what somebody who may answer looks at is noted, before they do.";
            return Err(Refusal::Forbidden(why.to_owned()));
        }
        Ok(self.store.look(id, &me.id, part, self.clock.now()).await?)
    }

    /// Says afterwards whether it was the right call.
    ///
    /// # Errors
    /// If the person neither asked nor answered, the run has not ended, or the record can't be written.
    pub async fn say_verdict(&self, caller: &InPerson, id: &RunId, said: RightCall) -> Result<(), Refusal> {
        let mut asked = Asked::of("run.judge", caller).to(id);
        asked.detail = serde_json::json!({ "verdict": said });
        let done = self.record_verdict(caller, id, said).await;
        self.note_refusal(asked, done).await
    }

    async fn record_verdict(&self, caller: &InPerson, id: &RunId, said: RightCall) -> Result<(), Refusal> {
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        if said == RightCall::Unknown {
            let words = RightCall::ALL.map(RightCall::as_str).join(", ");
            return Err(Refusal::BadRequest(format!("`verdict` must be one of {words}.")));
        }
        let me = caller.person();
        let answers = self.store.answers(id).await?;
        let answered = answers.iter().any(|answer| answer.by.id == me.id);
        if run.summary.requester.id != me.id && !answered {
            let why = "Only who asked for it, and who answered, can say that.";
            return Err(Refusal::Forbidden(why.to_owned()));
        }
        if answers.is_empty() || !run.summary.state.is_final() {
            let why = "That can be said once somebody has answered and the run has ended.";
            return Err(Refusal::WrongState(why.to_owned()));
        }
        let verdict = Verdict { by: me.clone(), verdict: said, at: self.clock.now() };
        Ok(self.store.say_verdict(id, &verdict).await?)
    }

    /// Which gates are worth having: counted per team and action, never per person.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn gate_report(&self, _caller: &Caller) -> Result<GateReport, Refusal> {
        let since = Millis(self.clock.now().0 - REPORTED_MS);
        Ok(GateReport { since, gates: report(self.store.answer_facts(since).await?) })
    }
}
