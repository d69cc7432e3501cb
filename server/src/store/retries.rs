//! Retries of a run: allowed with answers, taken one at a time, withdrawn.
//!
//! How many are used is how many runs there are that name what they repeat: counted and added to in one transaction, so
//! neither two clicks nor two servers begin one more than was allowed.

use lastmile_protocol::{Approval, Digest, Millis, Outcome, PersonId, RetryGrant, RetryRun, RunId, RunState};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::approvals::answers_of;
use super::runs::{apply, fetch, write_event};
use super::{NewRun, Store, StoreError, StoredEvent, StoredRun, Transition, audit};
use crate::audit::Deed;

/// A run that was agreed to, what those who agreed allow, and what has come of that.
#[derive(Clone, Debug)]
pub struct RetryLine {
    /// What was agreed to.
    pub run: StoredRun,
    /// Equal for the same action with the same inputs on the same target.
    pub same: String,
    /// By whom, and what each allows.
    pub answers: Vec<Approval>,
    /// The retries, in the order in which they were begun.
    pub retries: Vec<RetryRun>,
}

/// What a retry is taken from, as it was judged. It is looked at again when it is taken.
#[derive(Clone, Debug)]
pub struct RetryClaim {
    /// The run that was agreed to.
    pub of: RunId,
    /// Its run spec's bytes.
    pub spec: Vec<u8>,
    /// The digest that was agreed to.
    pub digest: Digest,
    /// So many are allowed in all.
    pub count: u32,
    /// Until then.
    pub until: Millis,
}

/// Why there is no retry to be had now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRetry {
    /// The run never started.
    NotRun,
    /// The run, or a retry of it, has not ended.
    UnderWay(RunId),
    /// Somebody who had allowed them has taken that back.
    Withdrawn(String),
    /// All are used.
    UsedUp(u32),
    /// Their time is over.
    Over,
    /// The record has another run spec by now than the one that was looked at.
    Altered,
}

impl RetryLine {
    /// Whether what was judged still holds: the one rule, asked before and again while the retry is taken.
    #[must_use]
    pub fn why_not(&self, count: u32, until: Millis, now: Millis) -> Option<NoRetry> {
        if let Some(who) = self.withdrawn_by() {
            return Some(NoRetry::Withdrawn(who.to_owned()));
        }
        let summary = &self.run.summary;
        if summary.state.is_final() && summary.times.starting.is_none() {
            return Some(NoRetry::NotRun);
        }
        let own = std::iter::once((&summary.id, summary.state));
        let mut all = own.chain(self.retries.iter().map(|retry| (&retry.id, retry.state)));
        if let Some((id, _)) = all.find(|(_, state)| !state.is_final()) {
            return Some(NoRetry::UnderWay(id.clone()));
        }
        if self.retries.len() >= count as usize {
            return Some(NoRetry::UsedUp(count));
        }
        (until <= now).then_some(NoRetry::Over)
    }

    /// Who has taken back what they had allowed: one is enough.
    #[must_use]
    pub fn withdrawn_by(&self) -> Option<&str> {
        let gone = |it: &&Approval| it.retries.is_some_and(|grant| grant.withdrawn.is_some());
        self.answers.iter().find(gone).map(|answer| answer.by.name.as_str())
    }
}

impl Store {
    /// A run with its answers and its retries.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn retry_line(&self, of: &RunId) -> Result<Option<RetryLine>, StoreError> {
        let mut tx = self.read.begin().await?;
        line(&mut tx, of).await
    }

    /// Takes back what a person has allowed, and ends the retries that have not started: in one transaction, so that nothing
    /// starts after it. Gives nothing if there is nothing to take back, or that was done before.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn withdraw_retries(
        &self,
        of: &RunId,
        by: &PersonId,
        said: Outcome,
        at: Millis,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let taken = sqlx::query(
            "UPDATE approvals SET retries_withdrawn_at = ?
               WHERE run = ? AND person = ? AND retries IS NOT NULL AND retries_withdrawn_at IS NULL",
        )
        .bind(at.0)
        .bind(of.as_str())
        .bind(by.as_str())
        .execute(&mut *tx)
        .await?;
        if taken.rows_affected() == 0 {
            return Ok(Vec::new());
        }
        audit::append(&mut tx, Deed::by(by, "run.retries_withdrawn", serde_json::json!({})).to(of), at)
            .await?;
        let mut events = Vec::new();
        for retry in retries_of(&mut tx, of).await? {
            let (from, to, outcome) = (&[RunState::Queued], RunState::Cancelled, Some(said.clone()));
            events.extend(apply(&mut tx, &Transition { run: &retry.id, from, to, at, outcome }).await?);
        }
        events.extend(tell(&mut tx, of, None, at).await?);
        tx.commit().await?;
        Ok(events)
    }
}

/// Why the retry that is about to be recorded can't be had by now.
pub(super) async fn refused(
    db: &mut SqliteConnection,
    claim: &RetryClaim,
    now: Millis,
) -> Result<Option<NoRetry>, StoreError> {
    let Some(line) = line(db, &claim.of).await? else { return Ok(Some(NoRetry::Altered)) };
    if line.run.spec != claim.spec || line.run.digest != claim.digest {
        return Ok(Some(NoRetry::Altered));
    }
    Ok(line.why_not(claim.count, claim.until, now))
}

/// Keeps with a retry that has just been recorded what it repeats, and tells those who look at its kin.
pub(super) async fn keep(
    db: &mut SqliteConnection,
    retry: &RunId,
    claim: &RetryClaim,
    at: Millis,
) -> Result<Vec<StoredEvent>, StoreError> {
    let query = sqlx::query("UPDATE runs SET retry_of = ? WHERE id = ?");
    query.bind(claim.of.as_str()).bind(retry.as_str()).execute(&mut *db).await?;
    tell(db, &claim.of, Some(retry), at).await
}

/// A retry as the audit record keeps it.
pub(super) fn retried(new: &NewRun, claim: &RetryClaim) -> Deed {
    let detail = serde_json::json!({
        "of": claim.of, "agreed": claim.digest, "count": claim.count, "until": claim.until,
        "runbook": new.runbook, "action": new.action, "target": new.target, "environment": new.environment,
        "inputs": new.inputs, "digest": new.digest, "rested_on": new.rested_on,
    });
    let token = new.token.as_ref().map(|token| &token.id);
    Deed::by(&new.requester.id, "run.retried", detail).through(token).to(&new.id)
}

/// What an answer allows.
pub(super) fn grant(row: &SqliteRow) -> Result<Option<RetryGrant>, sqlx::Error> {
    let (Some(count), Some(until)) =
        (row.try_get::<Option<u32>, _>("retries")?, row.try_get::<Option<i64>, _>("retries_until")?)
    else {
        return Ok(None);
    };
    let withdrawn = row.try_get::<Option<i64>, _>("retries_withdrawn_at")?.map(Millis);
    Ok(Some(RetryGrant { count, until: Millis(until), withdrawn }))
}

async fn line(db: &mut SqliteConnection, of: &RunId) -> Result<Option<RetryLine>, StoreError> {
    let Some(run) = fetch(&mut *db, of).await? else { return Ok(None) };
    let same = sqlx::query_scalar("SELECT same FROM runs WHERE id = ?").bind(of.as_str());
    Ok(Some(RetryLine {
        run,
        same: same.fetch_one(&mut *db).await?,
        answers: answers_of(&mut *db, of).await?,
        retries: retries_of(db, of).await?,
    }))
}

async fn retries_of(db: &mut SqliteConnection, of: &RunId) -> Result<Vec<RetryRun>, StoreError> {
    let found = sqlx::query("SELECT id, state FROM runs WHERE retry_of = ? ORDER BY rowid")
        .bind(of.as_str())
        .fetch_all(db)
        .await?;
    let retry = |row: &SqliteRow| -> Result<RetryRun, StoreError> {
        let state = RunState::parse(row.try_get("state")?).unwrap_or(RunState::Unknown);
        Ok(RetryRun { id: RunId(row.try_get("id")?), state })
    };
    found.iter().map(retry).collect()
}

/// Tells those who look at the run or at one of its retries that there is news of these; `but` is told by itself.
async fn tell(
    db: &mut SqliteConnection,
    of: &RunId,
    but: Option<&RunId>,
    at: Millis,
) -> Result<Vec<StoredEvent>, StoreError> {
    let retries = retries_of(&mut *db, of).await?.into_iter().map(|retry| retry.id);
    let mut events = Vec::new();
    for id in std::iter::once(of.clone()).chain(retries).filter(|id| Some(id) != but) {
        let Some(mut run) = fetch(&mut *db, &id).await? else { continue };
        run.summary.retries_changed = true;
        events.push(write_event(&mut *db, &run.summary, at).await?);
    }
    Ok(events)
}
