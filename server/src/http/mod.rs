//! The HTTP interface: routes, extractors, and the one place where refusals get their status.
//!
//! A handler reads the request, calls one use case, and wraps what it gives. It must not know SQL.

mod alerts;
mod approvals;
pub mod assets;
mod caller;
mod error;
mod events;
mod files;
mod finish;
mod guard;
mod health;
mod highlight;
mod history;
mod listen;
mod log;
mod runbooks;
mod runs;
mod session;
mod watching;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Uri};
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

pub use error::Failure;
pub use listen::serve;
pub use log::Searches;

use crate::catalog::Catalog;
use crate::config::Config;
use crate::feed::Feed;
use crate::highlight::Highlighter;
use crate::people::People;
use crate::runs::Runs;

/// Longest body of a request, in bytes: inputs are small, and a value has at most 128 KiB.
const MAX_BODY: usize = 1024 * 1024;

/// What handlers share.
#[derive(Clone)]
pub struct AppState {
    /// The config.
    pub config: Arc<Config>,
    /// The runbooks.
    pub catalog: Arc<Catalog>,
    /// Runs.
    pub runs: Runs,
    /// Identity.
    pub people: People,
    /// What happens.
    pub feed: Arc<Feed>,
    /// Searches in logs that are running.
    pub searches: Searches,
    /// Colours of code.
    pub highlighter: Arc<Highlighter>,
}

/// All routes.
pub fn router(state: AppState) -> Router {
    let api = Router::new()
        .route("/session", get(session::show).post(session::sign_in).delete(session::sign_out))
        .route("/runbooks", get(runbooks::list))
        .route("/runbooks/{*slug}", get(runbooks::page))
        .route("/files/{*path}", get(files::show))
        .route("/highlight/{*slug}", get(highlight::show))
        .route("/history/{*slug}", get(history::show))
        .route("/alerts/{*name}", get(alerts::show))
        .route("/steps", post(runbooks::mark_step))
        .route("/runs", get(runs::list).post(runs::request))
        .route("/runs/preview", post(runs::preview))
        .route("/runs/{id}", get(runs::show))
        .route("/runs/{id}/cancel", post(runs::cancel))
        .route("/runs/{id}/start", post(runs::start))
        .route("/runs/{id}/approvals", post(approvals::answer))
        .route("/runs/{id}/review", post(approvals::review))
        .route("/runs/{id}/log", get(log::window))
        .route("/runs/{id}/log/search", get(log::search))
        .route("/runs/{id}/log.txt", get(log::text))
        .route("/approvals", get(approvals::list))
        .route("/watching", get(watching::list).post(watching::set))
        .route("/events", get(events::stream))
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(state.clone(), guard::same_site))
        .layer(middleware::from_fn(guard::api_headers))
        .layer(DefaultBodyLimit::max(MAX_BODY));
    Router::new()
        .nest("/api/v1", api)
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(app)
        .with_state(state)
}

async fn no_such_route() -> Failure {
    Failure::no_such_route()
}

async fn no_such_method(method: Method) -> Failure {
    Failure::no_such_method(&method)
}

/// Everything outside the API is the app's: a file of it, or its page for a path without a dot.
async fn app(method: Method, uri: Uri, headers: axum::http::HeaderMap) -> Response {
    if uri.path() == "/api" || uri.path().starts_with("/api/") {
        return Failure::no_such_route().into_response();
    }
    assets::serve(method, uri, headers).await
}
