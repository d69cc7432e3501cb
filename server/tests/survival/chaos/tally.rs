//! Who was killed in which state, and how the runs ended.

use std::collections::BTreeMap;
use std::fmt;

use super::plan::Victim;

/// Pairs that a thousand rounds must have reached, each at least [`Tally::ENOUGH`] times.
pub(crate) const PAIRS: [(Victim, &str); 9] = [
    (Victim::Server, "queued"),
    (Victim::Server, "starting"),
    (Victim::Server, "running"),
    (Victim::Process, "starting"),
    (Victim::Process, "running"),
    (Victim::Guard, "starting"),
    (Victim::Guard, "running"),
    (Victim::Script, "starting"),
    (Victim::Script, "running"),
];

/// Counts.
#[derive(Default)]
pub(crate) struct Tally {
    kills: BTreeMap<(Victim, String), u64>,
    missed: u64,
    ends: BTreeMap<String, u64>,
}

impl Tally {
    pub(crate) const ENOUGH: u64 = 10;

    pub(crate) fn note(&mut self, victim: Victim, killed_in: Option<&str>, end: &str) {
        match killed_in {
            Some(state) => *self.kills.entry((victim, state.to_owned())).or_default() += 1,
            None => self.missed += 1,
        }
        *self.ends.entry(end.to_owned()).or_default() += 1;
    }

    /// Pairs that were not reached often enough.
    pub(crate) fn thin(&self) -> Vec<(Victim, &'static str)> {
        let count = |pair: &(Victim, &'static str)| self.kills.get(&(pair.0, pair.1.to_owned())).copied();
        PAIRS.into_iter().filter(|pair| count(pair).unwrap_or(0) < Self::ENOUGH).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<10} {:<12} kills", "victim", "run state")?;
        for ((victim, state), count) in &self.kills {
            writeln!(f, "{:<10} {state:<12} {count:>5}", format!("{victim:?}").to_lowercase())?;
        }
        writeln!(f, "nobody to kill any more {:>5}", self.missed)?;
        let ends: Vec<_> = self.ends.iter().map(|(end, count)| format!("{end} {count}")).collect();
        writeln!(f, "runs ended: {}", ends.join(", "))
    }
}
