//! What there is, and whether it wants requests.

use super::tensor::{INPUT, OUTPUTS, TensorMetadata};
use super::{State, json, meant};
use crate::http::Body;
use crate::http::refusal::Refusal;
use crate::http::segments::Which;
use crate::registry::State as Life;
use hyper::Response;
use serde::Serialize;

/// The server.
#[derive(Serialize)]
pub(super) struct Server {
    name: &'static str,
    version: &'static str,
    /// What it can beyond the protocol.
    extensions: [&'static str; 1],
}

/// Whether the process lives.
#[derive(Serialize)]
pub(super) struct Live {
    pub live: bool,
}

/// Whether the server wants requests.
#[derive(Serialize)]
pub(super) struct Ready {
    ready: bool,
}

/// Whether a model answers.
#[derive(Serialize)]
pub(super) struct ModelReady<'a> {
    name: &'a str,
    ready: bool,
}

/// A model.
#[derive(Serialize)]
pub(super) struct ModelMetadata {
    name: String,
    /// Those that answer.
    versions: Vec<String>,
    platform: &'static str,
    inputs: Vec<TensorMetadata>,
    outputs: Vec<TensorMetadata>,
}

impl Server {
    pub(super) fn here() -> Self {
        Server {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            extensions: ["binary_tensor_data"],
        }
    }
}

/// As `/readyz`.
pub(super) fn ready(state: &State) -> Result<Response<Body>, Refusal> {
    if state.is_draining() {
        return Err(Refusal::later("This host is stopping"));
    }
    match state.registry.catalog().is_ready() {
        true => json(&Ready { ready: true }),
        false => Err(Refusal::later("No version of a model is available now")),
    }
}

pub(super) fn model_ready(
    state: &State,
    model: &str,
    which: &Which,
) -> Result<Response<Body>, Refusal> {
    meant(state, model, which)?;
    json(&ModelReady { name: model, ready: true })
}

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
