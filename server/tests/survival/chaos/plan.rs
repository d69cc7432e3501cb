//! What a round is to do; the seed decides it.

use std::time::Duration;

use super::random::Random;

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Victim {
    Server,
    /// The per-run process.
    Process,
    /// The per-run process's guard.
    Guard,
    Script,
}

/// When.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// So long after the request was sent.
    After(Duration),
    /// As soon as the script has run for so long.
    Running(Duration),
    /// While the record still says `starting`, so long after the victim is there.
    Starting(Duration),
    /// While the run waits for its turn.
    Queued,
}

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// Some hundred lines at once.
    Quick,
    /// A line every few milliseconds, for half a second.
    Slow,
    /// As `Slow`, with children that have left its session, parent and environment.
    Tree,
}

impl Script {
    pub(crate) const ALL: [Self; 3] = [Self::Quick, Self::Slow, Self::Tree];

    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Slow => "slow",
            Self::Tree => "tree",
        }
    }

    /// Lines that it writes if nobody stops it.
    pub(crate) fn lines(self) -> u64 {
        if self == Self::Quick { 400 } else { 40 }
    }
}

/// One round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) victim: Victim,
    pub(crate) moment: Moment,
    pub(crate) script: Script,
}

impl Plan {
    pub(crate) fn of(seed: u64, round: u64) -> Self {
        let random = &mut Random::of(seed, round);
        let victim =
            random.pick(&[Victim::Server, Victim::Server, Victim::Process, Victim::Guard, Victim::Script]);
        let moment = match (random.below(10), victim) {
            (0..=2, Victim::Server) => Moment::After(Duration::from_micros(random.below(25_000))),
            (0..=2, _) => Moment::After(Duration::from_micros(random.below(80_000))),
            (3, _) => Moment::After(Duration::from_micros(random.below(600_000))),
            (4..=5, _) => Moment::Starting(Duration::from_micros(random.below(30_000))),
            (6..=7, Victim::Server) => Moment::Queued,
            _ => Moment::Running(Duration::from_micros(random.below(400_000))),
        };
        let script = match moment {
            // What is killed while it runs must run for a while.
            Moment::Running(_) | Moment::Queued => random.pick(&[Script::Slow, Script::Slow, Script::Tree]),
            _ => random.pick(&[Script::Quick, Script::Quick, Script::Slow, Script::Tree]),
        };
        Self { victim, moment, script }
    }
}
