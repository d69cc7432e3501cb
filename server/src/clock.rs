//! The clock and the source of ids and randomness, passed in so that tests can set them.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use lastmile_protocol::{Millis, RunId};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in milliseconds since the Unix epoch.
    fn now(&self) -> Millis;
}

/// A clock that parts of the server share.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system gave no randomness; nothing that must be unguessable can be made.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct NoRandomness(getrandom::Error);

/// `N` unguessable bytes.
///
/// # Errors
/// If the operating system has none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// A new run id: UUID version 7 of `now`.
///
/// # Errors
/// If there is no randomness.
pub fn new_run_id(now: Millis) -> Result<RunId, NoRandomness> {
    let millis = u64::try_from(now.0).unwrap_or_default();
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()?).into_uuid();
    Ok(RunId(id.to_string()))
}

/// When that id was made; `None` for one that was not made here.
#[must_use]
pub fn made_at(id: &RunId) -> Option<Millis> {
    let (seconds, nanos) = uuid::Uuid::try_parse(id.as_str()).ok()?.get_timestamp()?.to_unix();
    i64::try_from(seconds).ok().map(|seconds| Millis(seconds * 1000 + i64::from(nanos / 1_000_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_when_it_was_made_and_sorts_by_that() {
        let (early, late) = (Millis(1_795_000_000_123), Millis(1_795_000_000_124));
        let ids = [early, late].map(|at| new_run_id(at).unwrap());
        assert_eq!(made_at(&ids[0]), Some(early));
        assert!(ids[0].as_str() < ids[1].as_str());
        assert_eq!(made_at(&RunId::from("something else")), None);
    }
}
