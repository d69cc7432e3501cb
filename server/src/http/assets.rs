//! The app's files, embedded at build time, and the app's page for every address that the app itself routes.
//!
//! Knows nothing of runbooks or runs: a table and a request decide the whole answer. What is not in the table is 404,
//! never the page in disguise: a script that gets HTML fails in a way that nobody understands.

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// Everything that was in `dist/` when the server was compiled, sorted by path.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The app's page.
const PAGE: &str = "index.html";

/// A new name for each content: ask never again.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Keep it, but ask each time whether it is still the one.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// What a page of ours may do. No inline script or style, no other origin, and markup from strings only by the policy
/// named `default`, which `public/boot.js` creates.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types default",
);

/// One embedded file.
struct Asset {
    /// Path below `dist/`, without a leading slash.
    path: &'static str,
    content_type: &'static str,
    /// Hash of the content, in hexadecimal.
    hash: &'static str,
    /// The name contains a hash of the content.
    immutable: bool,
    raw: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

/// Answers what no other route does: a file of the app, its page, or 404.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    respond(ASSETS, &method, uri.path(), &headers)
}

fn respond(assets: &[Asset], method: &Method, path: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = find(assets, path) else { return StatusCode::NOT_FOUND.into_response() };
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let (coding, bytes) = asset.negotiate(headers);
    let etag = format!("\"{}{}\"", asset.hash, coding.map(|it| format!("-{it}")).unwrap_or_default());
    let known = is_known(headers, &etag);
    // A body that is not sent still has its length told.
    let body = if known || method == Method::HEAD { Body::empty() } else { Bytes::from_static(bytes).into() };
    let mut response = Response::new(body);
    asset.describe(response.headers_mut());
    // Made of hexadecimal digits and quotes, so it always is a header value.
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    response.headers_mut().insert(header::CONTENT_LENGTH, bytes.len().into());
    if let Some(coding) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// The file of that path, or the page if the path may be one of the app's own addresses.
fn find<'a>(assets: &'a [Asset], path: &str) -> Option<&'a Asset> {
    let get = |path: &str| assets.binary_search_by(|asset| asset.path.cmp(path)).ok().map(|at| &assets[at]);
    get(path.trim_start_matches('/')).or_else(|| if is_app_address(path) { get(PAGE) } else { None })
}

/// Addresses that go on with a name: what follows is never a file of the app's, whatever it is called.
const NAMED: [&str; 2] = ["/runbooks/", "/alerts/"];

/// Not below `/api`, and without a dot in the last segment: what has one is a file, perhaps of a former build. But
/// runbooks and alerts may be called `v1.2`.
fn is_app_address(path: &str) -> bool {
    let is_api = path == "/api" || path.starts_with("/api/");
    let is_named = NAMED.iter().any(|named| path.starts_with(named));
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    !is_api && (is_named || !is_file)
}

impl Asset {
    /// The smallest form that the client takes, with its name in `Content-Encoding`.
    fn negotiate(&self, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        let forms = [("br", self.br), ("gzip", self.gz)];
        let taken = forms
            .into_iter()
            .find_map(|(coding, bytes)| Some((coding, bytes?)).filter(|it| accepts(headers, it.0)));
        taken.map_or((None, self.raw), |(coding, bytes)| (Some(coding), bytes))
    }

    /// The headers that do not depend on the request.
    fn describe(&self, headers: &mut HeaderMap) {
        let mut set =
            |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
        set(header::CONTENT_TYPE, self.content_type);
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::REFERRER_POLICY, "same-origin");
        set(header::VARY, "accept-encoding");
        headers.insert(header::CACHE_CONTROL, if self.immutable { FOREVER } else { ASK });
        if self.content_type.starts_with("text/html") {
            headers.insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
            let opener = HeaderName::from_static("cross-origin-opener-policy");
            headers.insert(opener, HeaderValue::from_static("same-origin"));
        }
    }
}

/// Whether `Accept-Encoding` takes a coding: named, or by `*`, with a weight above 0 (RFC 9110, 12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let mut by_star = false;
    for entry in list(headers, header::ACCEPT_ENCODING) {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let wanted = weight.trim().strip_prefix("q=").is_none_or(|q| q.parse::<f32>().is_ok_and(|q| q > 0.0));
        match name.trim() {
            name if name.eq_ignore_ascii_case(coding) => return wanted,
            "*" => by_star = wanted,
            _ => {}
        }
    }
    by_star
}

/// Whether `If-None-Match` names this content. A proxy may have made the tag weak: that does not matter here.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    list(headers, header::IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

/// The members of a comma-separated header, however many lines it has.
fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Asset] = &[
        Asset {
            path: "app-0123456789abcdef.js",
            content_type: "text/javascript; charset=utf-8",
            hash: "aa",
            immutable: true,
            raw: b"raw script",
            br: Some(b"br"),
            gz: Some(b"gzip"),
        },
        Asset {
            path: "index.html",
            content_type: "text/html; charset=utf-8",
            hash: "bb",
            immutable: false,
            raw: b"<page>",
            br: None,
            gz: None,
        },
    ];

    async fn ask(method: Method, path: &str, headers: &[(HeaderName, &str)]) -> (Response, Bytes) {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        let (parts, body) = respond(TABLE, &method, path, &headers).into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (Response::from_parts(parts, Body::empty()), bytes)
    }

    async fn get(path: &str, headers: &[(HeaderName, &str)]) -> (Response, Bytes) {
        ask(Method::GET, path, headers).await
    }

    const SCRIPT: &str = "/app-0123456789abcdef.js";

    #[tokio::test]
    async fn a_hashed_file_is_kept_forever_and_the_page_is_asked_for_each_time() {
        let (script, _) = get(SCRIPT, &[]).await;
        assert_eq!(script.headers()["cache-control"], "public, max-age=31536000, immutable");
        let (page, body) = get("/", &[]).await;
        assert_eq!(
            (page.headers()["cache-control"].to_str().unwrap(), &body[..]),
            ("no-cache", &b"<page>"[..])
        );
    }

    #[tokio::test]
    async fn each_client_gets_the_smallest_form_it_takes() {
        for (accepted, coding, expected) in [
            ("gzip, deflate, br, zstd", Some("br"), "br"),
            ("gzip", Some("gzip"), "gzip"),
            ("br;q=0, gzip;q=0.5", Some("gzip"), "gzip"),
            ("*", Some("br"), "br"),
            ("identity", None, "raw script"),
            ("*;q=0", None, "raw script"),
        ] {
            let (response, body) = get(SCRIPT, &[(header::ACCEPT_ENCODING, accepted)]).await;
            let told = response.headers().get("content-encoding").map(|it| it.to_str().unwrap());
            assert_eq!((told, &body[..]), (coding, expected.as_bytes()), "{accepted}");
            assert_eq!(response.headers()["vary"], "accept-encoding");
            assert_eq!(response.headers()["content-length"], body.len().to_string());
        }
    }

    #[tokio::test]
    async fn what_the_client_has_already_is_not_sent_again() {
        let (first, _) = get(SCRIPT, &[(header::ACCEPT_ENCODING, "br")]).await;
        let etag = format!("\"other\", W/{}", first.headers()["etag"].to_str().unwrap());
        let (again, body) =
            get(SCRIPT, &[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, &etag)]).await;
        assert_eq!((again.status(), body.len()), (StatusCode::NOT_MODIFIED, 0));
        // Another form is another content.
        let (other, _) = get(SCRIPT, &[(header::IF_NONE_MATCH, &etag)]).await;
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn the_app_s_own_addresses_get_the_page_with_its_policy() {
        for path in [
            "/",
            "/runbooks/bar/start",
            "/runbooks/",
            "/runbooks/v1.2",
            "/runbooks/100%25",
            "/alerts/Disk.Full%20100%25/of%2Fall",
            "/alerts/app.js",
            "/runs",
            "/runs/0190?after=3",
            "/apiary",
        ] {
            let (page, body) = get(path, &[]).await;
            assert_eq!((page.status(), &body[..]), (StatusCode::OK, &b"<page>"[..]), "{path}");
            let policy = page.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none';") && policy.ends_with("trusted-types default"));
            assert_eq!(page.headers()["cross-origin-opener-policy"], "same-origin");
            assert_eq!(page.headers()["x-content-type-options"], "nosniff");
        }
    }

    #[tokio::test]
    async fn a_stale_file_and_an_unknown_api_path_are_not_found() {
        for path in
            ["/app-00000000000.js", "/api", "/api/nope", "/runs/robots.txt", "/api/v1/x/y", "/runbooks.js"]
        {
            let (response, body) = get(path, &[]).await;
            assert_eq!((response.status(), body.len()), (StatusCode::NOT_FOUND, 0), "{path}");
        }
    }

    #[tokio::test]
    async fn a_head_request_tells_the_length_without_the_body() {
        let (response, body) = ask(Method::HEAD, SCRIPT, &[]).await;
        assert_eq!((response.headers()["content-length"].to_str().unwrap(), body.len()), ("10", 0));
    }

    #[tokio::test]
    async fn only_reading_is_allowed() {
        let (response, _) = ask(Method::POST, "/runs", &[]).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()["allow"], "GET, HEAD");
    }

    #[test]
    fn the_server_has_a_page_even_where_the_app_was_not_built() {
        assert!(ASSETS.iter().any(|asset| asset.path == PAGE));
        assert!(ASSETS.is_sorted_by_key(|asset| asset.path));
    }
}
