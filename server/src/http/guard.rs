//! Refuses what another site sends, and what is no JSON, before any handler sees it.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::code;

use super::bearer::bearer;
use super::caller::is_post;
use super::peer::Sender;
use super::{AppState, Failure};
use crate::config::Limits;
use crate::people::Limiter;

/// A request that changes something must come from our own pages: `Origin` and `Sec-Fetch-Site` say so. A client
/// that sends neither is no browser, and carries no cookie that it was not given on purpose. Beside an API token no cookie is
/// believed, and no other site makes a browser send one: such a request may come from anywhere.
pub(super) async fn same_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let by_cookie = bearer(request.headers()).is_none();
    if by_cookie
        && is_post(request.method())
        && !comes_from_us(request.headers(), state.config.dev_origin.as_deref())
    {
        let message = "This request came from another site. Use Lastmile's own pages.";
        return Failure::new(StatusCode::FORBIDDEN, code::CROSS_SITE, message).into_response();
    }
    next.run(request).await
}

fn comes_from_us(headers: &HeaderMap, dev_origin: Option<&str>) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    let site_ok = text("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    let origin_ok = text("origin").is_none_or(|origin| {
        let own = origin.split_once("://").map(|(_, host)| host) == text("host");
        own || Some(origin) == dev_origin
    });
    site_ok && origin_ok
}

/// Who asks how much, whether or not they are somebody.
#[derive(Debug)]
pub struct Posts {
    pub(super) by_person: Limiter,
    by_address: Limiter,
    /// Requests with an API token that was refused.
    pub(super) bad_tokens: Limiter,
}

impl Posts {
    /// Of one address ten times as many as of one person: people share addresses.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let of = |most| Limiter::new(most, Instant::now());
        Self {
            by_person: of(limits.posts),
            by_address: of(limits.posts.saturating_mul(10)),
            bad_tokens: of(limits.bad_tokens),
        }
    }
}

/// Refuses what comes too often from one address, before anything is looked up for it.
pub(super) async fn limits(
    State(state): State<AppState>,
    from: Sender,
    request: Request,
    next: Next,
) -> Response {
    if is_post(request.method())
        && let Err(too_many) = state.posts.by_address.take(from.counted(), Instant::now())
    {
        return Failure::too_many(too_many, "requests").into_response();
    }
    next.run(request).await
}

/// Answers of the API are nobody's cache's business.
pub(super) async fn api_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Files have a stricter one of their own.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)));
        comes_from_us(&headers.collect(), Some("http://127.0.0.1:8080"))
    }

    #[test]
    fn our_own_pages_and_plain_clients_may_post() {
        assert!(from(&[("host", "a:1"), ("origin", "http://a:1"), ("sec-fetch-site", "same-origin")]));
        assert!(from(&[("host", "a:1")]));
        assert!(from(&[("host", "a"), ("origin", "http://127.0.0.1:8080")]));
    }

    #[test]
    fn other_sites_may_not_whatever_they_leave_out() {
        assert!(!from(&[("host", "a:1"), ("origin", "http://evil")]));
        assert!(!from(&[("host", "a:1"), ("origin", "null")]));
        assert!(!from(&[("host", "a:1"), ("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("host", "a:1"), ("sec-fetch-site", "same-site")]));
    }
}
