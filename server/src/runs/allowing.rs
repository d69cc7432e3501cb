//! What a yes may allow besides, and in which words a retry is refused.

use lastmile_protocol::{
    AllowRetries, Answer, AnswerRequest, MAX_RETRIES, MAX_RETRY_MINUTES, Millis, RetryGrant,
};

use super::Refusal;
use super::spec::SpecError;
use crate::store::{NoRetry, StoredRun};

/// What is said where a typed secret would be needed again.
pub(super) const TYPED: &str = "This run takes a typed secret, which is kept for one start only: it can't be retried. Ask for a new run.";

/// What an answer may allow of this run.
///
/// # Errors
/// `BadRequest` if it can't.
pub(super) fn check_allowed(request: &AnswerRequest, run: &StoredRun) -> Result<(), Refusal> {
    let Some(AllowRetries { count, minutes }) = request.retries else { return Ok(()) };
    if request.answer != Answer::Yes {
        return Err(Refusal::BadRequest(
            "Only a yes can allow retries. Leave `retries` out of a no.".to_owned(),
        ));
    }
    if !(1..=MAX_RETRIES).contains(&count) || !(1..=MAX_RETRY_MINUTES).contains(&minutes) {
        return Err(Refusal::BadRequest(format!(
            "`retries` takes a `count` of 1 to {MAX_RETRIES} and `minutes` of 1 to {MAX_RETRY_MINUTES}."
        )));
    }
    if run.has_secrets {
        return Err(Refusal::BadRequest(TYPED.to_owned()));
    }
    Ok(())
}

/// The grant of a yes that is given at that moment.
pub(super) fn granted(AllowRetries { count, minutes }: AllowRetries, at: Millis) -> RetryGrant {
    RetryGrant { count, until: Millis(at.0.saturating_add(i64::from(minutes) * 60_000)), withdrawn: None }
}

impl From<NoRetry> for Refusal {
    fn from(why: NoRetry) -> Self {
        let again = "Ask for a new run if it is still needed.";
        Self::WrongState(match why {
            NoRetry::Altered => return SpecError::Altered.into(),
            NoRetry::NotRun => format!("This run never started, so there is nothing to retry. {again}"),
            NoRetry::UnderWay(run) => format!("It has not ended yet: {run} is under way. Wait for its end."),
            NoRetry::Withdrawn(who) => format!("{who} has withdrawn the retries. {again}"),
            NoRetry::UsedUp(1) => format!("The one retry that was allowed is used. {again}"),
            NoRetry::UsedUp(count) => format!("All {count} retries that were allowed are used. {again}"),
            NoRetry::Over => format!("The time for retries is over. {again}"),
        })
    }
}
