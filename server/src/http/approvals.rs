//! `/approvals`, and a run's answers.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use lastmile_protocol::{AnswerRequest, Approvals, Evidence, ReferRequest, ReviewRequest, Run, RunId};

use super::finish::finish;
use super::{AppState, Failure};
use crate::people::Caller;

pub(super) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Approvals>, Failure> {
    Ok(Json(state.runs.approvals(&caller).await?))
}

pub(super) async fn answer(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
    request: Result<Json<AnswerRequest>, JsonRejection>,
) -> Result<Json<Run>, Failure> {
    let Json(request) = request?;
    let (runs, by, run) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.answer(&by, &run, &request).await }).await?;
    Ok(Json(state.runs.get(&caller, &id).await?))
}

pub(super) async fn review(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
    request: Result<Json<ReviewRequest>, JsonRejection>,
) -> Result<Json<Run>, Failure> {
    let Json(request) = request?;
    let (runs, by, run) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.review(&by, &run, &request).await }).await?;
    Ok(Json(state.runs.get(&caller, &id).await?))
}

pub(super) async fn refer(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
    request: Result<Json<ReferRequest>, JsonRejection>,
) -> Result<Json<Run>, Failure> {
    let Json(request) = request?;
    let (runs, by, run) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.refer(&by, &run, &request).await }).await?;
    Ok(Json(state.runs.get(&caller, &id).await?))
}

pub(super) async fn evidence(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<Json<Evidence>, Failure> {
    Ok(Json(state.runs.evidence(&caller, &id).await?))
}
