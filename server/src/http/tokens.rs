//! `/tokens`: one's own API tokens. No token reaches these.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use lastmile_protocol::{MadeToken, NewToken, TokenId, Tokens};

use super::{AppState, Failure};
use crate::people::InPerson;
use crate::runs::Refusal;

pub(super) async fn list(State(state): State<AppState>, caller: InPerson) -> Result<Json<Tokens>, Failure> {
    Ok(Json(state.people.tokens(&caller).await?))
}

pub(super) async fn make(
    State(state): State<AppState>,
    caller: InPerson,
    request: Result<Json<NewToken>, JsonRejection>,
) -> Result<(StatusCode, Json<MadeToken>), Failure> {
    let Json(request) = request?;
    Ok((StatusCode::CREATED, Json(state.people.make_token(&caller, &request).await?)))
}

pub(super) async fn revoke(
    State(state): State<AppState>,
    caller: InPerson,
    Path(id): Path<TokenId>,
) -> Result<StatusCode, Failure> {
    if state.people.revoke_token(&caller, &id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Refusal::NotFound("token").into())
}
