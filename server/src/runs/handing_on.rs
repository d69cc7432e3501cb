//! Requests that nobody answers: those who are asked are reminded after half of the time, and after all of it their second
//! team is told too.
//!
//! It is told, and no more: who may answer stays who it was, so handing on never widens that, and no time that passes is
//! ever a yes.

use lastmile_protocol::{Millis, RunSummary, TeamName};

use super::{Refusal, Runs};
use crate::outbox::Event;
use crate::store::StoredRun;

impl Runs {
    /// Reminds and hands on whatever has waited long enough by now.
    ///
    /// # Errors
    /// If the record can't be read or written; the next call tries again.
    pub async fn hand_on(&self) -> Result<(), Refusal> {
        let (now, rules) = (self.clock.now(), &self.config.approval);
        let soonest = rules.hand_on_ms.min(rules.hand_on_incident_ms) / 2;
        let waiting = self.store.waiting_since(Millis(now.0 - soonest)).await?;
        let waited = |run: &StoredRun| now.0 - run.summary.times.requested.0;
        let mut to_remind = Vec::new();
        let mut to_hand_on = Vec::new();
        for (run, reminded) in &waiting {
            let after = self.hands_on_after(&run.summary);
            if waited(run) >= after / 2 && !reminded {
                to_remind.push(run);
            }
            if waited(run) >= after {
                to_hand_on.push(run);
            }
        }
        for runs in by_request(to_remind) {
            self.remind(&runs, now).await?;
        }
        for runs in by_request(to_hand_on) {
            self.tell_second(&runs, now).await?;
        }
        Ok(())
    }

    /// Reminds of runs of one request, each team once.
    async fn remind(&self, runs: &[&StoredRun], now: Millis) -> Result<(), Refusal> {
        let mut told = Vec::new();
        for run in runs {
            told.push((&run.summary, self.missing(run).await?));
        }
        let mut letters = self.letters_of_several(Event::Reminder, told);
        for run in runs {
            // With the first of them: the others are noted only.
            self.store.remind(&run.summary.id, &std::mem::take(&mut letters), now).await?;
        }
        Ok(())
    }

    async fn tell_second(&self, runs: &[&StoredRun], now: Millis) -> Result<(), Refusal> {
        let second = |team: &TeamName| self.config.teams.get(team).and_then(|team| team.second.clone());
        let mut told = Vec::new();
        for run in runs {
            let to: Vec<_> = self.missing(run).await?.iter().filter_map(second).collect();
            told.push((&run.summary, to));
        }
        let mut letters = self.letters_of_several(Event::HandedOn, told.clone());
        for (run, to) in told {
            // Noted also where there is no second team: then nobody looks at it again.
            let event = self.store.hand_on(&run.id, &to, &std::mem::take(&mut letters), now).await?;
            event.into_iter().for_each(|event| self.feed.tell(event));
        }
        Ok(())
    }

    /// In an incident nobody has half an hour.
    fn hands_on_after(&self, run: &RunSummary) -> i64 {
        let rules = &self.config.approval;
        if run.incident.is_some() { rules.hand_on_incident_ms } else { rules.hand_on_ms }
    }

    /// Teams of whom not enough have answered.
    async fn missing(&self, run: &StoredRun) -> Result<Vec<TeamName>, Refusal> {
        let answers = self.store.answers(&run.summary.id).await?;
        let given = |team: &TeamName| answers.iter().filter(|answer| answer.team == *team).count();
        let open = run.needs.iter().filter(|need| given(&need.team) < need.count as usize);
        Ok(open.map(|need| need.team.clone()).collect())
    }
}

/// Runs of one request beside one another, in order.
fn by_request(runs: Vec<&StoredRun>) -> Vec<Vec<&StoredRun>> {
    let mut groups: Vec<Vec<&StoredRun>> = Vec::new();
    for run in runs {
        let same = |group: &&mut Vec<&StoredRun>| {
            group.first().is_some_and(|first| first.summary.request() == run.summary.request())
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(run),
            None => groups.push(vec![run]),
        }
    }
    groups
}
