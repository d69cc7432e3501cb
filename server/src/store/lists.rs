//! Many runs at once: lists, filters, and state changes in order.

use lastmile_protocol::{Millis, Person, PersonId, RunFilter, RunId, RunList, RunState, RunSummary, Slug};
use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, Row as _};

use super::runs::push_states;
use super::{Store, StoreError, StoredEvent, StoredRun, rows};

/// Runs a page of a list.
const PAGE: i64 = 50;

impl Store {
    /// Runs in any of these states, oldest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn runs_in(&self, states: &[RunState]) -> Result<Vec<StoredRun>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM runs WHERE state IN (");
        push_states(&mut query, states);
        query.push(") ORDER BY id");
        let found = query.build().fetch_all(&self.read).await?;
        found.iter().map(rows::run).collect()
    }

    /// Requests whose time is over.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn expired(&self, now: Millis) -> Result<Vec<RunId>, StoreError> {
        let found = sqlx::query(
            "SELECT id FROM runs WHERE state IN ('awaiting_approval', 'approved') AND expires_at <= ?",
        )
        .bind(now.0)
        .fetch_all(&self.read)
        .await?;
        found.iter().map(|row| Ok(RunId(row.try_get("id")?))).collect()
    }

    /// Newest first, one page; with what the filters can offer.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn list(&self, filter: &RunFilter) -> Result<RunList, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM runs WHERE 1 = 1");
        let texts = [
            (" AND service = ", filter.service.as_deref()),
            (" AND target = ", filter.target.as_deref()),
            (" AND requester = ", filter.person.as_ref().map(PersonId::as_str)),
            (" AND state = ", filter.state.map(RunState::as_str)),
            (" AND runbook = ", filter.runbook.as_ref().map(Slug::as_str)),
            (" AND action = ", filter.action.as_deref()),
            (" AND id < ", filter.before.as_ref().map(RunId::as_str)),
        ];
        for (sql, value) in texts {
            if let Some(value) = value {
                query.push(sql).push_bind(value);
            }
        }
        for (sql, value) in [(" AND requested_at >= ", filter.since), (" AND requested_at < ", filter.until)]
        {
            if let Some(value) = value {
                query.push(sql).push_bind(value.0);
            }
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(PAGE + 1);
        let found = query.build().fetch_all(&self.read).await?;
        let mut runs = found.iter().map(rows::summary).collect::<Result<Vec<_>, _>>()?;
        let more = runs.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
        if more {
            runs.pop();
        }
        let next = if more { runs.last().map(|run| run.id.clone()) } else { None };
        Ok(RunList {
            next,
            runs,
            services: self
                .distinct("SELECT DISTINCT service FROM runs WHERE service IS NOT NULL ORDER BY 1")
                .await?,
            targets: self.distinct("SELECT DISTINCT target FROM runs ORDER BY 1").await?,
            people: self.requesters().await?,
        })
    }

    /// The newest run of each action of a runbook that was asked for since.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn newest_of_actions(
        &self,
        runbook: &Slug,
        since: Millis,
    ) -> Result<Vec<RunSummary>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM runs WHERE id IN
               (SELECT max(id) FROM runs WHERE runbook = ? AND requested_at >= ? GROUP BY action)",
        )
        .bind(runbook.as_str())
        .bind(since.0)
        .fetch_all(&self.read)
        .await?;
        found.iter().map(rows::summary).collect()
    }

    /// State changes after `seq`, at most 500, in order.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn events_after(&self, seq: u64) -> Result<Vec<StoredEvent>, StoreError> {
        let found = sqlx::query("SELECT seq, run_json FROM events WHERE seq > ? ORDER BY seq LIMIT 500")
            .bind(i64::try_from(seq).unwrap_or(i64::MAX))
            .fetch_all(&self.read)
            .await?;
        let event = |row: &sqlx::sqlite::SqliteRow| {
            let seq: i64 = row.try_get("seq")?;
            let run = serde_json::from_str(row.try_get("run_json")?)?;
            Ok(StoredEvent { seq: u64::try_from(seq).unwrap_or_default(), run })
        };
        found.iter().map(event).collect()
    }

    /// The newest event's number; 0 if there is none.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn last_seq(&self) -> Result<u64, StoreError> {
        let seq: i64 =
            sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM events").fetch_one(&self.read).await?;
        Ok(u64::try_from(seq).unwrap_or_default())
    }

    async fn distinct(&self, sql: &'static str) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(sql).fetch_all(&self.read).await?)
    }

    async fn requesters(&self) -> Result<Vec<Person>, StoreError> {
        let found: Vec<String> =
            sqlx::query_scalar("SELECT requester_json FROM runs GROUP BY requester ORDER BY requester")
                .fetch_all(&self.read)
                .await?;
        found.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }
}
