//! From the session cookie to a [`Caller`]. A handler that takes one refuses everybody else.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::{AppState, Failure};
use crate::people::Caller;

/// The session cookie's name.
pub(super) const COOKIE: &str = "lastmile_session";

/// The session's token, if the request carries one.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let token = token(&parts.headers).ok_or_else(Failure::signed_out)?;
        state.people.caller(token).await?.ok_or_else(Failure::signed_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; lastmile_session=abc; c=d".parse().unwrap());
        assert_eq!(token(&headers), Some("abc"));
        headers.insert(header::COOKIE, "xlastmile_session=abc".parse().unwrap());
        assert_eq!(token(&headers), None);
    }
}
