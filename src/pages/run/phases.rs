//! Where a run's time went: people, queue, work. Pure.

use lastmile_protocol::{Millis, RunTimes};

/// A stretch of a run's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// What it was spent on.
    pub name: &'static str,
    /// When it began.
    pub from: Millis,
    /// When it ended; `None` while it lasts.
    pub until: Option<Millis>,
}

/// The stretches that a run has gone through, in order. `asked` says whether people had to agree.
#[must_use]
pub fn phases(times: &RunTimes, asked: bool) -> Vec<Phase> {
    let mut phases = Vec::new();
    let mut add = |name, from: Option<Millis>, until: Option<Millis>| {
        phases.extend(from.map(|from| Phase { name, from, until }));
    };
    if asked {
        add("Waiting for people", Some(times.requested), times.approved.or(times.ended));
        let began = times.queued.or(times.starting);
        let late = times.approved.filter(|approved| began.is_none_or(|began| began.0 - approved.0 > 1000));
        add("Approved, waiting for its start", late, began.or(times.ended));
    }
    add("In the queue", times.queued, times.starting.or(times.ended));
    add("Working", times.running.or(times.starting), times.ended);
    phases
}

/// The moments that are known, in order.
#[must_use]
pub fn moments(times: &RunTimes) -> Vec<(&'static str, Millis)> {
    let all = [
        ("Requested", Some(times.requested)),
        ("Approved", times.approved),
        ("Queued", times.queued),
        ("Starting", times.starting),
        ("Running", times.running),
        ("Told to end", times.cancelling),
        ("Ended", times.ended),
    ];
    all.into_iter().filter_map(|(name, at)| at.map(|at| (name, at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> RunTimes {
        RunTimes {
            requested: Millis(0),
            approved: Some(Millis(60_000)),
            queued: Some(Millis(60_010)),
            starting: Some(Millis(61_000)),
            running: Some(Millis(61_100)),
            ended: Some(Millis(70_000)),
            ..RunTimes::default()
        }
    }

    #[test]
    fn waiting_for_people_the_queue_and_work_are_told_apart() {
        let all: Vec<_> =
            phases(&times(), true).iter().map(|it| (it.name, it.until.unwrap().0 - it.from.0)).collect();
        assert_eq!(all, [("Waiting for people", 60_000), ("In the queue", 990), ("Working", 8_900)]);
    }

    #[test]
    fn a_request_that_was_refused_spent_all_of_its_time_on_people() {
        let times = RunTimes { requested: Millis(0), ended: Some(Millis(5_000)), ..RunTimes::default() };
        let expected = Phase { name: "Waiting for people", from: Millis(0), until: Some(Millis(5_000)) };
        assert_eq!(phases(&times, true), [expected]);
    }

    #[test]
    fn an_approval_that_came_late_shows_the_wait_for_the_requester() {
        let times = RunTimes { queued: None, starting: None, running: None, ended: None, ..times() };
        let names: Vec<_> = phases(&times, true).iter().map(|it| (it.name, it.until)).collect();
        assert_eq!(
            names,
            [("Waiting for people", Some(Millis(60_000))), ("Approved, waiting for its start", None)]
        );
    }

    #[test]
    fn without_approvals_nobody_was_waited_for() {
        let times = RunTimes { approved: None, ..times() };
        assert_eq!(phases(&times, false)[0].name, "In the queue");
    }
}
