//! What people watch.

use lastmile_protocol::{Millis, PersonId, RunSummary, Watch, WatchKind};
use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, Row as _};

use super::{Store, StoreError, audit, rows};
use crate::audit::Deed;

/// Runs that a list of what is watched shows.
const SHOWN: i64 = 50;

impl Store {
    /// What the person watches, sorted.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn watches(&self, person: &PersonId) -> Result<Vec<Watch>, StoreError> {
        let found = sqlx::query("SELECT kind, name FROM watches WHERE person = ? ORDER BY kind, name")
            .bind(person.as_str())
            .fetch_all(&self.read)
            .await?;
        let watch = |row: &sqlx::sqlite::SqliteRow| -> Result<Watch, StoreError> {
            Ok(Watch { kind: WatchKind::parse(row.try_get("kind")?), name: row.try_get("name")? })
        };
        found.iter().map(watch).collect()
    }

    /// Watches it, or stops to; as often as one likes.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn set_watch(
        &self,
        person: &PersonId,
        watch: &Watch,
        on: bool,
        at: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let query = if on {
            sqlx::query(
                "INSERT INTO watches (person, kind, name, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            )
        } else {
            sqlx::query("DELETE FROM watches WHERE person = ? AND kind = ? AND name = ?")
        };
        let query = query.bind(person.as_str()).bind(watch.kind.as_str()).bind(&watch.name);
        let query = if on { query.bind(at.0) } else { query };
        if query.execute(&mut *tx).await?.rows_affected() > 0 {
            let did = if on { "watch.begin" } else { "watch.end" };
            let detail = serde_json::json!({ "kind": watch.kind, "name": watch.name });
            audit::append(&mut tx, Deed::by(person, did, detail), at).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The newest runs of what is watched, newest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn watched_runs(&self, watches: &[Watch]) -> Result<Vec<RunSummary>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM runs WHERE 1 = 0");
        for (kind, column) in [
            (WatchKind::Runbook, "runbook"),
            (WatchKind::Action, "runbook || '#' || action"),
            (WatchKind::Target, "target"),
        ] {
            query.push(format!(" OR {column} IN ("));
            let mut list = query.separated(", ");
            for watch in watches.iter().filter(|watch| watch.kind == kind) {
                list.push_bind(watch.name.clone());
            }
            query.push(")");
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(SHOWN);
        let found = query.build().fetch_all(&self.read).await?;
        found.iter().map(rows::summary).collect()
    }
}
