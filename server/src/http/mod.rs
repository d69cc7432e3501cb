//! The HTTP interface: routes, extractors, and the one place where refusals get their status.
//!
//! A handler reads the request, calls one use case, and wraps what it gives. It must not know SQL.

mod alerts;
mod approvals;
pub mod assets;
mod audit;
mod batches;
mod bearer;
mod caller;
mod endless;
mod error;
mod events;
mod files;
mod finish;
mod forwarded;
mod guard;
mod health;
mod highlight;
mod history;
mod listen;
mod log;
mod oidc;
mod peer;
mod retries;
mod routes;
mod runbooks;
mod runs;
mod session;
mod still;
mod tokens;
mod watching;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Uri};
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use lastmile_protocol::TokenScope;

pub use error::Failure;
pub use guard::Posts;
pub use listen::serve;
pub use log::Searches;
pub use routes::{Route, Routes};
pub(crate) use still::CHECK;

use crate::audit::Record;
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
    /// The audit record.
    pub audit: Record,
    /// What happens.
    pub feed: Arc<Feed>,
    /// How much is asked for.
    pub posts: Arc<Posts>,
    /// Searches in logs that are running.
    pub searches: Searches,
    /// How often it is asked whether whoever reads a long answer still may: [`CHECK`], but in tests.
    pub check_every: Duration,
    /// Colours of code.
    pub highlighter: Arc<Highlighter>,
}

/// All routes. Each needs a row in `server/tests/http/matrix/table.rs`.
pub fn routes(state: &AppState) -> Routes {
    let around = |api: Router<AppState>| {
        api.fallback(no_such_route)
            .method_not_allowed_fallback(no_such_method)
            .layer(middleware::from_fn_with_state(state.clone(), guard::same_site))
            .layer(middleware::from_fn_with_state(state.clone(), guard::limits))
            .layer(middleware::from_fn(guard::api_headers))
            .layer(DefaultBodyLimit::max(MAX_BODY))
    };
    Routes::new(state.clone())
        .nest("/api/v1", api(state), around)
        .get("/livez", health::live)
        .get("/readyz", health::ready)
}

fn api(state: &AppState) -> Routes {
    Routes::new(state.clone())
        .get("/session", session::show)
        .post("/session", session::sign_in)
        .delete("/session", session::sign_out)
        .post("/session/oidc", oidc::leave)
        .get("/session/oidc", oidc::come_back)
        .get("/tokens", tokens::list)
        .post("/tokens", tokens::make)
        .delete("/tokens/{id}", tokens::revoke)
        .post("/steps", runbooks::mark_step)
        .post("/runs/{id}/approvals", approvals::answer)
        .post("/requests/{id}/approvals", batches::answer)
        .post("/runs/{id}/referrals", approvals::refer)
        .post("/runs/{id}/looks", approvals::look)
        .post("/runs/{id}/verdict", approvals::say_verdict)
        .post("/runs/{id}/review", approvals::review)
        .delete("/runs/{id}/retries", retries::withdraw)
        .get("/watching", watching::list)
        .post("/watching", watching::set)
        .get("/audit", audit::list)
        .get("/audit/newer", audit::newer)
        .get("/audit.jsonl", audit::json_lines)
        .get("/audit.csv", audit::csv)
        .for_tokens(TokenScope::Read, what_is_read)
        .for_tokens(TokenScope::Run, what_runs)
}

/// What changes nothing.
fn what_is_read(routes: Routes) -> Routes {
    routes
        .get("/runbooks", runbooks::list)
        .get("/runbooks/{*slug}", runbooks::page)
        .get("/files/{*path}", files::show)
        .get("/highlight/{*slug}", highlight::show)
        .get("/history/{*slug}", history::show)
        .get("/alerts/{*name}", alerts::show)
        .get("/runs", runs::list)
        .post("/runs/preview", runs::preview)
        .get("/runs/{id}", runs::show)
        .get("/runs/{id}/evidence", approvals::evidence)
        .get("/runs/{id}/log", log::window)
        .get("/runs/{id}/log/search", log::search)
        .get("/runs/{id}/log.txt", log::text)
        .post("/requests/preview", batches::preview)
        .get("/requests/{id}", batches::show)
        .get("/approvals", approvals::list)
        .get("/approvals/report", approvals::report)
        .get("/events", events::stream)
}

/// What a program may do in somebody's name.
fn what_runs(routes: Routes) -> Routes {
    routes
        .post("/runs", runs::request)
        .post("/requests", batches::request)
        .post("/requests/{id}/cancel", batches::cancel)
        .post("/runs/{id}/cancel", runs::cancel)
        .post("/runs/{id}/start", runs::start)
        .post("/runs/{id}/retries", retries::retry)
}

/// The routes, and the app for everything else.
pub fn router(routes: Routes) -> Router {
    routes.into_router(app)
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
