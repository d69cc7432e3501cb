//! Requests with an API token: by default refused. A route takes tokens only if it was added for a scope.
//!
//! This stands before every handler, so that one which forgets to ask still answers no token. What it has judged it hands on
//! as a [`Caller`]; a cookie beside a token is taken off the request, so nothing behind this can believe it.

use std::hash::Hash;
use std::time::Instant;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::{TokenScope, code};

use super::peer::Sender;
use super::{AppState, Failure};
use crate::people::{BadToken, Caller};

const SCHEME: &[u8] = b"bearer";

/// The scope that a route takes tokens for; `None`: it takes none.
pub(super) type Takes = Option<TokenScope>;

/// Whoever the token of a request acts for.
#[derive(Clone)]
pub(super) struct ByToken(pub(super) Caller);

/// What stands after `Authorization: Bearer`, if the request has that. Two of them are none that could be right.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let is_bearer = |value: &&HeaderValue| {
        value.as_bytes().get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
    };
    let mut all = headers.get_all(header::AUTHORIZATION).iter().filter(is_bearer);
    let first = all.next()?;
    let text = first.to_str().unwrap_or_default().get(SCHEME.len()..).unwrap_or_default();
    Some(if all.next().is_some() { "" } else { text.trim() })
}

/// Lets requests without a token by, and those whose token is good for this.
pub(super) async fn gate(
    State((state, takes)): State<(AppState, Takes)>,
    request: Request,
    next: Next,
) -> Response {
    if bearer(request.headers()).is_none() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    match judge(&state, takes, &mut parts).await {
        Ok(caller) => {
            parts.headers.remove(header::COOKIE);
            parts.extensions.insert(ByToken(caller));
            next.run(Request::from_parts(parts, body)).await
        }
        Err(failure) => {
            let mut response = failure.into_response();
            if response.status() == StatusCode::UNAUTHORIZED {
                let bearer = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
            }
            response
        }
    }
}

async fn judge(state: &AppState, takes: Takes, parts: &mut Parts) -> Result<Caller, Failure> {
    let asked = format!("{} {}", parts.method, parts.uri.path());
    let text = bearer(&parts.headers).unwrap_or_default();
    let (caller, scope) = match state.people.by_token(text).await? {
        Ok(found) => found,
        Err(bad) => {
            let from = Sender::from_request_parts(parts, state).await?;
            count(state, from.counted())?;
            return Err(refuse_bad(state, &bad, &asked).await?);
        }
    };
    let refused = match takes {
        Some(needed) if scope.covers(needed) => return Ok(caller),
        Some(needed) => Failure::scope(scope, needed),
        None => Failure::not_by_token(),
    };
    let id = caller.token().map(|token| &token.id);
    count(state, id)?;
    let whose = id.map(|id| (id, &caller.person().id));
    state.people.note_refused_token(whose, &kept(&asked), refused.message()).await?;
    Err(refused)
}

async fn refuse_bad(state: &AppState, bad: &BadToken, asked: &str) -> Result<Failure, Failure> {
    let why = bad.to_string();
    state.people.note_refused_token(bad.whose(), &kept(asked), &why).await?;
    Ok(Failure::new(StatusCode::UNAUTHORIZED, code::BAD_TOKEN, why))
}

/// What is refused costs an entry of the record: so many a minute, and no more. Good tokens are never counted, so nobody
/// who sends bad ones from the same address locks them out.
fn count(state: &AppState, of: impl Hash) -> Result<(), Failure> {
    let taken = state.posts.bad_tokens.take(of, Instant::now());
    taken.map_err(|too_many| Failure::too_many(too_many, "requests with a token that is refused"))
}

/// Paths may be as long as anybody likes; the record keeps so many characters of them.
fn kept(asked: &str) -> String {
    asked.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn a_token_is_found_whatever_the_case_of_its_scheme_and_two_are_no_token() {
        assert_eq!(of(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(of(&["bearer  abc "]).as_deref(), Some("abc"));
        assert_eq!(of(&["Basic abc", "BEARER abc"]).as_deref(), Some("abc"));
        assert_eq!(of(&["Bearer"]).as_deref(), Some(""));
        assert_eq!(of(&["Bearer abc", "Bearer abc"]).as_deref(), Some(""));
        assert_eq!(of(&["Basic abc"]), None);
        assert_eq!(of(&[]), None);
    }
}
