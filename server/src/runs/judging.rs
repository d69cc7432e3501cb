//! Finds what a waiting request can be judged by; [`super::evidence`] puts it together.

use lastmile_protocol::{CheckResult, Decision, Evidence, RunId, RunState, RunSummary};

use super::after::agrees;
use super::evidence::{Found, assemble};
use super::{Refusal, RunSpec, Runs};
use crate::people::Caller;
use crate::policy::Circumstances;
use crate::store::{Ended, StoredRun};

/// Earlier runs that are told.
const RECENT: u32 = 5;

impl Runs {
    /// What a run that waits for an answer can be judged by. Whoever may see the run may see this.
    ///
    /// # Errors
    /// If there is no such run, it waits no more, or the record can't be read.
    pub async fn evidence(&self, _caller: &Caller, id: &RunId) -> Result<Evidence, Refusal> {
        let run = self.store.run(id).await?.ok_or(Refusal::NotFound("run"))?;
        if run.summary.state != RunState::AwaitingApproval {
            let why = "This run no longer waits for an answer: its page shows what became of it.";
            return Err(Refusal::WrongState(why.to_owned()));
        }
        let spec =
            RunSpec::open(&run.spec, &run.digest).map_err(|error| Refusal::Internal(Box::new(error)))?;
        let entry = self.catalog.get(&spec.runbook);
        let (runbook, action) = (&spec.runbook, spec.action.as_str());
        let found = Found {
            last_success: self.store.last_success(runbook, action, id).await?.map(with_spec),
            recent: self.store.started(runbook, action, id, RECENT).await?,
            there: self.store.under_way_on(&spec.target.view.name, id).await?,
            after: self.after_results(&spec).await?,
            stands: self.stands(&spec, &run),
            runbook: entry.as_ref().map(|entry| &entry.runbook),
            spec: &spec,
        };
        Ok(assemble(found))
    }

    /// How things stand as policies see them, or why they would not allow it any more.
    fn stands(&self, spec: &RunSpec, run: &StoredRun) -> Result<Circumstances, String> {
        let decided = self.decided_now(spec, run).map_err(|refusal| refusal.to_string())?;
        match decided.verdict.decision {
            Decision::Deny { why } => Err(why),
            _ => Ok(decided.at),
        }
    }

    /// What had to be done first, each with its newest run, however that ended.
    async fn after_results(&self, spec: &RunSpec) -> Result<Vec<CheckResult>, Refusal> {
        let entry = self.catalog.get(&spec.runbook);
        let incident = spec.incident.as_deref();
        let since = self.since(incident);
        let fits = |run: &RunSummary| {
            let shared =
                |name: &str| spec.inputs.iter().find(|it| it.name == name).map(|it| it.value.as_str());
            run.target == spec.target.view.name && agrees(&run.inputs, shared)
        };
        let mut results = Vec::new();
        for name in &spec.after {
            let action = entry.as_ref().and_then(|entry| entry.runbook.action(name));
            let step = entry.as_ref().and_then(|entry| entry.runbook.step(name));
            let label = action.map(|it| it.label.as_str()).or(step.map(|it| it.text.as_str()));
            let label = label.unwrap_or(name).to_owned();
            let action = (&spec.runbook, name.as_str());
            let runs = self.store.ended_since(action, Ended::Anyhow, since, incident).await?;
            let run = runs.into_iter().find(fits);
            let successes = self.store.ended_since(action, Ended::Well, since, incident).await?;
            let success = successes.into_iter().find(fits);
            let marks = self.store.step_marks(&spec.runbook, since, incident).await?;
            let mark = marks.into_iter().find(|mark| mark.step == *name);
            let at = run.as_ref().and_then(|run| run.times.ended).or(mark.as_ref().map(|mark| mark.at));
            let done = success.is_some() || mark.is_some();
            let by = mark.map(|mark| mark.by);
            results.push(CheckResult { name: name.clone(), label, done, run, by, at });
        }
        Ok(results)
    }
}

/// A damaged record of an earlier run must not keep anybody from judging this one: it is told as such.
fn with_spec(run: StoredRun) -> (RunSummary, Option<RunSpec>) {
    let spec = RunSpec::open(&run.spec, &run.digest)
        .inspect_err(|error| tracing::error!(run = %run.summary.id, error = error as &dyn std::error::Error, "a run spec is damaged"));
    (run.summary, spec.ok())
}
