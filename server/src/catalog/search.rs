//! Search: from what was typed and filtered to rows, best first.
//!
//! The index ([`crate::store::SearchIndex`]) says which runbooks have the words and where; what is shown of them
//! comes from the catalog's own snapshot, so that a row never shows an old title. `words` cuts texts, `wanted` reads
//! what was typed, `near` forgives slips, `document` is what is indexed, `excerpt` what is quoted.

pub(super) mod document;
mod excerpt;
mod filters;
mod near;
mod sections;
mod wanted;
pub(super) mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use lastmile_protocol::{CatalogRow, Slug};
use lastmile_runbook::freshness::{Day, is_overdue};
use serde::{Deserialize, Deserializer};

use self::filters::{Filters, Row};
use self::wanted::{Wanted, WantedWord};
use super::{Catalog, Entry};
use crate::store::{Form, SearchIndex, StoreError};

/// Rows of an answer where `count` is not given.
const COUNT: usize = 50;
/// Most rows of an answer.
const MOST: usize = 5_000;

/// What is looked for; all that is given must hold.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Query {
    /// Words: each must stand somewhere in the runbook.
    #[serde(default)]
    pub q: String,
    /// A tag.
    pub tag: Option<String>,
    /// A service.
    pub service: Option<String>,
    /// The owning team.
    pub team: Option<String>,
    /// Only those with an action.
    #[serde(default, deserialize_with = "flag")]
    pub actions: bool,
    /// Only those whose review is overdue.
    #[serde(default, deserialize_with = "flag")]
    pub overdue: bool,
    /// The first row that is wanted, from 0.
    #[serde(default)]
    pub first: usize,
    /// How many rows are wanted.
    pub count: Option<usize>,
}

/// `1` and `true`; anything else is off, so that no address is refused for it.
fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(matches!(String::deserialize(from)?.as_str(), "1" | "true"))
}

/// Runbooks that have what was typed, best first, and how it was found.
#[derive(Default)]
struct Matches {
    slugs: Vec<Slug>,
    wanted: Wanted,
    loosened: bool,
}

impl Catalog {
    /// What matches. During indexing that is what has been indexed so far, and the answer says how much is missing.
    ///
    /// # Errors
    /// If the index can't be read.
    pub async fn search(&self, query: &Query, today: Day) -> Result<lastmile_protocol::Catalog, StoreError> {
        let all = self.snapshot();
        let indexing = if query.q.trim().is_empty() { 0 } else { self.indexed.missing(&all) };
        let matches = self.matches(&all, &query.q).await?;
        let ordered: Vec<&Arc<Entry>> = match &matches {
            Some(matches) => matches.slugs.iter().filter_map(|slug| all.get(slug)).collect(),
            None => by_title(&all),
        };
        let mut filters = Filters::default();
        let rows: Vec<(&Arc<Entry>, bool)> = ordered
            .into_iter()
            .map(|entry| (entry, is_overdue(&entry.runbook.meta, today)))
            .filter(|(entry, overdue)| {
                filters.take(&Row { runbook: &entry.summary, overdue: *overdue }, query)
            })
            .collect();
        let window = rows.iter().skip(query.first).take(query.count.unwrap_or(COUNT).min(MOST));
        let row = |(entry, overdue): &(&Arc<Entry>, bool)| CatalogRow {
            runbook: entry.summary.clone(),
            overdue: *overdue,
            hit: matches.as_ref().map(|matches| excerpt::hit(entry, &matches.wanted)),
        };
        Ok(lastmile_protocol::Catalog {
            runbooks: window.map(row).collect(),
            matching: rows.len(),
            total: all.len(),
            facets: filters.facets(),
            loosened: matches.as_ref().is_some_and(|matches| matches.loosened),
            indexing,
        })
    }

    /// `None` if nothing is looked for.
    async fn matches(
        &self,
        all: &BTreeMap<Slug, Arc<Entry>>,
        typed: &str,
    ) -> Result<Option<Matches>, StoreError> {
        if typed.trim().is_empty() {
            return Ok(None);
        }
        let wanted = Wanted::read(typed);
        if wanted.words.is_empty() {
            // Signs only: they may stand in a title.
            let slugs = all.values().filter(|entry| entry.summary.title.contains(typed.trim()));
            let slugs = slugs.map(|entry| entry.summary.slug.clone()).collect();
            return Ok(Some(Matches { slugs, ..Matches::default() }));
        }
        let mut matches = find(&self.index, wanted, &self.indexed.names()).await?;
        // Stable: what is called exactly so comes first, the rest stays in order.
        matches.slugs.sort_by_cached_key(|slug| !all.get(slug).is_some_and(|entry| is_called(entry, typed)));
        Ok(Some(matches))
    }
}

/// All words; if that finds nothing, names that some may be slips of; at last any of the words.
async fn find(index: &SearchIndex, mut wanted: Wanted, names: &[String]) -> Result<Matches, StoreError> {
    let forms = |wanted: &Wanted| wanted.words.iter().map(WantedWord::forms).collect::<Vec<Vec<Form>>>();
    let mut found = index.find(&forms(&wanted), true).await?;
    if found.is_empty() {
        let mut unknown = Vec::new();
        for (at, word) in wanted.words.iter().enumerate() {
            if !index.knows(&word.forms()).await? {
                unknown.push(at);
            }
        }
        if unknown.is_empty() {
            unknown = (0..wanted.words.len()).collect();
        }
        if wanted.forgive(&unknown, names) {
            found = index.find(&forms(&wanted), true).await?;
        }
    }
    let loosened = found.is_empty() && wanted.words.len() > 1;
    if loosened {
        found = index.find(&forms(&wanted), false).await?;
    }
    let loosened = loosened && !found.is_empty();
    Ok(Matches { slugs: found.into_iter().map(|found| found.slug).collect(), wanted, loosened })
}

/// Whether an alert, the slug, its last part or the title is exactly what was typed, but for case and joints.
fn is_called(entry: &Entry, typed: &str) -> bool {
    let row = &entry.summary;
    let slug = row.slug.as_str();
    let last = slug.rsplit('/').next().unwrap_or_default();
    let mut names = row.alerts.iter().map(String::as_str).chain([slug, last, row.title.as_str()]);
    names.any(|name| words::is_same_name(name, typed))
}

fn by_title(all: &BTreeMap<Slug, Arc<Entry>>) -> Vec<&Arc<Entry>> {
    let mut entries: Vec<_> = all.values().collect();
    // Stable: equal titles stay in the order of their slugs.
    entries.sort_by_cached_key(|entry| entry.summary.title.to_lowercase());
    entries
}
