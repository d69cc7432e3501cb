//! `/runbooks` and `/steps`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use lastmile_protocol::{Catalog, Digest, MarkStep, RunbookPage, Slug, TargetView};
use lastmile_runbook::Runbook;
use serde::Deserialize;

use super::{AppState, Failure};
use crate::catalog;
use crate::people::Caller;
use crate::runs::Refusal;

pub(super) async fn list(
    State(state): State<AppState>,
    _caller: Caller,
    query: Result<Query<catalog::Query>, QueryRejection>,
) -> Result<Json<Catalog>, Failure> {
    let Query(query) = query?;
    Ok(Json(state.catalog.search(&query)))
}

#[derive(Deserialize)]
pub(super) struct Revision {
    rev: Option<Digest>,
}

pub(super) async fn page(
    State(state): State<AppState>,
    caller: Caller,
    Path(slug): Path<Slug>,
    query: Result<Query<Revision>, QueryRejection>,
) -> Result<Json<RunbookPage>, Failure> {
    let Query(Revision { rev }) = query?;
    let entry = state.catalog.get(&slug).ok_or(Refusal::NotFound("runbook"))?;
    let (revision, source) = match rev {
        Some(rev) if rev != entry.revision => {
            let source =
                state.runs.store.revision(&slug, &rev).await?.ok_or(Refusal::NotFound("revision"))?;
            (rev, source)
        }
        _ => (entry.revision.clone(), entry.source.clone()),
    };
    Ok(Json(RunbookPage {
        summary: entry.summary.clone(),
        targets: targets(&state, &entry.runbook),
        languages: state.config.languages.keys().cloned().collect(),
        steps: state.runs.steps(&caller, &slug).await?,
        recent: state.runs.recent(&caller, &slug).await?,
        current: Some(entry.revision.clone()),
        current_actions: entry.action_digests().collect(),
        revision,
        source,
    }))
}

/// The configured targets that the file's actions can resolve to.
fn targets(state: &AppState, runbook: &Runbook) -> Vec<TargetView> {
    let names: BTreeSet<String> =
        runbook.actions.iter().flat_map(|action| action.target_names(runbook)).collect();
    names.iter().filter_map(|name| state.config.targets.get(name)).map(|target| target.view.clone()).collect()
}

pub(super) async fn mark_step(
    State(state): State<AppState>,
    caller: Caller,
    mark: Result<Json<MarkStep>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let Json(mark) = mark?;
    state.runs.mark_step(&caller, &mark).await?;
    Ok(StatusCode::NO_CONTENT)
}
