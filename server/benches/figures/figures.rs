//! Numbers for people.

use std::time::Duration;

/// Sorted durations.
pub(crate) struct Delays(Vec<Duration>);

impl Delays {
    pub(crate) fn new(mut all: Vec<Duration>) -> Self {
        assert!(!all.is_empty(), "nothing was measured");
        all.sort_unstable();
        Self(all)
    }

    /// The slowest but for one in a hundred.
    pub(crate) fn p99(&self) -> Duration {
        self.at(990)
    }

    fn at(&self, per_mille: usize) -> Duration {
        self.0[(self.0.len() * per_mille / 1000).min(self.0.len() - 1)]
    }
}

impl std::fmt::Display for Delays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |delay: Duration| delay.as_secs_f64() * 1000.0;
        let (p50, p99, most) = (ms(self.at(500)), ms(self.at(990)), ms(self.at(1000)));
        write!(f, "p50 {p50:.2} ms, p99 {p99:.2} ms, most {most:.2} ms ({} measured)", self.0.len())
    }
}

/// Millions.
pub(crate) fn millions(count: u64, took: Duration) -> f64 {
    count as f64 / 1e6 / took.as_secs_f64()
}

/// A small generator (xorshift): a seed is all that is needed to see the same again.
pub(crate) struct Random(u64);

impl Random {
    /// Seeded by `LASTMILE_SEED` or the clock; prints the seed.
    pub(crate) fn seeded() -> Self {
        let given = std::env::var("LASTMILE_SEED").ok().and_then(|seed| seed.parse().ok());
        let clock = || std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_nanos() as u64);
        let seed: u64 = given.unwrap_or_else(clock);
        println!("seed {seed} (LASTMILE_SEED={seed} repeats it)");
        Self(seed | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
