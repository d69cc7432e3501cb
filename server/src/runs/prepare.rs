//! From "this action with these inputs" to a target and a decision. The same way for preview and request.

use std::collections::BTreeMap;
use std::sync::Arc;

use lastmile_protocol::{BrokenGlass, Decision, Digest, FieldProblem, Need, Preview, PreviewRequest, Slug};
use lastmile_runbook::{Action, Kind, digest::sha256_hex, value};

use super::{Refusal, RunSpec, Runs};
use crate::catalog::Entry;
use crate::config::Target;
use crate::people::Caller;
use crate::policy::Glass;
use crate::policy_files::{self, Asker, Decided};
use crate::store::StoredRun;

/// An action that could run: inputs checked, target known, policy asked.
pub(super) struct Prepared {
    pub(super) entry: Arc<Entry>,
    pub(super) action: Action,
    pub(super) values: BTreeMap<String, String>,
    pub(super) target: Target,
    pub(super) interpreter: Vec<String>,
    pub(super) decision: Decision,
    /// Digest of the policies that decided.
    pub(super) policy: Digest,
    /// What the decision rested on, for the audit record.
    pub(super) rested_on: serde_json::Value,
    /// Whom the document asks for.
    pub(super) asks: Vec<(String, u32)>,
    /// Versions of the secrets that come from the target's store, once they were read.
    pub(super) versions: BTreeMap<String, String>,
    /// Equal for the same action with the same inputs on the same target.
    pub(super) same: String,
    /// Whether this person may start it at once.
    pub(super) glass: Glass,
    /// They do.
    pub(super) broken: Option<BrokenGlass>,
}

impl Runs {
    /// What would happen, without doing it.
    ///
    /// # Errors
    /// If there is no such runbook or action, or the record can't be read.
    pub async fn preview(&self, caller: &Caller, request: &PreviewRequest) -> Result<Preview, Refusal> {
        let asker = Asker::of(caller);
        let prepared = match self.prepare(asker, &request.runbook, &request.action, &request.inputs) {
            Ok(prepared) => prepared,
            Err(Refusal::Inputs(inputs)) => return Ok(Preview { inputs, ..no_preview() }),
            Err(Refusal::ActionDisabled(why)) => {
                return Ok(Preview { decision: Some(Decision::Deny { why }), ..no_preview() });
            }
            Err(other) => return Err(other),
        };
        let after = self.after_states(&prepared, request.incident.as_deref()).await?;
        let existing = self.store.same_under_way(&prepared.same).await?;
        let break_glass = self.glass_offer(&prepared, &after);
        Ok(Preview {
            break_glass,
            inputs: Vec::new(),
            target: Some(prepared.target.view),
            decision: Some(prepared.decision),
            after,
            existing,
        })
    }

    /// # Errors
    /// `NotFound`, `ActionDisabled` or `Inputs`; a refusal by the policy stands in the decision.
    pub(super) fn prepare(
        &self,
        asker: Asker<'_>,
        runbook: &Slug,
        action: &str,
        typed: &BTreeMap<String, String>,
    ) -> Result<Prepared, Refusal> {
        let entry = self.catalog.get(runbook).ok_or(Refusal::NotFound("runbook"))?;
        let action = entry.runbook.action(action).ok_or(Refusal::NotFound("action"))?.clone();
        if action.disabled {
            let why = entry.runbook.problems_of(&action.name).map(|problem| problem.message.clone()).next();
            let why = why.unwrap_or_else(|| "it has errors".to_owned());
            return Err(Refusal::ActionDisabled(format!("This action is disabled: {why}")));
        }
        self.check_gates(&action)?;
        let values = value::check_all(&entry.runbook, &action, typed).map_err(|problems| {
            let field =
                |problem: value::InputProblem| FieldProblem { name: problem.name, message: problem.message };
            Refusal::Inputs(problems.into_iter().map(field).collect())
        })?;
        let name = action.resolve_target(&values);
        let target = self.config.targets.get(&name).ok_or_else(|| {
            Refusal::ActionDisabled(format!(
                "The target `{name}` is not configured on this server. Whoever runs it can add it."
            ))
        })?;
        let target = target.of(action.kind == Kind::Check).clone();
        let interpreter = self.config.languages.get(&action.language).cloned().ok_or_else(|| {
            Refusal::ActionDisabled(format!(
                "This server has no interpreter for `{}` blocks.",
                action.language
            ))
        })?;
        let asks = action.approvals(&values, &target.view.environment);
        let inputs = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let what = (runbook.as_str(), action.name.as_str(), action.kind == Kind::Check);
        let subject = policy_files::subject(&self.config, what, &target, inputs);
        let decided = self.policies.decide(asker, &subject, (&asks, &[]), self.clock.now());
        let rested_on = decided.account();
        let (decision, policy, glass) = (decided.verdict.decision, decided.policy, decided.glass);
        let parts = (runbook.as_str(), &action.name, &name, &values);
        let same = sha256_hex(&serde_json::to_vec(&parts)?);
        let (broken, versions) = (None, BTreeMap::new());
        Ok(Prepared {
            entry,
            action,
            values,
            target,
            interpreter,
            decision,
            policy,
            rested_on,
            asks,
            versions,
            same,
            glass,
            broken,
        })
    }

    /// A gate for an environment that no target has would never close: a typing mistake must not take it away.
    fn check_gates(&self, action: &Action) -> Result<(), Refusal> {
        let known = |label: &str| self.config.targets.values().any(|target| target.view.environment == label);
        let conditions = action.approve.iter().flat_map(|rule| &rule.conditions);
        let mut labels = conditions.filter(|(name, _)| name == "environment").map(|(_, label)| label);
        let unknown = labels.find(|label| !known(label));
        match unknown {
            None => Ok(()),
            Some(label) => Err(Refusal::ActionDisabled(format!(
                "This action is disabled: its `approve` names the environment `{label}`, and no target of this server has that label."
            ))),
        }
    }

    /// What must be agreed to now, for a run that was decided on before: what was asked for then, and whatever policies
    /// and config ask for by now.
    ///
    /// # Errors
    /// `Forbidden` if it would not be allowed any more.
    pub(super) fn needs_now(&self, spec: &RunSpec, run: &StoredRun) -> Result<Vec<Need>, Refusal> {
        match self.decided_now(spec, run)?.verdict.decision {
            Decision::Allow => Ok(Vec::new()),
            Decision::NeedsApproval { needs } => Ok(needs),
            Decision::Deny { why } => Err(Refusal::Forbidden(why)),
        }
    }

    /// What is decided now of a run that was decided on before.
    ///
    /// # Errors
    /// `Forbidden` if requester or target are gone.
    pub(super) fn decided_now(&self, spec: &RunSpec, run: &StoredRun) -> Result<Decided, Refusal> {
        let gone =
            || Refusal::Forbidden("The policy has changed since this was asked for. Ask again.".to_owned());
        let roll = self.directory.now();
        let person = roll.person(&spec.requester.id).ok_or_else(gone)?;
        let asker = Asker { person, token: spec.token.is_some() };
        let target = self.config.targets.get(&spec.target.view.name).ok_or_else(gone)?;
        let open = spec.inputs.iter().filter(|input| !input.secret);
        let inputs = open.map(|input| (input.name.as_str(), input.value.as_str())).collect();
        let what = (spec.runbook.as_str(), spec.action.as_str(), spec.check);
        let subject = policy_files::subject(&self.config, what, target, inputs);
        Ok(self.policies.decide(asker, &subject, (&spec.asks, &run.needs), self.clock.now()))
    }
}

fn no_preview() -> Preview {
    Preview {
        inputs: Vec::new(),
        target: None,
        decision: None,
        after: Vec::new(),
        existing: None,
        break_glass: None,
    }
}
