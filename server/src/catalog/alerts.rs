//! From an alert's name to the runbooks that answer it. Pure.

use lastmile_protocol::{AlertMatch, AlertMatches};

use super::search::words::is_same_name;
use super::{Catalog, Entry};

impl Catalog {
    /// The runbooks that name the alert in `alerts`; if none does, those whose file is called like it. Case, `-` and
    /// `_` don't matter.
    #[must_use]
    pub fn for_alert(&self, name: &str) -> AlertMatches {
        let snapshot = self.snapshot();
        let declare = |entry: &&Entry| entry.summary.alerts.iter().any(|alert| is_same_name(alert, name));
        let called = |entry: &&Entry| {
            let slug = entry.summary.slug.as_str();
            is_same_name(slug, name) || is_same_name(slug.rsplit('/').next().unwrap_or_default(), name)
        };
        let entries = || snapshot.values().map(|entry| &**entry);
        let mut runbooks: Vec<AlertMatch> =
            entries().filter(declare).map(|entry| answer(entry, true)).collect();
        if runbooks.is_empty() {
            runbooks = entries().filter(called).map(|entry| answer(entry, false)).collect();
        }
        AlertMatches { name: name.to_owned(), runbooks }
    }
}

fn answer(entry: &Entry, declared: bool) -> AlertMatch {
    let row = &entry.summary;
    AlertMatch {
        slug: row.slug.clone(),
        title: row.title.clone(),
        description: row.description.clone(),
        team: row.team.clone(),
        declared,
    }
}
