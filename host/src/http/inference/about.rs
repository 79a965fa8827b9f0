//! Health and metadata of the server and of models.

use super::responses::{described, json};
use super::tensor::{INPUT, OUTPUTS, TensorMetadata};
#[cfg(test)]
use crate::http::message_error::ErrorBody;
use crate::http::message_error::MessageError;
use crate::http::response::Body;
use crate::http::segments::PathSelector;
use crate::http::state::AppState;
use crate::registry::catalog::VersionState;
use hyper::Response;
use serde::Serialize;
#[cfg(test)]
use utoipa::ToSchema;

/// The server.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Server {
    name: &'static str,
    version: &'static str,
    /// Extensions of the protocol that are supported.
    extensions: [&'static str; 1],
}

/// Whether the process lives.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Live {
    live: bool,
}

/// Whether the server wants requests.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct Ready {
    ready: bool,
}

/// Whether a model answers.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct ModelReady {
    name: String,
    ready: bool,
}

/// A model.
#[derive(Serialize)]
#[cfg_attr(test, derive(ToSchema))]
pub(super) struct ModelMetadata {
    name: String,
    /// Those that answer.
    versions: Vec<String>,
    platform: &'static str,
    inputs: Vec<TensorMetadata>,
    outputs: Vec<TensorMetadata>,
}

#[cfg_attr(test, utoipa::path(
    get,
    path = "/v2",
    operation_id = "inference_server",
    tag = "Open Inference Protocol",
    responses(
        (status = 200, description = "The server and its extensions", body = Server),
    ),
))]
pub(super) fn server() -> Result<Response<Body>, MessageError> {
    json(&Server {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        extensions: ["binary_tensor_data"],
    })
}

#[cfg_attr(test, utoipa::path(
    get,
    path = "/v2/health/live",
    operation_id = "inference_live",
    tag = "Open Inference Protocol",
    responses(
        (status = 200, description = "The process lives", body = Live),
    ),
))]
pub(super) fn live() -> Result<Response<Body>, MessageError> {
    json(&Live { live: true })
}

/// As `/readyz`.
#[cfg_attr(test, utoipa::path(
    get,
    path = "/v2/health/ready",
    operation_id = "inference_ready",
    tag = "Open Inference Protocol",
    responses(
        (status = 200, description = "The host wants requests", body = Ready),
        (status = 503, description = "The host is stopping, or no version is available", body = ErrorBody),
    ),
))]
pub(super) fn ready(state: &AppState) -> Result<Response<Body>, MessageError> {
    if state.is_draining() {
        return Err(MessageError::unavailable("This host is stopping"));
    }
    match state.registry.catalog().is_ready() {
        true => json(&Ready { ready: true }),
        false => Err(MessageError::unavailable("No version of a model is available now")),
    }
}

#[cfg_attr(test, utoipa::path(
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
))]
pub(super) fn model_ready(
    state: &AppState,
    model: &str,
    version: &PathSelector,
) -> Result<Response<Body>, MessageError> {
    described(state, model, version)?;
    json(&ModelReady { name: model.to_owned(), ready: true })
}

#[cfg_attr(test, utoipa::path(
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
))]
pub(super) fn model(
    state: &AppState,
    name: &str,
    version: &PathSelector,
) -> Result<Response<Body>, MessageError> {
    described(state, name, version)?;
    let catalog = state.registry.catalog();
    let statuses = catalog.model(Some(name)).map(|m| m.statuses.as_slice()).unwrap_or_default();
    let available = statuses.iter().filter(|s| s.state == VersionState::Available);
    json(&ModelMetadata {
        name: name.to_owned(),
        versions: available.map(|s| s.number.to_string()).collect(),
        platform: "wasm_component",
        inputs: vec![INPUT.metadata()],
        outputs: OUTPUTS.iter().map(|output| output.metadata()).collect(),
    })
}
