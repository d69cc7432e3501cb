//! Broken glass: kept with its run, reviewed once, escalated when nobody has looked in time.

use lastmile_protocol::{BrokenGlass, Digest, Millis, Review, RunId, RunSummary};
use sqlx::SqliteConnection;

use super::runs::{fetch, write_event};
use super::{Addressed, Store, StoreError, StoredEvent, audit, outbox, rows};
use crate::audit::Deed;

/// A review, to be recorded.
#[derive(Clone, Debug)]
pub struct NewReview<'a> {
    /// The run.
    pub run: &'a RunId,
    /// The digest that the person saw.
    pub digest: &'a Digest,
    /// What they say.
    pub review: &'a Review,
}

impl Store {
    /// Runs whose broken glass nobody has reviewed, oldest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn unreviewed(&self) -> Result<Vec<RunSummary>, StoreError> {
        let found = sqlx::query("SELECT * FROM runs WHERE review_by IS NOT NULL ORDER BY review_by")
            .fetch_all(&self.read)
            .await?;
        found.iter().map(rows::summary).collect()
    }

    /// Records a review, once a run; `None` if there is one, or the digest is another.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn review(&self, new: &NewReview<'_>) -> Result<Option<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let Some(mut run) = fetch(&mut tx, new.run).await? else { return Ok(None) };
        let Some(broken) = run.summary.break_glass.as_mut() else { return Ok(None) };
        if run.digest != *new.digest || broken.review.is_some() {
            return Ok(None);
        }
        broken.review = Some(new.review.clone());
        put(&mut tx, new.run, broken, None).await?;
        let detail = serde_json::json!({
            "verdict": new.review.verdict, "comment": new.review.comment, "digest": new.digest,
        });
        let deed = Deed::by(&new.review.by.id, "run.reviewed", detail).to(new.run);
        audit::append(&mut tx, deed, new.review.at).await?;
        let event = write_event(&mut tx, &run.summary, new.review.at).await?;
        tx.commit().await?;
        Ok(Some(event))
    }

    /// Marks reviews that are overdue and were not told as such, with what tells of each outside.
    ///
    /// # Errors
    /// If the record can't be read or written.
    pub async fn escalate(
        &self,
        now: Millis,
        letters: impl Fn(&RunSummary) -> Vec<Addressed> + Send,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let due = "SELECT id FROM runs WHERE review_by <= ? AND escalated_at IS NULL ORDER BY review_by";
        let ids: Vec<String> = sqlx::query_scalar(due).bind(now.0).fetch_all(&self.read).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let mut events = Vec::new();
        for id in ids.into_iter().map(RunId) {
            let Some(mut run) = fetch(&mut tx, &id).await? else { continue };
            let Some(broken) = run.summary.break_glass.as_mut().filter(|it| it.is_overdue(now)) else {
                continue;
            };
            broken.escalated = Some(now);
            put(&mut tx, &id, broken, Some(broken.review_by)).await?;
            let detail = serde_json::json!({ "reviewers": broken.reviewers, "review_by": broken.review_by });
            audit::append(&mut tx, Deed::of_server("review.overdue", detail).to(&id), now).await?;
            outbox::post(&mut tx, &letters(&run.summary), now).await?;
            events.push(write_event(&mut tx, &run.summary, now).await?);
        }
        tx.commit().await?;
        Ok(events)
    }
}

/// Keeps it with the run that has just been recorded.
pub(super) async fn keep(
    db: &mut SqliteConnection,
    run: &RunId,
    broken: &BrokenGlass,
) -> Result<RunSummary, StoreError> {
    put(&mut *db, run, broken, Some(broken.review_by)).await?;
    let row = sqlx::query("SELECT * FROM runs WHERE id = ?").bind(run.as_str()).fetch_one(db).await?;
    rows::summary(&row)
}

async fn put(
    db: &mut SqliteConnection,
    run: &RunId,
    broken: &BrokenGlass,
    review_by: Option<Millis>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE runs SET break_glass_json = ?, review_by = ?, escalated_at = ? WHERE id = ?")
        .bind(serde_json::to_string(broken)?)
        .bind(review_by.map(|at| at.0))
        .bind(broken.escalated.map(|at| at.0))
        .bind(run.as_str())
        .execute(db)
        .await?;
    Ok(())
}
