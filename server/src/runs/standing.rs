//! How the retries of a run stand: what was agreed to, what all who must agree allow together, and whether one is free.

use lastmile_protocol::{Decision, Millis, RunId};

use super::allowing::TYPED;
use super::answer::Given;
use super::{Refusal, RunSpec, Runs};
use crate::people::Caller;
use crate::store::{NoRetry, RetryLine};

/// What was agreed to, as it stands now.
pub(super) struct Agreed {
    pub(super) line: RetryLine,
    pub(super) spec: RunSpec,
}

/// What all who must agree by now allow together.
pub(super) struct Standing {
    pub(super) count: u32,
    pub(super) until: Millis,
    /// What the decision rested on, for the audit record.
    pub(super) rested_on: serde_json::Value,
}

impl Runs {
    /// A run with what has come of it.
    ///
    /// # Errors
    /// `NotFound`, or `Altered`.
    pub(super) async fn agreed(&self, id: &RunId) -> Result<Agreed, Refusal> {
        opened(self.store.retry_line(id).await?.ok_or(Refusal::NotFound("run"))?)
    }

    /// What the grants amount to for what must be agreed to by now: each need met by people who are in the team now, and each
    /// of these allows retries. The smallest count, the earliest end.
    ///
    /// # Errors
    /// If it would not be allowed any more, or the grants are too few.
    pub(super) fn standing(&self, Agreed { line, spec }: &Agreed) -> Result<Standing, Refusal> {
        if let Some(who) = line.withdrawn_by() {
            return Err(NoRetry::Withdrawn(who.to_owned()).into());
        }
        let allows: Vec<_> = line.answers.iter().filter(|answer| answer.retries.is_some()).cloned().collect();
        if allows.is_empty() {
            return Err(Refusal::WrongState("Nobody has allowed retries of this run.".to_owned()));
        }
        let decided = self.decided_now(spec, &line.run)?;
        let rested_on = decided.account();
        let needs = match decided.verdict.decision {
            Decision::NeedsApproval { needs } => needs,
            Decision::Allow => Vec::new(),
            Decision::Deny { why } => return Err(Refusal::Forbidden(why)),
        };
        let given = Given { roll: &self.directory.now(), digest: &line.run.digest };
        if let Some(need) = needs.iter().find(|need| !given.is_met(need, &allows)) {
            return Err(Refusal::Forbidden(format!(
                "Retries count only if all who must agree allow them: by now {} of {} ({}), and fewer have. Ask for a new run.",
                need.count, need.team, need.why
            )));
        }
        let counted = allows.iter().filter(|answer| needs.iter().any(|need| given.counts(answer, need)));
        let grants: Vec<_> = counted.filter_map(|answer| answer.retries).collect();
        let smallest = grants.iter().map(|grant| grant.count).min();
        let earliest = grants.iter().map(|grant| grant.until).min();
        let (Some(count), Some(until)) = (smallest, earliest) else {
            return Err(Refusal::Forbidden(
                "By now nobody has to agree to this: ask for a new run.".to_owned(),
            ));
        };
        Ok(Standing { count, until, rested_on })
    }
}

/// Opens what was agreed to, if its bytes are those of its digest.
pub(super) fn opened(line: RetryLine) -> Result<Agreed, Refusal> {
    let spec = RunSpec::open(&line.run.spec, &line.run.digest)?;
    Ok(Agreed { line, spec })
}

/// Only the requester may: whoever row and run spec say that is.
pub(super) fn check_requester(caller: &Caller, Agreed { line, spec }: &Agreed) -> Result<(), Refusal> {
    for person in [&line.run.summary.requester, &spec.requester] {
        if person.id != caller.person().id {
            return Err(Refusal::Forbidden(format!("Only {} can retry this run.", person.name)));
        }
    }
    Ok(())
}

/// Whether one is left, and can be begun by what is there.
pub(super) fn check_free(
    Agreed { line, spec }: &Agreed,
    standing: &Standing,
    now: Millis,
) -> Result<(), Refusal> {
    if let Some(of) = &spec.retry_of {
        let why = format!("This is a retry itself. Retry the run that was agreed to: {}.", of.run);
        return Err(Refusal::WrongState(why));
    }
    if line.run.has_secrets {
        return Err(Refusal::WrongState(TYPED.to_owned()));
    }
    line.why_not(standing.count, standing.until, now).map_or(Ok(()), |why| Err(why.into()))
}
