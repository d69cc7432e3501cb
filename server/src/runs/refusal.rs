//! Why something about a run was refused. `http` turns it into a status and a body.

use lastmile_protocol::{ActionChange, AfterState, FieldProblem, RunSummary};

use super::spec::SpecError;
use crate::clock::NoRandomness;
use crate::secrets::Unreadable;
use crate::store::StoreError;

/// Why something was refused. The texts are for people and say what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing.
    #[error("There is no such {0}. It may have been renamed or removed; look for it in the list.")]
    NotFound(&'static str),
    /// The request contradicts itself.
    #[error("{0}")]
    BadRequest(String),
    /// The policy says no, or the person may not do that.
    #[error("{0}")]
    Forbidden(String),
    /// The file's action is not the one that the page showed.
    #[error(
        "The action has changed since the page was opened. Look at what it does now, then press the button again."
    )]
    ActionChanged(Box<ActionChange>),
    /// The same is under way.
    #[error(
        "The same action with the same inputs is under way already. Join that run, or ask for a separate one."
    )]
    AlreadyAsked(Box<RunSummary>),
    /// The action refuses a second run on its target, or the target any.
    #[error(
        "Only one run at a time is allowed here, and this one is under way. Join that run, or wait for its end."
    )]
    Busy(Box<RunSummary>),
    /// The run is not in a state in which that can be done.
    #[error("{0}")]
    WrongState(String),
    /// Another digest was answered than the run spec's.
    #[error("This answer was meant for another run spec. Reload the page and read what would run.")]
    DigestMismatch,
    /// The key stands for another request.
    #[error("This idempotency key was used for another request. Use a new key for each click.")]
    KeyReused,
    /// Something must be done first.
    #[error("Something has to be done first: see the list at the action.")]
    AfterMissing(Vec<AfterState>),
    /// Inputs are refused.
    #[error("Some inputs are not as the runbook asks for them. What is wrong stands at each field.")]
    Inputs(Vec<FieldProblem>),
    /// The action has errors or can't run here.
    #[error("{0}")]
    ActionDisabled(String),
    /// What had to be typed again was not.
    #[error("Type `{0}` exactly to confirm.")]
    Retype(String),
    /// One run of a request of several is why nothing of it was done.
    #[error("{nothing} because of run {nth}{name}: {refusal}")]
    OfMember {
        /// What was not done: "Nothing was asked for,".
        nothing: &'static str,
        /// Which one, from 1.
        nth: usize,
        /// What tells it from the others, in brackets; empty if nothing does.
        name: String,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The record can't be read or written: nothing starts.
    #[error(
        "Nothing was started: the server can't write its record. Reading and cancelling still work; the server's log has the cause."
    )]
    CannotRecord(#[from] StoreError),
    /// There is no space left to record how a run ends: nothing starts.
    #[error(
        "Nothing was started: the disk that the server records on is full. Reading and cancelling still work; tell whoever runs the server."
    )]
    DiskFull(#[source] std::io::Error),
    /// A secret of the target's store can't be read: nothing starts.
    #[error(transparent)]
    SecretUnreadable(#[from] Unreadable),
    /// A secret of the target's store is not the one that was agreed to.
    #[error(
        "The secret `{name}` of {target} has another value by now than when this was asked for. Ask again, so that what runs is what was agreed to."
    )]
    SecretChanged {
        /// The secret.
        name: String,
        /// The target.
        target: String,
    },
    /// What is recorded is not what was fixed: nothing starts.
    #[error(
        "Nothing was started: what is recorded of this run is not what was fixed when it was asked for, so somebody has changed the record. Ask again, and tell whoever runs the server."
    )]
    Altered(#[from] SpecError),
    /// A fault of the server.
    #[error("The server made a mistake; its log has the cause.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<NoRandomness> for Refusal {
    fn from(error: NoRandomness) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}
