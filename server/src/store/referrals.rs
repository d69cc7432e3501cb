//! Who asked whom to answer instead. What tells of it is recorded with it.

use std::collections::HashMap;

use lastmile_protocol::{Digest, Millis, Referral, ReferredTo, RunId, RunState};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::runs::{fetch, write_event};
use super::{Addressed, Store, StoreError, StoredEvent, audit, outbox};
use crate::audit::Deed;

/// A referral, to be recorded.
#[derive(Clone, Debug)]
pub struct NewReferral<'a> {
    /// The run.
    pub run: &'a RunId,
    /// The digest that the person saw.
    pub digest: &'a Digest,
    /// Who asks whom.
    pub referral: &'a Referral,
    /// What tells of it outside.
    pub letters: &'a [Addressed],
}

impl Store {
    /// Records that somebody is asked to answer instead; `None` if the run no longer waits, the digest is another, or the
    /// person has asked them before.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn refer(&self, new: &NewReferral<'_>) -> Result<Option<StoredEvent>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let Some(mut run) = fetch(&mut tx, new.run).await? else { return Ok(None) };
        if run.summary.state != RunState::AwaitingApproval || run.digest != *new.digest {
            return Ok(None);
        }
        let Referral { by, to, comment, at } = new.referral;
        let inserted = sqlx::query(
            "INSERT INTO referrals (run, person, by_json, to_json, asked, comment, at)
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(new.run.as_str())
        .bind(by.id.as_str())
        .bind(serde_json::to_string(by)?)
        .bind(serde_json::to_string(to)?)
        .bind(asked(to))
        .bind(comment)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 0 {
            return Ok(None);
        }
        outbox::post(&mut tx, new.letters, *at).await?;
        let detail = serde_json::json!({ "to": asked(to), "comment": comment, "digest": new.digest });
        audit::append(&mut tx, Deed::by(&by.id, "run.referred", detail).to(new.run), *at).await?;
        // Only the change that tells of it says so: later ones are news of something else.
        run.summary.referral = Some(Box::new(new.referral.clone()));
        let event = write_event(&mut tx, &run.summary, *at).await?;
        tx.commit().await?;
        Ok(Some(event))
    }

    /// Who asked whom to answer that run instead, in order.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn referrals(&self, run: &RunId) -> Result<Vec<Referral>, StoreError> {
        let found = sqlx::query("SELECT * FROM referrals WHERE run = ? ORDER BY id")
            .bind(run.as_str())
            .fetch_all(&self.read)
            .await?;
        found.iter().map(referral).collect()
    }

    /// The referrals of all runs that wait for an answer, each run's in order.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn waiting_referrals(&self) -> Result<HashMap<RunId, Vec<Referral>>, StoreError> {
        let found = sqlx::query(
            "SELECT * FROM referrals WHERE run IN (SELECT id FROM runs WHERE state = 'awaiting_approval')
               ORDER BY id",
        )
        .fetch_all(&self.read)
        .await?;
        let mut all = HashMap::<RunId, Vec<Referral>>::new();
        for row in &found {
            all.entry(RunId(row.try_get("run")?)).or_default().push(referral(row)?);
        }
        Ok(all)
    }
}

fn asked(to: &ReferredTo) -> String {
    match to {
        ReferredTo::Person(person) => format!("person {}", person.id),
        ReferredTo::Team(team) => format!("team {team}"),
    }
}

fn referral(row: &SqliteRow) -> Result<Referral, StoreError> {
    Ok(Referral {
        by: serde_json::from_str(row.try_get("by_json")?)?,
        to: serde_json::from_str(row.try_get("to_json")?)?,
        comment: row.try_get("comment")?,
        at: Millis(row.try_get("at")?),
    })
}
