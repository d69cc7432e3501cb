//! `/files`: pictures of runbooks, and files that they link to.
//!
//! A file's bytes were not written by us, so no browser may run them: pictures are named as such only if name and
//! content agree, under a policy that forbids everything, and all else is a download.

mod kind;

use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::code;

use self::kind::Kind;
use super::{AppState, Failure, assets};
use crate::catalog::files::{self, FileRefusal, MAX_FILE, OpenFile};
use crate::people::Caller;

/// No script, no other address; what a drawing needs of styles.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
);

pub(super) async fn show(
    State(state): State<AppState>,
    _caller: Caller,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // What is no UTF-8 once decoded names no file of ours.
    let Path(path) = path.map_err(|_| Failure::from(FileRefusal::Missing))?;
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let root = state.catalog.root().to_owned();
    let answer = tokio::task::spawn_blocking(move || answer(&files::open(&root, &path)?, &name, &headers));
    Ok(answer.await??)
}

/// Reads the file, unless the browser has it already.
fn answer(open: &OpenFile, name: &str, headers: &HeaderMap) -> Result<Response, FileRefusal> {
    let metadata = &open.metadata;
    let (seconds, nanos) = (metadata.mtime(), metadata.mtime_nsec());
    let etag = format!("\"{:x}-{seconds:x}.{nanos:x}-{:x}\"", metadata.ino(), metadata.len());
    let mut response = if assets::is_known(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut bytes = Vec::new();
        (&open.file).take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        if size > MAX_FILE {
            return Err(FileRefusal::TooLarge(size));
        }
        let kind = Kind::of(name, &bytes);
        let mut response = Response::new(Body::from(bytes));
        response.headers_mut().insert(header::CONTENT_TYPE, kind.content_type());
        if kind == Kind::Download {
            response
                .headers_mut()
                .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
        }
        response
    };
    describe(response.headers_mut(), &etag);
    Ok(response)
}

fn describe(headers: &mut HeaderMap, etag: &str) {
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // Kept by this browser alone, and asked for each time: who is signed out gets nothing.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    // Made of hexadecimal digits, points and quotes, so it always is a header value.
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, etag);
    }
}

impl From<FileRefusal> for Failure {
    fn from(refusal: FileRefusal) -> Self {
        match refusal {
            FileRefusal::Missing => Self::new(
                StatusCode::NOT_FOUND,
                code::NOT_FOUND,
                "The runbook folder has no such file, or it is not one that is given out.",
            ),
            FileRefusal::TooLarge(_) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                code::TOO_LARGE,
                format!("This file is larger than {} MB. Fetch it another way.", MAX_FILE / 1024 / 1024),
            ),
            FileRefusal::Io(error) => Self::internal(&error),
        }
    }
}
