//! `/watching`: what one is told of without being asked.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use lastmile_protocol::{SetWatch, Watching};

use super::finish::finish;
use super::{AppState, Failure};
use crate::people::InPerson;

pub(super) async fn list(State(state): State<AppState>, caller: InPerson) -> Result<Json<Watching>, Failure> {
    Ok(Json(state.runs.watching(&caller).await?))
}

pub(super) async fn set(
    State(state): State<AppState>,
    caller: InPerson,
    request: Result<Json<SetWatch>, JsonRejection>,
) -> Result<Json<Watching>, Failure> {
    let Json(request) = request?;
    let (runs, by) = (state.runs.clone(), caller.clone());
    finish(async move { runs.watch(&by, &request).await }).await?;
    Ok(Json(state.runs.watching(&caller).await?))
}
