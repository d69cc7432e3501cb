//! Search over titles, tags, services and teams. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lastmile_protocol::{Catalog, RunbookSummary, Slug};
use serde::Deserialize;

use super::Entry;

/// What is looked for; all that is given must hold.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Query {
    /// Words; each must occur in title, description, slug, tag, service, team or alert.
    #[serde(default)]
    pub q: String,
    /// A tag.
    pub tag: Option<String>,
    /// A service.
    pub service: Option<String>,
    /// The owning team.
    pub team: Option<String>,
}

pub(super) fn search(all: &BTreeMap<Slug, Arc<Entry>>, query: &Query) -> Catalog {
    let words: Vec<String> = query.q.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(u32, &RunbookSummary)> = all
        .values()
        .map(|entry| &entry.summary)
        .filter(|row| passes(row, query))
        .filter_map(|row| rank(row, &words).map(|rank| (rank, row)))
        .collect();
    found.sort_by(|(a, x), (b, y)| {
        b.cmp(a)
            .then_with(|| x.title.to_lowercase().cmp(&y.title.to_lowercase()))
            .then_with(|| x.slug.cmp(&y.slug))
    });
    let rows = || all.values().map(|entry| &entry.summary);
    let tags: BTreeSet<_> = rows().flat_map(|row| row.tags.iter().cloned()).collect();
    let services: BTreeSet<_> = rows().filter_map(|row| row.service.clone()).collect();
    let teams: BTreeSet<_> = rows().filter_map(|row| row.team.clone()).collect();
    Catalog {
        runbooks: found.into_iter().map(|(_, row)| row.clone()).collect(),
        total: all.len(),
        tags: tags.into_iter().collect(),
        services: services.into_iter().collect(),
        teams: teams.into_iter().collect(),
    }
}

fn passes(row: &RunbookSummary, query: &Query) -> bool {
    query.tag.as_ref().is_none_or(|tag| row.tags.contains(tag))
        && query.service.as_ref().is_none_or(|service| row.service.as_ref() == Some(service))
        && query.team.as_ref().is_none_or(|team| row.team.as_ref().is_some_and(|own| own.as_str() == team))
}

/// How well a row fits: a word in the title counts more than one elsewhere; `None` if a word is nowhere.
fn rank(row: &RunbookSummary, words: &[String]) -> Option<u32> {
    let title = row.title.to_lowercase();
    let named = [row.service.as_deref(), row.team.as_ref().map(lastmile_protocol::TeamName::as_str)];
    let names: Vec<String> = row
        .tags
        .iter()
        .chain(&row.alerts)
        .map(String::as_str)
        .chain(named.into_iter().flatten())
        .map(str::to_lowercase)
        .collect();
    let rest = format!("{} {}", row.slug, row.description.as_deref().unwrap_or_default()).to_lowercase();
    words.iter().try_fold(0, |sum, word| {
        let weight = if title.starts_with(word) {
            5
        } else if title.contains(word) {
            4
        } else if names.iter().any(|name| name == word) {
            3
        } else if names.iter().any(|name| name.contains(word)) {
            2
        } else if rest.contains(word) {
            1
        } else {
            return None;
        };
        Some(sum + weight)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, tags: &[&str], service: &str) -> RunbookSummary {
        serde_json::from_value(serde_json::json!({
            "slug": title.to_lowercase().replace(' ', "-"), "title": title, "tags": tags, "service": service,
            "actions": 0, "errors": 0, "warnings": 0, "modified": 0
        }))
        .unwrap()
    }

    #[test]
    fn every_word_must_occur_somewhere_and_case_does_not_matter() {
        let row = row("Bar pool will not start", &["restart"], "bar");
        for (q, fits) in [("POOL bar", true), ("restart", true), ("pool acme", false), ("", true)] {
            let words: Vec<String> = q.split_whitespace().map(str::to_lowercase).collect();
            assert_eq!(rank(&row, &words).is_some(), fits, "{q}");
        }
    }

    #[test]
    fn a_hit_in_the_title_ranks_before_one_in_a_tag() {
        let words = ["restart".to_owned()];
        let title = rank(&row("Restart the pool", &[], "x"), &words);
        let tag = rank(&row("Disk full", &["restart"], "x"), &words);
        assert!(title > tag);
    }
}
