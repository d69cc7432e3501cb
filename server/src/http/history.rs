//! `/history`, and the text of a runbook at a revision.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use lastmile_protocol::{Digest, History, Slug};
use lastmile_runbook::digest::sha256_hex;
use serde::Deserialize;

use super::{AppState, Failure};
use crate::catalog::{CommitId, Entry};
use crate::people::Caller;
use crate::runs::Refusal;

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    skip: usize,
}

pub(super) async fn show(
    State(state): State<AppState>,
    _caller: Caller,
    Path(slug): Path<Slug>,
    query: Result<Query<Page>, QueryRejection>,
) -> Result<Json<History>, Failure> {
    let Query(page) = query?;
    state.catalog.get(&slug).ok_or(Refusal::NotFound("runbook"))?;
    Ok(Json(state.catalog.history(&slug, page.skip).await))
}

/// The text at `rev`: the SHA-256 of a revision that somebody ran, or a commit. Without `rev`, as it is now.
pub(super) async fn text_at(
    state: &AppState,
    slug: &Slug,
    entry: &Entry,
    rev: Option<Digest>,
) -> Result<(Digest, String), Failure> {
    let Some(rev) = rev.filter(|rev| *rev != entry.revision) else {
        return Ok((entry.revision.clone(), entry.source.clone()));
    };
    if let Some(commit) = CommitId::parse(rev.as_str()) {
        let source = state.catalog.at_commit(slug, &commit).await.ok_or(Refusal::NotFound("revision"))?;
        return Ok((Digest(sha256_hex(source.as_bytes())), source));
    }
    let source = state.runs.store.revision(slug, &rev).await?.ok_or(Refusal::NotFound("revision"))?;
    Ok((rev, source))
}
