//! Letters that wait to be sent: written with what they tell of, and bounded.

use lastmile_protocol::{Millis, TeamName};
use sqlx::{Row as _, SqliteConnection};

use super::{Store, StoreError};
use crate::outbox::{Letter, Way};

/// Most letters that wait at once; beyond that new ones are dropped, so that a receiver that is gone fills no disk.
const MOST: i64 = 5_000;
/// Letters tried in one round.
const ROUND: i64 = 32;

/// A letter to a team, by one way.
pub type Addressed = (TeamName, Way, Letter);

/// A letter that waits.
#[derive(Clone, Debug)]
pub struct StoredLetter {
    /// Its number.
    pub id: i64,
    /// Whom it is for.
    pub team: TeamName,
    /// How it travels.
    pub way: Way,
    /// Its bytes as they were recorded.
    pub body: String,
    /// What it says.
    pub letter: Letter,
    /// How often it was tried.
    pub tries: u32,
}

impl Store {
    /// Letters whose time has come, oldest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn due_letters(&self, now: Millis) -> Result<Vec<StoredLetter>, StoreError> {
        let found = sqlx::query("SELECT * FROM outbox WHERE next_at <= ? ORDER BY next_at, id LIMIT ?")
            .bind(now.0)
            .bind(ROUND)
            .fetch_all(&self.read)
            .await?;
        let letter = |row: &sqlx::sqlite::SqliteRow| -> Result<StoredLetter, StoreError> {
            let (body, way): (String, String) = (row.try_get("letter")?, row.try_get("way")?);
            Ok(StoredLetter {
                id: row.try_get("id")?,
                team: TeamName(row.try_get("team")?),
                way: if way == Way::Email.as_str() { Way::Email } else { Way::Webhook },
                letter: serde_json::from_str(&body)?,
                body,
                tries: row.try_get("tries")?,
            })
        };
        found.iter().map(letter).collect()
    }

    /// It has arrived, or was given up.
    ///
    /// # Errors
    /// If the record can't be written: then it is sent again.
    pub async fn forget_letter(&self, id: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM outbox WHERE id = ?").bind(id).execute(&self.write).await?;
        Ok(())
    }

    /// It did not arrive: it is tried again then.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn postpone_letter(&self, id: i64, tries: u32, next: Millis) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE outbox SET tries = ?, next_at = ? WHERE id = ?");
        query.bind(tries).bind(next.0).bind(id).execute(&self.write).await?;
        Ok(())
    }
}

/// Puts letters into the outbox, in the transaction of what they tell of.
pub(super) async fn post(
    db: &mut SqliteConnection,
    letters: &[Addressed],
    at: Millis,
) -> Result<(), StoreError> {
    for (team, way, letter) in letters {
        let done = sqlx::query(
            "INSERT INTO outbox (at, team, way, letter, next_at)
             SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM outbox) < ?",
        )
        .bind(at.0)
        .bind(team.as_str())
        .bind(way.as_str())
        .bind(serde_json::to_string(letter)?)
        .bind(at.0)
        .bind(MOST)
        .execute(&mut *db)
        .await?;
        if done.rows_affected() == 0 {
            tracing::error!(%team, "the outbox is full, so a letter is dropped");
        }
    }
    Ok(())
}
