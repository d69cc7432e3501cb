//! What a stream is to carry, from its query. Pure.

use lastmile_protocol::{RunId, RunState, RunSummary, Slug};

use crate::store::StoredEvent;

/// Runs whose log tails one stream may carry.
const MAX_RUNS: usize = 32;
/// What a stream is to carry.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) runs: Vec<RunId>,
    pub(super) runbook: Option<Slug>,
    pub(super) after: Option<u64>,
}

impl Wanted {
    /// `run=ID` may stand several times, which a plain struct can't say.
    pub(super) fn parse(query: &str) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "run" if wanted.runs.len() < MAX_RUNS => wanted.runs.push(RunId(value.into_owned())),
                "runbook" => wanted.runbook = Some(Slug(value.into_owned())),
                "after" => wanted.after = value.parse().ok(),
                _ => {}
            }
        }
        wanted
    }

    pub(super) fn has(&self, event: &StoredEvent) -> bool {
        self.runs.contains(&event.run.id) || self.runbook.as_ref() == Some(&event.run.runbook)
    }
}

/// Whether somebody may have one more, or one less, to answer: a run that works changes nothing for approvers.
pub(super) fn asks_or_answers(run: &RunSummary) -> bool {
    use RunState::{Approved, AwaitingApproval, Cancelled, Expired, Queued, Rejected};
    // A review comes after the run's end as well.
    run.break_glass.is_some()
        || matches!(run.state, AwaitingApproval | Approved | Queued | Rejected | Expired | Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_may_want_several_runs_and_a_runbook_with_slashes() {
        let wanted = Wanted::parse("run=a&run=b&runbook=bar%2Fpool&after=7&other=x");
        assert_eq!(wanted.runs, [RunId::from("a"), RunId::from("b")]);
        assert_eq!(wanted.runbook, Some(Slug::from("bar/pool")));
        assert_eq!(wanted.after, Some(7));
    }

    #[test]
    fn a_number_that_is_none_means_from_now_on() {
        assert_eq!(Wanted::parse("after=x").after, None);
    }
}
