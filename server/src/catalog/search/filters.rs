//! Filters and what each would leave. Pure.

use std::collections::BTreeMap;

use lastmile_protocol::{Facet, Facets, RunbookSummary, TeamName};

use super::Query;

/// A row as filters see it.
pub(super) struct Row<'a> {
    pub(super) runbook: &'a RunbookSummary,
    pub(super) overdue: bool,
}

/// Counts by value.
type Counts = BTreeMap<String, usize>;

/// Takes rows one by one: tells whether each passes, and counts what each filter would leave.
#[derive(Default)]
pub(super) struct Filters {
    tags: Counts,
    services: Counts,
    teams: Counts,
    actions: usize,
    overdue: usize,
}

impl Filters {
    /// Whether all filters of the query let the row pass.
    pub(super) fn take(&mut self, row: &Row<'_>, query: &Query) -> bool {
        let book = row.runbook;
        let team = book.team.as_ref().map(TeamName::as_str);
        let stops = [
            query.tag.as_ref().is_some_and(|tag| !book.tags.contains(tag)),
            query.service.as_ref().is_some_and(|service| book.service.as_ref() != Some(service)),
            query.team.as_ref().is_some_and(|wanted| team != Some(wanted.as_str())),
            query.actions && book.actions == 0,
            query.overdue && !row.overdue,
        ];
        // A filter counts what it would leave with all others as they are.
        let others_pass = |own: usize| stops.iter().enumerate().all(|(at, stops)| at == own || !stops);
        if others_pass(0) {
            book.tags.iter().for_each(|tag| count(&mut self.tags, tag));
        }
        if others_pass(1) {
            book.service.iter().for_each(|service| count(&mut self.services, service));
        }
        if others_pass(2) {
            team.into_iter().for_each(|team| count(&mut self.teams, team));
        }
        self.actions += usize::from(book.actions > 0 && others_pass(3));
        self.overdue += usize::from(row.overdue && others_pass(4));
        stops.iter().all(|stops| !stops)
    }

    pub(super) fn facets(self) -> Facets {
        let list = |counts: Counts| counts.into_iter().map(|(value, count)| Facet { value, count }).collect();
        Facets {
            tags: list(self.tags),
            services: list(self.services),
            teams: list(self.teams),
            actions: self.actions,
            overdue: self.overdue,
        }
    }
}

fn count(counts: &mut Counts, value: &str) {
    match counts.get_mut(value) {
        Some(count) => *count += 1,
        None => drop(counts.insert(value.to_owned(), 1)),
    }
}
