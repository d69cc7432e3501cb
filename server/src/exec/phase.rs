//! Where a run stands between its start and its end, and what time makes of it. Pure: no process, no clock.

use std::time::{Duration, Instant};

/// How long output of what the script left behind is waited for, and how long that may take to end by itself.
const DRAIN: Duration = Duration::from_secs(2);
/// How long KILL rounds go on. Only what can't be killed (another user's process, one stuck in the kernel) outlasts them.
const KILLING: Duration = Duration::from_secs(10);
/// Pause between KILL rounds.
const ROUND: Duration = Duration::from_millis(20);
/// How much longer than the grace the other side gets: its own KILL comes first, and its last words arrive.
const FAR: Duration = Duration::from_secs(1);

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The script runs.
    Running { until: Option<Instant> },
    /// It has exited; its streams or descendants have not.
    Draining { until: Instant },
    /// The other side of a wrapper was told to end.
    AskedFar { until: Instant },
    /// The tree was told to end.
    Asked { until: Instant },
    /// The tree is being killed.
    Killing { until: Instant, next: Instant },
    /// Nothing is left to do.
    Over,
}

/// What is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) now: Instant,
    /// The script has exited.
    pub(super) exited: bool,
    /// No descendant is left.
    pub(super) empty: bool,
    /// All streams have ended.
    pub(super) closed: bool,
}

/// What is to be done at a change of phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Wait,
    /// Time is up: note the cause, then [`Phase::end`].
    TimeUp,
    /// Something outlived the script and must end: say so, then [`Phase::end`].
    EndRest,
    /// Something outlived the script, as declared: say so.
    LeaveRest,
    /// Send TERM to all.
    Ask,
    /// One round of KILL.
    Kill,
    /// Say who could not be ended.
    GiveUp,
}

/// What does not change during a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) grace: Duration,
    pub(super) leaves_running: bool,
    /// The script is on the other side of a wrapper.
    pub(super) far: bool,
}

impl Phase {
    /// After the start.
    pub(super) fn begin(now: Instant, timeout_s: u64) -> Self {
        let until = if timeout_s == 0 { None } else { now.checked_add(Duration::from_secs(timeout_s)) };
        Self::Running { until }
    }

    /// Ends the tree, unless that is under way already: tells the other side first, where there is one, as
    /// a client that is ended at once takes the script's last words with it.
    pub(super) fn end(self, terms: Terms, now: Instant) -> (Self, Step) {
        match self {
            Self::Running { .. } if terms.far => {
                (Self::AskedFar { until: later(now, terms.grace + FAR) }, Step::Wait)
            }
            Self::Running { .. } | Self::Draining { .. } => {
                (Self::Asked { until: later(now, terms.grace) }, Step::Ask)
            }
            other => (other, Step::Wait),
        }
    }

    /// What comes next.
    pub(super) fn next(self, terms: Terms, seen: Seen) -> (Self, Step) {
        let Seen { now, exited, empty, closed } = seen;
        match self {
            Self::Running { .. } if exited => (Self::Draining { until: now + DRAIN }, Step::Wait),
            Self::Running { until } if passed(until, now) => (self, Step::TimeUp),
            Self::Draining { .. } if closed && empty => (Self::Over, Step::Wait),
            Self::Draining { until } if terms.leaves_running && (closed || now >= until) => {
                (Self::Over, if empty { Step::Wait } else { Step::LeaveRest })
            }
            Self::Draining { until } if now >= until && empty => (Self::Over, Step::Wait),
            Self::Draining { until } if now >= until => (self, Step::EndRest),
            Self::AskedFar { .. } | Self::Asked { .. } | Self::Killing { .. } if empty => {
                (Self::Over, Step::Wait)
            }
            Self::AskedFar { until } if now >= until => (Self::Asked { until: now + FAR }, Step::Ask),
            Self::Asked { until } if now >= until => {
                (Self::Killing { until: now + KILLING, next: now + ROUND }, Step::Kill)
            }
            Self::Killing { until, .. } if now >= until => (Self::Over, Step::GiveUp),
            Self::Killing { until, next } if now >= next => {
                (Self::Killing { until, next: now + ROUND }, Step::Kill)
            }
            other => (other, Step::Wait),
        }
    }

    /// When [`Self::next`] must be asked again, even if nothing happens.
    pub(super) fn deadline(self) -> Option<Instant> {
        match self {
            Self::Running { until } => until,
            Self::Draining { until } | Self::AskedFar { until } | Self::Asked { until } => Some(until),
            Self::Killing { next, .. } => Some(next),
            Self::Over => None,
        }
    }
}

fn passed(until: Option<Instant>, now: Instant) -> bool {
    until.is_some_and(|until| now >= until)
}

/// A grace of centuries must not overflow the clock.
fn later(now: Instant, wait: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    now.checked_add(wait).unwrap_or_else(|| now + CENTURY)
}

#[cfg(test)]
#[path = "phase_tests.rs"]
mod tests;
