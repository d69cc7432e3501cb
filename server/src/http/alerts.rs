//! `/alerts/{name}`: what a link from an alert leads to.

use axum::Json;
use axum::extract::{Path, State};
use lastmile_protocol::AlertMatches;

use super::AppState;
use crate::people::Caller;

pub(super) async fn show(
    State(state): State<AppState>,
    _caller: Caller,
    Path(name): Path<String>,
) -> Json<AlertMatches> {
    Json(state.catalog.for_alert(&name))
}
