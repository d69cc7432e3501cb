//! Watching instead of being asked: who is told of a run, and why. Nobody waits for those who are.

use lastmile_protocol::{
    NoticeWhy, Person, RunState, RunSummary, SetWatch, Slug, TeamName, Watch, WatchKind, Watching,
};

use super::account::Asked;
use super::{Refusal, Runs};
use crate::config::Config;
use crate::people::{Caller, InPerson};

/// What one person may watch at once.
const MOST: usize = 500;

impl Runs {
    /// What this person watches, and its newest runs.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn watching(&self, caller: &Caller) -> Result<Watching, Refusal> {
        let watches = self.watches(caller).await?;
        let runs = self.store.watched_runs(&watches).await?;
        Ok(Watching { watches, runs })
    }

    /// What this person watches.
    ///
    /// # Errors
    /// If the record can't be read.
    pub async fn watches(&self, caller: &Caller) -> Result<Vec<Watch>, Refusal> {
        Ok(self.store.watches(&caller.person().id).await?)
    }

    /// Watches something, or stops to.
    ///
    /// # Errors
    /// If there is no such thing, or the record can't be written.
    pub async fn watch(&self, caller: &InPerson, set: &SetWatch) -> Result<(), Refusal> {
        let mut asked = Asked::of("watch.set", caller);
        asked.detail = serde_json::json!({ "kind": set.watch.kind, "name": set.watch.name, "on": set.on });
        let done = self.record_watch(caller, set).await;
        self.note_refusal(asked, done).await
    }

    async fn record_watch(&self, caller: &InPerson, set: &SetWatch) -> Result<(), Refusal> {
        let SetWatch { watch, on } = set;
        if *on {
            // What is gone can still be let go of.
            self.check_watch(watch)?;
            if self.store.watches(&caller.person().id).await?.len() >= MOST {
                let why = format!("You watch {MOST} things already. Let some of them go first.");
                return Err(Refusal::BadRequest(why));
            }
        }
        Ok(self.store.set_watch(&caller.person().id, watch, *on, self.clock.now()).await?)
    }

    fn check_watch(&self, watch: &Watch) -> Result<(), Refusal> {
        let runbook = |slug: &str| self.catalog.get(&Slug::from(slug));
        let (there, what) = match watch.kind {
            WatchKind::Runbook => (runbook(&watch.name).is_some(), "runbook"),
            WatchKind::Target => (self.config.targets.contains_key(&watch.name), "target"),
            WatchKind::Action => {
                let named = watch.name.rsplit_once('#');
                let action = named.and_then(|(slug, name)| runbook(slug)?.runbook.action(name).map(drop));
                (action.is_some(), "action")
            }
            WatchKind::Unknown => {
                let why = "Only a runbook, an action or a target can be watched.";
                return Err(Refusal::BadRequest(why.to_owned()));
            }
        };
        if there { Ok(()) } else { Err(Refusal::NotFound(what)) }
    }
}

/// Why this person is told that the run is so now; `None`: they are not. The most serious reason wins.
#[must_use]
pub fn why_told(person: &Person, watches: &[Watch], run: &RunSummary, config: &Config) -> Option<NoticeWhy> {
    use RunState::{Approved, AwaitingApproval, Queued};
    if run.retries_changed {
        // Those who look at the run see it; the run itself is as it was.
        return None;
    }
    let own = run.requester.id == person.id;
    if let Some(broken) = &run.break_glass {
        if broken.review.is_some() && !own {
            // The news was the glass; that somebody has looked at it calls nobody.
            return None;
        }
        let target = config.targets.get(&run.target).and_then(|target| target.view.team.as_ref());
        let asked = broken.needs.iter().map(|need| &need.team);
        let is_in = |team: &TeamName| person.teams.contains(team);
        if broken.escalated.is_some() {
            return broken.reviewers.iter().any(is_in).then_some(NoticeWhy::ReviewOverdue);
        }
        if run.state == Queued && !own && asked.chain(&broken.reviewers).chain(target).any(is_in) {
            return Some(NoticeWhy::BreakGlass);
        }
    }
    if run.state == AwaitingApproval
        && let Some(referral) = &run.referral
        && referral.by.id != person.id
        && !own
        && referral.to.names(person)
    {
        return Some(NoticeWhy::Referred);
    }
    if run.state == AwaitingApproval && run.handed_on.iter().any(|team| person.teams.contains(team)) && !own {
        return Some(NoticeWhy::HandedOn);
    }
    let begins_or_ends = matches!(run.state, AwaitingApproval | Queued) || run.state.is_final();
    if own {
        return (run.state == Approved || run.state.is_final()).then_some(NoticeWhy::Yours);
    }
    (begins_or_ends && watches.iter().any(|watch| watch.covers(run))).then_some(NoticeWhy::Watched)
}
