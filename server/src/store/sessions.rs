//! Sessions, by the digest of their token.

use lastmile_protocol::{Millis, PersonId};

use super::{Store, StoreError, audit, rows};
use crate::audit::Deed;

impl Store {
    /// Records a new session.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn add_session(
        &self,
        token_digest: &str,
        person: &PersonId,
        at: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        audit::append(&mut tx, Deed::by(person, "session.begun", serde_json::json!({})), at).await?;
        sqlx::query("INSERT INTO sessions (token_digest, person, created_at, seen_at) VALUES (?, ?, ?, ?)")
            .bind(token_digest)
            .bind(person.as_str())
            .bind(at.0)
            .bind(at.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whose session it is, if it was made since `since`.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn session(&self, token_digest: &str, since: Millis) -> Result<Option<PersonId>, StoreError> {
        let row = sqlx::query("SELECT person FROM sessions WHERE token_digest = ? AND created_at >= ?")
            .bind(token_digest)
            .bind(since.0)
            .fetch_optional(&self.read)
            .await?;
        Ok(row.map(|row| rows::person_id(&row, "person")).transpose()?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn end_session(&self, token_digest: &str, at: Millis) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let ended = sqlx::query("DELETE FROM sessions WHERE token_digest = ? RETURNING person")
            .bind(token_digest)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = ended {
            let deed = Deed::by(&rows::person_id(&row, "person")?, "session.ended", serde_json::json!({}));
            audit::append(&mut tx, deed, at).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
