//! A run gets into the record: once per idempotency key, and with the step to its start where it may start at once.

use lastmile_protocol::{
    BatchPlace, BrokenGlass, Digest, InputValue, Millis, Need, Person, RunId, RunState, RunSummary, Slug,
    UsedToken,
};
use sqlx::SqliteConnection;

use super::super::{
    Addressed, NoRetry, RetryClaim, Store, StoreError, StoredEvent, StoredRun, audit, glass, outbox, retries,
    rows,
};
use super::{step, under_way};
use crate::audit::Deed;

/// A run to be recorded.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Its id.
    pub id: RunId,
    /// `AwaitingApproval` or `Queued`.
    pub state: RunState,
    /// The run spec's bytes.
    pub spec: Vec<u8>,
    /// The run spec's digest.
    pub digest: Digest,
    /// The client's key.
    pub idempotency_key: String,
    /// SHA-256 of the request.
    pub request_digest: String,
    /// Equal for the same action with the same inputs on the same target.
    pub same: String,
    /// The runbook.
    pub runbook: Slug,
    /// Its title.
    pub runbook_title: String,
    /// The action's name.
    pub action: String,
    /// The action's label.
    pub label: String,
    /// Whether it is a check.
    pub check: bool,
    /// The target's name.
    pub target: String,
    /// The target's environment.
    pub environment: String,
    /// The runbook's service.
    pub service: Option<String>,
    /// Who asks.
    pub requester: Person,
    /// The API token that asks in their name.
    pub token: Option<UsedToken>,
    /// Why.
    pub reason: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// The incident.
    pub incident: Option<String>,
    /// The run that it repeats.
    pub rerun_of: Option<RunId>,
    /// Inputs; secrets without value.
    pub inputs: Vec<InputValue>,
    /// Whether typed secrets wait in memory.
    pub has_secrets: bool,
    /// Beside whom it must not be recorded as queued.
    pub alone: Option<Alone>,
    /// Who must agree.
    pub needs: Vec<Need>,
    /// When it was asked for.
    pub requested: Millis,
    /// When the request becomes void.
    pub expires: Option<Millis>,
    /// Of a queued one that has its turn: it is recorded as starting too, in this boot of the machine.
    pub starts_in: Option<String>,
    /// What the decision rested on, for the audit record.
    pub rested_on: serde_json::Value,
    /// Set where the requester broke the glass.
    pub break_glass: Option<BrokenGlass>,
    /// Of a retry: what it is taken from.
    pub retry: Option<RetryClaim>,
    /// Set where it was asked for together with others.
    pub batch: Option<BatchPlace>,
}

/// Runs beside which another is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alone {
    /// Those of the same action on the same target.
    OfAction,
    /// Whatever changes something on the same target.
    OnTarget,
}

/// What became of an insert.
#[derive(Clone, Debug)]
pub enum Inserted {
    /// It is recorded; the events to tell.
    New(Box<StoredRun>, Vec<StoredEvent>),
    /// The key names this run already.
    Known(Box<StoredRun>),
    /// The same is under way, and the request didn't say `separate`.
    Same(Box<RunSummary>),
    /// It must run alone, and this run is under way.
    Busy(Box<RunSummary>),
    /// It is a retry, and there is none to be had.
    NoRetry(NoRetry),
}

impl Store {
    /// Records a run, once per idempotency key; unless `separate`, not while the same is under way. `letters` tells of it
    /// outside: they are recorded with it.
    ///
    /// # Errors
    /// If the record can't be written: then nothing may start.
    pub async fn insert_run(
        &self,
        new: NewRun,
        separate: bool,
        letters: impl FnOnce(&RunSummary) -> Vec<Addressed> + Send,
    ) -> Result<Inserted, StoreError> {
        let mut tx = self.of_intents().begin_with("BEGIN IMMEDIATE").await?;
        let known = sqlx::query("SELECT * FROM runs WHERE requester = ? AND idempotency_key = ?")
            .bind(new.requester.id.as_str())
            .bind(&new.idempotency_key)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = known {
            return Ok(Inserted::Known(Box::new(rows::run(&row)?)));
        }
        let inserted = add(&mut tx, &new, separate).await?;
        if let Inserted::New(run, _) = &inserted {
            outbox::post(&mut tx, &letters(&run.summary), new.requested).await?;
            tx.commit().await?;
        }
        Ok(inserted)
    }
}

/// Records one run within a transaction, with its first events; if it is refused, the transaction must not go on.
pub(in crate::store) async fn add(
    tx: &mut SqliteConnection,
    new: &NewRun,
    separate: bool,
) -> Result<Inserted, StoreError> {
    if let Some(claim) = &new.retry
        && let Some(why) = retries::refused(&mut *tx, claim, new.requested).await?
    {
        return Ok(Inserted::NoRetry(why));
    }
    if let Some(alone) = new.alone
        && new.state == RunState::Queued
        && let Some(other) = beside(&mut *tx, new, alone).await?
    {
        return Ok(Inserted::Busy(Box::new(other)));
    }
    if !separate && let Some(same) = under_way(&mut *tx, &new.same).await? {
        return Ok(Inserted::Same(Box::new(same)));
    }
    let deed = new.retry.as_ref().map_or_else(|| requested(new), |claim| retries::retried(new, claim));
    audit::append(&mut *tx, deed, new.requested).await?;
    let mut run = insert(&mut *tx, new).await?;
    if let Some(broken) = &new.break_glass {
        run.summary = glass::keep(&mut *tx, &new.id, broken).await?;
    }
    let mut events = vec![step::write_event(&mut *tx, &run.summary, new.requested).await?];
    if let Some(claim) = &new.retry {
        events.extend(retries::keep(&mut *tx, &new.id, claim, new.requested).await?);
    }
    if let Some(boot) = &new.starts_in {
        // One sync of the disk for both: the intent to start it is as durable as the run itself.
        if let Some(event) = step::starting(&mut *tx, &new.id, new.requested, boot).await? {
            run.summary = event.run.clone();
            events.push(event);
        }
    }
    Ok(Inserted::New(Box::new(run), events))
}

/// The request as the audit record keeps it.
fn requested(new: &NewRun) -> Deed {
    let detail = serde_json::json!({
        "runbook": new.runbook, "action": new.action, "target": new.target, "environment": new.environment,
        "inputs": new.inputs, "reason": new.reason, "ticket": new.ticket, "incident": new.incident,
        "digest": new.digest, "needs": new.needs, "rested_on": new.rested_on,
        "break_glass": new.break_glass, "request": new.batch,
    });
    let token = new.token.as_ref().map(|token| &token.id);
    Deed::by(&new.requester.id, "run.requested", detail).through(token).to(&new.id)
}

/// A run that has not ended and beside which it must not run.
async fn beside(
    db: &mut SqliteConnection,
    new: &NewRun,
    alone: Alone,
) -> Result<Option<RunSummary>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM runs WHERE target = ? AND state IN ('queued', 'starting', 'running')
           AND ((runbook = ? AND action = ?) OR (? AND NOT is_check)) ORDER BY id LIMIT 1",
    )
    .bind(&new.target)
    .bind(new.runbook.as_str())
    .bind(&new.action)
    .bind(alone == Alone::OnTarget)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(rows::summary).transpose()
}

async fn insert(db: &mut SqliteConnection, new: &NewRun) -> Result<StoredRun, StoreError> {
    let queued = (new.state == RunState::Queued).then_some(new.requested.0);
    let row = sqlx::query(
        "INSERT INTO runs (id, state, spec, digest, idempotency_key, request_digest, same, runbook, runbook_title,
           action, label, is_check, target, environment, service, requester, requester_json, reason, ticket,
           incident, rerun_of, inputs_json, has_secrets, needs_json, requested_at, expires_at, queued_at,
           batch, batch_nth, batch_of)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         RETURNING *",
    )
    .bind(new.id.as_str())
    .bind(new.state.as_str())
    .bind(&new.spec)
    .bind(new.digest.as_str())
    .bind(&new.idempotency_key)
    .bind(&new.request_digest)
    .bind(&new.same)
    .bind(new.runbook.as_str())
    .bind(&new.runbook_title)
    .bind(&new.action)
    .bind(&new.label)
    .bind(new.check)
    .bind(&new.target)
    .bind(&new.environment)
    .bind(&new.service)
    .bind(new.requester.id.as_str())
    .bind(serde_json::to_string(&new.requester)?)
    .bind(&new.reason)
    .bind(&new.ticket)
    .bind(&new.incident)
    .bind(new.rerun_of.as_ref().map(RunId::as_str))
    .bind(serde_json::to_string(&new.inputs)?)
    .bind(new.has_secrets)
    .bind(serde_json::to_string(&new.needs)?)
    .bind(new.requested.0)
    .bind(new.expires.map(|at| at.0))
    .bind(queued)
    .bind(new.batch.as_ref().map(|place| place.id.as_str()))
    .bind(new.batch.as_ref().map(|place| place.nth))
    .bind(new.batch.as_ref().map(|place| place.of))
    .fetch_one(db)
    .await?;
    rows::run(&row)
}
