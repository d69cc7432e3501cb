//! `log.txt`: the log as a file, whole or in part.
//!
//! As a rule escape sequences are stripped, and then only the whole is to be had: nobody knows how long that text is
//! without reading all of the log. With `escapes=keep` it is the log as it is stored, and ranges count its bytes: those of
//! `LogLine::offset` and `bytes`. A log only grows, so its length is its version.

use std::io::{self, Read as _};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::Stream;
use lastmile_protocol::{RunId, code};
use serde::Deserialize;

use super::range::{self, Asked};
use super::{AppState, Failure, Still, dir, read};
use crate::log::{LogBytes, Strip};
use crate::people::{Caller, Proof};

/// Bytes of the log that are in flight at a time.
const CHUNK: usize = 64 * 1024;

#[derive(Deserialize)]
pub(in crate::http) struct TextQuery {
    /// `escapes=keep` leaves escape sequences in.
    escapes: Option<String>,
}

/// What a log is at one moment.
struct Version {
    bytes: u64,
    has_gap: bool,
    strips: bool,
}

impl Version {
    /// Not only the length: the same log stripped is another text, and a gap grows where others don't.
    fn etag(&self) -> String {
        let kind = if self.strips { "text" } else { "log" };
        let gap = if self.has_gap { "-gap" } else { "" };
        format!("\"{kind}-{}{gap}\"", self.bytes)
    }
}

pub(in crate::http) async fn text(
    State(state): State<AppState>,
    caller: Caller,
    proof: Proof,
    Path(id): Path<RunId>,
    query: Result<Query<TextQuery>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Query(query) = query?;
    let strips = query.escapes.as_deref() != Some("keep");
    let (dir, _) = dir(&state, &caller, &id).await?;
    let now = read(dir.clone(), |log| Ok((log.head()?.bytes, !log.gap()?.bytes.is_empty()))).await?;
    let (bytes, has_gap) = now.unwrap_or_default();
    let version = Version { bytes, has_gap, strips };
    let etag = version.etag();
    if range::has(&headers, &etag) {
        return Ok(described(StatusCode::NOT_MODIFIED.into_response(), &id, &version));
    }
    let asked = if strips { Asked::Whole } else { range::asked(&headers, bytes, &etag) };
    if asked == Asked::Outside {
        return Ok(outside(bytes));
    }
    let still = Still::begin(state, proof, Duration::ZERO);
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let source = read(dir, move |log| match asked {
            Asked::Part(first, end) => log.bytes(first..end),
            Asked::Whole | Asked::Outside => log.text(bytes),
        });
        source.await?.map_or_else(Body::empty, |source| Body::from_stream(stream(source, strips, still)))
    };
    let mut response = described(body.into_response(), &id, &version);
    match asked {
        Asked::Part(first, end) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{}/{bytes}", end - 1));
            set(&mut response, header::CONTENT_LENGTH, &(end - first).to_string());
        }
        _ if !strips && !has_gap => set(&mut response, header::CONTENT_LENGTH, &bytes.to_string()),
        _ => {}
    }
    Ok(response)
}

fn described(mut response: Response, id: &RunId, version: &Version) -> Response {
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, header::CONTENT_DISPOSITION, &format!("inline; filename=\"lastmile-{id}.txt\""));
    set(&mut response, header::ACCEPT_RANGES, if version.strips { "none" } else { "bytes" });
    set(&mut response, header::ETAG, &version.etag());
    // A browser may keep it, and has to ask each time whether it still holds.
    set(&mut response, header::CACHE_CONTROL, "private, no-cache");
    response
}

fn outside(size: u64) -> Response {
    let message = format!("The log has {size} bytes; ask for a range inside it.");
    let mut response = Failure::new(StatusCode::RANGE_NOT_SATISFIABLE, code::RANGE, message).into_response();
    set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
    response
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Read piece by piece as the client takes it: one that stalls holds no thread. One who may no longer read gets no further
/// piece; the connection is cut, so that nobody takes what came for the whole.
fn stream(source: LogBytes, strips: bool, still: Still) -> impl Stream<Item = io::Result<Bytes>> {
    let pump = Pump { source, stripper: strips.then(Strip::default) };
    futures_util::stream::try_unfold((pump, still), |(mut pump, mut still)| async move {
        let read = tokio::task::spawn_blocking(move || pump.next().map(|piece| (piece, pump)));
        let (piece, pump) = read.await.map_err(io::Error::other)??;
        // Asked last: a piece of nothing but escape sequences takes its time.
        still.if_due().await.map_err(io::Error::other)?;
        Ok(piece.map(|piece| (piece, (pump, still))))
    })
}

struct Pump {
    source: LogBytes,
    stripper: Option<Strip>,
}

impl Pump {
    /// The next piece; `None` at the end.
    fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let mut piece = vec![0; CHUNK];
            let count = self.source.read(&mut piece)?;
            if count == 0 {
                return Ok(None);
            }
            piece.truncate(count);
            if let Some(stripper) = &mut self.stripper {
                let mut plain = Vec::with_capacity(count);
                stripper.strip(&piece, &mut plain);
                piece = plain;
            }
            if !piece.is_empty() {
                return Ok(Some(piece.into()));
            }
        }
    }
}
