//! Sessions, by the digest of their token.

use lastmile_protocol::{AuthMode, Millis, PersonId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, StoreError, audit, rows};
use crate::audit::Deed;

/// A session to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// SHA-256 of its token.
    pub token_digest: &'a str,
    /// Whose it is.
    pub person: &'a PersonId,
    /// How they proved that.
    pub how: AuthMode,
    /// The session that the same browser had until now: it ends.
    pub instead_of: Option<&'a str>,
    /// What whoever proved it wants to see at the sign-out.
    pub leave_hint: Option<&'a str>,
}

/// A session that was ended on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// How its person had proved who they are.
    pub how: AuthMode,
    /// What whoever proved it wants to see now.
    pub leave_hint: Option<String>,
}

/// Which sessions still hold.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// Those that began since then,
    pub begun: Millis,
    /// and were used since then.
    pub used: Millis,
}

/// A session that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// Whose it is.
    pub person: PersonId,
    /// How they proved that.
    pub how: AuthMode,
    /// When it was last used, as far as that is recorded.
    pub seen: Millis,
    /// The number that grows with every change of people.
    pub people_version: i64,
}

impl Store {
    /// Records a new session, and forgets those that hold no more.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn add_session(&self, new: NewSession<'_>, at: Millis, since: Since) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(before) = new.instead_of {
            end(&mut tx, before, "signed in anew", at).await?;
        }
        sqlx::query("DELETE FROM sessions WHERE created_at < ? OR seen_at < ?")
            .bind(since.begun.0)
            .bind(since.used.0)
            .execute(&mut *tx)
            .await?;
        let detail = serde_json::json!({ "how": new.how });
        audit::append(&mut tx, Deed::by(new.person, "session.begun", detail), at).await?;
        sqlx::query(
            "INSERT INTO sessions (token_digest, person, created_at, seen_at, how, leave_hint) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(new.token_digest)
        .bind(new.person.as_str())
        .bind(at.0)
        .bind(at.0)
        .bind(serde_json::to_string(&new.how)?)
        .bind(new.leave_hint)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The session of that token, if it holds.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn session(
        &self,
        token_digest: &str,
        since: Since,
    ) -> Result<Option<StoredSession>, StoreError> {
        let row = sqlx::query(
            "SELECT person, how, seen_at, (SELECT version FROM people_version) AS people_version FROM sessions
               WHERE token_digest = ? AND created_at >= ? AND seen_at >= ?",
        )
        .bind(token_digest)
        .bind(since.begun.0)
        .bind(since.used.0)
        .fetch_optional(&self.read)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let how = how(&row)?;
        let seen = Millis(row.try_get("seen_at")?);
        let people_version = row.try_get("people_version")?;
        Ok(Some(StoredSession { person: rows::person_id(&row, "person")?, how, seen, people_version }))
    }

    /// Notes that a session is used. Not synced: a power cut may make it seem idle for a minute more, and no request waits
    /// for the disk.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn touch_session(&self, token_digest: &str, at: Millis) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET seen_at = ? WHERE token_digest = ? AND seen_at < ?")
            .bind(at.0)
            .bind(token_digest)
            .bind(at.0)
            .execute(&self.unsynced)
            .await?;
        Ok(())
    }

    /// Ends a session; `None` if there was none.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn end_session(
        &self,
        token_digest: &str,
        at: Millis,
    ) -> Result<Option<EndedSession>, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let ended = end(&mut tx, token_digest, "signed out", at).await?;
        tx.commit().await?;
        Ok(ended)
    }
}

/// Sessions of before this column are of the demo, which was all there was.
fn how(row: &SqliteRow) -> Result<AuthMode, StoreError> {
    Ok(serde_json::from_str(row.try_get("how")?).unwrap_or(AuthMode::Demo))
}

async fn end(
    db: &mut SqliteConnection,
    token_digest: &str,
    why: &str,
    at: Millis,
) -> Result<Option<EndedSession>, StoreError> {
    let ended = sqlx::query("DELETE FROM sessions WHERE token_digest = ? RETURNING person, how, leave_hint")
        .bind(token_digest)
        .fetch_optional(&mut *db)
        .await?;
    let Some(row) = ended else { return Ok(None) };
    let detail = serde_json::json!({ "why": why });
    audit::append(db, Deed::by(&rows::person_id(&row, "person")?, "session.ended", detail), at).await?;
    Ok(Some(EndedSession { how: how(&row)?, leave_hint: row.try_get("leave_hint")? }))
}
