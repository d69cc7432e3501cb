//! `/events`: one stream of server-sent events for a tab.
//!
//! Nothing is made before the connection has room for it: a slow reader holds up nobody, costs no more than another, and
//! what it gets next is the newest. State changes are the exception. They are stored, and read from there in order, however
//! late that is.

mod teller;
mod wanted;

use std::convert::Infallible;

use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{StreamExt as _, unfold};

use super::endless::Endless;
use super::{AppState, Failure};
use crate::people::{Caller, Proof};
use teller::Teller;
use wanted::Wanted;

pub(super) async fn stream(
    State(state): State<AppState>,
    caller: Caller,
    proof: Proof,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let wanted = Wanted::parse(query.as_deref().unwrap_or_default());
    let teller = Teller::begin(state, caller, proof, wanted).await?;
    let messages = unfold(teller, Teller::next);
    let body = Body::from_stream(messages.map(Ok::<_, Infallible>));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((Extension(Endless), headers, body).into_response())
}
