//! What a client has begun goes on to its end, also if the client hangs up meanwhile.
//!
//! A handler whose client is gone is dropped where it stands. Between what is recorded and what must follow from it (a run
//! that has to be started, secrets to be forgotten) that would leave something that nobody takes care of.

use super::Failure;
use crate::runs::Refusal;

/// Waits for the work, without being needed by it.
pub(super) async fn finish<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Failure> {
    Ok(tokio::spawn(work).await??)
}
