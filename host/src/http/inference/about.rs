//! What there is, and whether it wants requests.

use super::tensor::{INPUT, OUTPUTS, TensorMetadata};
use super::{State, json, meant};
use crate::http::Body;
use crate::http::refusal::{ErrorBody, Refusal};
use crate::http::segments::Which;
use crate::registry::State as Life;
use hyper::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// The server.
#[derive(Serialize, ToSchema)]
pub(super) struct Server {
    name: &'static str,
    version: &'static str,
    /// What it can beyond the protocol.
    extensions: [&'static str; 1],
}

/// Whether the process lives.
#[derive(Serialize, ToSchema)]
pub(super) struct Live {
    live: bool,
}

/// Whether the server wants requests.
#[derive(Serialize, ToSchema)]
pub(super) struct Ready {
    ready: bool,
}

/// Whether a model answers.
#[derive(Serialize, ToSchema)]
pub(super) struct ModelReady {
    name: String,
    ready: bool,
}

/// A model.
#[derive(Serialize, ToSchema)]
pub(super) struct ModelMetadata {
    name: String,
    /// Those that answer.
    versions: Vec<String>,
    platform: &'static str,
    inputs: Vec<TensorMetadata>,
    outputs: Vec<TensorMetadata>,
}

#[utoipa::path(
    get,
    path = "/v2",
    operation_id = "inference_server",
    tag = "Open Inference Protocol",
    responses(
        (status = 200, description = "The server and its extensions", body = Server),
    ),
)]
pub(super) fn server() -> Result<Response<Body>, Refusal> {
    json(&Server {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        extensions: ["binary_tensor_data"],
    })
}

#[utoipa::path(
    get,
    path = "/v2/health/live",
    operation_id = "inference_live",
    tag = "Open Inference Protocol",
    responses(
        (status = 200, description = "The process lives", body = Live),
    ),
)]
pub(super) fn live() -> Result<Response<Body>, Refusal> {
    json(&Live { live: true })
}

/// As `/readyz`.
#[utoipa::path(
    get,
    path = "/v2/health/ready",
    operation_id = "inference_ready",
    tag = "Open Inference Protocol",
    responses(
        (status = 200, description = "The host wants requests", body = Ready),
        (status = 503, description = "The host is stopping, or no version is available", body = ErrorBody),
    ),
)]
pub(super) fn ready(state: &State) -> Result<Response<Body>, Refusal> {
    if state.is_draining() {
        return Err(Refusal::later("This host is stopping"));
    }
    match state.registry.catalog().is_ready() {
        true => json(&Ready { ready: true }),
        false => Err(Refusal::later("No version of a model is available now")),
    }
}

#[utoipa::path(
    get,
    path = "/v2/models/{model}/ready",
    operation_id = "inference_model_ready",
    tag = "Open Inference Protocol",
    params(
        ("model" = String, Path, description = "Name of the model", example = "intent"),
    ),
    responses(
        (status = 200, description = "The model answers", body = ModelReady),
        (status = 400, description = "The path cannot be read", body = ErrorBody),
        (status = 404, description = "No such model, or its version is not available", body = ErrorBody),
        (status = 503, description = "No version is available", body = ErrorBody),
    ),
)]
pub(super) fn model_ready(
    state: &State,
    model: &str,
    which: &Which,
) -> Result<Response<Body>, Refusal> {
    meant(state, model, which)?;
    json(&ModelReady { name: model.to_owned(), ready: true })
}

#[utoipa::path(
    get,
    path = "/v2/models/{model}",
    operation_id = "inference_model",
    tag = "Open Inference Protocol",
    params(
        ("model" = String, Path, description = "Name of the model", example = "intent"),
    ),
    responses(
        (status = 200, description = "The model's tensors", body = ModelMetadata),
        (status = 400, description = "The path cannot be read", body = ErrorBody),
        (status = 404, description = "No such model, or its version is not available", body = ErrorBody),
        (status = 503, description = "No version is available", body = ErrorBody),
    ),
)]
pub(super) fn model(state: &State, name: &str, which: &Which) -> Result<Response<Body>, Refusal> {
    meant(state, name, which)?;
    let catalog = state.registry.catalog();
    let statuses = catalog.model(Some(name)).map(|m| m.statuses.as_slice()).unwrap_or_default();
    let available = statuses.iter().filter(|s| s.state == Life::Available);
    json(&ModelMetadata {
        name: name.to_owned(),
        versions: available.map(|s| s.number.to_string()).collect(),
        platform: "wasm_component",
        inputs: vec![INPUT.metadata()],
        outputs: OUTPUTS.iter().map(|output| output.metadata()).collect(),
    })
}
