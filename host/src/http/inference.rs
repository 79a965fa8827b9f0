//! The Open Inference Protocol, version 2, as KServe and Triton speak it: `/v2`, `/v2/health/…`,
//! `/v2/models/NAME[/versions/N]`, `…/ready` and `…/infer`, with the extension binary_tensor_data.
//!
//! The model's input is `query`, BYTES [N] or [N, 1]; its outputs are `intent`, INT32 [N],
//! `probability`, FP32 [N], and `label`, BYTES [N]. Content-Type is ignored.
//!
//! - `target`: path → what it names
//! - `about`: health and metadata
//! - `infer`: request tensors → response tensors; `outputs`: the requested ones
//! - `tensor`: the tensors; `binary`: their bytes
//! - `responses`: responses and error responses

mod about;
mod binary;
mod infer;
mod outputs;
mod responses;
mod target;
mod tensor;

use super::message_error::MessageError;
use super::response::Body;
use super::state::AppState;
use hyper::body::Incoming;
use hyper::{Request, Response};
use std::sync::Arc;
use target::{ModelAction, Target};
#[cfg(test)]
use utoipa::OpenApi;

/// The routes of this protocol in the OpenAPI document.
#[cfg(test)]
#[derive(OpenApi)]
#[openapi(paths(
    about::server,
    about::live,
    about::ready,
    about::model,
    about::model_ready,
    infer::post
))]
pub(super) struct Description;

/// Answers a request under `/v2`.
pub(super) async fn route(
    state: &Arc<AppState>,
    request: Request<Incoming>,
) -> Result<Response<Body>, MessageError> {
    let target = Target::from_path(request.uri().path())?;
    MessageError::check_method(target.route(), request.method())?;
    match &target {
        Target::Server => about::server(),
        Target::Live => about::live(),
        Target::Ready => about::ready(state),
        Target::Model(model, version, action) => match action {
            ModelAction::Metadata => about::model(state, model, version),
            ModelAction::Ready => about::model_ready(state, model, version),
            ModelAction::Infer => infer::post(state, model, version, request).await,
        },
    }
}
