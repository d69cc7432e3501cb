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
