//! A run's log: windows, search and bytes.

use std::io::{self, Read as _};
use std::path::PathBuf;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::{LogMatches, LogWindow, RunId, WINDOW_LINES, code};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{AppState, Failure};
use crate::log::{LogReader, Strip};
use crate::people::Caller;

/// Most matching lines in one answer.
const MAX_MATCHES: usize = 1000;
/// Most bytes that one search reads before it answers with where it got to.
const MAX_SEARCHED: u64 = 256 * 1024 * 1024;
/// Bytes of the log that are in flight at a time.
const CHUNK: usize = 64 * 1024;

#[derive(Deserialize)]
pub(super) struct WindowQuery {
    #[serde(default)]
    first: u64,
    #[serde(default = "window_lines")]
    count: u32,
}

fn window_lines() -> u32 {
    WINDOW_LINES
}

pub(super) async fn window(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
    query: Result<Query<WindowQuery>, QueryRejection>,
) -> Result<Json<LogWindow>, Failure> {
    let Query(query) = query?;
    let count = query.count.min(WINDOW_LINES);
    let (_, run_state) = state.runs.log_dir(&caller, &id).await?;
    let window = read(&state, &caller, &id, move |log| log.window(query.first, count)).await?;
    let mut window = window.unwrap_or_default();
    // A lost run has no exit record, and nothing will be added all the same.
    window.head.finished |= run_state.is_final();
    Ok(Json(window))
}

#[derive(Deserialize)]
pub(super) struct SearchQuery {
    q: String,
    #[serde(default)]
    after: u64,
}

pub(super) async fn search(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Json<LogMatches>, Failure> {
    let Query(SearchQuery { q, after }) = query?;
    if q.is_empty() || q.len() > 1000 {
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            code::BAD_REQUEST,
            "Search for 1 to 1000 bytes of text.",
        ));
    }
    let found =
        read(&state, &caller, &id, move |log| log.search(&q, after, MAX_MATCHES, MAX_SEARCHED)).await?;
    Ok(Json(found.unwrap_or_default()))
}

/// Reads a log away from the async threads; `None` if the run has written none.
async fn read<T: Send + 'static>(
    state: &AppState,
    caller: &Caller,
    id: &RunId,
    how: impl FnOnce(&LogReader) -> io::Result<T> + Send + 'static,
) -> Result<Option<T>, Failure> {
    let dir = dir(state, caller, id).await?;
    let look = move || match LogReader::open(&dir) {
        Ok(log) => how(&log).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    Ok(tokio::task::spawn_blocking(look).await??)
}

async fn dir(state: &AppState, caller: &Caller, id: &RunId) -> Result<PathBuf, Failure> {
    let (dir, run_state) = state.runs.log_dir(caller, id).await?;
    if run_state.is_final() && !dir.exists() && state.runs.ever_started(caller, id).await? {
        let message = "This run's log has been removed. Its record stays.";
        return Err(Failure::new(StatusCode::GONE, code::LOG_GONE, message));
    }
    Ok(dir)
}

#[derive(Deserialize)]
pub(super) struct TextQuery {
    /// `escapes=keep` leaves escape sequences in.
    escapes: Option<String>,
}

/// The bytes. A range counts bytes of the log as it is stored, so with a range escape sequences stay.
pub(super) async fn text(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
    query: Result<Query<TextQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Query(query) = query?;
    let dir = dir(&state, &caller, &id).await?;
    let size = read(&state, &caller, &id, |log| log.head().map(|head| head.bytes)).await?.unwrap_or_default();
    let range = match headers.get(header::RANGE).map(|value| parse_range(value, size)) {
        None => None,
        Some(Some(range)) => Some(range),
        Some(None) => {
            let mut response = Failure::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                code::RANGE,
                format!("The log has {size} bytes; ask for a range inside it."),
            )
            .into_response();
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(response);
        }
    };
    let strip = range.is_none() && query.escapes.as_deref() != Some("keep");
    let (first, end) = range.unwrap_or((0, size));
    let body = Body::from_stream(bytes(dir, first, end, strip));
    let mut response = body.into_response();
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::CONTENT_DISPOSITION, &format!("inline; filename=\"lastmile-{id}.txt\""));
    if range.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{}/{size}", end.saturating_sub(1)));
    }
    if !strip {
        set(&mut response, header::CONTENT_LENGTH, &(end - first).to_string());
    }
    Ok(response)
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// `bytes=a-b`, `bytes=a-`, `bytes=-n`, one range; as first byte and end. `None` if it can't be met.
fn parse_range(value: &HeaderValue, size: u64) -> Option<(u64, u64)> {
    let (first, last) = value.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    let (first, end) = match (first, last) {
        ("", last) => (size.saturating_sub(last.parse().ok()?), size),
        (first, "") => (first.parse().ok()?, size),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.checked_add(1)?.min(size)),
    };
    (first < end).then_some((first, end))
}

/// Reads in a thread of its own, no faster than the client takes it.
fn bytes(dir: PathBuf, first: u64, end: u64, strip: bool) -> ReceiverStream<io::Result<Bytes>> {
    let (to_client, stream) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = pump(&dir, first, end, strip, &to_client) {
            // The client is gone if this can't be sent.
            let _ = to_client.blocking_send(Err(error));
        }
    });
    ReceiverStream::new(stream)
}

fn pump(
    dir: &std::path::Path,
    first: u64,
    end: u64,
    strip: bool,
    to_client: &mpsc::Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    if first >= end {
        return Ok(());
    }
    let mut log = LogReader::open(dir)?.bytes(first..end)?;
    let mut stripper = Strip::default();
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = log.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let chunk = if strip {
            let mut plain = Vec::with_capacity(count);
            stripper.strip(&buffer[..count], &mut plain);
            plain
        } else {
            buffer[..count].to_vec()
        };
        if !chunk.is_empty() && to_client.blocking_send(Ok(chunk.into())).is_err() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &'static str, size: u64) -> Option<(u64, u64)> {
        parse_range(&HeaderValue::from_static(text), size)
    }

    #[test]
    fn ranges_are_those_of_http() {
        assert_eq!(range("bytes=0-9", 100), Some((0, 10)));
        assert_eq!(range("bytes=90-", 100), Some((90, 100)));
        assert_eq!(range("bytes=-10", 100), Some((90, 100)));
        assert_eq!(range("bytes=0-999", 100), Some((0, 100)));
    }

    #[test]
    fn ranges_outside_the_log_or_senseless_are_refused() {
        for wrong in ["bytes=100-", "bytes=5-3", "lines=1-2", "bytes=a-b", "bytes=-0"] {
            assert_eq!(range(wrong, 100), None, "{wrong}");
        }
    }
}
