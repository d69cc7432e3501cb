//! A click: checked, fixed as a run spec, recorded, and started if nobody has to agree.

use std::collections::BTreeMap;

use lastmile_protocol::{
    ActionChange, Decision, Digest, FieldProblem, MAX_WORDS, Millis, Need, RunId, RunRequest, RunState,
};
use lastmile_runbook::{digest::sha256_hex, value};
use serde_json::json;

use super::account::Asked;
use super::prepare::Prepared;
use super::{Refusal, Runs, Secrets};
use crate::people::Caller;
use crate::policy_files::Asker;
use crate::store::{Inserted, NewRun, StoredRun};

/// A run that was asked for, and whether it is new.
pub struct Requested {
    /// The run.
    pub id: RunId,
    /// Whether this request made it; otherwise its idempotency key named it already.
    pub new: bool,
}

/// A request that may become a run: checked and decided, and nothing of it recorded.
pub(super) struct Checked {
    pub(super) request: RunRequest,
    pub(super) prepared: Prepared,
    pub(super) needs: Vec<Need>,
    referenced: Secrets,
}

/// What a request knows of secrets.
pub(super) struct Kept {
    typed: Secrets,
    referenced: Secrets,
}

impl Kept {
    /// Those from the target's store are for a start at this very moment only; whoever has to wait reads them again.
    pub(super) fn until_start(self, at_once: bool) -> Secrets {
        let Self { mut typed, referenced } = self;
        if at_once {
            typed.extend(referenced);
        }
        typed
    }
}

impl Runs {
    /// Presses an action's button.
    ///
    /// # Errors
    /// Every reason for which it may not run; `CannotRecord` if the record can't be written.
    pub async fn request(&self, caller: &Caller, request: RunRequest) -> Result<Requested, Refusal> {
        let mut asked = Asked::of("run.request", caller);
        asked.detail = json!({
            "runbook": request.runbook, "action": request.action, "inputs": self.inputs_to_note(&request),
            "reason": request.reason, "ticket": request.ticket, "incident": request.incident,
            "break_glass": request.break_glass,
        });
        let done = self.request_noting(caller, request, &mut asked).await;
        self.note_refusal(asked, done).await
    }

    async fn request_noting(
        &self,
        caller: &Caller,
        request: RunRequest,
        asked: &mut Asked,
    ) -> Result<Requested, Refusal> {
        check_shape(&request)?;
        let request_digest = digest_of(&request)?;
        let requester = caller.person();
        if let Some(run) = self.store.run_by_key(&requester.id, &request.idempotency_key).await? {
            return known(run, &request_digest);
        }
        self.check_unchanged(&request).await?;
        let checked = self.check(caller, request, asked).await?;
        let separate = checked.request.separate;
        let (new, prepared, kept) = self.composed(caller, checked, &request_digest, self.clock.now()).await?;
        self.record(new, separate, &prepared, &request_digest, kept).await
    }

    /// Whether it may become a run: of an action that is as the page showed it.
    ///
    /// # Errors
    /// Every reason for which it may not.
    pub(super) async fn check(
        &self,
        caller: &Caller,
        request: RunRequest,
        asked: &mut Asked,
    ) -> Result<Checked, Refusal> {
        let mut prepared =
            self.prepare(Asker::of(caller), &request.runbook, &request.action, &request.inputs)?;
        asked.rested_on = prepared.rested_on.clone();
        asked.detail["target"] = prepared.target.view.name.as_str().into();
        check_secrets(&prepared, &request)?;
        let mut needs = match &prepared.decision {
            Decision::Deny { why } => return Err(Refusal::Forbidden(why.clone())),
            Decision::Allow => Vec::new(),
            Decision::NeedsApproval { needs } => needs.clone(),
        };
        check_retype(&prepared, &request)?;
        let after = self.after_states(&prepared, request.incident.as_deref()).await?;
        if request.break_glass {
            prepared.broken = self.break_glass(&prepared, &request, &mut needs, &after)?;
        }
        if prepared.broken.is_none() && after.iter().any(|state| !state.done) {
            return Err(Refusal::AfterMissing(after));
        }
        self.0.reserve.hold().map_err(Refusal::DiskFull)?;
        // Last of all, as it may take a while: nobody fetches secrets for what is refused anyway.
        let referenced = self.read_referenced(&mut prepared).await?;
        Ok(Checked { request, prepared, needs, referenced })
    }

    /// Fixes what has been checked as a run spec.
    pub(super) async fn composed(
        &self,
        caller: &Caller,
        checked: Checked,
        request_digest: &str,
        now: Millis,
    ) -> Result<(NewRun, Prepared, Kept), Refusal> {
        let Checked { request, prepared, needs, referenced } = checked;
        let new = self.new_run(caller, &request, &prepared, needs, request_digest.to_owned(), now)?;
        self.store
            .keep_revision(&request.runbook, &prepared.entry.revision, &prepared.entry.source, now)
            .await?;
        Ok((new, prepared, Kept { typed: request.secrets, referenced }))
    }

    /// Records it, and starts it unless it has to wait for somebody.
    async fn record(
        &self,
        mut new: NewRun,
        separate: bool,
        prepared: &Prepared,
        request_digest: &str,
        kept: Kept,
    ) -> Result<Requested, Refusal> {
        let id = new.id.clone();
        let place = self.line_up(&mut new, (prepared.action.concurrency, prepared.target.concurrency));
        // Before the insert: once it is recorded, an approver may start it at any moment.
        self.keep_secrets(&id, kept.until_start(new.starts_in.is_some()));
        let inserted = {
            let needs = new.needs.clone();
            self.store.insert_run(new, separate, |run| self.letters_of_request(run, &needs)).await
        };
        if !matches!(inserted, Ok(Inserted::New(..))) {
            self.take_secrets(&id);
        }
        match inserted? {
            Inserted::New(run, events) => {
                events.into_iter().for_each(|event| self.feed.tell(event));
                if matches!(run.summary.state, RunState::Queued | RunState::Starting) {
                    self.drive_from(*run, place);
                }
                Ok(Requested { id, new: true })
            }
            Inserted::Same(run) => Err(Refusal::AlreadyAsked(run)),
            Inserted::Busy(run) => Err(Refusal::Busy(run)),
            Inserted::NoRetry(why) => Err(why.into()),
            Inserted::Known(run) => known(*run, request_digest),
        }
    }

    /// The action must be as the page showed it. A change elsewhere in the file stops nobody.
    pub(super) async fn check_unchanged(&self, request: &RunRequest) -> Result<(), Refusal> {
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
}

pub(super) fn known(run: StoredRun, request_digest: &str) -> Result<Requested, Refusal> {
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

pub(super) fn check_key(key: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !(8..=64).contains(&key.len()) || !key.chars().all(allowed) {
        let why = "The idempotency key must have 8 to 64 characters of A-Z, a-z, 0-9, - and _.";
        return Err(Refusal::BadRequest(why.to_owned()));
    }
    Ok(())
}

pub(super) fn check_shape(request: &RunRequest) -> Result<(), Refusal> {
    check_key(&request.idempotency_key)?;
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
        if prepared.target.secrets.contains_key(&spec.name) {
            if typed.is_some() {
                let message = format!("It comes from {}'s secrets: leave it out.", prepared.target.view.name);
                problems.push(FieldProblem { name: spec.name.clone(), message });
            }
            continue;
        }
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
