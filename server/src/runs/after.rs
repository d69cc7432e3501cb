//! `after`: what must have been done first, for the same target and equal values of shared inputs.

use lastmile_protocol::{AfterState, InputValue, Millis, RunSummary};

use super::prepare::Prepared;
use super::{Refusal, RunSpec, Runs};
use crate::store::Ended;

/// Outside an incident, what was done counts for an hour.
const FRESH_MS: i64 = 60 * 60 * 1000;

impl Runs {
    pub(super) async fn after_states(
        &self,
        prepared: &Prepared,
        incident: Option<&str>,
    ) -> Result<Vec<AfterState>, Refusal> {
        let shared = |name: &str| prepared.values.get(name).map(String::as_str);
        let runbook = &prepared.entry.summary.slug;
        let since = self.since(incident);
        let mut states = Vec::new();
        for name in &prepared.action.after {
            let (label, at) = if let Some(step) = prepared.entry.runbook.step(name) {
                let marks = self.store.step_marks(runbook, since, incident).await?;
                (step.text.clone(), marks.iter().find(|mark| mark.step == *name).map(|mark| mark.at))
            } else {
                let label = prepared.entry.runbook.action(name).map_or(name, |action| &action.label);
                let runs = self.store.ended_since((runbook, name), Ended::Well, since, incident).await?;
                let target = prepared.target.view.name.as_str();
                let done = runs.iter().find(|run| run.target == target && agrees(&run.inputs, shared));
                (label.clone(), done.and_then(ended))
            };
            states.push(AfterState { name: name.clone(), label, done: at.is_some(), at });
        }
        Ok(states)
    }

    /// Looks again at the start of a run that was asked for before.
    pub(super) async fn after_holds(&self, spec: &RunSpec) -> Result<bool, Refusal> {
        let incident = spec.incident.as_deref();
        let since = self.since(incident);
        let shared = |name: &str| {
            spec.inputs.iter().find(|input| input.name == name).map(|input| input.value.as_str())
        };
        for name in &spec.after {
            let marks = self.store.step_marks(&spec.runbook, since, incident).await?;
            let runs = self.store.ended_since((&spec.runbook, name), Ended::Well, since, incident).await?;
            let by_run =
                runs.iter().any(|run| run.target == spec.target.view.name && agrees(&run.inputs, shared));
            if !by_run && !marks.iter().any(|mark| mark.step == *name) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn since(&self, incident: Option<&str>) -> Option<Millis> {
        incident.is_none().then(|| Millis(self.clock.now().0 - FRESH_MS))
    }
}

fn ended(run: &RunSummary) -> Option<Millis> {
    run.times.ended
}

/// Inputs that both have must have the same value.
pub(super) fn agrees<'a>(done: &[InputValue], shared: impl Fn(&str) -> Option<&'a str>) -> bool {
    done.iter()
        .filter(|input| !input.secret)
        .all(|input| shared(&input.name).is_none_or(|value| value == input.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str, value: &str) -> InputValue {
        InputValue { name: name.into(), value: value.into(), secret: false, typed: None, version: None }
    }

    #[test]
    fn a_check_of_another_pool_does_not_count() {
        let done = [input("pool", "green")];
        assert!(!agrees(&done, |name| (name == "pool").then_some("blue")));
        assert!(agrees(&done, |name| (name == "pool").then_some("green")));
    }

    #[test]
    fn inputs_that_only_one_of_them_has_do_not_matter() {
        assert!(agrees(&[input("pool", "green")], |_| None));
    }
}
