//! From what a request shows to a [`Caller`], or to somebody [`InPerson`]. A handler that takes one refuses everybody else.

use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

use super::bearer::{ByToken, bearer};
use super::{AppState, Failure, forwarded};
use crate::config::Config;
use crate::people::{Caller, InPerson, Proof};

/// The session cookie's name. Its prefix makes browsers refuse a cookie of that name that another host of the same domain
/// set, or that came in the clear.
pub(super) fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-lastmile_session" } else { "lastmile_session" }
}

/// The cookie of that name, if the request carries one.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The session's token, if the request carries one.
pub(super) fn token<'a>(headers: &'a HeaderMap, state: &AppState) -> Option<&'a str> {
    cookie(headers, cookie_name(&state.config))
}

/// What a request shows to prove who sends it.
impl FromRequestParts<AppState> for Proof {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        if let Some(text) = bearer(&parts.headers) {
            return Ok(Self::Token(text.into()));
        }
        let token = token(&parts.headers, state).ok_or_else(Failure::signed_out)?;
        let forwarded = forwarded::person(&state.config, &parts.extensions, &parts.headers);
        Ok(Self::Session { token: token.into(), forwarded })
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let caller = match parts.extensions.get::<ByToken>() {
            Some(ByToken(caller)) => caller.clone(),
            // A token that has not been judged stands before a route that nothing guards.
            None if bearer(&parts.headers).is_some() => return Err(Failure::not_by_token()),
            None => {
                let proof = Proof::from_request_parts(parts, state).await?;
                state.people.caller(&proof).await?.ok_or_else(Failure::session_ended)?
            }
        };
        if is_post(&parts.method) {
            // A program that asks too much does not keep its owner from working.
            let program = caller.token().map(|token| &token.id);
            let posts = state.posts.by_person.take((&caller.person().id, program), Instant::now());
            posts.map_err(|too_many| Failure::too_many(too_many, "requests"))?;
        }
        Ok(caller)
    }
}

/// Somebody who has signed in themselves.
impl FromRequestParts<AppState> for InPerson {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, state).await?;
        Self::of(caller).ok_or_else(Failure::not_by_token)
    }
}

/// Whether a request of that method may change something.
pub(super) fn is_post(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; lastmile_session=abc; c=d".parse().unwrap());
        assert_eq!(cookie(&headers, "lastmile_session"), Some("abc"));
        headers.insert(header::COOKIE, "xlastmile_session=abc".parse().unwrap());
        assert_eq!(cookie(&headers, "lastmile_session"), None);
    }
}
