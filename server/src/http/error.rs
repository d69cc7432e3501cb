//! Every refusal's status and body, in one place. Causes are logged here, once, and never sent.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lastmile_protocol::{ApiError, ErrorDetails, FieldProblem, SignInProblem, TokenScope, code};

use crate::audit::NotAReader;
use crate::people::{SignInError, TokenRefused, TooMany};
use crate::runs::Refusal;
use crate::store::StoreError;

/// An answer that is not a success.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    /// Seconds after which it may be tried again.
    retry_after: Option<u64>,
    error: Box<ApiError>,
}

impl Failure {
    /// A refusal of that status.
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let error = ApiError { code: code.to_owned(), message: message.into(), details: None };
        Self { status, retry_after: None, error: Box::new(error) }
    }

    pub(super) fn with(mut self, details: ErrorDetails) -> Self {
        self.error.details = Some(details);
        self
    }

    /// 401.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            code::SIGNED_OUT,
            "You are not signed in, or your session has ended. Sign in and try again.",
        )
    }

    /// 401, of somebody who was signed in.
    pub(super) fn session_ended() -> Self {
        let message = "Your session has ended. Sign in again; what you were doing waits for you.";
        Self::new(StatusCode::UNAUTHORIZED, code::SIGNED_OUT, message)
    }

    /// 403, of whoever shows an API token where only a person may act.
    pub(super) fn not_by_token() -> Self {
        let message = "No API token can do this, whatever its scope. Sign in and do it yourself.";
        Self::new(StatusCode::FORBIDDEN, code::NOT_BY_TOKEN, message)
    }

    /// 403, of a token that was made for less.
    pub(super) fn scope(has: TokenScope, needs: TokenScope) -> Self {
        let (has, needs) = (has.as_str(), needs.as_str());
        let message = format!("This token's scope is `{has}`, and this takes one of scope `{needs}`.");
        Self::new(StatusCode::FORBIDDEN, code::NOT_BY_TOKEN, message)
    }

    /// What it says to a person.
    pub(super) fn message(&self) -> &str {
        &self.error.message
    }

    /// 429.
    pub(super) fn too_many(TooMany(seconds): TooMany, what: &str) -> Self {
        let message = format!("Too many {what} within a minute. Try again in {seconds} s.");
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY, message);
        Self { retry_after: Some(seconds), ..failure }
    }

    pub(super) fn no_such_route() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            code::NOT_FOUND,
            "The API has no such path. docs/API.md lists all of them.",
        )
    }

    pub(super) fn no_such_method(method: &Method) -> Self {
        let message = format!("This path does not take {method}. docs/API.md lists what it takes.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, message)
    }

    /// 500; the cause goes to the server's log.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            code::INTERNAL,
            "The server made a mistake; its log has the cause. Try again, and tell whoever runs it if it stays.",
        )
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(*self.error)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let plain = |status, code| Self::new(status, code, message.clone());
        match refusal {
            Refusal::NotFound(_) => plain(StatusCode::NOT_FOUND, code::NOT_FOUND),
            Refusal::BadRequest(_) => plain(StatusCode::BAD_REQUEST, code::BAD_REQUEST),
            Refusal::Forbidden(_) => plain(StatusCode::FORBIDDEN, code::FORBIDDEN),
            Refusal::ActionChanged(change) => plain(StatusCode::CONFLICT, code::ACTION_CHANGED)
                .with(ErrorDetails::Changed { change: *change }),
            Refusal::AlreadyAsked(run) => {
                plain(StatusCode::CONFLICT, code::ALREADY_ASKED).with(ErrorDetails::Existing { run })
            }
            Refusal::Busy(run) => {
                plain(StatusCode::CONFLICT, code::BUSY).with(ErrorDetails::Existing { run })
            }
            Refusal::WrongState(_) => plain(StatusCode::CONFLICT, code::WRONG_STATE),
            Refusal::DigestMismatch => plain(StatusCode::CONFLICT, code::DIGEST_MISMATCH),
            Refusal::KeyReused => plain(StatusCode::CONFLICT, code::KEY_REUSED),
            Refusal::AfterMissing(after) => {
                plain(StatusCode::CONFLICT, code::AFTER_MISSING).with(ErrorDetails::After { after })
            }
            Refusal::Inputs(inputs) => plain(StatusCode::UNPROCESSABLE_ENTITY, code::INPUTS_REFUSED)
                .with(ErrorDetails::Inputs { inputs }),
            Refusal::OfMember { nth, refusal, .. } => {
                let Self { status, error, .. } = Self::from(*refusal);
                let details = error.details.map(Box::new);
                let nth = u32::try_from(nth).unwrap_or(u32::MAX);
                plain(status, &error.code).with(ErrorDetails::Member { nth, details })
            }
            Refusal::ActionDisabled(_) => plain(StatusCode::UNPROCESSABLE_ENTITY, code::ACTION_DISABLED),
            Refusal::Retype(_) => plain(StatusCode::UNPROCESSABLE_ENTITY, code::RETYPE),
            Refusal::CannotRecord(cause) => {
                tracing::error!(error = &cause as &dyn std::error::Error, "the record failed");
                plain(StatusCode::SERVICE_UNAVAILABLE, code::CANNOT_RECORD)
            }
            Refusal::DiskFull(cause) => {
                tracing::error!(
                    error = &cause as &dyn std::error::Error,
                    "no space can be reserved for the record"
                );
                plain(StatusCode::SERVICE_UNAVAILABLE, code::CANNOT_RECORD)
            }
            Refusal::SecretUnreadable(cause) => {
                tracing::error!(error = &cause as &dyn std::error::Error, "a secret can't be read");
                plain(StatusCode::SERVICE_UNAVAILABLE, code::SECRET_UNREADABLE)
            }
            Refusal::SecretChanged { .. } => plain(StatusCode::CONFLICT, code::WRONG_STATE),
            Refusal::Altered(cause) => {
                tracing::error!(error = &cause as &dyn std::error::Error, "a run's record was changed");
                plain(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL)
            }
            Refusal::Internal(cause) => Self::internal(&*cause),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Refusal::CannotRecord(error).into()
    }
}

impl From<NotAReader> for Failure {
    fn from(refused: NotAReader) -> Self {
        Self::new(StatusCode::FORBIDDEN, code::FORBIDDEN, refused.to_string())
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => Self::new(
                StatusCode::FORBIDDEN,
                code::FORBIDDEN,
                "Nobody of that name can sign in here. Choose one of those on the page.",
            ),
            SignInError::Wrong => {
                Self::new(StatusCode::FORBIDDEN, code::WRONG_PASSWORD, "Name or password is wrong.")
            }
            SignInError::Unforwarded(why) => {
                Self::new(StatusCode::FORBIDDEN, code::NOT_FORWARDED, why.to_string())
            }
            SignInError::Problem(problem @ (SignInProblem::ProviderDown | SignInProblem::Server)) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, code::PROVIDER_DOWN, problem.text())
            }
            SignInError::Problem(SignInProblem::TooMany) => Self::too_many(TooMany(1), "attempts to sign in"),
            SignInError::Problem(problem) => {
                Self::new(StatusCode::FORBIDDEN, code::FORBIDDEN, problem.text())
            }
            SignInError::TooMany(too_many) => Self::too_many(too_many, "attempts to sign in"),
            SignInError::Store(cause) => cause.into(),
            SignInError::Random(cause) => Self::internal(&cause),
        }
    }
}

impl From<TokenRefused> for Failure {
    fn from(error: TokenRefused) -> Self {
        let message = error.to_string();
        match error {
            TokenRefused::Field(name, _) => {
                let inputs = vec![FieldProblem { name: name.to_owned(), message: message.clone() }];
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code::INPUTS_REFUSED, message)
                    .with(ErrorDetails::Inputs { inputs })
            }
            TokenRefused::Enough => Self::new(StatusCode::CONFLICT, code::WRONG_STATE, message),
            TokenRefused::Store(cause) => cause.into(),
            TokenRefused::Random(cause) => Self::internal(&cause),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::internal(&error)
    }
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        let (status, code) = match rejection.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (StatusCode::UNSUPPORTED_MEDIA_TYPE, code::NOT_JSON),
            StatusCode::PAYLOAD_TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, code::TOO_LARGE),
            _ => (StatusCode::BAD_REQUEST, code::BAD_REQUEST),
        };
        let why = rejection.body_text();
        // What our types are called is nothing that a client could mend.
        let why = if why.contains("struct ") {
            "It must be a JSON object; docs/API.md says with what."
        } else {
            &why
        };
        Self::new(status, code, format!("The request's body can't be used: {why}"))
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        let message = format!("The address's parameters can't be used: {}", rejection.body_text());
        Self::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST, message)
    }
}
