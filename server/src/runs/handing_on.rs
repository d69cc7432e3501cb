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
        for (run, reminded) in self.store.waiting_since(Millis(now.0 - soonest)).await? {
            let after = self.hands_on_after(&run.summary);
            let waited = now.0 - run.summary.times.requested.0;
            if waited >= after / 2 && !reminded {
                let letters = self.letters(Event::Reminder, &run.summary, self.missing(&run).await?);
                self.store.remind(&run.summary.id, &letters, now).await?;
            }
            if waited >= after {
                self.tell_second(&run, now).await?;
            }
        }
        Ok(())
    }

    async fn tell_second(&self, run: &StoredRun, now: Millis) -> Result<(), Refusal> {
        let second = |team: &TeamName| self.config.teams.get(team).and_then(|team| team.second.clone());
        let to: Vec<_> = self.missing(run).await?.iter().filter_map(second).collect();
        let letters = self.letters(Event::HandedOn, &run.summary, to.clone());
        // Noted also where there is no second team: then nobody looks at it again.
        let event = self.store.hand_on(&run.summary.id, &to, &letters, now).await?;
        event.into_iter().for_each(|event| self.feed.tell(event));
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
