//! How long to wait before the next try.

/// Shortest wait before a second try, in milliseconds.
const FIRST: u32 = 500;
/// Longest wait, in milliseconds: a person who looks at a stale page for longer gives up on it.
const LONGEST: u32 = 30_000;

/// Waits that double with each failure, jittered so that a thousand tabs do not all come back at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after one more failure, in milliseconds; `random` lies in `0.0..1.0`.
    pub fn after_failure(&mut self, random: f64) -> u32 {
        let full = FIRST.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let spread = f64::from(full) / 2.0;
        // Between half and all of it: never at once, never later than said. Both halves fit u32.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ value ≤ LONGEST")]
        let wait = (spread + spread * random.clamp(0.0, 1.0)) as u32;
        wait
    }

    /// How many tries in a row have failed.
    #[must_use]
    pub fn failures(self) -> u32 {
        self.failures
    }

    /// It worked: the next failure waits shortly again.
    pub fn worked(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let waits: Vec<u32> = (0..9).map(|_| backoff.after_failure(1.0)).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn jitter_takes_away_at_most_half() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.after_failure(0.0), 250);
        assert_eq!(backoff.after_failure(0.5), 750);
    }

    #[test]
    fn endless_failures_do_not_overflow() {
        let mut backoff = Backoff { failures: u32::MAX };
        assert_eq!(backoff.after_failure(1.0), 30_000);
        backoff.worked();
        assert_eq!(backoff.after_failure(1.0), 500);
    }
}
