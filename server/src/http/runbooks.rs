//! `/runbooks` and `/steps`.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use lastmile_protocol::{Catalog, Digest, MarkStep, PageProblem, RunbookPage, Slug, TargetView};
use lastmile_runbook::Runbook;
use lastmile_runbook::freshness::Day;
use serde::Deserialize;

use super::{AppState, Failure, history};
use crate::config::Target;
use crate::people::{Caller, InPerson};
use crate::runs::Refusal;
use crate::{catalog, lint};

pub(super) async fn list(
    State(state): State<AppState>,
    _caller: Caller,
    query: Result<Query<catalog::Query>, QueryRejection>,
) -> Result<Json<Catalog>, Failure> {
    let Query(query) = query?;
    let today = Day::of_millis(state.runs.clock.now().0);
    Ok(Json(state.catalog.search(&query, today).await?))
}

#[derive(Deserialize)]
pub(super) struct Revision {
    pub(super) rev: Option<Digest>,
}

pub(super) async fn page(
    State(state): State<AppState>,
    caller: Caller,
    Path(slug): Path<Slug>,
    query: Result<Query<Revision>, QueryRejection>,
) -> Result<Json<RunbookPage>, Failure> {
    let Query(Revision { rev }) = query?;
    let entry = state.catalog.get(&slug).ok_or(Refusal::NotFound("runbook"))?;
    let (revision, source) = history::text_at(&state, &slug, &entry, rev).await?;
    let (broken_links, problems) = examined(&state, &slug, &source).await?;
    Ok(Json(RunbookPage {
        summary: entry.summary.clone(),
        targets: targets(&state, &entry.runbook, |target| Some(target)),
        check_targets: targets(&state, &entry.runbook, |target| target.checks.as_deref()),
        languages: state.config.languages.keys().cloned().collect(),
        steps: state.runs.steps(&caller, &slug).await?,
        recent: state.runs.recent(&caller, &slug).await?,
        current: Some(entry.revision.clone()),
        current_actions: entry.action_digests().collect(),
        broken_links,
        problems,
        revision,
        source,
    }))
}

/// The links of this text that lead to nothing, and what else is wrong with it; looking costs time on the disk.
async fn examined(
    state: &AppState,
    slug: &Slug,
    source: &str,
) -> Result<(Vec<String>, Vec<PageProblem>), Failure> {
    let (catalog, config) = (Arc::clone(&state.catalog), Arc::clone(&state.config));
    let today = Day::of_millis(state.runs.clock.now().0);
    let (slug, source) = (slug.clone(), source.to_owned());
    let look = move || {
        let runbook = lastmile_runbook::parse(&source);
        let problems = lint::page_problems(&config, &slug, &source, &runbook, today);
        (catalog.broken_links(&slug, &runbook), problems)
    };
    Ok(tokio::task::spawn_blocking(look).await?)
}

/// The configured targets that the file's actions can resolve to, each as `of` has it.
fn targets(state: &AppState, runbook: &Runbook, of: impl Fn(&Target) -> Option<&Target>) -> Vec<TargetView> {
    let names: BTreeSet<String> =
        runbook.actions.iter().flat_map(|action| action.target_names(runbook)).collect();
    let known = names.iter().filter_map(|name| state.config.targets.get(name));
    known.filter_map(of).map(|target| target.view.clone()).collect()
}

pub(super) async fn mark_step(
    State(state): State<AppState>,
    caller: InPerson,
    mark: Result<Json<MarkStep>, JsonRejection>,
) -> Result<StatusCode, Failure> {
    let Json(mark) = mark?;
    state.runs.mark_step(&caller, &mark).await?;
    Ok(StatusCode::NO_CONTENT)
}
