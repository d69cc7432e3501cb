//! Whom a run is told to outside: teams that are asked, teams whose glass was broken, teams that owe a review.

use lastmile_protocol::{Need, RunSummary, TeamName};

use super::Runs;
use crate::outbox::{self, Event, Letter};
use crate::store::Addressed;

impl Runs {
    /// What is told of a run that has just been asked for.
    pub(super) fn letters_of_request(&self, run: &RunSummary, needs: &[Need]) -> Vec<Addressed> {
        let asked = |needs: &[Need]| needs.iter().map(|need| need.team.clone()).collect::<Vec<_>>();
        match &run.break_glass {
            None => self.letters(Event::Asked, run, asked(needs)),
            Some(broken) => {
                let target = self.config.targets.get(&run.target).and_then(|target| target.view.team.clone());
                let teams = asked(&broken.needs).into_iter().chain(broken.reviewers.clone()).chain(target);
                self.letters(Event::BreakGlass, run, teams.collect())
            }
        }
    }

    /// Letters to these teams, one each.
    pub(super) fn letters(&self, event: Event, run: &RunSummary, mut teams: Vec<TeamName>) -> Vec<Addressed> {
        teams.sort();
        teams.dedup();
        let letter = Letter::about(event, run, &self.url, self.clock.now());
        outbox::letters(&self.config, &teams, &letter)
    }
}
