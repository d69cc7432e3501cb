//! A press on an action's button, on its way to the server.

use lastmile_protocol::{ApiError, BatchRequest, Digest, ErrorDetails, RunRequest, Slug};
use leptos::prelude::window;

use crate::api;
use crate::components::Press;

/// What a press is about, besides what is typed.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) runbook: Slug,
    pub(super) revision: Digest,
    pub(super) action: String,
    pub(super) action_digest: Digest,
    pub(super) incident: Option<String>,
}

/// Keys of presses: a new one a click, the same one for a press that may have arrived already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys {
    open: Option<(Press, String)>,
}

impl Keys {
    /// The key for `press`. A press whose answer never came keeps its key if it is pressed again unchanged, so that
    /// the server can tell that it is the same one.
    pub(super) fn key(&mut self, press: &Press, fresh: impl FnOnce() -> String) -> String {
        match &self.open {
            Some((earlier, key)) if earlier == press => key.clone(),
            _ => {
                let key = fresh();
                self.open = Some((press.clone(), key.clone()));
                key
            }
        }
    }

    /// The server has answered: the next press is another one.
    pub(super) fn answered(&mut self) {
        self.open = None;
    }
}

/// A random key. `crypto.randomUUID` exists only on https and on localhost; elsewhere random bytes do.
pub(in crate::pages) fn fresh_key() -> String {
    let Ok(crypto) = window().crypto() else { return weak_key() };
    if window().is_secure_context() {
        return crypto.random_uuid();
    }
    let mut bytes = [0_u8; 16];
    if crypto.get_random_values_with_u8_array(&mut bytes).is_err() {
        return weak_key();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Unique enough for one person's presses; it guards against doing a thing twice, not against attackers.
fn weak_key() -> String {
    format!("t{:.0}-{:.0}", js_sys::Date::now(), js_sys::Math::random() * 1e15)
}

/// The request for a press.
pub(super) fn request(subject: Subject, press: Press, key: String) -> RunRequest {
    RunRequest {
        runbook: subject.runbook,
        revision: subject.revision,
        action: subject.action,
        action_digest: subject.action_digest,
        inputs: press.inputs,
        secrets: press.secrets,
        retype: press.retype,
        reason: press.reason,
        ticket: press.ticket,
        incident: subject.incident,
        rerun_of: None,
        separate: press.separate,
        break_glass: press.break_glass,
        idempotency_key: key,
    }
}

/// The request for a press that asks for several runs.
pub(super) fn request_batch(subject: Subject, mut press: Press, key: String) -> BatchRequest {
    let each = std::mem::take(&mut press.each);
    BatchRequest { shared: request(subject, press, key), each }
}

/// What the card shows for an error that no server has put into words.
pub(super) fn refusal(error: api::Error) -> ApiError {
    match error {
        api::Error::Refused(_, ApiError { code, message, details }) => {
            ApiError { code, message, details: own(details) }
        }
        other => ApiError {
            code: "no_answer".to_owned(),
            message: format!("{other} Pressing again does not run it twice."),
            details: None,
        },
    }
}

/// What goes with the refusal, also where it was one run of several.
fn own(details: Option<ErrorDetails>) -> Option<ErrorDetails> {
    match details {
        Some(ErrorDetails::Member { details, .. }) => details.map(|details| *details),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn press(pool: &str) -> Press {
        Press {
            inputs: BTreeMap::from([("pool".to_owned(), pool.to_owned())]),
            secrets: BTreeMap::new(),
            retype: None,
            reason: None,
            ticket: None,
            separate: false,
            break_glass: false,
            each: Vec::new(),
        }
    }

    #[test]
    fn a_press_without_answer_keeps_its_key_and_a_changed_one_gets_another() {
        let mut keys = Keys::default();
        assert_eq!(keys.key(&press("blue"), || "1".to_owned()), "1");
        assert_eq!(keys.key(&press("blue"), || "2".to_owned()), "1");
        assert_eq!(keys.key(&press("green"), || "3".to_owned()), "3");
    }

    #[test]
    fn once_answered_the_same_press_is_a_new_one() {
        let mut keys = Keys::default();
        keys.key(&press("blue"), || "1".to_owned());
        keys.answered();
        assert_eq!(keys.key(&press("blue"), || "2".to_owned()), "2");
    }

    #[test]
    fn a_missing_answer_says_that_pressing_again_is_safe() {
        let error = refusal(api::Error::Network("gone".to_owned()));
        assert!(error.message.contains("does not run it twice"));
    }
}
