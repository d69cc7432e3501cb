//! What is noted of deeds that are no change of a run's state: refusals, and who asked for a start or an end.

use lastmile_protocol::{PersonId, RunId, RunRequest, TokenId};
use lastmile_runbook::InputType;
use serde_json::{Value, json};

use super::{Refusal, Runs};
use crate::audit::Deed;
use crate::people::Caller;
use crate::store::StoreError;

/// Longer details of what was refused are not kept: anybody could fill the disk.
const MAX_NOTED: usize = 16 * 1024;

/// Something that somebody asked for, until it is clear what becomes of it.
pub(super) struct Asked {
    by: PersonId,
    token: Option<TokenId>,
    did: &'static str,
    run: Option<RunId>,
    /// What was asked for. Never a secret.
    pub(super) detail: Value,
    /// What the decision rested on, once there is one.
    pub(super) rested_on: Value,
}

impl Asked {
    pub(super) fn of(did: &'static str, caller: &Caller) -> Self {
        Self {
            by: caller.person().id.clone(),
            token: caller.token().map(|token| token.id.clone()),
            did,
            run: None,
            detail: Value::Null,
            rested_on: Value::Null,
        }
    }

    pub(super) fn to(self, run: &RunId) -> Self {
        Self { run: Some(run.clone()), ..self }
    }

    fn refused(self, why: &str) -> Deed {
        let bytes = self.detail.to_string().len();
        let detail = if bytes > MAX_NOTED { format!("{bytes} bytes, not kept").into() } else { self.detail };
        let told = json!({ "asked": self.did, "detail": detail, "rested_on": self.rested_on, "why": why });
        Deed { run: self.run, token: self.token, ..Deed::by(&self.by, "refused", told) }
    }
}

impl Runs {
    /// Inputs of a request that may be refused, without anything declared as a secret.
    pub(super) fn inputs_to_note(&self, request: &RunRequest) -> Value {
        let entry = self.catalog.get(&request.runbook);
        let is_open = |name: &str| {
            let spec = entry.as_ref().and_then(|entry| entry.runbook.input(name));
            spec.is_some_and(|spec| spec.kind != InputType::Secret)
        };
        let open = request.inputs.iter().filter(|(name, _)| is_open(name));
        open.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
    }

    /// Notes a refusal. One that can't be noted stays a refusal: nothing happens either way.
    pub(super) async fn note_refusal<T>(&self, asked: Asked, done: Result<T, Refusal>) -> Result<T, Refusal> {
        if let Err(refusal) = &done {
            let deed = asked.refused(&refusal.to_string());
            if let Err(error) = self.store.note(deed, self.clock.now()).await {
                tracing::error!(error = &error as &dyn std::error::Error, "a refusal can't be recorded");
            }
        }
        done
    }

    /// Notes what somebody is about to do to a run.
    ///
    /// # Errors
    /// If it can't be written: then it must not be done.
    pub(super) async fn note_deed(&self, caller: &Caller, did: &str, run: &RunId) -> Result<(), StoreError> {
        let token = caller.token().map(|token| &token.id);
        let deed = Deed::by(&caller.person().id, did, json!({})).through(token).to(run);
        self.store.note(deed, self.clock.now()).await
    }
}
