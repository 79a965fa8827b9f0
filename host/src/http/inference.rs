//! The Open Inference Protocol, version 2, as KServe and Triton speak it: `/v2`, `/v2/health/…`,
//! `/v2/models/NAME[/versions/N]`, `…/ready` and `…/infer`, with the extension binary_tensor_data.
//!
//! The model's input is `query`, BYTES [N] or [N, 1]; its outputs are `intent`, INT32 [N],
//! `probability`, FP32 [N], and `label`, BYTES [N]. Content-Type is not looked at.
//!
//! - `target`: what a path names
//! - `about`: health and metadata
//! - `infer`: tensors in, tensors out; `tensor`: what they are; `binary`: their bytes

mod about;
mod binary;
mod infer;
mod target;
mod tensor;

use super::ask::{Failure, Picked, pick};
use super::refusal::Refusal;
use super::segments::Which;
use super::several::Unanswered;
use super::{Body, State, answered_by, respond};
use crate::registry::Selector;
use crate::registry::catalog::PickError;
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use serde::Serialize;
use std::sync::Arc;
use target::{OfModel, Target};

/// Answers a request of a path under `/v2`.
pub(super) async fn route(state: &Arc<State>, request: Request<Incoming>) -> Response<Body> {
    answer(state, request).await.unwrap_or_else(Refusal::into_response)
}

async fn answer(state: &Arc<State>, request: Request<Incoming>) -> Result<Response<Body>, Refusal> {
    let target = Target::of_path(request.uri().path())?;
    if let Target::Model(model, which, OfModel::Infer) = &target {
        return match *request.method() {
            Method::POST => infer::post(state, model, which, request).await,
            _ => Err(Refusal::method("POST")),
        };
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::method("GET, HEAD"));
    }
    match &target {
        Target::Server => json(&about::Server::here()),
        Target::Live => json(&about::Live { live: true }),
        Target::Ready => about::ready(state),
        Target::Model(model, which, OfModel::Ready) => about::model_ready(state, model, which),
        Target::Model(model, which, _) => about::model(state, model, which),
    }
}

/// The version that answers questions of a path.
fn picked(state: &State, model: &str, which: &Which) -> Result<Picked, Refusal> {
    let picked = pick(state, Some(model), which.selector());
    picked.map_err(|failure| refusal(&failure, model))
}

/// The version that a path is about; the highest where it names none, since the split deals questions.
fn meant(state: &State, model: &str, which: &Which) -> Result<Picked, Refusal> {
    let catalog = state.registry.catalog();
    let highest = catalog.model(Some(model)).ok().and_then(|m| m.highest());
    let selector = match (which, highest) {
        (Which::Any, Some(version)) => Selector::Version(version.number),
        _ => which.selector(),
    };
    pick(state, Some(model), selector).map_err(|failure| refusal(&failure, model))
}

fn unanswered(unanswered: &Unanswered, model: &str) -> Refusal {
    unanswered.fault().unwrap_or_else(|| refusal(&unanswered.failure, model))
}

fn refusal(failure: &Failure, model: &str) -> Refusal {
    match failure {
        Failure::Unpicked(PickError::NoModel) => {
            Refusal::new(404, format!("There is no model {model}"))
        }
        Failure::Unpicked(PickError::NotAvailable(number)) => {
            Refusal::new(404, format!("Version {number} of the model {model} is not available"))
        }
        Failure::Unpicked(PickError::Nothing | PickError::NoLabel) => {
            Refusal::later(format!("No version of the model {model} is available now"))
        }
        Failure::Busy => Refusal::later("Too many requests wait"),
        Failure::Deadline => Refusal::new(500, "The model did not answer in time and was stopped"),
        // those of a query are said by its index
        Failure::Blank | Failure::TooLong { .. } | Failure::Broken => {
            Refusal::new(500, "The model failed on this request")
        }
    }
}

fn bytes(answer: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|_| Refusal::new(500, "The answer cannot be written"))
}

fn json(answer: &impl Serialize) -> Result<Response<Body>, Refusal> {
    Ok(respond(200, "application/json", bytes(answer)?))
}
