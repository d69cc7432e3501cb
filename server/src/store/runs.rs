//! Runs: inserted once, moved on by steps, each with its event. Lists are in `lists`.

mod insert;
mod step;

use lastmile_protocol::{PersonId, RunId, RunState, RunSummary};
use sqlx::SqliteConnection;

use super::{Store, StoreError, StoredRun, rows};

pub(super) use insert::add;
pub use insert::{Alone, Inserted, NewRun};
pub use step::{Intended, Transition};
pub(super) use step::{apply, push_states, write_event};

impl Store {
    /// One run.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn run(&self, id: &RunId) -> Result<Option<StoredRun>, StoreError> {
        fetch(&mut *self.read.acquire().await?, id).await
    }

    /// Where a run stands, and no more of it.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn state(&self, id: &RunId) -> Result<Option<RunState>, StoreError> {
        let state: Option<String> = sqlx::query_scalar("SELECT state FROM runs WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await?;
        Ok(state.map(|state| RunState::parse(&state).unwrap_or(RunState::Unknown)))
    }

    /// The run that was asked for last.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn newest_run(&self) -> Result<Option<RunId>, StoreError> {
        let newest: Option<String> =
            sqlx::query_scalar("SELECT max(id) FROM runs").fetch_one(&self.read).await?;
        Ok(newest.map(RunId))
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

    /// The same action with the same inputs that is under way, if any.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn same_under_way(&self, same: &str) -> Result<Option<RunSummary>, StoreError> {
        under_way(&mut *self.read.acquire().await?, same).await
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
