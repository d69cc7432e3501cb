//! `/runs/{id}/retries`: exactly the same again, by the yes that was given; and that yes taken back.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use lastmile_protocol::{RetryRequest, Run, RunId};

use super::finish::finish;
use super::{AppState, Failure};
use crate::people::{Caller, InPerson};

pub(super) async fn retry(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
    request: Result<Json<RetryRequest>, JsonRejection>,
) -> Result<impl IntoResponse, Failure> {
    let Json(request) = request?;
    let (runs, by) = (state.runs.clone(), caller.clone());
    let begun = finish(async move { runs.retry(&by, &id, &request).await }).await?;
    let run = state.runs.get(&caller, &begun.id).await?;
    let status = if begun.new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::LOCATION, format!("/api/v1/runs/{}", begun.id))], Json(run)))
}

pub(super) async fn withdraw(
    State(state): State<AppState>,
    caller: InPerson,
    Path(id): Path<RunId>,
) -> Result<Json<Run>, Failure> {
    let (runs, by, run) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.withdraw_retries(&by, &run).await }).await?;
    Ok(Json(state.runs.get(&caller, &id).await?))
}
