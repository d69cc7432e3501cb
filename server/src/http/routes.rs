//! Routes as they are added, each with its method, so that a test can walk all that the running server has.
//!
//! It must not know what a route does. The router is reached through here only: none can be added past the list, and none
//! past the gate that refuses API tokens unless the route was added [`Routes::for_tokens`].

use std::time::Duration;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, post};

use lastmile_protocol::TokenScope;

use super::AppState;
use super::bearer::{Takes, gate};

/// One thing that a client can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method; a GET answers HEAD too.
    pub method: Method,
    /// The path from the server's root, with its `{parameters}`.
    pub path: String,
    /// The scope of API tokens that it takes; `None`: it takes none.
    pub takes: Takes,
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A router, and what was added to it.
pub struct Routes {
    state: AppState,
    /// What routes that are added now take.
    takes: Takes,
    router: Router<AppState>,
    list: Vec<Route>,
}

impl Routes {
    /// None yet.
    #[must_use]
    pub fn new(state: AppState) -> Self {
        Self { state, takes: None, router: Router::new(), list: Vec::new() }
    }

    /// Asks so often whether whoever reads a long answer still may.
    #[must_use]
    pub fn checking_every(mut self, period: Duration) -> Self {
        self.state.check_every = period;
        self
    }

    /// Those that `add` adds take API tokens of that scope; all others take none.
    #[must_use]
    pub fn for_tokens(self, scope: TokenScope, add: impl FnOnce(Self) -> Self) -> Self {
        let before = self.takes;
        let added = add(Self { takes: Some(scope), ..self });
        Self { takes: before, ..added }
    }

    /// All routes, in the order of their adding.
    #[must_use]
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// Adds a GET.
    #[must_use]
    pub fn get<T: 'static>(self, path: &str, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::GET, path, get(handler))
    }

    /// Adds a POST.
    #[must_use]
    pub fn post<T: 'static>(self, path: &str, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::POST, path, post(handler))
    }

    /// Adds a DELETE.
    #[must_use]
    pub fn delete<T: 'static>(self, path: &str, handler: impl Handler<T, AppState>) -> Self {
        self.on(Method::DELETE, path, delete(handler))
    }

    fn on(mut self, method: Method, path: &str, handler: MethodRouter<AppState>) -> Self {
        let takes = self.takes;
        let handler = handler.route_layer(from_fn_with_state((self.state.clone(), takes), gate));
        self.list.push(Route { method, path: path.to_owned(), takes });
        self.router = self.router.route(path, handler);
        self
    }

    /// Puts `inner` below `prefix`, with the layers and fallbacks that `around` gives it.
    pub(super) fn nest(
        mut self,
        prefix: &str,
        inner: Self,
        around: impl FnOnce(Router<AppState>) -> Router<AppState>,
    ) -> Self {
        let below = |route: Route| Route { path: format!("{prefix}{}", route.path), ..route };
        self.list.extend(inner.list.into_iter().map(below));
        self.router = self.router.nest(prefix, around(inner.router));
        self
    }

    /// The router; what no route takes goes to `fallback`.
    pub(super) fn into_router<T: 'static>(self, fallback: impl Handler<T, AppState>) -> Router {
        self.router.fallback(fallback).with_state(self.state)
    }
}
