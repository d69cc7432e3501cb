//! What is recorded: runs, approvals, step marks, sessions. SQLite, one writer.
//!
//! Every write is a `BEGIN IMMEDIATE` transaction on the one writing connection, synced in full: when a call
//! returns, the record survives a power cut. A change of a run's state writes its event in the same transaction.

mod approvals;
mod audit;
mod batches;
mod glass;
mod lists;
mod looks;
mod outbox;
mod people;
mod precedents;
mod referrals;
mod retries;
mod rows;
mod runs;
mod search;
mod sessions;
mod steps;
mod tokens;
mod waiting;
mod watches;

use std::path::Path;
use std::time::Duration;

use lastmile_protocol::RunSummary;
use sqlx::Connection as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub use approvals::NewAnswer;
pub use audit::{AuditColumn, Bounds, FoundEntries, StoredEntry};
pub use batches::{InsertedBatch, NewBatch, StoredBatch};
pub use glass::NewReview;
pub use looks::AnswerFact;
pub use outbox::{Addressed, StoredLetter};
pub use people::{Kept, KnownPeople, KnownPerson};
pub use precedents::Ended;
pub use referrals::NewReferral;
pub use retries::{NoRetry, RetryClaim, RetryLine};
pub use rows::StoredRun;
pub use runs::{Alone, Inserted, Intended, NewRun, Transition};
pub use search::{Document, Form, Found, SearchIndex};
pub use sessions::{EndedSession, NewSession, Since, StoredSession};
pub use tokens::StoredToken;

use crate::sabotage::Sabotage;

/// The record can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("the record can't be read or written: {0}")]
    Sql(#[from] sqlx::Error),
    /// The tables can't be made or brought up to date.
    #[error("the record's tables can't be set up: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A stored value is not what was stored.
    #[error("a stored value is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
}

/// A stored state change.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Its number; grows without gaps being visible to a reader.
    pub seq: u64,
    /// The run as it was then.
    pub run: RunSummary,
}

/// The record. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    write: SqlitePool,
    /// For what may be forgotten by a power cut.
    unsynced: SqlitePool,
    read: SqlitePool,
}

impl Store {
    /// Opens or makes the record in `data`.
    ///
    /// # Errors
    /// If the file can't be opened or its tables can't be brought up to date.
    pub async fn open(data: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(data.join("lastmile.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        // The writing pool is first: it creates the file and its tables.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            // After a commit that failed (a full disk, a sync error) SQLite has rolled back and the driver has not: such a
            // connection would refuse every write for ever.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!().run(&write).await?;
        let unsynced = options.clone().synchronous(SqliteSynchronous::Normal);
        let unsynced = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(unsynced);
        let read = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self { write, unsynced, read })
    }

    /// Whether there is a record in `data`.
    #[must_use]
    pub fn is_in(data: &Path) -> bool {
        data.join("lastmile.sqlite").exists()
    }

    /// Opens a record that is there, to look at it only; a server may go on writing it.
    ///
    /// # Errors
    /// If there is none, or it can't be read.
    pub async fn open_to_read(data: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(data.join("lastmile.sqlite"))
            .read_only(true)
            .busy_timeout(Duration::from_secs(5));
        let read = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Self { write: read.clone(), unsynced: read.clone(), read })
    }

    /// Where the intent to start a run is written: synced, before anything starts.
    fn of_intents(&self) -> &SqlitePool {
        if Sabotage::Fsync.is_done() { &self.unsynced } else { &self.write }
    }

    /// Whether the record can be read now.
    ///
    /// # Errors
    /// If it can't.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        Ok(())
    }

    /// Finishes what is under way and closes the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.unsynced.close().await;
        self.write.close().await;
    }
}
