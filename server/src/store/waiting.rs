//! Requests that nobody has answered for a while: reminded once, handed on once, each with what tells of it.

use lastmile_protocol::{Millis, RunId, TeamName};

use super::runs::{fetch, write_event};
use super::{Addressed, Store, StoreError, StoredEvent, StoredRun, audit, outbox, rows};
use crate::audit::Deed;

impl Store {
    /// Requests older than that which wait and were not handed on, oldest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn waiting_since(&self, before: Millis) -> Result<Vec<(StoredRun, bool)>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM runs WHERE state = 'awaiting_approval' AND handed_on_at IS NULL AND requested_at <= ?
               ORDER BY id",
        )
        .bind(before.0)
        .fetch_all(&self.read)
        .await?;
        let waiting = |row: &sqlx::sqlite::SqliteRow| {
            use sqlx::Row as _;
            let reminded: Option<i64> = row.try_get("reminded_at")?;
            Ok((rows::run(row)?, reminded.is_some()))
        };
        found.iter().map(waiting).collect()
    }

    /// Notes that those who are asked are reminded. Whoever was faster has told it.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn remind(&self, run: &RunId, letters: &[Addressed], at: Millis) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let noted = sqlx::query(
            "UPDATE runs SET reminded_at = ? WHERE id = ? AND state = 'awaiting_approval' AND reminded_at IS NULL",
        )
        .bind(at.0)
        .bind(run.as_str())
        .execute(&mut *tx)
        .await?;
        if noted.rows_affected() > 0 {
            outbox::post(&mut tx, letters, at).await?;
            audit::append(&mut tx, Deed::of_server("run.reminded", serde_json::json!({})).to(run), at)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Notes that second teams are told; `None` if it waits no more, or was handed on before.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn hand_on(
        &self,
        run: &RunId,
        to: &[TeamName],
        letters: &[Addressed],
        at: Millis,
    ) -> Result<Option<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let noted = sqlx::query(
            "UPDATE runs SET handed_on_at = ?, handed_on_json = ?
               WHERE id = ? AND state = 'awaiting_approval' AND handed_on_at IS NULL",
        )
        .bind(at.0)
        .bind(serde_json::to_string(to)?)
        .bind(run.as_str())
        .execute(&mut *tx)
        .await?;
        if noted.rows_affected() == 0 {
            return Ok(None);
        }
        let Some(stored) = fetch(&mut tx, run).await? else { return Ok(None) };
        outbox::post(&mut tx, letters, at).await?;
        let detail = serde_json::json!({ "to": to });
        audit::append(&mut tx, Deed::of_server("run.handed_on", detail).to(run), at).await?;
        let event = write_event(&mut tx, &stored.summary, at).await?;
        tx.commit().await?;
        Ok(Some(event))
    }
}
