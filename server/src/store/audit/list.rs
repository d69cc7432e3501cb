//! Entries of the audit record, found by the index: a page takes the same time whatever the record's length.
//!
//! A page is reached by the number of the entry before it, never by counting rows. A time becomes numbers by the hours'
//! table. Of several filters the one with the fewest entries is walked, and the others are asked of each row.

use futures_util::TryStreamExt as _;
use lastmile_protocol::{AuditFilter, Millis, PersonId, RunId, Slug};
use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, Row as _};

use super::filing;
use crate::audit::{Filed, Link, hour};
use crate::store::{Store, StoreError};

/// Entries of one filter that are counted to find the rarest; beyond that all are many.
const COUNTED: i64 = 5_000;
/// Bytes of entries that are read at a time: most have a few hundred, but what somebody typed may be long.
const MOST_BYTES: usize = 1024 * 1024;
/// Names that a filter offers at most.
const OFFERED: i64 = 500;

/// An entry, and what it is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// The entry as it is stored.
    pub link: Link,
    /// What it is found by.
    pub filed: Filed,
}

/// A part of what matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundEntries {
    /// The entries, in the order that was asked for.
    pub entries: Vec<StoredEntry>,
    /// Whether others come behind them.
    pub more: bool,
}

/// Numbers of entries, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first.
    pub from: i64,
    /// The last.
    pub to: i64,
}

impl Bounds {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.from > self.to
    }
}

/// A column, its index, and the value that is asked for.
type Condition<'a> = (&'static str, &'static str, &'a str);

fn conditions(filter: &AuditFilter) -> Vec<Condition<'_>> {
    let all = [
        ("person", "audit_by_person", filter.person.as_ref().map(PersonId::as_str)),
        ("did", "audit_by_did", filter.did.as_deref()),
        ("run", "audit_by_run", filter.run.as_ref().map(RunId::as_str)),
        ("runbook", "audit_by_runbook", filter.runbook.as_ref().map(Slug::as_str)),
        ("target", "audit_by_target", filter.target.as_deref()),
    ];
    all.into_iter().filter_map(|(column, index, value)| Some((column, index, value?))).collect()
}

impl Store {
    /// Entries that match within the bounds: the newest first, or the oldest; `limit` at most, and no more once they hold
    /// 1 MiB.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn audit_entries(
        &self,
        filter: &AuditFilter,
        within: Bounds,
        limit: usize,
        newest_first: bool,
    ) -> Result<FoundEntries, StoreError> {
        let mut query = self.matching("i.*, a.entry, a.hash", filter, within).await?;
        query.push(if newest_first { " ORDER BY i.seq DESC" } else { " ORDER BY i.seq" });
        query.push(" LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
        let mut rows = query.build().fetch(&self.read);
        let (mut entries, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.try_next().await? {
            if entries.len() >= limit || bytes >= MOST_BYTES {
                return Ok(FoundEntries { entries, more: true });
            }
            let link =
                Link { seq: row.try_get("seq")?, entry: row.try_get("entry")?, hash: row.try_get("hash")? };
            bytes += link.entry.len();
            entries.push(StoredEntry { link, filed: filing::filed(&row)? });
        }
        Ok(FoundEntries { entries, more: false })
    }

    /// How many entries match within the bounds, counted up to `most`.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn audit_count(
        &self,
        filter: &AuditFilter,
        within: Bounds,
        most: u32,
    ) -> Result<u32, StoreError> {
        let mut query = self.matching("1", filter, within).await?;
        query.push(" LIMIT ").push_bind(i64::from(most));
        let found = query.build().fetch_all(&self.read).await?;
        Ok(u32::try_from(found.len()).unwrap_or(most))
    }

    /// Which numbers the entries of a time can have, and those below `filter.before`.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn audit_bounds(&self, filter: &AuditFilter) -> Result<Bounds, StoreError> {
        let before = filter.before.map_or(i64::MAX, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
        let cursor = Bounds { from: 0, to: before.saturating_sub(1) };
        if filter.since.is_none() && filter.until.is_none() {
            return Ok(cursor);
        }
        let row = sqlx::query(
            "SELECT min(first_seq) AS first, max(last_seq) AS last FROM audit_hours WHERE hour BETWEEN ? AND ?",
        )
        .bind(filter.since.map_or(i64::MIN, hour))
        .bind(filter.until.map_or(i64::MAX, hour))
        .fetch_one(&self.read)
        .await?;
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get("first")?, row.try_get("last")?);
        Ok(Bounds { from: first.unwrap_or(1), to: last.unwrap_or(0).min(cursor.to) })
    }

    /// Every name that a filter can offer, in their order: `did`, `person` or `target`. One step in the index a name.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn audit_names(&self, column: AuditColumn) -> Result<Vec<String>, StoreError> {
        let column = column.name();
        let next =
            format!("SELECT min({column}) FROM audit_index WHERE {column} IS NOT NULL AND {column} > ");
        let mut query = QueryBuilder::<Sqlite>::new("WITH RECURSIVE names (name) AS (");
        query.push(&next).push("'' UNION ALL SELECT (").push(&next).push(
            "names.name) FROM names WHERE names.name IS NOT NULL) SELECT name FROM names WHERE name IS NOT NULL LIMIT ",
        );
        query.push_bind(OFFERED);
        Ok(query.build_query_scalar().fetch_all(&self.read).await?)
    }

    async fn matching(
        &self,
        columns: &str,
        filter: &AuditFilter,
        within: Bounds,
    ) -> Result<QueryBuilder<Sqlite>, StoreError> {
        let conditions = conditions(filter);
        let way = match self.rarest(&conditions, within).await? {
            Some(index) => format!("INDEXED BY {index}"),
            None => "NOT INDEXED".to_owned(),
        };
        let mut query = QueryBuilder::<Sqlite>::new("SELECT ");
        // CROSS JOIN: SQLite walks the index first, in its order.
        query.push(columns).push(" FROM audit_index AS i ").push(way);
        query.push(" CROSS JOIN audit AS a ON a.seq = i.seq WHERE i.seq BETWEEN ");
        query.push_bind(within.from).push(" AND ").push_bind(within.to);
        for (column, _, value) in conditions {
            query.push(format!(" AND i.{column} = ")).push_bind(value.to_owned());
        }
        if let Some(action) = &filter.action {
            query.push(" AND i.action = ").push_bind(action.clone());
        }
        for (sql, value) in [(" AND i.at >= ", filter.since), (" AND i.at < ", filter.until)] {
            if let Some(Millis(value)) = value {
                query.push(sql).push_bind(value);
            }
        }
        Ok(query)
    }

    /// The index of the condition that the fewest entries meet.
    async fn rarest(
        &self,
        conditions: &[Condition<'_>],
        within: Bounds,
    ) -> Result<Option<&'static str>, StoreError> {
        if let [] | [_] = conditions {
            return Ok(conditions.first().map(|(_, index, _)| *index));
        }
        let mut rarest = None;
        for (column, index, value) in conditions {
            let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM (SELECT 1 FROM audit_index ");
            query.push(format!("INDEXED BY {index} WHERE {column} = ")).push_bind((*value).to_owned());
            query.push(" AND seq BETWEEN ").push_bind(within.from).push(" AND ").push_bind(within.to);
            query.push(" LIMIT ").push_bind(COUNTED).push(")");
            let count: i64 = query.build_query_scalar().fetch_one(&self.read).await?;
            if rarest.is_none_or(|(least, _)| count < least) {
                rarest = Some((count, *index));
            }
        }
        Ok(rarest.map(|(_, index)| index))
    }
}

/// A column whose names a filter offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditColumn {
    /// What was done.
    Did,
    /// Who did it.
    Person,
    /// On which target.
    Target,
}

impl AuditColumn {
    fn name(self) -> &'static str {
        match self {
            Self::Did => "did",
            Self::Person => "person",
            Self::Target => "target",
        }
    }
}
