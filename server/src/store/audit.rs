//! The audit record: appended in the transaction of what it tells of, read from its beginning.
//!
//! `filing` reads the index by which entries are found and compares it with them, `list` finds them.

mod filing;
mod list;

use futures_util::TryStreamExt as _;
use lastmile_protocol::{Millis, PersonId, RunId};
use sqlx::{Row as _, SqliteConnection};

use super::{Store, StoreError};
use crate::audit::{Chain, Deed, Entry, Filed, Head, Link};

pub use list::{AuditColumn, Bounds, FoundEntries, StoredEntry};

impl Store {
    /// Records a deed that changes nothing else: a refusal, for one.
    ///
    /// # Errors
    /// If it can't be written: then what it tells of must not happen.
    pub async fn note(&self, deed: Deed, at: Millis) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        append(&mut tx, deed, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Where the audit record says that it ends.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn audit_head(&self) -> Result<Head, StoreError> {
        head(&mut *self.read.acquire().await?).await
    }

    /// The hash of the entry of that number.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn audit_hash(&self, seq: u64) -> Result<Option<String>, StoreError> {
        let query = sqlx::query_scalar("SELECT hash FROM audit WHERE seq = ?");
        Ok(query.bind(i64::try_from(seq).unwrap_or(i64::MAX)).fetch_optional(&self.read).await?)
    }

    /// Goes through the whole audit record, and gives what is wrong with it: the first thing. `kept`: heads that it must
    /// contain. `each` sees every entry that holds.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn verify_audit(
        &self,
        kept: impl IntoIterator<Item = Head> + Send,
        mut each: impl FnMut(&Link) + Send,
    ) -> Result<Result<Head, crate::audit::Broken>, StoreError> {
        // One snapshot: what is appended meanwhile does not count.
        let mut tx = self.read.begin().await?;
        let recorded = head(&mut tx).await?;
        let mut chain = Chain::new(kept);
        let mut rows = sqlx::query("SELECT seq, entry, hash FROM audit ORDER BY seq").fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            let link =
                Link { seq: row.try_get("seq")?, entry: row.try_get("entry")?, hash: row.try_get("hash")? };
            if let Err(broken) = chain.next(&link) {
                return Ok(Err(broken));
            }
            each(&link);
        }
        Ok(chain.end(&recorded))
    }
}

async fn head(db: &mut SqliteConnection) -> Result<Head, StoreError> {
    let row = sqlx::query("SELECT seq, hash FROM audit_head").fetch_optional(db).await?;
    let Some(row) = row else { return Ok(Head::empty()) };
    let seq: i64 = row.try_get("seq")?;
    Ok(Head { seq: u64::try_from(seq).unwrap_or_default(), hash: row.try_get("hash")? })
}

/// Appends to the chain. Inside the transaction of the effect: both are written, or neither.
pub(super) async fn append(db: &mut SqliteConnection, deed: Deed, at: Millis) -> Result<(), StoreError> {
    let before = head(db).await?;
    let filed = Filed::of(&deed, at);
    let bytes = serde_json::to_vec(&Entry { seq: before.seq + 1, at, deed })?;
    let after = before.after(&bytes);
    let seq = i64::try_from(after.seq).unwrap_or(i64::MAX);
    // One text for the driver: it goes to the thread of the database and back for each, and most entries are written while
    // somebody waits for their run.
    sqlx::query(
        "INSERT INTO audit (seq, entry, hash) VALUES (?, ?, ?);
         INSERT INTO audit_head (one, seq, hash) VALUES (1, ?, ?)
           ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
         -- What the entry leaves to its run to say is taken from there.
         WITH filed (seq, at, person, did, run, runbook, action, target) AS (VALUES (?, ?, ?, ?, ?, ?, ?, ?))
         INSERT INTO audit_index (seq, at, person, did, run, runbook, action, target)
           SELECT filed.seq, filed.at, filed.person, filed.did, filed.run, coalesce(filed.runbook, runs.runbook),
                  coalesce(filed.action, runs.action), coalesce(filed.target, runs.target)
           FROM filed LEFT JOIN runs ON runs.id = filed.run AND filed.target IS NULL;
         INSERT INTO audit_hours (hour, first_seq, last_seq) VALUES (?, ?, ?)
           ON CONFLICT (hour) DO UPDATE SET last_seq = excluded.last_seq",
    )
    .bind(seq)
    .bind(&bytes)
    .bind(&after.hash)
    .bind(seq)
    .bind(&after.hash)
    .bind(seq)
    .bind(filed.at.0)
    .bind(filed.person.as_ref().map(PersonId::as_str))
    .bind(&filed.did)
    .bind(filed.run.as_ref().map(RunId::as_str))
    .bind(&filed.runbook)
    .bind(&filed.action)
    .bind(&filed.target)
    .bind(filed.hour())
    .bind(seq)
    .bind(seq)
    .execute(db)
    .await?;
    Ok(())
}
