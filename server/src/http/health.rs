//! `/livez`: the process answers. `/readyz`: it can do its work.

use axum::extract::State;
use axum::http::StatusCode;

use super::AppState;

pub(super) async fn live() -> &'static str {
    "ok\n"
}

pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, String) {
    if let Err(error) = state.runs.store.ping().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
        return (StatusCode::SERVICE_UNAVAILABLE, "the record can't be read\n".to_owned());
    }
    if !state.catalog.root().is_dir() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the runbook folder is not there\n".to_owned());
    }
    // It goes on working, by the policies before: taking it out of service would help nobody.
    let trouble = state.runs.policies.trouble().map(|trouble| format!("but {trouble}\n")).unwrap_or_default();
    (StatusCode::OK, format!("ok\n{trouble}"))
}
