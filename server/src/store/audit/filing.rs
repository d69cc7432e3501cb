//! The index of the audit record: written with each entry, compared with all of them.

use futures_util::TryStreamExt as _;
use lastmile_protocol::{Millis, PersonId, RunId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use crate::audit::{Broken, Entry, Filed};
use crate::store::{Store, StoreError};

impl Store {
    /// Compares the index with the entries, and gives the first that is filed elsewhere than it says itself. A record that
    /// no server of this version has opened yet has no index, and nothing to compare.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn verify_audit_index(&self) -> Result<Result<(), Broken>, StoreError> {
        let mut tx = self.read.begin().await?;
        let there = sqlx::query("SELECT 1 FROM sqlite_master WHERE name = 'audit_index'");
        if there.fetch_optional(&mut *tx).await?.is_none() {
            return Ok(Ok(()));
        }
        let mut rows = sqlx::query(
            "SELECT a.entry, i.*, a.seq AS number FROM audit AS a LEFT JOIN audit_index AS i ON i.seq = a.seq ORDER BY a.seq",
        )
        .fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            let entry: Entry = serde_json::from_slice(row.try_get("entry")?)?;
            let missing = row.try_get::<Option<i64>, _>("seq")?.is_none();
            if missing || !Filed::from(&entry).is_in_place(&filed(&row)?) {
                let number: i64 = row.try_get("number")?;
                return Ok(Err(Broken::Misfiled(number.unsigned_abs())));
            }
        }
        Ok(Ok(()))
    }
}

pub(super) fn filed(row: &SqliteRow) -> Result<Filed, StoreError> {
    Ok(Filed {
        at: Millis(row.try_get("at")?),
        person: row.try_get::<Option<String>, _>("person")?.map(PersonId),
        did: row.try_get("did")?,
        run: row.try_get::<Option<String>, _>("run")?.map(RunId),
        runbook: row.try_get("runbook")?,
        action: row.try_get("action")?,
        target: row.try_get("target")?,
    })
}

/// Files an entry, in its transaction.
pub(super) async fn file(db: &mut SqliteConnection, seq: i64, filed: Filed) -> Result<(), StoreError> {
    let filed = with_run(db, filed).await?;
    sqlx::query(
        "INSERT INTO audit_index (seq, at, person, did, run, runbook, action, target) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(seq)
    .bind(filed.at.0)
    .bind(filed.person.as_ref().map(PersonId::as_str))
    .bind(&filed.did)
    .bind(filed.run.as_ref().map(RunId::as_str))
    .bind(&filed.runbook)
    .bind(&filed.action)
    .bind(&filed.target)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO audit_hours (hour, first_seq, last_seq) VALUES (?, ?, ?)
           ON CONFLICT (hour) DO UPDATE SET last_seq = excluded.last_seq",
    )
    .bind(filed.hour())
    .bind(seq)
    .bind(seq)
    .execute(db)
    .await?;
    Ok(())
}

/// What the entry leaves to its run to say.
async fn with_run(db: &mut SqliteConnection, mut filed: Filed) -> Result<Filed, StoreError> {
    let Some(run) = filed.run.as_ref().filter(|_| filed.target.is_none()) else { return Ok(filed) };
    let row = sqlx::query("SELECT runbook, action, target FROM runs WHERE id = ?")
        .bind(run.as_str())
        .fetch_optional(db)
        .await?;
    if let Some(row) = row {
        filed.runbook = filed.runbook.or(row.try_get("runbook")?);
        filed.action = filed.action.or(row.try_get("action")?);
        filed.target = filed.target.or(row.try_get("target")?);
    }
    Ok(filed)
}
