//! A request of several runs is told once to each team, with the runs that the team is asked about.

use std::collections::{BTreeMap, HashMap};

use lastmile_protocol::{Need, RunId, RunSummary, TeamName};

use super::super::Runs;
use crate::outbox::{self, Event, Letter};
use crate::store::Addressed;

impl Runs {
    /// What is told of a request that has just been made.
    pub(super) fn letters_of_batch(
        &self,
        runs: &[RunSummary],
        needs: &HashMap<RunId, Vec<Need>>,
    ) -> Vec<Addressed> {
        let asked = runs.iter().map(|run| {
            let needs = needs.get(&run.id).map(Vec::as_slice).unwrap_or_default();
            (run, needs.iter().map(|need| need.team.clone()).collect())
        });
        self.letters_of_several(Event::Asked, asked)
    }

    /// One letter to each of these teams, about all runs that are told to it.
    pub(in crate::runs) fn letters_of_several<'a>(
        &self,
        event: Event,
        told: impl IntoIterator<Item = (&'a RunSummary, Vec<TeamName>)>,
    ) -> Vec<Addressed> {
        let mut by_team: BTreeMap<TeamName, Vec<&RunSummary>> = BTreeMap::new();
        for (run, mut teams) in told {
            teams.sort();
            teams.dedup();
            teams.into_iter().for_each(|team| by_team.entry(team).or_default().push(run));
        }
        let now = self.clock.now();
        let letters = by_team.into_iter().filter_map(|(team, runs)| {
            let letter = Letter::about_several(event, &runs, &self.url, now)?;
            Some(outbox::letters(&self.config, &[team], &letter))
        });
        letters.flatten().collect()
    }
}
