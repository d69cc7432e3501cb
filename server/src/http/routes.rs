//! Routes as they are added, each with its method, so that a test can walk all that the running server has.
//!
//! It must not know what a route does. The router is reached through here only: none can be added past the list.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, post};

use super::AppState;

/// One thing that a client can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method; a GET answers HEAD too.
    pub method: Method,
    /// The path from the server's root, with its `{parameters}`.
    pub path: String,
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A router, and what was added to it.
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    list: Vec<Route>,
}

impl Routes {
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
        self.list.push(Route { method, path: path.to_owned() });
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
    pub(super) fn into_router<T: 'static>(
        self,
        state: AppState,
        fallback: impl Handler<T, AppState>,
    ) -> Router {
        self.router.fallback(fallback).with_state(state)
    }
}
