//! The index of the audit record, which is written with each entry: compared with all of them.

use futures_util::TryStreamExt as _;
use lastmile_protocol::{Millis, PersonId, RunId};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

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
