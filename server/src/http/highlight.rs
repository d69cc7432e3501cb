//! `/highlight`: the colours of a runbook's code, asked for after its text stands on the page.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use lastmile_protocol::{Highlights, Slug};

use super::runbooks::Revision;
use super::{AppState, Failure, history};
use crate::people::Caller;
use crate::runs::Refusal;

pub(super) async fn show(
    State(state): State<AppState>,
    _caller: Caller,
    Path(slug): Path<Slug>,
    query: Result<Query<Revision>, QueryRejection>,
) -> Result<Json<Highlights>, Failure> {
    let Query(Revision { rev }) = query?;
    let entry = state.catalog.get(&slug).ok_or(Refusal::NotFound("runbook"))?;
    let (revision, source) = history::text_at(&state, &slug, &entry, rev).await?;
    let highlights = state.highlighter.highlight(&revision, source).await?;
    Ok(Json((*highlights).clone()))
}
