//! From what was asked for to the run spec that fixes it, and to its record.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use lastmile_protocol::{Digest, InputValue, Millis, Need, Person, RunId, RunRequest, RunState};
use lastmile_runbook::{Concurrency, InputSpec, InputType, digest::sha256_hex, duration};

use super::prepare::Prepared;
use super::spec::{Limits, SpecTarget};
use super::{Refusal, RunSpec, Runs};
use crate::clock::new_run_id;
use crate::people::Caller;
use crate::store::{Alone, NewRun};

impl Runs {
    /// Ids sort by time, and the newest run must stand first also when the clock was set back.
    pub(super) fn after_all_ids(&self, now: Millis) -> Millis {
        let before = self.0.newest_id.fetch_max(now.0, Ordering::Relaxed);
        Millis(if now.0 > before { now.0 } else { self.0.newest_id.fetch_add(1, Ordering::Relaxed) + 1 })
    }

    /// What is to be recorded.
    pub(super) fn new_run(
        &self,
        caller: &Caller,
        request: &RunRequest,
        prepared: &Prepared,
        needs: Vec<Need>,
        request_digest: String,
        now: Millis,
    ) -> Result<NewRun, Refusal> {
        let id = new_run_id(self.after_all_ids(now))?;
        let waits = !needs.is_empty();
        let expires = waits.then(|| Millis(now.0.saturating_add(self.config.approval.expires_ms)));
        let spec = self.spec(&id, caller, request, prepared, expires);
        let (bytes, digest) = spec.seal()?;
        let summary = &prepared.entry.summary;
        Ok(NewRun {
            id,
            state: if waits { RunState::AwaitingApproval } else { RunState::Queued },
            spec: bytes,
            digest,
            idempotency_key: request.idempotency_key.clone(),
            request_digest,
            same: prepared.same.clone(),
            runbook: request.runbook.clone(),
            runbook_title: summary.title.clone(),
            action: prepared.action.name.clone(),
            label: prepared.action.label.clone(),
            check: prepared.action.kind == lastmile_runbook::Kind::Check,
            target: prepared.target.view.name.clone(),
            environment: prepared.target.view.environment.clone(),
            service: summary.service.clone(),
            requester: caller.person().clone(),
            token: caller.token().cloned(),
            reason: non_empty(request.reason.as_deref()),
            ticket: spec.ticket,
            incident: spec.incident,
            rerun_of: request.rerun_of.clone(),
            inputs: spec.inputs,
            has_secrets: !request.secrets.is_empty(),
            alone: alone(spec.check, spec.concurrency, spec.target.concurrency),
            needs,
            requested: now,
            expires,
            starts_in: None,
            rested_on: prepared.rested_on.clone(),
            break_glass: prepared.broken.clone(),
            retry: None,
            batch: None,
        })
    }

    fn spec(
        &self,
        id: &RunId,
        caller: &Caller,
        request: &RunRequest,
        prepared: &Prepared,
        expires: Option<Millis>,
    ) -> RunSpec {
        let (action, target) = (&prepared.action, &prepared.target);
        RunSpec {
            run: id.clone(),
            runbook: request.runbook.clone(),
            revision: prepared.entry.revision.clone(),
            revision_read: request.revision.clone(),
            action: action.name.clone(),
            check: action.kind == lastmile_runbook::Kind::Check,
            action_digest: request.action_digest.clone(),
            script: action.script.clone(),
            script_digest: Digest(sha256_hex(action.script.as_bytes())),
            language: action.language.clone(),
            interpreter: prepared.interpreter.clone(),
            inputs: inputs_in_order(prepared),
            target: SpecTarget {
                view: target.view.clone(),
                env: target.env.clone(),
                workdir: action.workdir.as_ref().map(Into::into).or_else(|| target.workdir.clone()),
                concurrency: target.concurrency,
            },
            limits: limits(prepared),
            tty: action.tty,
            leaves_running: action.leaves_running,
            concurrency: action.concurrency,
            requester: caller.person().clone(),
            token: caller.token().cloned(),
            ticket: non_empty(request.ticket.as_deref()),
            incident: non_empty(request.incident.as_deref()),
            danger: action.danger.clone(),
            on_fail: action.on_fail.clone(),
            after: action.after.clone(),
            context: self.context(id, caller.person(), request),
            expires,
            policy: Some(prepared.policy.clone()),
            asks: prepared.asks.clone(),
            break_glass: prepared.broken.clone(),
            retry_of: None,
        }
    }

    /// What every script may know of its run. The per-run process adds `LASTMILE_OUTPUT`.
    fn context(&self, id: &RunId, requester: &Person, request: &RunRequest) -> BTreeMap<String, String> {
        [
            ("LASTMILE_RUN_ID", id.0.clone()),
            ("LASTMILE_RUN_URL", format!("{}/runs/{id}", self.url)),
            ("LASTMILE_RUNBOOK", request.runbook.0.clone()),
            ("LASTMILE_ACTION", request.action.clone()),
            ("LASTMILE_REQUESTER", requester.id.0.clone()),
            ("LASTMILE_TICKET", request.ticket.clone().unwrap_or_default()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

/// Beside whom it must not be recorded as queued. A check does not take part in its target's line.
pub(super) fn alone(
    check: bool,
    of_action: Option<Concurrency>,
    of_target: Option<Concurrency>,
) -> Option<Alone> {
    let refuses = |concurrency| concurrency == Some(Concurrency::Refuse);
    if !check && refuses(of_target) {
        return Some(Alone::OnTarget);
    }
    refuses(of_action).then_some(Alone::OfAction)
}

fn inputs_in_order(prepared: &Prepared) -> Vec<InputValue> {
    let input = |name: &String| {
        let secret = prepared.entry.runbook.input(name).is_some_and(|spec| spec.kind == InputType::Secret);
        let value =
            if secret { String::new() } else { prepared.values.get(name).cloned().unwrap_or_default() };
        let typed = duration_as_typed(prepared.entry.runbook.input(name), &value);
        let version = prepared.versions.get(name).cloned();
        InputValue { name: name.clone(), value, secret, typed, version }
    };
    prepared.action.inputs.iter().map(input).collect()
}

/// Whoever has to agree reads `8h` more surely than 28800.
fn duration_as_typed(spec: Option<&InputSpec>, value: &str) -> Option<String> {
    let seconds = spec.filter(|spec| spec.kind == InputType::Duration).and(value.parse().ok())?;
    Some(duration::text(seconds))
}

/// An action may ask for less than its target allows, never for more.
fn limits(prepared: &Prepared) -> Limits {
    let (action, target) = (&prepared.action, &prepared.target);
    let tighter = |own: Option<u64>, most: Option<u64>| match (own, most) {
        (Some(own), Some(most)) => Some(own.min(most)),
        (own, most) => own.or(most),
    };
    Limits {
        timeout_s: action.timeout.map_or(target.timeout_s, |own| own.min(target.timeout_s)),
        grace_s: action.grace.unwrap_or(target.grace_s),
        output_cap: action.output.map_or(target.output_cap, |own| own.min(target.output_cap)),
        full_output: target.full_output,
        processes: tighter(action.processes, target.processes),
        memory: tighter(action.memory, target.memory),
    }
}

fn non_empty(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
