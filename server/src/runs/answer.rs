//! Approvals: yes, no, start after a late yes, and cancelling.

use lastmile_protocol::{
    Answer, AnswerRequest, Approval, Digest, Judgement, MAX_WORDS, Need, Outcome, Person, RunId, RunState,
    TeamName,
};

use super::account::Asked;
use super::allowing::{check_allowed, granted};
use super::drive::message;
use super::expiry::TOO_LATE;
use super::points::Point;
use super::{Refusal, RunSpec, Runs};
use crate::exec;
use crate::people::{Caller, InPerson, Roll};
use crate::store::{NewAnswer, StoredEvent, StoredRun, Transition};

impl Runs {
    /// Records a person's answer; with the last yes the run starts, if the request is fresh.
    ///
    /// # Errors
    /// If the person may not answer, the run waits no more, or the digest is another.
    pub async fn answer(
        &self,
        caller: &InPerson,
        id: &RunId,
        request: &AnswerRequest,
    ) -> Result<(), Refusal> {
        let mut asked = Asked::of("run.answer", caller).to(id);
        asked.detail = serde_json::json!({
            "answer": request.answer, "judgement": request.judgement, "digest": request.digest,
            "retries": request.retries,
        });
        let done = self.record_answer(caller, id, request).await;
        self.note_refusal(asked, done).await
    }

    async fn record_answer(
        &self,
        caller: &InPerson,
        id: &RunId,
        request: &AnswerRequest,
    ) -> Result<(), Refusal> {
        let judged = self.judge(caller, id, request).await?;
        let roll = self.directory.now();
        let team = |before: &[Approval]| judged.team(&roll, before);
        let next = |_: &StoredRun, all: &[Approval]| judged.next_states(&roll, all);
        let events = self.store.answer(&judged.answer, team, next).await?.ok_or_else(no_longer)?;
        self.answered(judged.run, events).await;
        Ok(())
    }

    /// Whether this person may say this of the run now, and what follows from it; nothing is recorded yet.
    pub(super) async fn judge<'a>(
        &self,
        caller: &'a InPerson,
        id: &'a RunId,
        request: &'a AnswerRequest,
    ) -> Result<Judged<'a>, Refusal> {
        let person = caller.person();
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        if run.digest != request.digest {
            return Err(Refusal::DigestMismatch);
        }
        if run.summary.state != RunState::AwaitingApproval {
            return Err(no_longer());
        }
        let judgement = check_answer(request)?;
        check_allowed(request, &run)?;
        let spec = self.open_waiting(&run).await?;
        let needs = self.needs_now(&spec, &run)?;
        let own = own_needs(person, &spec.requester, &needs)?;
        let fresh = self.clock.now().0 - run.summary.times.requested.0 <= self.config.approval.auto_start_ms;
        let at_once = fresh && self.after_holds(&spec).await?;
        let at = self.clock.now();
        let answer = NewAnswer {
            run: id,
            digest: &request.digest,
            by: person,
            answer: request.answer,
            judgement,
            comment: request.comment.as_deref().map(str::trim).filter(|text| !text.is_empty()),
            at,
            retries: request.retries.map(|allows| granted(allows, at)),
        };
        self.reached(Point::Judged, id).await;
        Ok(Judged { run, needs, own, at_once, answer })
    }

    /// Tells of an answer that is recorded, and does what follows from it.
    pub(super) async fn answered(&self, run: StoredRun, events: Vec<StoredEvent>) {
        let last = events.last().map(|event| event.run.state);
        events.into_iter().for_each(|event| self.feed.tell(event));
        match last {
            Some(RunState::Queued) => {
                self.reached(Point::Queued, &run.summary.id).await;
                self.drive(run);
            }
            Some(state) if state.is_final() => drop(self.take_secrets(&run.summary.id)),
            _ => {}
        }
    }

    /// Starts a run whose yes came late. Only the requester may.
    ///
    /// # Errors
    /// If it is not approved, the policy has become stricter, or something has to be done again first.
    pub async fn start_approved(&self, caller: &Caller, id: &RunId) -> Result<(), Refusal> {
        let done = self.start_late(caller, id).await;
        self.note_refusal(Asked::of("run.start", caller).to(id), done).await
    }

    async fn start_late(&self, caller: &Caller, id: &RunId) -> Result<(), Refusal> {
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        let only = |person: &Person| {
            let is_theirs = person.id == caller.person().id;
            let no = || Refusal::Forbidden(format!("Only {} can start this run.", person.name));
            is_theirs.then_some(()).ok_or_else(no)
        };
        only(&run.summary.requester)?;
        let no_wait = || Refusal::WrongState("This run does not wait to be started.".to_owned());
        if run.summary.state != RunState::Approved {
            return Err(no_wait());
        }
        let spec = self.open_waiting(&run).await?;
        only(&spec.requester)?;
        check_token(caller, &spec)?;
        self.still_allowed(&spec, &run).await?;
        if !self.after_holds(&spec).await? {
            return Err(Refusal::WrongState(
                "What had to be done first is too long ago. Do it again on the runbook's page, then start."
                    .to_owned(),
            ));
        }
        self.note_deed(caller, "run.start", id).await?;
        let event = self.store.start_approved(id, self.clock.now()).await?.ok_or_else(no_wait)?;
        self.feed.tell(event);
        self.drive(run);
        Ok(())
    }

    /// Ends a run, or withdraws a request. As often as one likes: a run that is over stays as it is.
    ///
    /// # Errors
    /// If there is no such run, or its process can't be told.
    pub async fn cancel(&self, caller: &Caller, id: &RunId) -> Result<(), Refusal> {
        // What does not exist is not cancelled, and no entry says it was. If that can't be read, go on.
        if matches!(self.store.state(id).await, Ok(None)) {
            let asked = Asked::of("run.cancel", caller).to(id);
            return self.note_refusal(asked, Err(Refusal::NotFound("run"))).await;
        }
        // Cancelling is the one thing that works where nothing can be recorded.
        if let Err(error) = self.note_deed(caller, "run.cancel", id).await {
            tracing::error!(run = %id, error = &error as &dyn std::error::Error, "who cancels can't be recorded");
        }
        self.reached(Point::Noted, id).await;
        self.end_early(id, message(format!("Cancelled by {}.", caller.person().name))).await
    }

    /// Ends a run before its time, whoever wants it; `who` says that.
    pub(super) async fn end_early(&self, id: &RunId, who: Outcome) -> Result<(), Refusal> {
        use RunState::{Approved, AwaitingApproval, Queued, Running, Starting};
        let at = self.clock.now();
        let waiting = &[AwaitingApproval, Approved, Queued];
        let step =
            Transition { run: id, from: waiting, to: RunState::Cancelled, at, outcome: Some(who.clone()) };
        // Cancelling must work even where the record can't be written: then the process is told all the same.
        match self.store.transition(step).await {
            Ok(Some(event)) => {
                self.take_secrets(id);
                self.feed.tell(event);
                return Ok(());
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(run = %id, error = &error as &dyn std::error::Error, "a cancel can't be recorded");
            }
        }
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        if run.summary.state.is_final() {
            return Ok(());
        }
        match self.store.note_cancel(id, &[Starting, Running], at, &who).await {
            Ok(event) => event.into_iter().for_each(|event| self.feed.tell(event)),
            Err(error) => {
                tracing::warn!(run = %id, error = &error as &dyn std::error::Error, "who cancelled can't be recorded");
            }
        }
        let dir = self.dir(id);
        tokio::task::spawn_blocking(move || exec::cancel(&dir))
            .await
            .map_err(|error| Refusal::Internal(Box::new(error)))??;
        Ok(())
    }

    /// Decides again, right before a start: a change of policy, config, hour or teams voids nothing that would still be
    /// allowed with the answers given.
    ///
    /// # Errors
    /// `Forbidden` if it is not, any more.
    pub(super) async fn still_allowed(&self, spec: &RunSpec, run: &StoredRun) -> Result<(), Refusal> {
        if spec.break_glass.is_some() {
            return self.may_still_break(spec, run);
        }
        if let Some(of) = &spec.retry_of {
            return self.may_still_retry(spec, of).await;
        }
        let needs = self.needs_now(spec, run)?;
        let answers = self.store.answers(&run.summary.id).await?;
        let given = Given { roll: &self.directory.now(), digest: &run.digest };
        let missing = needs.iter().find(|need| !given.is_met(need, &answers));
        missing.map_or(Ok(()), |need| {
            Err(Refusal::Forbidden(format!(
                "By now {} of {} must agree ({}), and fewer have. Ask again.",
                need.count, need.team, need.why
            )))
        })
    }

    /// For which team somebody who has not answered yet may.
    ///
    /// # Errors
    /// `Forbidden` if they may not, `WrongState` if they have.
    pub(super) fn may_answer(
        &self,
        person: &Person,
        run: &StoredRun,
        needs: &[Need],
        before: &[Approval],
    ) -> Result<TeamName, Refusal> {
        if before.iter().any(|answer| answer.by.id == person.id) {
            return Err(Refusal::WrongState("You have answered already.".to_owned()));
        }
        let own = own_needs(person, &run.summary.requester, needs)?;
        Ok(Given { roll: &self.directory.now(), digest: &run.digest }.team(&own, before))
    }

    /// Opens the run spec of a run that waits for people. One that is not what was fixed, or whose time is over, ends here:
    /// whoever asked must see that it never will start, and why.
    async fn open_waiting(&self, run: &StoredRun) -> Result<RunSpec, Refusal> {
        let spec = match RunSpec::open(&run.spec, &run.digest) {
            Ok(spec) => spec,
            Err(error) => {
                let refusal = Refusal::from(error);
                self.give_up(&run.summary.id, RunState::Cancelled, refusal.to_string()).await?;
                return Err(refusal);
            }
        };
        if spec.expires.is_some_and(|at| at <= self.clock.now()) {
            self.give_up(&run.summary.id, RunState::Expired, TOO_LATE.to_owned()).await?;
            return Err(Refusal::WrongState(TOO_LATE.to_owned()));
        }
        Ok(spec)
    }
}

/// A program starts what it has asked for itself, and nothing of its owner's: for that the policies were asked without it.
pub(super) fn check_token(caller: &Caller, spec: &RunSpec) -> Result<(), Refusal> {
    match (caller.token(), &spec.token) {
        (Some(token), asked) if asked.as_ref().map(|asked| &asked.id) != Some(&token.id) => {
            Err(Refusal::Forbidden(
                "This run was not asked for through this token, so it can't start it.".to_owned(),
            ))
        }
        _ => Ok(()),
    }
}

/// The needs that this person's answer may count for; never none.
fn own_needs(person: &Person, requester: &Person, needs: &[Need]) -> Result<Own, Refusal> {
    if person.id == requester.id {
        return Err(Refusal::Forbidden(
            "Nobody can agree to their own request. Somebody else of the team must.".to_owned(),
        ));
    }
    let mut own = needs.iter().filter(|need| person.teams.contains(&need.team)).cloned();
    let first = own.next().ok_or_else(|| {
        let teams: Vec<_> = needs.iter().map(|need| need.team.as_str()).collect();
        Refusal::Forbidden(format!("Only {} can answer this.", teams.join(" and ")))
    })?;
    Ok(Own { first, others: own.collect() })
}

struct Own {
    first: Need,
    others: Vec<Need>,
}

/// An answer that may be recorded, and what it is to be recorded with.
pub(super) struct Judged<'a> {
    pub(super) run: StoredRun,
    needs: Vec<Need>,
    own: Own,
    /// With the last yes it starts by itself.
    at_once: bool,
    pub(super) answer: NewAnswer<'a>,
}

impl Judged<'_> {
    /// For which team it counts, with the answers before it.
    pub(super) fn team(&self, roll: &Roll, before: &[Approval]) -> TeamName {
        Given { roll, digest: &self.run.digest }.team(&self.own, before)
    }

    /// The states that follow from all answers, this one included.
    pub(super) fn next_states(&self, roll: &Roll, all: &[Approval]) -> Vec<RunState> {
        Given { roll, digest: &self.run.digest }.next_states(&self.needs, all, self.at_once)
    }
}

pub(super) fn no_longer() -> Refusal {
    Refusal::WrongState("This run no longer waits for an answer, or you have given yours.".to_owned())
}

/// What the answer rests on, of an answer that can be recorded.
fn check_answer(request: &AnswerRequest) -> Result<Judgement, Refusal> {
    if request.answer == Answer::Unknown {
        return Err(Refusal::BadRequest("The answer must be yes or no.".to_owned()));
    }
    if request.comment.as_ref().is_some_and(|text| text.len() > MAX_WORDS) {
        return Err(Refusal::BadRequest(format!("The comment is too long: use at most {MAX_WORDS} bytes.")));
    }
    match request.judgement {
        Some(judgement) if judgement != Judgement::Unknown => Ok(judgement),
        _ => {
            let words = Judgement::ALL.map(Judgement::as_str).join(", ");
            Err(Refusal::BadRequest(format!(
                "Say what the answer rests on: `judgement` must be one of {words}."
            )))
        }
    }
}

/// What counts of the answers that a run has: yeses to this very run spec, of people who are in the team now, whatever they
/// were when they said so.
pub(super) struct Given<'a> {
    pub(super) roll: &'a Roll,
    pub(super) digest: &'a Digest,
}

impl Given<'_> {
    pub(super) fn is_met(&self, need: &Need, answers: &[Approval]) -> bool {
        answers.iter().filter(|answer| self.counts(answer, need)).count() >= need.count as usize
    }

    pub(super) fn counts(&self, answer: &Approval, need: &Need) -> bool {
        answer.answer == Answer::Yes
            && answer.digest == *self.digest
            && answer.team == need.team
            && self.roll.is_in(&answer.by.id, &need.team)
    }

    /// For which team the next answer counts: the first that still lacks somebody.
    fn team(&self, own: &Own, before: &[Approval]) -> TeamName {
        let mut all = std::iter::once(&own.first).chain(&own.others);
        all.find(|need| !self.is_met(need, before)).unwrap_or(&own.first).team.clone()
    }

    fn next_states(&self, needs: &[Need], answers: &[Approval], at_once: bool) -> Vec<RunState> {
        if answers.iter().any(|answer| answer.answer != Answer::Yes) {
            return vec![RunState::Rejected];
        }
        match (needs.iter().all(|need| self.is_met(need, answers)), at_once) {
            (false, _) => Vec::new(),
            (true, false) => vec![RunState::Approved],
            (true, true) => vec![RunState::Approved, RunState::Queued],
        }
    }
}
