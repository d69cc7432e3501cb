//! `/session`: who one is; signing in and out.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::{Session, SignIn};

use super::caller::{COOKIE, token};
use super::{AppState, Failure};
use crate::people::{Caller, SESSION_MS};

pub(super) async fn show(State(state): State<AppState>, caller: Result<Caller, Failure>) -> Json<Session> {
    let person = caller.ok().map(|caller| caller.person().clone());
    Json(state.people.session(person))
}

pub(super) async fn sign_in(
    State(state): State<AppState>,
    request: Result<Json<SignIn>, JsonRejection>,
) -> Result<Response, Failure> {
    let Json(request) = request?;
    let (token, person) = state.people.sign_in(&request).await?;
    let mut response = Json(state.people.session(Some(person))).into_response();
    set_cookie(&mut response, &token, SESSION_MS / 1000);
    Ok(response)
}

pub(super) async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(token) = token(&headers) {
        state.people.sign_out(token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, "", 0);
    Ok(response)
}

/// The cookie is out of scripts' reach and never sent from another site. `Secure` is left to the modes that work
/// beyond loopback.
fn set_cookie(response: &mut Response, token: &str, max_age_s: i64) {
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age_s}");
    // Hex digits and our own words are always a valid header.
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}
