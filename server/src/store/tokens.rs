//! API tokens, by the digest of what proves them.

use lastmile_protocol::{Millis, PersonId, Token, TokenId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, StoreError, audit, rows};
use crate::audit::Deed;

/// A token that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// The token.
    pub token: Token,
    /// The number that grows with every change of people.
    pub people_version: i64,
}

impl Store {
    /// Records a new token; `false`, and nothing recorded, if its owner has `most` that hold already.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn add_token(
        &self,
        new: &Token,
        digest: &str,
        most: i64,
        by: Deed,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        if live(&mut tx, &new.owner, new.made).await? >= most {
            return Ok(false);
        }
        audit::append(&mut tx, by, new.made).await?;
        sqlx::query(
            "INSERT INTO tokens (id, digest, owner, name, service, scope, made_at, expires_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.as_str())
        .bind(digest)
        .bind(new.owner.as_str())
        .bind(&new.name)
        .bind(&new.service)
        .bind(serde_json::to_string(&new.scope)?)
        .bind(new.made.0)
        .bind(new.expires.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The token of that digest, whether or not it still holds.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn token(&self, digest: &str) -> Result<Option<StoredToken>, StoreError> {
        let row = sqlx::query(
            "SELECT *, (SELECT version FROM people_version) AS people_version FROM tokens WHERE digest = ?",
        )
        .bind(digest)
        .fetch_optional(&self.read)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredToken { token: token(&row)?, people_version: row.try_get("people_version")? }))
    }

    /// Somebody's tokens, or everybody's, without those that had ended by then; the newest first.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn tokens(
        &self,
        owner: Option<&PersonId>,
        ended_since: Millis,
    ) -> Result<Vec<Token>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM tokens WHERE (? IS NULL OR owner = ?) AND min(expires_at, ifnull(revoked_at, expires_at)) >= ?
               ORDER BY made_at DESC, id",
        )
        .bind(owner.map(PersonId::as_str))
        .bind(owner.map(PersonId::as_str))
        .bind(ended_since.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(token).collect()
    }

    /// Revokes a token, `owner`'s or anybody's; one that is revoked stays as it is. Gives whether there is such a token.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn revoke_token(
        &self,
        id: &TokenId,
        owner: Option<&PersonId>,
        by: Deed,
        at: Millis,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query("SELECT revoked_at FROM tokens WHERE id = ? AND (? IS NULL OR owner = ?)")
            .bind(id.as_str())
            .bind(owner.map(PersonId::as_str))
            .bind(owner.map(PersonId::as_str))
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else { return Ok(false) };
        if row.try_get::<Option<i64>, _>("revoked_at")?.is_some() {
            return Ok(true);
        }
        audit::append(&mut tx, by, at).await?;
        sqlx::query("UPDATE tokens SET revoked_at = ? WHERE id = ?")
            .bind(at.0)
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes that a token is used. Not synced: no request waits for the disk.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn touch_token(&self, id: &TokenId, at: Millis) -> Result<(), StoreError> {
        sqlx::query("UPDATE tokens SET used_at = ? WHERE id = ? AND ifnull(used_at, 0) < ?")
            .bind(at.0)
            .bind(id.as_str())
            .bind(at.0)
            .execute(&self.unsynced)
            .await?;
        Ok(())
    }
}

/// Revokes all of somebody's tokens, and says how many that were. What tells of it is its caller's entry.
pub(super) async fn revoke_all(
    db: &mut SqliteConnection,
    owner: &PersonId,
    at: Millis,
) -> Result<u64, StoreError> {
    let done = sqlx::query("UPDATE tokens SET revoked_at = ? WHERE owner = ? AND revoked_at IS NULL")
        .bind(at.0)
        .bind(owner.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

async fn live(db: &mut SqliteConnection, owner: &PersonId, now: Millis) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "SELECT count(*) AS live FROM tokens WHERE owner = ? AND revoked_at IS NULL AND expires_at > ?",
    )
    .bind(owner.as_str())
    .bind(now.0)
    .fetch_one(db)
    .await?;
    Ok(row.try_get("live")?)
}

fn token(row: &SqliteRow) -> Result<Token, StoreError> {
    let when = |name: &str| row.try_get::<Option<i64>, _>(name).map(|at| at.map(Millis));
    Ok(Token {
        id: TokenId(row.try_get("id")?),
        name: row.try_get("name")?,
        owner: rows::person_id(row, "owner")?,
        service: row.try_get("service")?,
        scope: serde_json::from_str(row.try_get("scope")?)?,
        made: Millis(row.try_get("made_at")?),
        expires: Millis(row.try_get("expires_at")?),
        used: when("used_at")?,
        revoked: when("revoked_at")?,
    })
}
