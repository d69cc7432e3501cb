//! `/runs`: asked for, listed, shown, cancelled, started.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use lastmile_protocol::{
    Preview, PreviewRequest, Run, RunFilter, RunId, RunList, RunRequest, RunState, code,
};

use super::finish::finish;
use super::{AppState, Failure};
use crate::people::Caller;

pub(super) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    request: Result<Json<PreviewRequest>, JsonRejection>,
) -> Result<Json<Preview>, Failure> {
    let Json(request) = request?;
    Ok(Json(state.runs.preview(&caller, &request).await?))
}

pub(super) async fn request(
    State(state): State<AppState>,
    caller: Caller,
    request: Result<Json<RunRequest>, JsonRejection>,
) -> Result<impl IntoResponse, Failure> {
    let Json(request) = request?;
    let (runs, by) = (state.runs.clone(), caller.clone());
    let requested = finish(async move { runs.request(&by, request).await }).await?;
    let run = state.runs.get(&caller, &requested.id).await?;
    let status = if requested.new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::LOCATION, format!("/api/v1/runs/{}", requested.id))], Json(run)))
}

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    filter: Result<Query<RunFilter>, QueryRejection>,
) -> Result<Json<RunList>, Failure> {
    let Query(filter) = filter?;
    if filter.state == Some(RunState::Unknown) {
        let states: Vec<_> = RunState::ALL.iter().map(|state| state.as_str()).collect();
        let message = format!("There is no such state. It must be one of {}.", states.join(", "));
        return Err(Failure::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST, message));
    }
    Ok(Json(state.runs.list(&caller, &filter).await?))
}

pub(super) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<Json<Run>, Failure> {
    Ok(Json(state.runs.get(&caller, &id).await?))
}

pub(super) async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<Json<Run>, Failure> {
    let (runs, by, run) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.cancel(&by, &run).await }).await?;
    Ok(Json(state.runs.get(&caller, &id).await?))
}

pub(super) async fn start(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<Json<Run>, Failure> {
    let (runs, by, run) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.start_approved(&by, &run).await }).await?;
    Ok(Json(state.runs.get(&caller, &id).await?))
}
