//! Breaking the glass: a start at once where others would have to agree, and the review by somebody else.
//!
//! The way is that of every click: policy, store, executor; it is decided again at the start. What `run` denies stays denied.

use lastmile_protocol::{
    AfterState, BrokenGlass, Decision, FieldProblem, GlassOffer, MAX_WORDS, Millis, Need, Person, Review,
    ReviewRequest, ReviewVerdict, RunId, RunRequest, RunSummary,
};

use super::account::Asked;
use super::prepare::Prepared;
use super::{Refusal, RunSpec, Runs};
use crate::outbox::Event;
use crate::people::InPerson;
use crate::policy::Glass;
use crate::store::{NewReview, StoredRun};

impl Runs {
    /// What a card may offer: only where there is something to break, and this person may.
    pub(super) fn glass_offer(&self, prepared: &Prepared, after: &[AfterState]) -> Option<GlassOffer> {
        let gated = matches!(prepared.decision, Decision::NeedsApproval { .. });
        let Glass::Breaks { reviewers, .. } = &prepared.glass else { return None };
        let review_within = u64::try_from(self.config.approval.review_ms / 1000).unwrap_or_default();
        (gated || after.iter().any(|state| !state.done))
            .then(|| GlassOffer { reviewers: reviewers.clone(), review_within })
    }

    /// Breaks the glass: takes the needs away, and gives what has to be kept. `None`: there is nothing to break, so it runs
    /// like any other.
    ///
    /// # Errors
    /// If this person may not, or has not said why.
    pub(super) fn break_glass(
        &self,
        prepared: &Prepared,
        request: &RunRequest,
        needs: &mut Vec<Need>,
        after: &[AfterState],
    ) -> Result<Option<BrokenGlass>, Refusal> {
        let reviewers = match &prepared.glass {
            Glass::Breaks { reviewers, .. } => reviewers.clone(),
            Glass::Stays { why, .. } => return Err(Refusal::Forbidden(why.clone())),
        };
        let skipped: Vec<_> =
            after.iter().filter(|state| !state.done).map(|state| state.label.clone()).collect();
        if needs.is_empty() && skipped.is_empty() {
            return Ok(None);
        }
        let reason = request.reason.as_deref().map(str::trim).unwrap_or_default();
        if reason.is_empty() {
            let message = "Say why this can't wait: everybody concerned reads it.".to_owned();
            return Err(Refusal::Inputs(vec![FieldProblem { name: "reason".to_owned(), message }]));
        }
        let review_by = Millis(self.clock.now().0.saturating_add(self.config.approval.review_ms));
        Ok(Some(BrokenGlass {
            reason: reason.to_owned(),
            needs: std::mem::take(needs),
            skipped,
            reviewers,
            review_by,
            review: None,
            escalated: None,
        }))
    }

    /// Decides again, right before the start of a run whose glass was broken.
    ///
    /// # Errors
    /// `Forbidden` if it may not run any more, or the right is gone.
    pub(super) fn may_still_break(&self, spec: &RunSpec, run: &StoredRun) -> Result<(), Refusal> {
        let decided = self.decided_now(spec, run)?;
        match (decided.verdict.decision, decided.glass) {
            (Decision::Deny { why }, _) | (_, Glass::Stays { why, .. }) => Err(Refusal::Forbidden(why)),
            (_, Glass::Breaks { .. }) => Ok(()),
        }
    }

    /// What this person may review, and what everybody sees as overdue.
    ///
    /// # Errors
    /// If the record can't be read.
    pub(super) async fn reviews(
        &self,
        person: &Person,
    ) -> Result<(Vec<RunSummary>, Vec<RunSummary>), Refusal> {
        let (open, now) = (self.store.unreviewed().await?, self.clock.now());
        let is_overdue =
            |run: &&RunSummary| run.break_glass.as_ref().is_some_and(|broken| broken.is_overdue(now));
        let overdue = open.iter().filter(is_overdue).cloned().collect();
        Ok((open.into_iter().filter(|run| may_review(person, run).is_ok()).collect(), overdue))
    }

    /// Records what somebody else says of a broken glass.
    ///
    /// # Errors
    /// If the person may not, there is nothing to review, or the words are missing.
    pub async fn review(
        &self,
        caller: &InPerson,
        id: &RunId,
        request: &ReviewRequest,
    ) -> Result<(), Refusal> {
        let mut asked = Asked::of("run.review", caller).to(id);
        asked.detail = serde_json::json!({ "verdict": request.verdict, "digest": request.digest });
        let done = self.record_review(caller, id, request).await;
        self.note_refusal(asked, done).await
    }

    async fn record_review(
        &self,
        caller: &InPerson,
        id: &RunId,
        request: &ReviewRequest,
    ) -> Result<(), Refusal> {
        let person = caller.person();
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        may_review(person, &run.summary)?;
        if run.digest != request.digest {
            return Err(Refusal::DigestMismatch);
        }
        let comment = check_review(request)?;
        let review = Review { by: person.clone(), verdict: request.verdict, comment, at: self.clock.now() };
        let event =
            self.store.review(&NewReview { run: id, digest: &request.digest, review: &review }).await?;
        self.feed.tell(event.ok_or_else(reviewed_before)?);
        Ok(())
    }

    /// Tells the reviewing teams of reviews that are overdue. Nobody's right is touched by it.
    ///
    /// # Errors
    /// If the record can't be read or written; the next call tries again.
    pub async fn escalate_reviews(&self) -> Result<(), Refusal> {
        let letters = |run: &RunSummary| {
            let teams = run.break_glass.as_ref().map(|broken| broken.reviewers.clone());
            self.letters(Event::ReviewOverdue, run, teams.unwrap_or_default())
        };
        let events = self.store.escalate(self.clock.now(), letters).await?;
        for event in events {
            tracing::warn!(run = %event.run.id, "the review of a broken glass is overdue");
            self.feed.tell(event);
        }
        Ok(())
    }
}

/// # Errors
/// Why this person may not review that run.
pub(super) fn may_review(person: &Person, run: &RunSummary) -> Result<(), Refusal> {
    let Some(broken) = &run.break_glass else {
        return Err(Refusal::WrongState("Nobody broke the glass for this run.".to_owned()));
    };
    if broken.review.is_some() {
        return Err(reviewed_before());
    }
    if person.id == run.requester.id {
        return Err(Refusal::Forbidden(
            "Who broke the glass can't review it. Somebody else of the reviewing team must.".to_owned(),
        ));
    }
    if broken.reviewers.iter().any(|team| person.teams.contains(team)) {
        return Ok(());
    }
    let teams: Vec<_> = broken.reviewers.iter().map(lastmile_protocol::TeamName::as_str).collect();
    Err(Refusal::Forbidden(format!("Only {} can review this.", teams.join(" or "))))
}

fn reviewed_before() -> Refusal {
    Refusal::WrongState("This has been reviewed already.".to_owned())
}

/// # Errors
/// If there is no verdict, or no words.
fn check_review(request: &ReviewRequest) -> Result<String, Refusal> {
    if request.verdict == ReviewVerdict::Unknown {
        return Err(Refusal::BadRequest("The verdict must be right or should_have_waited.".to_owned()));
    }
    let comment = request.comment.trim();
    if comment.is_empty() || comment.len() > MAX_WORDS {
        let message = format!("Say in a few words what you found: at most {MAX_WORDS} bytes.");
        return Err(Refusal::Inputs(vec![FieldProblem { name: "comment".to_owned(), message }]));
    }
    Ok(comment.to_owned())
}
