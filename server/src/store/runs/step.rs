//! Steps of a run from one state to another: one transaction each, with its event.

use lastmile_protocol::{Millis, Outcome, RunId, RunState, RunSummary};
use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, SqliteConnection};

use super::super::{Store, StoreError, StoredEvent, StoredRun, audit, rows};
use super::fetch;
use crate::audit::Deed;

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

/// What became of an intent to start a run.
#[derive(Clone, Debug)]
pub enum Intended {
    /// It is recorded: the run starts.
    Recorded(Box<StoredEvent>),
    /// The run is not in the queue any more.
    Gone,
    /// The record has another run spec by now than the one that is about to start.
    Altered,
}

impl Store {
    /// Moves a run on; `None` if it is not in one of the expected states (somebody else was faster).
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn transition(&self, step: Transition<'_>) -> Result<Option<StoredEvent>, StoreError> {
        Ok(self.transitions(&[step]).await?.pop())
    }

    /// Moves runs on, all at once; a step of a run that is not in one of the expected states is left out.
    ///
    /// # Errors
    /// If the record can't be written: then it has none of them.
    pub async fn transitions(&self, steps: &[Transition<'_>]) -> Result<Vec<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let mut events = Vec::new();
        for step in steps {
            events.extend(apply(&mut tx, step).await?);
        }
        tx.commit().await?;
        Ok(events)
    }

    /// Records the intent to start this queued run in this boot of the machine. `run` may have waited in memory for long: what
    /// starts must be what the record says, or the record would tell another story afterwards.
    ///
    /// # Errors
    /// If the record can't be written: then it must not start.
    pub async fn intend(&self, run: &StoredRun, at: Millis, boot: &str) -> Result<Intended, StoreError> {
        let id = &run.summary.id;
        let mut tx = self.of_intents().begin_with("BEGIN IMMEDIATE").await?;
        let Some(now) = fetch(&mut tx, id).await? else { return Ok(Intended::Gone) };
        if now.spec != run.spec || now.digest != run.digest {
            return Ok(Intended::Altered);
        }
        let Some(event) = starting(&mut tx, id, at, boot).await? else { return Ok(Intended::Gone) };
        tx.commit().await?;
        Ok(Intended::Recorded(Box::new(event)))
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
        let deed = Deed::of_server("run.cancelling", serde_json::json!({ "outcome": outcome }));
        audit::append(&mut tx, deed.to(run), at).await?;
        tx.commit().await?;
        Ok(Some(event))
    }
}

pub(in crate::store) fn push_states(query: &mut QueryBuilder<Sqlite>, states: &[RunState]) {
    let mut list = query.separated(", ");
    for state in states {
        list.push_bind(state.as_str());
    }
}

pub(super) async fn starting(
    db: &mut SqliteConnection,
    run: &RunId,
    at: Millis,
    boot: &str,
) -> Result<Option<StoredEvent>, StoreError> {
    let step = Transition { run, from: &[RunState::Queued], to: RunState::Starting, at, outcome: None };
    take(db, &step, Some(boot)).await
}

/// A clock that is set back must not make a run end before it has begun.
const NOT_BEFORE: &str = ", requested_at, coalesce(approved_at, 0), coalesce(queued_at, 0), coalesce(starting_at, 0), coalesce(running_at, 0)))";

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

pub(in crate::store) async fn apply(
    db: &mut SqliteConnection,
    step: &Transition<'_>,
) -> Result<Option<StoredEvent>, StoreError> {
    take(db, step, None).await
}

/// Takes a step; `boot`: the machine's, with the step that starts the run.
async fn take(
    db: &mut SqliteConnection,
    step: &Transition<'_>,
    boot: Option<&str>,
) -> Result<Option<StoredEvent>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("UPDATE runs SET state = ");
    query.push_bind(step.to.as_str());
    if let Some(column) = time_column(step.to) {
        query.push(format!(", {column} = coalesce({column}, max(")).push_bind(step.at.0).push(NOT_BEFORE);
    }
    if let Some(boot) = boot {
        query.push(", boot = ").push_bind(boot);
    }
    if let Some(outcome) = &step.outcome {
        query.push(", outcome_json = ").push_bind(serde_json::to_string(outcome)?);
    }
    query.push(" WHERE id = ").push_bind(step.run.as_str()).push(" AND state IN (");
    push_states(&mut query, step.from);
    query.push(") RETURNING *");
    let Some(row) = query.build().fetch_optional(&mut *db).await? else { return Ok(None) };
    let deed =
        Deed::of_server(format!("run.{}", step.to.as_str()), serde_json::json!({ "outcome": step.outcome }));
    audit::append(&mut *db, deed.to(step.run), step.at).await?;
    Ok(Some(write_event(db, &rows::summary(&row)?, step.at).await?))
}

pub(in crate::store) async fn write_event(
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
