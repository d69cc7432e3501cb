//! Runs: inserted once, moved on by transitions, each with its event. Lists are in `lists`.

use lastmile_protocol::{
    Digest, InputValue, Millis, Need, Outcome, Person, PersonId, RunId, RunState, RunSummary, Slug,
};
use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, SqliteConnection};

use super::{Store, StoreError, StoredEvent, StoredRun, rows};

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
    /// Whether it must not be recorded as queued while another run of the action is under way on the target.
    pub alone: bool,
    /// Who must agree.
    pub needs: Vec<Need>,
    /// When it was asked for.
    pub requested: Millis,
    /// When the request becomes void.
    pub expires: Option<Millis>,
}

/// What became of an insert.
#[derive(Clone, Debug)]
pub enum Inserted {
    /// It is recorded; the event to tell.
    New(Box<StoredRun>, Box<StoredEvent>),
    /// The key names this run already.
    Known(Box<StoredRun>),
    /// The same is under way, and the request didn't say `separate`.
    Same(Box<RunSummary>),
    /// The action runs alone on its target, and this run is under way.
    Busy(Box<RunSummary>),
}

/// A run's step from one state to another.
#[derive(Clone, Debug)]
pub struct Transition<'a> {
    /// The run.
    pub run: &'a RunId,
    /// It must stand in one of these.
    pub from: &'a [RunState],
    /// Where it goes.
    pub to: RunState,
    /// When.
    pub at: Millis,
    /// How it ended, for final states.
    pub outcome: Option<Outcome>,
}

impl Store {
    /// Records a run, once per idempotency key; unless `separate`, not while the same is under way.
    ///
    /// # Errors
    /// If the record can't be written: then nothing may start.
    pub async fn insert_run(&self, new: NewRun, separate: bool) -> Result<Inserted, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let known = sqlx::query("SELECT * FROM runs WHERE requester = ? AND idempotency_key = ?")
            .bind(new.requester.id.as_str())
            .bind(&new.idempotency_key)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = known {
            return Ok(Inserted::Known(Box::new(rows::run(&row)?)));
        }
        if new.alone
            && new.state == RunState::Queued
            && let Some(other) = of_action(&mut tx, &new).await?
        {
            return Ok(Inserted::Busy(Box::new(other)));
        }
        if !separate && let Some(same) = under_way(&mut tx, &new.same).await? {
            return Ok(Inserted::Same(Box::new(same)));
        }
        insert(&mut tx, &new).await?;
        let run = fetch(&mut tx, &new.id).await?.ok_or(sqlx::Error::RowNotFound)?;
        let event = write_event(&mut tx, &run.summary, new.requested).await?;
        tx.commit().await?;
        Ok(Inserted::New(Box::new(run), Box::new(event)))
    }

    /// Moves a run on; `None` if it is not in one of the expected states (somebody else was faster).
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn transition(&self, step: Transition<'_>) -> Result<Option<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let event = apply(&mut tx, &step).await?;
        tx.commit().await?;
        Ok(event)
    }

    /// One run.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn run(&self, id: &RunId) -> Result<Option<StoredRun>, StoreError> {
        fetch(&mut *self.read.acquire().await?, id).await
    }

    /// The run that a person's idempotency key names.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn run_by_key(&self, person: &PersonId, key: &str) -> Result<Option<StoredRun>, StoreError> {
        let row = sqlx::query("SELECT * FROM runs WHERE requester = ? AND idempotency_key = ?")
            .bind(person.as_str())
            .bind(key)
            .fetch_optional(&self.read)
            .await?;
        row.as_ref().map(rows::run).transpose()
    }

    /// Notes that somebody wants a run to end that is in one of these states; `None` if it is not, or was told before.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn note_cancel(
        &self,
        run: &RunId,
        states: &[RunState],
        at: Millis,
        outcome: &Outcome,
    ) -> Result<Option<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let mut query = QueryBuilder::<Sqlite>::new("UPDATE runs SET cancelling_at = ");
        query.push_bind(at.0).push(", outcome_json = ").push_bind(serde_json::to_string(outcome)?);
        query.push(" WHERE id = ").push_bind(run.as_str());
        query.push(" AND cancelling_at IS NULL AND state IN (");
        push_states(&mut query, states);
        query.push(")");
        if query.build().execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(None);
        }
        let stored = fetch(&mut tx, run).await?.ok_or(sqlx::Error::RowNotFound)?;
        let event = write_event(&mut tx, &stored.summary, at).await?;
        tx.commit().await?;
        Ok(Some(event))
    }

    /// The same action with the same inputs that is under way, if any.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn same_under_way(&self, same: &str) -> Result<Option<RunSummary>, StoreError> {
        under_way(&mut *self.read.acquire().await?, same).await
    }
}

pub(super) fn push_states(query: &mut QueryBuilder<Sqlite>, states: &[RunState]) {
    let mut list = query.separated(", ");
    for state in states {
        list.push_bind(state.as_str());
    }
}

pub(super) async fn fetch(db: &mut SqliteConnection, id: &RunId) -> Result<Option<StoredRun>, StoreError> {
    let row = sqlx::query("SELECT * FROM runs WHERE id = ?").bind(id.as_str()).fetch_optional(db).await?;
    row.as_ref().map(rows::run).transpose()
}

async fn under_way(db: &mut SqliteConnection, same: &str) -> Result<Option<RunSummary>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM runs WHERE same = ?
           AND state IN ('awaiting_approval', 'approved', 'queued', 'starting', 'running') ORDER BY id LIMIT 1",
    )
    .bind(same)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(rows::summary).transpose()
}

/// A run of the same action on the same target that has not ended.
async fn of_action(db: &mut SqliteConnection, new: &NewRun) -> Result<Option<RunSummary>, StoreError> {
    let row = sqlx::query(
        "SELECT * FROM runs WHERE runbook = ? AND action = ? AND target = ?
           AND state IN ('queued', 'starting', 'running') ORDER BY id LIMIT 1",
    )
    .bind(new.runbook.as_str())
    .bind(&new.action)
    .bind(&new.target)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(rows::summary).transpose()
}

async fn insert(db: &mut SqliteConnection, new: &NewRun) -> Result<(), StoreError> {
    let queued = (new.state == RunState::Queued).then_some(new.requested.0);
    sqlx::query(
        "INSERT INTO runs (id, state, spec, digest, idempotency_key, request_digest, same, runbook, runbook_title,
           action, label, is_check, target, environment, service, requester, requester_json, reason, ticket,
           incident, rerun_of, inputs_json, has_secrets, needs_json, requested_at, expires_at, queued_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    .execute(db)
    .await?;
    Ok(())
}

/// The column that keeps a state's first moment.
fn time_column(state: RunState) -> Option<&'static str> {
    match state {
        RunState::Approved => Some("approved_at"),
        RunState::Queued => Some("queued_at"),
        RunState::Starting => Some("starting_at"),
        RunState::Running => Some("running_at"),
        RunState::AwaitingApproval | RunState::Unknown => None,
        _ => Some("ended_at"),
    }
}

pub(super) async fn apply(
    db: &mut SqliteConnection,
    step: &Transition<'_>,
) -> Result<Option<StoredEvent>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("UPDATE runs SET state = ");
    query.push_bind(step.to.as_str());
    if let Some(column) = time_column(step.to) {
        query.push(format!(", {column} = coalesce({column}, ")).push_bind(step.at.0).push(")");
    }
    if let Some(outcome) = &step.outcome {
        query.push(", outcome_json = ").push_bind(serde_json::to_string(outcome)?);
    }
    query.push(" WHERE id = ").push_bind(step.run.as_str()).push(" AND state IN (");
    push_states(&mut query, step.from);
    query.push(")");
    if query.build().execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(None);
    }
    let run = fetch(db, step.run).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Some(write_event(db, &run.summary, step.at).await?))
}

pub(super) async fn write_event(
    db: &mut SqliteConnection,
    run: &RunSummary,
    at: Millis,
) -> Result<StoredEvent, StoreError> {
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO events (at, run, runbook, run_json) VALUES (?, ?, ?, ?) RETURNING seq",
    )
    .bind(at.0)
    .bind(run.id.as_str())
    .bind(run.runbook.as_str())
    .bind(serde_json::to_string(run)?)
    .fetch_one(db)
    .await?;
    Ok(StoredEvent { seq: u64::try_from(seq).unwrap_or_default(), run: run.clone() })
}
