//! `/session`: who one is; signing in and out.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::{Onward, Session, SignIn};

use super::caller::{cookie_name, token};
use super::peer::Sender;
use super::{AppState, Failure, forwarded};
use crate::config::Config;
use crate::people::Proof;

pub(super) async fn show(
    State(state): State<AppState>,
    proof: Result<Proof, Failure>,
) -> Result<Json<Session>, Failure> {
    let caller = match &proof {
        Ok(proof) => state.people.caller(proof).await?,
        Err(_) => None,
    };
    let ended = proof.is_ok() && caller.is_none();
    Ok(Json(state.people.session(caller.as_ref(), ended)))
}

pub(super) async fn sign_in(
    State(state): State<AppState>,
    from: Sender,
    connection: Extensions,
    headers: HeaderMap,
    request: Result<Json<SignIn>, JsonRejection>,
) -> Result<Response, Failure> {
    let Json(request) = request?;
    let (before, from) = (token(&headers, &state), from.counted());
    let begun = if request == SignIn::Proxy {
        let forwarded = forwarded::told(&state.config, &connection, &headers);
        state.people.sign_in_forwarded(forwarded, before, from).await?
    } else {
        state.people.sign_in(&request, before, from).await?
    };
    let mut response = Json(state.people.session(Some(&begun.caller), false)).into_response();
    set_session(&mut response, &state.config, &begun.token);
    Ok(response)
}

pub(super) async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Failure> {
    let onward = match token(&headers, &state) {
        Some(token) => state.people.sign_out(token).await?,
        None => None,
    };
    let mut response = match onward {
        Some(continue_at) => Json(Onward { continue_at }).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    let name = cookie_name(&state.config);
    set_cookie(&mut response, &state.config, (name, ""), "Strict", 0);
    Ok(response)
}

/// Gives the session's token to the browser.
pub(super) fn set_session(response: &mut Response, config: &Config, token: &str) {
    let cookie = (cookie_name(config), token);
    set_cookie(response, config, cookie, "Strict", config.auth.absolute_ms / 1000);
}

/// A cookie out of scripts' reach, of this host alone. `same_site`: `Strict`, or `Lax` for one that must come with a link from
/// elsewhere.
pub(super) fn set_cookie(
    response: &mut Response,
    config: &Config,
    (name, value): (&str, &str),
    same_site: &str,
    max_age_s: i64,
) {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={max_age_s}{secure}");
    // Hex digits and our own words are always a valid header.
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    fn cookie_of(url: &str) -> String {
        let overrides = Overrides { url: Some(url.to_owned()), ..Overrides::default() };
        let config = Config::load(None, overrides).unwrap();
        let mut response = StatusCode::OK.into_response();
        set_session(&mut response, &config, "abc");
        response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned()
    }

    #[test]
    fn behind_https_the_cookie_is_of_this_host_and_never_sent_in_the_clear() {
        let cookie = cookie_of("https://lastmile.example.org");
        assert!(
            cookie.starts_with("__Host-lastmile_session=abc; Path=/; HttpOnly; SameSite=Strict"),
            "{cookie}"
        );
        assert!(cookie.ends_with("; Secure"), "{cookie}");
    }

    #[test]
    fn on_this_machine_browsers_take_it_without_https() {
        let cookie = cookie_of("http://127.0.0.1:7777");
        assert!(cookie.starts_with("lastmile_session=abc; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
        assert!(!cookie.contains("Secure"), "{cookie}");
    }
}
