//! `/approvals`, and a run's answers.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use lastmile_protocol::{
    AnswerRequest, Approvals, Evidence, GateReport, LookRequest, ReferRequest, ReviewRequest, Run, RunId,
    VerdictRequest,
};

use super::finish::finish;
use super::{AppState, Failure};
use crate::people::{Caller, InPerson};

pub(super) async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Approvals>, Failure> {
    Ok(Json(state.runs.approvals(&caller).await?))
}

pub(super) async fn answer(
    State(state): State<AppState>,
    caller: InPerson,
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
    caller: InPerson,
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
    caller: InPerson,
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

pub(super) async fn look(
    State(state): State<AppState>,
    caller: InPerson,
    Path(id): Path<RunId>,
    request: Result<Json<LookRequest>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let Json(request) = request?;
    state.runs.look(&caller, &id, request.at).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn say_verdict(
    State(state): State<AppState>,
    caller: InPerson,
    Path(id): Path<RunId>,
    request: Result<Json<VerdictRequest>, JsonRejection>,
) -> Result<Json<Run>, Failure> {
    let Json(request) = request?;
    let (runs, by, run) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.say_verdict(&by, &run, request.verdict).await }).await?;
    Ok(Json(state.runs.get(&caller, &id).await?))
}

pub(super) async fn report(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<GateReport>, Failure> {
    Ok(Json(state.runs.gate_report(&caller).await?))
}
