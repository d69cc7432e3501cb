//! Requests of several runs: recorded in one transaction with all of their runs, or not at all.

use lastmile_protocol::{BatchId, Millis, PersonId, RunSummary};
use sqlx::Row as _;

use super::{Addressed, Inserted, NewRun, Store, StoreError, StoredEvent, StoredRun, outbox, rows, runs};

/// A request of several runs, to be recorded.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Its id.
    pub id: BatchId,
    /// Who asks.
    pub requester: PersonId,
    /// The client's key.
    pub idempotency_key: String,
    /// SHA-256 of the request.
    pub request_digest: String,
    /// When it was asked for.
    pub at: Millis,
}

/// A request of several runs, as its key finds it.
#[derive(Clone, Debug)]
pub struct StoredBatch {
    /// Its id.
    pub id: BatchId,
    /// SHA-256 of the request that its key came with.
    pub request_digest: String,
}

/// What became of an insert.
#[derive(Clone, Debug)]
pub enum InsertedBatch {
    /// All are recorded; each with the events to tell, in order.
    New(Vec<(StoredRun, Vec<StoredEvent>)>),
    /// The key names this request already.
    Known(StoredBatch),
    /// Nothing is recorded: this one of them (counted from 0) can't be.
    Refused(usize, Box<Inserted>),
}

impl Store {
    /// Records all of these runs, once per idempotency key; none if one of them can't be, as in [`Store::insert_run`].
    ///
    /// # Errors
    /// If the record can't be written: then nothing may start.
    pub async fn insert_batch(
        &self,
        batch: &NewBatch,
        all: Vec<NewRun>,
        separate: bool,
        letters: impl FnOnce(&[RunSummary]) -> Vec<Addressed> + Send,
    ) -> Result<InsertedBatch, StoreError> {
        let mut tx = self.of_intents().begin_with("BEGIN IMMEDIATE").await?;
        let known = sqlx::query("SELECT * FROM batches WHERE requester = ? AND idempotency_key = ?")
            .bind(batch.requester.as_str())
            .bind(&batch.idempotency_key)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = known {
            return Ok(InsertedBatch::Known(stored(&row)?));
        }
        sqlx::query(
            "INSERT INTO batches (id, requester, idempotency_key, request_digest, at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(batch.id.as_str())
        .bind(batch.requester.as_str())
        .bind(&batch.idempotency_key)
        .bind(&batch.request_digest)
        .bind(batch.at.0)
        .execute(&mut *tx)
        .await?;
        let mut inserted = Vec::new();
        for (index, new) in all.iter().enumerate() {
            match runs::add(&mut tx, new, separate).await? {
                Inserted::New(run, events) => inserted.push((*run, events)),
                refused => return Ok(InsertedBatch::Refused(index, Box::new(refused))),
            }
        }
        let summaries: Vec<_> = inserted.iter().map(|(run, _)| run.summary.clone()).collect();
        outbox::post(&mut tx, &letters(&summaries), batch.at).await?;
        tx.commit().await?;
        Ok(InsertedBatch::New(inserted))
    }

    /// The request of several runs that a person's idempotency key names.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn batch_by_key(
        &self,
        person: &PersonId,
        key: &str,
    ) -> Result<Option<StoredBatch>, StoreError> {
        let row = sqlx::query("SELECT * FROM batches WHERE requester = ? AND idempotency_key = ?")
            .bind(person.as_str())
            .bind(key)
            .fetch_optional(&self.read)
            .await?;
        Ok(row.as_ref().map(stored).transpose()?)
    }

    /// The runs of a request, in its order; none if there is no such request.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn runs_of_batch(&self, id: &BatchId) -> Result<Vec<StoredRun>, StoreError> {
        let found = sqlx::query("SELECT * FROM runs WHERE batch = ? ORDER BY batch_nth")
            .bind(id.as_str())
            .fetch_all(&self.read)
            .await?;
        found.iter().map(rows::run).collect()
    }
}

fn stored(row: &sqlx::sqlite::SqliteRow) -> Result<StoredBatch, sqlx::Error> {
    Ok(StoredBatch { id: BatchId(row.try_get("id")?), request_digest: row.try_get("request_digest")? })
}
