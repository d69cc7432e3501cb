//! A click: checked, fixed as a run spec, recorded, and started if nobody has to agree.

use std::collections::BTreeMap;

use lastmile_protocol::{
    ActionChange, Decision, Digest, FieldProblem, InputValue, MAX_WORDS, Millis, Need, Person, RunId,
    RunRequest, RunState,
};
use lastmile_runbook::{Concurrency, InputSpec, InputType, digest::sha256_hex, duration, value};

use super::prepare::Prepared;
use super::spec::{Limits, SpecTarget};
use super::{Refusal, RunSpec, Runs};
use crate::clock::new_run_id;
use crate::people::Caller;
use crate::store::{Inserted, NewRun, StoredRun};

/// A run that was asked for, and whether it is new.
pub struct Requested {
    /// The run.
    pub id: RunId,
    /// Whether this request made it; otherwise its idempotency key named it already.
    pub new: bool,
}

impl Runs {
    /// Presses an action's button.
    ///
    /// # Errors
    /// Every reason for which it may not run; `CannotRecord` if the record can't be written.
    pub async fn request(&self, caller: &Caller, request: RunRequest) -> Result<Requested, Refusal> {
        check_shape(&request)?;
        let request_digest = digest_of(&request)?;
        let requester = caller.person();
        if let Some(run) = self.store.run_by_key(&requester.id, &request.idempotency_key).await? {
            return known(run, &request_digest);
        }
        self.check_unchanged(&request).await?;
        let prepared = self.prepare(requester, &request.runbook, &request.action, &request.inputs)?;
        check_secrets(&prepared, &request)?;
        let needs = match &prepared.decision {
            Decision::Deny { why } => return Err(Refusal::Forbidden(why.clone())),
            Decision::Allow => Vec::new(),
            Decision::NeedsApproval { needs } => needs.clone(),
        };
        check_retype(&prepared, &request)?;
        let after = self.after_states(&prepared, request.incident.as_deref()).await?;
        if after.iter().any(|state| !state.done) {
            return Err(Refusal::AfterMissing(after));
        }
        self.0.reserve.hold().map_err(Refusal::DiskFull)?;
        let now = self.clock.now();
        let new = self.new_run(requester, &request, &prepared, needs, request_digest.clone(), now)?;
        self.store
            .keep_revision(&request.runbook, &prepared.entry.revision, &prepared.entry.source, now)
            .await?;
        // Before the insert: once it is recorded, an approver may start it at any moment.
        let id = new.id.clone();
        self.keep_secrets(&id, request.secrets);
        match self.store.insert_run(new, request.separate).await {
            Ok(Inserted::New(run, event)) => {
                self.feed.tell(*event);
                if run.summary.state == RunState::Queued {
                    self.drive(*run);
                }
                Ok(Requested { id, new: true })
            }
            Ok(other) => {
                self.take_secrets(&id);
                match other {
                    Inserted::Same(run) => Err(Refusal::AlreadyAsked(run)),
                    Inserted::Busy(run) => Err(Refusal::Busy(run)),
                    Inserted::Known(run) | Inserted::New(run, _) => known(*run, &request_digest),
                }
            }
            Err(error) => {
                self.take_secrets(&id);
                Err(error.into())
            }
        }
    }

    /// The action must be as the page showed it. A change elsewhere in the file stops nobody.
    async fn check_unchanged(&self, request: &RunRequest) -> Result<(), Refusal> {
        let entry = self.catalog.get(&request.runbook).ok_or(Refusal::NotFound("runbook"))?;
        let action = entry.runbook.action(&request.action);
        let digest = action.map(|action| Digest(action.digest(&entry.runbook)));
        if digest.as_ref() == Some(&request.action_digest) {
            return Ok(());
        }
        let before = self.store.revision(&request.runbook, &request.revision).await?;
        let script_before = before.and_then(|source| {
            let runbook = lastmile_runbook::parse(&source);
            runbook.action(&request.action).map(|action| action.script.clone())
        });
        Err(Refusal::ActionChanged(Box::new(ActionChange {
            revision: entry.revision.clone(),
            script: action.map(|action| action.script.clone()),
            digest,
            script_before,
        })))
    }

    fn new_run(
        &self,
        requester: &Person,
        request: &RunRequest,
        prepared: &Prepared,
        needs: Vec<Need>,
        request_digest: String,
        now: Millis,
    ) -> Result<NewRun, Refusal> {
        let id = new_run_id(now)?;
        let waits = !needs.is_empty();
        let expires = waits.then(|| Millis(now.0.saturating_add(self.config.approval.expires_ms)));
        let spec = self.spec(&id, requester, request, prepared, expires);
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
            requester: requester.clone(),
            reason: non_empty(request.reason.as_deref()),
            ticket: spec.ticket,
            incident: spec.incident,
            rerun_of: request.rerun_of.clone(),
            inputs: spec.inputs,
            has_secrets: !request.secrets.is_empty(),
            alone: prepared.action.concurrency == Some(Concurrency::Refuse),
            needs,
            requested: now,
            expires,
        })
    }

    fn spec(
        &self,
        id: &RunId,
        requester: &Person,
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
            },
            limits: limits(prepared),
            tty: action.tty,
            leaves_running: action.leaves_running,
            concurrency: action.concurrency,
            requester: requester.clone(),
            ticket: non_empty(request.ticket.as_deref()),
            incident: non_empty(request.incident.as_deref()),
            danger: action.danger.clone(),
            on_fail: action.on_fail.clone(),
            after: action.after.clone(),
            context: self.context(id, requester, request),
            expires,
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

fn known(run: StoredRun, request_digest: &str) -> Result<Requested, Refusal> {
    if run.request_digest != request_digest {
        return Err(Refusal::KeyReused);
    }
    Ok(Requested { id: run.summary.id, new: false })
}

/// Secrets stay out of it: a digest of a short secret can be guessed back.
fn digest_of(request: &RunRequest) -> Result<String, Refusal> {
    let open = RunRequest { secrets: BTreeMap::new(), ..request.clone() };
    Ok(sha256_hex(&serde_json::to_vec(&open)?))
}

fn check_shape(request: &RunRequest) -> Result<(), Refusal> {
    let key = &request.idempotency_key;
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !(8..=64).contains(&key.len()) || !key.chars().all(allowed) {
        let why = "The idempotency key must have 8 to 64 characters of A-Z, a-z, 0-9, - and _.";
        return Err(Refusal::BadRequest(why.to_owned()));
    }
    for (name, text) in
        [("reason", &request.reason), ("ticket", &request.ticket), ("incident", &request.incident)]
    {
        let Some(text) = text else { continue };
        if text.len() > MAX_WORDS || text.contains('\0') {
            let message = format!("Use at most {MAX_WORDS} bytes, and no NUL character.");
            return Err(Refusal::Inputs(vec![FieldProblem { name: name.to_owned(), message }]));
        }
    }
    Ok(())
}

fn check_secrets(prepared: &Prepared, request: &RunRequest) -> Result<(), Refusal> {
    let specs = value::secrets_of(&prepared.entry.runbook, &prepared.action);
    let mut problems = Vec::new();
    for spec in specs.iter().filter(|spec| spec.applies(&prepared.values)) {
        let typed = request.secrets.get(&spec.name).map(|secret| secret.0.as_str());
        if let Err(problem) = value::check(spec, typed.unwrap_or_default()) {
            problems.push(FieldProblem { name: problem.name, message: problem.message });
        }
    }
    for name in request.secrets.keys().filter(|name| specs.iter().all(|spec| spec.name != **name)) {
        problems.push(FieldProblem {
            name: name.clone(),
            message: "This action takes no such secret.".to_owned(),
        });
    }
    if problems.is_empty() { Ok(()) } else { Err(Refusal::Inputs(problems)) }
}

fn check_retype(prepared: &Prepared, request: &RunRequest) -> Result<(), Refusal> {
    match prepared.action.retype_value(&prepared.values) {
        Some(wanted) if request.retype.as_deref() != Some(&wanted) => Err(Refusal::Retype(wanted)),
        _ => Ok(()),
    }
}

fn inputs_in_order(prepared: &Prepared) -> Vec<InputValue> {
    let input = |name: &String| {
        let secret = prepared.entry.runbook.input(name).is_some_and(|spec| spec.kind == InputType::Secret);
        let value =
            if secret { String::new() } else { prepared.values.get(name).cloned().unwrap_or_default() };
        let typed = duration_as_typed(prepared.entry.runbook.input(name), &value);
        InputValue { name: name.clone(), value, secret, typed }
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
