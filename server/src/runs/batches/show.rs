//! The page of a request: how each of its runs stands, and what all of them are, from their run specs.

use lastmile_protocol::{Batch, BatchId, Member};

use super::super::read::may_do;
use super::super::{Refusal, RunSpec, Runs};
use super::facts::compare;
use crate::people::Caller;
use crate::store::StoredRun;

impl Runs {
    /// A request of several runs. Whoever may see a run may see this.
    ///
    /// # Errors
    /// If there is no such request, or the record can't be read.
    pub async fn batch(&self, caller: &Caller, id: &BatchId) -> Result<Batch, Refusal> {
        let runs = self.members(id).await?;
        let specs: Vec<Option<RunSpec>> = runs.iter().map(opened).collect();
        let compared = compare(&specs);
        let first = runs.first().map(|run| run.summary.clone()).ok_or(Refusal::NotFound("request"))?;
        let known: Vec<&RunSpec> = specs.iter().flatten().collect();
        let spec = known.first().copied();
        let same = known.iter().all(|other| spec.is_some_and(|spec| spec.script == other.script));
        let mut batch = Batch {
            id: id.clone(),
            requester: first.requester,
            requested: first.times.requested,
            token: spec.and_then(|spec| spec.token.clone()),
            reason: first.reason,
            ticket: first.ticket,
            incident: first.incident,
            runbook: first.runbook,
            runbook_title: first.runbook_title,
            action: first.action,
            label: first.label,
            danger: spec.and_then(|spec| spec.danger.clone()),
            script: spec.filter(|_| same).map(|spec| spec.script.clone()),
            language: spec.map(|spec| spec.language.clone()).unwrap_or_default(),
            common: compared.common,
            columns: compared.columns,
            members: Vec::new(),
        };
        for ((run, spec), cells) in runs.into_iter().zip(&specs).zip(compared.cells) {
            batch.members.push(self.member(caller, run, spec.as_ref(), cells).await?);
        }
        Ok(batch)
    }

    async fn member(
        &self,
        caller: &Caller,
        run: StoredRun,
        spec: Option<&RunSpec>,
        cells: Vec<Option<String>>,
    ) -> Result<Member, Refusal> {
        let approvals = self.store.answers(&run.summary.id).await?;
        let answered = approvals.iter().any(|approval| approval.by.id == caller.person().id);
        let mut may = may_do(caller, &run, answered);
        may.judge &= !approvals.is_empty();
        may.answer &= spec.is_some();
        let fault = spec.is_none().then(|| Refusal::from(super::super::spec::SpecError::Altered).to_string());
        let file = spec.map(|spec| self.file_state(spec, run.summary.state)).unwrap_or_default();
        let StoredRun { summary, digest, needs, .. } = run;
        Ok(Member { run: summary, digest, cells, needs, approvals, file, may, fault })
    }
}

/// One that is not what its digest was taken of must not keep anybody from seeing the others: it is told as such.
fn opened(run: &StoredRun) -> Option<RunSpec> {
    RunSpec::open(&run.spec, &run.digest)
        .inspect_err(|error| tracing::error!(run = %run.summary.id, error = error as &dyn std::error::Error, "a run spec is damaged"))
        .ok()
}
