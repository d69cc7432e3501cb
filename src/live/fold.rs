//! What a message of the stream means for what is known already. Pure.

use lastmile_protocol::{Event, LogTail, NoticeWhy, RunState, RunSummary, Slug};

/// Follows the stream's sequence numbers and tells what each message changes.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    /// Everything up to here has been seen.
    seen: Option<u64>,
    /// What the open connection was asked to resume after.
    resumed_after: Option<u64>,
    /// The open connection has greeted already.
    greeted: bool,
}

/// What a message changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The connection stands and nothing was missed.
    Connected,
    /// The connection stands, but something may have been missed: ask again for all that is shown.
    Resync,
    /// A run is now like this.
    Run(Box<RunSummary>),
    /// This person is told of a run.
    Notice(NoticeWhy, Box<RunSummary>),
    /// The newest lines of a run.
    Tail(LogTail),
    /// These runbooks changed, came or went.
    Catalog(Vec<Slug>),
    /// So many runs wait for this person.
    Approvals {
        /// For their answer.
        to_answer: u32,
        /// For their review.
        to_review: u32,
    },
    /// Nothing that this version understands.
    Nothing,
}

impl Fold {
    /// A connection is being opened: what to resume after.
    pub fn resume(&mut self) -> Option<u64> {
        self.resumed_after = self.seen;
        self.greeted = false;
        self.seen
    }

    /// Takes in one message.
    pub fn take(&mut self, event: Event) -> Change {
        match event {
            Event::Hello { seq } => self.hello(seq),
            Event::Run { seq, run } => {
                self.seen = self.seen.max(Some(seq));
                Change::Run(Box::new(run))
            }
            Event::Notice { seq, why, run } => {
                self.seen = self.seen.max(Some(seq));
                Change::Notice(why, Box::new(run))
            }
            Event::Tail(tail) => Change::Tail(tail),
            Event::Catalog { slugs } => Change::Catalog(slugs),
            Event::Approvals { to_answer, to_review } => Change::Approvals { to_answer, to_review },
            Event::Unknown => Change::Nothing,
        }
    }

    fn hello(&mut self, seq: u64) -> Change {
        if std::mem::replace(&mut self.greeted, true) {
            // A later greeting says how far the stream has caught up: resuming need not begin before it.
            self.seen = self.seen.max(Some(seq));
            return Change::Nothing;
        }
        match self.resumed_after {
            // What lies between is sent next, as stored messages; `seen` moves with them.
            Some(after) if after <= seq => Change::Connected,
            // First connection, or a server whose record is younger than what was seen (restored, reset).
            _ => {
                self.seen = Some(seq);
                self.resumed_after = Some(seq);
                Change::Resync
            }
        }
    }
}

/// How far a state is in a run's life; a later message never takes a run back.
fn rank(state: RunState) -> u8 {
    match state {
        RunState::Unknown | RunState::AwaitingApproval => 0,
        RunState::Approved => 1,
        RunState::Queued => 2,
        RunState::Starting => 3,
        RunState::Running => 4,
        _ => 5,
    }
}

/// Whether `new` may take the place of `old`, of the same run: answers to requests and messages of the stream come
/// by different ways, so the older one may arrive last.
#[must_use]
pub fn supersedes(old: Option<&RunSummary>, new: &RunSummary) -> bool {
    old.is_none_or(|old| {
        let step = |run: &RunSummary| (rank(run.state), run.times.cancelling.is_some());
        old.id != new.id || step(new) >= step(old) || new.state.is_final()
    })
}

/// Of two runs of the same action, whether `new` is the one to show: the later one, or a later state of the same.
#[must_use]
pub fn is_latest(old: Option<&RunSummary>, new: &RunSummary) -> bool {
    old.is_none_or(|old| {
        if old.id == new.id {
            supersedes(Some(old), new)
        } else {
            (new.times.requested, &new.id) >= (old.times.requested, &old.id)
        }
    })
}

#[cfg(test)]
mod tests {
    use lastmile_protocol::{Millis, RunId};

    use super::*;
    use crate::sample;

    #[test]
    fn the_first_connection_asks_for_everything_again_and_a_resumed_one_does_not() {
        let mut fold = Fold::default();
        assert_eq!(fold.resume(), None);
        assert_eq!(fold.take(Event::Hello { seq: 7 }), Change::Resync);
        assert_eq!(fold.resume(), Some(7));
        assert_eq!(fold.take(Event::Hello { seq: 9 }), Change::Connected);
    }

    #[test]
    fn resuming_starts_after_the_last_stored_message() {
        let mut fold = Fold::default();
        fold.resume();
        fold.take(Event::Hello { seq: 7 });
        fold.take(Event::Run { seq: 12, run: sample::run("a", RunState::Running) });
        fold.take(Event::Approvals { to_answer: 3, to_review: 0 });
        assert_eq!(fold.resume(), Some(12));
    }

    #[test]
    fn messages_missed_while_away_are_not_skipped_by_the_greeting() {
        let mut fold = Fold::default();
        fold.resume();
        fold.take(Event::Hello { seq: 5 });
        fold.resume();
        fold.take(Event::Hello { seq: 9 });
        // The connection broke before 6 to 9 arrived.
        assert_eq!(fold.resume(), Some(5));
    }

    #[test]
    fn a_later_greeting_moves_the_place_to_resume_at() {
        let mut fold = Fold::default();
        fold.resume();
        fold.take(Event::Hello { seq: 5 });
        fold.resume();
        fold.take(Event::Hello { seq: 900 });
        assert_eq!(fold.take(Event::Hello { seq: 900 }), Change::Nothing);
        assert_eq!(fold.resume(), Some(900));
    }

    #[test]
    fn a_server_with_a_younger_record_is_asked_for_everything() {
        let mut fold = Fold::default();
        fold.resume();
        fold.take(Event::Hello { seq: 500 });
        fold.resume();
        assert_eq!(fold.take(Event::Hello { seq: 3 }), Change::Resync);
        assert_eq!(fold.resume(), Some(3));
    }

    #[test]
    fn a_late_answer_does_not_take_a_run_back() {
        let ended = sample::run("a", RunState::Failed);
        assert!(!supersedes(Some(&ended), &sample::run("a", RunState::Running)));
        assert!(supersedes(Some(&ended), &sample::run("b", RunState::AwaitingApproval)));
        assert!(supersedes(None, &ended));
    }

    #[test]
    fn an_action_shows_its_latest_run() {
        let mut old = sample::run("1", RunState::Succeeded);
        old.times.requested = Millis(10);
        let mut new = sample::run("2", RunState::AwaitingApproval);
        new.times.requested = Millis(20);
        assert!(is_latest(Some(&old), &new));
        assert!(!is_latest(Some(&new), &old));
        new.id = RunId::from("1");
        assert!(!is_latest(Some(&old), &new));
    }
}
