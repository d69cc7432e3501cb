//! The machine's clock, set forward or back by the test.

use std::sync::atomic::{AtomicI64, Ordering};

use lastmile::clock::{Clock, SystemClock};
use lastmile_protocol::Millis;

/// The machine's clock, so many milliseconds ahead.
#[derive(Debug, Default)]
pub(crate) struct Ahead(AtomicI64);

impl Ahead {
    /// From now on it is so far ahead; behind, where that is less than nothing.
    pub(crate) fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::Relaxed);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Millis {
        Millis(SystemClock.now().0 + self.0.load(Ordering::Relaxed))
    }
}
