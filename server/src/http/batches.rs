//! `/requests`: several runs asked for at once, shown, answered, cancelled.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use lastmile_protocol::{Batch, BatchAnswers, BatchId, BatchPreview, BatchPreviewRequest, BatchRequest};

use super::finish::finish;
use super::{AppState, Failure};
use crate::people::{Caller, InPerson};

pub(super) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    request: Result<Json<BatchPreviewRequest>, JsonRejection>,
) -> Result<Json<BatchPreview>, Failure> {
    let Json(request) = request?;
    Ok(Json(state.runs.preview_batch(&caller, &request).await?))
}

pub(super) async fn request(
    State(state): State<AppState>,
    caller: Caller,
    request: Result<Json<BatchRequest>, JsonRejection>,
) -> Result<impl IntoResponse, Failure> {
    let Json(request) = request?;
    let (runs, by) = (state.runs.clone(), caller.clone());
    let requested = finish(async move { runs.request_batch(&by, request).await }).await?;
    let batch = state.runs.batch(&caller, &requested.id).await?;
    let status = if requested.new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::LOCATION, format!("/api/v1/requests/{}", requested.id))], Json(batch)))
}

pub(super) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<BatchId>,
) -> Result<Json<Batch>, Failure> {
    Ok(Json(state.runs.batch(&caller, &id).await?))
}

pub(super) async fn answer(
    State(state): State<AppState>,
    caller: InPerson,
    Path(id): Path<BatchId>,
    request: Result<Json<BatchAnswers>, JsonRejection>,
) -> Result<Json<Batch>, Failure> {
    let Json(request) = request?;
    let (runs, by, batch) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.answer_batch(&by, &batch, &request).await }).await?;
    Ok(Json(state.runs.batch(&caller, &id).await?))
}

pub(super) async fn cancel(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<BatchId>,
) -> Result<Json<Batch>, Failure> {
    let (runs, by, batch) = (state.runs.clone(), caller.clone(), id.clone());
    finish(async move { runs.cancel_batch(&by, &batch).await }).await?;
    Ok(Json(state.runs.batch(&caller, &id).await?))
}
