//! People besides the config's, and passwords.

use lastmile_protocol::{Millis, Person, PersonId, TeamName};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, StoreError, audit, rows, tokens};
use crate::audit::Deed;

/// What one source says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// The person, with the teams that this source gives them.
    pub person: Person,
    /// `user` for the command, else the way to sign in.
    pub source: String,
    /// Their account there, where the source has accounts.
    pub account: Option<String>,
    /// Their groups there, as far as they meant something when they signed in.
    pub groups: Vec<String>,
}

/// Everybody who is recorded, at one moment.
#[derive(Clone, Debug)]
pub struct KnownPeople {
    /// Grows with every change.
    pub version: i64,
    /// By id and source.
    pub people: Vec<KnownPerson>,
}

/// What became of somebody who was to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is recorded, or was so already.
    Yes,
    /// The id belongs to another account of this source, or the account to another id.
    Taken,
}

impl Store {
    /// Everybody who is recorded.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn people(&self) -> Result<KnownPeople, StoreError> {
        let mut tx = self.read.begin().await?;
        let version = sqlx::query("SELECT version FROM people_version").fetch_one(&mut *tx).await?;
        let rows = sqlx::query("SELECT * FROM people ORDER BY id, source").fetch_all(&mut *tx).await?;
        let people = rows.iter().map(known).collect::<Result<_, _>>()?;
        Ok(KnownPeople { version: version.try_get("version")?, people })
    }

    /// The number that grows with every change of people.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn people_version(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT version FROM people_version").fetch_one(&self.read).await?;
        Ok(row.try_get("version")?)
    }

    /// Records what a source says of a person, in the place of what it said before.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn keep_person(&self, new: &KnownPerson, by: Deed, at: Millis) -> Result<Kept, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let before = sqlx::query("SELECT * FROM people WHERE id = ? AND source = ?")
            .bind(new.person.id.as_str())
            .bind(&new.source)
            .fetch_optional(&mut *tx)
            .await?;
        let before = before.as_ref().map(known).transpose()?;
        match &before {
            Some(before) if before.account != new.account => return Ok(Kept::Taken),
            Some(before) if before == new => return Ok(Kept::Yes),
            Some(_) => {}
            None if has_other_id(&mut tx, new).await? => return Ok(Kept::Taken),
            None => {}
        }
        audit::append(&mut tx, by, at).await?;
        write(&mut tx, new, at).await?;
        tx.commit().await?;
        Ok(Kept::Yes)
    }

    /// Forgets what a source says of a person, if it is of that account. Sessions end where nobody else knows them.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn forget_person(
        &self,
        person: &PersonId,
        source: &str,
        account: Option<&str>,
        at: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let gone = sqlx::query("DELETE FROM people WHERE id = ? AND source = ? AND account IS ?")
            .bind(person.as_str())
            .bind(source)
            .bind(account)
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() > 0 {
            let detail = serde_json::json!({ "person": person, "source": source });
            audit::append(&mut tx, Deed::of_server("person.forgotten", detail), at).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Sets somebody's password, and ends their sessions: whoever knew the old one is out.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn set_password(
        &self,
        person: &PersonId,
        hash: &str,
        by: Deed,
        at: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        audit::append(&mut tx, by, at).await?;
        sqlx::query(
            "INSERT INTO passwords (person, hash, at) VALUES (?, ?, ?)
               ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, at = excluded.at",
        )
        .bind(person.as_str())
        .bind(hash)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
        remove(&mut tx, "DELETE FROM sessions WHERE person = ?", person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The hash of somebody's password.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn password(&self, person: &PersonId) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT hash FROM passwords WHERE person = ?")
            .bind(person.as_str())
            .fetch_optional(&self.read)
            .await?;
        Ok(row.map(|row| row.try_get("hash")).transpose()?)
    }

    /// Who has a password.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn with_password(&self) -> Result<Vec<PersonId>, StoreError> {
        let rows = sqlx::query("SELECT person FROM passwords ORDER BY person").fetch_all(&self.read).await?;
        Ok(rows.iter().map(|row| rows::person_id(row, "person")).collect::<Result<_, _>>()?)
    }

    /// Forgets a person: what sources say of them, password, sessions, and what their tokens are good for. Gives whether there was any of it.
    ///
    /// # Errors
    /// If the record can't be written.
    pub async fn remove_person(&self, person: &PersonId, by: Deed, at: Millis) -> Result<bool, StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let mut removed = 0;
        for statement in [
            "DELETE FROM people WHERE id = ?",
            "DELETE FROM passwords WHERE person = ?",
            "DELETE FROM sessions WHERE person = ?",
        ] {
            removed += remove(&mut tx, statement, person).await?;
        }
        removed += tokens::revoke_all(&mut tx, person, at).await?;
        if removed == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, by, at).await?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn remove(
    db: &mut SqliteConnection,
    statement: &'static str,
    person: &PersonId,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(statement).bind(person.as_str()).execute(db).await?.rows_affected())
}

/// Whether the account is known by another id.
async fn has_other_id(db: &mut SqliteConnection, new: &KnownPerson) -> Result<bool, StoreError> {
    let other = sqlx::query("SELECT id FROM people WHERE source = ? AND account = ?")
        .bind(&new.source)
        .bind(&new.account)
        .fetch_optional(db)
        .await?;
    Ok(other.is_some())
}

async fn write(db: &mut SqliteConnection, new: &KnownPerson, at: Millis) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO people (id, source, name, teams_json, account, groups_json, at) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id, source) DO UPDATE
             SET name = excluded.name, teams_json = excluded.teams_json, groups_json = excluded.groups_json, at = excluded.at",
    )
    .bind(new.person.id.as_str())
    .bind(&new.source)
    .bind(&new.person.name)
    .bind(serde_json::to_string(&new.person.teams)?)
    .bind(&new.account)
    .bind(serde_json::to_string(&new.groups)?)
    .bind(at.0)
    .execute(db)
    .await?;
    Ok(())
}

fn known(row: &SqliteRow) -> Result<KnownPerson, StoreError> {
    let teams: Vec<TeamName> = serde_json::from_str(row.try_get("teams_json")?)?;
    let person = Person { id: rows::person_id(row, "id")?, name: row.try_get("name")?, teams };
    let groups = serde_json::from_str(row.try_get("groups_json")?)?;
    Ok(KnownPerson { person, source: row.try_get("source")?, account: row.try_get("account")?, groups })
}
