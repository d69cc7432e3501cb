//! The search index: which terms stand where in which runbook. SQLite FTS5, in a file of its own.
//!
//! It is derived from the runbook folder and may be lost at any time: a file of another version or one that can't be
//! read is made anew. It keeps terms only, no text, and knows nothing of how texts are cut into terms. Reading never
//! waits for writing.

mod expression;
mod find;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use lastmile_protocol::Slug;
use sqlx::Row as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub use expression::Form;
pub use find::Found;

use super::StoreError;

/// Raised whenever the tables, or the way in which texts are cut into terms, change.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE documents (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, mark TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE terms USING fts5(
    title, names, headings, prose, code,
    content = '', contentless_delete = 1, detail = column, prefix = '1 2 3', tokenize = 'ascii'
);";

/// A runbook as the index takes it: terms in small letters, parted by blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which runbook.
    pub slug: Slug,
    /// Tells whether the index has it as it is now.
    pub mark: String,
    /// Terms of the title.
    pub title: String,
    /// Terms of tags, alerts, service, team, owner and slug.
    pub names: String,
    /// Terms of the headings.
    pub headings: String,
    /// Terms of the text.
    pub prose: String,
    /// Terms of code and scripts.
    pub code: String,
}

/// The index. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SearchIndex {
    write: SqlitePool,
    read: SqlitePool,
}

impl SearchIndex {
    /// Opens the index in `data`, or makes it anew.
    ///
    /// # Errors
    /// If no file can be made there.
    pub async fn open(data: &Path) -> Result<Self, StoreError> {
        let file = data.join("search.sqlite");
        match Self::open_file(&file).await {
            Ok(index) if index.version().await.is_ok_and(|version| version == VERSION) => return Ok(index),
            Ok(index) => index.close().await,
            Err(error) => tracing::warn!(%error, "the search index can't be read and is made anew"),
        }
        for suffix in ["", "-wal", "-shm"] {
            // What is not there is as good as removed; anything else shows when the file is made.
            let _ = std::fs::remove_file(data.join(format!("search.sqlite{suffix}")));
        }
        let index = Self::open_file(&file).await?;
        let mut tx = index.write.begin().await?;
        sqlx::raw_sql(TABLES).execute(&mut *tx).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA user_version = {VERSION}")))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(index)
    }

    async fn open_file(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Whole after a power cut, but perhaps behind: then the marks differ, and the rest is indexed again.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5));
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let read = SqlitePoolOptions::new().max_connections(2).connect_with(options.read_only(true)).await?;
        Ok(Self { write, read })
    }

    async fn version(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("PRAGMA user_version").fetch_one(&self.write).await?)
    }

    /// What is indexed, and as what.
    ///
    /// # Errors
    /// If the index can't be read.
    pub async fn marks(&self) -> Result<BTreeMap<Slug, String>, StoreError> {
        let rows = sqlx::query("SELECT slug, mark FROM documents").fetch_all(&self.read).await?;
        rows.iter().map(|row| Ok((Slug(row.try_get("slug")?), row.try_get("mark")?))).collect()
    }

    /// Indexes documents, in the place of those that have their slugs.
    ///
    /// # Errors
    /// If the index can't be written.
    pub async fn put(&self, documents: &[Document]) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        for document in documents {
            let id: i64 = sqlx::query_scalar(
                "INSERT INTO documents (slug, mark) VALUES (?, ?)
                 ON CONFLICT (slug) DO UPDATE SET mark = excluded.mark RETURNING id",
            )
            .bind(document.slug.as_str())
            .bind(&document.mark)
            .fetch_one(&mut *tx)
            .await?;
            sqlx::query(
                "INSERT OR REPLACE INTO terms (rowid, title, names, headings, prose, code) VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(id)
            .bind(&document.title)
            .bind(&document.names)
            .bind(&document.headings)
            .bind(&document.prose)
            .bind(&document.code)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Forgets runbooks.
    ///
    /// # Errors
    /// If the index can't be written.
    pub async fn remove(&self, slugs: &[Slug]) -> Result<(), StoreError> {
        let mut tx = self.write.begin_with("BEGIN IMMEDIATE").await?;
        for slug in slugs {
            sqlx::query("DELETE FROM terms WHERE rowid = (SELECT id FROM documents WHERE slug = ?)")
                .bind(slug.as_str())
                .execute(&mut *tx)
                .await?;
            sqlx::query("DELETE FROM documents WHERE slug = ?").bind(slug.as_str()).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Puts the index in order after many changes, so that reading it costs less.
    ///
    /// # Errors
    /// If the index can't be written.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO terms (terms) VALUES ('optimize')").execute(&self.write).await?;
        Ok(())
    }

    /// Finishes what is under way and closes the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(slug: &str, title: &str, prose: &str) -> Document {
        Document {
            slug: slug.into(),
            mark: "1".to_owned(),
            title: title.to_owned(),
            names: String::new(),
            headings: String::new(),
            prose: prose.to_owned(),
            code: String::new(),
        }
    }

    async fn slugs(index: &SearchIndex, words: &[&str]) -> Vec<String> {
        let words: Vec<_> = words.iter().map(|word| vec![Form::Beginning((*word).to_owned())]).collect();
        index.find(&words, true).await.unwrap().into_iter().map(|found| found.slug.0).collect()
    }

    #[tokio::test]
    async fn what_is_replaced_or_removed_is_no_longer_found() {
        let folder = tempfile::TempDir::new().unwrap();
        let index = SearchIndex::open(folder.path()).await.unwrap();
        index.put(&[document("a", "disk full", ""), document("b", "", "disk")]).await.unwrap();
        assert_eq!(slugs(&index, &["dis"]).await, ["a", "b"]);
        index.put(&[document("a", "memory", "")]).await.unwrap();
        index.remove(&["b".into()]).await.unwrap();
        assert!(slugs(&index, &["dis"]).await.is_empty());
        assert_eq!(slugs(&index, &["mem"]).await, ["a"]);
        assert_eq!(index.marks().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn it_is_kept_over_a_restart_and_made_anew_where_it_cannot_be_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let index = SearchIndex::open(folder.path()).await.unwrap();
        index.put(&[document("a", "disk", "")]).await.unwrap();
        index.close().await;
        let again = SearchIndex::open(folder.path()).await.unwrap();
        assert_eq!(slugs(&again, &["disk"]).await, ["a"]);
        again.close().await;
        std::fs::write(
            folder.path().join("search.sqlite"),
            "no database at all, but long enough to look".repeat(99),
        )
        .unwrap();
        let anew = SearchIndex::open(folder.path()).await.unwrap();
        assert!(anew.marks().await.unwrap().is_empty());
        anew.put(&[document("a", "disk", "")]).await.unwrap();
        assert_eq!(slugs(&anew, &["disk"]).await, ["a"]);
    }

    #[tokio::test]
    async fn nothing_that_is_asked_breaks_the_index_s_language() {
        let folder = tempfile::TempDir::new().unwrap();
        let index = SearchIndex::open(folder.path()).await.unwrap();
        index.put(&[document("a", "disk", "")]).await.unwrap();
        for hostile in
            ["\"", "*", "NEAR(", "-", ":", "🔥", "a\" OR \"b", "\0", "", "AND", "title:x", "^x", "{x}", "x y"]
        {
            for form in [
                Form::Word(hostile.to_owned()),
                Form::Beginning(hostile.to_owned()),
                Form::AllBeginnings(vec![hostile.to_owned(), "disk".to_owned()]),
            ] {
                let found = index.find(&[vec![form]], true).await;
                assert!(found.is_ok(), "{hostile:?}: {found:?}");
            }
        }
        assert!(index.find(&[], true).await.unwrap().is_empty());
    }
}
