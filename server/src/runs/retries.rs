//! Retries: exactly what was agreed to, again, as often and for as long as all who had to agree have allowed.
//!
//! A retry is a run of its own. Its run spec is made from the stored bytes that were agreed to and from nothing else
//! ([`RunSpec::retried`]), and whatever decides on a start is asked again: right now, and once more when it has its turn.

use lastmile_protocol::{Answer, Approval, Retries, RetryRequest, RunId, RunState};
use lastmile_runbook::digest::sha256_hex;

use super::account::Asked;
use super::answer::check_token;
use super::compose::alone;
use super::drive::message;
use super::points::Point;
use super::request::{Requested, check_key, known};
use super::spec::{RetryOf, SpecError};
use super::standing::{Agreed, Standing, check_free, check_requester, opened};
use super::{Refusal, RunSpec, Runs};
use crate::clock::new_run_id;
use crate::people::{Caller, InPerson};
use crate::store::{Inserted, NewRun, NoRetry, RetryClaim, RetryLine, StoredRun};

impl Runs {
    /// Runs exactly the same again. Only the requester may, or the token that asked in their name.
    ///
    /// # Errors
    /// If there is no retry to be had, something else was agreed to, or it would not be allowed any more.
    pub async fn retry(
        &self,
        caller: &Caller,
        id: &RunId,
        request: &RetryRequest,
    ) -> Result<Requested, Refusal> {
        let mut asked = Asked::of("run.retry", caller).to(id);
        asked.detail = serde_json::json!({ "digest": request.digest });
        let done = self.begin_retry(caller, id, request).await;
        self.note_refusal(asked, done).await
    }

    async fn begin_retry(
        &self,
        caller: &Caller,
        id: &RunId,
        request: &RetryRequest,
    ) -> Result<Requested, Refusal> {
        check_key(&request.idempotency_key)?;
        let request_digest = sha256_hex(&serde_json::to_vec(&("retry", id, request))?);
        let by = &caller.person().id;
        if let Some(run) = self.store.run_by_key(by, &request.idempotency_key).await? {
            return known(run, &request_digest);
        }
        let agreed = self.agreed(id).await?;
        check_requester(caller, &agreed)?;
        if agreed.line.run.digest != request.digest {
            return Err(Refusal::DigestMismatch);
        }
        let standing = self.standing(&agreed)?;
        check_token(caller, &agreed.spec)?;
        check_free(&agreed, &standing, self.clock.now())?;
        if !self.after_holds(&agreed.spec).await? {
            return Err(Refusal::WrongState(
                "What had to be done first is too long ago. Do it again on the runbook's page, then retry."
                    .to_owned(),
            ));
        }
        self.0.reserve.hold().map_err(Refusal::DiskFull)?;
        let new = self.new_retry(agreed, standing, request, request_digest.clone())?;
        self.record_retry(new, &request_digest).await
    }

    /// Records it in the queue, and takes it from there as any run that was agreed to.
    async fn record_retry(
        &self,
        (new, spec): (NewRun, RunSpec),
        request_digest: &str,
    ) -> Result<Requested, Refusal> {
        let id = new.id.clone();
        self.reached(Point::Retrying, &id).await;
        // Before the insert: whoever comes later stands behind it.
        let place = self.take_place(&spec);
        match self.store.insert_run(new, false, |_| Vec::new()).await? {
            Inserted::New(run, events) => {
                events.into_iter().for_each(|event| self.feed.tell(event));
                self.reached(Point::Queued, &id).await;
                self.drive_from(*run, place);
                Ok(Requested { id, new: true })
            }
            Inserted::Same(run) => Err(Refusal::AlreadyAsked(run)),
            Inserted::Busy(run) => Err(Refusal::Busy(run)),
            Inserted::Known(run) => known(*run, request_digest),
            Inserted::NoRetry(why) => Err(why.into()),
        }
    }

    /// What is to be recorded: the run spec from what was agreed to, and the row's copies from that run's.
    fn new_retry(
        &self,
        Agreed { line, spec: agreed }: Agreed,
        standing: Standing,
        request: &RetryRequest,
        request_digest: String,
    ) -> Result<(NewRun, RunSpec), Refusal> {
        let now = self.clock.now();
        let id = new_run_id(self.after_all_ids(now))?;
        let spec = agreed.retried(&id, &line.run.digest);
        let (bytes, digest) = spec.seal()?;
        let RetryLine { run: StoredRun { summary, spec: agreed, digest: of_digest, .. }, same, .. } = line;
        let new = NewRun {
            id,
            state: RunState::Queued,
            spec: bytes,
            digest,
            idempotency_key: request.idempotency_key.clone(),
            request_digest,
            same,
            runbook: spec.runbook.clone(),
            runbook_title: summary.runbook_title,
            action: spec.action.clone(),
            label: summary.label,
            check: spec.check,
            target: spec.target.view.name.clone(),
            environment: spec.target.view.environment.clone(),
            service: summary.service,
            requester: spec.requester.clone(),
            token: spec.token.clone(),
            reason: summary.reason,
            ticket: spec.ticket.clone(),
            incident: spec.incident.clone(),
            rerun_of: Some(summary.id.clone()),
            inputs: spec.inputs.clone(),
            has_secrets: false,
            alone: alone(spec.check, spec.concurrency, spec.target.concurrency),
            // Nobody is asked again: whose yes it runs by stands with the run that they agreed to.
            needs: Vec::new(),
            requested: now,
            expires: None,
            starts_in: None,
            rested_on: standing.rested_on,
            break_glass: None,
            batch: None,
            retry: Some(RetryClaim {
                of: summary.id,
                spec: agreed,
                digest: of_digest,
                count: standing.count,
                until: standing.until,
            }),
        };
        Ok((new, spec))
    }

    /// Takes back what this person has allowed: at once, and for all who allowed it with them.
    ///
    /// # Errors
    /// If they have allowed nothing, or it can't be recorded.
    pub async fn withdraw_retries(&self, caller: &InPerson, id: &RunId) -> Result<(), Refusal> {
        let done = self.take_retries_back(caller, id).await;
        self.note_refusal(Asked::of("run.withdraw_retries", caller).to(id), done).await
    }

    async fn take_retries_back(&self, caller: &InPerson, id: &RunId) -> Result<(), Refusal> {
        let person = caller.person();
        self.store.state(id).await?.ok_or(Refusal::NotFound("run"))?;
        let answers = self.store.answers(id).await?;
        if !answers.iter().any(|answer| answer.by.id == person.id && answer.retries.is_some()) {
            let why = "You have allowed no retries of this run: only who did can withdraw them.";
            return Err(Refusal::Forbidden(why.to_owned()));
        }
        self.reached(Point::Withdrawing, id).await;
        let said = message(format!("{} has withdrawn the retries.", person.name));
        let events = self.store.withdraw_retries(id, &person.id, said, self.clock.now()).await?;
        events.into_iter().for_each(|event| self.feed.tell(event));
        Ok(())
    }

    /// Decides again, right before a retry starts: what it repeats is what was agreed to, and all that was asked still holds.
    ///
    /// # Errors
    /// If it is not, or does not.
    pub(super) async fn may_still_retry(&self, spec: &RunSpec, of: &RetryOf) -> Result<(), Refusal> {
        let agreed = self.agreed(&of.run).await?;
        if agreed.line.run.digest != of.digest || agreed.spec.retried(&spec.run, &of.digest) != *spec {
            return Err(SpecError::Altered.into());
        }
        let standing = self.standing(&agreed)?;
        let mut allowed = agreed.line.retries.iter().take(standing.count as usize);
        if !allowed.any(|retry| retry.id == spec.run) {
            return Err(NoRetry::UsedUp(standing.count).into());
        }
        if standing.until <= self.clock.now() {
            return Err(NoRetry::Over.into());
        }
        Ok(())
    }

    /// How a run's retries stand, for somebody who looks; `None` where nobody has allowed any.
    ///
    /// # Errors
    /// If the record can't be read.
    pub(super) async fn retries(
        &self,
        caller: &Caller,
        run: &StoredRun,
        spec: &RunSpec,
        answers: &[Approval],
    ) -> Result<Option<Retries>, Refusal> {
        let of = spec.retry_of.as_ref().map_or(&run.summary.id, |of| &of.run);
        if spec.retry_of.is_none() && answers.iter().all(|answer| answer.retries.is_none()) {
            return Ok(None);
        }
        let Some(line) = self.store.retry_line(of).await? else { return Ok(None) };
        Ok(Some(self.shown(caller, line)))
    }

    fn shown(&self, caller: &Caller, line: RetryLine) -> Retries {
        let now = self.clock.now();
        let is_mine = |answer: &&Approval| answer.by.id == caller.person().id;
        let mine = line.answers.iter().find(is_mine).and_then(|answer| answer.retries);
        let may_withdraw = caller.token().is_none()
            && mine.is_some_and(|grant| grant.withdrawn.is_none() && now < grant.until);
        let yes = |answer: &&Approval| answer.answer == Answer::Yes;
        let mut shown = Retries {
            of: line.run.summary.id.clone(),
            digest: line.run.digest.clone(),
            approvals: line.answers.iter().filter(yes).cloned().collect(),
            count: 0,
            until: None,
            runs: line.retries.clone(),
            why_not: None,
            may_retry: false,
            may_withdraw,
        };
        let free = opened(line).and_then(|agreed| {
            let standing = self.standing(&agreed)?;
            (shown.count, shown.until) = (standing.count, Some(standing.until));
            check_free(&agreed, &standing, now)?;
            Ok(check_requester(caller, &agreed).and_then(|()| check_token(caller, &agreed.spec)).is_ok())
        });
        match free {
            Ok(theirs) => shown.may_retry = theirs,
            Err(why) => shown.why_not = Some(why.to_string()),
        }
        shown
    }
}
