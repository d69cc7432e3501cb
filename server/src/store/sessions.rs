//! Sessions, by the digest of their token.

use lastmile_protocol::{Millis, PersonId};

use super::{Store, StoreError, rows};

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
        sqlx::query("INSERT INTO sessions (token_digest, person, created_at, seen_at) VALUES (?, ?, ?, ?)")
            .bind(token_digest)
            .bind(person.as_str())
            .bind(at.0)
            .bind(at.0)
            .execute(&self.write)
            .await?;
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
    pub async fn end_session(&self, token_digest: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE token_digest = ?")
            .bind(token_digest)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
