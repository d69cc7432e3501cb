//! A run's log: windows here, what is searched for and the bytes in files of their own.

mod range;
mod search;
mod text;

use std::io;
use std::path::PathBuf;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use lastmile_protocol::{LogWindow, RunId, WINDOW_LINES, code};
use serde::Deserialize;

use super::still::Still;
use super::{AppState, Failure};
use crate::log::LogReader;
use crate::people::Caller;

pub use search::Searches;
pub(super) use search::search;
pub(super) use text::text;

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
    let (dir, is_final) = dir(&state, &caller, &id).await?;
    let window = read(dir, move |log| log.window(query.first, count)).await?;
    let mut window = window.unwrap_or_default();
    // A lost run has no exit record, and nothing will be added all the same.
    window.head.finished |= is_final;
    Ok(Json(window))
}

/// Reads a log away from the async threads; `None` if the run has written none.
async fn read<T: Send + 'static>(
    dir: PathBuf,
    how: impl FnOnce(&LogReader) -> io::Result<T> + Send + 'static,
) -> Result<Option<T>, Failure> {
    let look = move || match LogReader::open(&dir) {
        Ok(log) => how(&log).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    Ok(tokio::task::spawn_blocking(look).await??)
}

/// Where the log is, and whether the run has ended.
async fn dir(state: &AppState, caller: &Caller, id: &RunId) -> Result<(PathBuf, bool), Failure> {
    let (dir, run_state) = state.runs.log_dir(caller, id).await?;
    if run_state.is_final() && !dir.exists() && state.runs.log_removed(caller, id).await? {
        let message = "This run's log has been removed. Its record stays.";
        return Err(Failure::new(StatusCode::GONE, code::LOG_GONE, message));
    }
    Ok((dir, run_state.is_final()))
}
