//! Ticks of manual steps, and files as they were.

use lastmile_protocol::{Digest, MarkStep, Millis, Person, Slug, StepMark};
use sqlx::Row as _;

use super::{Store, StoreError, audit};
use crate::audit::Deed;

impl Store {
    /// Records a tick, or takes back the ticks since `since`.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn mark_step(
        &self,
        mark: &MarkStep,
        by: &Person,
        at: Millis,
        since: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let did = if mark.done { "step.ticked" } else { "step.unticked" };
        let detail = serde_json::json!({
            "runbook": mark.runbook, "revision": mark.revision, "step": mark.step, "incident": mark.incident,
        });
        audit::append(&mut tx, Deed::by(&by.id, did, detail), at).await?;
        if mark.done {
            sqlx::query(
                "INSERT INTO step_marks (runbook, revision, step, person_json, incident, at) VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(mark.runbook.as_str())
            .bind(mark.revision.as_str())
            .bind(&mark.step)
            .bind(serde_json::to_string(by)?)
            .bind(&mark.incident)
            .bind(at.0)
            .execute(&mut *tx)
            .await?;
        } else {
            sqlx::query(
                "UPDATE step_marks SET undone_at = ?
                 WHERE runbook = ? AND step = ? AND incident IS ? AND at >= ? AND undone_at IS NULL",
            )
            .bind(at.0)
            .bind(mark.runbook.as_str())
            .bind(&mark.step)
            .bind(&mark.incident)
            .bind(since.0)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The newest standing tick of each step of a runbook since; in one incident if it is given.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn step_marks(
        &self,
        runbook: &Slug,
        since: Option<Millis>,
        incident: Option<&str>,
    ) -> Result<Vec<StepMark>, StoreError> {
        let found = sqlx::query(
            "SELECT step, person_json, incident, max(at) AS at FROM step_marks
             WHERE runbook = ? AND at >= ? AND undone_at IS NULL AND (? IS NULL OR incident = ?) GROUP BY step",
        )
        .bind(runbook.as_str())
        .bind(since.unwrap_or_default().0)
        .bind(incident)
        .bind(incident)
        .fetch_all(&self.read)
        .await?;
        let mark = |row: &sqlx::sqlite::SqliteRow| {
            Ok(StepMark {
                step: row.try_get("step")?,
                by: serde_json::from_str(row.try_get("person_json")?)?,
                at: Millis(row.try_get("at")?),
                incident: row.try_get("incident")?,
            })
        };
        found.iter().map(mark).collect()
    }

    /// Keeps a file as it is now, so that a run's page can always show what was read.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn keep_revision(
        &self,
        slug: &Slug,
        revision: &Digest,
        source: &str,
        at: Millis,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO revisions (slug, revision, source, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(slug.as_str())
        .bind(revision.as_str())
        .bind(source)
        .bind(at.0)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// A file as it was, if somebody ran an action of that revision.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn revision(&self, slug: &Slug, revision: &Digest) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT source FROM revisions WHERE slug = ? AND revision = ?")
            .bind(slug.as_str())
            .bind(revision.as_str())
            .fetch_optional(&self.read)
            .await?)
    }
}
