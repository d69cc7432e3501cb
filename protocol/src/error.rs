//! Every refusal: `{code, message, details?}`.

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// A stable name of the kind of refusal; see [`code`].
    pub code: String,
    /// What happened and what to do next, for a person.
    pub message: String,
    /// What a program needs to act on it; its shape depends on the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<ErrorDetails>,
}

/// What goes with some refusals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ErrorDetails {
    /// With [`code::INPUTS_REFUSED`].
    Inputs {
        /// One entry a refused input.
        inputs: Vec<FieldProblem>,
    },
    /// With [`code::ACTION_CHANGED`].
    Changed {
        /// What stands in the file now.
        change: ActionChange,
    },
    /// With [`code::ALREADY_ASKED`] and [`code::BUSY`].
    Existing {
        /// The run that one may join.
        run: Box<crate::RunSummary>,
    },
    /// With [`code::AFTER_MISSING`].
    After {
        /// Everything named in `after`, done or not.
        after: Vec<crate::AfterState>,
    },
    /// With [`code::BAD_PATTERN`].
    Pattern {
        /// Byte in the expression at which it can't be read; `None` if it is the whole of it.
        at: Option<usize>,
    },
    /// One run of a request of several is the reason why none of them was taken.
    Member {
        /// Which, from 1, in the order of the request.
        nth: u32,
        /// What goes with its own refusal.
        details: Option<Box<ErrorDetails>>,
    },
    /// Something a newer server says.
    #[serde(other)]
    Unknown,
}

/// A refused input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The input's name.
    pub name: String,
    /// What is wrong and what to type instead.
    pub message: String,
}

/// An action that is no longer as the page showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionChange {
    /// The file's revision now.
    pub revision: crate::Digest,
    /// The action's script now; `None` if the file no longer has the action.
    pub script: Option<String>,
    /// The action's digest now.
    pub digest: Option<crate::Digest>,
    /// The script as the page showed it, where the server still has that revision.
    pub script_before: Option<String>,
}

/// The codes of refusals, by status.
pub mod code {
    /// 400: the request can't be read.
    pub const BAD_REQUEST: &str = "bad_request";
    /// 400: the regular expression can't be used; the details say where it is wrong.
    pub const BAD_PATTERN: &str = "bad_pattern";
    /// 401: nobody is signed in.
    pub const SIGNED_OUT: &str = "signed_out";
    /// 401: the API token holds no more, or never did.
    pub const BAD_TOKEN: &str = "bad_token";
    /// 403: no API token can do that, or this one was not made for it.
    pub const NOT_BY_TOKEN: &str = "not_by_token";
    /// 403: this person may not do that.
    pub const FORBIDDEN: &str = "forbidden";
    /// 403: name or password is wrong.
    pub const WRONG_PASSWORD: &str = "wrong_password";
    /// 403: the reverse proxy does not say who it is, or the request came past it.
    pub const NOT_FORWARDED: &str = "not_forwarded";
    /// 403: the request came from another site.
    pub const CROSS_SITE: &str = "cross_site";
    /// 404: there is no such thing, or this person may not know of it.
    pub const NOT_FOUND: &str = "not_found";
    /// 405: the route exists, the method doesn't.
    pub const METHOD_NOT_ALLOWED: &str = "method_not_allowed";
    /// 409: the action is no longer as the page showed it.
    pub const ACTION_CHANGED: &str = "action_changed";
    /// 409: the same action with the same inputs is under way; join it or say `separate`.
    pub const ALREADY_ASKED: &str = "already_asked";
    /// 409: the action refuses a second run on its target, or the target any, while this one is under way; `separate` does not help.
    pub const BUSY: &str = "busy";
    /// 409: the run is not in a state in which that can be done.
    pub const WRONG_STATE: &str = "wrong_state";
    /// 409: the digest answered is not the digest of the run spec.
    pub const DIGEST_MISMATCH: &str = "digest_mismatch";
    /// 409: the idempotency key stands for another request.
    pub const KEY_REUSED: &str = "key_reused";
    /// 409: something named in `after` has not been done.
    pub const AFTER_MISSING: &str = "after_missing";
    /// 410: the log has been removed by retention; the record stays.
    pub const LOG_GONE: &str = "log_gone";
    /// 413: the request is too large.
    pub const TOO_LARGE: &str = "too_large";
    /// 415: the body is not JSON.
    pub const NOT_JSON: &str = "not_json";
    /// 416: the range lies outside the log.
    pub const RANGE: &str = "range";
    /// 422: one or more inputs are refused.
    pub const INPUTS_REFUSED: &str = "inputs_refused";
    /// 422: the action has errors, or can't run on this server.
    pub const ACTION_DISABLED: &str = "action_disabled";
    /// 422: what had to be typed again was not typed.
    pub const RETYPE: &str = "retype";
    /// 429: this person has too many searches running.
    pub const TOO_MANY_SEARCHES: &str = "too_many_searches";
    /// 429: this person or address asks too often; `Retry-After` says when it may again.
    pub const TOO_MANY: &str = "too_many";
    /// 500: a fault of the server; the log has the cause under the request's id.
    pub const INTERNAL: &str = "internal";
    /// 503: the record can't be written, so nothing starts; reading and cancelling work.
    pub const CANNOT_RECORD: &str = "cannot_record";
    /// 503: the sign-in service can't be asked.
    pub const PROVIDER_DOWN: &str = "provider_down";
    /// 503: a secret of the target's store can't be read, so nothing starts.
    pub const SECRET_UNREADABLE: &str = "secret_unreadable";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_of_a_newer_server_do_not_hide_the_refusal() {
        let text = r#"{"code":"x","message":"m","details":{"kind":"new","more":[1,2]}}"#;
        let error: ApiError = serde_json::from_str(text).unwrap();
        assert_eq!(error.details, Some(ErrorDetails::Unknown));
    }
}
