//! How often somebody may ask: a minute's worth at once, then as fast as it is regained.
//!
//! Keys share a fixed number of slots by a hash that nobody can foresee, so that whoever makes up addresses or names fills no
//! memory and locks out nobody on purpose. It must not know what is asked for.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

const SLOTS: usize = 16 * 1024;
const MINUTE_MS: u64 = 60_000;

/// Too many of something: to be tried again in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany(pub u64);

/// So many a minute of each.
#[derive(Debug)]
pub struct Limiter {
    /// Milliseconds in which one is regained.
    each_ms: u64,
    hash: RandomState,
    begun: Instant,
    /// By slot, the milliseconds at which everything is regained.
    full_at: Mutex<Box<[u64]>>,
}

impl Limiter {
    /// `most`: a minute; at least one.
    #[must_use]
    pub fn new(most: u32, now: Instant) -> Self {
        let each_ms = (MINUTE_MS / u64::from(most.max(1))).max(1);
        let full_at = Mutex::new(vec![0; SLOTS].into_boxed_slice());
        Self { each_ms, hash: RandomState::new(), begun: now, full_at }
    }

    /// Takes one.
    ///
    /// # Errors
    /// If there is none left; then none is taken.
    pub fn take(&self, of: impl Hash, now: Instant) -> Result<(), TooMany> {
        self.at(of, now, |full_at, left| {
            left?;
            *full_at += self.each_ms;
            Ok(())
        })
    }

    /// Whether there is one left; none is taken.
    ///
    /// # Errors
    /// If not.
    pub fn look(&self, of: impl Hash, now: Instant) -> Result<(), TooMany> {
        self.at(of, now, |_, left| left)
    }

    fn at(
        &self,
        of: impl Hash,
        now: Instant,
        act: impl FnOnce(&mut u64, Result<(), TooMany>) -> Result<(), TooMany>,
    ) -> Result<(), TooMany> {
        let now =
            u64::try_from(now.saturating_duration_since(self.begun).as_millis()).unwrap_or(u64::MAX / 2);
        let slot = usize::try_from(self.hash.hash_one(of) % SLOTS as u64).unwrap_or_default();
        let mut slots = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(full_at) = slots.get_mut(slot) else { return Ok(()) };
        *full_at = (*full_at).max(now);
        let over = (*full_at + self.each_ms).saturating_sub(now + MINUTE_MS);
        let left = if over == 0 { Ok(()) } else { Err(TooMany(over.div_ceil(1000))) };
        act(full_at, left)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_minute_s_worth_may_be_asked_at_once_and_more_only_as_it_is_regained() {
        let now = Instant::now();
        let limiter = Limiter::new(10, now);
        for _ in 0..10 {
            assert_eq!(limiter.take("ann", now), Ok(()));
        }
        assert_eq!(limiter.take("ann", now), Err(TooMany(6)));
        assert_eq!(limiter.look("ann", now + Duration::from_secs(5)), Err(TooMany(1)));
        assert_eq!(limiter.take("ann", now + Duration::from_secs(6)), Ok(()));
        assert_eq!(limiter.take("ann", now + Duration::from_secs(6)), Err(TooMany(6)));
    }

    #[test]
    fn one_who_asks_too_much_takes_nothing_from_others_and_looking_takes_nothing() {
        let now = Instant::now();
        let limiter = Limiter::new(1, now);
        assert_eq!(limiter.look("ann", now), Ok(()));
        assert_eq!(limiter.take("ann", now), Ok(()));
        assert!(limiter.take("ann", now).is_err());
        let free = (0..100).filter(|other| limiter.look(other, now).is_ok()).count();
        assert!(free >= 98, "{free} of 100 others");
    }
}
