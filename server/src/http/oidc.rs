//! `/session/oidc`: to the provider (POST) and back from it (GET).

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::{BeginOidc, Onward, ReturnTo, SignInProblem};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::caller::{cookie, token};
use super::peer::Sender;
use super::session::{set_cookie, set_session};
use super::{AppState, Failure};
use crate::config::Config;
use crate::people::{Back, HOLDS_S};

/// What no header takes as it is; the rest of an address stays as it was asked for.
const IN_HEADER: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// What the provider adds to our address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Returned {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// The cookie that binds an attempt to its browser. It must come with a link from the provider's site, so it is `Lax`; the session's
/// own is not.
fn browser_cookie(config: &Config) -> &'static str {
    if config.is_https() { "__Host-lastmile_sign_in" } else { "lastmile_sign_in" }
}

pub(super) async fn leave(
    State(state): State<AppState>,
    from: Sender,
    headers: HeaderMap,
    request: Result<Json<BeginOidc>, JsonRejection>,
) -> Result<Response, Failure> {
    let Json(request) = request?;
    let return_to = ReturnTo::parse(&request.return_to).unwrap_or_else(ReturnTo::home);
    let name = browser_cookie(&state.config);
    let (before, browser) = (token(&headers, &state), cookie(&headers, name));
    let leaving = state.people.go_to_provider(return_to, before, browser, from.counted()).await?;
    let mut response = Json(Onward { continue_at: leaving.continue_at }).into_response();
    set_cookie(&mut response, &state.config, (name, &leaving.browser), "Lax", HOLDS_S);
    Ok(response)
}

/// Always leads on to a page: a person looks at the answer.
pub(super) async fn come_back(
    State(state): State<AppState>,
    from: Sender,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    // What can't be read belongs to no attempt.
    let returned = returned.map(|Query(returned)| returned).unwrap_or_default();
    let Returned { code, state: of, error, iss } = returned;
    let name = browser_cookie(&state.config);
    let back = Back { code, state: of, error, iss };
    let arrived = state.people.come_back(back, cookie(&headers, name), from.counted()).await;
    match arrived.begun {
        Ok(begun) => {
            let mut response = lead_to(arrived.return_to.as_str());
            set_session(&mut response, &state.config, &begun.token);
            set_cookie(&mut response, &state.config, (name, ""), "Lax", 0);
            response
        }
        Err(problem) => lead_to(&problem_page(problem, &arrived.return_to)),
    }
}

fn problem_page(problem: SignInProblem, return_to: &ReturnTo) -> String {
    let mut page = format!("/sign-in?problem={}", problem.code());
    if *return_to != ReturnTo::home() {
        page += "&return_to=";
        page.extend(utf8_percent_encode(return_to.as_str(), NON_ALPHANUMERIC));
    }
    page
}

/// 303 to an address of ours.
fn lead_to(page: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let page = utf8_percent_encode(page, IN_HEADER).to_string();
    // Nothing is left in it that a header would not take.
    let to = HeaderValue::from_str(&page).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_led_to_the_page_that_they_wanted_whatever_is_in_its_address() {
        let to = |page: &str| {
            let page = ReturnTo::parse(page).unwrap();
            lead_to(page.as_str()).headers()[header::LOCATION].to_str().unwrap().to_owned()
        };
        assert_eq!(to("/runbooks/a%20b?x=1&y=//z#L3"), "/runbooks/a%20b?x=1&y=//z#L3");
        assert_eq!(to("/é x"), "/%C3%A9%20x");
    }

    #[test]
    fn a_problem_s_page_still_knows_where_one_wanted_to_go() {
        let page = problem_page(SignInProblem::Lost, &ReturnTo::parse("/runs?a=b&c=d#L1").unwrap());
        assert_eq!(page, "/sign-in?problem=lost&return_to=%2Fruns%3Fa%3Db%26c%3Dd%23L1");
        assert_eq!(problem_page(SignInProblem::Lost, &ReturnTo::home()), "/sign-in?problem=lost");
    }
}
