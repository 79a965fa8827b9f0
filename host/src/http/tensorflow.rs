//! TensorFlow Serving's REST API: `/v1/models/NAME[/versions/N|/labels/L]` (status), `…/metadata`,
//! `…:classify` and `…:predict`.
//!
//! The status codes are those of TensorFlow Serving: 404 for an unknown model or version, 400 for an
//! unknown label and for a path that it does not have, 504 for a call past its deadline. As there,
//! Content-Type is ignored.
//!
//! - `target`: path → model, version, action
//! - `predict`, `classify`: questions → answers; `value`: a question in JSON
//! - `status`, `metadata`: descriptions of a model
//! - `responses`: responses and error responses
//! - `schemas`: forms of JSON for the OpenAPI document

mod classify;
mod metadata;
mod predict;
mod responses;
#[cfg(test)]
mod schemas;
mod status;
mod target;
mod value;

use super::body;
use super::message_error::MessageError;
use super::response::Body;
use super::state::AppState;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use std::sync::Arc;
use target::{Action, Target};
#[cfg(test)]
use utoipa::OpenApi;

/// The routes of this protocol in the OpenAPI document.
#[cfg(test)]
#[derive(OpenApi)]
#[openapi(paths(status::get, metadata::get, classify::post, predict::post))]
pub(super) struct Description;

/// Answers a request under `/v1/models`.
pub(super) async fn route(
    state: &Arc<AppState>,
    request: Request<Incoming>,
) -> Result<Response<Body>, MessageError> {
    let target = Target::from_path(request.uri().path())?;
    MessageError::check_method(target.action.route(), request.method())?;
    match target.action {
        Action::Status => status::get(state, &target),
        Action::Metadata => metadata::get(state, &target),
        Action::Predict => predict::post(state, &target, &read(state, request).await?).await,
        Action::Classify => classify::post(state, &target, &read(state, request).await?).await,
        Action::Regress => Err(MessageError::bad_request(
            "Expected a regression signature: this model has tensorflow/serving/classify and \
             tensorflow/serving/predict",
        )),
    }
}

async fn read(state: &AppState, request: Request<Incoming>) -> Result<Bytes, MessageError> {
    Ok(body::read(request.into_body(), state.bodies).await?)
}
