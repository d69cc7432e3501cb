//! `/audit`: the audit record, a page at a time or as a file.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::Stream;
use lastmile_protocol::{AuditFilter, AuditNewer, AuditPage};
use serde::Deserialize;

use super::{AppState, Failure};
use crate::audit::export::{Format, day};
use crate::audit::{Export, Reader};
use crate::people::InPerson;
use crate::store::StoreError;

/// A handler that takes one refuses everybody who may not read the record, and every program.
impl FromRequestParts<AppState> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let caller = InPerson::from_request_parts(parts, state).await?;
        Ok(state.audit.reader(&caller)?)
    }
}

pub(super) async fn list(
    State(state): State<AppState>,
    reader: Reader,
    filter: Result<Query<AuditFilter>, QueryRejection>,
) -> Result<Json<AuditPage>, Failure> {
    let Query(filter) = filter?;
    Ok(Json(state.audit.page(&reader, &filter).await?))
}

#[derive(Deserialize)]
pub(super) struct Since {
    /// The newest entry that is known.
    #[serde(default)]
    after: u64,
}

pub(super) async fn newer(
    State(state): State<AppState>,
    reader: Reader,
    filter: Result<Query<AuditFilter>, QueryRejection>,
    since: Result<Query<Since>, QueryRejection>,
) -> Result<Json<AuditNewer>, Failure> {
    let (Query(filter), Query(since)) = (filter?, since?);
    Ok(Json(state.audit.newer(&reader, &filter, since.after).await?))
}

pub(super) async fn json_lines(
    State(state): State<AppState>,
    reader: Reader,
    filter: Result<Query<AuditFilter>, QueryRejection>,
    method: Method,
) -> Result<Response, Failure> {
    file(&state, &reader, filter?.0, Format::JsonLines, &method).await
}

pub(super) async fn csv(
    State(state): State<AppState>,
    reader: Reader,
    filter: Result<Query<AuditFilter>, QueryRejection>,
    method: Method,
) -> Result<Response, Failure> {
    file(&state, &reader, filter?.0, Format::Csv, &method).await
}

async fn file(
    state: &AppState,
    reader: &Reader,
    filter: AuditFilter,
    format: Format,
    method: &Method,
) -> Result<Response, Failure> {
    // Whoever only asks what it would be takes nothing with them.
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from_stream(pieces(state.audit.export(reader, filter, format).await?))
    };
    let mut response = body.into_response();
    let name = format!("lastmile-audit-{}.{}", day(state.audit.now()), format.name());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Made of a date and our own words, so it always is a header value.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Read piece by piece as the client takes it. A record that can't be read on breaks the connection off: what is cut off
/// must not look whole.
fn pieces(export: Export) -> impl Stream<Item = Result<Bytes, StoreError>> {
    futures_util::stream::try_unfold(export, |mut export| async move {
        let piece = export.next().await.inspect_err(|error| {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "an export of the audit record broke off"
            );
        })?;
        Ok(piece.map(|piece| (Bytes::from(piece), export)))
    })
}
