//! Earlier runs that a request is judged by. Each question has an index: `runs_succeeded`, `runs_by_action`, `runs_by_state`.

use lastmile_protocol::{Millis, RunId, RunSummary, Slug};
use sqlx::QueryBuilder;
use sqlx::sqlite::Sqlite;

use super::{Store, StoreError, StoredRun, rows};

/// What else is told of a target: more nobody would read.
const MOST_THERE: i64 = 20;

/// What became of a run that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It had started; whatever came of it.
    Anyhow,
    /// It succeeded.
    Well,
}

impl Store {
    /// The action's newest run that succeeded, but for `not`.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn last_success(
        &self,
        runbook: &Slug,
        action: &str,
        not: &RunId,
    ) -> Result<Option<StoredRun>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM runs WHERE runbook = ? AND action = ? AND state = 'succeeded' AND id <> ?
               ORDER BY id DESC LIMIT 1",
        )
        .bind(runbook.as_str())
        .bind(action)
        .bind(not.as_str())
        .fetch_optional(&self.read)
        .await?;
        found.as_ref().map(rows::run).transpose()
    }

    /// Runs of the action that started, newest first, at most `most`.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn started(
        &self,
        runbook: &Slug,
        action: &str,
        not: &RunId,
        most: u32,
    ) -> Result<Vec<RunSummary>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM runs WHERE runbook = ? AND action = ? AND starting_at IS NOT NULL AND id <> ?
               ORDER BY id DESC LIMIT ?",
        )
        .bind(runbook.as_str())
        .bind(action)
        .bind(not.as_str())
        .bind(most)
        .fetch_all(&self.read)
        .await?;
        found.iter().map(rows::summary).collect()
    }

    /// What runs on a target now, or has its place in the queue, oldest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn under_way_on(&self, target: &str, not: &RunId) -> Result<Vec<RunSummary>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM runs WHERE state IN ('queued', 'starting', 'running') AND target = ? AND id <> ?
               ORDER BY id LIMIT ?",
        )
        .bind(target)
        .bind(not.as_str())
        .bind(MOST_THERE)
        .fetch_all(&self.read)
        .await?;
        found.iter().map(rows::summary).collect()
    }

    /// Runs of the action that ended since, newest first; in one incident if it is given.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn ended_since(
        &self,
        (runbook, action): (&Slug, &str),
        how: Ended,
        since: Option<Millis>,
        incident: Option<&str>,
    ) -> Result<Vec<RunSummary>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM runs WHERE runbook = ");
        query.push_bind(runbook.as_str()).push(" AND action = ").push_bind(action);
        query.push(match how {
            Ended::Anyhow => " AND starting_at IS NOT NULL",
            Ended::Well => " AND state = 'succeeded'",
        });
        query.push(" AND ended_at >= ").push_bind(since.unwrap_or_default().0);
        if let Some(incident) = incident {
            query.push(" AND incident = ").push_bind(incident);
        }
        let found = query.push(" ORDER BY id DESC LIMIT 100").build().fetch_all(&self.read).await?;
        found.iter().map(rows::summary).collect()
    }
}
